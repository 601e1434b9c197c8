"""What a service says to who reads a page names no command; the same fault at the terminal does."""

import ast
import re
from pathlib import Path

import pytest
from offices import office

from saleve.ems.workspace import open_workspace
from saleve.language import on_page
from saleve.ledger.errors import LedgerError
from saleve.ledger.store import Ledger

SOURCES = Path(__file__).parents[3] / "src/saleve"
_COMMAND = re.compile(r"\bsaleve [a-z]|(?<!\S)--[a-z]")
_OF_THE_OPERATOR = {"site/serving.py", "sign_on_secret.py"}  # said at the terminal alone


def _texts_that_name_a_command(path):
    """Return the literal texts of a module that name a command, without those for the terminal beside one for pages."""
    tree = ast.parse(path.read_text("utf-8"))
    called = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)]
    for_terminals = {id(one.args[0]) for one in called if one.func.id == "for_reader"}
    told = [one.args[0] for one in called if one.func.id == "_" and id(one) not in for_terminals]
    return [one.value for one in told if isinstance(one, ast.Constant) and _COMMAND.search(one.value)]


@pytest.mark.parametrize("room", ["ems", "ledger", "method"])
def test_no_text_of_a_service_names_a_command_to_who_reads_a_page(room):
    paths = [one for one in (SOURCES / room).rglob("*.py") if not any(one.as_posix().endswith(name) for name in _OF_THE_OPERATOR)]  # fmt: skip
    assert {path.name: found for path in paths if (found := _texts_that_name_a_command(path))} == {}


def test_the_same_fault_speaks_to_the_terminal_and_to_the_page(tmp_path):
    ledger = Ledger.open(open_workspace(office(tmp_path / "office")).stores.ledger)
    with pytest.raises(LedgerError, match="See saleve batches"):
        ledger.batch_named("nothing")
    with on_page(), pytest.raises(LedgerError, match="Choose one from the list of batches"):
        ledger.batch_named("nothing")
