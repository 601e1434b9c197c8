"""`saleve freeze`, `review`, `approve`, `publish`, `restate`, `runs`, `verify`, `pack`: the life of an inventory year."""

from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from saleve.cli.changes import print_bridge
from saleve.cli.ledgers import AsJson, InWorkspace, opened
from saleve.cli.printing import err, number, print_json, print_table, progress, say
from saleve.cli.reconciling import print_checks
from saleve.ems import runs as service
from saleve.ems.changes import bridge_between
from saleve.ems.packs import verify_pack, write_pack
from saleve.ems.proofs import Proof, verify_run
from saleve.ems.run_states import APPROVED, PUBLISHED, REVIEWED, Step
from saleve.language import _
from saleve.method.reconciliation import reconcile
from saleve.reporting.labels import label

KG_PER_TONNE = 1000
SHOWN_CELLS = 20

Year = Annotated[int, typer.Argument(help="Year of the inventory.")]
RunName = Annotated[str, typer.Argument(help="YEAR/RUN, or its first signs.", metavar="YEAR/RUN")]
By = Annotated[str, typer.Option(help="Who does it; it is kept with the run.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it is kept with the run.")]


def freeze(
    year: Year,
    *,
    by: Annotated[str | None, typer.Option(help="Who does it; your account if left out.")] = None,
    reason: Annotated[str, typer.Option(help="Why; it is kept with the run.")] = "",
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Compute the inventory of a year and keep it as a run: cells, and a manifest of all that they rest on."""
    place = opened(workspace)
    with progress(quiet=as_json) as bar:
        kept = service.freeze(place.folder, year, by=by, reason=reason, progress=bar)
    checks = reconcile(kept.inventory, year)
    if as_json:
        print_json({"run": kept.run.name, "new": kept.new, "reconciliation": checks.to_dicts()})
        return
    told = (
        _("Kept as run {run}.") if kept.new else _("Nothing has changed: it is kept already, as run {run}.")
    )
    say(told.format(run=kept.run.name), "bold")
    print_checks(checks)
    say(_("Next: saleve review {run} --by NAME --reason WHY").format(run=kept.run.name), "dim")


def review(
    name: RunName, *, by: By, reason: Why, workspace: InWorkspace = None, as_json: AsJson = False
) -> None:
    """Say that a run was reviewed."""
    _move(name, REVIEWED, by=by, reason=reason, workspace=workspace, as_json=as_json)


def approve(
    name: RunName,
    *,
    by: By,
    reason: Why,
    alone: Annotated[
        bool, typer.Option("--alone", help="One person does everything here; the history shows it.")
    ] = False,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Say that a reviewed run was approved, by another person than who kept or reviewed it."""
    _move(name, APPROVED, by=by, reason=reason, alone=alone, workspace=workspace, as_json=as_json)


def publish(
    name: RunName, *, by: By, reason: Why, workspace: InWorkspace = None, as_json: AsJson = False
) -> None:
    """Say that an approved run was published: from now on it is the figure of its year."""
    _move(name, PUBLISHED, by=by, reason=reason, workspace=workspace, as_json=as_json)


def restate(
    name: RunName,
    *,
    kind: Annotated[str, typer.Option(help="method, error, structure or factor_edition.")],
    by: By,
    reason: Why,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Compute a published year anew as a new run; the old one stays as it is, and the difference is shown."""
    place = opened(workspace)
    with progress(quiet=as_json) as bar:
        done = service.restate(place.folder, name, kind=kind, reason=reason, by=by, progress=bar)
    bars = bridge_between(place, done.before, done.run)
    if as_json:
        told = {"run": done.run.name, "restates": done.before.name}
        print_json(told | {"difference": done.difference.to_dicts(), "steps": bars.steps.to_dicts()})
        return
    say(
        _("Kept as run {run}; it restates {before}.").format(run=done.run.name, before=done.before.name),
        "bold",
    )
    headings = [
        (_("Source"), "left"),
        (_("t CO2e before"), "right"),
        (_("t CO2e now"), "right"),
        (_("Difference"), "right"),
    ]
    rows = ((label("source", source), *map(_tonnes, kg)) for source, *kg in done.difference.iter_rows())
    print_table(_("What moves"), headings, rows)
    print_bridge(bars)
    say(_("{before} stays published until this run is reviewed, approved and published.").format(before=done.before.name), "dim")  # fmt: skip


def runs(*, workspace: InWorkspace = None, as_json: AsJson = False) -> None:
    """List the runs: each with its state, who brought it there and why, and its total."""
    rows = service.list_runs(opened(workspace))
    if as_json:
        print_json({"runs": [_row_as_dict(row) for row in rows]})
        return
    if not rows:
        say(_("No run is kept yet. Keep one: saleve freeze YEAR"))
        return
    headings = [
        (_("Run"), "left"),
        (_("State"), "left"),
        (_("Since"), "left"),
        (_("By"), "left"),
        (_("Reason"), "left"),
        (_("t CO2e"), "right"),
        (_("Restates"), "left"),
    ]
    print_table(_("Runs"), headings, map(_row_cells, rows))


def verify(
    name: Annotated[str, typer.Argument(help="YEAR/RUN, or the file of a pack.", metavar="RUN|PACK")],
    *,
    digest: Annotated[str | None, typer.Option(help="Digest that the pack must have.")] = None,
    key: Annotated[
        str | None,
        typer.Option(
            help="Key with which the pack must be signed: its fingerprint, or a file of public keys.",
            metavar="FILE|FINGERPRINT",
        ),
    ] = None,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Compute a run or a pack again from what it names, and say what differs; exit code 1 when anything does."""
    path = Path(name)
    proof = verify_pack(path, digest, key) if path.is_file() else verify_run(opened(workspace), name)
    if as_json:
        print_json(_proof_as_dict(proof))
    else:
        _print_proof(proof)
    if not proof.holds:
        raise typer.Exit(1)


def pack(
    year: Annotated[str, typer.Argument(help="Year, for its published run, or YEAR/RUN.")],
    *,
    out: Annotated[
        Path | None, typer.Option(help="File to write; reports/ in the workspace if left out.")
    ] = None,
    smallest_group: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Groups of fewer travellers are not shown; smallest_group of saleve.toml, or 5, if left out.",
        ),
    ] = None,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Write a run with its rows, factors and cells into one file that another machine can verify."""
    made = write_pack(opened(workspace), year, out, smallest=smallest_group)
    if as_json:
        told = {"file": str(made.path), "digest": made.digest, "key": made.fingerprint}
        print_json(told | {"run": made.run, "merged_groups": made.merged, "smallest_group": made.smallest})
        return
    say(str(made.path))
    say(_("Digest: {digest}").format(digest=made.digest))
    say(_("Signed with key: {key}").format(key=made.fingerprint))
    if made.merged:
        say(_("Groups of fewer than {smallest} travellers are put together; groups: {groups}.").format(smallest=made.smallest, groups=made.merged))  # fmt: skip
    say(_("Verify it anywhere: saleve verify {file} --key FINGERPRINT").format(file=made.path), "dim")


def _move(
    name: str,
    state: str,
    *,
    by: str,
    reason: str,
    workspace: Path | None,
    as_json: bool,
    alone: bool = False,
) -> None:
    step = service.move(opened(workspace), name, state, by=by, reason=reason, alone=alone)
    if as_json:
        print_json(_step_as_dict(step))
        return
    said = _("Run {run} is {state}.").format(run=step.run, state=service.state_name(step.state))
    say(said, "bold")


def _print_proof(proof: Proof) -> None:
    for fault in proof.faults:
        err.print(fault, style="bold red", markup=False)
    _print_signature(proof)
    if len(proof.differing):
        _print_differing(proof.differing)
    if proof.moved:
        say(_("What moved since:"))
        for one in proof.moved:
            say(f"  - {one}", "dim")
    if proof.holds:
        message = _("Run {run} holds: computed again, every cell is the same. Cells: {cells}.")
        say(message.format(run=proof.name, cells=proof.cells), "bold")
    else:
        err.print(_("Run {run} does not hold.").format(run=proof.name), style="bold red", markup=False)


def _print_signature(proof: Proof) -> None:
    """Say whose a pack is; who has not asked for a key must compare the fingerprint."""
    if not proof.digest:
        return
    say(_("Digest: {digest}").format(digest=proof.digest))
    if proof.signed_by:
        say(_("Signed with key: {key}").format(key=proof.signed_by))
    elif proof.holds:
        say(_("The pack is not signed, as those of earlier versions: nothing in it shows who made it."))


def _print_differing(differing: pl.DataFrame) -> None:
    headings = [
        (_("Cell"), "left"),
        (_("What"), "left"),
        (_("Kept"), "right"),
        (_("Computed again"), "right"),
    ]
    rows = (
        (_cell_name(row), row["column"], number(row["kept"], 3), number(row["again"], 3))
        for row in differing.head(SHOWN_CELLS).iter_rows(named=True)
    )
    title = _("Cells that differ ({shown} of {all})")
    print_table(title.format(shown=min(SHOWN_CELLS, len(differing)), all=len(differing)), headings, rows)


def _cell_name(row: dict[str, Any]) -> str:
    named = (
        row[one] for one in ("source", "category", "unit", "site", "region", "haul", "cabin", "factor_id")
    )
    return ", ".join(str(one) for one in named if one is not None)


def _row_cells(row: service.RunRow) -> tuple[Any, ...]:
    last = row.steps[-1] if row.steps else None
    told = (f"{last.at:%Y-%m-%d}", last.by, last.reason or None) if last else (None, None, None)
    link = row.run.restates
    state = service.state_name(row.state) if row.state else None
    return row.run.name, state, *told, _tonnes(row.total_kg_co2e), link["run"] if link else None


def _row_as_dict(row: service.RunRow) -> dict[str, Any]:
    steps = [_step_as_dict(step) for step in row.steps]
    about = {
        "run": row.run.name,
        "year": row.run.year,
        "state": row.state,
        "total_kg_co2e": row.total_kg_co2e,
    }
    return {**about, "restates": row.run.restates, "steps": steps}


def _step_as_dict(step: Step) -> dict[str, Any]:
    return {
        "run": step.run,
        "state": step.state,
        "by": step.by,
        "at": step.at.isoformat(),
        "reason": step.reason,
    }


def _proof_as_dict(proof: Proof) -> dict[str, Any]:
    return {
        "run": proof.name,
        "holds": proof.holds,
        "state": proof.state,
        "cells": proof.cells,
        "digest": proof.digest or None,
        "signed_by": proof.signed_by or None,
        "faults": list(proof.faults),
        "moved": list(proof.moved),
        "differing": proof.differing.to_dicts(),
    }


def _tonnes(kg: float | None) -> str | None:
    return number(None if kg is None else kg / KG_PER_TONNE, 2)


COMMANDS = (freeze, review, approve, publish, restate, runs, verify, pack)
