"""Floor area of sites: the area by which facility emissions are divided, with the definition it was measured by.

Areas by different definitions (gross internal, gross, net, energy reference area) differ by a quarter and more, so the
definition stays with the number.
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from saleve.language import _
from saleve.method.activity.energy import SITE_COLUMNS, one_amount
from saleve.method.activity.measures import measure_problems, measured
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.rows import completed, finding_of_file, findings, joined, without_errors
from saleve.method.schema import PROVENANCE, Category, Column, Kind

_AREA = ("area",)
_STATED_UNITS = {"area_m2": "m2", "area_ft2": "ft2"}

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "unit": pl.String(),
        "site": pl.String(),
        "valid_from": pl.Date(),
        "valid_to": pl.Date(),
        "area_m2": pl.Float64(),
        "definition": pl.String(),
        **PROVENANCE,
    }
)

CATEGORY = Category(
    name="floor_area",
    title="Floor area",
    columns=(
        *SITE_COLUMNS,
        Column(
            "year",
            Kind.INTEGER,
            "Calendar year for which the area holds",
            synonyms=("year", "datayear", "reporting year", "année", "jahr", "año", "год", "年", "年份", "السنة"),
            minimum=1900,
            maximum=2100,
        ),
        Column(
            "valid_from",
            Kind.DATE,
            "First day on which the area holds; empty: always so far",
            synonyms=("valid from", "from", "since", "occupied from", "move in", "valable du", "depuis", "gültig ab", "seit", "válido desde", "desde",
                      "действует с", "起始日期", "صالح من"),
        ),
        Column(
            "valid_to",
            Kind.DATE,
            "Last day on which the area holds; empty: still",
            synonyms=("valid to", "to", "until", "occupied until", "move out", "valable jusqu'au", "gültig bis", "bis", "válido hasta", "hasta",
                      "действует до", "截止日期", "صالح حتى"),
        ),
        Column(
            "amount",
            Kind.NUMBER,
            "Area, with its unit in another column",
            synonyms=("area", "floor area", "floorspace", "surface", "superficie", "fläche", "площадь", "面积", "المساحة"),
            minimum=0,
        ),
        Column(
            "amount_unit",
            Kind.UNIT,
            "Unit of the area",
            synonyms=("area unit", "unit", "unit of measure", "unité", "einheit", "unidad", "единица", "单位", "وحدة القياس"),
        ),
        Column(
            "area_m2",
            Kind.NUMBER,
            "Area in square metres, where the header states the unit",
            unit="m2",
            minimum=0,
            synonyms=("gia (m2)", "gia", "gfa (m2)", "area (m2)", "area m2", "floor area (m2)", "sqm", "m2", "m²", "surface (m2)", "surface m2", "sre", "sre (m2)",
                      "fläche (m2)", "ebf", "ebf (m2)", "superficie (m2)", "superficie m2", "площадь (м2)", "建筑面积", "面积(平方米)", "المساحة (م2)"),
        ),
        Column(
            "area_ft2",
            Kind.NUMBER,
            "Area in square feet, where the header states the unit",
            unit="ft2",
            minimum=0,
            synonyms=("sq ft", "sqft", "area (sq ft)", "area (sqft)", "floor area (sq ft)", "gross floor area (sf)", "propertygfatotal"),
        ),
        Column(
            "definition",
            Kind.TEXT,
            "How the area is measured: GIA, GFA, NIA, IPMS, energy reference area SIA 380 ...",
            synonyms=("definition", "area definition", "area type", "basis", "définition", "flächenart", "definición", "определение", "定义", "口径", "التعريف"),
        ),
    ),
    example={"site": "Tower", "valid_from": "2010-01-01", "area_m2": "18500", "definition": "energy reference area, SIA 380"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return areas in m2 with the days from which and until which they hold; an open end stays empty."""
    whole = one_amount(completed(rows, CATEGORY, context), _STATED_UNITS)
    areas = measured(_valid(whole), _AREA)
    errors = joined([measure_problems(areas, _AREA, "m2"), *_errors(areas)])
    good = without_errors(areas, errors)
    return Normalised(activity=_activity(good), problems=joined([errors, _undated(good), _twice(good)]))


def areas_by_year(areas: pl.DataFrame, years: Sequence[int]) -> pl.DataFrame:
    """Return ``year, unit, site, area_m2`` for each of the years: the mean over its days, so that half a year counts half."""
    calendar = pl.DataFrame({"year": list(years)}, schema={"year": pl.Int64})
    first, last = pl.date(pl.col("year"), 1, 1), pl.date(pl.col("year"), 12, 31)
    start = pl.max_horizontal(pl.col("valid_from").fill_null(first), first)
    end = pl.min_horizontal(pl.col("valid_to").fill_null(last), last)
    share = ((end - start).dt.total_days() + 1) / ((last - first).dt.total_days() + 1)
    return (
        areas.drop("year")
        .join(calendar, how="cross")
        .with_columns(share.alias("_share"))
        .filter(pl.col("_share") > 0)
        .group_by("year", "unit", "site", maintain_order=True)
        .agg((pl.col("area_m2") * pl.col("_share")).sum())
        .sort("year", maintain_order=True)
    )


def _valid(rows: pl.DataFrame) -> pl.DataFrame:
    year = pl.col("year")
    return rows.with_columns(
        pl.col("valid_from").fill_null(pl.date(year, 1, 1)),
        pl.col("valid_to").fill_null(pl.date(year, 12, 31)),
    )


def _errors(areas: pl.DataFrame) -> list[pl.DataFrame]:
    return [
        findings(
            areas,
            pl.col("quantity") < 0,
            code="amount-negative",
            severity="error",
            column="amount",
            message=_("The area, {amount}, is negative."),
            suggestion=_("Correct the area."),
            values={"amount": "amount"},
        ),
        findings(
            areas,
            pl.col("valid_from") > pl.col("valid_to"),
            code="period-reversed",
            severity="error",
            column="valid_to",
            message=_("The area ends on {end}, before it starts on {start}."),
            suggestion=_("Correct the dates; day and month may have changed places."),
            values={"start": "valid_from", "end": "valid_to"},
        ),
    ]


def _undated(areas: pl.DataFrame) -> pl.DataFrame:
    return finding_of_file(
        areas,
        pl.col("valid_from").is_null() & pl.col("valid_to").is_null(),
        code="area-undated",
        severity="note",
        message=_("Areas without a year or dates, first in row {first}, rows: {count}. They are taken for every year."),
    )  # fmt: skip


def _twice(areas: pl.DataFrame) -> pl.DataFrame:
    """Warn where two areas of one site hold on the same days: they add up, which is right for parts of a building only."""
    ordered = areas.sort("site", "valid_from", "source_row", nulls_last=False).with_columns(
        pl.col("valid_to").fill_null(date.max).shift(1).over("site").alias("_until"),
        pl.col("source_row").shift(1).over("site").alias("_other"),
    )
    return findings(
        ordered,
        pl.col("valid_from").fill_null(date.min) <= pl.col("_until"),
        code="area-overlap",
        severity="warning",
        column="site",
        message=_("'{site}' has another area on the same days in row {other}; the two are added."),
        suggestion=_("Keep one if they are the same area by two definitions."),
        values={"site": "site", "other": "_other"},
    )


def _activity(areas: pl.DataFrame) -> pl.DataFrame:
    return (
        areas.drop("area_m2")
        .rename({"quantity": "area_m2", "organisational_unit": "unit"})
        .select(ACTIVITY.names())
        .cast(ACTIVITY)
    )
