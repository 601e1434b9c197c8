"""Draws the tickets of every year: who flies where, when, over which hub, in which cabin, at what fare."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from saleve.ems.demo.invented import MONTHS, Draws, invented
from saleve.ems.demo.itineraries import itineraries

UNITS = ("SG", "STD", "OBS", "DEV", "CNF")
# category -> how often each of UNITS sends or pays for such a traveller
UNIT_WEIGHTS = {
    "staff_mission": (14, 24, 22, 32, 8),
    "interpreter": (0, 2, 2, 4, 92),
    "consultant": (8, 16, 20, 52, 4),
    "councillor": (100, 0, 0, 0, 0),
    "fellow": (0, 12, 22, 66, 0),
    "other_non_staff": (20, 20, 20, 25, 15),
    "home_leave": (24, 20, 20, 24, 12),
}
TRIP_TYPES = ("return", "one_way", "open_jaw", "several_places")
TRIP_WEIGHTS = (78.0, 10.0, 6.0, 6.0)
ENTITLED_TO_BUSINESS = ("staff_mission", "consultant")  # councillors fly economy whatever the hours
BUSINESS_FROM_HOURS = 9.0
AIRCRAFT_KNOWN_SHARE = 0.72  # of direct flights; of others the booking tool leaves the column empty
# Of regional offices and of consultants most journeys stay in the region of the origin or the next one.
REGION_FACTOR = 25.0
TRAINING_PLACES = {"NBO": 5, "ADD": 4, "BKK": 5, "CAI": 3, "BSB": 1, "GVA": 6}
MEETING_PLACES = {"GVA": 60, "NBO": 2, "BKK": 2, "CDG": 2, "VIE": 2, "JFK": 1}
FIRST_NUMBER = 1_000_000_000


def draw_tickets(seed: int) -> pl.DataFrame:
    """Return all tickets of all years, in order of issue within each year of departure."""
    draws = Draws(seed)
    drawn = pl.concat(list(_drawn_by_year(draws)))
    routed = _routed(drawn, draws)
    complete = _cabins_and_fares(routed, draws)
    ordered = complete.sort("year", "issue_date", "departure_date", "order")
    return ordered.with_row_index("number", offset=FIRST_NUMBER)


def _drawn_by_year(draws: Draws) -> Iterator[pl.DataFrame]:
    for year, tickets in invented("years").select("year", "tickets").iter_rows():
        for category, count in _counts(year, tickets):
            yield _drawn(draws, year, category, count)


def _counts(year: int, tickets: int) -> list[tuple[str, int]]:
    column = "ticket_pct" if year < 2020 else "ticket_pct_since_2020"
    shares = invented("categories").select("category", column)
    return [(category, round(tickets * share / 100)) for category, share in shares.iter_rows()]


def _drawn(draws: Draws, year: int, category: str, count: int) -> pl.DataFrame:
    codes = invented("cities")["code"].to_numpy()
    pair = draws.chosen(count, _pair_weights(category).ravel())
    origin, destination = pair // len(codes), pair % len(codes)
    departure = _departures(draws, year, category, count)
    lead_days = np.floor(5 + 55 * draws.uniform(count) ** 2).astype(np.int64)
    return pl.DataFrame(
        {
            "year": np.full(count, year),
            "category": [category] * count,
            "unit": np.array(UNITS)[draws.chosen(count, np.array(UNIT_WEIGHTS[category], dtype=float))],
            "origin": codes[origin],
            "destination": codes[destination],
            "next_place": codes[_neighbours()[destination]],
            "trip": _trips(draws, category, count),
            "departure_date": departure,
            "issue_date": departure - lead_days.astype("timedelta64[D]"),
            "traveller": np.floor(draws.uniform(count, 100, 1600)).astype(np.int64),
        }
    )


@lru_cache
def _pair_weights(category: str) -> NDArray[np.float64]:
    """Return how often travellers of a category fly from each city (row) to each city (column)."""
    if category == "staff_mission":
        weights = np.outer(_offices("mission_pct"), _city("mission")) * _nearness(of_headquarters=1.0)
    elif category == "home_leave":
        weights = np.outer(_offices("home_leave_pct"), _city("home"))
    elif category == "consultant":
        weights = np.outer(_city("consultant"), _city("mission")) * _nearness(of_headquarters=0.5)
    elif category == "fellow":
        weights = np.outer(_city("fellow"), _places(TRAINING_PLACES)) * _nearness(of_headquarters=1.0)
    elif category == "councillor":
        weights = np.outer(_city("council"), _places({"GVA": 1}))
    else:
        origins = _city("interpreter" if category == "interpreter" else "consultant")
        weights = np.outer(origins, _places(MEETING_PLACES))
    np.fill_diagonal(weights, 0.0)
    return weights


def _city(column: str) -> NDArray[np.float64]:
    return invented("cities")[column].cast(pl.Float64).to_numpy()


def _places(weights: dict[str, int]) -> NDArray[np.float64]:
    return np.array([float(weights.get(code, 0)) for code in invented("cities")["code"]])


def _offices(column: str) -> NDArray[np.float64]:
    return _places(
        dict(invented("offices").filter(pl.col("city").is_not_null()).select("city", column).iter_rows())
    )


def _nearness(of_headquarters: float) -> NDArray[np.float64]:
    regions = invented("cities")["region"].to_numpy()
    near = np.where(regions[:, None] == regions[None, :], REGION_FACTOR, 1.0)
    near[0, :] = np.where(regions == regions[0], REGION_FACTOR * of_headquarters, 1.0)
    return near


def _neighbours() -> NDArray[np.int64]:
    """Return for each city the next one of its region in the table, round and round."""
    cities = invented("cities").with_row_index("at").select("at", "region")
    following = pl.col("at").shift(-1).over("region").fill_null(pl.col("at").first().over("region"))
    return cities.select(following.cast(pl.Int64))["at"].to_numpy()


def _trips(draws: Draws, category: str, count: int) -> NDArray[np.str_]:
    drawn = np.array(TRIP_TYPES)[draws.chosen(count, np.array(TRIP_WEIGHTS))]
    simple = category in ("home_leave", "councillor", "interpreter")
    return np.where(drawn == "several_places", "return", drawn) if simple else drawn


def _departures(draws: Draws, year: int, category: str, count: int) -> NDArray[np.datetime64]:
    usual = invented("categories").filter(pl.col("category") == category).select(MONTHS).row(0)
    that_year = invented("months").filter(pl.col("year") == year).select(MONTHS).rows() or [(100,) * 12]
    weights = np.array(usual, dtype=float) * np.array(that_year[0], dtype=float)
    month = draws.chosen(count, weights)
    first = np.datetime64(date(year, 1, 1), "M") + month.astype("timedelta64[M]")
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    day = np.floor(draws.uniform(count) * length).astype("timedelta64[D]")
    departure: NDArray[np.datetime64] = first.astype("datetime64[D]") + day
    return departure


def _routed(drawn: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """Give each ticket a way out, and where it needs one a way back from another place."""
    second = drawn.select("origin", destination="next_place")
    pairs = pl.concat([drawn.select("origin", "destination"), second]).unique().sort("origin", "destination")
    known = itineraries(pairs.filter(pl.col("origin") != pl.col("destination")))
    count = drawn.height
    picked = drawn.with_columns(
        order=pl.int_range(pl.len()),
        chance=pl.Series(draws.uniform(count)),
        other_chance=pl.Series(draws.uniform(count)),
    )
    first = _with_way(picked, known, "destination", "chance", "")
    return _with_way(first, known, "next_place", "other_chance", "_next").with_columns(_routing())


def _with_way(
    tickets: pl.DataFrame, known: pl.DataFrame, place: str, chance: str, suffix: str
) -> pl.DataFrame:
    keys = ["origin", place]
    renamed = known.rename({"destination": place} if place != "destination" else {})
    ways = renamed.select(*keys, "ways").unique()
    numbered = tickets.join(ways, on=keys, how="left", maintain_order="left").with_columns(
        way=(pl.col(chance) * pl.col("ways")).floor().cast(pl.Int64)
    )
    details = renamed.drop("ways").rename(
        {name: name + suffix for name in ("out", "back", "stops", "carrier", "km", "hours")}
    )
    return numbered.join(details, on=[*keys, "way"], how="left", maintain_order="left").drop("ways", "way")


def _routing() -> pl.Expr:
    """GVA-FRA-NBO-FRA-GVA, GVA-NBO, GVA-NBO//ADD-GVA or GVA-NBO-ADD-GVA."""
    other = pl.col("back_next").is_not_null()
    routing = (
        pl.when(pl.col("trip") == "one_way")
        .then(pl.col("out"))
        .when((pl.col("trip") == "open_jaw") & other)
        .then(pl.format("{}//{}", "out", "back_next"))
        .when((pl.col("trip") == "several_places") & other)
        .then(pl.format("{}-{}", "out", "back_next"))
        .otherwise(pl.col("out") + pl.col("back").str.slice(3))
    )
    return _with_codes_of_the_day(routing).alias("routing")


def _with_codes_of_the_day(routing: pl.Expr) -> pl.Expr:
    """Write an airport's new code once flights had moved there: BER for TXL."""
    for code, new_code, start in invented("moved").iter_rows():
        moved = pl.col("departure_date") >= date.fromisoformat(start)
        routing = (
            pl.when(moved).then(routing.str.replace_all(code, new_code, literal=True)).otherwise(routing)
        )
    return routing


def _cabins_and_fares(tickets: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    count = tickets.height
    levels = invented("years").select(pl.col("year").cast(pl.Int64), "business_pct")
    entitled = pl.col("category").is_in(ENTITLED_TO_BUSINESS) & (pl.col("hours") >= BUSINESS_FROM_HOURS)
    business = entitled & (pl.Series(draws.uniform(count, 0, 100)) < pl.col("business_pct"))
    cabined = tickets.join(levels, on="year", how="left", maintain_order="left").with_columns(
        business=business
    )
    each_way = pl.when(pl.col("trip") == "one_way").then(1.0).otherwise(1.75)
    fare = (95 + 62 * pl.col("hours")) * each_way * pl.when("business").then(3.6).otherwise(1.0)
    return cabined.with_columns(
        fare_rappen=((fare * pl.Series(draws.around(count, 0.45)) * 20).round(0) * 5).cast(pl.Int64),
        letter_chance=pl.Series(draws.uniform(count)),
        aircraft=pl.Series(_aircraft(tickets, draws)),
    )


def _aircraft(tickets: pl.DataFrame, draws: Draws) -> list[str | None]:
    """Return the type of direct flights where the booking tool passed it on."""
    known = (tickets["stops"].to_numpy() == 0) & draws.chance(tickets.height, AIRCRAFT_KNOWN_SHARE)
    chance, km, year = draws.uniform(tickets.height), tickets["km"].to_numpy(), tickets["year"].to_numpy()
    codes = np.full(tickets.height, None, dtype=object)
    for from_km, to_km, from_year, to_year, types in invented("aircraft").iter_rows():
        fits = known & (km >= from_km) & (km < to_km) & (year >= from_year) & (year <= to_year)
        choice = np.array(types.split(), dtype=object)
        codes[fits] = choice[np.floor(chance[fits] * len(choice)).astype(np.int64)]
    return codes.tolist()
