"""An id leads to value, edition, source and clause."""

import pytest

from saleve.method.reference.citations import cited


def test_a_factor_is_cited_with_value_unit_edition_and_clause():
    found = cited("grid.ember.CHE.2024")
    assert (found.kg_co2e_per_unit, found.unit, found.place) == (pytest.approx(0.03458), "kWh", "CHE")
    assert found.edition == "2026-04"
    assert found.clause


def test_a_method_is_cited_by_its_package():
    assert "ICAO" in cited("icao-13.1").title


def test_a_factor_of_the_organisation_is_cited_by_itself():
    assert cited("supplier: Contract 7").title == "supplier: Contract 7"


def test_no_factor_is_said_and_not_guessed():
    assert cited(None).title.startswith("No factor")
