"""Nights in hotels on official travel (GHG Protocol Scope 3 Standard 2011, category 6, optional)."""

import polars as pl

from saleve.language import _
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.occasions import (
    COST,
    MONEY,
    TRAVELLER,
    UNIT,
    YEAR,
    cost_problems,
    country_problems,
    reversed_dates,
    with_cost,
    with_country,
    with_year,
    year_problems,
)
from saleve.method.activity.rows import completed, finding_of_file, findings, joined, without_errors
from saleve.method.reference.assumptions import assumption
from saleve.method.schema import PROVENANCE, Category, Column, Kind

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "check_in": pl.Date(),
        "check_out": pl.Date(),
        "unit": pl.String(),
        "hotel": pl.String(),
        "city": pl.String(),
        "country": pl.String(),  # ISO 3166, three letters
        "country_basis": pl.String(),  # stated, city, unknown
        "stars": pl.Int64(),
        "rooms": pl.Float64(),
        "guests": pl.Float64(),
        "nights": pl.Float64(),  # of one room
        "nights_basis": pl.String(),  # stated, dates
        "room_nights": pl.Float64(),
        "cost": MONEY,
        "currency": pl.String(),
        **PROVENANCE,
    }
)

_STARS = r"^\s*(\*+|[★☆]+)\s*[sS]?\s*$"
_MOST_STARS = 5
_NUMBER_OF_STARS = r"^\D*([1-5])(?:[^\d.,]|$)"

CATEGORY = Category(
    name="hotels",
    title="Hotel nights",
    columns=(
        Column("check_in", Kind.DATE, "Day of arrival", synonyms=(
            "check in", "check-in", "checkin", "check-in date", "check in date", "arrival", "arrival date", "date of arrival", "start date", "from date", "date", "arrivée", "date d'arrivée", "date de début", "anreise", "anreisedatum", "ankunft",
            "llegada", "fecha de llegada", "fecha de entrada", "entrada", "fechainicio_hotel", "заезд", "дата заезда", "дата прибытия", "入住日期", "入住", "到店日期", "تاريخ الوصول", "تسجيل الوصول",
        )),
        Column("check_out", Kind.DATE, "Day of departure", synonyms=(
            "check out", "check-out", "checkout", "check-out date", "check out date", "departure", "departure date", "end date", "to date", "départ", "date de départ", "date de fin", "abreise", "abreisedatum",
            "salida", "fecha de salida", "fechafin_hotel", "выезд", "дата выезда", "дата отъезда", "离店日期", "退房日期", "退房", "تاريخ المغادرة", "تسجيل المغادرة",
        )),
        YEAR,
        Column("hotel", Kind.TEXT, "Name of the hotel", synonyms=("hotel", "hotel name", "property", "accommodation", "hôtel", "nom de l'hôtel", "hébergement", "unterkunft", "nombre del hotel", "alojamiento", "гостиница", "отель", "酒店", "酒店名称", "宾馆", "الفندق", "اسم الفندق")),
        Column("city", Kind.TEXT, "City of the hotel", synonyms=("city", "place", "location", "hotel city", "destination", "town", "ville", "lieu", "stadt", "ort", "ciudad", "lugar", "ciudad_destino", "ciudad de destino", "город", "城市", "地点", "المدينة", "المكان")),
        Column("country", Kind.TEXT, "Country of the hotel; where empty, that of the city", synonyms=("country", "hotel country", "destination country", "country code", "iso3", "pays", "land", "país", "pais_destino", "país de destino", "страна", "国家", "الدولة", "البلد")),
        Column("nights", Kind.NUMBER, "Nights of one room", unit="nights", synonyms=(
            "nights", "number of nights", "no of nights", "length of stay", "nuits", "nombre de nuits", "nuitées", "nächte", "übernachtungen", "anzahl nächte", "noches", "número de noches", "pernoctaciones", "ночи", "ночей", "количество ночей",
            "晚数", "夜数", "住宿天数", "间夜", "الليالي", "عدد الليالي",
        )),
        Column("room_nights", Kind.NUMBER, "Nights times rooms, where the file has added them", unit="nights", synonyms=("room nights", "roomnights", "total room nights", "chambres-nuits", "zimmernächte", "habitaciones noche", "номеро-ночи", "间夜数", "总间夜", "ليالي الغرف")),
        Column("rooms", Kind.NUMBER, "Number of rooms; one where the file does not say", minimum=0, synonyms=("rooms", "number of rooms", "no of rooms", "chambres", "nombre de chambres", "zimmer", "anzahl zimmer", "habitaciones", "número de habitaciones", "номера", "количество номеров", "房间数", "间数", "الغرف", "عدد الغرف")),
        Column("guests", Kind.NUMBER, "Number of guests", unit="persons", minimum=0, synonyms=("guests", "number of guests", "persons", "personnes", "nombre de personnes", "gäste", "personen", "anzahl gäste", "huéspedes", "personas", "гости", "количество гостей", "入住人数", "人数", "الضيوف", "عدد النزلاء")),
        Column("star_class", Kind.TEXT, "Stars of the hotel, 1 to 5: 4, 4*, ****, 4 stars", synonyms=("star class", "stars", "star rating", "hotel class", "hotel category", "category", "étoiles", "catégorie", "sterne", "kategorie", "estrellas", "categoría", "звезды", "категория", "星级", "酒店星级", "النجوم", "تصنيف الفندق")),
        TRAVELLER,
        UNIT,
        Column("cost", Kind.MONEY, COST.meaning, synonyms=(*COST.synonyms, "hotel cost", "room rate", "costo_hotel", "übernachtungskosten")),
    ),
    example={"check_in": "2025-03-17", "check_out": "2025-03-20", "hotel": "Lake Hotel", "city": "Nairobi", "country": "Kenya", "star_class": "4", "cost": "USD 540"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return nights and room-nights, one row per stay of the file."""
    whole = with_cost(rows, completed(rows, CATEGORY, context))
    dated = with_year(whole.filter(_is_stay()), context, "check_in")
    stays = _counted(with_country(dated, "country", "city"))
    errors = joined([
        year_problems(stays, context, "check_in"),
        reversed_dates(stays, "check_in", "check_out"),
        country_problems(stays, "country", "city"),
        _nights_missing(stays),
    ])  # fmt: skip
    good = without_errors(stays, errors)
    problems = joined([errors, _not_stays(whole), cost_problems(good), *_warnings(good)])
    return Normalised(activity=good.select(ACTIVITY.names()).cast(ACTIVITY), problems=problems)


def _is_stay() -> pl.Expr:
    """A list of journeys has rows without a hotel."""
    return pl.any_horizontal(
        pl.col("hotel", "nights", "room_nights", "check_in", "check_out", "cost").is_not_null()
    )


def _not_stays(rows: pl.DataFrame) -> pl.DataFrame:
    return finding_of_file(
        rows,
        ~_is_stay(),
        code="no-stay",
        severity="note",
        message=_("Rows without hotel, nights, dates or cost, first in row {first}: {count}. They are no stays and were set aside."),
    )  # fmt: skip


def _counted(rows: pl.DataFrame) -> pl.DataFrame:
    """Take nights as stated, else from the dates: the night before the day of departure is the last."""
    rooms = pl.col("rooms").fill_null(1.0)
    by_dates = (pl.col("check_out") - pl.col("check_in")).dt.total_days().cast(pl.Float64)
    of_rooms = pl.when(rooms > 0).then(pl.col("room_nights") / rooms)
    stated = pl.coalesce("nights", of_rooms)
    basis = (
        pl.when(stated.is_not_null())
        .then(pl.lit("stated"))
        .when(by_dates.is_not_null())
        .then(pl.lit("dates"))
    )
    counted = rows.with_columns(
        rooms.alias("rooms"),
        by_dates.alias("nights_by_dates"),
        basis.alias("nights_basis"),
        pl.coalesce(stated, by_dates).alias("nights"),
    )
    return counted.with_columns(pl.coalesce("room_nights", pl.col("nights") * pl.col("rooms")), _stars())


def _stars() -> pl.Expr:
    """Return 1 to 5 from signs or a number; words without a number stay unknown."""
    signs = pl.col("star_class").str.extract(_STARS, 1).str.len_chars().cast(pl.Int64)
    number = pl.col("star_class").str.extract(_NUMBER_OF_STARS, 1).cast(pl.Int64)
    return pl.coalesce(pl.when(signs <= _MOST_STARS).then(signs), number).alias("stars")


def _nights_missing(rows: pl.DataFrame) -> pl.DataFrame:
    return findings(
        rows,
        pl.col("nights").is_null(),
        code="nights-missing",
        severity="error",
        column="nights",
        message=_("There are neither nights nor both dates. A missing number is not taken as zero."),
        suggestion=_("Fill the nights, or the days of arrival and departure."),
    )


def _warnings(rows: pl.DataFrame) -> list[pl.DataFrame]:
    return [
        findings(
            rows,
            pl.col("nights") < 0,
            code="amount-negative",
            severity="warning",
            column="nights",
            message=_("The number of nights, {nights}, is negative; it is kept with its sign and lowers the total."),
            suggestion=_("Keep it if the stay was cancelled and credited; else correct it."),
            values={"nights": "nights"},
        ),
        findings(
            rows,
            pl.col("nights") == 0,
            code="nights-zero",
            severity="warning",
            column="nights",
            message=_("The stay has no night. It is kept with zero."),
            suggestion=_("Check the dates; use of a room by day only has no night."),
        ),
        findings(
            rows,
            pl.col("nights") > assumption("hotel_longest_stay_nights"),
            code="nights-implausible",
            severity="warning",
            column="nights",
            message=_("A stay of {nights} nights is very long."),
            suggestion=_("Check the nights; where they are of several rooms, fill the rooms or name the column 'room nights'."),
            values={"nights": "nights"},
        ),
        findings(
            rows,
            (pl.col("nights_basis") == "stated") & (pl.col("nights") > 0) & (pl.col("nights") != pl.col("nights_by_dates")),
            code="nights-differ",
            severity="warning",
            column="nights",
            message=_("The row states {nights} nights, but its dates give {dates}; the nights stated are used."),
            suggestion=_("Check nights, rooms and dates."),
            values={"nights": "nights", "dates": "nights_by_dates"},
        ),
        findings(
            rows,
            pl.col("star_class").is_not_null() & pl.col("stars").is_null(),
            code="stars-unreadable",
            severity="warning",
            column="star_class",
            message=_("'{text}' is no number of stars from 1 to 5; it was read as not stated."),
            suggestion=_("Write a number from 1 to 5."),
            values={"text": "star_class"},
        ),
        finding_of_file(
            rows,
            pl.col("country").is_null(),
            code="country-missing",
            severity="warning",
            message=_("Stays whose country is not known, first in row {first}: {count}. They are kept without a country."),
            suggestion=_("Fill the country, or give it for the whole file in the constants of saleve.toml."),
        ),
    ]  # fmt: skip
