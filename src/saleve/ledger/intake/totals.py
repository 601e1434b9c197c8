"""Finds the lines that only repeat what other rows say: totals and subtotals, which must never be counted twice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from saleve.ledger.intake.parsing.numbers import names_money, parse_numbers, read_number
from saleve.ledger.intake.parsing.text import tidied

_WORDS = (
    r"totals?|sum|sums|totaux|somme|summen?|gesamt(?:summe)?|insgesamt|suma|totale?s?|总计|总和|合计|小计|共计|итого|всего|сумма|"
    r"المجموع|الإجمالي|الاجمالي|إجمالي|مجموع"
)
_BEFORE = r"grand|sub|sous|overall|running|общий|общая|общее|المجموع"
_AFTER = r"general|général|generale|gesamt|hours|amount|общий|الكلي|العام"
TOTAL_LABEL = rf"(?i)^\s*(?:(?:{_BEFORE})[\s-]*)?(?:{_WORDS})(?:\s+(?:{_AFTER}))?(?:\s+\(?(?:19|20)\d\d\)?)?\s*[:：]?\s*$"
_TOLERANCE = 0.001  # printed totals are rounded


def labelled_totals(body: pl.DataFrame) -> list[int]:
    """Return rows whose first filled cell says "total" and whose other cells are numbers, or the currency of one."""
    texts = body.drop("source_row")
    if not texts.width:
        return []
    first = pl.coalesce(texts.columns)
    candidates = body.filter(first.str.contains(TOTAL_LABEL))
    return [row["source_row"] for row in candidates.iter_rows(named=True) if _only_numbers_follow(row)]


def _only_numbers_follow(row: dict[str, str | None]) -> bool:
    cells = [cell for name, cell in row.items() if name != "source_row" and cell and cell.strip()]
    amounts = [read_number(cell).text is not None for cell in cells[1:] if not names_money(cell)]
    return all(amounts) and (bool(amounts) or len(cells) == 1)


@dataclass(slots=True)
class LastLine:
    """Watches the rows of a sheet, part by part, for a last row without label whose numbers are the sums of the rows above."""

    height: int = 0
    without_label: int = 0
    last: dict[str, Any] | None = None

    def add(self, body: pl.DataFrame) -> None:
        """Take note of the next rows (text columns and ``source_row``), those that say "total" left out."""
        if body.height:
            self.height += body.height
            self.without_label += body.to_series(1).null_count() if body.width > 1 else 0
            self.last = body.tail(1).row(0, named=True)

    def whole(self, body: pl.DataFrame) -> bool:
        """Say whether these are all the rows."""
        return body.height == self.height

    def total(self, above: pl.DataFrame | Callable[[str], pl.Series]) -> int | None:
        """Return the number of the last row if it is a total; ``above`` are all rows, or gives a column without the last."""
        if self.last is None or self.height < 3 or len(self.last) < 3:
            return None
        label, *numbers = (name for name in self.last if name != "source_row")
        others = self.without_label - (self.last[label] is None)
        if (self.last[label] or "").strip() or others > 0.1 * (self.height - 1):
            return None
        given = above.head(-1).get_column if isinstance(above, pl.DataFrame) else above
        summed = any(self.last[name] and _is_sum(given(name), self.last[name]) for name in numbers)
        return int(self.last["source_row"]) if summed else None


def _is_sum(above: pl.Series, cell: str) -> bool:
    stated = read_number(cell).text
    numbers = parse_numbers(tidied(above)).table["text"].cast(pl.Float64, strict=False).drop_nulls()
    if stated is None or numbers.len() < 2:
        return False
    total = float(numbers.sum())
    return total != 0 and abs(float(stated) - total) <= _TOLERANCE * abs(total)
