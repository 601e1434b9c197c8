"""Run Salève on real files that others wrote: check, compute, report, and tell what was estimated.

    python tools/real.py SOURCE OUT [--json]

For each example in ``examples/real`` a workspace ``OUT/<name>`` is made from its ``saleve.toml`` and the files of
``SOURCE/<name>`` that it names; the rest is what ``saleve check``, ``saleve compute`` and ``saleve report`` do. The exit code is
not zero when a file was refused, rows are not accounted for, or a document is missing.
"""

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from saleve.cli.printing import err, number, print_json, print_table, progress, say
from saleve.ems.intake import Progress
from saleve.ems.inventories import Computed, compute_inventory
from saleve.ems.reports import FORMATS, write_annual_report
from saleve.ems.settings import FILE_NAME, read_settings
from saleve.method.inventory import Selection, breakdown
from saleve.method.problems import SaleveError
from saleve.reporting.labels import label

EXAMPLES = Path(__file__).parents[1] / "examples" / "real"
SEVERITIES = ("error", "warning", "note")
KG_PER_TONNE = 1000


@dataclass(frozen=True)
class Outcome:
    """What became of one example; every entry is a row for people and for programs alike."""

    name: str
    organisation: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)
    years: list[dict[str, Any]] = field(default_factory=list)
    rests_on: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def main(
    source: Annotated[Path, typer.Argument(help="Folder with one folder of real files for each example.")],
    out: Annotated[Path, typer.Argument(help="Where the workspaces and documents go.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Check, compute and report on the real files."""
    if not source.is_dir():
        err.print(
            f"There is no folder {source}: the real files do not come with this repository.", style="bold red"
        )
        raise typer.Exit(1)
    outcomes = []
    for example in sorted(path for path in EXAMPLES.iterdir() if (path / FILE_NAME).is_file()):
        with progress(quiet=as_json) as bar:
            outcome = run_example(example, source / example.name, out / example.name, bar)
        outcomes.append(outcome)
        if not as_json:
            print_outcome(outcome)
    if as_json:
        print_json([asdict(outcome) for outcome in outcomes])
    if any(outcome.faults for outcome in outcomes):
        raise typer.Exit(1)


def run_example(example: Path, source: Path, folder: Path, bar: Progress | None = None) -> Outcome:
    """Make the workspace, compute it and write the report of its last year."""
    try:
        place_files(example, source, folder)
        computed = compute_inventory(folder, bar)
        last = max(computed.inventory.years)
        written = write_annual_report(computed, year=last, out=folder / "reports")
    except (SaleveError, FileNotFoundError) as fault:
        return Outcome(example.name, faults=[str(fault)])
    return Outcome(
        example.name,
        computed.workspace.organisation,
        files=list(accounts(computed)),
        years=list(totals(computed)),
        rests_on=rests_on(computed).to_dicts(),
        findings=findings(computed).to_dicts(),
        documents=[str(path) for path in written],
        faults=list(faults(computed, written)),
    )


def place_files(example: Path, source: Path, folder: Path) -> None:
    """Copy saleve.toml and every file that it names."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(example / FILE_NAME, folder / FILE_NAME)
    for name in dict.fromkeys(entry["path"] for entry in read_settings(folder)["files"]):
        shutil.copy(source / name, folder / name)


def accounts(computed: Computed) -> Iterator[dict[str, Any]]:
    """Yield for each file what became of its rows."""
    for file in computed.taken.files:
        yield {
            "file": file.file,
            "category": file.category,
            "rows": file.rows,
            "accepted": file.accepted,
            "repaired": file.repaired,
            "rejected": file.rejected,
            "netted": file.netted,
        }


def totals(computed: Computed) -> Iterator[dict[str, Any]]:
    """Yield for each year the tonnes in the minimum boundary, and beside it what is optional and what others paid."""
    by_boundary = {
        boundary: _tonnes_by_year(computed, boundary) for boundary in ("minimum", "optional", "memo")
    }
    for year in computed.inventory.years:
        yield {"year": year, **{name: values.get(year) for name, values in by_boundary.items()}}


def _tonnes_by_year(computed: Computed, boundary: str) -> dict[int, float | None]:
    table = breakdown(computed.inventory, "year", Selection(boundary=boundary))  # type: ignore[arg-type]
    return dict(table.select("year", pl.col("kg_co2e") / KG_PER_TONNE).iter_rows())


def rests_on(computed: Computed) -> pl.DataFrame:
    """Return how the figures came about, in the words of the report: each default and tier with its rows and tonnes."""
    parts = computed.inventory.cells.filter(
        pl.col("electricity_basis").is_null() | (pl.col("electricity_basis") == "location")
    )
    counted = (
        parts.with_columns(pl.col("quality").str.split("; "))
        .explode("quality")
        .group_by("source", "quality", "estimated")
        .agg(pl.col("rows").sum().alias("records"), (pl.col("kg_co2e").sum() / KG_PER_TONNE).alias("t_co2e"))
        .sort("source", "t_co2e", "quality", descending=[False, True, False])
    )
    words = [label("quality", code) for code in counted["quality"]]
    return counted.with_columns(pl.Series("quality", words, pl.String))


def findings(computed: Computed) -> pl.DataFrame:
    """Return what the checks found: each kind once, with how often, and the first message as an example."""
    found = pl.concat(file.problems for file in computed.taken.files)
    severity = pl.col("severity").replace_strict({name: rank for rank, name in enumerate(SEVERITIES)})
    return (
        found.group_by("code", "severity", maintain_order=True)
        .agg(pl.len().alias("count"), pl.first("message").alias("example"))
        .sort(severity, pl.col("count"), descending=[False, True], maintain_order=True)
    )


def faults(computed: Computed, written: list[Path]) -> Iterator[str]:
    """Yield what must not happen."""
    for name, reason in computed.taken.refused:
        yield f"{name} was refused: {reason}"
    for file in computed.taken.files:
        if file.rows != file.accepted + file.repaired + file.rejected + file.netted:
            yield f"{file.file}: {file.rows} rows are not accounted for."
    if len(written) != len(FORMATS) or not all(path.stat().st_size for path in written):
        yield "A document is missing or empty."


def print_outcome(outcome: Outcome) -> None:
    """Print one example for a person."""
    say(f"\n{outcome.name}  {outcome.organisation}", "bold")
    _print("Rows", outcome.files, ("file", "category"))
    _print("t CO2e by year", outcome.years, ("year",))
    _print("What the figures rest on", outcome.rests_on, ("source", "quality", "estimated"))
    _print("What the checks found", outcome.findings, ("code", "severity", "example"))
    for path in outcome.documents:
        say(path)
    for fault in outcome.faults:
        err.print(f"FAILED: {fault}", style="bold red", markup=False)


def _print(title: str, rows: list[dict[str, Any]], words: tuple[str, ...]) -> None:
    if rows:
        headings = [(name, "left" if name in words else "right") for name in rows[0]]
        print_table(title, headings, ([_cell(value) for value in row.values()] for row in rows))


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "estimated" if value else "as given"
    return number(value, 1) if isinstance(value, float) else value


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    app()
