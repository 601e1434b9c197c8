"""Synthetic files for the measurements: seeded, shaped like the travel of a large system of organisations.

Ten million legs: 16 years, 12 organisations, each with a duty station and 150 destinations of which few carry most travel, cabins
and travel categories in usual shares, cabins or aircraft missing or there by organisation.
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
from bills import load_bills

from saleve.ems.ledgers import init_workspace
from saleve.ledger.committing import Writer
from saleve.ledger.compacting import in_files
from saleve.ledger.journal import LOAD
from saleve.ledger.key_index import index_keys
from saleve.ledger.schemas import JOURNAL, MONEY_LIST
from saleve.ledger.store import Ledger
from saleve.ledger.tableset import ENTRIES
from saleve.method.activity.air_travel import LEGS
from saleve.method.activity.ticket_links import with_document_keys
from saleve.method.reference.airports import airport_table

LEGS_COUNT = 10_000_000
TICKETS_COUNT = 1_000_000
STREAMED_COUNT = 5_000_000
BATCHES = 2_000
CELLS_COUNT = 4_000  # of one year
SHARED_FACTORS = 100  # of each source
INDEPENDENT_INPUTS = 1_000
_BATCHES_AT_A_TIME = 100  # made together
_DAY = datetime(2026, 1, 5, tzinfo=UTC)

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
    """Write ``organisation/`` (saleve.toml, a ledger of 10 million legs and 200,000 bills), ``tickets.csv``, the longer ``stream.csv``."""
    write_ledger(folder / "organisation")
    load_bills(folder / "organisation", folder / "bills")
    tickets(np.random.default_rng(20261122)).write_csv(folder / "tickets.csv")
    generator = np.random.default_rng(20261123)
    with (folder / "stream.csv").open("wb") as stream:
        for first in range(0, STREAMED_COUNT, TICKETS_COUNT):
            part = tickets(generator).with_columns(pl.col("Ticket number") + first)
            part.write_csv(stream, include_header=first == 0)


def write_ledger(folder: Path, batches: int = BATCHES, legs_count: int = LEGS_COUNT) -> None:
    """Write a workspace whose ledger holds these legs in so many batches, as it lies after compaction.

    A ticket has two legs and is one entry. Entries and activity are staged by the ledger's own writer, in files as compaction leaves them and
    sorted by batch, and taken in by one Delta commit for each table; then the journal gets its row for every batch in one file.
    Only that is shorter than 2,000 loads: every row of the journal names the same versions, and there is no evidence.
    """
    init_workspace(folder, "Benchmark (synthetic)")
    names = batch_names(batches)
    size = legs_count // batches
    generator = np.random.default_rng(20261122)
    with Writer(folder / "ledger").writing() as writing:
        for start in range(0, batches, _BATCHES_AT_A_TIME):
            some = names[start : start + _BATCHES_AT_A_TIME]
            activity = _in_batches(legs(generator, size * len(some)), some, size)
            entries = _entries(activity, start * size // 2)
            for table, rows in (("air_travel", activity), (f"{ENTRIES}air_travel", entries)):
                for part in in_files(rows):
                    writing.add(table, part)
        versions = {name: writing.tables[name].take_in(parts, LOAD) for name, parts in writing.staged.items()}
        rows = pl.DataFrame(list(_journal_rows(names, size // 2, versions)), JOURNAL, orient="row")
        table = writing.journal.table
        table.take_in([table.stage(rows, "benchmark.parquet")], LOAD)
    index_keys(Ledger.open(folder / "ledger"), writing.tables[f"{ENTRIES}air_travel"])


def batch_names(count: int = BATCHES) -> list[str]:
    """Return names of batches as hashes of files give them, in the order in which compaction lays them down."""
    return sorted(hashlib.sha256(f"file {number}".encode()).hexdigest()[:12] for number in range(count))


def _in_batches(activity: pl.DataFrame, names: list[str], size: int) -> pl.DataFrame:
    """Give legs to batches one after the other, two legs to a row of the file."""
    number = pl.int_range(pl.len())
    words = pl.Series(names)
    return activity.with_columns(
        batch=number.map_batches(lambda one: words.gather(one // size), return_dtype=pl.String),
        revision=pl.lit(1, pl.Int64),
        source_row=number % size // 2 + 2,
        leg=number % 2 + 1,
    ).with_columns(file_sha256=pl.col("batch"))


def _entries(activity: pl.DataFrame, first: int) -> pl.DataFrame:
    """Return the rows of files that the legs come from: a ticket each, its number once in the ledger."""
    out, back = activity.gather_every(2), activity.gather_every(2, offset=1)
    flights = pl.concat_str(
        pl.lit("-"), back["origin"].cast(pl.String), pl.lit("-"), back["destination"].cast(pl.String)
    )
    amount = (pl.int_range(pl.len()) % 3000 + 200).cast(pl.Decimal(18, 4))
    fare = pl.concat_list(pl.struct(pl.lit("CHF").alias("currency"), amount.alias("amount")))
    rows = out.select(
        "batch", "revision", "file_sha256", "year", "category", "unit", "source_file", "source_sheet", "source_row",
        pl.lit("accepted").alias("state"),
        (pl.int_range(pl.len()) + 7240000000000 + first).cast(pl.String).alias("document_number"),
        (pl.lit("P-") + (pl.int_range(pl.len()) * 7919 % 9000).cast(pl.String)).alias("traveller"),
        (pl.col("origin").cast(pl.String) + "-" + pl.col("destination").cast(pl.String) + "/" + flights).alias("routing"),
        pl.when(pl.col("cabin") != "average").then("cabin").alias("cabin"),
        fare.cast(MONEY_LIST).alias("fare"),
    )  # fmt: skip
    return with_document_keys(rows)


def _journal_rows(names: list[str], rows: int, versions: Mapping[str, int]) -> Iterator[tuple[object, ...]]:
    reading = {
        "category": "air_travel", "sheet": "", "headers": [], "columns": {}, "rows": rows, "accepted": rows, "repaired": 0,
        "rejected": 0, "money_unread": 0, "money": {}, "date_orders": {}, "asked": {},
    }  # fmt: skip
    for number, name in enumerate(names, start=1):
        account = json.dumps({"file": f"tickets-{number}.csv", "readings": [reading], "completes": None})
        yield number, LOAD, name, name, None, _DAY, "benchmark", None, account, json.dumps(versions)


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


def cells(generator: np.random.Generator, count: int = CELLS_COUNT) -> pl.DataFrame:
    """Return cells of one year of an organisation of ITU's size: mostly flights on some hundred routes, some meters and fuels.

    What is independent (routes, meters) and what is shared (factors, conventions) have ranges of the kinds that the methods give,
    symmetric and not.
    """
    source = generator.choice(
        ["air_travel", "electricity", "fuels", "procurement"], count, p=(0.7, 0.1, 0.1, 0.1)
    )
    low = generator.choice([2.0, 15.0, 22.0, 33.0], count)
    shared = generator.choice([3.3, 10.0, 12.0, 30.0, 40.0], count)
    number = generator.integers(0, SHARED_FACTORS, count).astype(str)
    key = generator.integers(0, INDEPENDENT_INPUTS, count).astype(str)
    return pl.DataFrame(
        {
            "kg_co2e": generator.lognormal(6, 1.5, count),
            "source": source,
            "estimated": generator.random(count) < 0.3,
            "shared_key": np.char.add(source, number),
            "shared_low_pct": shared,
            "shared_high_pct": np.where(shared == 40, 200.0, shared),
            "independent_key": np.char.add(source, key),
            "independent_low_pct": low,
            "independent_high_pct": np.where(low == 22, 37.0, low),
        }
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
