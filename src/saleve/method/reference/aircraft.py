"""Aircraft: equivalent types, default seats, default mix; each replaceable by an organisation's own table.

Equivalent types: ICAO calculator, appendix B, then our table of other codes and names. Seats and mix stand in for the
commercial cabin data and schedules of the calculator.
"""

from functools import lru_cache

import polars as pl

from saleve.language import _
from saleve.method.problems import SaleveError
from saleve.method.reference.icao import LATEST, fuel_table
from saleve.method.reference.packages import table

SHARE_TOLERANCE = 0.01  # shares are published with four digits

BAND_EDGES = ("distance_km_from", "distance_km_to")


def equivalent_aircraft(code: str, version: str = LATEST) -> str | None:
    """Return the equivalent type of a code or name, or None if there is none."""
    found: str | None = equivalents([code], version)["equivalent_aircraft"].item()
    return found


def equivalents(codes: list[str], version: str = LATEST) -> pl.DataFrame:
    """Return ``code, equivalent_aircraft, has_fuel, has_seats, how``, one row for each code in the order given.

    ``how``: appendix-b, appendix-c, synonym, designator, name, surface (a train or bus), or unknown.
    Case, blanks and punctuation do not matter. A type that is known and has no sound equivalent has none.
    """
    asked = pl.DataFrame({"code": codes}, schema={"code": pl.String})
    found = asked.with_columns(_key("code")).join(
        _codes(version), on="lookup_key", how="left", maintain_order="left"
    )
    return found.select(
        "code",
        "equivalent_aircraft",
        _is_in("equivalent_aircraft", fuel_table(version).types).alias("has_fuel"),
        _is_in("equivalent_aircraft", _types_with_seats()).alias("has_seats"),
        pl.col("how").fill_null("unknown"),
    )


def known_codes(version: str = LATEST) -> list[str]:
    """Return all codes and names that have an entry, for suggestions."""
    return _codes(version)["known_as"].to_list()


def seats(override: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return seats, pitch and area factors by ``equivalent_aircraft`` and ``variant``.

    Rows of ``override`` (same columns) replace those of the same type and variant, or add to them.
    """
    return _with_own(table("aircraft_seats", "seats"), override, ["equivalent_aircraft", "variant"])


def mix_by_route_group(override: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return shares of departures by route group, distance band, period and type; own cells replace whole cells."""
    return _mix("by_route_group", override, ["route_group", "band", "period"])


def mix_by_band(override: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return shares of departures by distance band, period and type; own cells replace whole cells."""
    return _mix("by_band", override, ["band", "period"])


def _mix(resource: str, override: pl.DataFrame | None, cell: list[str]) -> pl.DataFrame:
    if override is not None:
        _check_shares(override, [*cell, "equivalent_aircraft", "share_of_departures"], cell)
    mix = _with_own(table("aircraft_mix", resource), override, cell)
    edges = [pl.col(edge).fill_null(pl.col(edge).max().over("band")) for edge in BAND_EDGES]
    return mix.with_columns(edges)


def _with_own(ours: pl.DataFrame, own: pl.DataFrame | None, key: list[str]) -> pl.DataFrame:
    if own is None:
        return ours
    _check_columns(own, key)
    kept = ours.join(own, on=key, how="anti", maintain_order="left")
    common = [pl.col(name).cast(ours.schema[name]) for name in own.columns if name in ours.columns]
    return pl.concat([kept, own.select(common)], how="diagonal")


def _check_columns(own: pl.DataFrame, needed: list[str]) -> None:
    missing = [name for name in needed if name not in own.columns]
    if missing:
        message = _(
            "Your own aircraft table has no column {columns}. Add it, or take our table as a pattern."
        )
        raise SaleveError(message.format(columns=", ".join(missing)))


def _check_shares(own: pl.DataFrame, needed: list[str], cell: list[str]) -> None:
    _check_columns(own, needed)
    sums = own.group_by(cell).agg(pl.col("share_of_departures").sum())
    wrong = sums.filter((pl.col("share_of_departures") - 1).abs() > SHARE_TOLERANCE).sort(cell)
    if wrong.height:
        first = wrong.row(0)
        message = _("In your own aircraft mix the shares of {cell} add up to {total}. They must add up to 1.")
        raise SaleveError(message.format(cell=", ".join(map(str, first[:-1])), total=round(first[-1], 4)))


def _key(column: str) -> pl.Expr:
    """Return the code as look-ups compare it: capitals and digits only."""
    return pl.col(column).str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "").alias("lookup_key")


def _is_in(column: str, names: tuple[str, ...]) -> pl.Expr:
    return pl.col(column).is_in(names).fill_null(value=False)


@lru_cache
def _types_with_seats() -> tuple[str, ...]:
    return tuple(table("aircraft_seats", "seats")["equivalent_aircraft"].unique(maintain_order=True))


@lru_cache
def _codes(version: str) -> pl.DataFrame:
    """Return every code once: appendix B first, then appendix C, then our own table."""
    printed = table("icao_calculator", "aircraft").filter(pl.col("edition") == version)
    appendix_b = printed.select("equivalent_aircraft", known_as="aircraft_code", how=pl.lit("appendix-b"))
    types = pl.Series("equivalent_aircraft", fuel_table(version).types)
    appendix_c = types.to_frame().with_columns(known_as="equivalent_aircraft", how=pl.lit("appendix-c"))
    own = table("aircraft_codes", "codes").select("equivalent_aircraft", known_as="code", how="kind")
    every = pl.concat([appendix_b, appendix_c, own], how="diagonal").with_columns(_key("known_as"))
    return every.unique("lookup_key", keep="first", maintain_order=True)
