"""Refrigerant refills: names, masses, what was lost."""

import polars as pl
import pytest

from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.refrigerants import normalise


def read(**row: object) -> Normalised:
    filled = {"site": "T", "refrigerant": "R-410A", "year": 2024, "refilled_kg": 4.0} | row
    return normalise(pl.DataFrame([filled]).with_row_index("source_row", offset=2), Context())


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("r410a", "R-410A"),
        ("HFC-134a", "HFC-134a"),
        ("R 134A", "HFC-134a"),
        ("R22", "HCFC-22"),
        ("R600A", "R-600a"),
    ],
)
def test_names_of_refrigerants_come_in_many_forms(written: str, name: str) -> None:
    assert read(refrigerant=written).activity["refrigerant"][0] == name


def test_a_name_without_its_last_letter_is_a_repair_with_a_note() -> None:
    normalised = read(refrigerant="R404")
    assert normalised.activity["refrigerant"][0] == "R-404A"
    assert normalised.repaired_rows == {2}
    assert normalised.problems["code"].to_list() == ["refrigerant-completed"]


def test_several_refrigerants_in_one_cell_are_rejected() -> None:
    normalised = read(refrigerant="R404A, R170, R508B")
    assert normalised.activity.is_empty()
    assert "3 refrigerants in one cell" in normalised.problems["message"][0]


def test_what_was_recovered_was_not_lost() -> None:
    assert read(recovered_kg=1.5).activity["leaked_kg"][0] == 2.5


def test_pounds_become_kilograms() -> None:
    activity = read(refilled_kg=None, amount=10.0, amount_unit="lb").activity
    assert activity["leaked_kg"][0] == pytest.approx(4.5359237)


def test_litres_of_refrigerant_are_refused() -> None:
    problems = read(refilled_kg=None, amount=10.0, amount_unit="litre").problems
    assert problems["code"].to_list() == ["unit-of-another-kind"]
