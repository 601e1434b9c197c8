"""`saleve template`, `mapping`, `teach`, `requests`, `fill`: getting the data that an inventory needs."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import polars as pl
import typer

from saleve.cli.ledgers import AsJson, InWorkspace, cell, loaded_as_dict, opened, print_loaded
from saleve.cli.printing import number, print_json, print_table, progress, say
from saleve.ems.gaps import Gaps, fill_gaps, open_requests
from saleve.ems.mappings import Taught, make_template, propose_mapping
from saleve.ems.mappings import teach as teach_mapping
from saleve.ems.settings import WorkspaceError
from saleve.ems.workspace import Workspace
from saleve.language import _
from saleve.ledger.proposing import HeaderProposal, Proposal
from saleve.reporting.labels import label

Columns = Annotated[
    list[str] | None,
    typer.Option("--column", help="Header and column, such as Menge=amount:kWh; may be repeated."),
]
CategoryName = Annotated[str | None, typer.Option("--category", help="Source category; guessed if left out.")]
Years = Annotated[
    list[int] | None, typer.Option("--year", help="Year; may be repeated. The newest with data if left out.")
]
FEW_SAMPLES = 3


def template(
    category: Annotated[str, typer.Argument(help="Source category, such as electricity.")],
    *,
    language: Annotated[str, typer.Option(help="en, fr, es, ru, ar or zh.")] = "en",
    to: Annotated[
        Path | None, typer.Option("--out", help="XLSX file to write; named by category if left out.")
    ] = None,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Write a workbook to fill in: drop-downs, units, an example row, and notes on each column."""
    place = _workspace_if_any(workspace)
    path = make_template(place, category, language, to or Path(f"{category}-{language}.xlsx"))
    if as_json:
        print_json({"file": str(path), "category": category, "language": language})
    else:
        say(_("Written: {path}").format(path=path), "bold")


def mapping(
    file: Annotated[Path, typer.Argument(help="File to look at.")],
    *,
    category: CategoryName = None,
    columns: Columns = None,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Show how the headers of a file would be read, with sample values; nothing is loaded."""
    found = propose_mapping(
        opened(workspace), file, category=category, columns=dict(map(cell, columns or []))
    )
    if as_json:
        print_json(_proposal_as_dict(found))
    else:
        _print_proposal(found)


def teach(
    file: Annotated[Path, typer.Argument(help="A file with the headers to teach.")],
    *,
    name: Annotated[str, typer.Option(help="What you call these files, such as Agency export.")],
    category: CategoryName = None,
    columns: Columns = None,
    constants: Annotated[
        list[str] | None,
        typer.Option(
            "--constant", help="Column and value for every row, such as country=CHE; may be repeated."
        ),
    ] = None,
    decimal_sign: Annotated[Literal["point", "comma"] | None, typer.Option(help="point or comma.")] = None,
    date_order: Annotated[
        Literal["day-first", "month-first"] | None, typer.Option(help="day-first or month-first.")
    ] = None,
    missing: Annotated[
        list[str] | None,
        typer.Option("--missing", help="Word or number that means no value; may be repeated."),
    ] = None,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Remember what the headers of this file mean, for every file with the same headers."""
    taught = Taught(
        name,
        dict(map(cell, columns or [])),
        dict(map(cell, constants or [])),
        category,
        decimal_sign,
        date_order,
        tuple(missing or ()),
    )
    path, profile = teach_mapping(opened(workspace), file, taught)
    if as_json:
        told = {"name": profile.name, "category": profile.category, "columns": dict(profile.columns)}
        print_json({"file": str(path), **told})
        return
    say(_("Remembered as {name}: {path}").format(name=profile.name, path=path), "bold")
    say(
        _(
            "Files with the same headers are now read in this way. One that was loaded before: saleve load FILE --again"
        )
    )


def requests(
    *,
    years: Years = None,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """List which data lack, who owes them since when, and which estimate could stand in."""
    place = opened(workspace)
    gaps = open_requests(place, datetime.now(UTC).date(), years or ())
    if as_json:
        print_json(
            {
                "years": list(gaps.years),
                "requests": gaps.found.requests.to_dicts(),
                "coverage": gaps.found.coverage.to_dicts(),
                "suggestions": gaps.found.suggestions.to_dicts(),
                "unowned": gaps.found.unowned.to_dicts(),
            }
        )
    else:
        _print_requests(gaps)


def fill(
    source: Annotated[str, typer.Argument(help="Source category whose gaps are filled.")],
    *,
    proxy: Annotated[str, typer.Option(help="last_year, neighbours, per_person or per_m2.")],
    site: Annotated[str | None, typer.Option(help="Only this site.")] = None,
    years: Years = None,
    reason: Annotated[str, typer.Option(help="Why; it is kept in the ledger.")] = "",
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Let an estimate stand in for months that lack data, until the data come; it is flagged with its name and error."""
    place = opened(workspace)
    with progress(quiet=as_json):
        gaps = open_requests(place, datetime.now(UTC).date(), years or ())
        loaded = fill_gaps(place, gaps, source=source, proxy=proxy, site=site, reason=reason)
    if as_json:
        print_json(loaded_as_dict(loaded))
    else:
        print_loaded(loaded)


def _workspace_if_any(folder: Path | None) -> Workspace | None:
    """Return the workspace one is in; a template can be had without."""
    try:
        return opened(folder)
    except WorkspaceError:
        if folder is not None:
            raise
        return None


def _proposal_as_dict(found: Proposal) -> dict[str, Any]:
    return {
        "file": found.file,
        "sheet": found.sheet,
        "category": found.category,
        "runners_up": list(found.runners_up),
        "missing": list(found.missing),
        "signature": found.signature,
        "decimal_sign": found.decimal_sign,
        "date_order": found.date_order,
        "profile": found.profile.profile.name if found.profile else None,
        "headers": [
            {
                "header": one.header,
                "column": one.column,
                "how": one.how,
                "confidence": one.confidence,
                "unit": one.unit,
                "samples": list(one.samples),
                "alternatives": list(one.alternatives),
            }
            for one in found.headers
        ],
    }


def _print_proposal(found: Proposal) -> None:
    title = _("{file} as {category}").format(
        file=found.file, category=found.category or _("no known category")
    )
    headings = [(_("Header"), "left"), (_("Column"), "left"), (_("Known by"), "left"), (_("Samples"), "left")]
    print_table(title, headings, map(_proposal_cells, found.headers))
    if found.missing:
        say(
            _("No header stands for {columns}, which is required.").format(columns=", ".join(found.missing)),
            "yellow",
        )
    say(
        _("Correct it: saleve teach {file} --name NAME --column HEADER=COLUMN").format(file=found.file), "dim"
    )


def _proposal_cells(one: HeaderProposal) -> Iterable[Any]:
    ways = {
        "user": _("your word"),
        "profile": _("what was taught"),
        "synonym": _("its name"),
        "unit": _("its unit"),
        "content": _("its cells"),
    }
    column = f"{one.column} ({one.unit})" if one.column and one.unit else one.column
    return (one.header, column, ways.get(one.how or ""), "; ".join(one.samples[:FEW_SAMPLES]) or None)


def _print_requests(gaps: Gaps) -> None:
    _print_coverage(gaps)
    rows = gaps.found.requests
    if rows.is_empty():
        say(_("Nothing lacks in {years}.").format(years=", ".join(map(str, gaps.years))), "green")
        return
    headings = [
        (_("What"), "left"),
        (_("Months"), "left"),
        (_("Who owes it"), "left"),
        (_("Due"), "left"),
        (_("What could stand in"), "left"),
    ]
    print_table(_("Data that lack"), headings, map(_request_cells, rows.iter_rows(named=True)))
    say(_("Let an estimate stand in: saleve fill SOURCE --proxy NAME --site SITE"), "dim")


def _print_coverage(gaps: Gaps) -> None:
    """Print of each source and year how many of its months, over all sites, have all their data."""
    expected = gaps.found.coverage.filter(pl.col("state") != "not expected")
    counted = expected.group_by("source", "year", maintain_order=True).agg(
        pl.len().alias("months"),
        (pl.col("state") == "complete").sum().alias("complete"),
        (pl.col("state") == "estimated").sum().alias("estimated"),
    )
    headings = [
        (_("Source"), "left"),
        (_("Year"), "left"),
        (_("Months with all data"), "right"),
        (_("Estimated"), "right"),
    ]
    rows = (
        (label("source", source), year, f"{complete} / {months}", estimated or None)
        for source, year, months, complete, estimated in counted.iter_rows()
    )
    print_table(_("Coverage"), headings, rows)


def _request_cells(row: dict[str, Any]) -> Iterable[Any]:
    what = ", ".join(part for part in (label("source", row["source"]), row["site"]) if part)
    months = (
        f"{row['first_day']:%Y-%m}"
        if row["months"] == 1
        else f"{row['first_day']:%Y-%m} – {row['last_day']:%Y-%m}"
    )
    overdue = (
        _("{due}, {days} days ago").format(due=row["due"], days=row["overdue_days"])
        if row["overdue_days"]
        else row["due"]
    )
    return (what, months, row["owner"], overdue, _proxy_told(row))


def _proxy_told(row: dict[str, Any]) -> str | None:
    if row["proxy"] is None:
        return None
    amount = number(row["proxy_amount"]) or "?"
    told = _("{proxy}: {amount} {unit} ± {error} %")
    return told.format(
        proxy=row["proxy"], amount=amount, unit=row["amount_unit"], error=number(row["proxy_error_pct"])
    )


COMMANDS = (template, mapping, teach, requests, fill)
