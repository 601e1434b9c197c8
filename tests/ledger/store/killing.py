"""Kills a process that loads files, at moments of chance: two files of tests share it, so that two processes may run them."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import polars as pl
from ledger_books import HEADER, NOON, Books, counts

from saleve.ledger.compacting import compact
from saleve.ledger.store import Ledger
from saleve.ledger.verifying import verify

MOMENTS = 100  # of each of the two files: 200 in all
COMPACTED_AFTER = 25  # loads
GOOD = 20  # rows of a file that are accepted
TICKETS_EACH = 8  # files one is of tickets
UNDISTURBED = 5  # loads by which the length of one is known


@contextmanager
def _loader() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, str(Path(__file__).with_name("killed_loader.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        process.stdin.close()


def _file(folder: Path, number: int) -> Path:
    """Write bills, or now and then tickets with a refund of one of the file before; each has a row that will be rejected."""
    text = _tickets(number) if number % TICKETS_EACH == 0 else _bills(number)
    path = folder / f"file-{number}.csv"
    path.write_text(text, "utf-8")
    return path


def _tickets(number: int) -> str:
    lines = [f"72400{number:04d}{row:04d},TKTT,GVA,NBO,2024-03-01,100.00,CHF," for row in range(GOOD - 1)]
    lines += [
        f"72400{number - TICKETS_EACH:04d}0000,RFND,GVA,NBO,2024-03-01,-100.00,CHF,",
        "x,TKTT,GVA,XXQ,2024-03-01,1,CHF,",
    ]
    return HEADER + "\n".join(lines) + "\n"


def _bills(number: int) -> str:
    lines = [f"HQ,E-{number}-{row},2025-01-01,2025-01-31,100" for row in range(GOOD)]
    return (
        "\n".join(
            [
                "Site,Meter,Period start,Period end,Electricity (kWh)",
                *lines,
                "HQ,E-x,2025-01-01,2025-01-31,much",
            ]
        )
        + "\n"
    )


def _begun(loader: subprocess.Popen[bytes], books: Books, path: Path) -> int:
    """Let the other process begin to load the file and return the number of the process that does."""
    loader.stdin.write(f"{books.folder} {path}\n".encode())
    loader.stdin.flush()
    return int(loader.stdout.readline().split()[1])


def _gone(loader: subprocess.Popen[bytes]) -> None:
    while loader.stdout.readline().strip() != b"gone":
        pass


def _killed(loader: subprocess.Popen[bytes], books: Books, path: Path, seconds: float) -> None:
    """Kill the other process after so many seconds of loading."""
    child = _begun(loader, books, path)
    time.sleep(seconds)
    with suppress(ProcessLookupError):  # it was done before
        os.kill(child, signal.SIGKILL)
    _gone(loader)


def _longest_seconds(loader: subprocess.Popen[bytes], books: Books, folder: Path) -> float:
    """Return how long an undisturbed load may take."""
    lengths = []
    for number in range(UNDISTURBED):
        _begun(loader, books, _file(folder, number))
        start = time.perf_counter()
        _gone(loader)
        lengths.append(time.perf_counter() - start)
    return max(lengths)


def _assert_whole_or_absent(books: Books, path: Path, category: str) -> bool:
    ledger = Ledger.open(books.stores.ledger)
    there = [batch for batch, load in ledger.batches.items() if load.account["file"] == path.name]
    height = [
        ledger.scan(table)
        .filter(pl.col("source_file").cast(pl.String) == path.name)
        .select(pl.len())
        .collect()
        .item()
        for table in (f"entries/{category}", category)
    ]
    flying = GOOD - 1 if category == "air_travel" else GOOD
    assert height == ([GOOD + 1, flying] if there else [0, 0])
    return bool(there)


def assert_kills_leave_batches_whole_or_absent(books: Books, folder: Path, seed: int) -> None:
    """Kill loads at ``MOMENTS`` moments: each batch is whole or absent, and the same load again completes it."""
    with _loader() as loader:
        _assert_each_batch_is_completed(loader, books, folder, random.Random(seed))  # noqa: S311 - moments, not secrets
    assert verify(books.stores).faults == ()
    files = UNDISTURBED + MOMENTS
    flights = len(range(0, files, TICKETS_EACH))
    assert books.activity("electricity").height == GOOD * (files - flights)
    assert books.activity().height == (GOOD - 1) * flights - (flights - 1)


def _assert_each_batch_is_completed(
    loader: subprocess.Popen[bytes], books: Books, folder: Path, moments: random.Random
) -> None:
    survived, longest = 0, _longest_seconds(loader, books, folder)
    for number in range(UNDISTURBED, UNDISTURBED + MOMENTS):
        path = _file(folder, number)
        _killed(loader, books, path, moments.uniform(0, 1.2 * longest))
        category = "air_travel" if number % TICKETS_EACH == 0 else "electricity"
        survived += _assert_whole_or_absent(books, path, category)
        again = books.load_path(path)
        assert (again.statement.rows(), counts(again)["rejected"]) == (GOOD + 1, 1)
        if number % COMPACTED_AFTER == 0:
            compact(books.stores.ledger, NOON, "coordinator", many=COMPACTED_AFTER // 2)
    assert 0 < survived < MOMENTS  # killed before and after the moment at which a batch becomes real
