"""The columns of one sheet, parsed: text cells in, typed values out, with what was found and what was repaired."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from saleve.ledger.intake.findings import Findings
from saleve.ledger.intake.mapping import ColumnMapping, Match
from saleve.ledger.intake.parsing.dates import DateColumn, Evidence, parse_dates
from saleve.ledger.intake.parsing.money import MoneyReader
from saleve.ledger.intake.parsing.months import parse_months
from saleve.ledger.intake.parsing.numbers import parse_numbers
from saleve.ledger.intake.parsing.text import choice_table, squeezed, yes_no
from saleve.ledger.intake.persons import rows_of_alike_names
from saleve.ledger.intake.reading import ROW, Sheet
from saleve.ledger.intake.survey import POINTED, Facts, Prepared
from saleve.ledger.intake.unit_cells import converted, units_beside, unsuitable
from saleve.method.activity.normalising import REPAIR_SCHEMA, Context
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


@dataclass
class ColumnReader:
    """Reads the mapped columns of one sheet or a part of it; ``frame`` grows by one or more columns for each.

    ``facts`` are those of the whole sheet; what they say of it is told with its first part (``telling``).
    """

    part: Prepared
    facts: Facts
    mapping: ColumnMapping
    category: Category
    context: Context
    findings: Findings
    telling: bool = True
    frame: pl.DataFrame = field(init=False)
    repaired: list[pl.DataFrame] = field(default_factory=list)
    date_orders: dict[str, str] = field(default_factory=dict)

    def read(self) -> pl.DataFrame:
        """Return the rows with ``source_row`` and every column of the category that the file or the user gives."""
        self.frame = self.sheet.frame.select(ROW)
        evidence = self.facts.date_orders()
        for match in self.mapping.matches:
            column = self.category.column(match.column)
            self._read_column(column, match, evidence)
        self._read_money()
        if self.telling:
            self._note_constants()
        self._check_date_pairs()
        self._fill_year()
        self._check_required()
        if self.telling:
            self._note_missing_words()
        return self.frame

    def _read_column(self, column: Column, match: Match, evidence: Mapping[str, Evidence]) -> None:
        if column.personal:
            self._read_persons(column, match)
            return
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
                return
            case Kind.UNIT if column.name in self.frame.columns:
                return
            case _:
                self._add(column.name, self.cells[match.header])

    @property
    def sheet(self) -> Sheet:
        """Return what is read."""
        return self.part.sheet

    @property
    def cells(self) -> Mapping[str, pl.Series]:
        """Return the cells by header."""
        return self.part.cells

    @property
    def repairs(self) -> pl.DataFrame:
        """Return what was repaired (``REPAIR_SCHEMA``)."""
        return pl.concat([pl.DataFrame(schema=REPAIR_SCHEMA), *self.repaired])

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

    def _repaired(
        self, rule: str, where: pl.Series, header: str | None, before: pl.Series, after: pl.Series
    ) -> None:
        """List the cells that a rule changed."""
        table = pl.DataFrame(
            {"row": self.rows, "before": before.cast(pl.String), "after": after.cast(pl.String)}
        )
        named = table.with_columns(pl.lit(header, pl.String).alias("column"), pl.lit(rule).alias("rule"))
        self.repaired.append(named.filter(where).select(REPAIR_SCHEMA.names()))

    def _may(self, rule: str) -> bool:
        return rule not in self.context.switched_off

    def _note_missing_words(self) -> None:
        if found := self.facts.missing_words:
            most = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:8]
            words = ", ".join(f"'{word}' {count}" for word, count in most)
            self.findings.add("missing-words", count=found.total(), words=words)

    # --- persons

    def _read_persons(self, column: Column, match: Match) -> None:
        """Put a keyed hash in the place of each name, or leave the column out; no name goes any further."""
        pseudonym = self.context.pseudonym
        code = "column-personal" if pseudonym is None else "column-pseudonymised"
        if self.telling:
            self.findings.add(code, column=match.header)
        if pseudonym is not None and column.name not in self.frame.columns:
            cells = self.cells[match.header]
            for one, other in rows_of_alike_names(cells, self.rows):
                self.findings.add("persons-alike", row=other, column=match.header, first=one)
            hashes = {cell: pseudonym(cell) for cell in cells.drop_nulls().unique().to_list()}
            self._add(column.name, cells.replace_strict(hashes, default=None, return_dtype=pl.String))

    # --- dates

    def _kind(self, match: Match) -> Kind:
        return self.category.column(match.column).kind

    def _read_dates(self, column: Column, match: Match, evidence: Evidence) -> None:
        parsed = parse_dates(self.part.days[match.header], year=self.context.year, evidence=evidence)
        self._report_dates(column, match, parsed)
        parsed = self._with_serials(match, parsed)
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
        self._report_order(match, parsed.evidence)
        if count := int((parsed.table["yearless"] & parsed.table["date"].is_not_null()).sum()):
            self.findings.add("date-year-given", column=match.header, count=count, year=self.context.year)

    def _with_serials(self, match: Match, parsed: DateColumn) -> DateColumn:
        """Take a spreadsheet's counts of days as dates, if that rule holds."""
        serial = parsed.table["serial"]
        if not self._may("date-serial"):
            self._report("repair-switched-off", serial, match, rule="date-serial")
            unread = [pl.when(~pl.lit(serial)).then(name).alias(name) for name in ("date", "end", "year")]
            return DateColumn(parsed.table.with_columns(unread), parsed.evidence)
        self._report("date-serial", serial, match)
        self._repaired("date-serial", serial, match.header, self.cells[match.header], parsed.table["date"])
        return parsed

    def _report_order(self, match: Match, evidence: Evidence) -> None:
        if evidence.day_first and evidence.month_first:
            self.date_orders[match.header] = "mixed"
            self._tell(
                "date-orders-mixed",
                column=match.header,
                day_first=evidence.day_first,
                month_first=evidence.month_first,
                ambiguous=evidence.ambiguous,
            )
        elif evidence.order and (evidence.ambiguous or evidence.day_first or evidence.month_first):
            self.date_orders[match.header] = evidence.order
            self._tell(
                "date-order",
                column=match.header,
                order=evidence.order,
                evidence=evidence.day_first + evidence.month_first,
                ambiguous=evidence.ambiguous,
            )
        elif evidence.ambiguous:
            self.date_orders[match.header] = "undecided"

    def _tell(self, code: str, *, column: str, **values: int | str) -> None:
        if self.telling:
            self.findings.add(code, row=None, column=column, **values)

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
        where = self.frame.select(wraps.fill_null(value=False)).to_series()
        header, before = self.mapping.header(end), self.frame[end]
        if not self._may("date-next-year"):
            self._left_alone("date-next-year", self.rows.filter(where), header)
            return
        moved = pl.when(wraps).then(pl.col(end).dt.offset_by("1y")).otherwise(end)
        self.frame = self.frame.with_columns(moved.alias(end))
        self.findings.add_rows("date-next-year", self.rows.filter(where), column=header)
        self._repaired("date-next-year", where, header, before, self.frame[end])

    def _left_alone(self, rule: str, rows: pl.Series, header: str | None) -> None:
        self.findings.add_rows("repair-switched-off-kept", rows, column=header, rule=rule)

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
        parsed = parse_numbers(
            self.cells[match.header], typed=self.sheet.typed, evidence=self.facts.numbers[match.header]
        )
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
        if self.facts.thousands[match.header].stand_out:
            pointed = self.cells[match.header].str.contains(POINTED).fill_null(value=False)
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
        reader = MoneyReader(
            self.frame, self.context.constants.get("currency"), renaming=self._may("currency-renamed")
        )
        for match in self.mapping.matches:
            if self._kind(match) is Kind.MONEY and not self._personal(match):
                read = reader.read(
                    match.column,
                    self.cells[match.header],
                    match.currency,
                    typed=self.sheet.typed,
                    stated=match.currency_stated,
                    evidence=self.facts.numbers[match.header],
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
            self._renamed(self.mapping.header(column), old, new, rows)

    def _renamed(self, header: str | None, old: str, new: str, rows: pl.Series) -> None:
        if not self._may("currency-renamed"):
            self._left_alone("currency-renamed", rows, header)
            return
        self.findings.add_rows("currency-renamed", rows, column=header, old=old, new=new)
        where = self.rows.is_in(rows.implode())
        self._repaired(
            "currency-renamed",
            where,
            header,
            *(pl.repeat(code, len(where), eager=True) for code in (old, new)),
        )

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
