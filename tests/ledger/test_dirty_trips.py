"""Every pattern of the catalogue about places, cabins, modes, payers and persons: tests/cases/dirty_trips.yaml."""

import csv
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
import pytest
import yaml

from saleve.ledger.intake.checking import check_file
from saleve.ledger.pseudonyms import KeyRing
from saleve.method.activity.normalising import Context

ROOT = Path(__file__).parents[2]
CASES = yaml.safe_load((ROOT / "tests/cases/dirty_trips.yaml").read_text("utf-8"))
KINDS = {"place", "mode", "boundary", "class", "identity"}
FORMATTING = "trip planned but not made: hidden, shaded, struck-through row"  # test_workbooks.py
RING = KeyRing((b"k" * 32,))


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_dirty_file_of_trips_reads_as_the_case_says(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "trips.csv"
    path.write_text("\n".join(case["rows"]) + "\n", "utf-8")
    context = Context(
        constants=MappingProxyType(case.get("constants", {})),
        payer_names=tuple(case.get("payers", ())),
        pseudonym=RING.pseudonym,
    )
    checked = check_file(path, category="air_travel", context=context)
    states = dict(checked.table.select("source_row", "state").iter_rows())
    rows = range(2, len(case["rows"]) + 1)
    assert [states.get(row, "rejected") for row in rows] == case["states"]
    assert set(case["problems"]) <= set(checked.problems["code"])
    legs = checked.activity.with_columns(
        pl.concat_str("origin", "destination", separator="-").alias("leg_flown")
    )
    if "legs" in case or "rejected" in case["states"]:
        assert _by_row(legs, "leg_flown") == case.get("legs", {})
    for expected, column in (("cabins", "cabin"), ("boundaries", "boundary")):
        if expected in case:
            assert {row: found[0] for row, found in _by_row(legs, column).items()} == case[expected]
    if "persons" in case:
        assert checked.activity["traveller"].n_unique() == case["persons"]


def test_every_other_pattern_of_the_catalogue_has_a_case(shared: Path) -> None:
    with (shared / "data/real/schemas/dirty_value_catalogue.csv").open(encoding="utf-8-sig") as file:
        wanted = {row["seen"] for row in csv.DictReader(file) if row["kind"] in KINDS} - {FORMATTING}
    assert wanted <= {case["seen"] for case in CASES}


def test_numbers_of_staff_are_no_names_that_resemble_each_other(tmp_path: Path) -> None:
    path = tmp_path / "trips.csv"
    path.write_text("From,To,Date,Staff no\nGVA,NBO,2023-05-02,P-1234\nGVA,NBO,2023-05-03,P-1235\n", "utf-8")
    checked = check_file(path, category="air_travel", context=Context(pseudonym=RING.pseudonym))
    assert "persons-alike" not in set(checked.problems["code"])


def test_no_message_about_persons_quotes_a_name(tmp_path: Path) -> None:
    path = tmp_path / "trips.csv"
    path.write_text(
        "From,To,Date,Name\nGVA,NBO,2023-05-02,Jane Exampel\nGVA,NBO,2023-05-03,Jane Example\n", "utf-8"
    )
    checked = check_file(path, category="air_travel", context=Context(pseudonym=RING.pseudonym))
    assert "persons-alike" in set(checked.problems["code"])
    assert "Exam" not in checked.problems.write_csv()


def _by_row(legs: pl.DataFrame, column: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row, value in legs.sort("source_row", "leg").select("source_row", column).iter_rows():
        found.setdefault(row, []).append(value)
    return found
