"""What reading made of a file, as entries, activity and findings of the ledger."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from saleve.ledger.intake.checking import Checked
from saleve.ledger.intake.mapping import with_currency
from saleve.ledger.intake.registry import source_category
from saleve.ledger.schemas import WIDE_MONEY, money_parts, with_money_lists
from saleve.ledger.store import FIRST_REVISION
from saleve.method.activity.ticket_links import with_document_keys
from saleve.method.schema import Category, Kind

# Headers of names that no category reads: the file holds them all the same.
_NAMES = re.compile(
    r"(?i)\b(?:first|last|given|family|middle|full|sur)[ _-]?names?\b|\be-?mail\b|prénom|nom de famille|courriel|"
    r"vorname|nachname|familienname|apellido|correo|фамилия|отчество|姓名|名字|邮箱|اسم|البريد"
)
_UNREAD = ("number-unreadable", "number-ambiguous")


@dataclass(frozen=True, slots=True)
class Origin:
    """The batch that rows belong to, and the file that it was."""

    batch: str
    sha256: str
    revision: int = FIRST_REVISION

    def columns(self) -> list[pl.Expr]:
        """Return the columns that every row of the batch carries."""
        return [
            pl.lit(self.batch).alias("batch"),
            pl.lit(self.revision, dtype=pl.Int64).alias("revision"),
            pl.lit(self.sha256).alias("file_sha256"),
        ]


def category_of(name: str) -> Category:
    """Return the declaration of a category with the column for the currency of a row."""
    return with_currency(source_category(name).CATEGORY)


def entries_of(checked: Checked, origin: Origin) -> pl.DataFrame:
    """Return one entry for each row that was read, accepted or not, with its typed cells and money."""
    place = ["source_sheet", "source_row"]
    states = checked.table.select(*place, "state")
    whole = checked.parsed.join(states, on=place, how="left", nulls_equal=True, maintain_order="left")
    rules = _rules(checked)
    named = whole.join(rules, on="source_row", how="left", maintain_order="left")
    money = with_money_lists(named, category_of(checked.category))
    return with_document_keys(money).with_columns(pl.col("state").fill_null("rejected"), *origin.columns())


def activity_of(checked: Checked, origin: Origin) -> pl.DataFrame:
    """Return the activity of the rows that were accepted or repaired."""
    return checked.activity.with_columns(origin.columns())


def findings_of(checked: Checked, origin: Origin) -> pl.DataFrame:
    """Return what was reported, with the batch and sheet that it is of."""
    return checked.problems.with_columns(_of_reading(checked, origin))


def repairs_of(checked: Checked, origin: Origin) -> pl.DataFrame:
    """Return every change that a rule made: row, column, rule, the value before and after."""
    return checked.repairs.with_columns(_of_reading(checked, origin))


def _of_reading(checked: Checked, origin: Origin) -> list[pl.Expr]:
    sheet = checked.sheets[0] if len(checked.sheets) == 1 else None
    return [
        pl.lit(origin.batch).alias("batch"),
        pl.lit(checked.category).alias("category"),
        pl.lit(sheet, dtype=pl.String).alias("source_sheet"),
    ]


def names_persons(checked: Checked) -> bool:
    """Tell whether a column of the file holds names or staff numbers, be it one that is not read."""
    personal = {column.name for column in category_of(checked.category).columns if column.personal}
    known = any(match.column in personal for one in checked.mappings for match in one.matches)
    return known or any(_NAMES.search(header) for one in checked.mappings for header in one.unused)


@dataclass
class Account:
    """What came in with one file: rows by state and money by currency, kept as control sums beside the rows themselves."""

    file: str
    readings: dict[tuple[str, str, int], dict[str, Any]] = field(default_factory=dict)

    def add(self, checked: Checked, how: Mapping[str, Any], number: int = 0) -> None:
        """Count in what one reading gave; ``number`` tells apart the ways in which one file is read."""
        sheet = ", ".join(checked.sheets)
        key = (checked.category, sheet, number)
        told = self.readings.setdefault(key, _nothing(checked, sheet, how))
        for name in ("rows", "accepted", "repaired", "rejected"):
            told[name] += getattr(checked, name)
        for column, sums in money_read(checked).items():
            held = told["money"].setdefault(column, {})
            for currency, amount in sums.items():
                held[currency] = str(Decimal(held.get(currency, "0")) + amount)
        told["money_unread"] += _money_unread(checked)
        told["date_orders"] |= dict(checked.date_orders)

    def as_dict(self) -> dict[str, Any]:
        """Return the account as the journal keeps it."""
        return {"file": self.file, "readings": list(self.readings.values())}

    def total(self, name: str) -> int:
        """Return the number of rows of all readings in a state, or of all rows."""
        return sum(one[name] for one in self.readings.values())


def money_read(checked: Checked) -> dict[str, dict[str, Decimal]]:
    """Return the sum of every column of money by currency over all rows of the file, whatever becomes of them."""
    sums: dict[str, dict[str, Decimal]] = {}
    for column in category_of(checked.category).columns:
        if column.kind is Kind.MONEY:
            for part, currency in money_parts(checked.parsed, column.name).items():
                amounts = checked.parsed[part].cast(WIDE_MONEY)
                sums.setdefault(column.name, {})[currency] = Decimal(amounts.sum() or 0)
    return sums


def _nothing(checked: Checked, sheet: str, how: Mapping[str, Any]) -> dict[str, Any]:
    mapping = {
        match.header: match.column for one in checked.mappings for match in one.matches
    }  # header -> column
    return {
        "category": checked.category,
        "sheet": sheet,
        "headers": list(checked.headers),
        "columns": mapping,
        **dict.fromkeys(("rows", "accepted", "repaired", "rejected", "money_unread"), 0),
        "money": {},
        "date_orders": {},
        "asked": dict(how),
    }


def _rules(checked: Checked) -> pl.DataFrame:
    """Return the names of the rules that repaired each row."""
    return checked.repairs.group_by(pl.col("row").alias("source_row")).agg(
        pl.col("rule").unique().sort().alias("rules")
    )


def _money_unread(checked: Checked) -> int:
    """Return how many cells of money could not be read, so that a sum is never taken for whole when it is not."""
    money = {column.name for column in category_of(checked.category).columns if column.kind is Kind.MONEY}
    headers = {match.header for one in checked.mappings for match in one.matches if match.column in money}
    codes = Counter(checked.problems.filter(pl.col("column").is_in(list(headers)))["code"].to_list())
    return sum(codes[code] for code in _UNREAD)
