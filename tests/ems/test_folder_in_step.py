"""The folder and the ledger in step: each file once, whatever it is called; what people did by hand is kept, or they are told."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from saleve.ems import ledgers
from saleve.ems.deliveries import Wishes, key_ring
from saleve.ems.intake import load_files, sync_folder
from saleve.ems.workspace import open_workspace
from saleve.ledger.store import Ledger, in_text

SETTINGS = '[organisation]\nname = "X"\n'
HEADER = "Ticket number,Transaction,From,To,Date,Fare,Currency,Name\n"
FIRST = HEADER + "7241234567890,TKTT,GVA,NBO,2024-03-01,1200.50,CHF,Jane Doe\n"
SECOND = HEADER + "7241234567899,TKTT,GVA,LHR,2024-03-01,300.00,CHF,Jane Doe\n"
THIRD = HEADER + "7241234567777,TKTT,GVA,JFK,2024-03-01,900.00,CHF,Jane Doe\n"
REJECTED = FIRST + "7241234567893,TKTT,GVA,XXQ,2024-03-01,1,CHF,John Doe\n"
METERS = "building_id,commodity,year,month,kwh\nb1,electricity,2023,1,1000\nb2,electricity,2023,1,50\n"
TWICE = """
[[files]]
path = "meters.csv"
category = "electricity"
where = { building_id = "b1", year = 2023 }
constants = { country = "CHE" }

[[files]]
path = "meters.csv"
category = "electricity"
where = { building_id = "b2" }
constants = { country = "KEN" }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "workspace"
    place.mkdir()
    (place / "saleve.toml").write_text(SETTINGS, "utf-8")
    return place


def put(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")


def synced(folder: Path) -> Mapping[str, str]:
    """Bring folder and ledger in step; return file -> what became of it. A second time there must be nothing left to do."""
    done = {one.file: one.status for one in sync_folder(open_workspace(folder))}
    again = [one for one in sync_folder(open_workspace(folder)) if one.status != "refused"]
    assert again == []
    return done


def destinations(folder: Path) -> list[str]:
    rows = in_text(Ledger.open(folder / "ledger").activity("air_travel")).collect()
    return sorted(rows["destination"])


def newest(folder: Path) -> str:
    return list(Ledger.open(folder / "ledger").batches)[-1]


def test_a_renamed_file_stays_and_a_new_one_under_its_old_name_is_added(folder):
    put(folder, tickets=FIRST)
    synced(folder)
    (folder / "tickets.csv").rename(folder / "tickets-2024.csv")
    put(folder, tickets=SECOND)
    assert synced(folder) == {"tickets.csv": "committed"}
    assert destinations(folder) == ["LHR", "NBO"]


def test_two_files_that_changed_names_are_still_the_same_two(folder):
    put(folder, a=FIRST, b=SECOND)
    synced(folder)
    put(folder, a=SECOND, b=FIRST)
    assert synced(folder) == {}
    assert destinations(folder) == ["LHR", "NBO"]


def test_of_two_equal_files_one_counts_until_the_other_is_changed(folder):
    put(folder, a=FIRST, b=FIRST)
    assert synced(folder) == {"a.csv": "committed"}
    put(folder, a=SECOND)
    synced(folder)
    assert destinations(folder) == ["LHR", "NBO"]


def test_a_file_that_becomes_equal_to_another_no_longer_counts_beside_it(folder):
    put(folder, a=FIRST, b=SECOND)
    synced(folder)
    put(folder, a=SECOND)
    assert list(synced(folder).values()) == ["already_loaded"]
    assert destinations(folder) == ["LHR"]
    put(folder, a=FIRST)
    synced(folder)
    assert destinations(folder) == ["LHR", "NBO"]


def test_a_file_that_is_changed_back_counts_as_it_was(folder):
    for text, place in ((FIRST, "NBO"), (SECOND, "LHR"), (FIRST, "NBO")):
        put(folder, a=text)
        synced(folder)
        assert destinations(folder) == [place]


def test_a_deleted_file_keeps_its_rows(folder):
    put(folder, a=FIRST)
    synced(folder)
    (folder / "a.csv").unlink()
    assert synced(folder) == {}
    assert destinations(folder) == ["NBO"]


def test_a_batch_that_was_withdrawn_by_hand_stays_withdrawn(folder):
    put(folder, a=FIRST)
    synced(folder)
    ledgers.withdraw(open_workspace(folder), newest(folder), reason="wrong file")
    assert synced(folder) == {}
    assert destinations(folder) == []


def test_a_file_that_was_replaced_by_hand_stays_replaced(folder, tmp_path):
    put(folder, old=FIRST)
    synced(folder)
    put(tmp_path, new=SECOND)
    load_files(open_workspace(folder), [tmp_path / "new.csv"], Wishes(replaces=newest(folder)))
    assert synced(folder) == {}
    assert destinations(folder) == ["LHR"]


def test_a_file_that_stands_already_takes_the_place_of_no_other(folder, tmp_path):
    held = open_workspace(folder)
    paths = [tmp_path / f"{month}.csv" for month in ("may", "june")]
    for number, path in enumerate(paths):
        path.write_text(f"Site,Year,Electricity (kWh)\nTower,202{number},5\n", "utf-8")
    _may, june = load_files(held, paths)
    [again] = load_files(held, paths[:1], Wishes(replaces=june.batch))
    assert again.status == "refused"
    assert june.batch not in Ledger.open(held.stores.ledger).withdrawn


def test_files_from_elsewhere_that_share_a_name_stand_side_by_side(folder, tmp_path):
    put(folder, export=FIRST)
    synced(folder)
    for text in (SECOND, THIRD):
        put(tmp_path, export=text)
        load_files(open_workspace(folder), [tmp_path / "export.csv"])
        assert synced(folder) == {}
    assert destinations(folder) == ["JFK", "LHR", "NBO"]


def test_a_file_listed_twice_for_one_category_is_read_once_and_corrected_as_it_was_read(folder):
    (folder / "saleve.toml").write_text(SETTINGS + TWICE, "utf-8")
    put(folder, meters=METERS)
    assert synced(folder) == {"meters.csv": "committed"}
    ledgers.correct_entry(open_workspace(folder), newest(folder), 3, {"site": "Annex"}, reason="renamed")
    rows = in_text(Ledger.open(folder / "ledger").activity("electricity")).collect()
    assert dict(rows.select("site", "country").iter_rows()) == {"b1": "CHE", "Annex": "KEN"}


def test_a_row_that_two_entries_of_one_category_read_is_not_counted_twice(folder):
    (folder / "saleve.toml").write_text(SETTINGS + TWICE.replace('building_id = "b1", ', ""), "utf-8")
    put(folder, meters=METERS)
    (told,) = sync_folder(open_workspace(folder))
    assert told.status == "refused"
    assert "1 rows of meters.csv are read twice as electricity" in told.reason


def test_a_correction_keeps_the_person_of_the_row(folder):
    put(folder, a=FIRST)
    synced(folder)
    ledgers.correct_entry(open_workspace(folder), newest(folder), 2, {"destination": "ADD"}, reason="typing")
    (traveller,) = in_text(Ledger.open(folder / "ledger").entries("air_travel")).collect()["traveller"]
    assert traveller == key_ring(open_workspace(folder)).pseudonym("Jane Doe")


@pytest.mark.parametrize("change", ["settings", "file"])
def test_a_batch_with_corrections_is_not_read_anew_but_told(folder, change):
    put(folder, a=FIRST)
    synced(folder)
    batch = newest(folder)
    ledgers.correct_entry(open_workspace(folder), batch, 2, {"destination": "ADD"}, reason="typing")
    if change == "settings":
        (folder / "saleve.toml").write_text(SETTINGS + 'acronym = "Y"\n', "utf-8")
    else:
        put(folder, a=SECOND)
    (told,) = sync_folder(open_workspace(folder))
    assert (told.status, destinations(folder)) == ("refused", ["ADD"])
    assert f"saleve load a.csv --replaces {batch}" in told.reason
    load_files(open_workspace(folder), [folder / "a.csv"], Wishes(replaces=batch))
    assert synced(folder) == {}
    assert destinations(folder) == ["NBO" if change == "settings" else "LHR"]


@pytest.mark.parametrize("inside", [True, False])
def test_a_workbook_of_rejects_still_completes_its_file_when_both_are_read_anew(folder, tmp_path, inside):
    put(folder, a=REJECTED)
    synced(folder)
    path = (folder if inside else tmp_path) / "rejects.xlsx"
    ledgers.write_rejects(open_workspace(folder), newest(folder), path)
    book = openpyxl.load_workbook(path)
    book.active["G2"] = "ADD"
    book.save(path)
    load_files(open_workspace(folder), [path])
    assert synced(folder) == {}
    (folder / "saleve.toml").write_text(SETTINGS + 'acronym = "Y"\n', "utf-8")
    assert synced(folder) == {"a.csv": "committed", "rejects.xlsx": "committed"}
    assert destinations(folder) == ["ADD", "NBO"]
    assert [row.rejected for row in ledgers.list_batches(open_workspace(folder)) if not row.withdrawal] == [
        0,
        0,
    ]


def test_a_ledger_made_anew_from_its_folder_is_complete_at_once(folder):
    put(folder, z=REJECTED)
    synced(folder)
    ledgers.write_rejects(open_workspace(folder), newest(folder), folder / "a.xlsx")
    book = openpyxl.load_workbook(folder / "a.xlsx")
    book.active["G2"] = "ADD"
    book.save(folder / "a.xlsx")
    shutil.rmtree(folder / "ledger")
    assert synced(folder) == {"z.csv": "committed", "a.xlsx": "committed"}
    assert destinations(folder) == ["ADD", "NBO"]


def test_what_was_stated_of_a_file_holds_when_it_is_read_anew(folder):
    from datetime import date

    put(folder, a=FIRST)
    days = {"period_start": date(2024, 1, 1), "period_end": date(2024, 12, 31)}
    load_files(open_workspace(folder), [folder / "a.csv"], Wishes(evidence=days))
    (folder / "saleve.toml").write_text(SETTINGS + 'acronym = "Y"\n', "utf-8")
    synced(folder)
    ledger = Ledger.open(folder / "ledger")
    assert ledger.stated_periods()[newest(folder)] == (date(2024, 1, 1), date(2024, 12, 31))


def test_the_keys_are_never_readable_by_others(folder):
    put(folder, a=FIRST)
    synced(folder)
    ledgers.rotate_key(open_workspace(folder))
    assert (folder / "pseudonyms.key").stat().st_mode & 0o077 == 0
