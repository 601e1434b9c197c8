"""The rules of each year: which rule holds, what overrides it, and that figures follow the year's own rules."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.activity import electricity as bills
from saleve.method.activity import refrigerants as refills
from saleve.method.activity.categories import CATEGORIES
from saleve.method.activity.normalising import Context
from saleve.method.emissions import compute
from saleve.method.emissions.boundaries import with_boundaries
from saleve.method.emissions.rules import RULES, RuleBook, Rules, rule_faults
from saleve.method.explain import explain
from saleve.method.inventory import Selection, compile_inventory, total
from saleve.method.problems import UnknownReferenceError
from saleve.method.reference.rule_sets import RULE, RuleSet, rule_set, rule_set_names

UN = rule_set("un-greening-the-blue")
BOUNDARIES = ["minimum", "optional", "offset", "memo"]


def own(*rules):
    """Build a rule set from (rule, subject, first year, last year, value)."""
    rows = [
        {"rule": rule, "subject": subject, "first_year": first, "last_year": last, "value": value}
        for rule, subject, first, last, value in rules
    ]
    table = pl.DataFrame([{name: row.get(name) for name in RULE} for row in rows], schema=RULE)
    return RuleSet("ours", "Our rules", date(2026, 1, 1), "Decision 12", table)


def refill(*rows):
    table = pl.DataFrame(
        [dict(zip(("refrigerant", "year", "refilled_kg"), row, strict=True)) for row in rows]
    )
    return refills.normalise(table.with_row_index("source_row", offset=2), Context()).activity


def faults(*rules):
    return list(rule_faults(own(*rules).rules, CATEGORIES))


def kg(inventory, **selected):
    return total(inventory, Selection(**selected)).kg_co2e


@pytest.mark.parametrize("name", rule_set_names())
def test_a_shipped_rule_set_has_no_fault_and_says_its_source(name):
    shipped = rule_set(name)
    assert list(rule_faults(shipped.rules, CATEGORIES)) == []
    assert shipped.source
    assert shipped.rules["clause"].null_count() == 0


def test_the_un_counts_scopes_1_and_2_and_business_travel_and_keeps_the_rest_apart():
    ruled = RuleBook(rule_set=UN).of(2024).boundaries
    minimum = {name for name, value in ruled.items() if value == "minimum"}
    assert minimum == {
        *("air_travel", "home_leave", "ground_travel"),
        *("electricity", "fuels", "district_energy", "refrigerants", "vehicles"),
    }
    assert ruled["offsets"] == "offset"
    emitting = set(CATEGORIES) - {"headcount", "floor_area", "reported_emissions"}
    assert emitting <= set(ruled)


@pytest.mark.parametrize(("year", "gases"), [(2010, "kyoto"), (2019, "kyoto"), (2020, "all"), (2024, "all")])
def test_all_refrigerants_count_from_the_edition_of_2021_on(year, gases):
    assert RuleBook(rule_set=UN).of(year).refrigerants == gases


def test_an_unknown_rule_set_names_the_nearest():
    with pytest.raises(UnknownReferenceError, match="un-greening-the-blue"):
        rule_set("un-greening-blue")


def test_without_a_rule_set_one_rule_holds_in_all_years():
    said = Rules(gwp_set="AR4")
    assert RuleBook(said).of(2010) == RuleBook(said).of(2030) == said


def test_what_the_organisation_states_holds_whatever_the_rule_set_says():
    book = RuleBook(Rules(refrigerants="all"), UN, frozenset({"refrigerants"}))
    assert {book.of(year).refrigerants for year in (2010, 2024)} == {"all"}
    assert "refrigerants" not in book.held_in(2010)["rule"]


def test_own_rules_come_before_those_they_are_based_on():
    ours = own(("boundary", "commuting", 2024, None, "minimum")).over(UN)
    book = RuleBook(rule_set=ours)
    assert [book.of(year).boundaries["commuting"] for year in (2023, 2024)] == ["optional", "minimum"]
    assert book.of(2024).boundaries["waste"] == "optional"


def test_years_of_the_same_rules_are_computed_together():
    groups = RuleBook(rule_set=UN).groups([2024, 2010, 2019, 2020])
    assert [years for _rules, years in groups] == [[2010, 2019], [2020, 2024]]


def test_hcfc_is_optional_before_2020_and_in_the_total_after():
    lost = refill(("HCFC-22", 2019, 1.0), ("HCFC-22", 2020, 1.0), ("HFC-134a", 2019, 1.0))
    found = compile_inventory({"refrigerants": lost}, RuleBook(rule_set=UN))
    assert kg(found, year=2019) == pytest.approx(1300)
    assert kg(found, year=2019, boundary="optional") == pytest.approx(1760)
    assert kg(found, year=2020) == pytest.approx(1760)


def test_each_year_has_the_warming_potentials_of_its_own_rules():
    by_year = own(("gwp_set", None, None, 2020, "AR4"), ("gwp_set", None, 2021, None, "AR6"))
    found = compile_inventory(
        {"refrigerants": refill(("HFC-134a", 2020, 1.0), ("HFC-134a", 2021, 1.0))}, RuleBook(rule_set=by_year)
    )
    assert [kg(found, year=year) for year in (2020, 2021)] == pytest.approx([1430, 1530])
    assert [found.rules_of(year).gwp_set for year in (2020, 2021)] == ["AR4", "AR6"]


def test_the_basis_of_electricity_follows_the_year():
    table = pl.DataFrame({"site": ["HQ", "HQ"], "year": [2020, 2021], "amount_kwh": [1000.0, 1000.0],
                          "supplier_factor": [0.0, 0.0]}).with_row_index("source_row", offset=2)  # fmt: skip
    power = bills.normalise(table, Context()).activity.with_columns(
        supplier_factor_kg_co2e_per_kwh=pl.lit(0.0), supplier_factor_basis=pl.lit("lifecycle_generation")
    )
    switched = own(("electricity_basis", None, 2021, None, "market"))
    found = compile_inventory({"electricity": power}, RuleBook(Rules(places={"HQ": "CHE"}), switched))
    assert kg(found, year=2020) > 0
    assert kg(found, year=2021) == 0


def test_a_part_of_a_source_can_have_a_rule_of_its_own():
    rows = pl.DataFrame({"source": ["electricity"] * 2, "category": ["grid", "grid_losses"],
                         "boundary": ["minimum", "optional"], "method": ["x", "x"]})  # fmt: skip
    ruled = with_boundaries(rows, RuleBook(rule_set=UN).of(2024))
    assert ruled["boundary"].to_list() == ["minimum", "optional"]


def test_memo_items_and_offsets_stay_what_they_are():
    rows = pl.DataFrame({"source": ["air_travel", "offsets"], "category": ["x", "x"],
                         "boundary": ["memo", "offset"], "method": ["x", "x"]})  # fmt: skip
    everything = dict.fromkeys(CATEGORIES, "minimum")
    assert with_boundaries(rows, Rules(boundaries=everything))["boundary"].to_list() == ["memo", "offset"]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(CATEGORIES)), st.sampled_from(BOUNDARIES)), min_size=1),
    st.integers(1990, 2100),
)
def test_no_rule_makes_or_loses_a_row_or_changes_more_than_its_boundary(rows, year):
    table = pl.DataFrame(rows, schema={"source": pl.String, "boundary": pl.String}, orient="row")
    table = table.with_columns(category=pl.lit("x"), method=pl.lit("x"))
    ruled = with_boundaries(table, RuleBook(rule_set=UN).of(year))
    assert ruled.drop("boundary").equals(table.drop("boundary"))
    fixed = table["boundary"].is_in(["memo", "offset"])
    assert ruled.filter(fixed).equals(table.filter(fixed))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(2005, 2026), min_size=1, max_size=8, unique=True))
def test_computing_years_together_or_one_by_one_gives_the_same(years):
    book = RuleBook(rule_set=UN)
    lost = refill(*[(gas, year, 1.0) for year in years for gas in ("HCFC-22", "R-401A")])
    together = compute.estimate("refrigerants", {"refrigerants": lost}, book)
    apart = [
        compute.estimate("refrigerants", {"refrigerants": lost.filter(year=year)}, book.of(year))
        for year in years
    ]
    order = ["source_row", "boundary", "method"]
    assert together.sort(order).equals(pl.concat(apart).sort(order))


def test_explaining_a_year_uses_the_rules_of_that_year():
    lost = {"refrigerants": refill(("HCFC-22", 2019, 1.0), ("HCFC-22", 2020, 1.0))}
    found = compile_inventory(lost, RuleBook(rule_set=UN))
    assert explain(found, lost, Selection(year=2019)).all_rows == 0
    assert explain(found, lost, Selection(year=2019, boundary="optional")).all_rows == 1
    assert explain(found, lost, Selection(year=2020)).rows["kg_co2e"].to_list() == pytest.approx([1760])


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (("bondary", None, None, None, "minimum"), "bondary is not known"),
        (("boundary", "waste", None, None, "in"), "the value is in, but can be: minimum"),
        (("boundary", "wasted", None, None, "optional"), "wasted is no source category"),
        (("boundary", None, None, None, "optional"), "no source category"),
        (("gwp_set", "waste", None, None, "AR5"), "holds for the whole inventory"),
        (("gwp_set", None, 2024, 2020, "AR5"), "comes after the last"),
    ],
)
def test_a_rule_that_cannot_be_is_told(rule, told):
    assert told in " ".join(faults(rule))


def test_two_values_for_one_year_are_told():
    told = faults(("gwp_set", None, None, 2021, "AR4"), ("gwp_set", None, 2021, None, "AR5"))
    assert told == ["Rules 1 and 2 both say gwp_set for the same years. Keep one, or part the years."]


def test_every_rule_of_the_shipped_sets_is_a_rule_that_is_known():
    assert set(UN.rules["rule"]) <= set(RULES)
