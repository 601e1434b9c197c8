"""What journeys, stays and meetings have in common: who answers for them, their year, the country they were in, what they cost.

Unlike bills they have no period that is divided: each belongs whole to the year in which it began.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import polars as pl

from saleve.language import _
from saleve.method.activity.normalising import Context
from saleve.method.activity.rows import finding_of_file, findings, joined
from saleve.method.reference.cities import find_city
from saleve.method.reference.countries import country_table, find_country
from saleve.method.schema import Column, Kind

MONEY = pl.Decimal(18, 4)
_ARTICLE = re.compile(r"^the\s+", re.IGNORECASE)
_SHEET_OF_A_YEAR = r"^\s*((?:19|20)\d\d)\s*$"

UNIT = Column(
    "unit",
    Kind.TEXT,
    "Organisational unit",
    synonyms=("unit", "organisational unit", "org unit", "department", "bureau", "sector", "division", "cost centre", "cost center", "unité", "département",
              "service", "organisationseinheit", "abteilung", "kostenstelle", "unidad", "departamento", "dirección", "ur", "подразделение", "отдел", "部门", "单位",
              "القسم", "الوحدة"),
)  # fmt: skip

YEAR = Column(
    "year",
    Kind.INTEGER,
    "Calendar year, where no date is given",
    synonyms=("year", "reporting year", "fy", "année", "exercice", "jahr", "año", "ejercicio", "год", "年", "年份", "年度", "السنة", "سنة"),
    minimum=1990,
    maximum=2100,
)  # fmt: skip

TRAVELLER = Column(
    "traveller",
    Kind.TEXT,
    "Name or staff number; never kept",
    personal=True,
    synonyms=("traveller", "traveler", "passenger name", "guest", "guest name", "name", "employee", "employee id", "employee name", "staff id", "staff number",
              "personnel number", "matricule", "voyageur", "nom", "nom du voyageur", "client", "viajero", "nombre", "huésped", "empleado", "пассажир", "фио", "гость",
              "сотрудник", "旅客", "姓名", "客人", "المسافر", "الاسم", "النزيل", "reisender", "reisende", "gast", "personalnummer"),
)  # fmt: skip

COST = Column(
    "cost",
    Kind.MONEY,
    "What was paid",
    synonyms=("cost", "price", "amount", "amount paid", "total", "total cost", "total amount", "fare", "coût", "prix", "montant", "tarif", "costo", "coste", "importe",
              "precio", "tarifa", "стоимость", "цена", "сумма", "费用", "金额", "价格", "التكلفة", "المبلغ", "السعر", "kosten", "preis", "betrag"),
)  # fmt: skip


def with_cost(rows: pl.DataFrame, whole: pl.DataFrame) -> pl.DataFrame:
    """Return ``whole`` with ``cost``, its ``currency``, and whether a row has amounts in more than one.

    Intake gives ``rows`` one column of cost for each currency (cost_chf, cost_usd).
    """
    names = [name for name in rows.columns if name.startswith("cost_")]
    if not names:
        return whole.with_columns(
            pl.lit(None, MONEY).alias("cost"), pl.lit(None, pl.String).alias("currency"), several_costs=False
        )
    count = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int64) for name in names)
    paid_in = [
        pl.when(pl.col(name).is_not_null()).then(pl.lit(name.removeprefix("cost_").upper())) for name in names
    ]
    costs = rows.select(
        "source_row",
        pl.when(count == 1).then(pl.coalesce(*[pl.col(name).cast(MONEY) for name in names])).alias("cost"),
        pl.when(count == 1).then(pl.coalesce(*paid_in)).alias("currency"),
        several_costs=count > 1,
    )
    kept = whole.drop("cost", "currency", strict=False)
    return kept.join(costs, on="source_row", how="left", maintain_order="left")


def cost_problems(rows: pl.DataFrame) -> pl.DataFrame:
    """Return what is to be seen in the costs of rows that came out of ``with_cost``."""
    return joined([
        findings(
            rows,
            pl.col("several_costs"),
            code="cost-in-several-currencies",
            severity="warning",
            column="cost",
            message=_("The row has costs in several currencies; none of them is used for this row."),
            suggestion=_("Give each currency its own row, or one amount in one currency."),
        ),
        findings(
            rows,
            pl.col("cost") < 0,
            code="cost-negative",
            severity="warning",
            column="cost",
            message=_("The cost {cost} {currency} is negative; it is kept with its sign."),
            suggestion=_("Keep it if it is a refund or a credit note; else correct it."),
            values={"cost": "cost", "currency": "currency"},
        ),
    ])  # fmt: skip


def with_year(rows: pl.DataFrame, context: Context, date: str | None = None) -> pl.DataFrame:
    """Return the rows with ``year``: of the date, of its own column, of the sheet's name, of the file; and where it came from."""
    of_date = pl.col(date).dt.year().cast(pl.Int64) if date else pl.lit(None, pl.Int64)
    own = pl.coalesce(of_date, "year")
    of_sheet = pl.col("source_sheet").str.extract(_SHEET_OF_A_YEAR).cast(pl.Int64)
    return rows.with_columns(
        pl.coalesce(own, of_sheet, pl.lit(context.year, pl.Int64)).alias("year"),
        (own.is_null() & of_sheet.is_not_null()).alias("year_of_sheet"),
        (own.is_null() & of_sheet.is_null() & (context.year is not None)).alias("year_of_file"),
    )


def year_problems(rows: pl.DataFrame, context: Context, date: str | None = None) -> pl.DataFrame:
    """Return what is wrong with the year of rows that came out of ``with_year``."""
    return joined([
        findings(
            rows,
            pl.col("year").is_null(),
            code="period-missing",
            severity="error",
            column=date or "year",
            message=_("Neither a date nor a year is given."),
            suggestion=_("Fill the date or the year, or give the file's year in saleve.toml."),
        ),
        findings(
            rows,
            (pl.col("year") < YEAR.minimum) | (pl.col("year") > YEAR.maximum),
            code="period-out-of-range",
            severity="error",
            column=date or "year",
            message=_("The year {year} lies outside the years that can be reported."),
            suggestion=_("Correct the year."),
            values={"year": "year"},
        ),
        finding_of_file(
            rows,
            pl.col("year_of_sheet"),
            code="period-from-sheet",
            severity="note",
            message=_("Rows without date or year: {count}. They were taken into the year that names their sheet."),
        ),
        finding_of_file(
            rows,
            pl.col("year_of_file"),
            code="period-from-file",
            severity="note",
            message=_("Rows without a period: {{count}}. They were taken into the file's year, {year}.").format(year=context.year),
        ),
    ])  # fmt: skip


def reversed_dates(rows: pl.DataFrame, start: str, end: str) -> pl.DataFrame:
    """Return an error for each row that ends before it starts."""
    return findings(
        rows,
        pl.col(start) > pl.col(end),
        code="period-reversed",
        severity="error",
        column=end,
        message=_("The last day, {end}, comes before the first, {start}."),
        suggestion=_("Correct the dates; day and month may have changed places."),
        values={"start": start, "end": end},
    )


def with_country(rows: pl.DataFrame, country: str, city: str) -> pl.DataFrame:
    """Return the rows with ``country`` as its ISO 3166 code of three letters; where it is empty, the one country of the city.

    ``{country}_written`` keeps the cell, ``{country}_basis`` says stated, city or unknown, ``{country}_choice`` the countries
    among which a city's name does not decide.
    """
    written = rows.select(country, city).unique(maintain_order=True)
    read = [_country_read(*pair) for pair in written.iter_rows()]
    names = {country: "iso3", f"{country}_basis": "basis", f"{country}_choice": "choice"}
    known = written.rename({country: f"{country}_written"}).with_columns(
        pl.Series(name, [one[place] for one in read], dtype=pl.String) for place, name in enumerate(names)
    )
    return rows.rename({country: f"{country}_written"}).join(
        known, on=[f"{country}_written", city], how="left", nulls_equal=True, maintain_order="left"
    )


def country_problems(rows: pl.DataFrame, country: str, city: str) -> pl.DataFrame:
    """Return what is wrong with countries of rows that came out of ``with_country``."""
    return joined([
        findings(
            rows,
            pl.col(f"{country}_written").is_not_null() & pl.col(country).is_null(),
            code="country-unknown",
            severity="error",
            column=country,
            message=_("The country '{name}' is unknown."),
            suggestion=_("Write its name in one of the six languages, or its ISO code."),
            values={"name": f"{country}_written"},
        ),
        findings(
            rows,
            pl.col(f"{country}_choice").is_not_null(),
            code="place-not-unique",
            severity="error",
            column=city,
            message=_("'{city}' is the name of several places: {countries}."),
            suggestion=_("Fill the country."),
            values={"city": city, "countries": f"{country}_choice"},
        ),
        findings(
            rows,
            pl.col(f"{country}_basis") == "city",
            code="country-of-city",
            severity="note",
            column=city,
            message=_("The country is not given; '{city}' lies in {country}."),
            values={"city": city, "country": country},
        ),
    ])  # fmt: skip


def _country_read(country: str | None, city: str | None) -> tuple[str | None, str, str | None]:
    if country:
        found = next((one for name in _spellings(country) if (one := find_country(name))), None)
        return (_iso3()[found.iso2], "stated", None) if found else (None, "unknown", None)
    at = find_city(city) if city else None
    if at and at.candidates:
        return None, "unknown", "; ".join(f"{one.name} ({one.country})" for one in at.candidates[:4])
    return (_iso3()[at.city.country], "city", None) if at and at.city else (None, "unknown", None)


def _spellings(country: str) -> Iterator[str]:
    """Return the name as written, then 'Korea, Republic of' in the usual order of words, then without 'The'."""
    name, _comma, before = country.partition(",")
    usual = f"{before.strip()} {name.strip()}" if before else country
    yield from (country, usual, _ARTICLE.sub("", usual))


@lru_cache(maxsize=1)
def _iso3() -> dict[str, str]:
    return dict(country_table().select("iso2", "iso3").iter_rows())
