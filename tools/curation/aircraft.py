"""Aircraft: codes and names, default seats, default mix."""

import re

import polars as pl

from . import aircraft_names
from .package import Package, Resource, shared

OWN = ("Apache-2.0", "Apache License 2.0", "https://www.apache.org/licenses/LICENSE-2.0")
AGGREGATED = (
    "aggregated-facts-with-attribution",
    "Aggregated facts, used with attribution; see docs/decisions/0003-aircraft-mix-licence.md",
    "",
)


def codes() -> Package:
    """Return the package ``aircraft_codes``."""
    return Package(
        name="aircraft_codes",
        title="Other codes and names of aircraft, mapped to the equivalent types of the ICAO calculator",
        description="Schedule codes absent from appendix B, ICAO type designators and common names. A known type without a sound "
        "equivalent has none and ends in 'no fuel data'. Our own table, from general knowledge; look-ups ignore "
        "case, blanks and punctuation.",
        edition="2026-11",
        publisher="The developers of Salève",
        path="",
        licence=OWN,
        accounting_basis="not applicable",
        valid_from=None,
        valid_to=None,
        resources=(_codes(),),
    )


def _codes() -> Resource:
    rows = [(*row, key(row[1])) for row in aircraft_names.rows()]
    table = pl.DataFrame(
        rows, orient="row", schema=["kind", "code", "equivalent_aircraft", "basis", "lookup_key"]
    )
    taken = {key(code) for code in shared("icec_aircraft_map.csv")["aircraft_code"]}
    order = pl.col("kind").replace_strict({"synonym": 0, "designator": 1, "name": 2, "surface": 3})
    table = table.sort(order, "code").unique("lookup_key", keep="first", maintain_order=True)
    table = table.filter(~pl.col("lookup_key").is_in(taken)).with_columns(
        pl.lit("unverified").alias("quality"), pl.lit("2026-11").alias("edition")
    )
    return Resource("codes", table, ("kind", "code"), "Codes and names that appendix B does not list")


def key(code: str) -> str:
    """Return the code as look-ups compare it: capitals and digits only."""
    return re.sub(r"[^A-Z0-9]", "", code.upper())


def seats() -> Package:
    """Return the package ``aircraft_seats``."""
    return Package(
        name="aircraft_seats",
        title="Default seats by aircraft and cabin",
        description="Totals follow the mean seats per departure of BTS T-100 Segment 2019 where the sample is large; the split "
        "by cabin, seats abreast and pitch are published layouts (quality published) or stated assumptions. They "
        "imitate the commercial cabin data of the ICAO calculator and do not reproduce it; an organisation may "
        "replace any row.",
        edition="2019 fleet",
        publisher="US Bureau of Transportation Statistics, T-100 Segment 2019; published airline layouts; our assumptions",
        path="https://www.transtats.bts.gov",
        licence=(
            "us-public-domain",
            "Facts and own assumptions; T-100 means are a US Government work (public domain)",
            "",
        ),
        accounting_basis="not applicable",
        valid_from=None,
        valid_to=None,
        resources=(_seats(),),
    )


def _seats() -> Resource:
    source = shared("seats_by_type.csv")
    whole = [name for name in source.columns if name.startswith("seats_")] + [
        "max_abreast",
        "t100_2019_departures",
    ]
    text = {"equivalent_aircraft", "variant", "fuselage", "quality", "basis"}
    parts = [name for name in source.columns if name not in text and name not in whole]
    table = source.with_columns(
        pl.col(whole).cast(pl.Int64),
        pl.col(parts).cast(pl.Float64),
        pl.col("quality").replace({"source": "published"}),
        pl.lit("2019 fleet").alias("edition"),
    )
    key = ("equivalent_aircraft", "variant")
    return Resource("seats", table, key, "Seats, seats abreast, pitch and area factors by type and layout")


def mix() -> Package:
    """Return the package ``aircraft_mix``."""
    return Package(
        name="aircraft_mix",
        title="Default mix of aircraft by route group and distance, 2019 and 2024",
        description="Shares of departures, used when the ticket does not name the aircraft. 2019: T-100 on routes touching the USA, "
        "OpenSky flight list elsewhere (thin in Africa, Central Asia and South America). 2024: the 2019 cell moved "
        "forward with survival factors and new types (assumption). Contains information from the OpenSky Network "
        "flight list (CC BY 4.0), the US Bureau of Transportation Statistics T-100 data, and AeroSCOPE (A. Salgas, "
        "J. Sun, S. Delbecq, T. Planes); 2024 also draws on fleet counts of AeroMAPS and US DOT T2 summaries.",
        edition="2019 and 2024",
        publisher="OpenSky Network; US Bureau of Transportation Statistics; AeroSCOPE 0.2.5b0",
        path="https://opensky-network.org",
        licence=AGGREGATED,
        accounting_basis="not applicable",
        valid_from=None,
        valid_to=None,
        extra={"period_of_flight_year": {"2019": "flights to 2021", "2024": "flights from 2022"}},
        resources=(_mix("aircraft_mix.csv", "route_group"), _mix("aircraft_mix_by_distance.csv", "band")),
    )


def _mix(file: str, by: str) -> Resource:
    source = shared(file)
    groups = ["route_group"] if by == "route_group" else []
    table = source.select(
        *groups,
        "band",
        pl.col("gcd_km_from").cast(pl.Float64).alias("distance_km_from"),
        pl.col("gcd_km_to").cast(pl.Float64, strict=False).alias("distance_km_to"),
        pl.col("period").cast(pl.Int64),
        "equivalent_aircraft",
        pl.col("share_of_departures").cast(pl.Float64),
        pl.col("n_departures_2019").cast(pl.Int64).alias("departures_2019"),
        "sources",
        pl.when(pl.col("quality") == "derived")
        .then("quality")
        .otherwise(pl.lit("assumption"))
        .alias("quality"),
        pl.col("period").alias("edition"),
    )
    key = (*groups, "band", "period", "equivalent_aircraft")
    return Resource(
        f"by_{by}", table, key, f"Shares of departures by {by.replace('_', ' ')} and distance band"
    )
