"""Repairs are rules with names: listed with what they did, documented, and silent nowhere, also when they are switched off."""

import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from saleve.ledger.intake.checking import Checked, check_file
from saleve.ledger.intake.errors import FileRefusedError
from saleve.method.activity.normalising import Context
from saleve.method.activity.repairs import repair_rules

ROOT = Path(__file__).parents[2]
SOURCE = "\n".join(
    path.read_text("utf-8")
    for path in (
        *(ROOT / "src/saleve/ledger/intake").rglob("*.py"),
        *(ROOT / "src/saleve/method/activity").glob("*.py"),
    )
    if path.name != "repairs.py"
)
TRIPS = "Destination,Departure,Return,Fare\n"
FLIGHTS = "From,To,Departure date\n"
# rule -> category, text of a file, column, before, after
CASES = {
    "date-serial": ("trips", TRIPS + "Chile,45292,,\n", "Departure", "45292", "2024-01-01"),
    "date-next-year": ("trips", TRIPS + "Chile,30-dic,2-ene,\n", "Return", "2024-01-02", "2025-01-02"),
    "currency-renamed": ("trips", TRIPS + "Chile,,,MXP 12.50\n", "Fare", "MXP", "MXN"),
    "code-lower-case": ("air_travel", FLIGHTS + "gva,NBO,2024-03-01\n", "From", "gva", "GVA"),
    "icao-to-iata": ("air_travel", FLIGHTS + "LSGG,NBO,2024-03-01\n", "From", "LSGG", "GVA"),
    "iata-digit-for-letter": ("air_travel", FLIGHTS + "GVA,G0A,2024-03-01\n", "To", "G0A", "GOA"),
    "code-superseded": ("air_travel", FLIGHTS + "GVA,TXL,2024-03-01\n", "To", "TXL", "BER"),
    "refrigerant-letter-completed": ("refrigerants", "Refrigerant,Refilled (kg),Date\nR-410,4,2024-03-01\n", "Refrigerant", "R-410", "R-410A"),
}  # fmt: skip
LEFT_AS_IT_STANDS = {"date-next-year", "currency-renamed"}


def _check(tmp_path: Path, rule: str, trips: Any, off: frozenset[str] = frozenset()) -> Checked:
    category, text, *_expected = CASES[rule]
    path = tmp_path / "file.csv"
    path.write_text(text, "utf-8")
    context = Context(year=2024, switched_off=off)
    return check_file(path, category=trips if category == "trips" else category, context=context)


@pytest.mark.parametrize("rule", sorted(CASES))
def test_a_repair_is_listed_with_what_stood_there_before_and_after(
    tmp_path: Path, trips: Any, rule: str
) -> None:
    checked = _check(tmp_path, rule, trips)
    assert checked.repairs.rows() == [(2, CASES[rule][2], rule, *CASES[rule][3:])]
    assert (checked.repaired, checked.table["state"].to_list()) == (1, ["repaired"])


@pytest.mark.parametrize("rule", sorted(CASES))
def test_a_rule_that_is_switched_off_changes_nothing_and_says_so(
    tmp_path: Path, trips: Any, rule: str
) -> None:
    checked = _check(tmp_path, rule, trips, frozenset({rule}))
    assert checked.repairs.is_empty()
    assert (checked.accepted, checked.rejected) == ((1, 0) if rule in LEFT_AS_IT_STANDS else (0, 1))
    told = checked.problems.filter(checked.problems["code"].str.starts_with("repair-switched-off"))
    assert rule in told["message"][0]


def test_merged_cells_stay_empty_where_filling_down_is_switched_off(tmp_path: Path, trips: Any) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Destination", "Nights"])
        sheet.merge_range("A2:A3", "Chile")
        sheet.write_column(1, 1, [3, 4])
    filled = check_file(path, category=trips)
    assert filled.repairs.rows() == [(3, "Destination", "merged-filled-down", None, "Chile")]
    left = check_file(path, category=trips, context=Context(switched_off=frozenset({"merged-filled-down"})))
    assert (left.accepted, left.rejected, left.repairs.height) == (1, 1, 0)
    assert "repair-switched-off-kept" in set(left.problems["code"])


def test_the_page_of_repairs_is_up_to_date() -> None:
    page = runpy.run_path(str(ROOT / "tools/repair_rules.py"))["page"]()
    assert (ROOT / "docs/reference/repairs.md").read_text("utf-8") == page, (
        "run: python tools/repair_rules.py"
    )


def test_every_rule_of_the_code_is_on_the_page_and_no_other() -> None:
    named = set(re.findall(r'(?:Repair\(\s*|_repaired\(\s*|_COMPLETING = )"([a-z-]+)"', SOURCE))
    assert set(repair_rules()) == set(CASES) | {"merged-filled-down"}
    assert named - set(repair_rules()) == set()
    assert all(f'"{rule}"' in SOURCE for rule in repair_rules())


def test_names_of_persons_become_keyed_hashes_and_stand_in_no_message(
    check_text: Callable[..., Checked], tmp_path: Path, trips: Any
) -> None:
    path = tmp_path / "trips.csv"
    path.write_text(
        "Traveller,Nombre,Destination,Nights\nA. Person,Ann,Chile,x\n,B,Peru,2\nA. Person,Ann,Peru,1\n",
        "utf-8",
    )
    asked: list[str] = []

    def pseudonym(name: str) -> str:
        asked.append(name)
        return f"hash of {len(name)}"

    checked = check_file(path, category=trips, context=Context(pseudonym=pseudonym))
    assert checked.table["traveller"].to_list() == [None, "hash of 9"]
    assert asked == ["A. Person"]
    assert {"column-pseudonymised"} <= set(checked.problems["code"])
    assert not any("Person" in text or "Ann" in text for text in checked.problems["message"])
    assert "Nombre" not in checked.table.columns
    without = check_file(path, category=trips)
    assert "traveller" not in without.table.columns
    assert "column-personal" in set(without.problems["code"])


def test_a_repair_that_does_not_exist_cannot_be_switched_off(tmp_path: Path, trips: Any) -> None:
    with pytest.raises(FileRefusedError, match=r"no repair 'date-seriel'.*There are: code-lower-case"):
        _check(tmp_path, "date-serial", trips, frozenset({"date-seriel"}))
