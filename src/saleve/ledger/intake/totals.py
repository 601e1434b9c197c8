"""Finds the lines that only repeat what other rows say: totals and subtotals, which must never be counted twice."""

import polars as pl

from saleve.ledger.intake.parsing.numbers import parse_numbers, read_number
from saleve.ledger.intake.parsing.text import tidied

_WORDS = (
    r"totals?|sum|sums|totaux|somme|summen?|gesamt(?:summe)?|insgesamt|suma|totale?s?|总计|总和|合计|小计|共计|итого|всего|сумма|"
    r"المجموع|الإجمالي|الاجمالي|إجمالي|مجموع"
)
_BEFORE = r"grand|sub|sous|overall|running|общий|общая|общее|المجموع"
_AFTER = r"general|général|generale|gesamt|hours|amount|общий|الكلي|العام"
TOTAL_LABEL = rf"(?i)^\s*(?:(?:{_BEFORE})[\s-]*)?(?:{_WORDS})(?:\s+(?:{_AFTER}))?(?:\s+\(?(?:19|20)\d\d\)?)?\s*[:：]?\s*$"
_TOLERANCE = 0.001  # printed totals are rounded


def total_rows(body: pl.DataFrame) -> list[int]:
    """Return the row numbers of total lines of a sheet's body (text columns and ``source_row``)."""
    labelled = _labelled(body)
    rest = body.filter(~pl.col("source_row").is_in(labelled))
    return sorted([*labelled, *_unlabelled_last(rest)])


def _labelled(body: pl.DataFrame) -> list[int]:
    """Return rows whose first filled cell says "total" and whose other cells are numbers."""
    texts = body.drop("source_row")
    if not texts.width:
        return []
    first = pl.coalesce(texts.columns)
    candidates = body.filter(first.str.contains(TOTAL_LABEL))
    return [row["source_row"] for row in candidates.iter_rows(named=True) if _only_numbers_follow(row)]


def _only_numbers_follow(row: dict[str, str | None]) -> bool:
    cells = [cell for name, cell in row.items() if name != "source_row" and cell and cell.strip()]
    return all(read_number(cell).text is not None for cell in cells[1:])


def _unlabelled_last(body: pl.DataFrame) -> list[int]:
    """Return the last row if its label is empty and its numbers are the sums of the rows above."""
    if body.height < 3 or body.width < 3:
        return []
    label, last = body.columns[1], body.tail(1).row(0, named=True)
    above = body.head(body.height - 1)
    if (last[label] or "").strip() or above[label].null_count() > 0.1 * above.height:
        return []
    sums = [name for name in body.columns[2:] if last[name] and _is_sum(above[name], last[name])]
    return [last["source_row"]] if sums else []


def _is_sum(above: pl.Series, cell: str) -> bool:
    stated = read_number(cell).text
    numbers = parse_numbers(tidied(above)).table["text"].cast(pl.Float64, strict=False).drop_nulls()
    if stated is None or numbers.len() < 2:
        return False
    total = float(numbers.sum())
    return total != 0 and abs(float(stated) - total) <= _TOLERANCE * abs(total)
