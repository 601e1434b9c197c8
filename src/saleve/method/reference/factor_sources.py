"""Which factors an organisation can bring of its own: one entry a source category says by which columns a factor is chosen.

The import checks by it, and the methods that name their source category (``emissions.factor_based.with_factors``) choose by it.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import polars as pl

from saleve.method.reference import factors
from saleve.method.reference.gwp import refrigerants
from saleve.method.reference.packages import table

_SITE: Mapping[str, str] = MappingProxyType({"site": "site"})
_BILL: Mapping[str, str] = MappingProxyType({"site": "site", "supplier": "supplier"})
_NOBODY: Mapping[str, str] = MappingProxyType({})


class FactorSource(NamedTuple):
    """How the factors of a source category are chosen, beside place and time."""

    # What may be asked for: the ``key`` columns, ``unit``, ``accounting_basis``; nulls where nothing is shipped.
    offers: Callable[[], pl.DataFrame]
    key: tuple[str, ...] = ()
    levels: Mapping[str, str] = _NOBODY  # level finer than a country -> column of activity that names it
    also: str | None = None  # source category whose own factors serve where this one has none


def _bare(unit: str, **key: str) -> pl.DataFrame:
    return pl.DataFrame({**key, "unit": [unit], "accounting_basis": [None]})


def _passenger_km_once() -> pl.DataFrame:
    """The sources write passenger-km in two ways."""
    unit = pl.col("unit").str.replace(".", "_", literal=True)
    return factors.ground_factors().with_columns(unit)


def _ways_and_telework() -> pl.DataFrame:
    return pl.concat([_passenger_km_once(), factors.telework_factors()], how="diagonal")


def _items_and_waste() -> pl.DataFrame:
    return pl.concat([factors.event_factors(), _bare("kg", item="waste")], how="diagonal_relaxed")


SOURCES: Mapping[str, FactorSource] = MappingProxyType(
    {
        "electricity": FactorSource(lambda: table("grid_intensity", "factors"), (), _BILL),
        "fuels": FactorSource(factors.fuel_factors, ("fuel",), _BILL),
        "district_energy": FactorSource(factors.district_factors, ("carrier",), _BILL),
        "refrigerants": FactorSource(
            lambda: refrigerants().select("refrigerant", unit=pl.lit("kg"), accounting_basis=None),
            ("refrigerant",),
        ),
        "waste": FactorSource(factors.waste_factors, ("stream", "treatment"), _BILL),
        "water": FactorSource(factors.water_factors, ("service",), _BILL),
        "paper": FactorSource(factors.paper_factors, ("fibre",), _BILL),
        "procurement": FactorSource(
            lambda: table("spending", "factors"), ("sector",), MappingProxyType({"supplier": "vendor"})
        ),
        "ict": FactorSource(factors.device_factors, ("equipment",), _BILL),
        "ground_travel": FactorSource(_passenger_km_once, ("transport",), _SITE),
        "vehicles": FactorSource(_passenger_km_once, ("transport",), _SITE, also="ground_travel"),
        "commuting": FactorSource(_ways_and_telework, ("transport",), _SITE, also="ground_travel"),
        "hotels": FactorSource(
            factors.hotel_factors, (), MappingProxyType({"supplier": "hotel", "city": "city"})
        ),
        "events": FactorSource(
            _items_and_waste, ("item",), MappingProxyType({"site": "site", "city": "city"})
        ),
        "virtual_meetings": FactorSource(
            lambda: _bare("participant_hour"), (), MappingProxyType({"supplier": "platform"})
        ),
    }
)  # fmt: skip


def with_own(shipped: pl.DataFrame, source: str, key: tuple[str, ...]) -> pl.DataFrame:
    """Return the factors with the organisation's own of this source category; they replace all shipped ones of their place."""
    also = SOURCES[source].also
    beside = with_own(shipped, also, key) if also else shipped
    return factors.with_own(beside, source, key)


def level_columns(source: str | None, columns: list[str]) -> dict[str, str]:
    """Return level -> the column of these that names it; rows of another source category may carry it under the level's own name."""
    named = SOURCES[source].levels if source else _NOBODY
    wanted = {level: named.get(level, level) for level in factors.FINE}
    found = {level: column if column in columns else level for level, column in wanted.items()}
    return {level: column for level, column in found.items() if column in columns}
