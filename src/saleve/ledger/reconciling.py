"""The statement of a batch: rows and money in = accepted + repaired + rejected + netted, to the cent, for each currency.

"In" is what was counted while the file was read; the four states are added up from the entries as they stand now. Two ways to
the same sum: a row or a cent that was lost between them would show.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from saleve.ledger.entering import category_of
from saleve.ledger.journal import Commit
from saleve.ledger.schemas import STATES, WIDE_MONEY
from saleve.ledger.store import FIRST_REVISION, Ledger
from saleve.ledger.tableset import ENTRIES
from saleve.method.schema import Kind


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement: a number of rows, or an amount in one currency, and in which states it ended."""

    category: str
    what: str  # "rows", or the column of money
    currency: str | None
    total: Decimal
    states: Mapping[str, Decimal]  # accepted, repaired, rejected, netted
    corrected: Decimal = Decimal(0)  # by how much corrections by hand changed what came in

    @property
    def difference(self) -> Decimal:
        """What came in and is in no state: zero, or something was lost."""
        return self.total + self.corrected - sum(self.states.values(), start=Decimal(0))


@dataclass(frozen=True, slots=True)
class Statement:
    """What became of everything in one batch."""

    batch: str
    file: str
    withdrawn: bool
    lines: tuple[Line, ...]
    reasons: Mapping[str, int]  # why entries were netted -> how many
    money_unread: int  # cells of money that could not be read; they are in no sum

    @property
    def reconciled(self) -> bool:
        """Tell whether every row and every cent is in exactly one state."""
        return all(line.difference == 0 for line in self.lines)

    def rows(self, state: str | None = None) -> int:
        """Return the number of rows in a state, or of all rows that came in."""
        counted = (line for line in self.lines if line.what == "rows")
        return int(sum(line.total if state is None else line.states[state] for line in counted))


def statement(ledger: Ledger, load: Commit) -> Statement:
    """Return the statement of a batch as the ledger stands."""
    batch, account = str(load.batch), load.account
    withdrawn = batch in ledger.withdrawn
    lines: list[Line] = []
    reasons: dict[str, int] = {}
    for category, control in _controls(account).items():
        seen = ledger.before_withdrawal(batch) if withdrawn else ledger
        ended = _as_ended(seen, category, batch)
        lines += _lines(category, control, ended, _as_loaded(seen, category, batch))
        for reason, count in ended.drop_nulls("reason").group_by("reason").len().iter_rows():
            reasons[reason] = reasons.get(reason, 0) + count
    unread = sum(one["money_unread"] for one in account["readings"])
    return Statement(batch, account["file"], withdrawn, tuple(lines), dict(sorted(reasons.items())), unread)


def _as_ended(ledger: Ledger, category: str, batch: str) -> pl.DataFrame:
    """Return the entries of the batch in their present form and state."""
    rows = ledger.entries(category, [batch]).select("state", "reason", *_money(category))
    return rows.cast({pl.Categorical: pl.String}).collect()


def _as_loaded(ledger: Ledger, category: str, batch: str) -> pl.DataFrame:
    """Return the money of the entries of the batch as they were when it was loaded."""
    rows = ledger.scan(f"{ENTRIES}{category}", [batch]).filter(pl.col("revision") == FIRST_REVISION)
    return rows.select(_money(category)).cast({pl.Categorical: pl.String}).collect()


def _money(category: str) -> list[str]:
    return [column.name for column in category_of(category).columns if column.kind is Kind.MONEY]


def _controls(account: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Add up the control sums of a batch by category: rows, and money by column and currency."""
    controls: dict[str, dict[str, Any]] = {}
    for reading in account["readings"]:
        held = controls.setdefault(reading["category"], {"rows": 0, "money": {}})
        held["rows"] += reading["rows"]
        for column, sums in reading["money"].items():
            for currency, amount in sums.items():
                key = (column, currency)
                held["money"][key] = held["money"].get(key, Decimal(0)) + Decimal(amount)
    return controls


def _lines(
    category: str, control: Mapping[str, Any], ended: pl.DataFrame, loaded: pl.DataFrame
) -> list[Line]:
    counts = dict(ended.group_by("state").len().iter_rows())
    rows = {state: Decimal(counts.get(state, 0)) for state in STATES}
    lines = [Line(category, "rows", None, Decimal(control["rows"]), rows)]
    for column in _money(category):
        read = {currency: amount for (name, currency), amount in control["money"].items() if name == column}
        sums, first = _sums(ended, column), _sums(loaded, column)
        for currency in sorted({*read, *(one for _state, one in sums)}):
            states = {state: sums.get((state, currency), Decimal(0)) for state in STATES}
            corrected = sum(states.values(), start=Decimal(0)) - first.get((None, currency), Decimal(0))
            lines.append(Line(category, column, currency, read.get(currency, Decimal(0)), states, corrected))
    return lines


def _sums(rows: pl.DataFrame, column: str) -> dict[tuple[str | None, str], Decimal]:
    """Add up a list of currency and amount by state (None for rows without states) and currency, exactly."""
    state = pl.col("state") if "state" in rows.columns else pl.lit(None, pl.String)
    amounts = rows.select(state.alias("state"), column).explode(column).unnest(column)
    known = amounts.drop_nulls("amount").with_columns(pl.col("amount").cast(WIDE_MONEY))
    return {
        (state, currency): amount
        for state, currency, amount in known.group_by("state", "currency")
        .agg(pl.col("amount").sum())
        .iter_rows()
    }
