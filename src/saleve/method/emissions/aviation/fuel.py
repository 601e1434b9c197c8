"""Fuel of a whole flight by aircraft and distance (ICAO methodology v13.1 and v9, appendix C).

Linear between the distance columns; below the first and beyond the last the nearest slope goes on (v13.1 prints no rule:
published results for very short routes follow this one).
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from saleve.method.emissions.aviation.parameters import parameter
from saleve.method.reference.icao import fuel_table


def with_fuel(fleet: pl.DataFrame, edition: str = "v13.1") -> pl.DataFrame:
    """Add ``fuel_kg`` to rows with ``equivalent_aircraft`` and ``corrected_distance_km``; null where the type cannot fly that far."""
    table = fuel_table(edition)
    position = {name: index for index, name in enumerate(table.types)}
    rows = fleet["equivalent_aircraft"].replace_strict(position, default=None, return_dtype=pl.Int64)
    known = rows.is_not_null()
    fuel = np.full(len(fleet), np.nan)
    fuel[known.to_numpy()] = interpolate_fuel_kg(
        table.distances_nm,
        table.fuel_kg[rows.drop_nulls().to_numpy()],
        fleet.filter(known)["corrected_distance_km"].to_numpy() / parameter("icao.km_per_nautical_mile"),
    )
    return fleet.with_columns(fuel_kg=pl.Series(fuel, dtype=pl.Float64).fill_nan(None))


def interpolate_fuel_kg(
    columns_nm: NDArray[np.float64], fuel_kg: NDArray[np.float64], distance_nm: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return kg of fuel for each row of ``fuel_kg`` (rows x columns, NaN after the last) at its distance in nautical miles.

    NaN where the distance is missing, or beyond the feasible range of the type.
    """
    last = np.count_nonzero(~np.isnan(fuel_kg), axis=1) - 1
    left = np.clip(np.searchsorted(columns_nm, distance_nm, side="right") - 1, 0, np.maximum(last - 1, 0))
    right = np.minimum(left + 1, last)
    row = np.arange(len(fuel_kg))
    step = np.where(right > left, columns_nm[right] - columns_nm[left], 1.0)
    slope = (fuel_kg[row, right] - fuel_kg[row, left]) / step
    result: NDArray[np.float64] = fuel_kg[row, left] + slope * (distance_nm - columns_nm[left])
    feasible = distance_nm <= parameter("fleet.feasible_range") * columns_nm[last]
    return np.where(feasible, result, np.nan)
