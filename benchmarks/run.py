"""Speed and memory against the bars of the project, and against the roofline in the same run.

Prints a table and, with ``--json FILE``, the figures for a program. Each measurement runs in a process of its own, so that its peak
memory is its own. Data are synthetic, seeded, and written to a temporary folder.

Bars on two cores: compute 5 million legs/s and under 3 GB for 10 million legs from the ledger; check 100,000 rows/s on a ticket CSV of
a million rows, and load it from file to committed ledger at 60,000 rows/s; check and load five million rows under 2 GB; open a ledger
of 2,000 batches in under 1 s and correct one entry of it in under 0.2 s; explain a figure of a kept year in under 1 s; the demo from nothing to four documents in under 30 s; Monte Carlo
with 10,000 draws for an organisation of ITU's size in under 2 s; 10 million legs and 200,000 bills of every source category
computed and cut in every way with ranges (approach 1) within 3 times the bare scan and group-by; kept figures read in under 1 ms.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import bills
import data
import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from saleve.ems.deliveries import Wishes
from saleve.ems.demo import write_demo
from saleve.ems.explaining import explain_any
from saleve.ems.figures import read, refresh
from saleve.ems.intake import load_files
from saleve.ems.inventories import compute_inventory
from saleve.ems.ledgers import init_workspace
from saleve.ems.runs import freeze
from saleve.ems.workspace import open_workspace
from saleve.ledger.correcting import Act, Place, correct
from saleve.ledger.intake.checking import check_file, check_in_parts
from saleve.ledger.loading import Loaded
from saleve.ledger.store import Ledger
from saleve.ledger.tallies import tallies
from saleve.method.activity.normalising import Context
from saleve.method.emissions.air_travel import CELL_KEYS
from saleve.method.inventory import Inventory, Selection, breakdown
from saleve.method.schema import PROVENANCE
from saleve.method.uncertainty import contributions, monte_carlo
from saleve.reporting.facts import gather
from saleve.reporting.records import ReportHeader

CORRECTIONS = ({"cabin": "business"}, {"routing": "GVA-NBO-GVA"})
CUTS = ("source", "category", "unit", "site", "region", "haul", "cabin", "scope")
EXPLAINED_YEAR = 2025
CORRECTED_TIMES = 5  # each; the median counts
READ_TIMES = 200
TURNS = 3
_PLACE_OF_A_ROW = (*PROVENANCE, "batch", "revision", "file_sha256", "period_start", "period_end")


def measure(name: str, folder: Path) -> dict[str, float]:
    """Run one measurement in this process and return its figures."""
    return MEASUREMENTS[name](folder)


def scan(folder: Path) -> dict[str, float]:
    """The roofline: a bare Polars scan and group-by of the columns that the inventory reads, over the same files."""
    start = time.perf_counter()
    cells = _scan_legs(Ledger.open(folder / "organisation" / "ledger"))
    return _timed(start, data.LEGS_COUNT) | {"cells": len(cells)}


def _scan_legs(ledger: Ledger) -> pl.DataFrame:
    legs = ledger.scan("air_travel").group_by(CELL_KEYS)
    return legs.agg(pl.col("passengers", "supplied_co2_kg").sum(), pl.len()).collect(engine="streaming")


def _scan_bills(ledger: Ledger, category: str) -> pl.DataFrame:
    """Scan a category as bare Polars does: amounts added up by everything else that its activity says."""
    rows = ledger.scan(category)
    told = {name: kind for name, kind in rows.collect_schema().items() if name not in _PLACE_OF_A_ROW}
    keys = [name for name, kind in told.items() if not kind.is_float() and not kind.is_nested()]
    amounts = [name for name, kind in told.items() if kind.is_float()]
    return rows.group_by(keys).agg(pl.col(amounts).sum(), pl.len()).collect(engine="streaming")


def whole(folder: Path) -> dict[str, float]:
    """The whole inventory, every source category of legs and bills, with all cuts by approach 1, beside the bare scan of the same.

    Both in one process and by turns, several times, so that what else the machine does meets both; the medians count. Processor
    time tells the same on a machine that others use.
    """
    scans, inventories = [], []
    for _turn in range(TURNS):
        scans.append(_clocked(lambda: _scan_all(folder)))
        inventories.append(_clocked(lambda: _cut(compute_inventory(folder / "organisation").inventory)))
    scan, found = (tuple(median(one) for one in zip(*each, strict=True)) for each in (scans, inventories))
    return {
        "seconds": found[0],
        "peak_mb": _peak_mb(resource.RUSAGE_SELF),
        "scan_seconds": scan[0],
        "times_the_scan": found[0] / scan[0],
        "times_the_processor_time_of_the_scan": found[1] / scan[1],
        "bills": _scan_all(folder),
    }


def _scan_all(folder: Path) -> int:
    """Scan legs and bills as bare Polars does; return how many rows are not legs."""
    ledger = Ledger.open(folder / "organisation" / "ledger")
    _scan_legs(ledger)
    others = (_scan_bills(ledger, name) for name in ledger.categories() if name != "air_travel")
    return sum(int(one["len"].sum()) for one in others)


def _clocked(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds and the processor time that some work takes."""
    start, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - processor


def compute(folder: Path) -> dict[str, float]:
    """The inventory of 10 million legs: from the ledger of a workspace to its cells."""
    start = time.perf_counter()
    computed = compute_inventory(folder / "organisation")
    return _timed(start, data.LEGS_COUNT) | {"cells": len(computed.inventory.cells)}


def open_ledger(folder: Path) -> dict[str, float]:
    """A ledger of 2,000 batches: its batches with the counts of their rows, and what its activity looks like."""
    start = time.perf_counter()
    ledger = Ledger.open(folder / "organisation" / "ledger")
    columns = [ledger.activity(name).collect_schema() for name in ledger.categories()]
    assert columns
    assert len(tallies(ledger)) == len(ledger.batches) == data.BATCHES + bills.FILES
    return _used(start)


def correct_entry(folder: Path) -> dict[str, float]:
    """One entry in the ledger of 10 million legs corrected, its cabin or its routing; the median of several corrections."""
    stores, times = open_workspace(folder / "organisation").stores, []
    for number, batch in enumerate(data.batch_names()[: CORRECTED_TIMES * len(CORRECTIONS)]):
        start = time.perf_counter()
        cells = CORRECTIONS[number % len(CORRECTIONS)]
        correct(stores, Place(batch, 77), cells, Act("benchmark", datetime.now(UTC), "measured"), Context())
        times.append(time.perf_counter() - start)
    return {"seconds": median(times), "first": times[0], "peak_mb": _peak_mb(resource.RUSAGE_SELF)}


def explain(folder: Path) -> dict[str, float]:
    """A figure of a kept year, from its run to formula, factors and the largest rows; keeping the year is not measured."""
    run = freeze(folder / "organisation", EXPLAINED_YEAR).run.name
    start = time.perf_counter()
    told = explain_any(folder / "organisation", f"{EXPLAINED_YEAR}.air_travel", run=run)
    assert told.explanation is not None
    return _used(start) | {"rows": told.explanation.all_rows}


def load(folder: Path) -> dict[str, float]:
    """A million tickets from the file to the committed ledger."""
    start = time.perf_counter()
    _loaded(folder / "loaded", folder / "tickets.csv", data.TICKETS_COUNT)
    return _timed(start, data.TICKETS_COUNT)


def stream(folder: Path) -> dict[str, float]:
    """Five million tickets checked part by part, then loaded: memory does not grow with the file."""
    start = time.perf_counter()
    parts = check_in_parts(folder / "stream.csv", category="air_travel")
    assert sum(part.rows for part in parts) == data.STREAMED_COUNT
    checked = time.perf_counter() - start
    _loaded(folder / "streamed", folder / "stream.csv", data.STREAMED_COUNT)
    return _timed(start + checked, data.STREAMED_COUNT) | {
        "checked_rows_per_s": data.STREAMED_COUNT / checked
    }


def _loaded(target: Path, file: Path, rows: int) -> Loaded:
    init_workspace(target)
    [done] = load_files(open_workspace(target), [file], Wishes(category="air_travel"))
    assert done.statement is not None
    assert done.statement.reconciled
    assert done.statement.rows() == rows
    return done


def simulate(_folder: Path) -> dict[str, float]:
    """Monte Carlo with 10,000 draws: the total, its sources and its units, for an organisation of ITU's size."""
    cells = data.cells(np.random.default_rng(20261124))
    start = time.perf_counter()
    found = monte_carlo(cells, [])
    used = _used(start)
    assert found.converged
    assert found.draws == 10_000
    return used | {"cells": len(cells), "keys": len(contributions(cells, ("part", "key")))}


def cut(folder: Path) -> dict[str, float]:
    """All cuts with ranges of the inventory of 10 million legs: every dimension over all years, then one year's report."""
    inventory = compute_inventory(folder / "organisation").inventory
    start = time.perf_counter()
    _cut(inventory)
    cuts = _used(start)
    start = time.perf_counter()
    gather(inventory, None, (), ReportHeader("Benchmark (synthetic)"), max(inventory.years))
    return cuts | {"cells": len(inventory.cells), "report_seconds": time.perf_counter() - start}


def _cut(inventory: Inventory) -> None:
    for dimension in ("year", *(field.name for field in fields(Selection) if field.name in CUTS)):
        assert len(breakdown(inventory, dimension, Selection()))


def figures(folder: Path) -> dict[str, float]:
    """What pages show of 10 million legs, and of the demo, computed and kept; then read again, which each page does."""
    small = write_demo(folder / "figures-of-demo")
    compute_inventory(small)  # loading is measured elsewhere
    found = {f"demo_{name}": value for name, value in _kept(small).items()}
    start = time.perf_counter()
    found |= _kept(folder / "organisation")
    return _used(start) | found


def _kept(folder: Path) -> dict[str, float]:
    start = time.perf_counter()
    refresh(folder)
    refreshed, times = time.perf_counter() - start, []
    for _time in range(READ_TIMES):
        start = time.perf_counter()
        found = read(folder)
        assert found is not None
        assert not found.stale
        times.append(time.perf_counter() - start)
    return {"refresh_seconds": refreshed, "read_ms": 1000 * median(times)}


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


MEASUREMENTS = {
    "scan": scan,
    "compute": compute,
    "explain": explain,
    "open": open_ledger,
    "approach_1": cut,
    "whole": whole,
    "figures": figures,
    "monte_carlo": simulate,
    "correct": correct_entry,  # after compute: it changes the ledger
    "check": check,
    "load": load,
    "stream": stream,
    "demo": demo,
}


def _timed(start: float, rows: int) -> dict[str, float]:
    used = _used(start)
    return {**used, "rows": rows, "rows_per_s": rows / used["seconds"]}


def _used(start: float) -> dict[str, float]:
    return {"seconds": time.perf_counter() - start, "peak_mb": _peak_mb(resource.RUSAGE_SELF)}


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
    bars = _against_bars(results)
    for name, found in results.items():
        rate = f"{found['rows_per_s']:,.0f}" if "rows_per_s" in found else ""
        table.add_row(name, f"{found['seconds']:.2f}", rate, f"{found['peak_mb']:,.0f}", bars[name])
    Console().print(table)
    Console().print(
        f"compute takes {results['compute']['seconds'] / results['scan']['seconds']:.2f} times the bare scan and group-by."
    )


def _against_bars(results: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    compute, streamed = results["compute"], results["stream"]
    whole = compute["seconds"] + results["approach_1"]["seconds"]
    return {
        "scan": "roofline",
        "compute": f"{compute['rows_per_s'] / 5e6:.2f} of 5 M legs/s; {compute['peak_mb'] / 3000:.0%} of 3 GB",
        "explain": f"{results['explain']['seconds']:.0%} of 1 s",
        "open": f"{results['open']['seconds']:.0%} of 1 s",
        "whole": f"{results['whole']['times_the_scan']:.2f} of 3 times the scan; {results['whole']['peak_mb'] / 3000:.0%} of 3 GB",
        "approach_1": f"with compute {whole / results['scan']['seconds']:.2f} of 3 times the scan",
        "figures": f"read in {results['figures']['read_ms']:.2f} of 1 ms",
        "monte_carlo": f"{results['monte_carlo']['seconds'] / 2:.0%} of 2 s",
        "correct": f"{results['correct']['seconds'] / 0.2:.0%} of 0.2 s",
        "check": f"{results['check']['rows_per_s'] / 1e5:.2f} of 100,000 rows/s",
        "load": f"{results['load']['rows_per_s'] / 6e4:.2f} of 60,000 rows/s",
        "stream": f"{streamed['peak_mb'] / 2000:.0%} of 2 GB; checked at {streamed['checked_rows_per_s']:,.0f} rows/s",
        "demo": f"{results['demo']['seconds'] / 30:.0%} of 30 s",
    }


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
