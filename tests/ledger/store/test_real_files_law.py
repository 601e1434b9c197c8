"""The law of the ledger on every real file: nothing is lost, the same file adds nothing, the order of loading does not show."""

from pathlib import Path

import pytest
from ledger_books import Books

from saleve.ledger.store import in_text

# What the owners of the files would say of them; the others are known by their headers.
CATEGORIES = {
    "raw_viajes": "air_travel",
    "ifai_trips_2013": "air_travel",
    "monthly.csv": "electricity",
    "building_floor": "floor_area",
    "Emissions_DataViz": "reported_emissions",
    "gla_spending": "procurement",
    "2016_Building": "electricity",
}
TABLES = (".csv", ".xlsx", ".json", ".gz", ".dat", ".txt")


def _real_files(shared: Path) -> list[Path]:
    return sorted(path for path in (shared / "data/real").rglob("*") if path.suffix in TABLES)


def _category(path: Path) -> str | None:
    return next((category for start, category in CATEGORIES.items() if path.name.startswith(start)), None)


def _loaded(books: Books, files: list[Path]) -> dict[str, str]:
    return {path.name: books.load_path(path, category=_category(path)).status for path in files}


def _state(books: Books) -> dict[str, list[tuple[object, ...]]]:
    """Return how every row ended and what stands, by category, in an order of its own."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for category in books.ledger.categories():
        ended = books.ledger.entries(category).select("batch", "source_sheet", "source_row", "state")
        found[category] = sorted(in_text(ended).collect().rows())
        found[f"{category} activity"] = sorted(
            map(repr, in_text(books.ledger.activity(category)).collect().rows())
        )
    return found


@pytest.fixture(scope="module")
def files(shared: Path) -> list[Path]:
    return _real_files(shared)


@pytest.fixture(scope="module")
def forth(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Books:
    """All real files in one ledger, in the order of their names."""
    books = Books(tmp_path_factory.mktemp("forth"))
    _loaded(books, files)
    return books


def test_every_real_file_is_loaded_or_refused_with_a_reason(files, forth):
    known = {load.account["file"] for load in forth.ledger.batches.values()}
    refused = [path.name for path in files if path.name not in known]
    assert len(known) >= 10
    for name in refused:
        path = next(one for one in files if one.name == name)
        told = forth.load_path(path, category=_category(path))
        assert told.status in {"refused", "already_loaded"}, name
        assert told.reason or told.batch, name


def test_rows_and_money_of_every_real_file_end_in_exactly_one_state(forth):
    from saleve.ledger.reconciling import statement

    for load in forth.ledger.batches.values():
        told = statement(forth.ledger, load)
        ended = sum(told.rows(state) for state in ("accepted", "repaired", "rejected", "netted"))
        assert told.reconciled, load.account["file"]
        assert told.rows() == ended, load.account["file"]


def test_real_files_loaded_again_add_nothing(files, forth):
    before = forth.ledger.commit
    statuses = _loaded(forth, files)
    assert set(statuses.values()) <= {"already_loaded", "refused"}
    assert forth.ledger.commit == before


def test_real_files_in_reverse_order_give_the_same_ledger(files, forth, new_books):
    back = new_books()
    _loaded(back, files[::-1])
    assert _state(back) == _state(forth)
