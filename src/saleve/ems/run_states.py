"""The life of a run: who moved it to which state, when and why. Lines are only ever added, and each holds the hash of the one before."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from saleve.language import _, for_reader
from saleve.ledger.correcting import Act
from saleve.method.problems import SaleveError

COMPUTED, REVIEWED, APPROVED, PUBLISHED, RESTATED = (
    "computed",
    "reviewed",
    "approved",
    "published",
    "restated",
)
STATES = (COMPUTED, REVIEWED, APPROVED, PUBLISHED, RESTATED)
_PATIENCE_SECONDS = 60


class RunError(SaleveError):
    """A run that is not there, cannot be used, or cannot be moved to the state that was asked for."""


@dataclass(frozen=True, slots=True)
class Step:
    """One run moved to one state."""

    run: str
    state: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class StateLog:
    """The log of one year."""

    path: Path

    def steps(self) -> list[Step]:
        """Return what happened, the oldest first; raises ``RunError`` where a line was altered or taken out."""
        found, before = [], ""
        for number, line in enumerate(self._lines(), 1):
            told = _read(line)
            if told is None or told.pop("before", None) != _hash(before):
                message = _("{file}, line {line}: it was altered, or a line before it was. Put the file back from a backup.")  # fmt: skip
                raise RunError(message.format(file=self.path, line=number))
            at = datetime.fromisoformat(told["at"])
            found.append(Step(told["run"], told["state"], told["by"], at, told["reason"]))
            before = line
        return found

    def add(self, run: str, state: str, act: Act) -> Step:
        """Move a run to its next state; raises ``RunError`` saying what to do where that is not its next one."""
        return self.add_all([(run, state)], act)[0]

    def add_all(self, moves: Sequence[tuple[str, str]], act: Act) -> list[Step]:
        """Move several runs in one act: all or none."""
        with self._held():
            steps = [Step(run, state, act.by, act.at, act.reason) for run, state in moves]
            states = states_of(self.steps())
            for step in steps:
                _refuse(step, states.get(step.run))
            self._write(steps)
        return steps

    def _write(self, steps: Sequence[Step]) -> None:
        lines = self._lines()
        before = lines[-1] if lines else ""
        added = []
        for step in steps:
            told = {**asdict(step), "at": step.at.isoformat(), "before": _hash(before)}
            before = json.dumps(told, ensure_ascii=False)
            added.append(before)
        with self.path.open("a", encoding="utf-8", newline="\n") as file:
            file.write("".join(f"{line}\n" for line in added))

    def _lines(self) -> list[str]:
        """Return its lines; one that was not written to its end is a line like others, and will not be readable."""
        text = self.path.read_text("utf-8") if self.path.exists() else ""
        return text.removesuffix("\n").split("\n") if text else []

    @contextmanager
    def _held(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path.with_suffix(".lock"), timeout=_PATIENCE_SECONDS):
                yield
        except Timeout as fault:
            message = _("Another program is writing to {folder}. Wait until it has finished and try again.")
            raise RunError(message.format(folder=self.path.parent)) from fault


def states_of(steps: Sequence[Step]) -> dict[str, str]:
    """Return run -> the state in which it is."""
    return {step.run: step.state for step in steps}


def is_own(steps: Iterable[Step], by: str) -> bool:
    """Tell whether this person kept or reviewed the run that came this way; letters in upper or lower case are the same name."""
    before = {_name(step.by) for step in steps if step.state in (COMPUTED, REVIEWED)}
    return _name(by) in before


def refuse_own(run: str, steps: Iterable[Step], by: str) -> None:
    """Refuse to let who kept or reviewed a run approve it; raises ``RunError`` saying what to do."""
    if is_own(steps, by):
        message = for_reader(
            _("{by} kept or reviewed run {run}, so somebody else must approve it. Where one person does everything, say so: saleve approve {run} --alone"),
            _("{by} kept or reviewed run {run}, so somebody else must approve it. Ask another approver."),
        )  # fmt: skip
        raise RunError(message.format(by=by, run=run))


def _name(by: str) -> str:
    return " ".join(by.split()).casefold()


def _refuse(step: Step, now: str | None) -> None:
    order = (None, *STATES)
    if order.index(step.state) == order.index(now) + 1:
        return
    if now is None:
        message = for_reader(
            _("There is no run {run}. See saleve runs."),
            _("There is no run {run}. Choose one under Review and publish."),
        )
        raise RunError(message.format(run=step.run))
    if now == RESTATED:
        message = for_reader(
            _("Run {run} was restated: another run stands in its place. See saleve runs."),
            _("Run {run} was restated: another run stands in its place. See Review and publish."),
        )
        raise RunError(message.format(run=step.run))
    after = {
        COMPUTED: for_reader(_("Review it first: saleve review."), _("It must be reviewed first.")),
        REVIEWED: for_reader(_("Approve it first: saleve approve."), _("It must be approved first.")),
        APPROVED: for_reader(_("Publish it first: saleve publish."), _("It must be published first.")),
        PUBLISHED: for_reader(
            _("A published run never moves. A new figure needs a new run: saleve restate."),
            _("A published run never moves. A new figure needs a new run: restate it."),
        ),
    }
    message = _("Run {run} is {now}, so it cannot become {state}. {what_to_do}")
    named = {one: state_name(one) for one in STATES}
    raise RunError(
        message.format(run=step.run, now=named[now], state=named[step.state], what_to_do=after[now])
    )


def state_name(state: str) -> str:
    """Return a state in words."""
    return {
        COMPUTED: _("computed"),
        REVIEWED: _("reviewed"),
        APPROVED: _("approved"),
        PUBLISHED: _("published"),
        RESTATED: _("restated"),
    }[state]


def _read(line: str) -> dict[str, str] | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    whole = isinstance(told, Mapping) and set(told) == {"run", "state", "by", "at", "reason", "before"}
    return dict(told) if whole else None


def _hash(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()
