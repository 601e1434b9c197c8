"""The columns that every emission method adds to its table of activity.

``emissions.<category>.estimate(activity, ...)`` returns the activity table plus these columns, in kg of CO2 equivalent.
Uncertainty is carried as half-widths of the 95 % range in percent of the row's value, in two parts: what the row shares with
all rows of the same ``shared_key`` (one factor, one layout convention: they err together) and what it shares only with rows of
the same ``independent_key`` (IPCC 2006 Guidelines, vol. 1, ch. 3, approach 1).
"""

import polars as pl

DIMENSIONS = pl.Schema(
    {
        "year": pl.Int64,
        "source": pl.String,  # source category: the name of the emissions file
        "category": pl.String,  # travel category, fuel, energy carrier, refrigerant, stream of waste ...
        "unit": pl.String,  # organisational unit
        "site": pl.String,
        "region": pl.String,  # air travel: ICAO route group; else null
        "haul": pl.String,  # air travel: short, medium, long
        "cabin": pl.String,
        "scope": pl.Int64,  # 1, 2 or 3 (GHG Protocol)
        "boundary": pl.String,  # minimum; optional, offset, memo (each counted apart, never in the total)
        "electricity_basis": pl.String,  # location or market for purchased energy that has both; else null
    }
)

RESULTS = pl.Schema(
    {
        "co2_kg": pl.Float64,
        "ch4_kg_co2e": pl.Float64,
        "n2o_kg_co2e": pl.Float64,
        "fgas_kg_co2e": pl.Float64,  # HFC, PFC, SF6, NF3: the Kyoto gases
        "unsplit_kg_co2e": pl.Float64,  # published as CO2e only
        "kg_co2e": pl.Float64,  # the sum of the five; null when it cannot be computed
        "factor_id": pl.String,
        "factor_level": pl.String,  # site, supplier, city, country, region, stand_in, world; null: no choice by place
        "accounting_basis": pl.String,  # direct, lifecycle, consumption, supplier ...
        "method": pl.String,  # such as icao-13.1
        "quality": pl.String,  # tier of the estimate, in the words of the method page
        "estimated": pl.Boolean,  # a default or proxy stood in for a fact of this row
        "independent_key": pl.String,
        "independent_low_pct": pl.Float64,
        "independent_high_pct": pl.Float64,
        "shared_key": pl.String,
        "shared_low_pct": pl.Float64,
        "shared_high_pct": pl.Float64,
    }
)

# What was done, so that a figure can say it: 1,204 legs; 3,100 MWh.
AMOUNTS = pl.Schema(
    {
        "amount": pl.Float64,
        "amount_unit": pl.String,
        "rows": pl.Int64,
        "passengers": pl.Float64,  # of air travel: persons times flights; else null
    }
)

CELL = pl.Schema({**DIMENSIONS, **RESULTS, **AMOUNTS})
