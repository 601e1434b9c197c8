"""The drawn tickets as the travel office exported them: French CSV to 2015, English CSV to 2023, workbooks since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from saleve.ems.demo.invented import invented

AIRLINE_PREFIX = "000"  # no airline has it
CREATED = datetime(2026, 1, 15)  # noqa: DTZ001 - a workbook knows no time zone
NOTICE = "SYNTHETIC DATA - invented for demonstration; no real person, journey or organisation"
STAFF_CATEGORIES = ("staff_mission", "home_leave")


@dataclass(frozen=True, slots=True)
class Era:
    """How exports looked from one year on: headers by column, words, separators."""

    first_year: int
    headers: Mapping[str, str]
    words: Mapping[str, str]
    category_words: str  # column of the table of categories
    letters: bool  # booking letters; else labels of cabins
    date_format: str
    delimiter: str
    decimal: str
    encoding: str


FRENCH_HEADERS = {
    "document": "No de billet", "issue_date": "Date d'émission", "departure_date": "Date de départ", "routing": "Itinéraire", "cabin": "Classe",
    "carrier": "Compagnie", "aircraft": "Appareil", "fare": "Montant", "currency": "Devise", "status": "Statut", "unit": "Unité",
    "category": "Catégorie de voyageur", "traveller": "Voyageur",
}  # fmt: skip
ENGLISH_HEADERS = {
    "document": "Document No", "issue_date": "Issue date", "departure_date": "Departure date", "routing": "Routing", "cabin": "Cabin",
    "carrier": "Airline", "aircraft": "Aircraft", "fare": "Fare", "currency": "Currency", "status": "Ticket status", "unit": "Unit",
    "category": "Traveller category", "traveller": "Staff ID",
}  # fmt: skip
WORKBOOK_HEADERS = {
    "document": "Ticket number", "issue_date": "Date of issue", "departure_date": "Travel date", "routing": "Itinerary",
    "cabin": "Class of service", "carrier": "Airline code", "aircraft": "Equipment", "fare": "Amount (CHF)", "status": "Status",
    "unit": "Organisational unit", "category": "Type of travel", "traveller": "Index number",
}  # fmt: skip
FRENCH_WORDS = {
    "issued": "Émis",
    "refund": "Remboursement",
    "void": "Annulé",
    "economy": "Économique",
    "business": "Affaires",
}
ENGLISH_WORDS = {
    "issued": "Issued",
    "refund": "Refund",
    "void": "Void",
    "economy": "Economy",
    "business": "Business",
}
_FRENCH = Era(2010, FRENCH_HEADERS, FRENCH_WORDS, "french", True, "%d/%m/%Y", ";", ",", "cp1252")
_ENGLISH = Era(2016, ENGLISH_HEADERS, ENGLISH_WORDS, "english", False, "%Y-%m-%d", ",", ".", "utf-8")
_WORKBOOK = Era(2024, WORKBOOK_HEADERS, ENGLISH_WORDS, "english", False, "%Y-%m-%d", "", ".", "xlsx")
ERAS = (_WORKBOOK, _ENGLISH, _FRENCH)
WIDTHS = {"routing": 30, "document": 18, "category": 18, "issue_date": 12, "departure_date": 12}


def write_tickets(path: Path, lines: pl.DataFrame, year: int) -> Path:
    """Write one year's lines as the export of that time; returns the file with its ending."""
    era = next(era for era in ERAS if year >= era.first_year)
    words = _in_words(lines, era)
    if era.encoding == "xlsx":
        return _workbook(path.with_suffix(".xlsx"), words, era, year)
    return _text_file(path.with_suffix(".csv"), words, era)


def file_years() -> list[int]:
    """Return the years for which there is an export."""
    return invented("years")["year"].to_list()


def _in_words(lines: pl.DataFrame, era: Era) -> pl.DataFrame:
    categories = dict(invented("categories").select("category", era.category_words).iter_rows())
    cabin = pl.when("business").then(pl.lit(era.words["business"])).otherwise(pl.lit(era.words["economy"]))
    staff = pl.col("category").is_in(STAFF_CATEGORIES)
    return lines.with_columns(
        pl.format(AIRLINE_PREFIX + "-{}", pl.col("number").cast(pl.String)).alias("document"),
        (_letter() if era.letters else cabin).alias("cabin"),
        pl.lit("CHF").alias("currency"),
        pl.col("status").replace_strict(dict(era.words)),
        pl.col("category").replace_strict(categories),
        pl.when(staff)
        .then(pl.format("P-{}", pl.col("traveller").cast(pl.String).str.zfill(4)))
        .alias("traveller"),
    )


def _letter() -> pl.Expr:
    """Booking letters that mean one cabin at every carrier."""
    chance = pl.col("letter_chance")
    business = pl.when(chance < 0.6).then(pl.lit("C")).otherwise(pl.lit("J"))
    economy = (
        pl.when(chance < 0.5).then(pl.lit("Y")).when(chance < 0.8).then(pl.lit("M")).otherwise(pl.lit("B"))
    )
    return pl.when("business").then(business).otherwise(economy)


def _text_file(path: Path, lines: pl.DataFrame, era: Era) -> Path:
    dates = [
        pl.col(name).dt.to_string(era.date_format).alias(name) for name in ("issue_date", "departure_date")
    ]
    named = lines.with_columns(*dates, _money(era.decimal).alias("fare")).with_columns(_slipped_date())
    table = named.select(pl.col(name).alias(header) for name, header in era.headers.items())
    text = table.write_csv(separator=era.delimiter, line_terminator="\r\n")
    path.write_bytes(text.encode(era.encoding))
    return path


def _money(decimal: str) -> pl.Expr:
    rappen = pl.col("fare_rappen").abs()
    whole, rest = (rappen // 100).cast(pl.String), (rappen % 100).cast(pl.String).str.zfill(2)
    sign = pl.when(pl.col("fare_rappen") < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.concat_str([sign, whole, pl.lit(decimal), rest])


def _slipped_date() -> pl.Expr:
    letter = pl.col("departure_date").str.replace("0", "O")
    return pl.when(pl.col("fault") == "date").then(letter).otherwise("departure_date").alias("departure_date")


def _workbook(path: Path, lines: pl.DataFrame, era: Era, year: int) -> Path:
    """Write a workbook as a booking system does: a notice on top, dates as dates, amounts as numbers."""
    memory = BytesIO()
    book = xlsxwriter.Workbook(memory, {"constant_memory": True})
    book.set_properties({"title": f"Tickets {year} (synthetic)", "comments": NOTICE, "created": CREATED})
    sheet = book.add_worksheet(f"Tickets {year}")
    for at, name in enumerate(era.headers):
        sheet.set_column(at, at, WIDTHS.get(name, 14))
    sheet.write_string(0, 0, NOTICE)
    for at, header in enumerate(era.headers.values()):
        sheet.write_string(2, at, header)
    _write_rows(book, sheet, lines, era)
    book.close()
    path.write_bytes(memory.getvalue())
    return path


def _write_rows(book: xlsxwriter.Workbook, sheet: Worksheet, lines: pl.DataFrame, era: Era) -> None:
    names = list(era.headers)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    dates = {names.index(name) for name in ("issue_date", "departure_date")}
    table = lines.with_columns(fare=pl.col("fare_rappen") / 100).select(
        *names, pl.col("fault").eq_missing(pl.lit("date"))
    )
    for row, (*cells, slip) in enumerate(table.iter_rows(), start=3):
        for at, cell in enumerate(cells):
            if at in dates and slip and names[at] == "departure_date":
                sheet.write_string(row, at, f"{cell:%Y-%m-%d}".replace("0", "O", 1))
            elif at in dates:
                sheet.write_datetime(row, at, cell, day)
            elif isinstance(cell, str):
                sheet.write_string(row, at, cell)
            elif cell is not None:
                sheet.write_number(row, at, cell)
