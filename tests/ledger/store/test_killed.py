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
from ledger_books import HEADER, Books, counts

from saleve.ledger.store import Ledger, in_text
from saleve.ledger.verifying import verify

MOMENTS = 200
SEED = 20261125
LONGEST_SECONDS = 0.30  # an undisturbed load takes less, so that some are killed after they are done


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


def _killed(loader: subprocess.Popen[bytes], books: Books, path: Path, seconds: float) -> None:
    """Let the other process load the file and kill it after so many seconds of loading."""
    loader.stdin.write(f"{books.folder} {path}\n".encode())
    loader.stdin.flush()
    child = int(loader.stdout.readline().split()[1])
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    while loader.stdout.readline().strip() != b"gone":
        pass


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
    survived = 0
    for number in range(MOMENTS):
        path = _file(tmp_path, number)
        _killed(loader, books, path, moments.uniform(0, LONGEST_SECONDS))
        survived += _assert_whole_or_absent(books, path)
        again = books.load_path(path)
        assert counts(again)["rejected"] == 1
        assert again.statement.rows() == 42
    assert 0 < survived < MOMENTS  # killed before and after the moment at which a batch becomes real
    assert verify(books.stores).faults == ()
    assert books.activity().height == 40 * MOMENTS - (MOMENTS - 1)
