"""One report with everything in it, written once for all tests of reports."""

from pathlib import Path

import pytest
from builders import HEADER, bills, facts_of, full_inventory

from saleve.reporting.annual_report import FORMATS, write_report
from saleve.reporting.records import Facts


@pytest.fixture(scope="session")
def facts() -> Facts:
    """Return the figures of 2025 of an organisation with sixteen years of data."""
    return facts_of(full_inventory(), header=HEADER, activities=bills())


@pytest.fixture(scope="session")
def report(facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the files of that report by format."""
    files = write_report(facts, FORMATS, tmp_path_factory.mktemp("report"))
    return {path.suffix[1:]: path for path in files}
