"""Tables of the ICAO Carbon Emissions Calculator, editions v9 (2016) and v13.1 (2024), appendices A, C and D."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from saleve.method.reference.packages import table
from saleve.method.reference.suggestions import unknown

PACKAGE = "icao_calculator"
LATEST = "v13.1"


@dataclass(frozen=True, slots=True, eq=False)
class FuelTable:
    """Fuel of a flight in kg: one row an equivalent aircraft, one column a distance; nan beyond the type's last column."""

    edition: str
    types: tuple[str, ...]
    distances_nm: npt.NDArray[np.float64]
    fuel_kg: npt.NDArray[np.float64]

    def row_of(self) -> dict[str, int]:
        """Return the row number of each equivalent aircraft."""
        return {name: row for row, name in enumerate(self.types)}


@lru_cache
def fuel_table(version: str = LATEST) -> FuelTable:
    """Return appendix C of the edition.

    Raises ``UnknownReferenceError`` for an edition that we do not hold.
    """
    _check(version)
    wide = (
        table(PACKAGE, "fuel")
        .filter(pl.col("edition") == version)
        .sort("distance_nm")
        .pivot(on="distance_nm", index="equivalent_aircraft", values="fuel_kg")
        .sort("equivalent_aircraft")
    )
    distances = wide.columns[1:]
    return FuelTable(
        edition=version,
        types=tuple(wide["equivalent_aircraft"]),
        distances_nm=_frozen(np.array(distances, dtype=float)),
        fuel_kg=_frozen(wide.select(pl.col(distances).fill_null(float("nan"))).to_numpy().astype(float)),
    )


@lru_cache
def route_group_table(version: str = LATEST) -> pl.DataFrame:
    """Return the route group, load factor and cargo factor of each pair of regions, in both directions.

    v9 has the column ``domestic`` too: its pairs within one region stand once for flights between countries (false) and
    once for flights within one (true). v9 divides Central/South West Asia; the undivided region is there as well.
    """
    _check(version)
    factors = table(PACKAGE, "load_factors").drop("source_clause", "traffic_year")
    pairs = table(PACKAGE, "route_groups").filter(pl.col("edition") == version)
    turned = pairs.filter(pl.col("region_a") != pl.col("region_b")).rename(
        {"region_a": "region_b", "region_b": "region_a"}
    )
    both = pl.concat([pairs, turned.select(pairs.columns)]).join(factors, on=["edition", "route_group"])
    domestic = ["domestic"] if version == "v9" else []
    columns = ["region_a", "region_b", *domestic, "route_group", "load_factor", "cargo_factor"]
    return both.select(columns).sort(columns[:-3])


def metro_groups() -> pl.DataFrame:
    """Return ``city_code`` and ``airport_code`` of cities with a code of their own (appendix D of v13.1)."""
    return table(PACKAGE, "metro_groups").select("city_code", "airport_code")


def editions() -> list[str]:
    """Return the editions that we hold."""
    return table(PACKAGE, "editions")["edition"].to_list()


def _check(version: str) -> None:
    if version not in editions():
        raise unknown(version, editions())


def _frozen(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    values.setflags(write=False)
    return values
