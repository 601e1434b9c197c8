"""A process killed at any moment leaves each batch wholly there or wholly absent; the same load again completes it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from ledger_books import HEADER, NOON, Books, counts

from saleve.ledger.compacting import compact
from saleve.ledger.store import Ledger, in_text
from saleve.ledger.verifying import verify

MOMENTS = 200
SEED = 20261125
COMPACTED_AFTER = 25  # loads
UNDISTURBED = 5  # loads by which the length of one is known


@pytest.fixture
def loader() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, str(Path(__file__).with_name("killed_loader.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        process.stdin.close()


def _file(folder: Path, number: int) -> Path:
    """Write tickets, a refund of one of the file before, and a row that will be rejected."""
    lines = [f"72400{number:04d}{row:04d},TKTT,GVA,NBO,2024-03-01,100.00,CHF," for row in range(40)]
    lines += [
        f"72400{number - 1:04d}0000,RFND,GVA,NBO,2024-03-01,-100.00,CHF,",
        "x,TKTT,GVA,XXQ,2024-03-01,1,CHF,",
    ]
    path = folder / f"tickets-{number}.csv"
    path.write_text(HEADER + "\n".join(lines) + "\n", "utf-8")
    return path


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


def _assert_whole_or_absent(books: Books, path: Path) -> bool:
    ledger = Ledger.open(books.stores.ledger)
    there = [load for load in ledger.batches.values() if load.account["file"] == path.name]
    rows = in_text(ledger.scan("entries/air_travel")).filter(pl.col("source_file") == path.name)
    legs = in_text(ledger.scan("air_travel")).filter(pl.col("source_file") == path.name)
    height = [frame.select(pl.len()).collect().item() for frame in (rows, legs)]
    assert height == ([42, 40] if there else [0, 0])
    assert books.stores.evidence.altered() == []
    return bool(there)


def test_a_batch_is_whole_or_absent_after_a_kill_and_completed_by_a_repeat(books, loader, tmp_path):
    moments = random.Random(SEED)  # noqa: S311 - moments, not secrets
    survived, longest = 0, _longest_seconds(loader, books, tmp_path)
    for number in range(UNDISTURBED, UNDISTURBED + MOMENTS):
        path = _file(tmp_path, number)
        _killed(loader, books, path, moments.uniform(0, 1.2 * longest))
        survived += _assert_whole_or_absent(books, path)
        again = books.load_path(path)
        assert counts(again)["rejected"] == 1
        assert again.statement.rows() == 42
        if number % COMPACTED_AFTER == 0:
            compact(books.stores.ledger, NOON, "coordinator", many=COMPACTED_AFTER // 2)
    assert 0 < survived < MOMENTS  # killed before and after the moment at which a batch becomes real
    assert verify(books.stores).faults == ()
    files = UNDISTURBED + MOMENTS
    assert books.activity().height == 40 * files - (files - 1)
