"""The columns of one sheet, parsed: text cells in, typed values out, with what was found and what was repaired."""

from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from saleve.ledger.intake.findings import Findings
from saleve.ledger.intake.mapping import ColumnMapping, Match
from saleve.ledger.intake.marking import failed_formula
from saleve.ledger.intake.parsing.dates import (
    DateCells,
    DateColumn,
    Evidence,
    Order,
    date_cells,
    date_evidence,
    parse_dates,
)
from saleve.ledger.intake.parsing.habits import Habits, with_known_units
from saleve.ledger.intake.parsing.money import MoneyReader
from saleve.ledger.intake.parsing.months import parse_months
from saleve.ledger.intake.parsing.numbers import parse_numbers
from saleve.ledger.intake.parsing.text import (
    choice_table,
    lines_apart,
    squeezed,
    tidied,
    without_missing_words,
    words_in_use,
    yes_no,
)
from saleve.ledger.intake.reading import ROW, Sheet
from saleve.ledger.intake.unit_cells import converted, units_beside, unsuitable
from saleve.method.activity.normalising import Context
from saleve.method.schema import Category, Column, Kind

# Which date closes which: a range in one cell fills both
DATE_PAIRS = {
    "departure_date": "return_date",
    "period_start": "period_end",
    "valid_from": "valid_to",
    "start_date": "end_date",
    "check_in": "check_out",
}
# Dates that say by themselves when something was: their year is known even where their day is not
_SINGLE_DAYS = {"departure_date", "as_of", "check_in", "start_date", "date"}
_WHOLE_SHARE = 0.8  # of a column that holds whole numbers, so that a number with a point stands out
_MANY_CELLS = 5
# What people write behind numbers of such columns; elsewhere it is a mistake: 80 % of a person are not 80 persons
_SIGNS = {"%": r"\s*[%٪％]$", "g/m2": r"(?i)\s*(?:gr?|г|克|غ)$"}


@dataclass
class ColumnReader:
    """Reads the mapped columns of one sheet; ``frame`` grows by one or more columns for each."""

    sheet: Sheet
    mapping: ColumnMapping
    category: Category
    context: Context
    findings: Findings
    habits: Habits = field(default_factory=Habits)
    frame: pl.DataFrame = field(init=False)
    repaired_rows: set[int] = field(default_factory=set)
    date_orders: dict[str, str] = field(default_factory=dict)
    missing_words: Counter[str] = field(default_factory=Counter)
    cells: dict[str, pl.Series] = field(default_factory=dict)
    days: dict[str, DateCells] = field(default_factory=dict)

    def read(self) -> pl.DataFrame:
        """Return the rows with ``source_row`` and every column of the category that the file or the user gives."""
        self.frame = self.sheet.frame.select(ROW)
        self.cells = {
            match.header: self._prepared(match) for match in self.mapping.matches if not self._personal(match)
        }
        evidence = self._date_evidence()
        for match in self.mapping.matches:
            column = self.category.column(match.column)
            if column.personal:
                self.findings.add("column-personal", column=match.header)
                continue
            match column.kind:
                case Kind.DATE:
                    self._read_dates(column, match, evidence[match.header])
                case Kind.NUMBER | Kind.INTEGER:
                    self._read_numbers(column, match)
                case Kind.MONTH:
                    self._read_months(column, match)
                case Kind.CHOICE:
                    self._read_choices(column, match)
                case Kind.YES_NO:
                    self._read_yes_no(column, match)
                case Kind.MONEY:
                    continue
                case Kind.UNIT if column.name in self.frame.columns:
                    continue
                case _:
                    self._add(column.name, self.cells[match.header])
        self._read_money()
        self._note_constants()
        self._check_date_pairs()
        self._fill_year()
        self._check_required()
        self._note_missing_words()
        return self.frame

    @property
    def rows(self) -> pl.Series:
        """Return the row numbers."""
        return self.frame[ROW]

    def _personal(self, match: Match) -> bool:
        return self.category.column(match.column).personal

    def _add(self, name: str, values: pl.Series) -> None:
        self.frame = self.frame.with_columns(values.alias(name))

    def _report(self, code: str, where: pl.Series, match: Match, **values: object) -> None:
        if where.any():
            self.findings.add_rows(
                code,
                self.rows.filter(where),
                column=match.header,
                cells=self.cells[match.header].filter(where),
                **values,
            )

    def _prepared(self, match: Match) -> pl.Series:
        """Return tidy cells, null where a formula failed or a word says that there is no value."""
        column = self.category.column(match.column)
        cells = self.sheet.frame[match.header]
        cells = tidied(lines_apart(cells) if column.several else cells)
        failed = failed_formula(cells)
        if failed.any():
            cells = cells.set(failed, None)
        if column.kind is Kind.UNIT:
            cells = with_known_units(cells, self.habits.units)
        cleaned, words = without_missing_words(cells, words_in_use(column), self.habits.missing_words)
        self.missing_words.update(words)
        return cleaned

    def _note_missing_words(self) -> None:
        if self.missing_words:
            words = ", ".join(f"'{word}' {count}" for word, count in self.missing_words.most_common(8))
            self.findings.add("missing-words", count=self.missing_words.total(), words=words)

    # --- dates

    def _date_evidence(self) -> dict[str, Evidence]:
        """Return what each date column shows; one that shows nothing follows the others of the file if they agree."""
        dates = [
            match
            for match in self.mapping.matches
            if self._kind(match) is Kind.DATE and not self._personal(match)
        ]
        self.days = {match.header: date_cells(self.cells[match.header]) for match in dates}
        found = {
            match.header: date_evidence(self.days[match.header], match.date_order or self.habits.date_order)
            for match in dates
        }
        orders = {one.order for one in found.values() if one.order and (one.day_first or one.month_first)}
        mixed = any(one.day_first and one.month_first for one in found.values())
        shared: Order | None = orders.pop() if len(orders) == 1 and not mixed else None
        return {
            header: one
            if one.order or not shared
            else Evidence(one.day_first, one.month_first, one.ambiguous, shared)
            for header, one in found.items()
        }

    def _kind(self, match: Match) -> Kind:
        return self.category.column(match.column).kind

    def _read_dates(self, column: Column, match: Match, evidence: Evidence) -> None:
        parsed = parse_dates(self.days[match.header], year=self.context.year, evidence=evidence)
        self._report_dates(column, match, parsed)
        self._add(column.name, parsed.table["date"])
        self._add(f"{column.name}_year", parsed.table["year"])
        self._add(f"_{column.name}_yearless", parsed.table["yearless"])
        partner = DATE_PAIRS.get(column.name)
        if partner and parsed.table["end"].is_not_null().any():
            self._add(f"_{partner}_from_range", parsed.table["end"])

    def _report_dates(self, column: Column, match: Match, parsed: DateColumn) -> None:
        fault = parsed.table["fault"].fill_null("")
        for code in ("date-impossible", "date-unreadable"):
            self._report(code, fault == code, match)
        required = "-required" if column.required else ""
        self._report("date-ambiguous" + required, fault == "date-ambiguous", match)
        self._report("date-no-year", fault == "date-no-year", match)
        self._report("date-range-split", parsed.table["end"].is_not_null(), match)
        self._report("date-serial", parsed.table["serial"], match)
        self.repaired_rows |= set(self.rows.filter(parsed.table["serial"]).to_list())
        self._report_order(match, parsed.evidence)
        if count := int((parsed.table["yearless"] & parsed.table["date"].is_not_null()).sum()):
            self.findings.add("date-year-given", column=match.header, count=count, year=self.context.year)

    def _report_order(self, match: Match, evidence: Evidence) -> None:
        if evidence.day_first and evidence.month_first:
            self.date_orders[match.header] = "mixed"
            self.findings.add(
                "date-orders-mixed",
                column=match.header,
                day_first=evidence.day_first,
                month_first=evidence.month_first,
                ambiguous=evidence.ambiguous,
            )
        elif evidence.order and (evidence.ambiguous or evidence.day_first or evidence.month_first):
            self.date_orders[match.header] = evidence.order
            self.findings.add(
                "date-order",
                column=match.header,
                order=evidence.order,
                evidence=evidence.day_first + evidence.month_first,
                ambiguous=evidence.ambiguous,
            )
        elif evidence.ambiguous:
            self.date_orders[match.header] = "undecided"

    def _check_date_pairs(self) -> None:
        for start, end in DATE_PAIRS.items():
            self._fill_from_range(end)
            if {start, end} <= set(self.frame.columns):
                self._put_into_next_year(start, end)
        self._check_year()
        self.frame = self.frame.drop(name for name in self.frame.columns if name.startswith("_"))

    def _fill_from_range(self, end: str) -> None:
        part = f"_{end}_from_range"
        if part in self.frame.columns:
            known = pl.col(end) if end in self.frame.columns else pl.lit(None, pl.Date)
            self.frame = self.frame.with_columns(pl.coalesce(known, part).alias(end))

    def _put_into_next_year(self, start: str, end: str) -> None:
        """Put a return in January into the year after its departure in December, where the year came from outside."""
        flag = f"_{end}_yearless"
        if flag not in self.frame.columns:
            return
        wraps = (
            (pl.col(end) < pl.col(start))
            & (pl.col(start).dt.month() == 12)
            & (pl.col(end).dt.month() == 1)
            & pl.col(flag)
        )
        rows = self.frame.filter(wraps)[ROW]
        moved = pl.when(wraps).then(pl.col(end).dt.offset_by("1y")).otherwise(end)
        self.frame = self.frame.with_columns(moved.alias(end))
        self.findings.add_rows("date-next-year", rows, column=self.mapping.header(end))
        self.repaired_rows |= set(rows.to_list())

    def _check_year(self) -> None:
        """Warn of dates outside the reporting year, by the date that says when the activity was."""
        first = next(
            (one.name for one in self.category.columns if one.kind is Kind.DATE and one.name != "issue_date"),
            None,
        )
        if self.context.year is None or first not in self.frame.columns:
            return
        outside = self.frame.filter(pl.col(first).dt.year() != self.context.year)
        self.findings.add_rows(
            "date-outside-year",
            outside[ROW],
            column=self.mapping.header(first),
            cells=outside[first].cast(pl.String),
            year=self.context.year,
        )

    # --- numbers

    def _read_numbers(self, column: Column, match: Match) -> None:
        cells = self.cells[match.header]
        if column.unit in _SIGNS:
            cells = cells.str.replace(_SIGNS[column.unit], "")
        parsed = parse_numbers(cells, typed=self.sheet.typed, stated=self.habits.decimal_sign)
        fault = parsed.table["fault"].fill_null("")
        figures = parsed.table["text"].cast(pl.Float64, strict=False)
        lost = figures.is_null() & parsed.table["text"].is_not_null()
        self._report("number-unreadable", (fault == "number-unreadable") | lost, match)
        self._report(
            "number-ambiguous" + ("-required" if column.required else ""), fault == "number-ambiguous", match
        )
        units = units_beside(parsed, match)
        self._report("unit-unsuitable", unsuitable(units, column.unit), match, unit=column.unit)
        values = converted(figures, units, column.unit)
        self._check_size(column, match, values)
        self._check_thousands(match)
        self._add(column.name, values if column.kind is Kind.NUMBER else self._whole(match, values))
        if column.unit is None:
            self._fill_unit(match, units, parsed.table["unit"])

    def _read_months(self, column: Column, match: Match) -> None:
        cells = self.cells[match.header]
        parsed = parse_months(cells)
        self._report("month-unreadable", cells.is_not_null() & parsed["month"].is_null(), match)
        self._add(column.name, parsed["month"])
        self._add(f"{column.name}_year", parsed["year"])

    def _whole(self, match: Match, values: pl.Series) -> pl.Series:
        self._report(
            "number-not-whole", ((values - values.round(0)).abs() > 1e-9).fill_null(value=False), match
        )
        return values.round(0).cast(pl.Int64, strict=False)

    def _check_size(self, column: Column, match: Match, values: pl.Series) -> None:
        if column.minimum is not None:
            self._report(
                "number-below",
                (values < column.minimum).fill_null(value=False),
                match,
                limit=f"{column.minimum:g}",
            )
        if column.maximum is not None:
            self._report(
                "number-above",
                (values > column.maximum).fill_null(value=False),
                match,
                limit=f"{column.maximum:g}",
            )

    def _check_thousands(self, match: Match) -> None:
        """Warn of '2.587' among whole numbers: somebody's point may have separated thousands."""
        cells = self.cells[match.header]
        pointed = cells.str.contains(r"^-?[1-9]\d{0,2}\.\d{3}$").fill_null(value=False)
        if not pointed.any():
            return
        whole = cells.str.contains(r"^-?\d+$").fill_null(value=False)
        filled = cells.len() - cells.null_count()
        others = filled - cells.filter(whole).len() - cells.filter(pointed).len()
        if filled >= _MANY_CELLS and cells.filter(whole).len() >= _WHOLE_SHARE * filled and not others:
            self._report("thousands-dot", pointed, match)

    def _fill_unit(self, match: Match, units: pl.Series, in_cells: pl.Series) -> None:
        """Put units of header and cells into the category's unit column; the unit in a cell holds before that of its row."""
        names = [column.name for column in self.category.columns if column.kind is Kind.UNIT]
        if len(names) != 1 or units.null_count() == units.len():
            return
        header = self.mapping.header(names[0])
        row = pl.lit(self.cells[header] if header else None, dtype=pl.String)
        known = pl.select(cell=pl.lit(in_cells), units=pl.lit(units)).with_columns(row=row)
        differs = known.select((pl.col("cell") != pl.col("row")).fill_null(value=False)).to_series()
        self._report("unit-differs", differs, match)
        before = pl.lit(self.frame[names[0]]) if names[0] in self.frame.columns else pl.lit(None, pl.String)
        self._add(names[0], known.select(pl.coalesce("cell", "row", before, "units")).to_series())

    def _read_money(self) -> None:
        reader = MoneyReader(self.frame, self.context.constants.get("currency"), self.habits.decimal_sign)
        for match in self.mapping.matches:
            if self._kind(match) is Kind.MONEY and not self._personal(match):
                read = reader.read(
                    match.column,
                    self.cells[match.header],
                    match.currency,
                    typed=self.sheet.typed,
                    stated=match.currency_stated,
                )
                fault = read.fault.fill_null("")
                self._report("number-unreadable", fault == "number-unreadable", match)
                self._report("number-ambiguous", fault == "number-ambiguous", match)
                self._report("currency-differs", read.differs, match)
                if read.undecided:
                    self.findings.add(
                        "currency-unknown",
                        column=match.header,
                        count=read.undecided,
                        column_out=read.undecided_column,
                    )
        self.frame = reader.frame
        for column, old, new, rows in reader.renamed:
            self.findings.add_rows(
                "currency-renamed", rows, column=self.mapping.header(column), old=old, new=new
            )
            self.repaired_rows |= set(rows.to_list())

    # --- words

    def _read_choices(self, column: Column, match: Match) -> None:
        cells = self.cells[match.header]
        table = choice_table(column.choices)
        distinct = cells.drop_nulls().unique()
        known = {cell: table.get(squeezed(cell)) for cell in distinct.to_list()}
        values = cells.replace_strict(known, default=None, return_dtype=pl.String) if known else cells
        code = "choice-unknown-required" if column.required or column.strict else "choice-unknown"
        self._report(code, values.is_null() & cells.is_not_null(), match, choices=", ".join(column.choices))
        self._add(column.name, values)

    def _read_yes_no(self, column: Column, match: Match) -> None:
        cells = self.cells[match.header]
        known = {cell: yes_no(cell) for cell in cells.drop_nulls().unique().to_list()}
        values = (
            cells.replace_strict(known, default=None, return_dtype=pl.Boolean)
            if known
            else cells.cast(pl.Boolean, strict=False)
        )
        self._report("yes-no-unreadable", values.is_null() & cells.is_not_null(), match)
        self._add(column.name, values)

    # --- the whole

    def _note_constants(self) -> None:
        """Say which values were given for the whole file; the category puts them in."""
        for name, value in self.context.constants.items():
            if (
                name in {column.name for column in self.category.columns}
                and self.mapping.header(name) is None
            ):
                self.findings.add("constant-used", column=name, value=value)

    def _fill_year(self) -> None:
        """Keep the year of a day that stays open, where both of its readings agree on it."""
        if "year" not in {column.name for column in self.category.columns}:
            return
        days, months = _SINGLE_DAYS & set(self.frame.columns), self._months()
        known_years: list[pl.Expr] = [pl.when(pl.col(day).is_null()).then(f"{day}_year") for day in days]
        for known in [*known_years, *(pl.col(f"{month}_year") for month in months)]:
            stated = pl.col("year") if "year" in self.frame.columns else pl.lit(None, pl.Int64)
            self.frame = self.frame.with_columns(pl.coalesce(stated, known).alias("year"))

    def _months(self) -> list[str]:
        named = [column.name for column in self.category.columns if column.kind is Kind.MONTH]
        return [name for name in named if name in self.frame.columns]

    def _check_required(self) -> None:
        for column in self.category.columns:
            header = self.mapping.header(column.name)
            if not column.required or header is None or column.name not in self.frame.columns:
                continue
            empty = self.cells[header].is_null()
            self.findings.add_rows("value-missing", self.rows.filter(empty), column=header)
