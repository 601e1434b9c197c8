"""The commands of a year's life, as a person types them."""

import json
import sys
from pathlib import Path

import pytest

from saleve import cli

TOML = '[organisation]\nname = "Small"\n[[sites]]\nname = "HQ"\ncountry = "CHE"\n'
GAS = "Site,Year,Fuel,Amount,Unit\nHQ,2025,natural gas,50000,kWh\n"
BY = ("--by", "Coordinator", "--reason", "closing")


@pytest.fixture
def small(tmp_path) -> Path:
    (tmp_path / "saleve.toml").write_text(TOML, "utf-8")
    (tmp_path / "gas.csv").write_text(GAS, "utf-8")
    return tmp_path


def saleve(monkeypatch, capsys, *arguments):
    """Return exit code and output of a command."""
    monkeypatch.setattr(sys, "argv", ["saleve", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    return ended.value.code, told.out + told.err


def test_a_year_goes_from_freeze_to_publish_and_verifies(small, monkeypatch, capsys):
    place = ("--workspace", small)
    assert saleve(monkeypatch, capsys, "freeze", 2025, *place)[0] == 0
    for step, *alone in (("review",), ("approve", "--alone"), ("publish",)):
        assert saleve(monkeypatch, capsys, step, 2025, *BY, *alone, *place)[0] == 0
    code, told = saleve(monkeypatch, capsys, "verify", 2025, *place)
    assert (code, "holds" in told) == (0, True)
    _code, listed = saleve(monkeypatch, capsys, "runs", "--json", *place)
    assert [one["state"] for one in json.loads(listed)["runs"]] == ["published"]


def test_who_reviewed_must_say_that_one_person_does_everything(small, monkeypatch, capsys):
    saleve(monkeypatch, capsys, "freeze", 2025, "--workspace", small)
    saleve(monkeypatch, capsys, "review", 2025, *BY, "--workspace", small)
    code, told = saleve(monkeypatch, capsys, "approve", 2025, *BY, "--workspace", small)
    assert code == 1
    assert "somebody else must approve it" in " ".join(told.split())


def test_a_forbidden_step_is_a_sentence_and_exit_code_1(small, monkeypatch, capsys):
    saleve(monkeypatch, capsys, "freeze", 2025, "--workspace", small)
    code, told = saleve(monkeypatch, capsys, "publish", 2025, *BY, "--workspace", small)
    assert code == 1
    assert "Review it first" in told
    assert "Traceback" not in told


def test_a_pack_is_verified_without_a_workspace_and_with_its_digest(
    small, tmp_path_factory, monkeypatch, capsys
):
    saleve(monkeypatch, capsys, "freeze", 2025, "--workspace", small)
    out = tmp_path_factory.mktemp("elsewhere") / "pack.zip"
    _code, told = saleve(monkeypatch, capsys, "pack", 2025, "--out", out, "--json", "--workspace", small)
    monkeypatch.chdir(out.parent)
    digest = json.loads(told)["digest"]
    assert saleve(monkeypatch, capsys, "verify", "pack.zip", "--digest", digest)[0] == 0
    assert saleve(monkeypatch, capsys, "verify", "pack.zip", "--digest", "0" * 64)[0] == 1


def test_altered_cells_end_with_exit_code_1_and_are_named(small, monkeypatch, capsys):
    saleve(monkeypatch, capsys, "freeze", 2025, "--workspace", small)
    (file,) = (small / "inventories").rglob("cells.parquet")
    file.write_bytes(b"nothing")
    code, told = saleve(monkeypatch, capsys, "verify", 2025, "--workspace", small)
    assert code == 1
    assert "cells.parquet was altered" in told
