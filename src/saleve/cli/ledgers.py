"""`saleve init`, `load`, `batches`, `correct`, `withdraw`, `rejects`, `evidence`, `verify-ledger`, `rotate-key`: the ledger at the terminal."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from saleve.cli.checking import print_problems
from saleve.cli.printing import err, out, print_json, print_table, progress, say
from saleve.ems import ledgers
from saleve.ems.deliveries import Wishes
from saleve.ems.intake import load_files, sync_folder
from saleve.ems.settings import FILE_NAME, WorkspaceError
from saleve.ems.signing import public_file
from saleve.ems.workspace import Workspace, open_workspace
from saleve.language import _
from saleve.ledger.loading import Loaded
from saleve.ledger.reconciling import Line, Statement
from saleve.ledger.schemas import STATES
from saleve.method.activity.normalising import REPAIR_SCHEMA
from saleve.method.problems import PROBLEM_SCHEMA, SaleveError
from saleve.reporting.labels import label

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
InWorkspace = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", help="Folder with saleve.toml; the one you are in if left out."),
]
Batch = Annotated[str, typer.Argument(help="Name of the batch, or its first signs.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept in the ledger.")]
DAY = ["%Y-%m-%d"]


def init(
    folder: Annotated[Path, typer.Argument(help="Folder to make.")],
    *,
    name: Annotated[str | None, typer.Option(help="Name of the organisation.")] = None,
    acronym: Annotated[str | None, typer.Option(help="Its acronym.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a workspace: a folder with saleve.toml, ledger, evidence and reports."""
    settings = ledgers.init_workspace(folder, name, acronym)
    if as_json:
        print_json({"folder": str(folder), "settings": str(settings)})
        return
    say(_("The workspace {folder} is ready.").format(folder=folder), "bold")
    say(_("Say who you are and where you work in {file}.").format(file=settings))
    say(_("Load your first file: saleve load FILE --workspace {folder}").format(folder=folder))


def load(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files to load; all new ones of the workspace if left out.")
    ] = None,
    *,
    workspace: InWorkspace = None,
    category: Annotated[
        str | None, typer.Option(help="Source category; guessed from the headers if left out.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="Reporting year, where a file does not say it.")] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--column", help="Header and column, such as Menge=amount:kWh; may be repeated."),
    ] = None,
    replaces: Annotated[str | None, typer.Option(help="Batch whose place the file takes.")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Read a loaded file anew, as things are now.")
    ] = False,
    evidence_date: Annotated[
        datetime | None, typer.Option(formats=DAY, help="Day of the document itself, such as 2025-03-31.")
    ] = None,
    period_start: Annotated[
        datetime | None, typer.Option(formats=DAY, help="First day that the file covers.")
    ] = None,
    period_end: Annotated[
        datetime | None, typer.Option(formats=DAY, help="Last day that the file covers.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Load without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Load files into the ledger: every row ends accepted, repaired, rejected or netted, and nothing is lost."""
    place = opened(workspace)
    ask = not (yes or as_json) and sys.stdin.isatty()
    with progress(quiet=as_json or ask) as bar:
        if files:
            days = {"evidence_date": evidence_date, "period_start": period_start, "period_end": period_end}
            told = {name: day.date() for name, day in days.items() if day}
            wishes = Wishes(category, year, replaces, again, dict(map(cell, columns or [])), yes, told)
            loaded = load_files(place, files, wishes, confirm=_confirm if ask else None, progress=bar)
        else:
            loaded = sync_folder(place, bar)
    if as_json:
        print_json({"files": [loaded_as_dict(one) for one in loaded]})
    else:
        _print_all(loaded, place)
    if any(one.status == "refused" for one in loaded):
        raise typer.Exit(1)


def batches(*, workspace: InWorkspace = None, as_json: AsJson = False) -> None:
    """List what was loaded: each batch with its file, its rows by state, and what became of it."""
    rows = ledgers.list_batches(opened(workspace))
    if as_json:
        print_json({"batches": [_batch_as_dict(row) for row in rows]})
        return
    headings = [
        (_("Batch"), "left"),
        (_("File"), "left"),
        (_("Rows"), "right"),
        (_("Accepted"), "right"),
        (_("Repaired"), "right"),
        (_("Rejected"), "right"),
        (_("Netted"), "right"),
    ]
    if rows:
        print_table(_("Batches"), headings, (_batch_cells(row) for row in rows))
    if not rows:
        say(_("Nothing was loaded yet. Load a file: saleve load FILE"))


def statement(batch: Batch, *, workspace: InWorkspace = None, as_json: AsJson = False) -> None:
    """Show the statement of a batch: rows and money in = accepted + repaired + rejected + netted."""
    load, told = ledgers.batch_statement(opened(workspace), batch)
    if as_json:
        print_json({"batch": load.batch, "file": load.account["file"], **statement_as_dict(told)})
    else:
        print_statement(told)


def correct(
    batch: Batch,
    row: Annotated[int, typer.Argument(help="Number of the row in its file.")],
    *,
    cells: Annotated[
        list[str], typer.Option("--set", help="Column and new value, such as amount=1200; may be repeated.")
    ],
    reason: Reason,
    sheet: Annotated[str, typer.Option(help="Sheet of the row, where the file has several.")] = "",
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Correct one row: the new version counts, the old one stays readable."""
    told = ledgers.correct_entry(
        opened(workspace), batch, row, dict(map(cell, cells)), reason=reason, sheet=sheet
    )
    _tell_statement(told, as_json=as_json)


def withdraw(
    batch: Batch,
    *,
    reason: Reason,
    row: Annotated[
        list[int] | None, typer.Option(help="Only this row; may be repeated. The whole batch if left out.")
    ] = None,
    sheet: Annotated[str, typer.Option(help="Sheet of the rows, where the file has several.")] = "",
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Withdraw a batch or rows of it: they stay in the ledger and no longer count."""
    told = ledgers.withdraw(opened(workspace), batch, reason=reason, rows=row or (), sheet=sheet)
    _tell_statement(told, as_json=as_json)


def rejects(
    batch: Batch,
    *,
    to: Annotated[Path, typer.Option("--out", help="XLSX file to write.")],
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Give the rejected rows of a batch back: correct the red cells and load the file again."""
    path, count = ledgers.write_rejects(opened(workspace), batch, to)
    if as_json:
        print_json({"file": str(path), "rows": count})
        return
    say(_("{count} rejected rows: {path}").format(count=count, path=path), "bold")
    say(_("Correct the red cells, save the file, and load it: saleve load {path}").format(path=path))


def evidence(
    batch: Batch,
    *,
    to: Annotated[Path | None, typer.Option("--out", help="Write the file there, byte for byte.")] = None,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete the file for good; its rows stay.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why it is deleted.")] = "",
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Show what is known of the file of a batch, give it back as it came, or delete it."""
    place = opened(workspace)
    if delete and not reason:
        raise SaleveError(_("Say why the file is deleted: --reason."))
    written = ledgers.give_back(place, batch, to) if to else None
    if delete:
        ledgers.delete_evidence(place, batch, reason)
    known = ledgers.evidence_of(place, batch)
    told = {name: getattr(known, name) for name in known.__dataclass_fields__} | {
        "deletion": known.deletion and str(known.deletion.at.date()),
        "written": written and str(written),
    }
    if as_json:
        print_json(told)
        return
    names = {
        "name": _("File"),
        "sha256": _("SHA-256"),
        "size_bytes": _("Bytes"),
        "uploaded_at": _("Loaded"),
        "uploaded_by": _("By"),
        "period_start": _("Covers from"),
        "period_end": _("Covers until"),
        "evidence_date": _("Date of the document"),
        "personal": _("Holds names"),
        "keep_until": _("Kept until"),
        "deletion": _("Deleted"),
        "written": _("Written"),
    }
    answers = {True: _("yes"), False: _("no")}
    rows = [(label, answers.get(told[name], told[name]) if isinstance(told[name], bool) else told[name]) for name, label in names.items() if told[name] is not None]  # fmt: skip
    print_table("", [("", "left"), ("", "left")], rows)


def verify_ledger(*, workspace: InWorkspace = None, as_json: AsJson = False) -> None:
    """Check that files are unaltered, versions readable, and every row and cent is in exactly one state."""
    place = opened(workspace)
    found = ledgers.verify_ledger(place)
    due = ledgers.due_evidence(place, datetime.now(UTC).date())
    if as_json:
        counts = {name: getattr(found, name) for name in ("commits", "batches", "files", "rows")}
        print_json({"sound": not found.faults, **counts, "faults": list(found.faults), "due": [one.name for one in due]})  # fmt: skip
    else:
        counted = _("Looked at: versions {commits}, batches {batches}, files {files}, rows {rows}.")
        say(counted.format(commits=found.commits, batches=found.batches, files=found.files, rows=found.rows))
        for fault in found.faults:
            err.print(fault, style="bold red", markup=False)
        for one in due:
            told = _(
                "{file} holds names and was to be kept until {day}. Delete it: saleve evidence BATCH --delete"
            )
            say(told.format(file=one.name, day=one.keep_until), "yellow")
        if not found.faults:
            say(_("The ledger is sound."), "bold green")
    if found.faults:
        raise typer.Exit(1)


def rotate_key(
    *,
    signing: Annotated[
        bool, typer.Option("--signing", help="The key that signs packs, not that of pseudonyms.")
    ] = False,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Put a new key for pseudonyms in use, or for signatures; what was made with those before keeps standing."""
    if signing:
        _rotate_signing_key(opened(workspace), as_json=as_json)
        return
    number = ledgers.rotate_key(opened(workspace))
    if as_json:
        print_json({"key": number})
    else:
        say(
            _("Key {number} is in use. Back up the file of keys apart from the ledger.").format(number=number)
        )


def _rotate_signing_key(workspace: Workspace, *, as_json: bool) -> None:
    key = ledgers.rotate_signing_key(workspace)
    if as_json:
        print_json({"signing_key": key, "public_keys": str(public_file(workspace.signing_key_file))})
        return
    say(_("Packs are now signed with key: {key}").format(key=key))
    message = _("Give the file of public keys to those who verify: {file}. Back up the private key.")
    say(message.format(file=public_file(workspace.signing_key_file)))


def opened(folder: Path | None) -> Workspace:
    """Return the workspace of this folder, or of the nearest folder above the one the person is in."""
    if folder is not None:
        return open_workspace(folder)
    here = Path.cwd()
    for place in (here, *here.parents):
        if (place / FILE_NAME).is_file():
            return open_workspace(place)
    raise WorkspaceError(
        _("There is no saleve.toml here. Name the workspace with --workspace, or make one: saleve init DIR")
    )


def loaded_as_dict(one: Loaded) -> dict[str, Any]:
    """Return what became of one file, for a program."""
    told = one.statement
    return {
        "file": one.file,
        "status": one.status,
        "batch": one.batch,
        "rows": told.rows() if told else 0,
        **{state: told.rows(state) if told else 0 for state in STATES},
        "money": statement_as_dict(told)["money"] if told else [],
        "reason": one.reason,
        "known_as": one.known_as,
        "same_name": list(one.same_name),
        "repairs": one.repairs.select("category", "source_sheet", *REPAIR_SCHEMA.names()).to_dicts(),
        "problems": one.problems.select("category", "source_sheet", *PROBLEM_SCHEMA.names()).to_dicts(),
    }


def statement_as_dict(told: Statement) -> dict[str, Any]:
    """Return a statement for a program; amounts are texts, so that no cent is lost."""
    money = [
        {
            "category": line.category,
            "column": line.what,
            "currency": line.currency,
            "in": str(line.total),
            **{state: str(line.states[state]) for state in STATES},
            "corrected": str(line.corrected),
        }
        for line in told.lines
        if line.currency
    ]
    return {
        "rows": told.rows(),
        **{state: told.rows(state) for state in STATES},
        "withdrawn": told.withdrawn,
        "reconciled": told.reconciled,
        "money": money,
        "money_unread": told.money_unread,
        "reasons": dict(told.reasons),
    }


def print_statement(told: Statement) -> None:
    """Print a statement: one line for the rows, one for each currency."""
    title = _("Statement of {file} (batch {batch})").format(file=told.file, batch=told.batch)
    sums = [(_("In"), "total"), (_("Accepted"), "accepted"), (_("Repaired"), "repaired"), (_("Rejected"), "rejected"), (_("Netted"), "netted")]  # fmt: skip
    sums += [(_("Corrected"), "corrected")] if any(line.corrected for line in told.lines) else []
    sums += [] if told.reconciled else [(_("Difference"), "difference")]
    headings = [("", "left"), *((heading, "right") for heading, _name in sums)]
    print_table(
        title,
        headings,
        (_statement_cells(line, told, [name for _heading, name in sums]) for line in told.lines),
    )
    for reason, count in told.reasons.items():
        say(_("Netted, {reason}: {count}").format(reason=reason, count=count), "dim")
    if told.money_unread:
        say(
            _("Amounts that could not be read and are in no sum: {count}").format(count=told.money_unread),
            "yellow",
        )
    if told.withdrawn:
        say(_("The batch was withdrawn: nothing of it counts."), "yellow")
    if told.reconciled:
        say(_("Reconciled: every row and every cent is in exactly one state."), "green")
    else:
        err.print(_("Not reconciled. Run saleve verify-ledger."), style="bold red")


def _statement_cells(line: Line, told: Statement, names: list[str]) -> Iterable[str | None]:
    several = len({one.category for one in told.lines}) > 1
    what = " ".join(
        part
        for part in (label("source", line.category) if several else None, line.what, line.currency)
        if part
    )
    amounts = {**line.states, **{name: getattr(line, name) for name in ("total", "corrected", "difference")}}
    return (what, *(_amount(amounts[name], line.currency) for name in names))


def _amount(value: Decimal, currency: str | None) -> str | None:
    if not value:
        return None
    return f"{value:,.{2 if currency else 0}f}".replace(",", "\u202f")


def _confirm(preview: Loaded) -> bool:
    """Show what would become of a file and ask."""
    print_loaded(preview)
    return typer.confirm(_("Load it?"), default=True)


def _print_all(loaded: list[Loaded], place: Workspace) -> None:
    for one in loaded:
        print_loaded(one)
    if not loaded:
        say(_("No new file in {folder}: everything is loaded.").format(folder=place.folder))


def print_loaded(one: Loaded) -> None:
    """Print what became of one file."""
    if one.status == "refused" or one.statement is None:
        err.print(_("{file} was refused: {reason}").format(file=one.file, reason=one.reason), style="bold red", markup=False)  # fmt: skip
        return
    told = one.statement
    counts = _(
        "{file}: {rows} rows = {accepted} accepted + {repaired} repaired + {rejected} rejected + {netted} netted (batch {batch})"
    )
    numbers = {state: told.rows(state) for state in STATES}
    say(counts.format(file=one.file, rows=told.rows(), batch=one.batch, **numbers), "bold")
    if one.status == "already_loaded":
        if one.known_as and one.known_as != one.file:
            say(_("It is the same file as {name}, which was loaded before.").format(name=one.known_as), "dim")
        say(_("It was loaded before; nothing was added."), "dim")
        say(_("To read it anew, as you say now: add --again."), "dim")
        return
    if one.status == "not_confirmed":
        say(_("It was not loaded."), "yellow")
        return
    more = _("... and {count} more. Use --json to see all.")
    print_problems(one.problems.select(PROBLEM_SCHEMA.names()).to_dicts(), more)
    for rule, count in one.repairs.group_by("rule").len().sort("rule").iter_rows():
        say(_("Repaired by the rule {rule}: {count}").format(rule=rule, count=count), "dim")
    for batch in one.same_name:
        told_twice = _("Another file of this name counts as well, as batch {batch}. If this one takes its place: saleve withdraw {batch} --reason WHY")  # fmt: skip
        say(told_twice.format(batch=batch), "yellow")
    if numbers["rejected"]:
        hint = _("Get the rejected rows back: saleve rejects {batch} --out rejects.xlsx")
        out.print(hint.format(batch=one.batch), style="dim")


def _batch_cells(row: ledgers.BatchRow) -> Iterable[Any]:
    counts = (row.rows, row.accepted, row.repaired, row.rejected, row.netted)
    return (row.load.batch, _file_told(row), *(count or None for count in counts))


def _file_told(row: ledgers.BatchRow) -> str:
    file = str(row.load.account["file"])
    if row.withdrawal:
        return _("{file} (withdrawn on {day})").format(file=file, day=row.withdrawal.at.date())
    return file


def _batch_as_dict(row: ledgers.BatchRow) -> dict[str, Any]:
    return {
        "batch": row.load.batch,
        "file": row.load.account["file"],
        "categories": sorted({one["category"] for one in row.load.account["readings"]}),
        "loaded_at": row.load.at,
        "loaded_by": row.load.by,
        "rows": row.rows,
        **{state: getattr(row, state) for state in STATES},
        "withdrawn": row.withdrawal is not None,
    }


def cell(text: str) -> tuple[str, str]:
    """Read NAME=VALUE as a person writes it behind an option."""
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise SaleveError(_("Write column=value, not {text}.").format(text=text))
    return name.strip(), value


def _tell_statement(told: Statement, *, as_json: bool) -> None:
    if as_json:
        print_json({"batch": told.batch, "file": told.file, **statement_as_dict(told)})
    else:
        print_statement(told)


COMMANDS = (init, load, batches, statement, correct, withdraw, rejects, evidence, verify_ledger, rotate_key)
