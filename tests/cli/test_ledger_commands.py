"""The ledger at the terminal: what each command prints for a program, and how it ends."""

import json

import openpyxl
import pytest
from typer.testing import CliRunner

from saleve.cli import app

TICKETS = """Ticket number,From,To,Date,Fare,Currency,Name
7241234567890,GVA,NBO,2024-03-01,1200.50,CHF,Jane Doe
7241234567891,GVA,XXQ,2024-03-02,100.10,CHF,John Doe
"""
KEYS = {"status", "batch", "rows", "accepted", "repaired", "rejected", "netted", "problems"}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A new workspace, in which the person stands."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["init", "office", "--name", "Example Office"]).exit_code == 0
    (tmp_path / "tickets.csv").write_text(TICKETS, "utf-8")
    return tmp_path


@pytest.fixture
def saleve(place):
    """Return a function that runs a command in the workspace and gives its exit code and JSON."""

    def run(*arguments):
        done = CliRunner().invoke(app, [*arguments, "--workspace", str(place / "office"), "--json"])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, json.loads(done.stdout)

    return run


@pytest.fixture
def batch(saleve):
    """The name of a loaded batch."""
    return saleve("load", "tickets.csv")[1]["files"][0]["batch"]


def test_init_makes_a_folder_that_holds_everything(place):
    made = {path.name for path in (place / "office").iterdir()}
    assert {"saleve.toml", "ledger", "evidence", "reports", "pseudonyms.key"} <= made


def test_init_never_writes_over_a_workspace(place):
    done = CliRunner().invoke(app, ["init", "office"])
    assert "is a workspace already" in str(done.exception)


def test_load_tells_of_each_file_what_became_of_its_rows(saleve):
    code, told = saleve("load", "tickets.csv")
    (file,) = told["files"]
    assert code == 0
    assert set(file) >= KEYS
    assert (file["status"], file["rows"], file["accepted"], file["rejected"]) == ("committed", 2, 1, 1)


def test_the_same_file_again_is_already_loaded(saleve, batch):
    code, told = saleve("load", "tickets.csv")
    assert (code, told["files"][0]["status"], told["files"][0]["batch"]) == (0, "already_loaded", batch)


def test_a_refused_file_ends_with_an_exit_code_and_leaves_the_others_loaded(saleve, place):
    (place / "scan.pdf").write_bytes(b"%PDF-1.7")
    code, told = saleve("load", "scan.pdf", "tickets.csv")
    assert code == 1
    assert [one["status"] for one in told["files"]] == ["refused", "committed"]
    assert "PDF" in told["files"][0]["reason"]


def test_load_without_a_file_takes_what_is_new_in_the_folder(saleve, place):
    (place / "office" / "tickets.csv").write_text(TICKETS, "utf-8")
    assert [one["status"] for one in saleve("load")[1]["files"]] == ["committed"]
    assert saleve("load")[1]["files"] == []


def test_a_file_of_the_folder_that_changed_takes_its_own_place(saleve, place):
    file = place / "office" / "tickets.csv"
    for text in (TICKETS, TICKETS.replace("XXQ", "LHR")):
        file.write_text(text, "utf-8")
        saleve("load")
    told = saleve("batches")[1]["batches"]
    assert [(one["accepted"], one["withdrawn"]) for one in told] == [(1, True), (2, False)]


def test_rejects_corrected_and_loaded_complete_the_batch(saleve, batch, place):
    assert saleve("rejects", batch, "--out", "rejects.xlsx")[1]["rows"] == 1
    book = openpyxl.load_workbook(place / "rejects.xlsx")
    book.active["F2"] = "LHR"
    book.save(place / "rejects.xlsx")
    assert saleve("load", "rejects.xlsx")[1]["files"][0]["accepted"] == 1
    statement = saleve("statement", batch)[1]
    assert (statement["rejected"], statement["netted"], statement["reconciled"]) == (0, 1, True)


def test_correct_gives_the_statement_with_the_correction(saleve, batch):
    told = saleve("correct", batch, "2", "--set", "fare=CHF 1100", "--reason", "credit note")[1]
    assert told["money"][0]["corrected"] == "-100.5000"
    assert told["reconciled"]


def test_withdraw_takes_a_batch_out(saleve, batch):
    assert saleve("withdraw", batch, "--reason", "wrong file")[1]["withdrawn"]
    assert saleve("batches")[1]["batches"][0]["withdrawn"]


def test_verify_ledger_ends_well_on_a_sound_ledger_and_not_on_a_damaged_one(saleve, batch, place):
    code, told = saleve("verify-ledger")
    assert (code, told["sound"], told["batches"]) == (0, True, 1)
    (evidence,) = (path for path in (place / "office" / "evidence").iterdir() if path.suffix != ".json")
    evidence.chmod(0o644)
    evidence.write_bytes(b"other")
    code, told = saleve("verify-ledger")
    assert (code, told["sound"], len(told["faults"])) == (1, False, 1)


def test_evidence_is_given_back_as_it_came(saleve, batch, place):
    told = saleve("evidence", batch, "--out", "back.csv")[1]
    assert (place / "back.csv").read_text("utf-8") == TICKETS
    assert (told["name"], told["personal"]) == ("tickets.csv", True)


def test_deleting_evidence_needs_a_reason_and_keeps_the_rows(saleve, batch):
    with pytest.raises(Exception, match="Say why"):
        saleve("evidence", batch, "--delete")
    assert saleve("evidence", batch, "--delete", "--reason", "term ended")[1]["deletion"]
    assert saleve("statement", batch)[1]["accepted"] == 1


def test_a_new_key_gives_later_rows_other_pseudonyms(saleve, batch, place):
    assert saleve("rotate-key")[1]["key"] == 2
    assert len((place / "office" / "pseudonyms.key").read_text("ascii").split()) == 2


def test_what_was_taught_once_reads_the_next_file(saleve, place):
    for name, amount in (("a.csv", "1.234,5"), ("b.csv", "2.000,0")):
        (place / name).write_text(f"Ort;F_12;Jahr\nGenf;{amount};2025\n", "utf-8")
    saleve(
        "teach",
        "a.csv",
        "--name",
        "Agency",
        "--category",
        "electricity",
        "--column",
        "Ort=site",
        "--column",
        "F_12=amount:kWh",
    )
    assert saleve("load", "b.csv")[1]["files"][0]["accepted"] == 1


def test_changed_headers_are_asked_about_again(saleve, place):
    (place / "a.csv").write_text("Ort;F_12;Jahr\nGenf;5,5;2025\n", "utf-8")
    (place / "b.csv").write_text("Ort;F_12;Jahr;Neu\nGenf;5,5;2025;x\n", "utf-8")
    saleve(
        "teach",
        "a.csv",
        "--name",
        "Agency",
        "--category",
        "electricity",
        "--column",
        "Ort=site",
        "--column",
        "F_12=amount:kWh",
    )
    code, told = saleve("load", "b.csv")
    assert (code, told["files"][0]["status"]) == (1, "refused")
    assert "'Neu' new" in told["files"][0]["reason"]
    assert saleve("load", "b.csv", "--yes")[1]["files"][0]["status"] == "committed"


def test_a_template_of_any_language_is_written(saleve, place):
    told = saleve("template", "electricity", "--language", "fr", "--out", "electricite.xlsx")[1]
    assert openpyxl.load_workbook(place / told["file"]).sheetnames


def test_requests_name_what_lacks_and_fill_lets_an_estimate_stand_in(saleve, place):
    rows = [
        f"HQ,E-1,{year}-{month:02d}-01,{year}-{month:02d}-28,{1000 + month}"
        for year in (2023, 2024)
        for month in range(1, 13)
    ]
    rows = [row.replace("-28,", "-30,") if "-02-" not in row else row for row in rows if "2024-05" not in row]
    (place / "bills.csv").write_text(
        "Site,Meter,Period start,Period end,Electricity (kWh)\n" + "\n".join(rows) + "\n", "utf-8"
    )
    assert saleve("load", "bills.csv")[1]["files"][0]["accepted"] == 23
    (request,) = saleve("requests", "--year", "2024")[1]["requests"]
    assert (request["source"], request["first_day"]) == ("electricity", "2024-05-01")
    assert request["proxy"] in {"last_year", "neighbours"}
    filled = saleve("fill", "electricity", "--proxy", "last_year", "--year", "2024")[1]
    assert (filled["status"], filled["rows"]) == ("committed", 1)
    (place / "may.csv").write_text(
        "Site,Meter,Period start,Period end,Electricity (kWh)\nHQ,E-1,2024-05-01,2024-05-31,999\n", "utf-8"
    )
    saleve("load", "may.csv")
    assert saleve("statement", filled["batch"])[1]["netted"] == 1


def test_a_corrected_batch_is_not_read_anew_in_silence(saleve, batch):
    saleve("correct", batch, "3", "--set", "destination=LHR", "--reason", "typing error")
    code, told = saleve("load", "tickets.csv", "--again")
    assert (code, told["files"][0]["status"]) == (1, "refused")
    assert f"--replaces {batch}" in told["files"][0]["reason"]
    assert saleve("statement", batch)[1]["repaired"] == 1
