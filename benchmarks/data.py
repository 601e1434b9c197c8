"""Synthetic files for the measurements: seeded, shaped like the travel of a large system of organisations.

Ten million legs: 16 years, 12 organisations, each with a duty station and 150 destinations of which few carry most travel, cabins
and travel categories in usual shares, cabins or aircraft missing or there by organisation.
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl

from saleve.method.activity.air_travel import LEGS
from saleve.method.reference.airports import airport_table

LEGS_COUNT = 10_000_000
TICKETS_COUNT = 1_000_000

STATIONS = ("GVA", "JFK", "NBO", "BKK", "ADD", "VIE", "FCO", "CDG", "SCL", "BEY", "DKR", "CPH")
CATEGORIES = (
    "staff_mission",
    "consultant",
    "home_leave",
    "interpreter",
    "fellow",
    "councillor",
    "other_non_staff",
)
AIRCRAFT = (None, "77W", "359", "788", "320", "73H")
UNITS = 12
UNIT_WITH_AIRCRAFT = 2
UNIT_WITHOUT_CABINS = 7
DESTINATIONS = 150


def write(folder: Path) -> None:
    """Write ``organisation/`` (saleve.toml and legs.parquet) and ``tickets.csv``."""
    generator = np.random.default_rng(20261122)
    organisation = folder / "organisation"
    organisation.mkdir()
    (organisation / "saleve.toml").write_text('[organisation]\nname = "Benchmark (synthetic)"\n', "utf-8")
    legs(generator).write_parquet(organisation / "legs.parquet")
    tickets(generator).write_csv(folder / "tickets.csv")


def legs(generator: np.random.Generator, count: int = LEGS_COUNT) -> pl.DataFrame:
    """Return legs with the columns and types of the activity table.

    As in real files, things go together: a unit travels from its own station, staff on mission alone fly business and only on
    long flights, one agency's export has no cabins, and another's names the aircraft, one of the two types of the route.
    """
    unit = generator.choice(UNITS, count, p=_falling(UNITS))
    place = generator.choice(DESTINATIONS, count, p=_falling(DESTINATIONS))
    station, other = _pick(np.array(STATIONS), unit), _airports()[(place + unit * 37) % DESTINATIONS]
    outbound = generator.random(count) < 0.5
    category = generator.choice(len(CATEGORIES), count, p=(0.62, 0.12, 0.08, 0.06, 0.06, 0.03, 0.03))
    far = (place + unit) % 3 > 0
    business = far & (category == 0) & (generator.random(count) < 0.25)
    unknown = unit == UNIT_WITHOUT_CABINS
    named = unit == UNIT_WITH_AIRCRAFT
    types = np.where(far, 1 + (place + generator.integers(0, 2, count)) % 3, 4 + place % 2)
    table = pl.DataFrame(
        {
            "origin": np.where(outbound, station, other),
            "destination": np.where(outbound, other, station),
            "year": generator.integers(2010, 2026, count),
            "cabin": np.where(business, "business", np.where(unknown, "average", "economy")),
            "category": _pick(np.array(CATEGORIES), category),
            "unit": _pick(np.array([f"Organisation {number}" for number in range(UNITS)]), unit),
            "passengers": np.ones(count),
            "type_number": np.where(named, types, 0),
            "source_row": np.arange(2, count + 2),
        }
    )
    constants = {
        "place_basis": "code",
        "boundary": "minimum",
        "source_file": "tickets.csv",
        "source_sheet": "",
        "leg": 1,
    }
    filled = table.with_columns(
        pl.col("type_number")
        .replace_strict(dict(enumerate(AIRCRAFT)), return_dtype=pl.String)
        .alias("aircraft"),
        cabin_basis=pl.when(pl.col("cabin") == "average").then(pl.lit("default")).otherwise(pl.lit("label")),
        **{name: pl.lit(value) for name, value in constants.items()},
    )
    missing = [pl.lit(None, kind).alias(name) for name, kind in LEGS.items() if name not in filled.columns]
    words = pl.selectors.string()
    # Repeated words as dictionary columns: how a table of legs is best kept.
    return (
        filled.with_columns(missing)
        .select(LEGS.names())
        .cast(dict(LEGS))
        .with_columns(words.cast(pl.Categorical))
    )


def tickets(generator: np.random.Generator, count: int = TICKETS_COUNT) -> pl.DataFrame:
    """Return tickets as a travel agency exports them; one in two hundred has something wrong with it."""
    airports = _airports()
    end = generator.choice(len(airports), count, p=_falling(len(airports)))
    hub = (end * 7 + generator.integers(0, 3, count)) % len(
        airports
    )  # three ways of changing planes on a route
    station = _pick(np.array(STATIONS), generator.choice(len(STATIONS), count, p=_falling(len(STATIONS))))
    direct = (generator.random(count) < 0.5) | (hub == end)
    way_out = np.char.add(np.char.add(station, "-"), np.where(direct, "", np.char.add(airports[hub], "-")))
    routing = np.char.add(np.char.add(way_out, airports[end]), np.char.add("-", station))
    issued = np.datetime64("2024-01-01") + generator.integers(0, 330, count).astype("timedelta64[D]")
    wrong = generator.random(count) < 0.005
    return pl.DataFrame(
        {
            "Ticket number": 7240000000000 + np.arange(count),
            "Issue date": issued,
            "Departure date": issued + generator.integers(1, 35, count).astype("timedelta64[D]"),
            "Routing": np.where(wrong, np.char.add(routing, "-QQQ"), routing),
            "Class": _pick(np.array(list("YJWMKB")), generator.integers(0, 6, count)),
            "Airline": _pick(np.array(["LX", "AF", "ET", "TG"]), generator.integers(0, 4, count)),
            "Fare": np.round(generator.lognormal(6.5, 0.6, count), 2),
            "Currency": np.full(count, "CHF"),
            "Department": _pick(
                np.array([f"Unit {number}" for number in range(UNITS)]), generator.integers(0, UNITS, count)
            ),
            "Traveller category": _pick(
                np.array(["mission", "consultant", "home leave"]), generator.integers(0, 3, count)
            ),
            "Traveller": np.char.add("P-", generator.integers(1000, 9999, count).astype(str)),
            "Cost centre": np.char.add("CC", generator.integers(100, 999, count).astype(str)),
        }
    )


def _airports() -> np.ndarray:
    """Return destinations in every region, the most frequent first; no duty station among them."""
    known = airport_table().filter(pl.col("icao").str.len_chars() == 4, ~pl.col("airport_id").is_in(STATIONS))
    return known.sort(pl.col("airport_id").hash(7))["airport_id"].head(DESTINATIONS).to_numpy().astype(str)


def _falling(count: int) -> np.ndarray:
    weights = 1 / np.arange(1, count + 1)
    return weights / weights.sum()


def _pick(values: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    return values[numbers]


if __name__ == "__main__":
    write(Path(sys.argv[1]))
