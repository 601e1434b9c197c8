"""Empty ledgers for each test."""

from collections.abc import Callable
from pathlib import Path

import pytest
from ledger_books import Books


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


@pytest.fixture
def new_books(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Books]:
    """Return a function that gives one more empty ledger."""
    return lambda: Books(tmp_path_factory.mktemp("books"))
