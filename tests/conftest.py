"""What all tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("without-clock", deadline=None)  # a slow machine is not a fault
settings.load_profile("without-clock")

ROOT = Path(__file__).parents[1]
# files that take a minute and more, the longest first: none of them shall be the last, with other processes idle. The first makes the
# demonstration for those of the browser; the others of them come later, so that no process waits for it.
SLOW = (
    "browser/test_pages.py",
    "ledger/store/test_killed.py",
    "ledger/store/test_killed_again.py",
    "docs/test_docs.py",
    "ledger/test_fuzz.py",
    "ledger/store/test_settling_batches.py",
    "browser/test_year.py",
    "browser/test_days.py",
    "browser/test_keyboard.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let slow files begin first; all others keep their order."""
    place = {ROOT / "tests" / name: number for number, name in enumerate(SLOW)}
    items.sort(key=lambda item: place.get(item.path, len(SLOW)))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of shared material beside the repository; its tests are skipped where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared is not here")
    return folder
