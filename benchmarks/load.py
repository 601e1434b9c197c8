"""Pages under load: 50 people at once on a site of its own, loopback only, against the bars of the project.

Copies a workspace (the demo that this makes, or ``--workspace``), starts ``saleve serve`` on it, gives 50 people accounts and
sessions, and finds by links every page that each role may open, one address for each kind of page. Then people ask for pages at random:

1. with time to think between two pages (exponential, mean 7 seconds, as in the benchmark TPC-W; each keeps one connection): the time
   from asking to the last byte, for each page; bars: median 100 ms, 95th percentile 250 ms; with a million legs twice that;
2. without any pause, 50 requests always under way: how many pages a second the machine answers.

Every page is asked for several times before anything is counted, since each of the server's processes draws a chart once.
"""

import argparse
import contextlib
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from statistics import median
from urllib.parse import urljoin, urlsplit

HOST = "127.0.0.1"
PEOPLE = 50
THINK_SECONDS = 7.0  # the mean of TPC-W, clause 5.3.1.1
BAR_MS = {"median": 100.0, "p95": 250.0}
ROLES = ("coordinator", "focal_point", "committee", "approver", "auditor", "reader", "administrator")
SHARE = (10, 14, 6, 4, 4, 10, 2)  # how many of the fifty hold each role
_WARM_ROUNDS = 6
_TIMEOUT = 60.0
_LINK = re.compile(r'<a\b[^>]*?href="([^"#]+)')
_NEVER = ("/accounts/", "/static/", "/operator/", "/choices/", "/api/", "/health/")
EXTRA = (
    "/travel/trip/?route=GVA-CDG&cabin=economy",
    "/factors/editions/?source=electricity&first=2019&second=2022",
)


@dataclass
class Measured:
    """What came of the requests, by page: milliseconds of each that was answered, and what went wrong."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    lock: threading.Lock = field(default_factory=threading.Lock)
    seconds: float = 0.0

    def add(self, page: str, milliseconds: float, fault: str) -> None:
        """Keep one answer."""
        with self.lock:
            (self.faults[page].append(fault) if fault else self.times[page].append(milliseconds))


@dataclass(frozen=True, slots=True)
class Way:
    """How people go about: until when, and how long they think on average."""

    end: float
    think: float


class Browser:
    """One person's connection, which is kept open."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie
        self.connection = http.client.HTTPConnection(HOST, port, timeout=_TIMEOUT)

    def get(self, address: str) -> tuple[int, bytes, float]:
        """Return status, body and milliseconds to its last byte; a connection that the server closed while it was idle is made anew."""
        start = time.perf_counter()
        try:
            status, body = self._asked(address)
        except (http.client.RemoteDisconnected, ConnectionError):
            self.connection.close()
            status, body = self._asked(address)
        return status, body, 1000 * (time.perf_counter() - start)

    def _asked(self, address: str) -> tuple[int, bytes]:
        self.connection.request("GET", address, headers={"Cookie": self.cookie, "Accept": "text/html"})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def again(self) -> None:
        """Connect anew after a fault."""
        self.connection.close()


def main() -> None:
    """Make the site, measure, print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--workspace", type=Path, help="measure a copy of this one instead of the demo")
    options.add_argument(
        "--legs",
        type=int,
        default=0,
        help="a ledger of so many legs beside, such as 1000000; the bars are twice as high",
    )
    options.add_argument("--seconds", type=float, default=180.0, help="with time to think")
    options.add_argument("--full", type=float, default=20.0, help="seconds without pause; 0 leaves it out")
    options.add_argument("--think", type=float, default=THINK_SECONDS)
    options.add_argument("--people", type=int, default=PEOPLE)
    options.add_argument("--json", type=Path, help="write the figures to this file")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = made(Path(name) / "site", chosen.workspace, chosen.legs)
        cookies = sign_in(folder, chosen.people)
        with served(folder) as port:
            pages = every_page(port, cookies)
            found = measured(port, cookies, pages, chosen.seconds, chosen.think)
            full = measured(port, cookies, pages, chosen.full, 0.0) if chosen.full else None
    factor = 2 if chosen.legs else 1
    report(found, full, factor, chosen)


def made(folder: Path, workspace: Path | None, legs: int) -> Path:
    """Return a workspace of our own with its figures computed and its database made."""
    if workspace:
        shutil.copytree(workspace, folder)
    elif legs:
        import data  # noqa: PLC0415 - only for this

        data.write_ledger(folder, batches=200, legs_count=legs)
    else:
        run([sys.executable, "-c", "from saleve.cli import main; main()", "demo", str(folder), "--no-serve"])
    run([sys.executable, __file__.replace("load.py", "load_site.py"), str(folder)])
    return folder


def run(command: Sequence[str]) -> str:
    """Run a program to its end and return what it printed."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def sign_in(folder: Path, people: int) -> list[tuple[str, str]]:
    """Return role and cookie of each person."""
    roles = [role for role, count in zip(ROLES, SHARE, strict=True) for _one in range(count)]
    wanted = [roles[number % len(roles)] for number in range(people)]
    told = run([sys.executable, __file__.replace("load.py", "load_site.py"), str(folder), *wanted])
    return list(zip(wanted, json.loads(told.splitlines()[-1]), strict=True))


@contextlib.contextmanager
def served(folder: Path) -> Iterator[int]:
    """Serve the workspace as the organisation would, on a free port; ends it and what it started."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        port = one.getsockname()[1]
    command = [
        sys.executable,
        "-c",
        "from saleve.cli import main; main()",
        "serve",
        str(folder),
        "--port",
        str(port),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait(port)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def _wait(port: int) -> None:
    for _attempt in range(240):
        with contextlib.suppress(OSError):
            if Browser(port, "").get("/health/")[0] == 200:
                return
        time.sleep(0.5)
    raise SystemExit("The server did not begin.")


def every_page(port: int, cookies: Sequence[tuple[str, str]]) -> Mapping[str, Mapping[str, str]]:
    """Return for each role one address of each kind of page that its links lead to: kind -> address; asked for until warm."""
    found = {}
    for role, cookie in dict(cookies).items():
        found[role] = _crawled(Browser(port, cookie))
        if "/" not in found[role]:
            raise SystemExit(f"The first page does not open for {role}.")
        for _round in range(_WARM_ROUNDS):
            browser = Browser(port, cookie)
            for address in found[role].values():
                browser.get(address)
    return found


def _crawled(browser: Browser) -> dict[str, str]:
    pages: dict[str, str] = {}
    waiting = ["/", *EXTRA]
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if kind in pages or address.startswith(_NEVER):
            continue
        status, body, _milliseconds = browser.get(address)
        if status != 200 or b"<html" not in body[:500]:
            continue
        pages[kind] = address
        links = (urljoin(address, unescape(link)) for link in _LINK.findall(body.decode()))
        waiting += [link for link in links if not urlsplit(link).netloc and not urlsplit(link).query]
    return pages


def kind_of(address: str) -> str:
    """Return the address with what is different from one thing to the next taken out."""
    parts = urlsplit(address).path.split("/")
    return "/".join("…" if re.search(r"[0-9A-Z%]", part) or len(part) > 20 else part for part in parts)


def measured(
    port: int,
    cookies: Sequence[tuple[str, str]],
    pages: Mapping[str, Mapping[str, str]],
    seconds: float,
    think: float,
) -> Measured:
    """Let everybody ask for pages for so long."""
    found, way = Measured(), Way(time.perf_counter() + seconds, think)
    people = [
        threading.Thread(target=_person, args=(found, Browser(port, cookie), pages[role], way, number))
        for number, (role, cookie) in enumerate(cookies)
    ]
    start = time.perf_counter()
    for one in people:
        one.start()
    for one in people:
        one.join()
    found.seconds = time.perf_counter() - start
    return found


def _person(found: Measured, browser: Browser, pages: Mapping[str, str], way: Way, number: int) -> None:
    chance = random.Random(number)
    time.sleep(chance.random() * way.think)
    while time.perf_counter() < way.end:
        kind, address = chance.choice(list(pages.items()))
        try:
            status, _body, milliseconds = browser.get(address)
            found.add(kind, milliseconds, "" if status == 200 else str(status))
        except (OSError, http.client.HTTPException) as fault:
            found.add(kind, 0.0, type(fault).__name__)
            browser.again()
        if way.think:
            time.sleep(min(chance.expovariate(1 / way.think), 10 * way.think))


def share(values: Sequence[float], part: float) -> float:
    """Return the value below which this part of them lies."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(part * len(ranked)))]


def report(found: Measured, full: Measured | None, factor: float, chosen: argparse.Namespace) -> None:
    """Print a table by page and the whole, say what misses the bars, and write the figures down."""
    rows = {page: _row(times) for page, times in sorted(found.times.items())}
    for page in found.faults:
        rows.setdefault(page, {"count": 0, "median": 0.0, "p95": 0.0, "p99": 0.0})
    every = [one for times in found.times.values() for one in times]
    whole = _row(every)
    faults = sum(map(len, found.faults.values()))
    print(
        f"{chosen.people} people, {chosen.think:g} s to think on average, {found.seconds:.0f} s; bars: median {BAR_MS['median'] * factor:.0f} ms, 95 % within {BAR_MS['p95'] * factor:.0f} ms"
    )
    print(f"{'page':44}{'asked':>7}{'median':>9}{'p95':>9}{'p99':>9}  faults")
    for page, row in rows.items():
        missed = "" if all(row[name] <= bar * factor for name, bar in BAR_MS.items()) else "  MISSES THE BAR"
        print(
            f"{page:44}{row['count']:>7}{row['median']:>9.1f}{row['p95']:>9.1f}{row['p99']:>9.1f}  {', '.join(sorted(set(found.faults[page])))}{missed}"
        )
    print(
        f"{'all pages':44}{whole['count']:>7}{whole['median']:>9.1f}{whole['p95']:>9.1f}{whole['p99']:>9.1f}  {faults or ''}"
    )
    told = {
        "pages": rows,
        "all": whole,
        "faults": faults,
        "people": chosen.people,
        "think_seconds": chosen.think,
        "load_average": os.getloadavg()[0],
    }
    if full:
        answers = [one for times in full.times.values() for one in times]
        told["without_pause"] = {
            **_row(answers),
            "pages_per_s": len(answers) / full.seconds,
            "faults": sum(map(len, full.faults.values())),
        }
        print(
            f"without pause: {told['without_pause']['pages_per_s']:.0f} pages a second, median {median(answers):.0f} ms, faults {told['without_pause']['faults']}"
        )
    if chosen.json:
        chosen.json.write_text(json.dumps(told, indent=2) + "\n")


def _row(times: Sequence[float]) -> dict[str, float]:
    if not times:
        return {"count": 0, "median": 0.0, "p95": 0.0, "p99": 0.0}
    return {
        "count": len(times),
        "median": median(times),
        "p95": share(times, 0.95),
        "p99": share(times, 0.99),
    }


if __name__ == "__main__":
    main()
