"""What a coordinator can misunderstand at the terminal of the ledger is told where it happens."""

import json
import sys

import pytest

from saleve.cli import main
from saleve.cli.checking import grouped

SETTINGS = '[organisation]\nname = "X"\n[[sites]]\nname = "HQ"\ncountry = "CH"\n'
BILLS = "Site,From,To,Amount,Unit\nHQ,2024-01-01,2024-12-31,{amount},kWh\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder for files, beside the workspace."""
    place = tmp_path / "workspace"
    place.mkdir()
    (place / "saleve.toml").write_text(SETTINGS, "utf-8")
    monkeypatch.chdir(place)
    return tmp_path


@pytest.fixture
def saleve(folder, capsys, monkeypatch):
    """Run the command in the workspace; returns its code and what it prints."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["saleve", *map(str, arguments), "--json"])
        with pytest.raises(SystemExit) as stopped:
            main()
        return stopped.value.code or 0, json.loads(capsys.readouterr().out)

    return run


def bills(folder, amount, name="electricity.csv"):
    path = folder / str(amount) / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(BILLS.format(amount=amount), "utf-8")
    return path


def test_a_correction_and_a_withdrawal_need_a_reason_in_words(saleve, folder):
    _code, told = saleve("load", bills(folder, 100))
    batch = told["files"][0]["batch"]
    code, said = saleve("correct", batch, "2", "--set", "amount=5", "--reason", " ")
    assert (code, "Say why" in said["error"]) == (1, True)
    code, said = saleve("withdraw", batch, "--reason", "")
    assert (code, "Say why" in said["error"]) == (1, True)


def test_a_file_that_stands_already_does_not_silently_fail_to_replace_another(saleve, folder):
    _code, first = saleve("load", bills(folder, 100))
    saleve("load", bills(folder, 200))
    code, told = saleve("load", bills(folder, 200), "--replaces", first["files"][0]["batch"])
    assert (code, told["files"][0]["status"]) == (1, "refused")
    assert "saleve withdraw" in told["files"][0]["reason"]


def test_another_file_of_the_same_name_is_told_at_once(saleve, folder):
    _code, first = saleve("load", bills(folder, 100))
    _code, second = saleve("load", bills(folder, 200))
    assert second["files"][0]["same_name"] == [first["files"][0]["batch"]]


def test_the_same_bytes_under_another_name_are_told_by_both_names(saleve, folder):
    saleve("load", bills(folder, 100))
    _code, told = saleve("load", bills(folder, 100, "bills.csv"))
    assert (told["files"][0]["file"], told["files"][0]["known_as"]) == ("bills.csv", "electricity.csv")


def test_a_withdrawn_batch_cannot_be_replaced(saleve, folder):
    _code, first = saleve("load", bills(folder, 100))
    batch = first["files"][0]["batch"]
    saleve("withdraw", batch, "--reason", "wrong year")
    code, said = saleve("load", bills(folder, 200), "--replaces", batch)
    assert (code, "was withdrawn already" in said["error"]) == (1, True)


def test_a_damaged_table_is_told_with_its_name_and_no_traceback(saleve, folder):
    saleve("load", bills(folder, 100))
    table = next((folder / "workspace/ledger/electricity").rglob("*.parquet"))
    table.write_bytes(table.read_bytes()[:60])
    code, told = saleve("verify-ledger")
    assert (code, [table.name in fault for fault in told["faults"]]) == (1, [True])
    code, said = saleve("compute", ".")
    assert (code, "saleve verify-ledger" in said["error"]) == (1, True)


def test_the_first_signs_name_the_batch_that_stands(saleve, folder):
    _code, first = saleve("load", bills(folder, 100))
    batch = first["files"][0]["batch"]
    saleve("load", bills(folder, 100), "--again")
    assert saleve("statement", batch[:6])[1]["batch"] == f"{batch}-2"
    code, said = saleve("correct", batch, "2", "--set", "amount=5", "--reason", "typo")
    assert (code, f"{batch}-2" in said["error"]) == (1, True)


def test_a_mapping_needs_a_name_and_a_gap_a_known_site(saleve, folder):
    path = bills(folder, 100)
    assert saleve("teach", path, "--name", " ", "--category", "electricity")[0] == 1
    saleve("load", path)
    code, said = saleve("fill", "electricity", "--proxy", "neighbours", "--site", "Nowhere")
    assert (code, "There is no site Nowhere. There are: HQ" in said["error"]) == (1, True)


def test_a_template_that_cannot_be_written_is_told(saleve, folder):
    (folder / "place.xlsx").mkdir()
    code, said = saleve("template", "electricity", "--out", folder / "place.xlsx")
    assert (code, "error" in said) == (1, True)


def test_many_problems_of_one_kind_do_not_hide_the_others():
    problem = {"column": "Date", "code": "date-unreadable", "severity": "error", "suggestion": None}
    many = [{**problem, "row": row, "message": f"'{row}' is no date."} for row in range(2, 60)]
    other = {**problem, "column": "To", "code": "place", "row": 3, "message": "Unknown."}
    rows = grouped([*many, other])
    assert [line[3] for line in rows] == [
        "'2' is no date.", "'3' is no date.", "'4' is no date.", "... and 55 more rows of this kind", "Unknown."
    ]  # fmt: skip
