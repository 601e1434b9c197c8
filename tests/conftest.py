"""What all tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("without-clock", deadline=None)  # a slow machine is not a fault
settings.load_profile("without-clock")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of shared material beside the repository; its tests are skipped where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared is not here")
    return folder
