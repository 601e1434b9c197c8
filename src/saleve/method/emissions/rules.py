"""The rules of an inventory: what it counts, on which basis, by which editions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import polars as pl

from saleve.method.emissions.aviation.parameters import AirTravelSettings
from saleve.method.emissions.fuels import FuelSource
from saleve.method.emissions.procurement import Margins
from saleve.method.emissions.waste import WasteSource


@dataclass(frozen=True)
class Rules:
    """How this inventory counts. Every choice is printed in the report's section on method."""

    gwp_set: str = "AR5"
    electricity_basis: Literal["location", "market"] = "location"
    accounting_basis: str = "lifecycle_generation"
    fuel_source: FuelSource = "uk-government"
    refrigerants: Literal["all", "kyoto"] = "all"
    waste_source: WasteSource = "uk-government"
    spend_margins: Margins = "with"
    control_approach: str = "operational"
    staff_definition: str = ""
    air_travel: AirTravelSettings = field(default_factory=AirTravelSettings)
    own_values: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({})
    )  # assumptions it set itself
    grid_factors: pl.DataFrame | None = (
        None  # the organisation's own: place, year, kg_co2e_per_kwh, accounting_basis, name
    )
    exchange_rates: pl.DataFrame | None = None  # the organisation's own: currency, year, usd_per_unit
    price_index: pl.DataFrame | None = None  # the organisation's own: year, index
    account_categories: pl.DataFrame | None = None  # the organisation's own: account, category
    places: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({})
    )  # site -> ISO 3166-1 alpha-3
