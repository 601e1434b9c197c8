"""`saleve compare`, `series` and `base-year`: why a total moved, and whether the base year must be computed anew."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from saleve.cli.inventories import AsJson, Folder
from saleve.cli.printing import err, number, print_json, print_table, progress, say
from saleve.ems.changes import (
    BaseYear,
    Comparison,
    assess_base_year,
    compare_years,
    compute_then,
    series_of,
)
from saleve.ems.degree_days import read_degree_days
from saleve.ems.inventories import Computed, compute_inventory
from saleve.language import _
from saleve.method.bridges import TOLERANCE, Bridge
from saleve.reporting.labels import label
from saleve.reporting.steps import step_name, trigger_name

BAR_WIDTH = 24  # signs of the longest bar


def compare(
    folder: Folder,
    start_year: Annotated[int, typer.Argument(help="Year from which the total moved.")],
    end_year: Annotated[int, typer.Argument(help="Year to which it moved.")],
    *,
    start_version: Annotated[
        int | None,
        typer.Option(min=0, help="Take the first year as the ledger had it after this commit."),
    ] = None,
    degree_days: Annotated[
        Path | None,
        typer.Option(help="CSV with site, year, hdd, cdd, in the place of the degree days of saleve.toml."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show why the total moved from one year to another, in bars that add up exactly."""
    table = None if degree_days is None else read_degree_days(degree_days)
    with progress(quiet=as_json) as report:
        computed = compute_inventory(folder, report)
        then = None if start_version is None else compute_then(folder, start_version)
    found = compare_years(computed, start_year, end_year, then=then, degree_days=table)
    if as_json:
        print_json(_as_dict(found))
    else:
        _print_refused(computed)
        print_bridge(found.bridge)
        _print_like_for_like(found)


def base_year(folder: Folder, *, as_json: AsJson = False) -> None:
    """Say whether the base year must be computed anew, given the log of restatements in saleve.toml."""
    with progress(quiet=as_json) as report:
        computed = compute_inventory(folder, report)
    found = assess_base_year(computed)
    if as_json:
        print_json(
            {"year": found.year, **asdict(found.verdict), "versions": found.versions.to_dicts()}
            | {"breaks": [asdict(one) for one in computed.workspace.breaks]}
        )
    else:
        _print_base_year(found)


def series(folder: Folder, *, as_json: AsJson = False) -> None:
    """Show each year's total three times: as reported, recalculated with one edition, with the factors of the base year."""
    with progress(quiet=as_json) as report:
        computed = compute_inventory(folder, report)
    table = series_of(computed)
    if as_json:
        print_json(table.to_dicts())
        return
    headings = [
        (_("Year"), "left"),
        (_("As reported"), "right"),
        (_("Recalculated"), "right"),
        (_("Factors of the base year"), "right"),
        (_("of which not frozen"), "right"),
    ]
    columns = ("as_reported_kg", "recalculated_kg", "factor_frozen_kg", "not_frozen_kg")
    rows = (
        (str(row["year"]), *(_tonnes(row[name]) for name in columns)) for row in table.iter_rows(named=True)
    )
    print_table(_("Emissions by year, in t CO2e"), headings, rows)
    notes = table.filter(pl.col("note") != "").group_by("note", maintain_order=True).agg("year")
    for note, years in notes.iter_rows():
        say(f"{', '.join(map(str, years))}: {note}", "dim")


def _print_refused(computed: Computed) -> None:
    for name, reason in computed.taken.refused:
        err.print(f"{name}: {reason}", style="bold red", markup=False)


def print_bridge(found: Bridge) -> None:
    """Print the bars of a bridge, with what is to be said of them."""
    headings = [
        (_("Step"), "left"),
        (_("Of"), "left"),
        (_("t CO2e"), "right"),
        ("", "left"),
        (_("Total"), "right"),
    ]
    title = _("Why the total moved from {start} to {end}").format(start=found.start_year, end=found.end_year)
    if found.start_year == found.end_year:
        title = _("Why the total of {year} is another").format(year=found.end_year)
        moved = pl.col("effect_kg").abs() > TOLERANCE * max(abs(found.start_kg), abs(found.end_kg))
        found = replace(found, steps=found.steps.filter(moved))
    print_table(title, headings, _bridge_rows(found))
    for row in found.steps.filter(pl.col("note") != "").iter_rows(named=True):
        say(f"{step_name(row['step'])}, {label('source', row['subject'])}: {row['note']}", "dim")


def _bridge_rows(found: Bridge) -> Iterable[tuple[str | None, ...]]:
    longest = found.steps["effect_kg"].abs().max() or 1.0
    yield str(found.start_year), None, None, "", _tonnes(found.start_kg)
    for row in found.steps.iter_rows(named=True):
        subject = label("source", row["subject"]) if row["subject"] else None
        bar = _bar(row["effect_kg"] / longest)
        yield step_name(row["step"]), subject, _signed(row["effect_kg"]), bar, _tonnes(row["to_kg"])
    yield str(found.end_year), None, _signed(found.end_kg - found.start_kg), "", _tonnes(found.end_kg)


def _bar(part: float) -> str:
    """Draw a rise to the right of the middle and a fall to the left of it."""
    signs = "█" * round(abs(part) * BAR_WIDTH / 2)
    half = BAR_WIDTH // 2
    return f"{signs if part < 0 else '':>{half}}│{signs if part > 0 else '':<{half}}"


def _print_like_for_like(found: Comparison) -> None:
    counted = found.like_for_like.filter("counted")
    left_out = found.like_for_like.filter(~pl.col("counted"))
    start_kg, end_kg = (float(counted[name].sum()) for name in ("start_kg", "end_kg"))
    if start_kg:
        text = _(
            "Like for like, of data that are complete in both years: {start} to {end} t CO2e ({change} %)."
        )
        change = f"{100 * (end_kg / start_kg - 1):+.1f}".replace("-", "\u2212")
        say(text.format(start=_tonnes(start_kg), end=_tonnes(end_kg), change=change))
    rows = (
        (label("source", row["source"]), row["site"], row["reason"]) for row in left_out.iter_rows(named=True)
    )
    if len(left_out):
        headings = [(_("Source"), "left"), (_("Site"), "left"), (_("Why"), "left")]
        print_table(_("Left out of it"), headings, rows)


def _print_base_year(found: BaseYear) -> None:
    headings = [(_("Version"), "left"), (_("Since"), "left"), (_("t CO2e"), "right"), (_("Cause"), "left")]
    rows = (
        (str(row["version"]), row["since"], _tonnes(row["kg_co2e"]), row["cause"])
        for row in found.versions.iter_rows(named=True)
    )
    print_table(_("Base year {year}").format(year=found.year), headings, rows)
    log = [(line, _("counts")) for line in found.verdict.waiting]
    log += [(line, _("never counts")) for line in found.verdict.never_counted]
    headings = [(_("Date"), "left"), (_("Kind"), "left"), (_("t CO2e"), "right"), (_("Description"), "left"), ("", "left")]  # fmt: skip
    if log:
        entries = (
            (
                str(line.date),
                trigger_name(line.trigger),
                _signed(line.effect_t_co2e * 1000),
                line.description,
                how,
            )
            for line, how in log
        )
        print_table(_("Restatements since the last version"), headings, entries)
    say(_in_words(found), "bold")


def _in_words(found: BaseYear) -> str:
    told = found.verdict
    if told.must_recalculate is None:
        text = _("Whether {year} must be computed anew cannot be said: its emissions are not known.")
        return text.format(year=found.year)
    text = _("The base year {year} need not be computed anew: changes come to {share} %, the threshold is {threshold} %.")  # fmt: skip
    if told.must_recalculate:
        text = _("The base year {year} must be computed anew: changes come to {share} %, the threshold is {threshold} %.")  # fmt: skip
    return text.format(year=found.year, share=f"{told.counted_pct:.1f}", threshold=f"{told.threshold_pct:g}")


def _tonnes(kg: float | None) -> str | None:
    return number(None if kg is None else kg / 1000, 1)


def _signed(kg: float) -> str:
    shown = str(_tonnes(kg))
    if not shown.strip("-0."):  # rounded to nothing: no sign
        return "0.0"
    return ("+" if kg > 0 else "") + shown.replace("-", "\u2212")


def _as_dict(found: Comparison) -> dict[str, Any]:
    told = found.bridge
    return {
        "start_year": told.start_year,
        "end_year": told.end_year,
        "start_kg_co2e": told.start_kg,
        "end_kg_co2e": told.end_kg,
        "steps": told.steps.to_dicts(),
        "adds_up_to_kg_co2e": told.start_kg + float(told.steps["effect_kg"].sum()),
        "like_for_like": found.like_for_like.to_dicts(),
    }


COMMANDS = (compare, base_year, series)
