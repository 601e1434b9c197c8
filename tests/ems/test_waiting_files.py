"""Files that wait to be loaded: how they are kept, what is told of their rows, what holds for the whole of one."""

import pytest

from saleve.ems import ledgers, staging
from saleve.ems.intake import load_files
from saleve.ems.pasting import as_file
from saleve.ems.previewing import preview, previewed
from saleve.ems.row_places import places_loaded
from saleve.ems.staging import StagingError
from saleve.ems.workspace import open_workspace

BILLS = b"Site,Start,End,Electricity (kWh)\nHill,2025-01-01,2025-01-31,5\nLake,2025-01-01,2025-01-31,many\n"


@pytest.fixture
def folder(tmp_path):
    ledgers.init_workspace(tmp_path, "Union for Tests")
    return tmp_path


def staged(folder, content=BILLS, name="bills.csv"):
    return staging.stage(folder, name, [content], "ada@example.org")


def test_a_file_that_waits_is_no_file_of_the_folder(folder):
    staged(folder)
    assert open_workspace(folder).files == ()


@pytest.mark.parametrize(
    "name", ["../../saleve.toml.csv", "C:\\bills\\saleve.toml.csv", "a/b/saleve.toml.csv"]
)
def test_a_name_with_folders_lands_beside_the_others(folder, name):
    assert staged(folder, name=name).path.name == "saleve.toml.csv"
    assert staged(folder, name=name).path.is_relative_to(folder / ".site" / "uploads")


def test_a_file_that_is_too_large_is_refused_and_nothing_stays(folder, monkeypatch):
    monkeypatch.setattr(staging, "MOST_BYTES", 2**20)
    with pytest.raises(StagingError, match="larger than 1 MB"):
        staging.stage(folder, "long.csv", [b"a" * 2**19] * 3, "ada@example.org")
    assert staging.all_staged(folder) == []


def test_an_empty_file_is_refused(folder):
    with pytest.raises(StagingError, match="empty"):
        staged(folder, b"")


def test_a_name_that_is_no_name_of_a_file_finds_nothing(folder):
    staged(folder)
    with pytest.raises(StagingError, match="not waiting any more"):
        staging.find(folder, "../uploads")


def test_rows_of_a_preview_add_up_and_nothing_is_loaded(folder):
    found = preview(open_workspace(folder), staged(folder))
    assert (found.rows, found.counts) == (2, {"accepted": 1, "repaired": 0, "rejected": 1})
    assert ledgers.list_batches(open_workspace(folder)) == []


def test_a_preview_does_not_hold_once_the_file_is_said_to_be_otherwise(folder):
    one = staged(folder)
    preview(open_workspace(folder), one)
    assert previewed(staging.find(folder, one.id)).rows == 2
    assert previewed(staging.change(one, year=2024)) is None


def test_a_preview_says_what_loading_then_does(folder):
    held = open_workspace(folder)
    one = staging.change(staged(folder), constants={"country": "CHE"})
    found = preview(held, one)
    [loaded] = load_files(held, [one.path], one.as_wishes())
    assert (loaded.statement.rows("accepted"), loaded.statement.rows("rejected")) == (1, 1)
    assert found.places == tuple(places_loaded(loaded.ledger, loaded.batch))


def test_a_value_of_the_whole_file_fills_rows_that_say_none_and_no_others(folder):
    held = open_workspace(folder)
    text = b"Site,Country,Start,End,Electricity (kWh)\nHill,KEN,2025-01-01,2025-01-31,5\nHill,,2025-02-01,2025-02-28,5\n"
    one = staging.change(staged(folder, text), constants={"country": "CHE"})
    [loaded] = load_files(held, [one.path], one.as_wishes())
    rows = loaded.ledger.activity("electricity").sort("source_row").collect()
    assert rows["country"].cast(str).to_list() == ["KEN", "CHE"]


def test_names_of_persons_stand_in_no_table_of_a_preview(folder):
    text = b"Ticket no,Traveller,Departure date,Routing\n1,Jane Roe,2025-05-05,GVA-JFK-GVA\n2,John Doe,2025-05-05,GVAA-JFK\n"
    one = staged(folder, text, "tickets.csv")
    preview(open_workspace(folder), one)
    found = previewed(one, rows=True)
    shown = " ".join(str(table.rows()) for table in found.tables.values()) + str(found.headers)
    assert found.counts["rejected"] == 1
    assert "Roe" not in shown
    assert "Doe" not in shown


def test_each_kind_of_finding_is_told_once_with_how_often(folder):
    rows = "".join(f"Hill,2025-{month:02}-01,2025-{month:02}-28,many\n" for month in range(1, 10))
    one = staged(folder, b"Site,Start,End,Electricity (kWh)\n" + rows.encode())
    preview(open_workspace(folder), one)
    errors = previewed(one, rows=True).tables["problems"].filter(severity="error")
    assert errors.select("row", "count").rows() == [(2, 9)]


@pytest.mark.parametrize(
    ("pasted", "line"),
    [
        ("Site\tkWh\nHill, old\t1,5", '"Hill, old","1,5"'),
        ("Site;kWh\nHill;1,5", "Hill;1,5"),
        ('Site\tkWh\n"Hill ""A"""\t2', '"Hill ""A""",2'),
    ],
)
def test_pasted_cells_stay_whole(pasted, line):
    name, content = as_file("Bills.csv", pasted)
    assert name == "Bills.csv"
    assert content.decode().splitlines()[1] == line
