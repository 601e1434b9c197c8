"""Refrigerants refilled into cooling equipment: what was refilled and not recovered was lost to the air.

First charges of new equipment are not losses and do not belong in the file (IPCC 2006 Guidelines, vol. 3, ch. 7).
"""

import re

import polars as pl

from saleve.language import _
from saleve.method.activity.energy import SITE_COLUMNS, one_amount
from saleve.method.activity.measures import measure_problems, measured
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.rows import completed, findings, joined, without_errors
from saleve.method.problems import UnknownReferenceError
from saleve.method.reference.gwp import resolve_refrigerant, resolve_refrigerants
from saleve.method.schema import PROVENANCE, Category, Column, Kind

_MASS = ("mass",)
_STATED_UNITS = {"refilled_kg": "kg"}
_BETWEEN_GASES = re.compile(r"[,;/+&]|\band\b|\bet\b|\bund\b|\by\b|\bи\b|、|和|\n")

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "unit": pl.String(),
        "site": pl.String(),
        "equipment": pl.String(),
        "refrigerant": pl.String(),
        "date": pl.Date(),
        "refilled_kg": pl.Float64(),
        "recovered_kg": pl.Float64(),
        "leaked_kg": pl.Float64(),
        **PROVENANCE,
    }
)

CATEGORY = Category(
    name="refrigerants",
    title="Refrigerants",
    columns=(
        *SITE_COLUMNS,
        Column(
            "equipment",
            Kind.TEXT,
            "Equipment that was refilled",
            synonyms=("equipment", "unit id", "machine", "system", "chiller", "asset", "équipement", "installation", "anlage", "gerät", "equipo", "máquina",
                      "оборудование", "установка", "设备", "机组", "المعدة", "الجهاز"),
        ),
        Column(
            "refrigerant",
            Kind.TEXT,
            "Refrigerant by its number or name: R-410A, HFC-134a, R22",
            required=True,
            synonyms=("refrigerant", "refrigerant type", "gas", "gas type", "fluide", "fluide frigorigène", "réfrigérant", "kältemittel", "refrigerante",
                      "gas refrigerante", "хладагент", "фреон", "制冷剂", "冷媒", "وسيط التبريد", "مبرد"),
        ),
        Column(
            "amount",
            Kind.NUMBER,
            "Mass refilled, with its unit in another column",
            synonyms=("amount", "quantity", "refilled", "charged", "added", "leaked", "recharge", "quantité", "menge", "nachfüllmenge", "cantidad", "recarga",
                      "количество", "заправлено", "数量", "充注量", "الكمية"),
        ),
        Column(
            "amount_unit",
            Kind.UNIT,
            "Unit of the mass",
            synonyms=("amount unit", "unit", "units", "unité", "einheit", "unidad", "единица", "单位", "وحدة القياس"),
        ),
        Column(
            "refilled_kg",
            Kind.NUMBER,
            "Mass refilled in kg, where the header states the unit",
            unit="kg",
            synonyms=("refilled kg", "refilled (kg)", "kg", "kg refilled", "kg added", "quantity (kg)", "amount (kg)", "leaked (kg)", "quantité (kg)", "recharge (kg)",
                      "menge (kg)", "nachgefüllt (kg)", "cantidad (kg)", "recarga (kg)", "количество (кг)", "充注量(kg)", "الكمية (كغ)"),
        ),
        Column(
            "recovered_kg",
            Kind.NUMBER,
            "Mass taken out and kept or destroyed in the same work",
            unit="kg",
            minimum=0,
            synonyms=("recovered kg", "recovered (kg)", "recovered", "removed (kg)", "récupéré", "récupéré (kg)", "abgesaugt (kg)", "rückgewonnen", "recuperado",
                      "recuperado (kg)", "извлечено", "回收量", "المسترد"),
        ),
        Column(
            "date",
            Kind.DATE,
            "Day of the work",
            synonyms=("date", "service date", "date of service", "date d'intervention", "datum", "wartungsdatum", "fecha", "дата", "日期", "التاريخ"),
        ),
        Column(
            "year",
            Kind.INTEGER,
            "Calendar year, where no day is given",
            synonyms=("year", "reporting year", "année", "jahr", "año", "год", "年", "年份", "السنة"),
            minimum=1990,
            maximum=2100,
        ),
    ),
    example={"site": "Tower", "equipment": "Chiller 2", "refrigerant": "R-410A", "refilled_kg": "4.2", "date": "2025-06-17"},
)  # fmt: skip


_COMPLETING = "refrigerant-letter-completed"


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return mass lost in kg per refill: refilled minus recovered."""
    whole = one_amount(completed(rows, CATEGORY, context), _STATED_UNITS)
    file_year = pl.lit(context.year, dtype=pl.Int64)
    dated = whole.with_columns(
        pl.col("date").dt.year().cast(pl.Int64).fill_null(pl.col("year")).fill_null(file_year).alias("year")
    )
    refills = _named(measured(dated, _MASS))
    errors = joined(
        [measure_problems(refills, _MASS, "kg"), *_errors(refills), *_switched_off(refills, context)]
    )
    good = _lost(without_errors(refills, errors))
    completed_names = good.filter("completed")
    return Normalised(
        activity=_activity(good),
        problems=joined([errors, _completed(good), _negative(good)]),
        repaired_rows=frozenset(completed_names["source_row"].to_list()),
        repairs=completed_names.select(
            pl.col("source_row").alias("row"),
            pl.lit("refrigerant").alias("column"),
            pl.lit(_COMPLETING).alias("rule"),
            pl.col("refrigerant").alias("before"),
            pl.col("resolved").alias("after"),
        ),
    )


def _switched_off(refills: pl.DataFrame, context: Context) -> list[pl.DataFrame]:
    """Reject names that only the completing of a letter could read, where that rule is switched off."""
    text = _("'{before}' could be read as {after} by the rule {rule}, but that rule is switched off.")
    found = findings(
        refills.with_columns(rule=pl.lit(_COMPLETING)),
        pl.col("completed"),
        code="repair-switched-off",
        severity="error",
        column="refrigerant",
        message=text,
        suggestion=_("Correct the cell, or allow the rule again."),
        values={"before": "refrigerant", "after": "resolved", "rule": "rule"},
    )
    return [found] if _COMPLETING in context.switched_off else []


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """Bring each different name to ours once; where it is none of them, say why."""
    written = rows["refrigerant"].drop_nulls().unique().to_list()
    resolved = resolve_refrigerants(written).rename({"name": "refrigerant", "refrigerant": "resolved"})
    reasons = pl.Series(
        "reason",
        [None if found else _why_not(name) for name, found in resolved.iter_rows()],
        dtype=pl.String,
    )
    known = rows.join(resolved.with_columns(reasons), on="refrigerant", how="left", maintain_order="left")
    letter = _key("resolved").str.strip_prefix(_key("refrigerant")).str.contains("^[A-Z]$")
    return known.with_columns(letter.fill_null(False).alias("completed"))


def _key(column: str) -> pl.Expr:
    return pl.col(column).str.to_uppercase().str.replace_all("[^A-Z0-9]", "")


def _why_not(name: str) -> str:
    parts = [part.strip() for part in _BETWEEN_GASES.split(name) if part.strip()]
    if len(parts) > 1 and resolve_refrigerants(parts)["refrigerant"].null_count() < len(parts):
        return _("'{name}' names {count} refrigerants in one cell. Give each its own row with its own amount.").format(name=name, count=len(parts))  # fmt: skip
    try:
        resolve_refrigerant(name)
    except UnknownReferenceError as error:
        return str(error)
    return name


def _errors(rows: pl.DataFrame) -> list[pl.DataFrame]:
    unresolved = pl.col("refrigerant").is_not_null() & pl.col("resolved").is_null()
    return [
        findings(
            rows,
            pl.col("refrigerant").is_null(),
            code="refrigerant-missing",
            severity="error",
            column="refrigerant",
            message=_("The refrigerant is not given."),
            suggestion=_("Fill it from the plate of the equipment or the service report."),
        ),
        findings(
            rows,
            unresolved,
            code="refrigerant-unknown",
            severity="error",
            column="refrigerant",
            message="{reason}",
            values={"reason": "reason"},
        ),
        findings(
            rows,
            pl.col("year").is_null(),
            code="period-missing",
            severity="error",
            column="date",
            message=_("Neither a date nor a year is given."),
            suggestion=_("Fill the date, or give the file's year in saleve.toml."),
        ),
    ]


def _lost(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns((pl.col("quantity") - pl.col("recovered_kg").fill_null(0.0)).alias("leaked_kg"))


def _completed(rows: pl.DataFrame) -> pl.DataFrame:
    return findings(
        rows,
        pl.col("completed"),
        code="refrigerant-completed",
        severity="note",
        column="refrigerant",
        message=_("'{written}' has no last letter and was read as {resolved}, the usual blend of that number."),
        suggestion=_("Write the full name if another blend is meant."),
        values={"written": "refrigerant", "resolved": "resolved"},
    )  # fmt: skip


def _negative(rows: pl.DataFrame) -> pl.DataFrame:
    return findings(
        rows,
        pl.col("leaked_kg") < 0,
        code="amount-negative",
        severity="warning",
        column="amount",
        message=_("More was recovered than refilled ({lost} kg lost); the figure is kept with its sign and lowers the total."),
        suggestion=_("A recovery without a refill is no gain: remove the row if the equipment was emptied for disposal."),
        values={"lost": "leaked_kg"},
    )  # fmt: skip


def _activity(rows: pl.DataFrame) -> pl.DataFrame:
    named = rows.drop("refrigerant", "refilled_kg").rename(
        {"organisational_unit": "unit", "resolved": "refrigerant", "quantity": "refilled_kg"}
    )
    return named.select(ACTIVITY.names()).cast(ACTIVITY)
