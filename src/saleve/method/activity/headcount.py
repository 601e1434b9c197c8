"""People: the number by which emissions are divided, with the definition it was counted by.

United Nations practice counts more than staff on payroll (short-term staff, consultants, interns), so the definition stays with
the number (Greening the Blue methodology).
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.rows import completed, findings, joined, without_errors
from saleve.method.schema import PROVENANCE, Category, Column, Kind

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "unit": pl.String(),
        "site": pl.String(),
        "persons": pl.Float64(),
        "definition": pl.String(),
        **PROVENANCE,
    }
)

CATEGORY = Category(
    name="headcount",
    title="People",
    columns=(
        Column(
            "year",
            Kind.INTEGER,
            "Calendar year",
            synonyms=("year", "reporting year", "fy", "année", "exercice", "jahr", "año", "ejercicio", "год", "年", "年份", "السنة"),
            minimum=1990,
            maximum=2100,
        ),
        Column(
            "as_of",
            Kind.DATE,
            "Day on which people were counted, where no year is given",
            synonyms=("as of", "as at", "date", "count date", "au", "à la date du", "stichtag", "stand", "a fecha de", "fecha", "на дату", "截至", "日期", "بتاريخ"),
        ),
        Column(
            "unit",
            Kind.TEXT,
            "Organisational unit",
            synonyms=("unit", "organisational unit", "department", "bureau", "sector", "division", "unité", "département", "organisationseinheit",
                      "abteilung", "unidad", "departamento", "подразделение", "部门", "单位", "القسم", "الوحدة"),
        ),
        Column(
            "site",
            Kind.TEXT,
            "Site or building",
            synonyms=("site", "duty station", "office", "location", "building", "lieu d'affectation", "bureau local", "standort", "dienstort",
                      "lugar de destino", "sede", "место службы", "工作地点", "مركز العمل", "الموقع"),
        ),
        Column(
            "persons",
            Kind.NUMBER,
            "Number of people, or of full-time equivalents",
            unit="persons",
            required=True,
            synonyms=("persons", "people", "headcount", "staff", "personnel", "fte", "ftes", "employees", "number of staff", "number of employees", "number of people", "number of persons", "nombre d'employés", "nombre de personnes",
                      "número de empleados", "número de personas", "número de funcionarios", "anzahl mitarbeitende", "количество сотрудников", "员工人数", "عدد الموظفين والموظفات", "percapitadivisor",
                      "effectif", "effectifs", "ept", "etp", "personnes", "personal", "mitarbeitende", "mitarbeiter", "vollzeitäquivalente", "vzä",
                      "personas", "plantilla", "empleados", "численность", "персонал", "сотрудники", "人数", "员工数", "职员", "عدد الموظفين", "الأشخاص"),
            minimum=0,
        ),
        Column(
            "definition",
            Kind.TEXT,
            "Who was counted: staff, staff and consultants, full-time equivalents at year's end ...",
            synonyms=("definition", "who is counted", "counting rule", "basis", "définition", "zählweise", "definición", "определение", "定义", "口径", "التعريف"),
        ),
    ),
    example={"year": "2025", "unit": "BDT", "site": "Tower", "persons": "182.5", "definition": "FTE, staff and consultants, mean of the year"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return people per year, unit and site as given; fractions are full-time equivalents."""
    whole = completed(rows, CATEGORY, context)
    file_year = pl.lit(context.year, dtype=pl.Int64)
    dated = whole.with_columns(pl.col("year").fill_null(pl.col("as_of").dt.year()).fill_null(file_year))
    errors = joined(_errors(dated))
    good = without_errors(dated, errors)
    return Normalised(
        activity=good.select(ACTIVITY.names()).cast(ACTIVITY),
        problems=joined([errors, _twice(good), _definitions(good)]),
    )


def _errors(rows: pl.DataFrame) -> list[pl.DataFrame]:
    return [
        findings(
            rows,
            pl.col("year").is_null(),
            code="period-missing",
            severity="error",
            column="year",
            message=_("The year is not given."),
            suggestion=_("Fill the year, or give the file's year in saleve.toml."),
        ),
        findings(
            rows,
            pl.col("persons").is_null(),
            code="amount-missing",
            severity="error",
            column="persons",
            message=_("There is no number of people. A missing number is not taken as zero."),
            suggestion=_("Fill the number, or remove the row."),
        ),
        findings(
            rows,
            pl.col("persons") < 0,
            code="amount-negative",
            severity="error",
            column="persons",
            message=_("The number of people, {persons}, is negative."),
            suggestion=_("Correct the number."),
            values={"persons": "persons"},
        ),
    ]


def _twice(rows: pl.DataFrame) -> pl.DataFrame:
    key = ["year", "unit", "site", "definition"]
    again = rows.with_columns(pl.col("source_row").cum_count().over(key).alias("_count"))
    return findings(
        again,
        pl.col("_count") > 1,
        code="counted-twice",
        severity="warning",
        column="persons",
        message=_("The year {year} is given more than once for the same unit, site and definition; the numbers are added."),
        suggestion=_("If they are counts of several days of one year, keep their mean only."),
        values={"year": "year"},
    )  # fmt: skip


def _definitions(rows: pl.DataFrame) -> pl.DataFrame:
    several = rows.with_columns(pl.col("definition").n_unique().over("year").alias("_definitions"))
    first = several.unique("year", keep="first", maintain_order=True)
    return findings(
        first,
        pl.col("_definitions") > 1,
        code="definitions-differ",
        severity="warning",
        column="definition",
        message=_("People of {year} are counted by more than one definition."),
        suggestion=_("Use one definition for one year, or say which one divides the emissions."),
        values={"year": "year"},
    )
