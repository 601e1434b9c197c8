"""Settings as pages: what is sent reads back from ``saleve.toml``; who may not change sees and changes nothing; secrets stay secret."""

import pytest
from django.conf import settings as site_settings
from django.core.files.uploadedfile import SimpleUploadedFile

from saleve.ems.amending import state_of_settings
from saleve.ems.audit_log.models import Entry
from saleve.ems.people.permissions import Role
from saleve.ems.settings import read_settings
from saleve.ems.sign_on_secret import FILE, oidc_secret

SAID = '[organisation]\nname = "Union for Tests" # as printed\n\n[inventory]\nfirst_year = 2023\nlast_year = 2025\n'
PAGES = ("organisation", "rules", "privacy", "sign-in")
RULES = b'name = "own"\ntitle = "Own rules"\ndated = 2026-01-01\nsource = "Decision 1"\nbased_on = "un-greening-the-blue"\n\n[[rules]]\nrule = "boundary"\nsubject = "waste"\nvalue = "minimum"\nclause = "paragraph 4"\n'


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """Return a workspace of its own, which the site serves."""
    (tmp_path / "saleve.toml").write_text(SAID, "utf-8")
    settings.WORKSPACE = tmp_path
    return tmp_path


def _sent(client, page, **values):
    """Send a form as the page shows it, with some values changed: ``target__base_year=2010``."""
    shown = client.get(f"/settings/{page}/").context["parts"]
    data = {}
    for _part, form in shown:
        for name in form.fields:
            start = form.get_initial_for_field(form.fields[name], name)
            if start not in (None, ""):
                data[form.add_prefix(name)] = start
    data |= {name.replace("__", "-"): value for name, value in values.items()}
    return client.post(f"/settings/{page}/", data)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_is_saved_as_it_was_shown_changes_nothing(page, as_person, person_with):
    seen = state_of_settings(site_settings.WORKSPACE)
    answer = _sent(as_person(Role.ADMINISTRATOR), page)
    assert answer.status_code == 302
    assert state_of_settings(site_settings.WORKSPACE) == seen


def test_a_target_reads_back(as_person):
    _sent(as_person(Role.COORDINATOR), "organisation", target__base_year=2010, target__reduction_pct="45.5")
    assert read_settings(site_settings.WORKSPACE)["target"] == {"base_year": 2010, "reduction_pct": 45.5}


def test_names_in_lines_read_back_as_a_list(as_person):
    _sent(as_person(Role.COORDINATOR), "organisation", organisation__also_known_as="UT\r\nU.T.\r\n")
    assert read_settings(site_settings.WORKSPACE)["organisation"]["also_known_as"] == ["UT", "U.T."]


def test_faults_of_several_parts_are_told_each_at_its_field(as_person):
    wrong = {"target__reduction_pct": "450", "inventory__first_year": "1800"}
    answer = _sent(as_person(Role.COORDINATOR), "organisation", **wrong)
    forms = {form.table: form for _part, form in answer.context["parts"]}
    assert "reduction_pct" in forms["target"].errors
    assert "first_year" in forms["inventory"].errors


def test_a_file_that_somebody_else_changed_is_not_overwritten(as_person):
    client = as_person(Role.COORDINATOR)
    path = site_settings.WORKSPACE / "saleve.toml"
    changed = path.read_text("utf-8") + "\n# by hand\n"
    data = {"privacy-seen": state_of_settings(site_settings.WORKSPACE), "privacy-smallest_group": "7"}
    path.write_text(changed, "utf-8")
    answer = client.post("/settings/privacy/", data)
    assert "changed meanwhile" in answer.content.decode()
    assert path.read_text("utf-8") == changed


@pytest.mark.parametrize("page", PAGES)
def test_an_auditor_sees_and_changes_nothing(page, as_person):
    client, seen = as_person(Role.AUDITOR), state_of_settings(site_settings.WORKSPACE)
    assert "Save</button>" not in client.get(f"/settings/{page}/").content.decode()
    assert _sent(client, page).status_code == 403
    assert state_of_settings(site_settings.WORKSPACE) == seen


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [Role.READER, Role.FOCAL_POINT])
def test_settings_are_not_for_readers_and_focal_points(page, role, as_person):
    assert as_person(role).get(f"/settings/{page}/").status_code == 403


def test_a_coordinator_does_not_change_how_people_sign_in(as_person):
    assert _sent(as_person(Role.COORDINATOR), "sign-in", site__session_hours="1").status_code == 403


def test_hours_of_a_session_read_back_and_wait_for_a_new_start(as_person):
    client = as_person(Role.ADMINISTRATOR)
    _sent(client, "sign-in", site__session_hours="8")
    assert read_settings(site_settings.WORKSPACE)["site"]["session_hours"] == 8
    assert "starts the server again" in client.get("/settings/sign-in/").content.decode()


def test_an_issuer_without_a_name_there_is_told_at_the_field(as_person):
    answer = _sent(as_person(Role.ADMINISTRATOR), "sign-in", site__oidc_issuer="https://id.example.org")
    ((_part, form),) = answer.context["parts"]
    assert "oidc_client" in form.errors


def test_the_secret_of_the_single_sign_on_is_kept_and_shown_nowhere(as_person):
    client = as_person(Role.ADMINISTRATOR)
    client.post("/settings/sign-in/secret/", {"secret": "tell-nobody-0815"})
    assert oidc_secret(site_settings.WORKSPACE) == "tell-nobody-0815"
    assert (site_settings.WORKSPACE / FILE).stat().st_mode & 0o077 == 0
    assert "tell-nobody-0815" not in client.get("/settings/sign-in/").content.decode()
    assert not any("tell-nobody-0815" in f"{entry.thing}{entry.details}" for entry in Entry.objects.all())


def test_a_rule_set_of_ones_own_is_kept_and_can_be_chosen(as_person):
    client = as_person(Role.COORDINATOR)
    client.post("/settings/rules/add/", {"file": SimpleUploadedFile("Own.toml", RULES)})
    _sent(client, "rules", inventory__rule_set="own.toml")
    page = client.get("/settings/rules/")
    assert page.context["rule_set"].title == "Own rules"
    assert "paragraph 4" in page.content.decode()


def test_a_rule_set_with_faults_is_told_and_not_kept(as_person):
    wrong = RULES.replace(b'"minimum"', b'"all of it"')
    answer = as_person(Role.COORDINATOR).post(
        "/settings/rules/add/", {"file": SimpleUploadedFile("own.toml", wrong)}
    )
    assert "all of it" in answer.context["form"].errors["file"][0]
    assert not (site_settings.WORKSPACE / "own.toml").exists()


def test_a_rule_set_never_takes_the_place_of_another_file(as_person):
    before = (site_settings.WORKSPACE / "saleve.toml").read_bytes()
    answer = as_person(Role.COORDINATOR).post("/settings/rules/add/", {"file": SimpleUploadedFile("saleve.toml", RULES)})  # fmt: skip
    assert "another name" in answer.context["form"].errors["file"][0]
    assert (site_settings.WORKSPACE / "saleve.toml").read_bytes() == before


def test_a_rule_stated_by_the_organisation_is_marked_in_the_table(as_person):
    client = as_person(Role.COORDINATOR)
    _sent(client, "rules", inventory__gwp_set="AR6")
    rows = client.get("/settings/rules/", {"rules.rule": "gwp_set"}).context["table"].rows
    assert [row[-1].state for row in rows] == ["watch"]
