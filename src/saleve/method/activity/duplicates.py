"""Lines that several files (or one file twice) hold: which are certainly the same, which only look so, and which one stands.

Quality checks against double counting, IPCC 2006 Guidelines, vol. 1, ch. 6. Tickets have rules of their own and are left alone.
The answer depends on the set of rows alone, so that neither the order of files nor that of loading shows in it.
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.rows import before, in_series
from saleve.method.activity.standing import (
    CROSSING_SCHEMA,
    KEY,
    crossing_findings,
    crossing_joined,
    entries,
    kind_columns,
    place,
    real_rows,
)

NETTED = pl.Schema(
    {
        "batch": pl.String(),
        "source_sheet": pl.String(),
        "source_row": pl.Int64(),
        "legs": pl.List(pl.Int64()),  # always null: the whole entry
        "reason": pl.String(),
        "by_batch": pl.String(),
        "by_sheet": pl.String(),
        "by_row": pl.Int64(),
    }
)
# Journeys repeat themselves: the same day, place and class is no sign that a line is a copy.
TRAVEL = ("air_travel", "home_leave", "ground_travel")
_NUMBERS = ("document_number", "invoice_number", "serial_number", "meter")
_BY = {"batch": "by_batch", "source_sheet": "by_sheet", "source_row": "by_row", "source_file": "by_file"}
_NOT_COMPARED = frozenset(
    {*KEY, "revision", "file_sha256", "source_file", "start", "end", "days", "year", "period_start", "period_end"}
)  # fmt: skip


def duplicates(activity: pl.DataFrame | pl.LazyFrame, category: str) -> pl.DataFrame:
    """Return the lines that certainly repeat another line, each with the one that stands (``NETTED``).

    Certain: the same meter or document number, the same kind and site, the same first and last day, the same amount. Of several
    copies the one whose ``KEY`` comes first stands. A meter's readings of one single day are never certain: readings by the hour
    carry the same date.
    """
    return _netted(_certain(_compared(activity, category)))


def duplicate_problems(activity: pl.DataFrame | pl.LazyFrame, category: str) -> pl.DataFrame:
    """Return a note for each certain duplicate and a warning for each line that looks like one of another file."""
    lines = _compared(activity, category)
    certain = _certain(lines)
    return crossing_joined([_certain_told(certain), _likely_told(_likely(lines, certain))])


def overlap_problems(activity: pl.DataFrame | pl.LazyFrame, category: str) -> pl.DataFrame:
    """Warn where a bill covers days that a bill of the same meter in another file covers; copies are not told again."""
    lines = _compared(activity, category)
    if "meter" not in lines.columns:
        return pl.DataFrame(schema=CROSSING_SCHEMA)
    bills = lines.filter(pl.col("meter").is_not_null()).join(
        _certain(lines), on=KEY, how="anti", maintain_order="left"
    )
    known = _with_furthest_before(bills)
    return crossing_findings(
        known,
        (pl.col("start") < pl.col("_until")) & (pl.col("batch") != pl.col("by_batch")),
        code="period-overlap-files",
        severity="warning",
        column="period_start",
        message=_("{here}: the period from {start} to {end} of meter {meter} overlaps the one in {there}."),
        suggestion=_("Check whether one is a corrected bill or a total of the other, and withdraw the one that does not count."),
        values={"start": "start", "end": "end", "meter": "meter", "there": "_there"},
    )  # fmt: skip


def restated_problems(activity: pl.DataFrame | pl.LazyFrame, category: str) -> pl.DataFrame:
    """Warn, once for each pair of files, where two give different figures for the same site, unit, kind and period.

    So it is when a list of people, areas or bills without meter numbers is sent again with corrections. Both count, unless one is
    withdrawn. Bills with meter numbers are told by their overlap; refills may happen more than once a day.
    """
    lines = _compared(activity, category)
    if "meter" in lines.columns:
        lines = lines.filter(pl.col("meter").is_null())
    if "refrigerant" in lines.columns:
        lines = lines.clear()
    described = [*kind_columns(lines), *(name for name in ("unit", "definition") if name in lines.columns)]
    copies = _copies(lines, [*dict.fromkeys(described), "start", "end"], beside=("quantity",))
    others = copies.filter(pl.col("batch") != pl.col("by_batch"), pl.col("quantity") != pl.col("by_quantity"))
    per_pair = others.group_by("batch", "by_batch", maintain_order=True).agg(
        pl.all().exclude("batch", "by_batch").first(), pl.len().alias("_count")
    )
    return crossing_findings(
        _there(per_pair),
        pl.lit(value=True),
        code="figure-restated",
        severity="warning",
        message=_("{here}: {there} gives another figure for the same site, unit and period (rows of this kind: {count}). Both count."),
        suggestion=_("If the file is a new edition of the other, withdraw the older one."),
        values={"there": "_there", "count": "_count"},
    )  # fmt: skip


def _compared(activity: pl.DataFrame | pl.LazyFrame, category: str) -> pl.DataFrame:
    rows = real_rows(activity)
    return entries(rows.clear() if category in TRAVEL else rows)


def _certain(lines: pl.DataFrame) -> pl.DataFrame:
    numbers = [name for name in _NUMBERS if name in lines.columns]
    found = [_copies(lines.filter(_identified(name)), _key(lines, name)) for name in numbers]
    empty = _with_standing(lines.clear(), ["start"])
    # a line may be a copy by its document and by its meter: it is netted once, by the line of the lowest name
    copies = pl.concat([empty, *found]).sort(*KEY, "by_batch", "by_sheet", "by_row")
    return copies.unique(KEY, keep="first", maintain_order=True)


def _identified(name: str) -> pl.Expr:
    named = pl.col(name).is_not_null() & pl.col("quantity").is_not_null()
    return named & (pl.col("start") < pl.col("end")) if name == "meter" else named


def _key(lines: pl.DataFrame, number: str) -> list[str]:
    return [*dict.fromkeys([number, *kind_columns(lines)]), "start", "end", "quantity"]


def _likely(lines: pl.DataFrame, certain: pl.DataFrame) -> pl.DataFrame:
    """Lines that are alike in everything that their files say, and come from different files."""
    content = [name for name in lines.columns if name not in _NOT_COMPARED]
    left = lines.join(certain, on=KEY, how="anti", maintain_order="left")
    alike = _copies(left, [*content, "start", "end"])
    return alike.filter(pl.col("batch") != pl.col("by_batch"))


def _copies(lines: pl.DataFrame, same: list[str], beside: tuple[str, ...] = ()) -> pl.DataFrame:
    """Return the lines that are not the first of those that are the same, with the name of the first."""
    known = _with_standing(lines, same, beside)
    first = pl.all_horizontal(pl.col(name) == pl.col(by) for name, by in _BY.items() if name in KEY)
    return known.filter(~first)


def _with_standing(lines: pl.DataFrame, same: list[str], beside: tuple[str, ...] = ()) -> pl.DataFrame:
    ordered = lines.sort(KEY)
    taken = {**_BY, **{name: f"by_{name}" for name in beside}}
    firsts = ordered.unique(same, keep="first", maintain_order=True).select(
        *same, *(pl.col(name).alias(by) for name, by in taken.items())
    )
    return ordered.join(firsts, on=same, how="left", nulls_equal=True, maintain_order="left")


def _netted(copies: pl.DataFrame) -> pl.DataFrame:
    said = copies.with_columns(pl.lit("duplicate").alias("reason"), pl.lit(None).alias("legs"))
    return said.select(NETTED.names()).cast(NETTED)


def _certain_told(copies: pl.DataFrame) -> pl.DataFrame:
    return crossing_findings(
        _there(copies),
        pl.lit(value=True),
        code="bill-twice",
        severity="note",
        message=_("{here}: the same meter or document, period and amount stand in {there}. This one does not count."),
        values={"there": "_there"},
    )  # fmt: skip


def _likely_told(copies: pl.DataFrame) -> pl.DataFrame:
    return crossing_findings(
        _there(copies),
        pl.lit(value=True),
        code="bill-perhaps-twice",
        severity="warning",
        message=_("{here}: everything is as in {there}, but no number tells whether it is the same. Both count."),
        suggestion=_("Withdraw one of the two if they are the same, or give meter or document numbers."),
        values={"there": "_there"},
    )  # fmt: skip


def _there(lines: pl.DataFrame) -> pl.DataFrame:
    renamed = lines.with_columns(pl.col(by).alias(f"{name}_other") for name, by in _BY.items())
    return renamed.with_columns(place("_other").alias("_there"))


def _with_furthest_before(bills: pl.DataFrame) -> pl.DataFrame:
    """Add the earlier bill of the same series that reaches furthest, and its last day."""
    ordered = in_series(
        bills.with_columns(pl.col("start").alias("period_start"), pl.col("end").alias("period_end")).sort(
            KEY
        ),
        kind_columns(bills),
    ).sort("series", "start", "end", *KEY)
    day = pl.col("end").cast(pl.Int32)
    furthest = day == day.cum_max().over("series")
    leading = [
        pl.when(furthest).then(pl.col(name)).forward_fill().over("series").alias(f"_lead_{name}")
        for name in (*_BY, "end")
    ]
    led = ordered.with_columns(leading)
    known = led.with_columns(
        before("_lead_end").alias("_until"),
        *(before(f"_lead_{name}").alias(by) for name, by in _BY.items()),
    )
    return _there(known)
