"""The ICAO Carbon Emissions Calculator tables, editions v9 and v13.1: appendices A to D."""

from itertools import combinations_with_replacement

import polars as pl

from .package import Package, Resource, shared

MERGED = "Central/South West Asia"  # one region in v13.1, two in v9
PARTS = ("South West Asia", "Central Asia")  # in the order in which they stand for the merged region
V9_NAME = "v9"


def package() -> Package:
    """Return the package ``icao_calculator``."""
    return Package(
        name="icao_calculator",
        title="ICAO Carbon Emissions Calculator: fuel, load and cargo factors, aircraft and city maps",
        description="Tables of the methodology documents v9 (2016) and v13.1 (August 2024), read in public copies of both "
        "documents. CO2 of the flight alone: no other gas, no upstream, no radiative forcing. Neither edition limits "
        "the activity dates it applies to, so the valid period is open; a trend takes one edition for all years. "
        "The cargo factors of v13.1 are frozen: the document says that their source is no longer published.",
        edition="v13.1 (August 2024) and v9 (2016)",
        publisher="International Civil Aviation Organization, ICAO Carbon Emissions Calculator Methodology",
        path="https://www.icao.int/environmental-protection/CarbonOffset",
        licence=(
            "facts-with-attribution",
            "Figures used as facts with attribution to ICAO; the document carries no licence text",
            "",
        ),
        accounting_basis="direct combustion, CO2 only",
        valid_from=None,
        valid_to=None,
        resources=(_editions(), _fuel(), _load_factors(), _route_groups(), _aircraft(), _metro_groups()),
    )


def _editions() -> Resource:
    table = pl.DataFrame(
        {
            "edition": ["v9", "v13.1"],
            "published": ["2016", "2024-08-08"],
            "traffic_year": [2014, 2016],
            "note": [
                "312 equivalent types; domestic route groups of their own; cabin factor 1 or 2 above 3000 km",
                "327 equivalent types in appendix C (the text says 336); no domestic groups; cabin share by floor area",
            ],
        }
    )
    return Resource("editions", table, ("edition",), "The editions and what sets them apart")


def _fuel() -> Resource:
    wide = shared("icec_fuel.csv")
    long = wide.unpivot(index=["version", "equivalent_aircraft"], variable_name="nm", value_name="fuel_kg")
    table = long.drop_nulls("fuel_kg").select(
        pl.col("version").alias("edition"),
        "equivalent_aircraft",
        pl.col("nm").str.strip_prefix("nm_").cast(pl.Int64).alias("distance_nm"),
        pl.col("fuel_kg").cast(pl.Float64),
        pl.lit("appendix C").alias("source_clause"),
    )
    key = ("edition", "equivalent_aircraft", "distance_nm")
    return Resource("fuel", table, key, "Fuel of a flight by equivalent aircraft and corrected distance")


def _load_factors() -> Resource:
    table = shared("icec_load_factors.csv").select(
        pl.col("version").alias("edition"),
        "route_group",
        _fraction("passenger_load_factor_pct").alias("load_factor"),
        _fraction("passenger_to_cargo_factor_pct").alias("cargo_factor"),
        pl.col("traffic_year").cast(pl.Int64),
        pl.lit("appendix A").alias("source_clause"),
    )
    return Resource(
        "load_factors", table, ("edition", "route_group"), "Load and cargo factors by route group"
    )


def _fraction(column: str) -> pl.Expr:
    return (pl.col(column).cast(pl.Float64) / 100).round(6)


def _route_groups() -> Resource:
    table = pl.concat([_pairs_v13(), _pairs_v9()])
    key = ("edition", "region_a", "region_b", "domestic")
    return Resource(
        "route_groups", table, key, "Which route group a pair of regions belongs to, each pair once"
    )


def _pairs_v13() -> pl.DataFrame:
    return shared("icec_region_pair_to_group_v13_1.csv").select(
        pl.lit("v13.1").alias("edition"),
        "region_a",
        "region_b",
        pl.lit(value=False).alias("domestic"),
        "route_group",
        pl.lit("derived").alias("quality"),
        pl.lit("region names matched to the group's name").alias("basis"),
        pl.lit("appendix A").alias("source_clause"),
    )


def _pairs_v9() -> pl.DataFrame:
    groups = set(shared("icec_load_factors.csv").filter(pl.col("version") == V9_NAME)["route_group"])
    regions = sorted(name.removeprefix("Intra ") for name in groups if name.startswith("Intra "))
    rows = [
        _pair_v9(groups, a, b, domestic=domestic)
        for a, b in combinations_with_replacement([*regions, MERGED], 2)
        for domestic in ([False, True] if a == b else [False])
        if not _overlaps(a, b)
    ]
    return pl.DataFrame(rows, orient="row", schema=_pairs_v13().schema)


def _overlaps(a: str, b: str) -> bool:
    """Whether one is the merged region and the other a part of it: no pair of two regions."""
    return {a, b} & set(PARTS) != set() and MERGED in (a, b)


def _pair_v9(groups: set[str], a: str, b: str, *, domestic: bool) -> tuple[object, ...]:
    for rank, (part_a, part_b) in enumerate(_stand_ins(a, b)):
        found = {_name_v9(x, y, domestic=domestic) for x, y in ((part_a, part_b), (part_b, part_a))} & groups
        if found:
            basis = _basis_v9(a, b, part_a, part_b, rank)
            return (V9_NAME, a, b, domestic, found.pop(), "derived", basis, "appendix A")
    message = f"no v9 group for {a} and {b}"
    raise ValueError(message)


def _stand_ins(a: str, b: str) -> list[tuple[str, str]]:
    """Return the pairs of v9 regions to look for, best first."""
    if a == b == MERGED:
        return [(part, part) for part in PARTS]
    first = [(x, y) for x in _parts(a) for y in _parts(b)]
    neighbour = {PARTS[0]: PARTS[1], PARTS[1]: PARTS[0]}
    return [*first, (neighbour.get(a, a), neighbour.get(b, b))]


def _parts(region: str) -> tuple[str, ...]:
    return PARTS if region == MERGED else (region,)


def _name_v9(a: str, b: str, *, domestic: bool) -> str:
    if domestic:
        return f"{a} Domestic"
    return f"Intra {a}" if a == b else f"{a}-{b}"


def _basis_v9(a: str, b: str, part_a: str, part_b: str, rank: int) -> str:
    if (a, b) == (part_a, part_b):
        return "region names matched to the group's name"
    stand_in = part_a if a != part_a else part_b
    if MERGED in (a, b):
        return f"v9 divides the region of v13.1; {stand_in} stands for the whole" + (
            " as v9 prints no group with the other part" if rank else ""
        )
    return f"v9 prints no group for this pair; the group of {stand_in} stands in"


def _aircraft() -> Resource:
    misprint = pl.col("equivalent_aircraft") == "BNi"
    table = shared("icec_aircraft_map.csv").select(
        pl.col("version").alias("edition"),
        "aircraft_code",
        pl.when(misprint).then(pl.lit("BNI")).otherwise("equivalent_aircraft").alias("equivalent_aircraft"),
        pl.when(misprint).then(pl.lit("derived")).otherwise(pl.lit("published")).alias("quality"),
        pl.when(misprint).then(pl.lit("appendix B prints BNi, appendix C BNI")).alias("note"),
        pl.lit("appendix B").alias("source_clause"),
    )
    return Resource("aircraft", table, ("edition", "aircraft_code"), "Equivalent type of each aircraft code")


def _metro_groups() -> Resource:
    """Return the cities of appendix D that are more than one airport under its own code."""
    rows = shared("icec_airport_city.csv")
    cities = rows.filter(pl.col("airport_iata") != pl.col("city_code"))["city_code"].unique()
    table = rows.filter(pl.col("city_code").is_in(cities.implode())).select(
        pl.col("version").alias("edition"),
        "city_code",
        pl.col("airport_iata").alias("airport_code"),
        pl.lit("appendix D").alias("source_clause"),
    )
    key = ("edition", "city_code", "airport_code")
    return Resource(
        "metro_groups", table, key, "Airports of each city whose code differs from an airport's own"
    )
