"""Emissions taken over from other inventories."""

from pathlib import Path

import polars as pl
import pytest

from saleve.method.activity.normalising import Context
from saleve.method.activity.reported_emissions import normalise


def read(*rows: dict[str, object]) -> tuple[pl.DataFrame, pl.DataFrame]:
    filled = [
        {"year": 2023, "amount": 1.0, "amount_unit": "t CO2e", "method": "other tool"} | row for row in rows
    ]
    normalised = normalise(pl.DataFrame(filled).with_row_index("source_row", offset=2), Context())
    return normalised.activity, normalised.problems


@pytest.mark.parametrize(
    ("label", "source", "scope", "boundary"),
    [
        ("PIFSCairtravel ", "air_travel", 3, "minimum"),
        ("Vols officiels", "air_travel", 3, "minimum"),
        ("Staff commuting", "commuting", 3, "optional"),
        ("IRCelectricty", "electricity", 2, "minimum"),
        ("Diesel generators", "fuels", 1, "minimum"),
        ("Fernwärme", "district_energy", 2, "minimum"),
        ("制冷剂", "refrigerants", 1, "minimum"),
    ],
)
def test_words_of_a_label_lead_to_source_scope_and_boundary(
    label: str, source: str, scope: int, boundary: str
) -> None:
    activity, problems = read({"label": label})
    assert activity.select("source", "scope", "boundary").row(0) == (source, scope, boundary)
    assert problems.is_empty()


def test_an_unknown_label_is_kept_as_other_and_reported() -> None:
    activity, problems = read({"label": "Cloud computing", "scope": 3})
    assert activity.select("source", "boundary").row(0) == ("other", "optional")
    assert problems["code"].to_list() == ["label-unknown"]


def test_an_unknown_label_without_scope_is_rejected() -> None:
    activity, problems = read({"label": "Cloud computing"})
    assert activity.is_empty()
    assert problems["code"].to_list() == ["scope-missing"]


def test_a_scope_that_is_unusual_for_the_source_is_kept_and_reported() -> None:
    activity, problems = read({"label": "Electricity", "scope": 1})
    assert activity["scope"][0] == 1
    assert problems["code"].to_list() == ["scope-differs"]


def test_tonnes_become_kilograms() -> None:
    assert read({"label": "Electricity", "amount": 2.5})[0]["reported_kg_co2e"][0] == 2500


def test_the_noaa_inventory_adds_up_to_its_printed_total_without_the_total_row(shared: Path) -> None:
    printed = pl.read_csv(shared / "data/real/noaa_pacific_inventory/Emissions_DataViz.csv")
    rows = printed.select(label="Category", amount_t="Tons", scope="Scope", persons="PerCapitaDivisor")
    normalised = normalise(rows.with_row_index("source_row", offset=2), Context(year=2023))
    errors = normalised.problems.filter(pl.col("severity") == "error").select("row", "code").rows()
    assert errors == [(15, "total-row")]
    assert normalised.activity.height == 13
    assert normalised.activity["reported_kg_co2e"].sum() == pytest.approx(6_557_200)
