"""What there is to do: for each operation its name, who may ask for it, and the service that does it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from saleve.ems import staging
from saleve.ems.acts import account, act
from saleve.ems.figures import refresh
from saleve.ems.gaps import fill_gaps, open_requests
from saleve.ems.intake import load_files
from saleve.ems.inventories import compute_inventory
from saleve.ems.mappings import Taught, teach
from saleve.ems.people.models import Person
from saleve.ems.people.own_places.files import own_places_only, refuse_other_places
from saleve.ems.people.permissions import Operation
from saleve.ems.previewing import preview
from saleve.ems.reports import write_kind
from saleve.ems.row_places import places_loaded
from saleve.ems.runs import freeze, restate
from saleve.ems.waiting_rows import do_fixes
from saleve.ems.workspace import open_workspace
from saleve.language import _
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.store import Ledger

Result = dict[str, Any]
_NO_FIXES: tuple[int, list[str]] = (0, [])


@dataclass(frozen=True, slots=True)
class Steps:
    """How work says what it does next (``next``) and asks whether it may go on (``stopped``)."""

    next: Callable[
        [float, str], None
    ]  # share done, sentence; raises ``CancelledError`` where the person asked to stop
    stopped: Callable[[], bool]

    def counted(self, start: float = 0.0, end: float = 1.0) -> Callable[[str, int, int], None]:
        """Return what services that count their steps call: ``(what, number, of)``."""

        def tell(what: str, number: int, of: int) -> None:
            self.next(start + (end - start) * number / max(of, 1), what)

        return tell


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of long work."""

    label: Callable[[], str]
    permission: Operation
    do: Callable[..., Result]  # (folder, steps, **arguments); its last word is ``result["sentence"]``
    refreshes: bool = False  # the figures are computed anew after it


def _compute(folder: Path, steps: Steps) -> Result:
    found = refresh(folder, progress=steps.next, cancelled=steps.stopped)
    return {"key": found.about.key, "sentence": _("The figures are of the present state of the data.")}


def _preview(folder: Path, steps: Steps, *, staged: str, remember: str = "") -> Result:
    """Read a staged file; ``remember``: the name under which its columns are taught first."""
    held, workspace = staging.find(folder, staged), open_workspace(folder)
    result: Result = {"staged": staged, "sentence": _("The file was read. Nothing is loaded yet.")}
    if remember:
        try:
            of_this_file = held.constants or {}
            taught = Taught(remember, held.columns or {}, {}, held.category, of_this_file=of_this_file)
            teach(workspace, held.path, taught)
        except FileRefusedError as fault:  # the preview says so too, beside everything else
            text = _("The file was read, but its columns were not remembered. {reason}")
            result["sentence"] = text.format(reason=fault)
    return result | {"rows": preview(workspace, held, steps.counted(0.05)).rows}


def _load(folder: Path, steps: Steps, *, staged: str) -> Result:
    held, workspace = staging.find(folder, staged), open_workspace(folder)
    person = Person.objects.get(email=account())
    if held.replaces:
        ledger = Ledger.open(workspace.stores.ledger)
        refuse_other_places(person, places_loaded(ledger, str(ledger.batch_named(held.replaces).batch)))
    confirm = own_places_only(person, lambda: steps.next(0.9, _("The rows were read; now they are kept.")))
    steps.next(0.05, _("The rows are checked."))
    one = load_files(workspace, [held.path], held.as_wishes(), confirm=confirm)[0]
    told = one.statement
    result = {"file": held.name, "status": one.status, "batch": one.batch, "rows": told.rows() if told else 0}
    if one.status == "refused":
        raise staging.StagingError(
            _("{file} was not loaded. {reason}").format(file=held.name, reason=one.reason or "")
        )
    corrected, faults = do_fixes(workspace, held, str(one.batch)) if one.status == "committed" else _NO_FIXES
    staging.discard(held)
    if one.status == "already_loaded" or told is None:
        return result | {"sentence": _("{file} was loaded before; nothing was added.").format(file=held.name)}
    text = _("{file} was loaded: {rows} rows, of which {rejected} were rejected.")
    said = text.format(file=held.name, rows=told.rows(), rejected=told.rows("rejected"))
    return result | {"corrected": corrected, "sentence": " ".join((said, *_of_fixes(corrected, faults)))}


def _of_fixes(corrected: int, faults: Sequence[str]) -> Iterator[str]:
    """Say what became of the rows that were corrected before the load."""
    if corrected:
        yield _("Corrected before the load: {count}.").format(count=corrected)
    if faults:
        text = _("{count} corrections could not be made, so their rows wait. {reasons}")
        yield text.format(count=len(faults), reasons=" ".join(faults))


def _fill(
    folder: Path,
    steps: Steps,
    *,
    source: str,
    proxy: str,
    year: int,
    reason: str,
    site: str | None = None,
) -> Result:
    held = open_workspace(folder)
    steps.next(0.1, _("What lacks is looked for."))
    gaps = open_requests(held, act().at.date(), (year,))
    steps.next(0.7, _("The estimate is made."))
    loaded = fill_gaps(held, gaps, source=source, proxy=proxy, site=site, reason=reason)
    told = loaded.statement
    rows = told.rows() if told else 0
    return {"batch": loaded.batch, "rows": rows, "sentence": _("Rows that stand in until the data come: {rows}.").format(rows=rows)}  # fmt: skip


def _freeze(folder: Path, steps: Steps, *, year: int, by: str, reason: str = "") -> Result:
    kept = freeze(folder, year, by=by, reason=reason, progress=steps.counted())
    text = (
        _("The inventory is kept as run {run}.")
        if kept.new
        else _("The same inventory is kept already, as run {run}.")
    )
    return {"run": kept.run.name, "new": kept.new, "sentence": text.format(run=kept.run.name)}


def _restate(folder: Path, steps: Steps, *, run: str, kind: str, reason: str, by: str) -> Result:
    made = restate(folder, run, kind=kind, reason=reason, by=by, progress=steps.counted())
    return {
        "run": made.run.name,
        "sentence": _("The year was computed anew as run {run}.").format(run=made.run.name),
    }


def _report(folder: Path, steps: Steps, *, kind: str, year: int, formats: list[str] | None = None) -> Result:
    computed = compute_inventory(folder, steps.counted(0.0, 0.6))
    steps.next(0.6, _("The document is written."))
    more = {} if formats is None else {"formats": formats}
    paths = write_kind(computed, kind, year=year, out=folder / "reports", **more)
    names = [path.relative_to(folder).as_posix() for path in paths]
    return {"files": names, "sentence": _("The document is ready.")}


WORK: Mapping[str, Work] = {
    "compute": Work(lambda: _("Compute the figures"), Operation.COMPUTE_INVENTORY, _compute),
    "preview": Work(lambda: _("Read a file"), Operation.LOAD_DATA, _preview),
    "load": Work(lambda: _("Load a file"), Operation.LOAD_DATA, _load, refreshes=True),
    "fill": Work(lambda: _("Let an estimate stand in"), Operation.LOAD_DATA, _fill, refreshes=True),
    "freeze": Work(lambda: _("Keep an inventory"), Operation.COMPUTE_INVENTORY, _freeze, refreshes=True),
    "restate": Work(lambda: _("Restate a year"), Operation.RESTATE_INVENTORY, _restate, refreshes=True),
    "report": Work(lambda: _("Make a document"), Operation.MAKE_REPORT, _report),
}
