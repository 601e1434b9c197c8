"""A browser, a site that really serves, and somebody who is signed in; what a page complains about fails the test."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import CHROMIUM, FLAGS, HERE, Site, environment, needs_chromium, served, visitor
from filelock import FileLock
from playwright.sync_api import Browser, Page, sync_playwright


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demo organisation with accounts and a published year, made once for all processes of the tests."""
    needs_chromium()
    if made := os.environ.get("SALEVE_BROWSER_DEMO"):  # of an earlier run, while one works on a page
        return Path(made)
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "browser-demo"
    with FileLock(f"{folder}.lock"):
        if not (folder / ".told.json").is_file():
            subprocess.run([sys.executable, HERE / "making.py", folder], check=True, env=environment())
    return folder


@pytest.fixture(scope="session")
def site(demo: Path) -> Iterator[Site]:
    """Serve the demo organisation; tests only read there."""
    told = json.loads((demo / ".told.json").read_text("utf-8"))
    with served(demo) as address:
        yield Site(demo, address, told["people"], told)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Open the browser for one file of tests: Django refuses its database to a process that waits for a browser."""
    needs_chromium()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Return a maker of pages of the demo's site: ``visit("auditor", theme="dark", width=320)``."""
    complaints: list[str] = []
    with visitor(chromium, site, complaints) as open_page:
        yield open_page
    assert complaints == []
