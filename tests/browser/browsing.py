"""A site that really serves, a browser that opens its pages, and what a page complains about."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

HERE = Path(__file__).parent
SCREENS = HERE.parents[1] / "build" / "screens"
CHROMIUM = shutil.which("chromium")
# no network of its own, no sandbox inside a container
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
]
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Site:
    """A workspace that answers at an address."""

    folder: Path
    address: str
    people: dict[str, dict[str, str]]
    told: dict = field(default_factory=dict)


@contextmanager
def visitor(browser: Browser, site: Site, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Make pages for persons; what is refused, missing or wrong in any of them is put in the list."""
    contexts: list[BrowserContext] = []

    def open_page(
        role: str | None = None,
        *,
        theme: str = "light",
        language: str = "en",
        width: int = 1280,
        javascript: bool = True,
        scripts: tuple[Path, ...] = (),
    ) -> Page:
        context = browser.new_context(
            base_url=site.address,
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        cookies = {"saleve_theme": theme, "saleve_language": language}
        if role:
            cookies["sessionid"] = site.people[role]["session"]
        context.add_cookies(
            [{"name": name, "value": value, "url": site.address} for name, value in cookies.items()]
        )
        for script in scripts:
            context.add_init_script(path=script)
        page = context.new_page()
        page.on("console", lambda said: complaints.extend(_complaint(page, said)))
        page.on("pageerror", lambda fault: complaints.append(f"{page.url}: {fault}"))
        return page

    yield open_page
    for context in contexts:
        context.close()


def sign_in(page: Page, site: Site, role: str) -> None:
    """Sign in as people do."""
    page.goto("/")
    page.get_by_label("Email").fill(site.people[role]["email"])
    page.get_by_label("Password", exact=True).fill(site.people[role]["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/$"))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Run ``saleve serve`` on a free port of this machine and return the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = "from saleve.cli import main; main()"
    command = [sys.executable, "-c", program, "serve", folder, "--port", str(port)]
    log = folder / ".serve.log"
    with log.open("wb") as said:
        server = subprocess.Popen(
            command, stdout=said, stderr=said, start_new_session=True, env=environment()
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health/", server, log)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGINT)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    for _try in range(PATIENCE_SECONDS * 5):
        try:
            urllib.request.urlopen(address, timeout=5)  # noqa: S310 - our own machine
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert server.poll() is None, log.read_text("utf-8")
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"The site did not answer. {log.read_text('utf-8')}")


def environment() -> dict[str, str]:
    """Return the environment without what other tests say of their own site."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("SALEVE_WORKSPACE", "DJANGO_SETTINGS_MODULE")
    }


def _complaint(page: Page, said: ConsoleMessage) -> list[str]:
    """Return what the console says against the page; that the page itself is a 404 is no fault of it."""
    at = said.location.get("url", "")
    if said.type not in ("error", "warning") or (at == page.url and "Failed to load resource" in said.text):
        return []
    return [f"{page.url}: {said.text} ({at})"]


def needs_chromium() -> None:
    if not CHROMIUM:
        pytest.skip("chromium is not installed (packages chromium, chromium-driver)")
