"""The choice of a factor: levels of place, and the two times of a record."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.emissions.factor_based import finished, with_factors
from saleve.method.problems import MixedBasisError
from saleve.method.reference import factors
from saleve.method.reference.factors import (
    OWN_RECORD,
    PACKAGES,
    Known,
    choose,
    knowing,
    named_place,
    publication_days,
)
from saleve.method.reference.packages import table

LEVELS = {
    "site": named_place("site", "Geneva Tower"),
    "supplier": named_place("supplier", "Lake Works"),
    "city": named_place("city", "Geneva"),
    "country": "CHE",
    "region": "EUROPE",
    "stand_in": "FRA",
    "world": "WORLD",
}
REGIONS = pl.DataFrame({"place": ["CHE"], "region": ["EUROPE"]})
ASKED = {
    "site": "Geneva Tower",
    "supplier": "lake works",
    "city": "Genève",
    "country": "CH",
    "place": "CHE",
    "year": 2024,
}


def record(place="CHE", *, year=2024, edition="1", published=date(2025, 1, 1), kg=1.0, basis="direct"):
    return {
        "source_category": "electricity",
        "factor_id": f"own.{edition}.{place}.{year}",
        "place": place,
        "valid_from": date(year, 1, 1),
        "valid_to": date(year, 12, 31),
        "edition": edition,
        "published": published,
        "accounting_basis": basis,
        "kg_co2e_per_unit": kg,
        "unsplit_kg_co2e_per_unit": kg,
        "low_pct": 10.0,
        "high_pct": 10.0,
    }


def held(*records):
    return pl.DataFrame(list(records), schema=OWN_RECORD)


def chosen(records, **options):
    asked = pl.DataFrame([{**ASKED, "city": "Geneva"}])
    return choose(held(*records), asked, regions=REGIONS, stand_ins=("FRA",), **options).row(0, named=True)


@pytest.mark.parametrize("level", LEVELS)
def test_the_finest_level_that_is_held_serves(level):
    coarser = list(LEVELS)[list(LEVELS).index(level) :]
    found = chosen([record(LEVELS[name]) for name in coarser])
    assert (found["level"], found["factor_place"]) == (level, LEVELS[level])


def test_a_finer_level_of_another_year_comes_before_a_coarser_one_of_the_year():
    found = chosen([record(LEVELS["site"], year=2022), record("CHE")])
    assert (found["level"], found["edition_distance_years"]) == ("site", 2)


def test_the_level_goes_with_every_row():
    rows = pl.DataFrame(
        [{"site": "A", "place": "CHE", "year": 2024}, {"site": "B", "place": None, "year": 2024}]
    )
    own = held(record("CHE"), record(named_place("site", "B"), kg=2.0))
    done = finished(with_factors(rows, own))
    assert done["factor_level"].to_list() == ["country", "site"]


def test_a_place_that_nobody_gave_does_not_become_the_world_average():
    rows = pl.DataFrame([{"site": "A", "place": None, "year": 2024}], schema_overrides={"place": pl.String})
    assert with_factors(rows, held(record("WORLD")))["factor_id"].to_list() == [None]


def test_an_edition_that_came_out_later_is_not_known_yet():
    both = [record(edition="1", kg=1.0), record(edition="2", published=date(2026, 3, 1), kg=2.0)]
    assert chosen(both)["kg_co2e_per_unit"] == 2.0
    assert chosen(both, known_by=date(2026, 2, 28))["kg_co2e_per_unit"] == 1.0


def test_the_later_publication_counts_not_the_later_name():
    both = [record(edition="v9", kg=1.0), record(edition="v10", published=date(2026, 3, 1), kg=2.0)]
    assert chosen(both)["edition"] == "v10"


DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))
RECORDS = st.lists(
    st.builds(
        lambda place, year, day, kg: record(place, year=year, edition=f"{day}", published=day, kg=kg),
        st.sampled_from(sorted(LEVELS.values())),
        st.integers(2018, 2027),
        DAYS,
        st.floats(0.001, 1.0),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(RECORDS, RECORDS, DAYS)
def test_a_later_edition_never_moves_a_choice_made_with_what_was_known(before, others, day):
    later = [one for one in others if one["published"] > day]
    assert chosen(before + later, known_by=day) == chosen(before, known_by=day)


@settings(max_examples=60, deadline=None)
@given(RECORDS)
def test_the_choice_does_not_depend_on_the_order_of_records(records):
    unique = list({one["factor_id"]: one for one in records}.values())
    assert chosen(unique) == chosen(unique[::-1])


def test_own_records_replace_the_shipped_ones_of_their_place_alone():
    rows = pl.DataFrame({"site": ["A", "B"], "place": ["CHE", "KEN"], "year": [2024, 2024]})
    shipped = factors.grid_factors("lifecycle_generation")
    own = held(record("CHE", year=2020, basis="lifecycle_generation"))
    with knowing(Known(own)):
        found = with_factors(rows, shipped, source="electricity")
    assert found["factor_id"].to_list() == ["own.1.CHE.2020", "grid.ember.KEN.2024"]


def test_own_records_of_another_basis_are_refused_beside_shipped_ones():
    rows = pl.DataFrame({"site": ["A", "B"], "place": ["CHE", "KEN"], "year": [2024, 2024]})
    shipped = factors.grid_factors("lifecycle_generation")
    with knowing(Known(held(record("CHE")))):
        assert with_factors(rows[:1], shipped, source="electricity")["accounting_basis"].to_list() == [
            "direct"
        ]
        with pytest.raises(MixedBasisError, match="never mixed"):
            with_factors(rows, shipped, source="electricity")


def test_a_day_before_every_edition_leaves_no_shipped_factor():
    rows = pl.DataFrame({"site": ["A"], "place": ["CHE"], "year": [2019]})
    with knowing(Known(by=date(2026, 4, 1))):
        found = with_factors(rows, factors.grid_factors("lifecycle_generation"), source="electricity")
    assert found["factor_id"].to_list() == [None]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_edition_of_a_package_of_factors_has_its_day(package):
    named = set(table(package, "factors")["edition"])
    dated = set(publication_days().filter(package=package)["edition"])
    assert named == dated, "add the day to method/reference/data/factor_editions/editions.csv"
