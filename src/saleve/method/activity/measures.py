"""Amount and unit of a row, brought to the canonical unit of their kind; a unit that measures something else is refused."""

import polars as pl

from saleve.language import _
from saleve.method.activity.rows import findings, joined
from saleve.method.problems import UnknownReferenceError
from saleve.method.units import parse_unit

_UNITS_READ = pl.Schema(
    {
        "amount_unit": pl.String,
        "unit_kind": pl.String,  # null: unknown
        "canonical_unit": pl.String,
        "unit_basis": pl.String,  # gross or net, where the unit says so
        "_factor": pl.Float64,
        "unit_message": pl.String,  # why the unit was not understood
    }
)


def measured(rows: pl.DataFrame, kinds: tuple[str, ...]) -> pl.DataFrame:
    """Return the rows with ``quantity`` in ``canonical_unit``, ``unit_kind`` and ``unit_basis``.

    ``quantity`` is null where the unit is missing, unknown, or of a kind not in ``kinds``.
    """
    known = rows.join(_units_read(rows["amount_unit"]), on="amount_unit", how="left", maintain_order="left")
    fits = pl.col("unit_kind").is_in(list(kinds))
    return known.with_columns(quantity=pl.when(fits).then(pl.col("amount") * pl.col("_factor"))).drop(
        "_factor"
    )


def measure_problems(rows: pl.DataFrame, kinds: tuple[str, ...], example: str) -> pl.DataFrame:
    """Return what is wrong with amounts and units of rows that came out of ``measured``."""
    amount, unit = pl.col("amount"), pl.col("amount_unit")
    kind = pl.col("unit_kind")
    return joined([
        findings(
            rows,
            amount.is_null(),
            code="amount-missing",
            severity="error",
            column="amount",
            message=_("There is no amount. A missing amount is not taken as zero."),
            suggestion=_("Fill the amount, or remove the row."),
        ),
        findings(
            rows,
            pl.col("quantity").is_infinite(),
            code="amount-too-large",
            severity="error",
            column="amount",
            message=_("The amount {amount} {unit} is larger than can be computed with."),
            suggestion=_("Correct the amount or its unit."),
            values={"amount": "amount", "unit": "amount_unit"},
        ),
        findings(
            rows,
            amount.is_not_null() & unit.is_null(),
            code="unit-missing",
            severity="error",
            column="amount_unit",
            message=_("The amount {amount} has no unit."),
            suggestion=_("Write the unit, for example {example}.").format(example=example),
            values={"amount": "amount"},
        ),
        findings(
            rows,
            unit.is_not_null() & kind.is_null(),
            code="unit-unknown",
            severity="error",
            column="amount_unit",
            message="{reason}",
            values={"reason": "unit_message"},
        ),
        findings(
            rows,
            kind.is_not_null() & ~kind.is_in(list(kinds)),
            code="unit-of-another-kind",
            severity="error",
            column="amount_unit",
            message=_("The unit '{unit}' does not measure what this file holds."),
            suggestion=_("Write the unit, for example {example}.").format(example=example),
            values={"unit": "amount_unit"},
        ),
    ])  # fmt: skip


def _units_read(column: pl.Series) -> pl.DataFrame:
    written = column.drop_nulls().unique().to_list()
    return pl.DataFrame([_unit_read(text) for text in written], schema=_UNITS_READ, orient="row")


def _unit_read(text: str) -> tuple[str, str | None, str | None, str | None, float | None, str | None]:
    try:
        unit = parse_unit(text)
    except UnknownReferenceError as error:
        return text, None, None, None, None, str(error)
    return text, unit.kind, unit.canonical, unit.calorific_basis, unit.to_canonical, None
