"""Waste: masses, volumes and containers with a stated density, streams and treatments in several languages."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.ledger.intake.checking import check_file
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.waste import ACTIVITY, CATEGORY, normalise

ROW = {"site": "T", "stream": "paper", "treatment": "recycling", "year": 2025}


def read(*rows: dict[str, object]) -> Normalised:
    table = pl.DataFrame([ROW | row for row in rows], infer_schema_length=None)
    return normalise(table.with_row_index("source_row", offset=2), Context())


def found(normalised: Normalised) -> set[str]:
    return set(normalised.problems["code"])


@pytest.mark.parametrize(
    ("amount", "unit", "kg"), [(250, "kg", 250), (1.5, "t", 1500), (2, "short ton", 1814.369)]
)
def test_masses_become_kg(amount: float, unit: str, kg: float) -> None:
    activity = read({"amount": float(amount), "amount_unit": unit}).activity
    assert activity["waste_kg"][0] == pytest.approx(kg, rel=1e-6)


def test_a_volume_is_weighed_by_the_density_that_the_row_states() -> None:
    normalised = read({"amount_m3": 4.0, "density_kg_per_m3": 60.0})
    assert normalised.activity.select("waste_kg", "volume_m3", "density_kg_per_m3").row(0) == (
        240.0,
        4.0,
        60.0,
    )
    assert found(normalised) == {"mass-from-volume"}


def test_a_volume_without_density_is_refused_and_none_is_assumed() -> None:
    normalised = read({"amount_m3": 4.0})
    assert normalised.activity.is_empty()
    assert found(normalised) == {"density-missing"}


def test_containers_count_by_size_filling_and_density_as_the_page_computes() -> None:
    row = {"containers": 40.0, "container_m3": 1.1, "fill_pct": 75.0, "density_kg_per_m3": 60.0}
    assert read(row).activity["waste_kg"][0] == pytest.approx(1980)


def test_containers_without_size_say_so_and_nothing_else() -> None:
    assert found(read({"containers": 40.0, "density_kg_per_m3": 60.0})) == {"container-size-missing"}


def test_a_missing_amount_is_not_zero() -> None:
    normalised = read({"amount": None, "amount_unit": "kg"})
    assert normalised.activity.is_empty()
    assert found(normalised) == {"amount-missing"}


def test_negative_waste_is_impossible() -> None:
    normalised = read({"amount_kg": -5.0})
    assert normalised.activity.is_empty()
    assert found(normalised) == {"amount-negative"}


def test_some_waste_is_hazardous_whatever_the_cell_says_and_silence_stays_silence() -> None:
    rows = [{"stream": "batteries", "hazardous": False}, {"stream": "paper", "hazardous": None}]
    activity = read(*({"amount_kg": 1.0} | row for row in rows)).activity
    assert activity["hazardous"].to_list() == [True, None]


def test_a_row_without_treatment_is_kept_and_said() -> None:
    normalised = read({"treatment": None, "amount_kg": 10.0})
    assert normalised.activity["treatment"].to_list() == [None]
    assert found(normalised) == {"treatment-missing"}


def test_a_load_too_heavy_for_its_day_asks_for_the_unit() -> None:
    day = {"year": None, "period_start": "2025-03-03"}
    rows = pl.DataFrame([ROW | day | {"amount_kg": 45_000.0}]).with_columns(
        pl.col("period_start").str.to_date()
    )
    problems = normalise(rows.with_row_index("source_row", offset=2), Context()).problems
    assert problems.select("code", "severity").rows() == [("amount-implausible", "warning")]
    assert "45000 kg a day" in problems["message"][0]


def test_the_same_load_twice_is_asked_about() -> None:
    assert found(read({"amount_kg": 10.0}, {"amount_kg": 10.0})) == {"period-overlap"}


@settings(deadline=None, max_examples=30)
@given(kg=st.floats(0, 1e6), share=st.integers(1, 364))
def test_dividing_by_years_loses_no_waste(kg: float, share: int) -> None:
    rows = pl.DataFrame({"stream": ["glass"], "amount_kg": [kg], "source_row": [2]}).with_columns(
        pl.date(2024, 12, 31).alias("period_start").dt.offset_by(f"-{share}d"),
        pl.date(2025, 2, 1).alias("period_end"),
    )
    activity = normalise(rows, Context()).activity
    assert activity["year"].to_list() == [2024, 2025]
    assert activity["waste_kg"].sum() == pytest.approx(kg)


@pytest.mark.parametrize("height", [0, 1])
def test_the_activity_has_the_declared_columns_also_without_rows(height: int) -> None:
    rows = pl.DataFrame({"stream": ["glass"], "amount_kg": [1.0], "year": [2025], "source_row": [2]})
    assert normalise(rows.head(height), Context()).activity.schema == ACTIVITY


def test_the_example_is_a_row_that_passes(tmp_path: Path) -> None:
    path = tmp_path / "example.csv"
    pl.DataFrame([CATEGORY.example]).write_csv(path)
    checked = check_file(path)
    assert (checked.category, checked.accepted) == ("waste", 1)


GERMAN = """Abfallstatistik 2024;;;;;
Standort;Abfallart;Entsorgungsweg;Von;Bis;Menge (t)
 Turm ;Altpapier;stoffliche Verwertung;01.01.2024;31.12.2024;12,5
Turm;Kehricht;KVA;01.01.2024;31.12.2024;1'048,25
Turm;Sonderabfälle;Deponie;01.01.2024;31.12.2024;0,4
Turm;Sondermüll;Sonderbehandlung;01.01.2024;31.12.2024;-0,1
Total;;;;;1'061,05
"""
FRENCH = """Site,Type de déchet,Filière,Date de collecte,Poids (kg),Prestataire
Tour,Papier/carton,Recyclage,15/03/2024,"1 250,5",Tri SA
Tour,Ordures ménagères,Incinération,16/03/2024,820,Tri SA
Tour,Biodéchets,Méthanisation,n/a,300,Tri SA
"""


def test_a_messy_german_statement_is_read(tmp_path: Path) -> None:
    path = tmp_path / "statistik.csv"
    path.write_text(GERMAN, "cp1252")
    checked = check_file(path)
    assert (checked.category, checked.rows, checked.accepted, checked.rejected) == ("waste", 4, 2, 2)
    assert checked.activity.select("stream", "treatment", "waste_kg").rows() == [
        ("paper", "recycling", 12_500.0),
        ("residual", "incineration_with_energy_recovery", 1_048_250.0),
    ]
    assert {"choice-unknown-required", "number-below", "total-line"} <= set(checked.problems["code"])


def test_a_messy_french_list_of_collections_is_read(tmp_path: Path) -> None:
    path = tmp_path / "collectes.csv"
    path.write_text(FRENCH, "utf-8-sig")
    checked = check_file(path)
    assert (checked.category, checked.rows, checked.accepted, checked.rejected) == ("waste", 3, 2, 1)
    assert checked.activity["waste_kg"].to_list() == [1250.5, 820.0]
    assert {"energy-recovery-unknown", "period-missing"} <= set(checked.problems["code"])
