"""What the formatting of a spreadsheet says about rows: merged, hidden, struck through, failed formulas."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import polars as pl

from saleve.ledger.intake.findings import Findings
from saleve.ledger.intake.workbooks import Marks
from saleve.method.activity.normalising import REPAIR_SCHEMA, repair_table

# How spreadsheets write a failed formula, in the languages in which we met them and those of the UN
_FAILED = (
    r"(?i)^#\s?(?:VALUE!|VALEUR\s?!|WERT!|¡?VALOR!|ЗНАЧ!|N/A|N/D|NV|Н/Д|REF\s?!|¡?REF!|BEZUG!|ССЫЛКА!|DIV/0\s?!|¡?DIV/0!|ДЕЛ/0!|NAME\?|NOM\s?\?|"
    r"¿?NOMBRE\?|ИМЯ\?|NULL!|NUL\s?!|¡?NULO!|ПУСТО!|NUM!|NOMBRE\s?!|ZAHL!|¡?NUM!|ЧИСЛО!|SPILL!|CALC!|#+)$"
)
_SIGN = "#"  # with which each of them begins


@dataclass(frozen=True, slots=True)
class Marked:
    """The body after its merged cells were filled down, and what this repaired."""

    body: pl.DataFrame
    repairs: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REPAIR_SCHEMA))


def apply_marks(
    body: pl.DataFrame,
    marks: Marks | None,
    names: Sequence[str],
    findings: Findings,
    *,
    switched_off: Collection[str] = (),
) -> Marked:
    """Report what the marks say about the rows of the body, and fill down cells merged within one column."""
    if marks is None:
        return Marked(body)
    if not marks.seen:
        findings.add("marks-unseen")
        return Marked(body)
    rows = set(body["source_row"].to_list())
    findings.add_rows("row-hidden", pl.Series(sorted(marks.hidden_rows & rows), dtype=pl.Int64))
    _report_struck(body, marks, names, findings)
    _report_uncalculated(marks, rows, names, findings)
    filling = "merged-filled-down" not in switched_off
    return _filled_down(_with_error_texts(body, marks, rows), marks, rows, names, findings, filling=filling)


def failed_formula(cells: pl.Series) -> pl.Series:
    """Say for each cell whether it shows a failed formula; null where there is no cell and none does."""
    suspects = cells.str.starts_with(_SIGN)
    return (suspects & cells.str.contains(_FAILED)).fill_null(value=False) if suspects.any() else suspects


def find_failed_formulas(named: pl.DataFrame, findings: Findings) -> None:
    """Report every cell that shows a failed formula, in whatever language."""
    suspects = named.select(pl.col(named.columns[1:]).str.starts_with(_SIGN).any())  # of all columns at once
    for name in (name for name in suspects.columns if suspects[name][0]):
        failed = failed_formula(named[name])
        if failed.any():
            findings.add_rows(
                "formula-error",
                named["source_row"].filter(failed),
                column=name,
                cells=named[name].filter(failed),
            )


def _with_error_texts(body: pl.DataFrame, marks: Marks, rows: set[int]) -> pl.DataFrame:
    """Put the text of failed formulas where the reader of values leaves the cell empty."""
    by_column: dict[str, dict[int, str]] = {}
    for row, column, text in marks.errors:
        if row in rows:
            by_column.setdefault(f"c{column - marks.first_column}", {})[row] = text
    return body.with_columns(
        pl.coalesce(
            pl.col("source_row").replace_strict(texts, default=None, return_dtype=pl.String), name
        ).alias(name)
        for name, texts in by_column.items()
        if name in body.columns
    )


def _report_struck(body: pl.DataFrame, marks: Marks, names: Sequence[str], findings: Findings) -> None:
    """Reject rows whose filled cells are all struck through; warn where only some are."""
    struck: dict[int, set[int]] = {}
    for row, column in marks.struck_cells:
        struck.setdefault(row, set()).add(column - marks.first_column)
    for record in body.filter(pl.col("source_row").is_in(list(struck))).iter_rows():
        row, cells = record[0], record[1:]
        filled = {index for index, cell in enumerate(cells) if cell is not None}
        if filled <= struck[row]:
            findings.add("row-struck-through", row=row)
            continue
        for index in sorted(struck[row] & filled):
            findings.add("cell-struck-through", row=row, column=names[index] or None)


def _report_uncalculated(marks: Marks, rows: set[int], names: Sequence[str], findings: Findings) -> None:
    for row, column in sorted(marks.uncalculated):
        index = column - marks.first_column
        if row in rows and index < len(names) and names[index]:
            findings.add("formula-not-calculated", row=row, column=names[index])


def _filled_down(
    body: pl.DataFrame,
    marks: Marks,
    rows: set[int],
    names: Sequence[str],
    findings: Findings,
    *,
    filling: bool,
) -> Marked:
    repairs: list[pl.DataFrame] = []
    fills: dict[str, dict[int, str]] = {}
    for text, top, left, bottom, right in marks.merged:
        inside = [row for row in range(top, min(bottom, max(rows, default=0)) + 1) if row in rows]
        index = left - marks.first_column
        if not inside or not 0 <= index < len(names):
            continue
        value = body.filter(pl.col("source_row") == top)[f"c{index}"].to_list() if top in rows else []
        if left != right or not value or value[0] is None:
            findings.add("merged-cells", row=inside[0], column=names[index] or None, range=text)
            continue
        lower = pl.Series(inside[1:], dtype=pl.Int64)
        if not filling:
            code = "repair-switched-off-kept"
            findings.add_rows(code, lower, column=names[index] or None, rule="merged-filled-down")
            continue
        fills.setdefault(f"c{index}", {}).update(dict.fromkeys(lower.to_list(), value[0]))
        findings.add_rows("merged-filled-down", lower, column=names[index] or None, range=text)
        filled_in = [(row, names[index] or None, "merged-filled-down", None, value[0]) for row in inside[1:]]
        repairs.append(repair_table(filled_in))
    filled = body.with_columns(
        pl.coalesce(
            name, pl.col("source_row").replace_strict(values, default=None, return_dtype=pl.String)
        ).alias(name)
        for name, values in fills.items()
    )
    return Marked(filled, pl.concat([repair_table([]), *repairs]))
