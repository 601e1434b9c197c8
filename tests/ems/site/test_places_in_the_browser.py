"""Places as pages: what a form writes reads back, what is wrong is told at its field, and nobody else may."""

import re

import pytest
from django.conf import settings as site_settings

from saleve.ems import staging
from saleve.ems.amending import state_of_settings
from saleve.ems.audit_log.models import Entry
from saleve.ems.intake import check_path
from saleve.ems.jobs.models import Job
from saleve.ems.jobs.running import run_job
from saleve.ems.people.models import Grant
from saleve.ems.people.permissions import Role
from saleve.ems.settings import read_settings

FILE = """# kept
[organisation]
name = "Union for Tests"

[inventory]
first_year = 2023
last_year = 2025

[[sites]]
name = "Hill"
country = "Switzerland" # the seat

[[sites]]
name = "Lake"
country = "Kenya"

[[units]]
name = "BDT"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """Return a workspace of its own, which the site serves."""
    (tmp_path / "saleve.toml").write_text(FILE, "utf-8")
    settings.WORKSPACE = tmp_path
    return tmp_path


def _text():
    return (site_settings.WORKSPACE / "saleve.toml").read_text("utf-8")


def _sites():
    return read_settings(site_settings.WORKSPACE)["sites"]


def _sent(client, address, **values):
    return client.post(address, {"seen": state_of_settings(site_settings.WORKSPACE), **values})


def _change(client, **values):
    return _sent(client, "/places/change/Hill/", **{"name": "Hill", "country": "Switzerland", **values})


def test_a_new_site_reads_back_as_it_was_given(as_person):
    given = {
        "name": "Sea",
        "country": "Peru",
        "city": "Lima",
        "aliases": "Mar\r\nMer\r\n",
        "opened": "2020-02-01",
    }
    _sent(as_person(Role.COORDINATOR), "/places/add/", **given)
    added = _sites()[-1]
    assert (added["name"], added["aliases"], str(added["opened"])) == ("Sea", ["Mar", "Mer"], "2020-02-01")


def test_the_form_shows_what_the_file_says(as_person):
    page = as_person(Role.COORDINATOR).get("/places/change/Hill/").content.decode()
    assert 'value="Switzerland"' in page


def test_remarks_stay_when_a_site_is_changed(as_person):
    _change(as_person(Role.COORDINATOR), city="Geneva")
    assert _text() == FILE.replace("# the seat\n", '# the seat\ncity = "Geneva"\n')


def test_the_log_holds_what_was_and_what_is(as_person):
    _change(as_person(Role.COORDINATOR), city="Geneva")
    entry = Entry.objects.get(operation="change_places")
    assert entry.details["changes"] == [{"where": "[[sites]] 1: city", "before": None, "after": "Geneva"}]


def test_the_figures_are_computed_anew_after_a_change(as_person):
    _change(as_person(Role.COORDINATOR), city="Geneva")
    assert Job.objects.filter(operation="compute").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "Nowhere"),
        ("name", ""),
        ("aliases", "Lake"),
        ("opened", "2020-13-01"),
        ("sources_ended", "fuels someday"),
        ("sources_ended", "gas 2020-01-01"),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_the_file_stays(field, value, as_person):
    answer = _change(as_person(Role.COORDINATOR), **{field: value})
    assert field in answer.context["form"].errors
    assert _text() == FILE


def test_of_two_people_at_once_the_second_is_told_and_overwrites_nothing(as_person):
    client, seen = as_person(Role.COORDINATOR), state_of_settings(site_settings.WORKSPACE)
    _change(client, city="Geneva")
    answer = client.post(
        "/places/change/Lake/", {"seen": seen, "name": "Lake", "country": "Kenya", "city": "Kisumu"}
    )
    assert "changed meanwhile" in answer.context["form"].non_field_errors()[0]
    assert [site.get("city") for site in _sites()] == ["Geneva", None]


@pytest.mark.parametrize("role", [Role.FOCAL_POINT, Role.READER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_but_the_coordinator_changes_a_site(role, as_person):
    assert _change(as_person(role), city="Geneva").status_code == 403
    assert _text() == FILE


def test_a_site_under_a_new_name_stays_known_by_the_old_one_also_to_roles(as_person, person_with):
    person_with(Role.FOCAL_POINT, sites={"Hill"})
    _change(as_person(Role.COORDINATOR), name="Summit")
    assert _sites()[0]["aliases"] == ["Hill"]
    assert Grant.objects.get(role="focal_point").sites == ["Summit"]


def test_a_refused_new_name_leaves_roles_as_they_were(as_person, person_with):
    person_with(Role.FOCAL_POINT, sites={"Hill"})
    _change(as_person(Role.COORDINATOR), name="Lake")
    assert Grant.objects.get(role="focal_point").sites == ["Hill"]


def test_a_building_follows_its_site_to_a_new_name(as_person):
    client = as_person(Role.COORDINATOR)
    _sent(client, "/places/change/Lake/", name="Lake", country="Kenya", part_of="Hill")
    _change(client, name="Summit")
    assert _sites()[1]["part_of"] == "Summit"


def test_the_page_of_a_site_names_its_buildings(as_person):
    client = as_person(Role.COORDINATOR)
    _sent(client, "/places/change/Lake/", name="Lake", country="Kenya", part_of="Hill")
    tables = client.get("/places/sites/Hill/").context["tables_shown"]
    assert [row[0].text for row in tables[0].rows] == ["Lake"]


def test_a_focal_point_of_one_site_sees_that_site_alone(as_person):
    client = as_person(Role.FOCAL_POINT, sites={"Lake"})
    table = client.get("/places/").context["pages"]["sites"]
    assert [row[0].text for row in table.rows] == ["Lake"]
    assert client.get("/places/sites/Hill/").status_code == 403


def test_a_reader_finds_no_way_to_change(as_person):
    page = as_person(Role.READER).get("/places/sites/Hill/").content.decode()
    assert not re.search("/places/(change|add)", page)


def test_a_unit_is_added_below_another_and_taken_out_again(as_person):
    client = as_person(Role.COORDINATOR)
    _sent(client, "/places/units/add/", name="BDT/A", part_of="BDT")
    assert client.get("/places/").context["units"][1]["depth"] == 1
    _sent(client, "/places/units/BDT/A/", name="BDT/A", take_out="yes")
    assert read_settings(site_settings.WORKSPACE)["units"] == [{"name": "BDT"}]


def test_a_unit_with_parts_is_not_taken_out(as_person):
    client = as_person(Role.COORDINATOR)
    _sent(client, "/places/units/add/", name="BDT/A", part_of="BDT")
    answer = _sent(client, "/places/units/BDT/", name="BDT", take_out="yes")
    assert "part_of" in answer.context["form"].errors or answer.context["form"].non_field_errors()
    assert len(read_settings(site_settings.WORKSPACE)["units"]) == 2


def test_a_count_of_people_is_loaded_as_a_row_with_its_evidence(as_person):
    given = {
        "year": 2024,
        "site": "Lake",
        "unit": "BDT",
        "persons": "12.5",
        "definition": "Staff, mean of the year",
    }
    as_person(Role.COORDINATOR).post("/places/people/add/", given)
    job = Job.objects.get(operation="load")
    staged = staging.find(site_settings.WORKSPACE, job.arguments["staged"])
    (checked,) = check_path(staged.path, category=staged.category)
    told = checked.activity.select("year", "unit", "site", "persons", "definition").rows()
    assert told == [(2024, "BDT", "Lake", 12.5, "Staff, mean of the year")]
    staging.discard(staged)


def test_a_floor_area_is_loaded_as_a_row(as_person):
    given = {"year": 2024, "site": "Lake", "area_m2": "1200", "definition": "Gross internal area"}
    as_person(Role.COORDINATOR).post("/places/areas/add/", given)
    staged = staging.find(site_settings.WORKSPACE, Job.objects.get(operation="load").arguments["staged"])
    (checked,) = check_path(staged.path, category=staged.category)
    assert checked.activity.select("site", "area_m2", "definition").rows() == [
        ("Lake", 1200.0, "Gross internal area")
    ]
    staging.discard(staged)


def test_a_negative_count_is_told_at_its_field(as_person):
    given = {"year": 2024, "site": "Lake", "persons": "-1", "definition": "Staff"}
    answer = as_person(Role.COORDINATOR).post("/places/people/add/", given)
    assert "persons" in answer.context["form"].errors
    assert not Job.objects.exists()


def test_a_count_that_was_loaded_just_now_is_not_taken_twice(as_person):
    client = as_person(Role.COORDINATOR)
    given = {"year": 2024, "site": "Lake", "persons": "12", "definition": "Staff"}
    client.post("/places/people/add/", given)
    run_job(str(Job.objects.get(operation="load").pk))
    answer = client.post("/places/people/add/", given)
    assert "both would be added" in answer.context["form"].errors["year"][0]
