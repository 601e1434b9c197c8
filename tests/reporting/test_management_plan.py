"""The inventory management plan: what is stated is printed, what is not is open, and last year's plan is compared."""

from dataclasses import replace
from datetime import date

import docx
import openpyxl
import polars as pl
import pytest
from builders import HEADER, facts_of, full_inventory
from reading import plain, read_html

from saleve.method.base_year import Policy, Restatement
from saleve.method.emissions.rules import Rules
from saleve.reporting.inventory_management_plan import differences, write_plan
from saleve.reporting.plan_records import FILES, PROXIES, USED, Contact, PlanMatter, PlanSite
from saleve.reporting.plan_sections import plan_sections
from saleve.reporting.render.formats import FORMATS
from saleve.reporting.rule_lines import rule_lines

MATTER = PlanMatter(
    stated=frozenset({"inventory.gwp_set"}),
    words={"version": "3", "training": "One day a year for focal points"},
    contacts=(Contact("EMS coordinator", "answers for the inventory", "ems@example.int"),),
    names=("International Example Organization",),
    sites=(
        PlanSite("Geneva", "Switzerland"),
        PlanSite("Addis Ababa", "Ethiopia", opened=date(2012, 1, 1)),
        PlanSite("Lima", "Peru", closed=date(2019, 6, 30)),
    ),
    areas={"Geneva": 30_000.0},
    files=pl.DataFrame([("electricity", "bills.csv", 24)], schema=FILES, orient="row"),
    proxies=pl.DataFrame(
        [("electricity", "Addis Ababa", "last_year", 2, 31.0)], schema=PROXIES, orient="row"
    ),
    used=pl.DataFrame(
        [("electricity", "minimum", 2, "ghg-protocol-scope-2-location")], schema=USED, orient="row"
    ),
)


@pytest.fixture(scope="module")
def of_2025():
    return facts_of(full_inventory())


@pytest.fixture(scope="module")
def of_2024():
    return facts_of(full_inventory(), year=2024)


def section(facts, name, matter=MATTER):
    return next(one for one in plan_sections(facts, matter) if one.id == name)


def entry(facts, name, key, matter=MATTER):
    return next(one for one in section(facts, name, matter).entries if one.key == key)


def test_what_is_stated_stands_in_the_plan(of_2025):
    assert entry(of_2025, "roles", "plan.training").cells[0] == "One day a year for focal points"


def test_what_is_not_stated_is_open_and_not_invented(of_2025):
    review = entry(of_2025, "audit", "plan.verification")
    assert review.cells[0] == ""
    assert 'verification = "..."' in review.fill_in


def test_the_policy_of_recalculation_is_written_from_the_settings(of_2025):
    said = replace(
        MATTER, policy=Policy(3.0, cumulative=False), stated=frozenset({"base_year.threshold_pct"})
    )
    told = {one.key: one.cells for one in section(of_2025, "base-year", said).entries}
    assert told["threshold_pct"] == (
        "3% of the base year's emissions",
        "saleve.toml, [base_year] threshold_pct",
    )
    assert told["cumulative"] == ("each by itself", "default of Salève")
    assert told["triggers"][0] == "Change of structure; Change of method; Error"
    assert told["never"][0] == "Organic growth; New or closed building"
    assert "by itself" in section(of_2025, "base-year", said).text


def test_the_log_of_restatements_stands_in_the_plan(of_2025):
    line = Restatement(
        date(2025, 3, 1), "error", "A meter was read in the wrong unit", -12.5, recalculated=True
    )
    told = entry(
        of_2025,
        "base-year",
        f"restatement.{line.date}.{line.description}",
        replace(MATTER, restatements=(line,)),
    )
    assert (
        told.cells[0]
        == "Error: A meter was read in the wrong unit (−12.5 t CO₂e); with it the base year was computed anew"
    )


def test_words_of_the_organisation_on_its_policy_stand_beside_it(of_2025):
    words = replace(MATTER, words={"recalculation_policy": "The Board decides."})
    assert entry(of_2025, "base-year", "plan.recalculation_policy", words).cells[0] == "The Board decides."
    assert "plan.recalculation_policy" not in {one.key for one in section(of_2025, "base-year").entries}


def test_a_plan_without_contacts_asks_for_roles(of_2025):
    (asked,) = [one for one in section(of_2025, "version", replace(MATTER, contacts=())).entries if one.key == "contacts"]  # fmt: skip
    assert "a role or an office" in asked.fill_in


def test_only_facilities_of_the_year_are_listed(of_2025):
    names = [one.label for one in section(of_2025, "facilities").entries]
    assert names == ["Geneva", "Addis Ababa"]


def test_a_source_that_began_or_ended_is_a_boundary_assumption_with_its_day(of_2025):
    geneva = PlanSite("Geneva", "Switzerland", began={"district_energy": date(2018, 10, 1)}, ended={"fuels": date(2018, 9, 30)})  # fmt: skip
    matter = replace(MATTER, sites=(geneva,), began={"waste": date(2021, 1, 1)})
    told = {one.key: (one.label, one.cells[0]) for one in section(of_2025, "assumptions", matter).entries}
    assert told["began.waste"] == ("Every site", "Waste since 1 January 2021")
    assert told["began.Geneva.district_energy"] == ("Geneva", "District heat and cooling since 1 October 2018")  # fmt: skip
    assert told["ended.Geneva.fuels"] == ("Geneva", "Fuels until 30 September 2018")


def test_a_proxy_is_listed_with_its_error(of_2025):
    (proxy,) = [one for one in section(of_2025, "proxies").entries if one.key == "electricity.Addis Ababa.last_year"]  # fmt: skip
    assert proxy.cells == ("proxy: the same month of the year before", "±31%")


def test_own_assumptions_stand_beside_ours(of_2025):
    own = replace(of_2025, rules=Rules(own_values={"meter_reading_half_width_pct": 5.0}))
    assert entry(own, "own-factors", "assumption.meter_reading_half_width_pct").cells[0] == "5 instead of 2"


def test_a_rule_says_whether_it_is_stated_or_ours():
    lines = {line.key: line for line in rule_lines(Rules(), frozenset({"inventory.gwp_set"}))}
    assert lines["inventory.gwp_set"].source == "saleve.toml, [inventory] gwp_set"
    assert lines["inventory.refrigerants"].source == "default of Salève"


def test_the_same_plan_has_no_differences(of_2025):
    sections = plan_sections(of_2025, MATTER)
    assert list(differences(sections, sections)) == []


def test_a_changed_rule_a_new_site_and_a_gone_proxy_are_told(of_2025, of_2024):
    before = plan_sections(of_2024, replace(MATTER, sites=MATTER.sites[:1]))
    now = replace(of_2025, rules=Rules(gwp_set="AR6"), groups={**of_2025.groups, "quality": ()})
    after = plan_sections(now, replace(MATTER, proxies=MATTER.proxies.clear()))

    told = {(one.section, one.label): (one.before, one.after) for one in differences(before, after)}

    assert told["Gases", "Warming potentials, over 100 years"][0].startswith("AR5")
    assert told["Facilities", "Addis Ababa"][0] == "not there"
    assert told["Proxies and their errors", "Electricity, Addis Ababa"][1] == "not there"


def test_figures_that_move_are_no_change_of_the_plan(of_2025, of_2024):
    told = differences(plan_sections(of_2024, MATTER), plan_sections(of_2025, MATTER))
    assert "Carbon dioxide (CO₂)" not in {one.label for one in told}


@pytest.fixture(scope="module")
def written(of_2025, of_2024, tmp_path_factory):
    files = write_plan(of_2025, MATTER, (of_2024, MATTER), formats=FORMATS, out_dir=tmp_path_factory.mktemp("plan"))  # fmt: skip
    return {path.suffix[1:]: path for path in files}


def test_page_and_word_have_every_section(written):
    page = plain(" ".join(read_html(written["html"]).text))
    word = " ".join(paragraph.text for paragraph in docx.Document(str(written["docx"])).paragraphs)
    for title in ("Organisational boundary", "Own emission factors that differ", "Audit and review"):
        assert title in page
        assert title in word


def test_the_workbook_has_a_sheet_for_each_section(written, of_2025):
    names = openpyxl.load_workbook(written["xlsx"]).sheetnames
    assert len(names) >= len(plan_sections(of_2025, MATTER))


def test_the_plan_prints_the_figures_of_the_report(written, report):
    plan, annual = read_html(written["html"]), read_html(report["html"])
    shared = set(plan.values) & set(annual.values)
    assert len(shared) > 5
    assert all(plan.values[name] == annual.values[name] for name in shared)


def test_names_that_try_to_be_something_else_are_printed_as_they_are(of_2025, tmp_path):
    nasty = ["<script>alert(1)</script>", "a|b", "=cmd|' /C calc'!A0", "[x](javascript:1) *y*"]
    matter = replace(MATTER, sites=tuple(PlanSite(name, name) for name in nasty), words={"version": nasty[0], "roles": nasty[2]})  # fmt: skip
    facts = replace(of_2025, header=replace(HEADER, organisation=nasty[1]))

    files = write_plan(facts, matter, None, formats=["html", "xlsx"], out_dir=tmp_path)

    page = read_html(files[0])
    assert not [tag for tag, _attributes in page.tags if tag == "script"]
    assert all(plain(name) in plain(" ".join(page.text)) for name in nasty)
    cells = [one for sheet in openpyxl.load_workbook(files[1]) for row in sheet.iter_rows() for one in row]
    assert not [one for one in cells if one.data_type == "f"]


def test_a_first_plan_compares_nothing(of_2025, tmp_path):
    (path,) = write_plan(of_2025, MATTER, None, formats=["html"], out_dir=tmp_path)
    assert "There is no earlier inventory" in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("kept_as", "told"), [("2024/abc", "kept with run 2024/abc"), ("", "No run of 2024 is kept")]
)
def test_the_plan_says_where_that_of_last_year_comes_from(of_2025, of_2024, tmp_path, kept_as, told):
    before = of_2024, replace(MATTER, kept_as=kept_as)
    (path,) = write_plan(of_2025, MATTER, before, formats=["html"], out_dir=tmp_path)
    assert told in plain(" ".join(read_html(path).text))
