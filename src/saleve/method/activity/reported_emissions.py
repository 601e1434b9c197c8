"""Emissions computed elsewhere and taken over with their method: an older inventory, a partner's figures, an official tool.

Nothing is recomputed. Each label of the source is matched to a source category of ours by its words; a label that matches none
is kept as "other" and said.
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.energy import one_amount
from saleve.method.activity.labels import BOUNDARIES, LABEL_RULES, SOURCES, matched
from saleve.method.activity.measures import measure_problems, measured
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.rows import completed, finding_of_file, findings, joined, without_errors
from saleve.method.schema import PROVENANCE, Category, Column, Kind

_KINDS = ("co2e", "mass")
_STATED_UNITS = {"amount_t": "t", "amount_kg": "kg"}

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "unit": pl.String(),
        "site": pl.String(),
        "source": pl.String(),
        "category": pl.String(),
        "scope": pl.Int64(),
        "boundary": pl.String(),
        "reported_kg_co2e": pl.Float64(),
        "uncertainty_pct": pl.Float64(),
        "method": pl.String(),
        "method_version": pl.String(),
        "persons": pl.Float64(),
        **PROVENANCE,
    }
)

CATEGORY = Category(
    name="reported_emissions",
    title="Emissions taken over from elsewhere",
    columns=(
        Column(
            "year",
            Kind.INTEGER,
            "Calendar year of the emissions",
            synonyms=("year", "reporting year", "fy", "année", "jahr", "año", "год", "年", "年份", "السنة"),
            minimum=1990,
            maximum=2100,
        ),
        Column(
            "label",
            Kind.TEXT,
            "Name of the source as the other inventory writes it",
            required=True,
            synonyms=("label", "category", "emission source", "source", "activity", "line", "catégorie", "source d'émission", "poste", "kategorie", "emissionsquelle",
                      "categoría", "fuente de emisión", "категория", "источник выбросов", "类别", "排放源", "الفئة", "مصدر الانبعاثات"),
        ),
        Column(
            "source",
            Kind.CHOICE,
            "Source category of ours, where the words of the label do not say it",
            synonyms=("source category", "saleve category"),
            choices=SOURCES,
        ),
        Column(
            "scope",
            Kind.INTEGER,
            "Scope 1, 2 or 3",
            synonyms=("scope", "ghg scope", "périmètre", "scope 1-3", "alcance", "охват", "范围", "النطاق"),
            minimum=1,
            maximum=3,
        ),
        Column(
            "amount",
            Kind.NUMBER,
            "Emissions, with their unit in another column",
            synonyms=("amount", "emissions", "ghg emissions", "co2e", "émissions", "emissionen", "emisiones", "выбросы", "排放量", "الانبعاثات"),
        ),
        Column(
            "amount_unit",
            Kind.UNIT,
            "Unit of the emissions: t CO2e or kg CO2e",
            synonyms=("amount unit", "unit of measure", "unité", "einheit", "unidad", "единица", "计量单位", "وحدة القياس"),
        ),
        Column(
            "amount_t",
            Kind.NUMBER,
            "Emissions in tonnes, where the header states the unit",
            unit="t CO2e",
            synonyms=("tons", "tonnes", "metric tons", "t", "t co2e", "tco2e", "t co2", "mtco2e", "mt co2e", "tonnes co2e", "emissions (t co2e)", "totalghgemissions",
                      "tonnes éq. co2", "t éq. co2", "tonnen", "tonnen co2e", "toneladas", "toneladas co2e", "т co2-экв", "吨二氧化碳当量", "طن"),
        ),
        Column(
            "amount_kg",
            Kind.NUMBER,
            "Emissions in kilograms, where the header states the unit",
            unit="kg CO2e",
            synonyms=("kg", "kg co2e", "kgco2e", "kg co2", "emissions (kg co2e)"),
        ),
        Column(
            "method",
            Kind.TEXT,
            "Method or tool by which the figure was computed",
            synonyms=("method", "methodology", "tool", "méthode", "outil", "methode", "werkzeug", "método", "herramienta", "метод", "方法", "工具", "الطريقة"),
        ),
        Column("method_version", Kind.TEXT, "Version or edition of the method", synonyms=("version", "method version", "edition", "édition", "ausgabe", "edición", "версия", "版本", "الإصدار")),
        Column(
            "unit",
            Kind.TEXT,
            "Organisational unit",
            synonyms=("unit", "organisational unit", "department", "bureau", "unité organisationnelle", "organisationseinheit", "unidad organizativa", "подразделение", "部门", "القسم"),
        ),
        Column("site", Kind.TEXT, "Site or building", synonyms=("site", "building", "office", "location", "lieu", "standort", "sede", "объект", "地点", "الموقع")),
        Column(
            "boundary",
            Kind.CHOICE,
            "Whether the figure is in the minimum boundary of the United Nations inventory, optional, or a memo item",
            synonyms=("boundary", "inventory boundary", "périmètre de l'inventaire", "grenze", "límite", "граница", "边界", "الحدود"),
            choices=BOUNDARIES,
        ),
        Column(
            "uncertainty_pct",
            Kind.NUMBER,
            "Half-width of the 95 % range of the figure, in percent, as its author states it",
            unit="%",
            synonyms=("uncertainty", "uncertainty pct", "uncertainty %", "uncertainty percent", "incertitude", "unsicherheit", "incertidumbre",
                      "неопределенность", "不确定度", "عدم اليقين"),
            minimum=0,
            maximum=100,
        ),
        Column(
            "persons",
            Kind.NUMBER,
            "People by whom the source divides this figure",
            unit="persons",
            synonyms=("persons", "percapitadivisor", "per capita divisor", "headcount", "effectif", "personen", "personas", "численность", "人数", "عدد الأشخاص"),
        ),
    ),
    example={"year": "2010", "label": "Official air travel", "scope": "3", "amount": "1995", "amount_unit": "t CO2e", "method": "ICAO calculator", "method_version": "3"},
)  # fmt: skip


SERIES = True  # lines are judged beside each other, so a file of them is never cut


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return the reported emissions in kg CO2e with our source category, scope and boundary."""
    whole = one_amount(completed(rows, CATEGORY, context), _STATED_UNITS)
    dated = whole.with_columns(pl.col("year").fill_null(pl.lit(context.year, dtype=pl.Int64)))
    known = matched(measured(dated, _KINDS))
    errors = joined([measure_problems(known, _KINDS, "t CO2e"), *_errors(known)])
    good = without_errors(known, errors)
    return Normalised(activity=_activity(good), problems=joined([errors, *_doubts(good)]))


def _errors(rows: pl.DataFrame) -> list[pl.DataFrame]:
    others = pl.col("quantity").sum() - pl.col("quantity")
    unnamed = pl.col("label").is_null() & pl.col("source").is_null()
    is_total = ((pl.col("quantity") - others).abs() <= 0.001 * others.abs()).fill_null(False)
    marked = rows.with_columns(is_total.alias("_is_total"))
    return [
        findings(
            marked,
            unnamed & pl.col("_is_total"),
            code="total-row",
            severity="error",
            column="label",
            message=_("The row has no name and is the sum of the other rows; it was left out so that nothing counts twice."),
        ),
        findings(
            marked,
            unnamed & ~pl.col("_is_total"),
            code="label-missing",
            severity="error",
            column="label",
            message=_("The row does not say what emitted."),
            suggestion=_("Fill the name of the source, or remove the row if it is a total."),
        ),
        findings(
            marked,
            pl.col("year").is_null(),
            code="period-missing",
            severity="error",
            column="year",
            message=_("The year is not given."),
            suggestion=_("Fill the year, or give the file's year in saleve.toml."),
        ),
        findings(
            marked,
            pl.col("source").is_not_null() & pl.col("scope").is_null() & pl.col("usual_scope").is_null(),
            code="scope-missing",
            severity="error",
            column="scope",
            message=_("'{label}' does not tell its scope."),
            suggestion=_("Fill the scope: 1, 2 or 3."),
            values={"label": "label"},
        ),
    ]  # fmt: skip


def _doubts(rows: pl.DataFrame) -> list[pl.DataFrame]:
    return [
        findings(
            rows,
            pl.col("source") == "other",
            code="label-unknown",
            severity="warning",
            column="label",
            message=_("'{label}' matches no source category; it is kept as 'other'."),
            suggestion=_("Fill the source category, one of: {known}.").replace("{known}", ", ".join(sorted({rule.source for rule in LABEL_RULES}))),
            values={"label": "label"},
        ),
        findings(
            rows,
            pl.col("scope") != pl.col("usual_scope"),
            code="scope-differs",
            severity="warning",
            column="scope",
            message=_("'{label}' is given in scope {given}; such a source is usually in scope {usual}. The given scope is kept."),
            values={"label": "label", "given": "scope", "usual": "usual_scope"},
        ),
        finding_of_file(
            rows,
            pl.col("method").is_null(),
            code="method-unknown",
            severity="note",
            message=_("Figures without a method, first in row {first}, rows: {count}. Their uncertainty is unknown."),
        ),
    ]  # fmt: skip


def _activity(rows: pl.DataFrame) -> pl.DataFrame:
    filled = rows.with_columns(
        pl.col("scope").fill_null(pl.col("usual_scope")),
        pl.coalesce("boundary", "usual_boundary").alias("boundary"),
        pl.col("quantity").alias("reported_kg_co2e"),
        pl.coalesce(pl.col("label").str.strip_chars(), "source").alias("category"),
    )
    return filled.select(ACTIVITY.names()).cast(ACTIVITY)
