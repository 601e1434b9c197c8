"""Speed and memory against the bars of the project, and against the roofline in the same run.

Prints a table and, with ``--json FILE``, the figures for a program. Each measurement runs in a process of its own, so that its peak
memory is its own. Data are synthetic, seeded, and written to a temporary folder.

Bars on two cores: compute 5 million legs/s and under 3 GB for 10 million legs from Parquet; check 100,000 rows/s on a ticket CSV of
a million rows; the demo from nothing to four documents in under 30 s.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import data
import polars as pl
from rich.console import Console
from rich.table import Table

from saleve.ems.inventories import compute_inventory
from saleve.ledger.intake.checking import check_file
from saleve.method.emissions.air_travel import CELL_KEYS

MEASUREMENTS = ("scan", "compute", "check", "demo")


def measure(name: str, folder: Path) -> dict[str, float]:
    """Run one measurement in this process and return its figures."""
    return {"scan": scan, "compute": compute, "check": check, "demo": demo}[name](folder)


def scan(folder: Path) -> dict[str, float]:
    """The roofline: a bare Polars scan and group-by of the columns that the inventory reads."""
    start = time.perf_counter()
    cells = (
        pl.scan_parquet(folder / "organisation" / "legs.parquet")
        .group_by(CELL_KEYS)
        .agg(pl.col("passengers", "supplied_co2_kg").sum(), pl.len())
        .collect(engine="streaming")
    )
    return _timed(start, data.LEGS_COUNT) | {"cells": len(cells)}


def compute(folder: Path) -> dict[str, float]:
    """The inventory of 10 million legs: from the files of a workspace to its cells."""
    start = time.perf_counter()
    computed = compute_inventory(folder / "organisation")
    return _timed(start, data.LEGS_COUNT) | {"cells": len(computed.inventory.cells)}


def check(folder: Path) -> dict[str, float]:
    """Every row of a million tickets accepted, repaired or rejected."""
    start = time.perf_counter()
    checked = check_file(folder / "tickets.csv", category="air_travel")
    assert checked.rows == checked.accepted + checked.repaired + checked.rejected == data.TICKETS_COUNT
    return _timed(start, data.TICKETS_COUNT) | {"accepted": checked.accepted, "rejected": checked.rejected}


def demo(folder: Path) -> dict[str, float]:
    """From nothing to four documents, as a process of its own: start-up counts."""
    start = time.perf_counter()
    target = folder / "demo"
    subprocess.run(
        [Path(sys.executable).with_name("saleve"), "demo", target, "--no-serve", "--json"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return {
        "seconds": time.perf_counter() - start,
        "peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }


def _timed(start: float, rows: int) -> dict[str, float]:
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "rows": rows,
        "rows_per_s": rows / seconds,
        "peak_mb": _peak_mb(resource.RUSAGE_SELF),
    }


def _peak_mb(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def in_own_process(name: str, folder: Path) -> dict[str, float]:
    """Run one measurement in a fresh interpreter."""
    command = [sys.executable, __file__, "--one", name, "--folder", str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _print(results: dict[str, dict[str, float]]) -> None:
    table = Table(title="Speed and memory", title_justify="left", box=None)
    for heading in ("", "seconds", "rows/s", "peak MB", "against the bar"):
        table.add_column(heading, justify="left" if not heading else "right")
    bars = {
        "compute": f"{results['compute']['rows_per_s'] / 5e6:.2f} of 5 M legs/s; {results['compute']['peak_mb'] / 3000:.0%} of 3 GB",
        "check": f"{results['check']['rows_per_s'] / 1e5:.2f} of 100,000 rows/s",
        "demo": f"{results['demo']['seconds'] / 30:.0%} of 30 s",
        "scan": "roofline",
    }
    for name, found in results.items():
        rate = f"{found['rows_per_s']:,.0f}" if "rows_per_s" in found else ""
        table.add_row(name, f"{found['seconds']:.2f}", rate, f"{found['peak_mb']:,.0f}", bars[name])
    Console().print(table)
    Console().print(
        f"compute takes {results['compute']['seconds'] / results['scan']['seconds']:.2f} times the bare scan and group-by."
    )


def main() -> None:
    """Make the data, run every measurement, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", type=Path, help="write the figures to this file")
    options.add_argument("--only", nargs="*", choices=MEASUREMENTS, default=MEASUREMENTS)
    options.add_argument("--one", choices=MEASUREMENTS, help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        print(json.dumps(measure(chosen.one, chosen.folder)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([sys.executable, str(Path(__file__).with_name("data.py")), name], check=True)
        results = {one: in_own_process(one, folder) for one in chosen.only}
    if set(results) == set(MEASUREMENTS):
        _print(results)
    text = json.dumps(results, indent=2)
    print(text)
    if chosen.json:
        chosen.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
