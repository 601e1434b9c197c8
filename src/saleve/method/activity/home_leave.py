"""Home leave paid as a lump sum: no ticket exists, so the journey is estimated, or charged at an average rate.

Practice of UN entities: entitlement travel paid as a lump sum is counted all the same, at the organisation's average rate
where the journey is not known. Rows with a home place become round trips; the others keep their number of travellers.
"""

import polars as pl

from saleve.language import _
from saleve.method.activity import air_travel
from saleve.method.activity.air_travel_columns import LEGS
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.rows import completed, findings, joined
from saleve.method.schema import Category, Column, Kind

ACTIVITY = pl.Schema([*LEGS.items(), ("travellers", pl.Float64()), ("kg_co2_per_traveller", pl.Float64())])

CATEGORY = Category(
    name="home_leave",
    title="Home leave paid as a lump sum",
    columns=(
        Column("year", Kind.INTEGER, "Year in which the leave was taken", required=False, minimum=1990, maximum=2100, synonyms=(
            "year", "année", "año", "год", "年份", "السنة", "jahr",
        )),
        Column("travellers", Kind.NUMBER, "Persons who travelled, dependants included", unit="persons", required=True, minimum=0, synonyms=(
            "travellers", "lump sum travellers", "persons travelling", "number of lump sums", "lump sums", "voyageurs", "forfaits",
            "nombre de forfaits", "viajeros", "sumas fijas", "путешественники", "旅行人数", "المسافرون", "reisende", "pauschalen",
        )),
        Column("origin", Kind.TEXT, "Duty station: airport, city or country", synonyms=(
            "duty station", "from", "origin", "lieu d'affectation", "lugar de destino", "место службы", "工作地点", "مركز العمل", "dienstort",
        )),
        Column("destination", Kind.TEXT, "Home place: airport, city or country", synonyms=(
            "home place", "home country", "destination country", "destination", "place of home leave", "home leave destination", "pays d'origine", "lieu du congé", "país de origen",
            "место отпуска на родину", "回籍假地点", "بلد الموطن", "heimatort", "heimatland",
        )),
        Column("unit", Kind.TEXT, "Organisational unit", synonyms=(
            "unit", "organisational unit", "department", "unité", "unidad", "подразделение", "部门", "الوحدة", "abteilung",
        )),
        Column("cabin", Kind.TEXT, "Cabin the lump sum is reckoned for; economy if empty", synonyms=("cabin", "class", "classe", "clase", "класс", "舱位")),
        Column("amount", Kind.MONEY, "Lump sum paid", synonyms=("lump sum", "amount paid", "forfait", "montant", "suma fija", "importe", "сумма", "一次总付", "المبلغ")),
        Column("kg_co2_per_traveller", Kind.NUMBER, "The organisation's own average rate, kg CO2 for a journey there and back", unit="kg", minimum=0, synonyms=(
            "kg co2 per traveller", "average kg co2", "kg co2 par voyageur", "kg co2 por viajero",
        )),
    ),
    example={"year": "2025", "travellers": "3", "origin": "Geneva", "destination": "Nairobi"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return the round trips of rows with a home place, and the others as travellers without a journey (``ACTIVITY``)."""
    whole = completed(rows, CATEGORY, context).with_columns(pl.col("year").fill_null(pl.lit(context.year)))
    problems = _problems(whole)
    rejected = problems.filter(pl.col("severity") == "error")["row"]
    kept = whole.filter(~pl.col("source_row").is_in(rejected.to_list()))
    placed = air_travel.normalise(_as_journeys(kept.filter(pl.col("destination").is_not_null())), context)
    unplaced = kept.filter(pl.col("destination").is_null())
    told = kept.select("source_row", "travellers", "kg_co2_per_traveller")
    activity = [
        placed.activity.join(told, on="source_row", how="left"),
        _filled(
            unplaced.with_columns(
                origin=pl.lit(None), category=pl.lit("home_leave"), boundary=pl.lit("minimum")
            )
        ),
    ]
    return Normalised(
        activity=pl.concat([table.select(ACTIVITY.names()).cast(ACTIVITY) for table in activity]),
        problems=joined([problems, placed.problems]),
        repaired_rows=placed.repaired_rows,
        repairs=placed.repairs,
    )


def _as_journeys(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        pl.col("cabin").fill_null("economy"),
        category=pl.lit("home_leave"),
        passengers=pl.col("travellers"),
        round_trip=pl.lit(value=True),
    ).drop("travellers", "kg_co2_per_traveller", pl.selectors.starts_with("amount"))


def _filled(rows: pl.DataFrame) -> pl.DataFrame:
    missing = [pl.lit(None, kind).alias(name) for name, kind in ACTIVITY.items() if name not in rows.columns]
    return rows.with_columns(missing)


def _problems(rows: pl.DataFrame) -> pl.DataFrame:
    return joined([
        findings(
            rows,
            pl.col("travellers").is_null(),
            code="travellers-missing",
            severity="error",
            column="travellers",
            message=_("The number of travellers is missing."),
            suggestion=_("Fill how many persons the lump sum was paid for."),
        ),
        findings(
            rows,
            pl.col("year").is_null(),
            code="year-missing",
            severity="error",
            column="year",
            message=_("There is no year."),
            suggestion=_("Fill the year of the leave, or state the year of the file."),
        ),
        findings(
            rows,
            pl.col("destination").is_null() & pl.col("kg_co2_per_traveller").is_null(),
            code="home-place-missing",
            severity="warning",
            column="destination",
            message=_("The home place is missing; the average of the year's ticketed home leave is charged."),
            suggestion=_("Fill the home place for a figure of its own."),
        ),
    ])  # fmt: skip
