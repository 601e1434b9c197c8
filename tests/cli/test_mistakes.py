"""What a person can get wrong on the command line ends in a sentence and code 1, never in a traceback or a lost file."""

import json
import sys

import pytest

from saleve.cli import main

SETTINGS = '[organisation]\nname = "X"\n[[sites]]\nname = "HQ"\ncountry = "CH"\n'
BILLS = "Site,From,To,Amount,Unit\nHQ,2024-01-01,2024-12-31,{amount},kWh\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "saleve.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / "electricity.csv").write_text(BILLS.format(amount=1000), "utf-8")
    return tmp_path


@pytest.fixture
def saleve(folder, capsys, monkeypatch):
    """Run the command in the folder; returns its code and what it prints."""

    def run(arguments):
        monkeypatch.setattr(sys, "argv", ["saleve", *arguments.split(), "--json"])
        with pytest.raises(SystemExit) as stopped:
            main()
        return stopped.value.code or 0, json.loads(capsys.readouterr().out)

    return run


MISTAKES = {
    "check nowhere.csv": "There is no file nowhere.csv.",
    "check .": "is a folder; name a file in it.",
    "check electricity.csv --category power": "There is no source category 'power'.",
    "check electricity.csv --rejects rejects.csv": "ends in .xlsx",
    "check electricity.csv --rows electricity.csv": "it would be written over",
    "check electricity.csv --rows electricity.csv/rows.csv": "cannot be read or written",
    "compute nowhere": "nowhere is not a folder.",
    "compute . --year 1999": "There is no inventory for 1999",
    "explain . 2024.elektricity": "Nearest: 2024.electricity",
    "report . --year 2024 --format odt": "The format odt is not known.",
    "report . --year 2024 --format html --out electricity.csv": "cannot be read or written",
    "demo .": "Choose an empty folder for the demo.",
    "flight GVA-GVA": "There is no flight in this route.",
    "flight GVA": "fewer than two places",
    "flight GVA-XQX": "airport 'XQX' is unknown",
    "flight GVA-NBO --cabin deck": "The cabin deck is not known.",
    "flight GVA-NBO --method icao": "The method icao is not known.",
    "flight GVA-NBO --distance-correction none": "The distance correction none is not known.",
    "flight GVA-NBO --date 31.12.2024": "is not a day",
}


@pytest.mark.parametrize(("arguments", "expected"), MISTAKES.items(), ids=MISTAKES)
def test_a_mistake_is_told_in_a_sentence(saleve, arguments, expected):
    code, said = saleve(arguments)
    assert code == 1
    assert expected in said["error"]


def test_a_mistake_leaves_the_files_as_they_were(saleve, folder):
    saleve("check electricity.csv --rows electricity.csv")
    saleve("demo .")
    assert (folder / "electricity.csv").read_text() == BILLS.format(amount=1000)
    assert (folder / "saleve.toml").read_text() == SETTINGS


def test_an_own_table_of_factors_without_its_columns_is_told(saleve, folder):
    (folder / "saleve.toml").write_text(SETTINGS + '[inventory]\ngrid_factors = "grid.csv"\n', "utf-8")
    (folder / "grid.csv").write_text("place,year\nCHE,2024\n", "utf-8")
    assert "has no column kg_co2e_per_kwh, accounting_basis, name" in saleve("compute .")[1]["error"]


def test_a_template_that_is_not_there_is_told(saleve, folder):
    (folder / "saleve.toml").write_text(SETTINGS + '[report]\nreference_docx = "none.docx"\n', "utf-8")
    assert "none.docx as reference_docx" in saleve("report . --year 2024 --format docx")[1]["error"]


def test_a_file_whose_rows_are_all_rejected_leaves_the_others_standing(saleve, folder):
    (folder / "electricity.csv").write_text(BILLS.format(amount="lost"), "utf-8")
    (folder / "tickets.csv").write_text("From,To,Date\nGVA,NBO,2024-03-01\n", "utf-8")
    code, found = saleve("compute .")
    assert code == 0
    assert ("electricity", "missing") in {(row["source"], row["state"]) for row in found["completeness"]}
