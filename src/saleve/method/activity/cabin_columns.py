"""Cabins for a table of legs: each different label, letters and carrier is read once; uncertainty is told once per file."""

import polars as pl

from saleve.language import _
from saleve.method.activity.cabins import UNCERTAIN, CabinsRead, read_cabins
from saleve.method.problems import Problem, problem_table

_KEYS = ("cabin", "booking_class", "carrier", "coupon", "coupons")
_READ = pl.Schema(
    {
        "_cabin_key": pl.String,
        "cabin": pl.String,
        "cabin_basis": pl.String,
        "cabin_confidence": pl.String,
        "cabin_unknown": pl.String,
        "cabin_fits": pl.Boolean,
    }
)


def with_cabins(legs: pl.DataFrame, default: str) -> pl.DataFrame:
    """Return the legs with ``cabin``, ``cabin_basis`` and columns on how sure that is; ``default`` where nothing is said."""
    spelled = legs.with_columns(_cabin_key=_spelled())
    keys = spelled.select(*_KEYS, "_cabin_key").unique("_cabin_key", maintain_order=True)
    read = pl.DataFrame([_read(row, default) for row in keys.iter_rows(named=True)], _READ, orient="row")
    written = spelled.rename({"cabin": "cabin_written"})
    return written.join(read, on="_cabin_key", how="left", maintain_order="left").drop("_cabin_key")


def cabin_problems(legs: pl.DataFrame) -> pl.DataFrame:
    """Return one note per file on default cabins and on uncertain letters, one warning per label we do not know."""
    return problem_table([*_defaults(legs), *_uncertain(legs), *_unknown(legs), *_misfits(legs)])


def _spelled() -> pl.Expr:
    return pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in _KEYS], separator="\x1f")


def _read(row: dict[str, object], default: str) -> tuple[object, ...]:
    label, letters, carrier = (None if row[name] is None else str(row[name]) for name in _KEYS[:3])
    read: CabinsRead = read_cabins(label, letters, carrier, default)
    coupon, coupons = int(str(row["coupon"])), int(str(row["coupons"]))
    found = read.of_coupon(coupon, coupons)
    return row["_cabin_key"], found.cabin, found.basis, found.confidence, read.unknown, read.fits(coupons)


def _defaults(legs: pl.DataFrame) -> list[Problem]:
    missing = legs.filter((pl.col("cabin_basis") == "default") & pl.col("cabin_unknown").is_null())
    count = missing["source_row"].n_unique()
    if not count:
        return []
    text = _("Rows that do not say the cabin: {count}. The cabin '{cabin}' was taken.").format(
        count=count, cabin=missing["cabin"][0]
    )
    return [Problem("cabin-default", "note", text, _("Add the cabin or the booking class."), column="cabin")]


def _uncertain(legs: pl.DataFrame) -> list[Problem]:
    by_letter = pl.col("cabin_basis").is_in(["letter", "carrier_letter"])
    unsure = legs.filter(by_letter & pl.col("cabin_confidence").is_in(list(UNCERTAIN)))
    if unsure.is_empty():
        return []
    written = pl.coalesce("booking_class", "cabin_written").alias("letter")
    counts = unsure.group_by(written, "cabin").agg(pl.col("source_row").n_unique().alias("rows"))
    ordered = counts.sort(["rows", "letter", "cabin"], descending=[True, False, False])
    shown = [f"{letter} = {cabin} ({count})" for letter, cabin, count in ordered.head(12).iter_rows()]
    rows = unsure["source_row"].n_unique()
    text = _(
        "Rows whose cabin comes from a booking letter that airlines use differently: {count} ({letters})."
    )
    return [
        Problem(
            "cabin-uncertain",
            "note",
            text.format(count=rows, letters="; ".join(shown)),
            column="booking_class",
        )
    ]


def _unknown(legs: pl.DataFrame) -> list[Problem]:
    counts = (
        legs.drop_nulls("cabin_unknown")
        .group_by("cabin_unknown", "cabin_basis", "cabin")
        .agg(pl.col("source_row").n_unique())
    )
    text = _("'{label}' is no cabin that we know; rows for which '{cabin}' was taken: {count}.")
    return [
        Problem(
            "cabin-unknown",
            "warning",
            text.format(label=label, count=count, cabin=cabin),
            _("Write economy, premium economy, business or first."),
            column="cabin",
        )
        for label, _basis, cabin, count in counts.sort("cabin_unknown", "cabin").iter_rows()
    ]


def _misfits(legs: pl.DataFrame) -> list[Problem]:
    count = legs.filter(~pl.col("cabin_fits"))["source_row"].n_unique()
    text = _(
        "Rows with more or fewer booking classes than legs: {count}. The first one was taken for all legs."
    )
    return (
        [Problem("cabins-and-legs-differ", "warning", text.format(count=count), column="booking_class")]
        if count
        else []
    )
