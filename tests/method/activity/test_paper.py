"""Paper: sheets, reams and kg by format and grammage."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.ledger.intake.checking import check_file
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.paper import ACTIVITY, CATEGORY, normalise

ROW = {"site": "T", "year": 2025, "format": "a4", "grammage_g_per_m2": 80.0}


def read(*rows: dict[str, object]) -> Normalised:
    table = pl.DataFrame([ROW | row for row in rows], infer_schema_length=None)
    return normalise(table.with_row_index("source_row", offset=2), Context())


def found(normalised: Normalised) -> set[str]:
    return set(normalised.problems["code"])


def test_reams_become_sheets_and_kg_as_the_page_computes() -> None:
    activity = read({"amount": 1200.0, "amount_unit": "reams"}).activity
    assert activity.select("paper_sheets", "paper_kg").row(0) == pytest.approx((600_000, 2993.76))


def test_an_a3_sheet_weighs_two_a4_sheets() -> None:
    activity = read({"amount_sheets": 100.0}, {"amount_sheets": 100.0, "format": "a3"}).activity
    first, second = activity["paper_kg"]
    assert second == pytest.approx(2 * first, rel=1e-9)


def test_kg_become_sheets_by_the_same_weight() -> None:
    activity = read({"amount_kg": 2993.76}).activity
    assert activity["paper_sheets"][0] == pytest.approx(600_000)


def test_an_assumed_weight_is_marked_and_said_once() -> None:
    normalised = read({"amount_reams": 10.0, "grammage_g_per_m2": None}, {"amount_reams": 5.0})
    assert normalised.activity["weight_assumed"].to_list() == [True, False]
    assert normalised.problems.select("row", "code").rows() == [(None, "paper-weight-assumed")]
    assert "80 g/m2" in normalised.problems["message"][0]


def test_paper_given_back_lowers_the_total_and_is_shown() -> None:
    normalised = read({"amount_reams": -2.0})
    assert normalised.activity["paper_sheets"].to_list() == [-1000]
    assert found(normalised) == {"amount-negative"}


def test_a_share_of_one_is_asked_about() -> None:
    assert found(read({"amount_reams": 5.0, "recycled_share_pct": 1.0})) == {"share-implausible"}


def test_litres_are_no_paper() -> None:
    assert found(read({"amount": 5.0, "amount_unit": "litre"})) == {"unit-of-another-kind"}


@settings(deadline=None, max_examples=30)
@given(reams=st.floats(0.1, 1e5), grammage=st.floats(20, 600))
def test_kg_and_sheets_lead_to_each_other(reams: float, grammage: float) -> None:
    forth = read({"amount_reams": reams, "grammage_g_per_m2": grammage}).activity
    back = read({"amount_kg": forth["paper_kg"][0], "grammage_g_per_m2": grammage}).activity
    assert back["paper_sheets"][0] == pytest.approx(500 * reams)


@pytest.mark.parametrize("height", [0, 1])
def test_the_activity_has_the_declared_columns_also_without_rows(height: int) -> None:
    rows = pl.DataFrame({"amount_kg": [1.0], "year": [2025], "source_row": [2]})
    assert normalise(rows.head(height), Context()).activity.schema == ACTIVITY


def test_the_example_is_a_row_that_passes(tmp_path: Path) -> None:
    path = tmp_path / "example.csv"
    pl.DataFrame([CATEGORY.example]).write_csv(path)
    checked = check_file(path)
    assert (checked.category, checked.accepted) == ("paper", 1)


FRENCH = """Achats de papier;;;;;
Date d'achat;Type de papier;Format;Grammage;Recyclé (%);Nombre de ramettes;Demandeur
12.03.2024;Blanc classique;A4;80 g/m²;100 %;1'200;Personne Une
30.05.2024;Affiches;A3;120;0;40;Personne Deux
01.06.2024;Blanc classique;A4;80;150;10;Personne Une
"""
CHINESE = """日期,产品,规格,克重,再生纸比例,令数
2024年3月12日,复印纸,A4,80,50,200
2024-05-30,复印纸,A3,80,,三十
"""


def test_a_messy_french_list_of_purchases_is_read_without_its_persons(tmp_path: Path) -> None:
    path = tmp_path / "achats.csv"
    path.write_text(FRENCH, "cp1252")
    checked = check_file(path)
    assert (checked.category, checked.rows, checked.accepted, checked.rejected) == ("paper", 3, 2, 1)
    assert checked.activity["paper_sheets"].to_list() == [600_000, 20_000]
    assert {"column-personal", "number-above"} <= set(checked.problems["code"])
    assert "Personne" not in checked.table.write_csv()


def test_a_format_that_is_not_known_is_never_taken_for_a4(tmp_path: Path) -> None:
    path = tmp_path / "paper.csv"
    path.write_text("Year,Format,gsm,Reams\n2024,A4,80g,10\n2024,poster,80,10\n")
    checked = check_file(path)
    assert (checked.accepted, checked.rejected) == (1, 1)
    assert checked.activity["paper_kg"].to_list() == pytest.approx([24.948])


def test_a_messy_chinese_list_of_purchases_is_read(tmp_path: Path) -> None:
    path = tmp_path / "采购.csv"
    path.write_text(CHINESE, "utf-8")
    checked = check_file(path)
    assert (checked.category, checked.rows, checked.accepted, checked.rejected) == ("paper", 2, 1, 1)
    assert checked.activity["paper_kg"].to_list() == pytest.approx([498.96])
