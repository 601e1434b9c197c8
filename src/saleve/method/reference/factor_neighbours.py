"""What an imported factor is compared with: that of the year before or after, that of the edition before, and what Salève holds.

A unit or a column that slipped shows here and nowhere else; all of it asks, nothing of it refuses.
"""

from collections.abc import Iterator, Mapping

import polars as pl

from saleve.language import _, for_reader
from saleve.method.problems import Problem
from saleve.method.reference.assumptions import assumption
from saleve.method.reference.factors import FINE, KEYS, OWN_RECORD

# A row as it is compared: in the units of the method, at the place by which a method chooses.
COMPARED: Mapping[str, pl.DataType] = {
    "row": pl.Int64(),
    "category": pl.String(),
    "place": pl.String(),
    **dict.fromkeys(KEYS, pl.String()),
    "unit": pl.String(),
    "accounting_basis": pl.String(),
    "gwp_set": pl.String(),
    "first": pl.Int64(),  # year of activity
    "last": pl.Int64(),
    "kg": pl.Float64(),  # kg CO2e per unit
}
_SAME = ("category", "place", *KEYS, "unit", "gwp_set")


def of_records(earlier: pl.DataFrame | None) -> pl.DataFrame:
    """Return what was imported before (``OWN_RECORD``), the newest edition of each factor and time, as it is compared."""
    if earlier is None:
        earlier = pl.DataFrame(schema=OWN_RECORD)
    newest = earlier.sort("published").select(
        row=pl.lit(None),
        category="source_category",
        **{name: pl.col(name) for name in ("place", *KEYS)},
        unit="factor_unit",
        accounting_basis="accounting_basis",
        gwp_set="gwp_set",
        first=pl.col("valid_from").dt.year(),
        last=pl.col("valid_to").dt.year(),
        kg="kg_co2e_per_unit",
    )
    return newest.cast(pl.Schema(COMPARED)).unique([*_SAME, "first"], keep="last", maintain_order=True)


def asked(new: pl.DataFrame, earlier: pl.DataFrame, shipped: Mapping[str, pl.DataFrame]) -> Iterator[Problem]:
    """Ask about what moved much, or is far from what is held; all three tables but ``shipped`` as ``COMPARED``."""
    sound = new.filter(pl.col("kg").is_finite())
    yield from _jumps(sound, earlier)
    yield from _editions(sound, earlier)
    yield from _far(sound, shipped)


def _jumps(new: pl.DataFrame, earlier: pl.DataFrame) -> Iterator[Problem]:
    """Ask about a factor that moved much from one year to the next, within the table or beside what was imported before."""
    said = new.select(*_SAME, "first")
    standing = earlier.join(said, on=[*_SAME, "first"], how="anti", nulls_equal=True)
    known = pl.concat([new, standing])
    before = known.select(*_SAME, first=pl.col("last") + 1, before="kg")
    after = standing.select(*_SAME, last=pl.col("first") - 1, after="kg")
    risen = new.join(before, on=[*_SAME, "first"], nulls_equal=True).select("row", "unit", "before", now="kg")
    later = new.join(after, on=[*_SAME, "last"], nulls_equal=True).select(
        "row", "unit", before="kg", now="after"
    )
    for row, unit, was, now in _moved(pl.concat([risen, later])).iter_rows():
        message = _("The factor moved from {before} to {now} per {unit} within a year.")
        text = message.format(before=f"{was:.6g}", now=f"{now:.6g}", unit=unit)
        yield Problem("factor-jump", "warning", text, _check_it(), row, "kg_co2e_per_unit")


def _editions(new: pl.DataFrame, earlier: pl.DataFrame) -> Iterator[Problem]:
    """Ask about a new edition that says something else of the same year."""
    both = new.join(
        earlier.select(*_SAME, "first", before="kg"), on=[*_SAME, "first"], nulls_equal=True
    ).select("row", "unit", "before", now="kg")
    for row, unit, was, now in _moved(both).iter_rows():
        message = _("The edition before has {before} per {unit} for the same time, this one {now}.")
        text = message.format(before=f"{was:.6g}", now=f"{now:.6g}", unit=unit)
        yield Problem("factor-revised", "warning", text, _check_it(), row, "kg_co2e_per_unit")


def _check_it() -> str:
    return for_reader(_("Check it. Import again with --yes if it is right."), _("Check it. Confirm it if it is right."))  # fmt: skip


def _moved(pairs: pl.DataFrame) -> pl.DataFrame:
    limit = assumption("factor_jump_pct") / 100
    return pairs.filter((pl.col("now") - pl.col("before")).abs() > limit * pl.col("before").abs()).sort("row")


def _far(new: pl.DataFrame, shipped: Mapping[str, pl.DataFrame]) -> Iterator[Problem]:
    """Ask about a factor that is many times what Salève holds of the same: of its place where it is held, else of any place."""
    times = assumption("factor_far_times")
    for category, offered in shipped.items():
        rows = new.filter(category=category)
        if rows.is_empty() or "kg_co2e_per_unit" not in offered.columns:
            continue
        for row in rows.iter_rows(named=True):
            low, high = _held(offered, row)
            if high is None or low is None or low / times <= row["kg"] <= high * times:
                continue
            message = _("The factor is {now} per {unit}, but those that Salève holds of it lie between {low} and {high}.")  # fmt: skip
            text = message.format(
                now=f"{row['kg']:.6g}", unit=row["unit"], low=f"{low:.6g}", high=f"{high:.6g}"
            )
            suggestion = for_reader(_("Is it per another unit? Import again with --yes if it is right."), _("Is it per another unit? Confirm it if it is right."))  # fmt: skip
            yield Problem("factor-far", "warning", text, suggestion, row["row"], "kg_co2e_per_unit")


def _held(offered: pl.DataFrame, row: Mapping[str, object]) -> tuple[float | None, float | None]:
    """Return the lowest and highest factor held of the same thing; nothing is too low for a site or supplier: it may be clean."""
    same = [pl.col(key) == row[key] for key in KEYS if key in offered.columns and row[key] is not None]
    alike = offered.filter(pl.col("unit") == row["unit"], *same)
    here = alike.filter(pl.col("place") == row["place"])
    held = here if here.height else alike
    low, high = held["kg_co2e_per_unit"].min(), held["kg_co2e_per_unit"].max()
    fine = str(row["place"]).startswith(tuple(f"{level}:" for level in FINE))
    return (0.0 if fine or here.is_empty() else low), high  # type: ignore[return-value]
