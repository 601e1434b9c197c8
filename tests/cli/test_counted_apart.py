"""A workspace with waste, water, paper, purchases, devices and offsets: what is computed from real files, and what stands apart."""

import json
import sys

import pytest

from saleve.cli import main, printing

FILES = {
    "saleve.toml": '[organisation]\nname = "X"\n[inventory]\nexchange_rates = "rates.csv"\nprice_index = "prices.csv"\n'
    'account_categories = "accounts.csv"\n[[sites]]\nname = "Geneva"\ncountry = "CH"\n',
    "rates.csv": "currency,year,usd_per_unit,name\nCHF,2024,1.10,invented\n",
    "prices.csv": "year,index\n2022,100\n2024,107\n",
    "accounts.csv": "account,category\n6999,legal\n",
    "electricity.csv": "Site,From,To,Consumption (kWh)\nGeneva,2024-01-01,2024-12-31,100000\n",
    "waste.csv": "Site,Waste stream,Treatment,Year,Weight (kg)\nGeneva,residual,landfill,2024,2000\nGeneva,toner,recycling,2024,12\n",
    "water.csv": "Site,Service,From,To,Water (m3)\nGeneva,water and sewage,2024-01-01,2024-12-31,1000\n",
    "paper.csv": "Site,Paper,Paper size,gsm,Recycled (%),Year,Reams\nGeneva,Copy,A4,80,100,2024,1200\n",
    "procurement.csv": "Account code,Account description,Amount,Currency,Payment date,Vendor\n6210,Office supplies,1200.00,CHF,2024-03-14,A\n"
    "6220,Electricity,9000,CHF,2024-03-14,B\n6999,Odd,100,CHF,2024-04-14,C\n6300,Zzz,500,CHF,2024-04-14,D\n",
    "ict.csv": "Device,Site,Year,Number bought,In use\nlaptop,Geneva,2024,20,140\n",
    "offsets.csv": "Project,Standard,Registry,Serial number,Vintage,Retired on,Year,t CO2e\n"
    "Wind,CDM,UNFCCC,XX-5-100001-100250,2019,2025-06-30,2024,250\n",
}
OPTIONAL = {
    "waste": 1.0406684,
    "water": 0.33885,
    "paper": 3.126438473,
    "procurement": (1200 * 0.265 + 100 * 0.041) * 1.1 / 1.07 / 1000,
    "ict": 3.12,
    "electricity": 0.305633,
}


@pytest.fixture
def saleve(tmp_path, monkeypatch, capsys):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(printing.out, "width", 160)

    def run(arguments):
        monkeypatch.setattr(sys, "argv", ["saleve", *arguments.split()])
        with pytest.raises(SystemExit):
            main()
        return capsys.readouterr().out

    return run


def test_every_source_has_its_optional_figure_and_the_total_is_the_electricity_alone(saleve):
    found = json.loads(saleve("compute . --json"))
    figures = {fact["id"]: fact["value"] for fact in found["years"]["2024"]}
    assert figures["2024.total"] == pytest.approx(3.458)
    assert {name: figures[f"2024.optional.{name}"] for name in OPTIONAL} == pytest.approx(OPTIONAL, rel=1e-5)
    assert figures["2024.optional"] == pytest.approx(sum(OPTIONAL.values()), rel=1e-5)
    assert figures["2024.offset"] == pytest.approx(250)


def test_rows_without_a_figure_are_told_with_their_reason(saleve):
    notes = [row["note"] for row in json.loads(saleve("compute . --json"))["completeness"] if row["note"]]
    assert any("no category of purchases fits the account" in note for note in notes)
    assert any("no factor is held" in note for note in notes)


def test_offsets_stand_beside_the_total_as_not_subtracted(saleve):
    printed = saleve("compute .")
    assert "offsets retired, not subtracted" in printed
    assert "250" in saleve("explain . 2024.offset").splitlines()[0]


def test_a_figure_by_spending_is_explained_down_to_its_row(saleve):
    found = json.loads(saleve("explain . 2024.optional.procurement --json"))
    assert found["factors"][0]["factor_id"] == "spend.epa.339940.with"
    assert found["rows"][0]["source_file"] == "procurement.csv"
    assert found["rows"][0]["kg_co2e"] == pytest.approx(326.9158879)
