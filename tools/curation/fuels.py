"""Fuels: UK Government factors by year and IPCC 2006 defaults with their bounds; properties of fuels."""

import polars as pl

from .factors import FACTS, OGL, finish, gases, open_period, years
from .package import Package, Resource, shared

# our id: (title, last part of the DESNZ key, IPCC 2006 fuel whose carbon content bounds apply)
FUELS = {
    "natural_gas": ("Natural gas", "gaseous_fuels.natural_gas", "natural_gas"),
    "cng": ("Compressed natural gas", "gaseous_fuels.cng", "natural_gas"),
    "lng": ("Liquefied natural gas", "gaseous_fuels.lng", "natural_gas"),
    "lpg": ("Liquefied petroleum gas", "gaseous_fuels.lpg", "liquefied_petroleum_gases"),
    "propane": ("Propane", "gaseous_fuels.propane", "liquefied_petroleum_gases"),
    "butane": ("Butane", "gaseous_fuels.butane", "liquefied_petroleum_gases"),
    "gas_oil": ("Gas oil (heating oil)", "liquid_fuels.gas_oil", "gas_diesel_oil"),
    "burning_oil": ("Burning oil (kerosene for heating)", "liquid_fuels.burning_oil", "other_kerosene"),
    "fuel_oil": ("Heavy fuel oil", "liquid_fuels.fuel_oil", "residual_fuel_oil"),
    "diesel_mineral": ("Diesel, 100 % mineral", "liquid_fuels.diesel_100_mineral_diesel", "gas_diesel_oil"),
    "diesel_blend": (
        "Diesel, average UK biofuel blend",
        "liquid_fuels.diesel_average_biofuel_blend",
        "gas_diesel_oil",
    ),
    "petrol_mineral": ("Petrol, 100 % mineral", "liquid_fuels.petrol_100_mineral_petrol", "motor_gasoline"),
    "petrol_blend": (
        "Petrol, average UK biofuel blend",
        "liquid_fuels.petrol_average_biofuel_blend",
        "motor_gasoline",
    ),
    "aviation_turbine_fuel": ("Aviation turbine fuel", "liquid_fuels.aviation_turbine_fuel", "jet_kerosene"),
    "coal_domestic": ("Coal, domestic", "solid_fuels.coal_domestic", "other_bituminous_coal"),
    "coal_industrial": ("Coal, industrial", "solid_fuels.coal_industrial", "other_bituminous_coal"),
}
BIOMASS = {
    "wood_pellets": ("Wood pellets", "biomass.wood_pellets", "isw_wood"),
    "wood_logs": ("Wood logs", "biomass.wood_logs", "isw_wood"),
    "wood_chips": ("Wood chips", "biomass.wood_chips", "isw_wood"),
    "biogas": ("Biogas", "biogas.biogas", "other_biogas"),
}
UNITS = {
    "kwh_gross_cv": ("kWh (gross CV)", "gross"),
    "kwh_net_cv": ("kWh (net CV)", "net"),
    "kwh": ("kWh", None),
    "litres": ("litre", None),
    "cubic_metres": ("m3", None),
    "tonnes": ("tonne", None),
}
KWH_PER_TJ = 1e12 / 3.6e6
BIOMASS_RANGE_PCT = (50.0, 100.0)


def package() -> Package:
    """Return the package ``fuels``."""
    return Package(
        name="fuels",
        title="Combustion of fuels by year, with calorific basis; IPCC 2006 defaults with bounds; properties of fuels",
        description="UK Government conversion factors 2016-2024 (CO2, CH4, N2O in kg CO2e; GWP of AR4 to 2022 and of AR5 from 2023), "
        "and IPCC 2006 default CO2 with lower and upper bounds. The UK source states no uncertainty: the bounds of the "
        "IPCC carbon content of the same fuel (vol. 2, table 1.3) stand in (derived). Wood and biogas: CH4 and N2O only, "
        "range 50 % down and 100 % up is our assumption; their CO2 is biogenic, outside the scopes, in the table "
        "biogenic. IPCC default CH4 and N2O are not shipped: they could not be checked. The energy unit of wood and "
        "biogas has no calorific basis in the source. The total is as printed; where the printed parts miss "
        "it by a rounded digit, CO2 takes that up. Upstream emissions are not included. Contains public sector "
        "information licensed under the Open Government Licence v3.0.",
        edition="UK Government 2016-2024; IPCC 2006",
        publisher="UK Government (BEIS/DESNZ) GHG conversion factors for company reporting; IPCC 2006 Guidelines, vol. 2, ch. 1",
        path="https://www.gov.uk/government/collections/government-conversion-factors-for-company-reporting",
        licence=OGL,
        more_licences=(FACTS,),
        accounting_basis="direct_combustion",
        valid_from=None,
        valid_to=None,
        resources=(_factors(), _biogenic(), _properties(), _names()),
    )


def _factors() -> Resource:
    table = pl.concat([_desnz(), _ipcc()])
    return Resource("factors", table, ("factor_id",), "One record a fuel, unit and edition")


def _desnz() -> pl.DataFrame:
    keys = {f"fuels.{key}": fuel for fuel, (_, key, _) in FUELS.items()}
    keys |= {f"bioenergy.{key}": fuel for fuel, (_, key, _) in BIOMASS.items()}
    parts = pl.col("activity_key").str.split("|")
    source = shared("factors_desnz.csv").with_columns(
        parts.list.get(0).replace_strict(keys, default=None).alias("fuel"),
        parts.list.get(1).alias("unit_key"),
    )
    known = source.drop_nulls("fuel").join(_bounds(), on="fuel", how="left")
    return finish(
        known.with_columns(
            pl.format("fuel.desnz.{}.{}.{}", "fuel", "unit_key", "year_valid_from").alias("factor_id"),
            pl.lit("GBR").alias("place"),
            *years(),
            *gases(),
            pl.col("year_valid_from").alias("edition"),
            pl.lit("direct_combustion").alias("accounting_basis"),
            _unit(0).alias("unit"),
            _unit(1).alias("calorific_basis"),
            pl.lit("published").alias("quality"),
        ),
        "fuel",
        "calorific_basis",
    )


def _unit(position: int) -> pl.Expr:
    names = {key: value[position] for key, value in UNITS.items()}
    return pl.col("unit_key").replace_strict(names, return_dtype=pl.String)


def _bounds() -> pl.DataFrame:
    """Return the range of each fuel: IPCC carbon content for fossil fuels, our assumption for biomass."""
    energy = _ipcc_energy().select(
        "ipcc", "low_pct", "high_pct", pl.lit("derived").alias("uncertainty_basis")
    )
    of_fuel = pl.DataFrame(
        [(fuel, names[2]) for fuel, names in FUELS.items()], orient="row", schema=["fuel", "ipcc"]
    )
    fossil = of_fuel.join(energy, on="ipcc").drop("ipcc")
    low, high = BIOMASS_RANGE_PCT
    biomass = pl.DataFrame({"fuel": list(BIOMASS)}).with_columns(
        pl.lit(low).alias("low_pct"),
        pl.lit(high).alias("high_pct"),
        pl.lit("assumption").alias("uncertainty_basis"),
    )
    return pl.concat([fossil, biomass])


def _ipcc_source() -> pl.DataFrame:
    return shared("factors_fuels_ipcc2006.csv").with_columns(
        pl.col("activity").str.strip_prefix("fuel.").alias("ipcc")
    )


def _ipcc_energy() -> pl.DataFrame:
    """Return IPCC CO2 by energy (net), with the bounds in percent of the value."""
    value = pl.col("co2").cast(pl.Float64)
    bound = [
        pl.col("notes").str.extract(r"CO2 95% range (\d+)-(\d+)", group).cast(pl.Float64) for group in (1, 2)
    ]
    return (
        _ipcc_source()
        .filter(pl.col("unit") == "TJ_ncv")
        .with_columns(
            ((1 - bound[0] / value) * 100).round(2).alias("low_pct"),
            ((bound[1] / value - 1) * 100).round(2).alias("high_pct"),
            (value / KWH_PER_TJ).round(8).alias("kg_per_kwh"),
        )
    )


def _ipcc() -> pl.DataFrame:
    fuels = pl.DataFrame([(fuel, names[2]) for fuel, names in FUELS.items() if fuel not in ("cng", "lng", "propane", "butane")],
                         orient="row", schema=["fuel", "ipcc"])  # fmt: skip
    fuels = fuels.filter(~pl.col("fuel").str.ends_with("_blend"))
    energy = _ipcc_energy().select(
        "ipcc", "source", "source_table", "low_pct", "high_pct", pl.col("kg_per_kwh").alias("co2_kg_per_unit"),
        pl.lit("kWh (net CV)").alias("unit"), pl.lit("net").alias("calorific_basis"), pl.lit("kwh_net_cv").alias("unit_key"),
    )  # fmt: skip
    half = pl.col("uncertainty_pct").cast(pl.Float64)
    mass = _ipcc_source().filter(pl.col("unit") == "t").select(
        "ipcc", "source", "source_table", half.alias("low_pct"), half.alias("high_pct"),
        pl.col("co2").cast(pl.Float64).alias("co2_kg_per_unit"),
        pl.lit("tonne").alias("unit"), pl.lit(None, pl.String).alias("calorific_basis"), pl.lit("tonnes").alias("unit_key"),
    )  # fmt: skip
    table = fuels.join(pl.concat([energy, mass]), on="ipcc")
    return finish(
        table.with_columns(
            pl.format("fuel.ipcc2006.{}.{}", "fuel", "unit_key").alias("factor_id"),
            pl.lit("WORLD").alias("place"),
            *open_period(),
            pl.lit("2006").alias("edition"),
            pl.lit("direct_combustion").alias("accounting_basis"),
            pl.lit("not applicable: CO2 only").alias("gwp_set"),
            pl.col("co2_kg_per_unit").alias("kg_co2e_per_unit"),
            pl.lit("published").alias("uncertainty_basis"),
            pl.lit("facts-with-attribution").alias("licence"),
            pl.lit("Read in the PyPI package bonsai_ipcc 0.5.3 (MIT)").alias("licence_note"),
            pl.lit("derived").alias("quality"),
        ),
        "fuel",
        "calorific_basis",
    )


def _biogenic() -> Resource:
    fuels = pl.DataFrame(
        [(fuel, names[2]) for fuel, names in BIOMASS.items()], orient="row", schema=["fuel", "ipcc"]
    )
    table = fuels.join(_ipcc_energy(), on="ipcc").select(
        "fuel",
        pl.lit("kWh (net CV)").alias("unit"),
        pl.col("kg_per_kwh").alias("biogenic_co2_kg_per_unit"),
        "low_pct",
        "high_pct",
        pl.lit("published").alias("uncertainty_basis"),
        pl.lit("2006").alias("edition"),
        "source",
        "source_table",
        pl.lit("derived").alias("quality"),
    )
    return Resource(
        "biogenic", table, ("fuel", "unit"), "Biogenic CO2 of wood and biogas, reported outside the scopes"
    )


def _properties() -> Resource:
    keys = {key.split(".")[1]: fuel for fuel, (_, key, _) in FUELS.items()}
    source = shared("fuel_properties_derived.csv").with_columns(
        pl.col("property_id").str.split(".").list.get(2).replace_strict(keys, default=None).alias("fuel")
    )
    table = source.drop_nulls("fuel").select(
        "fuel",
        pl.col("year").cast(pl.Int64),
        pl.coalesce(
            pl.col("density_kg_per_m3").cast(pl.Float64), pl.col("density_kg_per_l").cast(pl.Float64) * 1000
        )
        .round(3)
        .alias("density_kg_per_m3"),
        pl.col("kwh_net_per_t").cast(pl.Float64).alias("kwh_net_per_tonne"),
        pl.col("kwh_gross_per_t").cast(pl.Float64).alias("kwh_gross_per_tonne"),
        pl.col("year").alias("edition"),
        "source",
        pl.lit("derived").alias("quality"),
    )
    return Resource(
        "properties", table, ("fuel", "year"), "Density and calorific values, ratios of published factors"
    )


def _names() -> Resource:
    rows = [
        (fuel, title, ipcc, fuel in BIOMASS, "1") for fuel, (title, _, ipcc) in {**FUELS, **BIOMASS}.items()
    ]
    schema = {
        "fuel": pl.String,
        "title": pl.String,
        "ipcc_fuel": pl.String,
        "biogenic": pl.Boolean,
        "edition": pl.String,
    }
    return Resource(
        "names", pl.DataFrame(rows, orient="row", schema=schema), ("fuel",), "Our fuels and their names"
    )
