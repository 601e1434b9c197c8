"""`saleve check`: what would become of each row of a file."""

from pathlib import Path
from typing import Annotated, Any

import typer

from saleve.cli.printing import out, print_json, print_table, progress, say
from saleve.ems.intake import check_path
from saleve.language import _
from saleve.ledger.intake.checking import Checked, summary
from saleve.ledger.intake.rejects import write_rejects, write_rows
from saleve.method.problems import SaleveError

SHOWN = 20
SHOWN_SPANS = 3
SHOWN_ALIKE = 3  # of one kind, so that a column of wrong dates does not hide the rest
SEVERITIES = ("error", "warning", "note")


def check(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, ODS, JSON or Parquet file.")],
    *,
    category: Annotated[
        str | None, typer.Option(help="Source category; guessed from the headers if left out.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="Reporting year, where the file does not say it.")] = None,
    rejects: Annotated[Path | None, typer.Option(help="Write the rejected rows to this XLSX file.")] = None,
    rows: Annotated[Path | None, typer.Option(help="Write the accepted rows to this CSV file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Check a file: every row ends accepted, repaired or rejected, with the reason and what to do."""
    _keep_the_file(file, rejects, rows)
    with progress(quiet=as_json) as bar:
        first, *others = check_path(file, category=category, year=year, progress=bar)
    written = [path for one in (first, *others) for path in _written(one, first, rejects, rows)]
    if as_json:
        print_json({**summary(first), "other_sheets": [summary(one) for one in others]})
        return
    for one in (first, *others):
        _print(one)
    for path in written:
        say(_("Written: {path}").format(path=path))


def _written(checked: Checked, first: Checked, rejects: Path | None, rows: Path | None) -> list[Path]:
    """Write the rows asked for; those of a sheet of another category into a file with that category behind its name."""
    paths: list[Path] = []
    for path, write in ((rejects, write_rejects), (rows, write_rows)):
        if path:
            own = path if checked is first else path.with_stem(f"{path.stem}-{checked.category}")
            write(checked, own)
            paths.append(own)
    return paths


def _keep_the_file(file: Path, *outputs: Path | None) -> None:
    for path in outputs:
        if path and path.resolve() == file.resolve():
            message = _("{path} is the file to check; it would be written over. Choose another name.")
            raise SaleveError(message.format(path=path))


def _print(checked: Checked) -> None:
    counts = _(
        "{file}: {rows} rows = {accepted} accepted + {repaired} repaired + {rejected} rejected ({category})"
    )
    found = summary(checked)
    say(
        counts.format(
            file=found["file"],
            rows=checked.rows,
            accepted=checked.accepted,
            repaired=checked.repaired,
            rejected=checked.rejected,
            category=checked.category,
        ),
        "bold",
    )
    print_problems(
        found["problems"],
        _("... and {count} more. Use --json to see all, --rejects FILE.xlsx to get the rejected rows back."),
    )


def print_problems(problems: list[dict[str, Any]], more: str) -> None:
    """Print problems, those alike together, the severest first; ``more`` tells how many are not shown."""
    rows = grouped(problems)
    headings = [
        (_("Rows"), "right"),
        (_("Column"), "left"),
        ("", "left"),
        (_("What"), "left"),
        (_("What to do"), "left"),
    ]
    if rows:
        print_table("", headings, rows[:SHOWN])
    if len(rows) > SHOWN:
        out.print(more.format(count=len(rows) - SHOWN), style="dim")


def grouped(problems: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Put rows with the same problem together, the severest first."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for problem in sorted(problems, key=lambda one: SEVERITIES.index(one["severity"])):
        groups.setdefault(_key(problem), []).extend([] if problem["row"] is None else [problem["row"]])
    shown = [(_row_list(rows), *key) for key, rows in groups.items()]
    kinds = {_key(problem): problem["code"] for problem in problems}
    return _few_alike(shown, [kinds[key] for key in groups], [len(rows) for rows in groups.values()])


def _few_alike(shown: list[tuple[Any, ...]], codes: list[str], sizes: list[int]) -> list[tuple[Any, ...]]:
    """Keep the first few problems of one kind and column; one line tells how many rows the others are."""
    seen: dict[tuple[Any, ...], list[int]] = {}
    for place, (line, code) in enumerate(zip(shown, codes, strict=True)):
        seen.setdefault((line[1], line[2], code), []).append(place)
    kept = list(shown)
    for places in seen.values():
        hidden = places[SHOWN_ALIKE:]
        if len(hidden) > 1:
            told = _("... and {count} more rows of this kind").format(count=sum(sizes[one] for one in hidden))
            kept[hidden[0]] = (None, *shown[hidden[0]][1:3], told, "")
            for one in hidden[1:]:
                kept[one] = ()
    return [line for line in kept if line]


def _key(problem: dict[str, Any]) -> tuple[Any, ...]:
    return (problem["column"], problem["severity"], problem["message"], problem["suggestion"] or "")


def _row_list(rows: list[int]) -> str | None:
    """Write 2, 3, 4, 9 as 2-4, 9; a long list ends with the number of the others."""
    spans: list[list[int]] = []
    for row in sorted(set(rows)):
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in spans[:SHOWN_SPANS]]
    hidden = sum(last - first + 1 for first, last in spans[SHOWN_SPANS:])
    if hidden:
        shown.append(_("{count} more").format(count=hidden))
    return ", ".join(shown) or None


COMMANDS = (check,)
