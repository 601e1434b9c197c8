import re
from pathlib import Path

import pytest
from frictionless import Package, system

from saleve.method.reference.factors import PACKAGES as FACTOR_PACKAGES
from saleve.method.reference.packages import DATA, descriptor, package_names, source, table

PACKAGES = package_names()
TABLES = [(package, entry["name"]) for package in PACKAGES for entry in descriptor(package)["resources"]]
QUALITIES = {"published", "transcribed", "derived", "assumption", "unverified"}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_is_valid_frictionless(package):
    with system.use_context(trusted=True):
        report = Package(str(DATA / package / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])[:5]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_says_source_edition_licence_and_accounting_basis(package):
    cited = source(package)
    assert all([cited.title, cited.publisher, cited.edition, cited.licence])
    assert descriptor(package)["accounting_basis"]


@pytest.mark.parametrize(("package", "resource"), TABLES)
@pytest.mark.parametrize(
    "what", ["source", "edition", "licence", "accounting_basis", "quality", "uncertainty_basis"]
)
def test_every_record_has_its_own_identity_where_its_table_has_a_column_for_it(package, resource, what):
    rows = table(package, resource)
    assert rows.height > 0
    assert what not in rows.columns or rows[what].null_count() == 0


@pytest.mark.parametrize(("package", "resource"), TABLES)
def test_the_quality_of_a_record_begins_with_one_of_the_five(package, resource):
    rows = table(package, resource)
    held = {quality.split(";")[0] for quality in rows["quality"]} if "quality" in rows.columns else set()
    assert held <= QUALITIES


@pytest.mark.parametrize("package", FACTOR_PACKAGES)
def test_every_factor_carries_its_whole_identity(package):
    rows = table(package, "factors")
    whole = ["factor_id", "place", "edition", "accounting_basis", "gwp_set", "unit", "kg_co2e_per_unit"]
    whole += ["low_pct", "high_pct", "uncertainty_basis", "source", "licence", "quality"]
    assert rows.select(whole).null_count().sum_horizontal().sum() == 0
    assert rows["factor_id"].is_unique().all()
    assert rows.filter(rows["valid_from"] > rows["valid_to"]).is_empty()


def test_no_record_and_no_package_is_under_a_share_alike_licence():
    share_alike = re.compile(r"share.?alike|-SA\b|BY-SA|ODbL|GPL", re.IGNORECASE)
    licences = {str(descriptor(package)["licenses"]) for package in PACKAGES}
    for package, resource in TABLES:
        rows = table(package, resource)
        licences |= set(rows["licence"]) if "licence" in rows.columns else set()
    assert not [licence for licence in licences if share_alike.search(licence)]


def test_the_share_alike_mix_of_2014_is_not_shipped():
    periods = set(table("aircraft_mix", "by_route_group")["period"])
    assert periods == {2019, 2024}
    assert not list(DATA.rglob("*openflights*"))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_holds_no_file_that_it_does_not_describe(package):
    described = {entry["path"] for entry in descriptor(package)["resources"]} | {"datapackage.json"}
    assert {path.name for path in (DATA / package).iterdir()} == described


def test_every_package_stands_on_the_reference_page():
    page = (Path(__file__).parents[3] / "docs/reference/data.md").read_text("utf-8")
    assert [package for package in PACKAGES if f"| `{package}` |" not in page] == []
