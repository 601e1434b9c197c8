"""Factors as pages: one record with everything known of it, and a table of one's own that is looked at before it is kept."""

from datetime import date

import pytest
from django.conf import settings as site_settings
from django.core.files.uploadedfile import SimpleUploadedFile

from saleve.ems.audit_log.models import Entry
from saleve.ems.factor_files import FOLDER as KEPT
from saleve.ems.factors import show_factors
from saleve.ems.jobs.models import Job
from saleve.ems.people.permissions import Role

RECORD = "fuel.desnz.aviation_turbine_fuel.kwh_gross_cv.2016"
HEADER = "category,edition,published,level,place,year,accounting_basis,unit,kg_co2e_per_unit,source\n"
ROW = "electricity,Supplier 2025,2026-02-01,site,Hill,2025,lifecycle_generation,kWh,0.012,Letter of the supplier\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """Return a workspace of its own, which the site serves."""
    text = '[organisation]\nname = "X"\n\n[[sites]]\nname = "Hill"\ncountry = "Switzerland"\n'
    (tmp_path / "saleve.toml").write_text(text, "utf-8")
    settings.WORKSPACE = tmp_path
    return tmp_path


def _brought(client, text):
    return client.post("/factors/import/", {"file": SimpleUploadedFile("own.csv", text.encode())})


def test_a_record_shows_its_parts_by_gas(as_person):
    page = as_person(Role.READER).get(f"/factors/records/{RECORD}/")
    gases = [row[0].text for row in page.context["pages"]["gases"].rows]
    assert gases == ["CO₂", "CH₄", "N₂O"]


def test_a_record_leads_to_the_same_factor_of_the_next_year(as_person):
    page = as_person(Role.READER).get(f"/factors/records/{RECORD}/")
    assert "/factors/records/fuel.desnz.aviation_turbine_fuel.kwh_gross_cv.2017/" in page.content.decode()


def test_a_record_says_its_licence_and_publication(as_person):
    page = as_person(Role.READER).get(f"/factors/records/{RECORD}/").content.decode()
    assert "OGL-UK-3.0" in page
    assert "flat file: Fuels" in page


def test_a_factor_that_nobody_holds_has_no_page(as_person):
    assert as_person(Role.READER).get("/factors/records/none/").status_code == 404


def test_nothing_is_kept_before_somebody_looked(as_person):
    answer = _brought(as_person(Role.COORDINATOR), HEADER + ROW)
    assert answer.status_code == 302
    assert not (site_settings.WORKSPACE / KEPT).exists()


def test_a_table_that_was_looked_at_is_kept_as_an_edition(as_person):
    client = as_person(Role.COORDINATOR)
    address = _brought(client, HEADER + ROW)["Location"]
    assert client.get(address).context["factors"].count == 1
    client.post(f"{address}keep/", {"seen": "on"})
    assert show_factors(site_settings.WORKSPACE, edition="Supplier 2025")["published"].to_list() == [
        date(2026, 2, 1)
    ]
    assert Entry.objects.get(operation="change_factors").details["factors"] == 1
    assert Job.objects.filter(operation="compute").exists()


def test_a_table_with_an_error_shows_its_row_and_cannot_be_kept(as_person):
    client = as_person(Role.COORDINATOR)
    address = _brought(client, HEADER + ROW + ROW.replace("kWh", "mile"))["Location"]
    page = client.get(address)
    assert ("3", "unit") in [(row[1].text, row[2].text) for row in page.context["problems"].rows]
    client.post(f"{address}keep/", {"seen": "on"})
    assert not (site_settings.WORKSPACE / KEPT).exists()
    assert not Entry.objects.filter(operation="change_factors").exists()


def test_a_file_that_is_no_table_is_told_at_its_field(as_person):
    answer = as_person(Role.COORDINATOR).post("/factors/import/", {"file": SimpleUploadedFile("own.csv", b"\xff\xfe\x00")})  # fmt: skip
    assert answer.context["form"].errors["file"]


def test_a_table_that_was_thrown_away_is_gone(as_person):
    client = as_person(Role.COORDINATOR)
    address = _brought(client, HEADER + ROW)["Location"]
    client.post(f"{address}discard/")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("role", [Role.READER, Role.FOCAL_POINT, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_but_the_coordinator_brings_a_table(role, as_person):
    assert _brought(as_person(role), HEADER + ROW).status_code == 403
