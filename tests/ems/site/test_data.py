"""Data on their way in: files and pasted rows wait, are read, their columns corrected, their rows loaded by whom they concern."""

import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from saleve.ems import previewing, staging
from saleve.ems.audit_log.models import Entry
from saleve.ems.jobs import work as jobs_work
from saleve.ems.jobs.models import Job
from saleve.ems.jobs.running import give_back_lost, run_job
from saleve.ems.jobs.starting import start
from saleve.ems.ledgers import list_batches, write_rejects
from saleve.ems.people.permissions import Role
from saleve.ems.previewing import previewed
from saleve.ems.workspace import open_workspace

BILLS = (
    "Site,Start,End,Electricity (kWh)\nHill,2025-01-01,2025-01-31,{hill}\nLake,2025-01-01,2025-01-31,800\n"
)
TRIPS = "Ticket no,Departure date,Routing,Cabin\n{ticket},2025-05-05,GVA-JFK-GVA,Business\n2,2025-05-12,GVAA-VIE-GVA,Economy\n"


@pytest.fixture(autouse=True)
def _nothing_waits_or_is_remembered():
    shutil.rmtree(settings.WORKSPACE / "profiles", ignore_errors=True)
    for one in staging.all_staged(settings.WORKSPACE):
        staging.discard(one)


def bring(client, text: str, name: str = "bills.csv"):
    client.post("/data/files/", {"files": [SimpleUploadedFile(name, text.encode())]})
    [staged] = [one for one in staging.all_staged(settings.WORKSPACE) if one.name == name]
    return staged


def work(operation: str) -> Job:
    """Do what waits of this kind, as the worker does, and return the last job."""
    job = Job.objects.filter(operation=operation).order_by("made").last()
    run_job(str(job.pk))
    job.refresh_from_db()
    return job


def read(client, text: str, name: str = "bills.csv") -> str:
    """Bring a file, have it read, and return the address of its page."""
    staged = bring(client, text, name)
    work("preview")
    return f"/data/waiting/{staged.id}/"


def batches():
    return list_batches(open_workspace(settings.WORKSPACE))


def test_a_file_that_was_brought_waits_and_is_read(as_person):
    client = as_person(Role.COORDINATOR)
    address = read(client, BILLS.format(hill=1001))
    page = client.get(address).content.decode()
    assert "Ready to load" in page
    assert "bills.csv" in client.get("/data/").content.decode()


def test_several_files_come_at_once(as_person):
    files = [SimpleUploadedFile(f"{name}.csv", BILLS.format(hill=1).encode()) for name in ("one", "two")]
    assert as_person(Role.COORDINATOR).post("/data/files/", {"files": files})["Location"] == "/data/"
    assert {one.name for one in staging.all_staged(settings.WORKSPACE)} == {"one.csv", "two.csv"}


def test_a_file_that_is_no_table_is_refused_with_what_to_bring(as_person):
    file = SimpleUploadedFile("holiday.jpg", b"\xff\xd8\xff")
    answer = as_person(Role.COORDINATOR).post("/data/files/", {"files": [file]}, follow=True)
    assert "holiday.jpg is no table that can be read" in answer.content.decode()
    assert staging.all_staged(settings.WORKSPACE) == []


def test_a_file_whose_columns_nobody_knows_asks_for_them(as_person):
    client = as_person(Role.COORDINATOR)
    address = read(client, "a,b\n1,2\n3,4\n", "unknown.csv")
    assert "Choose its source category under Columns" in client.get(address).content.decode()
    assert b"Source category" in client.get(f"{address}columns/").content


def test_headers_that_fit_several_categories_name_them_and_no_option_of_the_command_line(as_person):
    client = as_person(Role.COORDINATOR)
    page = client.get(read(client, "Site,Start,End,kWh\nHill,2025-01-01,2025-01-31,5\n")).content.decode()
    assert "The headers fit several source categories: Electricity, " in page
    assert "--category" not in page


def test_headers_that_changed_are_confirmed_on_the_page(as_person):
    client = as_person(Role.COORDINATOR)
    address = read(client, BILLS.format(hill=1))
    client.post(f"{address}columns/", answers(client, f"{address}columns/", {"name": "Bills"}))
    work("preview")
    changed = BILLS.format(hill=1011).replace("Site,", "Location of the meter,").replace("End", "Ende")
    address = read(client, changed.replace("Location of the meter,", "Site,"), "changed.csv")
    assert "The headers changed" in client.get(address).content.decode()
    client.post(f"{address}confirm/")
    work("preview")
    assert "Ready to load" in client.get(address).content.decode()


def test_pasted_cells_keep_their_commas(as_person):
    client = as_person(Role.COORDINATOR)
    client.post(
        "/data/rows/", {"name": "Bills of Hill", "rows": "Site\tStart\tkWh\nHill, new\t2025-01-01\t1"}
    )
    [staged] = staging.all_staged(settings.WORKSPACE)
    assert staged.name == "Bills of Hill.csv"
    assert staged.path.read_text("utf-8").splitlines()[1] == '"Hill, new",2025-01-01,1'


def test_rejected_rows_stand_with_their_reason_beside_repaired_and_accepted(as_person):
    client = as_person(Role.COORDINATOR)
    answer = client.get(read(client, TRIPS.format(ticket=7001), "trips.csv"))
    assert answer.context["preview"].counts == {"accepted": 1, "repaired": 0, "rejected": 1}
    assert "airport &#x27;GVAA&#x27; is unknown" in answer.content.decode()


def test_a_repaired_value_is_shown_as_it_was_and_as_it_is_read(as_person):
    client = as_person(Role.COORDINATOR)
    address = read(client, TRIPS.format(ticket=7002).replace("GVA-JFK-GVA", "gva-jfk-gva"), "small.csv")
    page = client.get(address, {"rows": "repaired"})
    [repairs] = [one for one in page.context["tables"] if one.table.id == "repairs"]
    assert ("gva", "GVA") in repairs.table.frame.select("before", "after").rows()


def test_a_whole_load_goes_through_the_worker_and_has_the_figures_computed(as_person):
    client = as_person(Role.COORDINATOR)
    address = read(client, BILLS.format(hill=1002))
    client.post(f"{address}load/")
    assert "Is being loaded" in client.get(address).content.decode()
    job = work("load")
    assert (job.state, job.result["rows"]) == ("done", 2)
    assert batches()[-1].load.by == "coordinator@example.org"
    assert Job.objects.filter(operation="compute").exists()
    assert client.get(address)["Location"] == f"/data/batches/{job.result['batch']}/"


def test_a_column_that_is_corrected_is_remembered_for_the_same_headers(as_person):
    client = as_person(Role.COORDINATOR)
    headers = "Site,Start,End,Verbrauchswert X\nHill,2025-02-01,2025-02-28,{}\n"
    address = read(client, headers.format(31), "first.csv")
    client.post(f"{address}columns/", {"category": "electricity", "name": ""})
    work("preview")
    client.post(f"{address}columns/", answers(client, f"{address}columns/", {"column-3": "amount_kwh"}))
    work("preview")
    again = client.get(read(client, headers.format(32), "second.csv")).context["preview"]
    assert again.headers.profile == "first"
    assert again.counts == {"accepted": 1, "repaired": 0, "rejected": 0}


def answers(client, address: str, changed: dict[str, str]) -> dict[str, str]:
    """Return the form as a browser sends it back, with what a person changes."""
    form = client.get(address).context["form"]
    held = {one.html_name: one.value() for one in form}
    return {name: str(value) for name, value in held.items() if value is not None} | changed


def test_a_focal_point_does_not_load_a_row_of_another_site(as_person):
    client = as_person(Role.FOCAL_POINT, sites={"Hill"})
    address = read(client, BILLS.format(hill=1003))
    refused = client.post(f"{address}load/", follow=True).content.decode()
    assert "Row 3 is of the site Lake; you load those of Hill" in refused
    assert not Job.objects.filter(operation="load").exists()


def test_the_worker_refuses_too_what_the_page_would_have_refused(as_person):
    client = as_person(Role.FOCAL_POINT, sites={"Hill"})
    staged, before = bring(client, BILLS.format(hill=1004)), len(batches())
    person = client.get("/data/").context["user"]
    start("load", person, staged=staged.id)
    job = work("load")
    assert job.state == "failed"
    assert "Row 3 is of the site Lake" in job.sentence
    assert len(batches()) == before


def test_a_focal_point_loads_the_own_site(as_person):
    client = as_person(Role.FOCAL_POINT, sites={"Hill"})
    address = read(client, BILLS.format(hill=1005).rsplit("Lake", 1)[0])
    client.post(f"{address}load/")
    assert work("load").state == "done"


def test_a_file_without_a_site_is_loaded_once_the_site_of_the_whole_file_is_said(as_person):
    client = as_person(Role.FOCAL_POINT, sites={"Hill"})
    address = read(
        client, "Country,Start,End,Electricity (kWh)\nCHE,2025-03-01,2025-03-31,77\n", "no-site.csv"
    )
    client.post(f"{address}columns/", answers(client, f"{address}columns/", {"value-site": "Hill"}))
    work("preview")
    page = client.get(address)
    assert {one.site for one in page.context["preview"].places} == {"Hill"}
    assert page.context["refusal"] == ""


def test_a_file_of_others_is_seen_by_the_coordinator_alone(as_person, person_with):
    client = as_person(Role.COORDINATOR)
    address = read(client, BILLS.format(hill=1006))
    client.force_login(person_with(Role.FOCAL_POINT))
    assert client.get(address).status_code == 404
    assert "bills.csv" not in client.get("/data/").content.decode()


def test_who_may_not_read_travellers_sees_no_value_of_theirs(as_person):
    client = as_person(Role.FOCAL_POINT)
    address = read(client, TRIPS.format(ticket=7003), "trips.csv")
    page = client.get(address).content.decode()
    assert "GVAA" not in page
    assert "GVAA" not in client.get(f"{address}columns/").content.decode()


def test_reading_rows_of_travellers_is_in_the_log(as_person):
    client = as_person(Role.COORDINATOR)
    client.get(read(client, TRIPS.format(ticket=7004), "trips.csv"))
    assert Entry.objects.filter(operation="read_personal_rows").count() == 1


def test_a_new_edition_takes_the_place_of_the_file_of_the_same_name(as_person):
    client = as_person(Role.COORDINATOR)
    client.post(f"{read(client, BILLS.format(hill=1007), 'edition.csv')}load/")
    old = work("load").result["batch"]
    client.post(f"{read(client, BILLS.format(hill=1008), 'edition.csv')}load/", {"replaces": old})
    work("load")
    [row] = [one for one in batches() if one.load.batch == old]
    assert row.withdrawal is not None


def test_a_file_that_is_loaded_already_leads_to_its_batch(as_person):
    client = as_person(Role.COORDINATOR)
    client.post(f"{read(client, BILLS.format(hill=1017))}load/")
    batch = work("load").result["batch"]
    page = client.get(read(client, BILLS.format(hill=1017), "again.csv")).content.decode()
    assert "This very file is loaded already" in page
    assert f"/data/batches/{batch}/" in page


def test_a_discarded_file_is_gone(as_person):
    client = as_person(Role.COORDINATOR)
    address = read(client, BILLS.format(hill=1009))
    client.post(f"{address}discard/")
    assert client.get(address).status_code == 404
    assert not staging.all_staged(settings.WORKSPACE)


def test_work_that_is_stopped_leaves_the_file_unread(as_person):
    client = as_person(Role.COORDINATOR)
    staged = bring(client, BILLS.format(hill=1010))
    job = Job.objects.filter(operation="preview").last()
    client.post(f"/jobs/{job.pk}/stop/")
    assert previewed(staged) is None
    assert "Read the file" in client.get(f"/data/waiting/{staged.id}/").content.decode()


def test_a_template_is_given_out_in_a_language(as_person):
    asked = {"category": "water", "language": "fr"}
    answer = as_person(Role.COORDINATOR).get("/data/templates/", asked)
    assert answer["Content-Disposition"] == 'attachment; filename="water-fr.xlsx"'
    assert answer.content[:2] == b"PK"


def test_an_auditor_sees_what_there_is_and_brings_nothing(as_person):
    client = as_person(Role.AUDITOR)
    page = client.get("/data/").content
    assert b"data-drop" not in page
    assert b"See the batches" in page
    assert client.post("/data/files/").status_code == 403


def test_a_corrected_workbook_of_rejects_says_which_batch_it_completes(as_person, tmp_path):
    client = as_person(Role.COORDINATOR)
    client.post(f"{read(client, TRIPS.format(ticket=7005), 'rejected.csv')}load/")
    batch = work("load").result["batch"]
    book, _count = write_rejects(open_workspace(settings.WORKSPACE), batch, tmp_path / "again.xlsx")
    retyped(book, "GVAA-VIE-GVA", "GVA-VIE-GVA")
    client.post("/data/files/", {"files": [SimpleUploadedFile("again.xlsx", book.read_bytes())]})
    work("preview")
    [staged] = staging.all_staged(settings.WORKSPACE)
    found = previewed(staged)
    assert (found.completes, found.counts["accepted"]) == (batch, 1)
    client.post(f"/data/waiting/{staged.id}/load/")
    assert work("load").state == "done"
    [row] = [one for one in batches() if one.load.batch == batch]
    assert row.rejected == 0


def retyped(book: Path, before: str, after: str) -> None:
    """Write another text into the cells of a workbook that hold this one, as a person does in a spreadsheet."""
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(book, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(before.encode(), after.encode()))


def test_a_sheet_of_another_category_is_previewed_by_its_own_columns(as_person, tmp_path):
    book = tmp_path / "year.xlsx"
    with xlsxwriter.Workbook(book) as made:
        for name, rows in (
            (
                "Electricity",
                [("Site", "Start", "End", "Electricity (kWh)"), ("Hill", "2025-01-01", "2025-01-31", 5)],
            ),
            ("Water", [("Site", "Start", "End", "Water (m3)"), ("Hill", "2025-01-01", "2025-01-31", 7)]),
        ):
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    client = as_person(Role.COORDINATOR)
    client.post("/data/files/", {"files": [SimpleUploadedFile("year.xlsx", book.read_bytes())]})
    work("preview")
    [staged] = staging.all_staged(settings.WORKSPACE)
    assert previewed(staged).categories == ("electricity", "water")


def test_reading_stops_between_its_parts_when_it_is_asked_to(as_person, monkeypatch):
    client = as_person(Role.COORDINATOR)
    staged = bring(client, BILLS.format(hill=1012))
    job = Job.objects.filter(operation="preview").last()
    checked = previewing.parts_of

    def asked_meanwhile(delivery):
        Job.objects.filter(pk=job.pk).update(cancel_asked=True)
        yield from checked(delivery)

    monkeypatch.setattr(previewing, "parts_of", asked_meanwhile)
    assert work("preview").state == "cancelled"
    assert previewed(staged) is None


def test_a_load_that_is_stopped_before_it_is_kept_leaves_the_ledger_as_it_was(as_person, monkeypatch):
    client = as_person(Role.COORDINATOR)
    address = read(client, BILLS.format(hill=1013))
    client.post(f"{address}load/")
    job, before = Job.objects.filter(operation="load").last(), len(batches())
    loads = jobs_work.load_files

    def asked_meanwhile(*given, **named):
        Job.objects.filter(pk=job.pk).update(cancel_asked=True)
        return loads(*given, **named)

    monkeypatch.setattr(jobs_work, "load_files", asked_meanwhile)
    assert work("load").state == "cancelled"
    assert len(batches()) == before
    assert "Load the file" in client.get(address).content.decode()


def test_what_waits_is_read_by_the_next_worker_when_one_is_gone(as_person):
    client = as_person(Role.COORDINATOR)
    staged = bring(client, BILLS.format(hill=1014))
    Job.objects.filter(operation="preview").last().tell(state="running", attempts=1)
    give_back_lost()
    work("preview")
    assert previewed(staged).rows == 2


def test_a_focal_point_does_not_replace_a_batch_of_another_site(as_person, person_with):
    client = as_person(Role.COORDINATOR)
    client.post(f"{read(client, BILLS.format(hill=1015), 'both.csv')}load/")
    batch = work("load").result["batch"]
    person = person_with(Role.FOCAL_POINT, sites={"Hill"})
    client.force_login(person)
    staged = bring(client, BILLS.format(hill=1016).rsplit("Lake", 1)[0], "both-2.csv")
    work("preview")
    staging.change(staged, replaces=batch)
    start("load", person, staged=staged.id)
    job = work("load")
    assert "is of the site Lake" in job.sentence
    [row] = [one for one in batches() if one.load.batch == batch]
    assert row.withdrawal is None


def test_a_value_for_the_whole_file_is_not_remembered_with_the_columns(as_person):
    client = as_person(Role.COORDINATOR)
    text = "Country,Start,End,Electricity (kWh)\nCHE,2025-03-01,2025-03-31,{}\n"
    address = read(client, text.format(71), "first-of-two.csv")
    client.post(f"{address}columns/", answers(client, f"{address}columns/", {"value-site": "Hill"}))
    work("preview")
    again = client.get(read(client, text.format(72), "second-of-two.csv")).context["preview"]
    assert {one.site for one in again.places} != {"Hill"}
    assert again.headers.profile == "first-of-two"


def test_a_real_export_of_journeys_is_understood(as_person, shared):
    real = shared / "data/real/argentina_senate_travel/clean_viajes_2013.csv"
    client = as_person(Role.COORDINATOR)
    found = client.get(read(client, real.read_text("utf-8"), real.name)).context["preview"]
    assert found.categories == ("air_travel",)
    assert found.rows == sum(found.counts.values()) == 115


def test_a_file_that_waited_too_long_is_forgotten_when_another_comes(as_person):
    client = as_person(Role.COORDINATOR)
    old = bring(client, BILLS.format(hill=1), "old.csv")
    staging.change(old, at=old.at - timedelta(days=staging.WAITS_DAYS + 1))
    bring(client, BILLS.format(hill=2), "new.csv")
    assert [one.name for one in staging.all_staged(settings.WORKSPACE)] == ["new.csv"]


def test_a_category_that_is_named_is_remembered_for_the_same_headers(as_person):
    client = as_person(Role.COORDINATOR)
    unsure = "Site,Year,Month,kWh\nHill,2025,1,{kwh}\n"
    address = read(client, unsure.format(kwh=7001), "unsure.csv")
    assert "Needs your answer" in client.get(address).content.decode()
    client.post(f"{address}columns/", {"category": "electricity", "name": "Bills in kWh"})
    work("preview")
    again = read(client, unsure.format(kwh=7002), "again.csv")
    told = client.get(again).content.decode()
    assert "Read as Electricity" in told
    assert "Bills in kWh" in told
