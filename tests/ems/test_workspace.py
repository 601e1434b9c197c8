"""saleve.toml: what it may say, and what is told of its slips."""

from pathlib import Path

import pytest

from saleve.ems.inventories import compute_inventory
from saleve.ems.settings import WorkspaceError
from saleve.ems.workspace import open_workspace

ORGANISATION = '[organisation]\nname = "Example Office"\n'
SITE = '[[sites]]\nname = "HQ"\ncountry = "Switzerland"\n'
BILLS = "Site,Year,kWh\nHQ,2023,100000\nHQ,2024,80000\n"


def workspace(folder: Path, text: str, **files: str) -> Path:
    """Write a workspace and return its folder."""
    (folder / "saleve.toml").write_text(text, "utf-8")
    for name, content in files.items():
        (folder / name.replace("_csv", ".csv")).write_text(content, "utf-8")
    return folder


def refusal(folder: Path, text: str) -> str:
    """Return what is told about a saleve.toml that cannot be used."""
    with pytest.raises(WorkspaceError) as told:
        open_workspace(workspace(folder, text))
    return str(told.value)


def test_every_slip_is_told_at_once_with_what_was_meant(tmp_path):
    told = refusal(tmp_path, ORGANISATION + '[inventry]\nfirst_year = 2010\n[target]\nbase_year = "2010"\n')
    assert "Did you mean inventory?" in told
    assert "[target]: base_year must be a whole number, not 2010." in told


def test_a_choice_that_does_not_exist_is_told_with_those_that_do(tmp_path):
    told = refusal(tmp_path, ORGANISATION + '[air_travel]\nmethod = "icao"\n')
    assert "icao-13.1, icao-9, tim, desnz" in told


def test_a_folder_without_settings_is_told_what_to_do(tmp_path):
    with pytest.raises(WorkspaceError, match=r"There is no saleve\.toml"):
        open_workspace(tmp_path)


def test_broken_toml_is_told_with_its_line(tmp_path):
    assert "line 1" in refusal(tmp_path, "[organisation\n")


def test_an_unknown_country_is_told_with_its_site(tmp_path):
    told = refusal(tmp_path, ORGANISATION + '[[sites]]\nname = "HQ"\ncountry = "Helvetica"\n')
    assert "Site HQ: the country Helvetica is not known" in told


def test_a_file_that_is_named_and_not_there_is_told(tmp_path):
    assert "there is no such file" in refusal(tmp_path, ORGANISATION + '[[files]]\npath = "bills.csv"\n')


def test_without_a_stated_target_there_is_none(tmp_path):
    computed = compute_inventory(workspace(tmp_path, ORGANISATION + SITE, electricity_csv=BILLS))
    assert (computed.target, computed.positions) == (None, ())


def test_the_target_takes_its_base_from_the_inventory(tmp_path):
    target = "[target]\nbase_year = 2023\ntarget_year = 2030\nreduction_pct = 45\n"
    computed = compute_inventory(workspace(tmp_path, ORGANISATION + target + SITE, electricity_csv=BILLS))
    assert computed.target.base_kg_co2e == pytest.approx(100_000 * 0.03484, rel=1e-3)
    assert computed.positions[-1].change_since_base_pct == pytest.approx(-20.6, abs=0.1)


def test_a_stated_base_goes_before_the_inventory(tmp_path):
    target = "[target]\nbase_year = 2010\nbase_t_co2e = 12.5\n"
    computed = compute_inventory(workspace(tmp_path, ORGANISATION + target + SITE, electricity_csv=BILLS))
    assert computed.target.base_kg_co2e == 12_500


def test_a_folder_without_files_is_told_what_to_put_there(tmp_path):
    with pytest.raises(WorkspaceError, match="Put ticket exports and bills"):
        compute_inventory(workspace(tmp_path, ORGANISATION))


def test_an_own_assumption_narrows_the_range(tmp_path):
    own = "[assumptions]\nmeter_reading_half_width_pct = 0.5\n"
    wide = compute_inventory(workspace(tmp_path, ORGANISATION + SITE, electricity_csv=BILLS))
    narrow = compute_inventory(workspace(tmp_path, ORGANISATION + own + SITE, electricity_csv=BILLS))
    widths = [one.facts(2024)["total"].high - one.facts(2024)["total"].low for one in (wide, narrow)]
    assert widths[1] < widths[0]


def test_what_is_no_table_is_named_and_not_silently_passed_over(tmp_path):
    folder = workspace(tmp_path, ORGANISATION + SITE, electricity_csv=BILLS)
    (folder / "bill.pdf").write_bytes(b"%PDF-1.7")
    assert [path.name for path in open_workspace(folder).ignored] == ["bill.pdf"]


def test_a_bill_of_another_century_is_rejected(tmp_path):
    bills = "Site,Period start,Period end,kWh\nHQ,1900-01-01,1900-01-31,100\nHQ,2024-01-01,2024-01-31,100\n"
    computed = compute_inventory(workspace(tmp_path, ORGANISATION + SITE, electricity_csv=bills))
    assert computed.inventory.years == (2024,)
