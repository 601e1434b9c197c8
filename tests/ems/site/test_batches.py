"""Batches as pages: who sees which, what the account says, rows corrected in place, files given back, and what the log keeps."""

import io
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from saleve.ems.acts import acting_as
from saleve.ems.audit_log.models import Entry
from saleve.ems.batches import opened, places, site_names
from saleve.ems.deliveries import Wishes
from saleve.ems.intake import load_files
from saleve.ems.jobs.models import Job
from saleve.ems.ledgers import batch_statement, init_workspace
from saleve.ems.people.permissions import Role
from saleve.ems.workspace import open_workspace

_SETTINGS = """[organisation]
name = "Union for Batches"

[inventory]
first_year = 2023
last_year = 2025

[[sites]]
name = "Hill"
country = "Switzerland"
aliases = ["The Hill"]

[[sites]]
name = "Lake"
country = "Kenya"
"""
_BILLS = """Site,Meter,From,To,Electricity (kWh),Invoice number
Hill,M1,2025-01-01,2025-06-30,55000,A1
the hill,M1,2025-07-01,2025-12-31,never,A2
Lake,M2,2025-01-01,2025-12-31,8000,A3
"""
_TICKETS = """Ticket no,Departure date,Routing,Cabin,Fare CHF,Traveller
2001,2025-05-05,GVA-JFK-GVA,Business,4000.50,Ada Stone
2002,2025-05-12,GVAA-VIE-GVA,Economy,310.25,Bo Field
2003,2025-05-31,gva-BKK-GVA,Economy,900.00,Cy Wood
"""


@pytest.fixture
def place(tmp_path, settings):
    """Return an empty workspace of two sites, which the site serves."""
    init_workspace(tmp_path)
    (tmp_path / "saleve.toml").write_text(_SETTINGS, "utf-8")
    settings.WORKSPACE = tmp_path
    return tmp_path


def load(place: Path, text: str, category: str) -> str:
    """Load a file and return the name of its batch."""
    path = place / f"{category}.csv"
    path.write_text(text, "utf-8")
    loaded = load_files(open_workspace(place), [path], Wishes(category=category))[0]
    path.unlink()
    return str(loaded.batch)


@pytest.fixture
def bills(place):
    """Return the batch of three bills, one of them rejected."""
    return load(place, _BILLS, "electricity")


@pytest.fixture
def tickets(place):
    """Return the batch of three tickets, one of them rejected, one repaired."""
    return load(place, _TICKETS, "air_travel")


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def names_listed(client) -> list[str]:
    shown = client.get("/data/batches/").context["table"]
    return [row[0].address.split("/")[-2] for row in shown.rows]


def logged(operation: str) -> list[str]:
    return [one.thing for one in Entry.objects.filter(operation=operation)]


def test_an_empty_list_says_what_to_do(place, as_person):
    assert "Nothing was loaded yet" in page(as_person(Role.COORDINATOR), "/data/batches/")


def test_the_newest_batch_stands_first(bills, tickets, as_person):
    assert names_listed(as_person(Role.COORDINATOR)) == [tickets, bills]


def test_the_list_is_given_out_as_a_file(bills, as_person):
    answer = as_person(Role.AUDITOR).get("/data/batches/?batches.as=csv")
    given = pl.read_csv(io.BytesIO(answer.content))
    assert given.select("File", "Rows", "Rejected").rows() == [("electricity.csv", 3, 1)]


def test_a_focal_point_sees_the_batches_of_the_own_category_alone(bills, tickets, as_person):
    client = as_person(Role.FOCAL_POINT, categories={"electricity"})
    assert names_listed(client) == [bills]
    assert client.get(f"/data/batches/{tickets}/").status_code == 404


def test_a_focal_point_of_another_site_sees_no_batch_of_this_one(place, as_person):
    batch = load(place, _BILLS.replace("Lake", "Hill"), "electricity")
    client = as_person(Role.FOCAL_POINT, sites={"Lake"})
    assert names_listed(client) == []
    assert client.get(f"/data/batches/{batch}/").status_code == 404


def test_of_a_file_of_several_sites_a_focal_point_sees_the_own_rows(bills, as_person):
    client = as_person(Role.FOCAL_POINT, sites={"Lake"})
    answer = client.get(f"/data/batches/{bills}/")
    assert answer.context["counts"]["rows"] == 1
    assert "55,000" not in answer.content.decode()
    rows = client.get(f"/data/batches/{bills}/rows/").context["table"].rows
    assert [row[0].text for row in rows] == ["4"]


def test_of_a_file_of_several_sites_a_focal_point_of_one_reads_the_counts_of_the_own_rows(bills, as_person):
    whole = as_person(Role.COORDINATOR).get("/data/batches/").context["table"].rows[0][4:9]
    answer = as_person(Role.FOCAL_POINT, sites={"Lake"}).get("/data/batches/")
    assert int(whole[0].text) > 1
    assert [cell.text for cell in answer.context["table"].rows[0][4:9]] == ["1", "1", "0", "0", "0"]
    assert "only your own rows are counted here" in answer.content.decode()


def test_the_row_of_another_site_is_not_there(bills, as_person):
    assert (
        as_person(Role.FOCAL_POINT, sites={"Lake"}).get(f"/data/batches/{bills}/rows/2/").status_code == 404
    )


def test_a_rejected_row_belongs_to_the_site_that_its_cell_names(bills, as_person):
    client = as_person(Role.FOCAL_POINT, sites={"Hill"})
    assert "never" in page(client, f"/data/batches/{bills}/rows/3/")


def test_places_are_read_anew_only_of_what_a_later_commit_touched(place, bills):
    ledger = opened(open_workspace(place))
    first = places(ledger, site_names(open_workspace(place)))
    load(place, _TICKETS, "air_travel")
    later = places(opened(open_workspace(place)), site_names(open_workspace(place)))
    assert later[bills] is first[bills]
    assert first[bills] == {("electricity", None, "Hill"), ("electricity", None, "Lake")}


def test_the_statement_adds_up_rows_and_money(tickets, as_person):
    answer = as_person(Role.COORDINATOR).get(f"/data/batches/{tickets}/")
    rows, money = answer.context["tables"][:2]
    assert [cell.text for cell in rows.rows[0][1:]] == ["3", "1", "1", "1", "0", "0"]
    assert [cell.text for cell in money.rows[0][1:6]] == ["CHF", "5,210.75", "4,000.50", "900.00", "310.25"]


def test_the_coordinator_corrects_a_rejected_row_and_the_batch_is_complete(place, tickets, as_person):
    client = as_person(Role.COORDINATOR)
    address = f"/data/batches/{tickets}/rows/3/"
    form = client.get(address).context["form"]
    said = {**form.initial, "routing": "GVA-VIE-GVA", "reason": "Typing error"}
    answer = client.post(f"{address}correct/", said)
    assert answer.status_code == 302
    _load, statement = batch_statement(open_workspace(place), tickets)
    assert (statement.rows("rejected"), statement.rows("repaired"), statement.reconciled) == (0, 2, True)


def test_a_correction_is_kept_with_who_and_why_and_has_the_figures_computed(place, tickets, as_person):
    client = as_person(Role.COORDINATOR)
    address = f"/data/batches/{tickets}/rows/3/"
    said = {**client.get(address).context["form"].initial, "routing": "GVA-VIE-GVA", "reason": "Typing error"}
    client.post(f"{address}correct/", said)
    step = client.get(f"/data/batches/{tickets}/").context["history"][0]
    assert (step.by, step.reason) == ("coordinator@example.org", "Typing error")
    assert logged("correct_row") == [tickets]
    assert Job.objects.filter(operation="compute").count() == 1


def test_a_correction_that_would_be_rejected_says_why_and_changes_nothing(place, tickets, as_person):
    client = as_person(Role.COORDINATOR)
    address = f"/data/batches/{tickets}/rows/3/"
    said = {
        **client.get(address).context["form"].initial,
        "routing": "GVAB-VIE-GVA",
        "reason": "Typing error",
    }
    answer = client.post(f"{address}correct/", said)
    assert any("GVAB" in one for one in answer.context["form"].non_field_errors())
    assert batch_statement(open_workspace(place), tickets)[1].rows("rejected") == 1
    assert not logged("correct_row")


def test_the_next_row_that_waits_is_one_click_away(place, as_person):
    batch = load(place, _TICKETS.replace("gva-BKK", "GVAB-BKK"), "air_travel")
    client = as_person(Role.COORDINATOR)
    addresses = [f"/data/batches/{batch}/rows/{row}/" for row in (3, 4)]
    assert [client.get(one).context["next"] for one in addresses] == addresses[::-1]


def test_a_correction_needs_a_reason(tickets, as_person):
    client = as_person(Role.COORDINATOR)
    address = f"/data/batches/{tickets}/rows/3/"
    said = {**client.get(address).context["form"].initial, "routing": "GVA-VIE-GVA"}
    assert "reason" in client.post(f"{address}correct/", said).context["form"].errors


def test_who_corrects_what_was_corrected_meanwhile_is_told(tickets, as_person):
    client = as_person(Role.COORDINATOR)
    address = f"/data/batches/{tickets}/rows/3/"
    said = {**client.get(address).context["form"].initial, "routing": "GVA-VIE-GVA", "reason": "Typing error"}
    client.post(f"{address}correct/", said)
    late = client.post(f"{address}correct/", {**said, "routing": "GVA-LHR-GVA"})
    assert "meanwhile" in late.context["form"].non_field_errors()[0]


def test_an_accepted_row_is_corrected_too(place, bills, as_person):
    client = as_person(Role.COORDINATOR)
    address = f"/data/batches/{bills}/rows/2/"
    said = {
        **client.get(address).context["form"].initial,
        "amount_kwh": "45000",
        "reason": "Digits exchanged",
    }
    client.post(f"{address}correct/", said)
    assert client.get(address).context["row"].entry["amount_kwh"] == 45000


def test_a_focal_point_corrects_a_row_of_the_own_site_and_cannot_give_it_away(place, bills, as_person):
    client = as_person(Role.FOCAL_POINT, sites={"Hill"})
    address = f"/data/batches/{bills}/rows/3/"
    said = {
        **client.get(address).context["form"].initial,
        "amount_kwh": "41000",
        "reason": "Read from the meter",
    }
    away = client.post(f"{address}correct/", {**said, "site": "Lake"})
    assert "not yours" in away.context["form"].non_field_errors()[0]
    assert client.post(f"{address}correct/", said).status_code == 302


def test_an_auditor_reads_bills_and_changes_nothing(place, bills, as_person):
    client = as_person(Role.AUDITOR)
    shown = page(client, f"/data/batches/{bills}/rows/3/")
    assert "never" in shown
    assert '<form method="post" action="/data' not in shown
    for address in (f"{bills}/rows/3/correct/", f"{bills}/rows/3/withdraw/", f"{bills}/withdraw/"):
        assert client.post(f"/data/batches/{address}", {"reason": "No"}).status_code == 403


def test_an_auditor_sees_counts_and_rules_of_tickets_and_no_value(tickets, as_person):
    client = as_person(Role.AUDITOR)
    shown = page(client, f"/data/batches/{tickets}/")
    assert "GVAA" not in shown
    assert "gva as GVA" in shown  # the rule, as every file has it
    assert "4,000.50" not in shown
    assert client.get(f"/data/batches/{tickets}/rows/").status_code == 403
    assert client.get(f"/data/batches/{tickets}/rows/2/").status_code == 403


def test_reading_rows_of_travellers_is_in_the_audit_log(tickets, as_person):
    as_person(Role.COORDINATOR).get(f"/data/batches/{tickets}/rows/")
    [entry] = Entry.objects.filter(operation="read_personal_rows")
    assert (entry.thing, entry.details) == (tickets, {"category": "air_travel", "rows": 3})


def test_reading_rows_of_bills_is_not(bills, as_person):
    as_person(Role.COORDINATOR).get(f"/data/batches/{bills}/rows/")
    assert not logged("read_personal_rows")


def test_rows_are_shown_by_state(tickets, as_person):
    answer = as_person(Role.COORDINATOR).get(f"/data/batches/{tickets}/rows/?state=repaired")
    assert [row[0].text for row in answer.context["table"].rows] == ["4"]
    assert [(code, count) for code, _word, count in answer.context["states"]] == [("", 3), ("accepted", 1), ("repaired", 1), ("rejected", 1)]  # fmt: skip


def test_a_long_file_is_shown_in_parts(bills, as_person, monkeypatch):
    monkeypatch.setattr("saleve.ems.web.batch_rows.WINDOW", 2)
    client = as_person(Role.COORDINATOR)
    rows = [
        [row[0].text for row in client.get(f"/data/batches/{bills}/rows/?from={start}").context["table"].rows]
        for start in (0, 2)
    ]
    assert rows == [["2", "3"], ["4"]]


def test_a_batch_is_withdrawn_with_a_reason(place, bills, as_person):
    client = as_person(Role.COORDINATOR)
    client.post(f"/data/batches/{bills}/withdraw/", {"reason": ""})
    assert bills not in opened(open_workspace(place)).withdrawn
    client.post(f"/data/batches/{bills}/withdraw/", {"reason": "Wrong building"})
    assert "nothing of it counts" in page(client, f"/data/batches/{bills}/")
    assert opened(open_workspace(place)).withdrawn[bills].by == "coordinator@example.org"
    assert logged("withdraw_batch") == [bills]


def test_a_row_is_withdrawn_with_a_reason(place, bills, as_person):
    client = as_person(Role.COORDINATOR)
    client.post(f"/data/batches/{bills}/rows/3/withdraw/", {"reason": "Bill of the tenant", "sheet": ""})
    assert "Bill of the tenant" in page(client, f"/data/batches/{bills}/rows/3/")
    assert batch_statement(open_workspace(place), bills)[1].rows("netted") == 1


def test_rejected_rows_come_out_as_a_workbook(tickets, as_person):
    answer = as_person(Role.COORDINATOR).get(f"/data/batches/{tickets}/rejects/")
    rows = pl.read_excel(io.BytesIO(answer.content))
    assert rows["Row"].to_list() == [3]
    assert "Bo Field" not in str(rows.rows())
    assert logged("read_rejects") == [tickets]


def test_a_file_comes_back_byte_for_byte_and_that_is_recorded(bills, as_person):
    answer = as_person(Role.AUDITOR).get(f"/data/batches/{bills}/file/")
    assert b"".join(answer.streaming_content).decode() == _BILLS
    assert logged("read_file") == [bills]


@pytest.mark.parametrize("part", ["file", "rejects"])
def test_a_file_with_names_is_not_for_the_auditor(tickets, as_person, part):
    assert as_person(Role.AUDITOR).get(f"/data/batches/{tickets}/{part}/").status_code == 403
    assert not logged("read_file")


def test_a_file_of_several_sites_is_not_given_to_one_of_them(bills, as_person):
    assert as_person(Role.FOCAL_POINT, sites={"Lake"}).get(f"/data/batches/{bills}/file/").status_code == 403


def test_the_travel_focal_point_of_a_unit_has_no_file_of_all_units(tickets, as_person):
    client = as_person(Role.FOCAL_POINT, categories={"air_travel"}, units={"DEV"})
    assert client.get(f"/data/batches/{tickets}/file/").status_code in (403, 404)


def test_the_pages_ask_the_database_as_often_for_many_batches_as_for_one(
    place, bills, as_person, django_assert_max_num_queries
):
    for number in range(5):
        load(place, _BILLS.replace("A1", f"B{number}"), "electricity")
    client = as_person(Role.COORDINATOR)
    for address in ("/data/batches/", f"/data/batches/{bills}/", f"/data/batches/{bills}/rows/2/"):
        with django_assert_max_num_queries(4):
            client.get(address)


def test_a_corrected_row_no_longer_shows_its_fault_as_one(tickets, as_person):
    client = as_person(Role.COORDINATOR)
    address = f"/data/batches/{tickets}/rows/3/"
    said = {**client.get(address).context["form"].initial, "routing": "GVA-VIE-GVA", "reason": "Typing error"}
    assert client.get(address).context["form"].groups["wrong"] == ["routing"]
    client.post(f"{address}correct/", said)
    answer = client.get(address)
    assert answer.context["form"].groups["wrong"] == []
    assert "What was found when it was read" in answer.content.decode()


def test_the_travel_focal_point_of_a_unit_reads_the_rows_of_that_unit(place, as_person):
    lines = _TICKETS.replace("Traveller\n", "Unit\n").replace("Ada Stone", "DEV").replace("Cy Wood", "FIN")
    batch = load(place, lines.replace("Bo Field", "DEV"), "air_travel")
    client = as_person(Role.FOCAL_POINT, categories={"air_travel"}, units={"DEV"})
    rows = client.get(f"/data/batches/{batch}/rows/").context["table"].rows
    assert [row[0].text for row in rows] == ["2", "3"]
    assert "900.00" not in page(client, f"/data/batches/{batch}/")
    assert client.get(f"/data/batches/{batch}/rows/4/").status_code == 404


def test_who_loaded_a_file_sees_it_whole(place, as_person):
    with acting_as("focal_point@example.org"):
        batch = load(place, _BILLS, "electricity")
    client = as_person(Role.FOCAL_POINT, sites={"Hill"})
    assert client.get(f"/data/batches/{batch}/").context["counts"]["rows"] == 3


def test_rows_of_several_sheets_are_told_apart(place, as_person):
    path = place / "bills.xlsx"
    head, first, second, _third = (line.split(",") for line in _BILLS.splitlines())
    with xlsxwriter.Workbook(path) as book:
        for name, row in (("North", first), ("South", second)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, head)
            sheet.write_row(1, 0, row)
    loaded = load_files(open_workspace(place), [path], Wishes(category="electricity"))[0]
    path.unlink()
    client = as_person(Role.COORDINATOR)
    rows = client.get(f"/data/batches/{loaded.batch}/rows/").context["table"].rows
    assert [(row[1].text, row[2].text) for row in rows] == [("North", "Accepted"), ("South", "Rejected")]
    told = [client.get(row[0].address).context["row"] for row in rows]
    assert [(one.sheet, one.entry["meter"], one.state) for one in told] == [("North", "M1", "accepted"), ("South", "M1", "rejected")]  # fmt: skip
    said = {**client.get(rows[1][0].address).context["form"].initial, "amount_kwh": "41000", "reason": "Read"}
    client.post(f"/data/batches/{loaded.batch}/rows/2/correct/", said)
    assert client.get(rows[1][0].address).context["row"].state == "repaired"
    assert client.get(rows[0][0].address).context["row"].entry["amount_kwh"] == 55000


def test_rows_of_a_withdrawn_batch_can_be_read_and_not_corrected(bills, as_person):
    client = as_person(Role.COORDINATOR)
    client.post(f"/data/batches/{bills}/withdraw/", {"reason": "Wrong building"})
    assert len(client.get(f"/data/batches/{bills}/rows/").context["table"].rows) == 3
    answer = client.get(f"/data/batches/{bills}/rows/2/")
    assert not answer.context["may_correct"]
    assert "no longer counts" in answer.content.decode()
