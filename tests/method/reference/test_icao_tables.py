import csv
import math
from itertools import combinations_with_replacement

import polars as pl
import pytest

from saleve.method.problems import UnknownReferenceError
from saleve.method.reference import icao


@pytest.mark.parametrize("version", ["v9", "v13.1"])
def test_every_node_of_the_fuel_table_is_the_printed_one(shared, version):
    fuel = icao.fuel_table(version)
    with (shared / "reference/icec_fuel.csv").open(encoding="utf-8") as file:
        printed = [row for row in csv.DictReader(file) if row["version"] == version]
    rows = fuel.row_of()
    for row in printed:
        ours = fuel.fuel_kg[rows[row["equivalent_aircraft"]]]
        theirs = [row[f"nm_{int(distance)}"] for distance in fuel.distances_nm]
        assert [None if math.isnan(kg) else kg for kg in ours] == [float(kg) if kg else None for kg in theirs]
    assert len(printed) == len(fuel.types)


@pytest.mark.parametrize(("version", "types"), [("v9", 312), ("v13.1", 327)])
def test_the_fuel_table_has_all_types_and_twenty_distances(version, types):
    assert icao.fuel_table(version).fuel_kg.shape == (types, 20)


def test_the_fuel_of_a_geneva_to_london_a320_at_250_nautical_miles_is_3430_kg():
    fuel = icao.fuel_table()
    assert fuel.fuel_kg[fuel.row_of()["320"], list(fuel.distances_nm).index(250)] == 3430


def test_the_fuel_table_cannot_be_changed_by_a_reader():
    with pytest.raises(ValueError, match="read-only"):
        icao.fuel_table().fuel_kg[0, 0] = 0


def test_each_of_the_55_pairs_of_regions_has_one_route_group_in_both_directions():
    table = icao.route_group_table()
    regions = sorted(set(table["region_a"]))
    pairs = {(row["region_a"], row["region_b"]): row for row in table.to_dicts()}
    assert len(regions) == 10
    assert len(pairs) == table.height == 100
    for a, b in combinations_with_replacement(regions, 2):
        assert pairs[a, b]["route_group"] == pairs[b, a]["route_group"]


def test_route_groups_and_factors_of_the_newest_edition_are_the_printed_ones(shared):
    pairs = pl.read_csv(shared / "reference/icec_region_pair_to_group_v13_1.csv")
    joined = pairs.join(icao.route_group_table(), on=["region_a", "region_b", "route_group"])
    assert joined.height == 55
    assert (joined["plf"] - joined["load_factor"]).abs().max() < 1e-9
    assert (joined["p2c"] - joined["cargo_factor"]).abs().max() < 1e-9


def test_the_2016_edition_covers_every_pair_of_its_eleven_regions_and_domestic_flights():
    table = icao.route_group_table("v9").filter(
        (pl.col("region_a") != "Central/South West Asia") & (pl.col("region_b") != "Central/South West Asia")
    )
    international = table.filter(~pl.col("domestic"))
    assert international.height == 11 * 11
    assert table.filter("domestic").height == 11
    assert international.select("region_a", "region_b").is_unique().all()


def test_the_2016_edition_can_be_asked_with_the_regions_of_the_newest():
    ours = set(icao.route_group_table()["region_a"])
    table = icao.route_group_table("v9").filter(
        pl.col("region_a").is_in(list(ours)), pl.col("region_b").is_in(list(ours))
    )
    assert table.filter(~pl.col("domestic")).height == 100
    assert table.filter("domestic").height == 10


def test_a_domestic_flight_in_europe_has_its_own_load_factor_in_the_2016_edition():
    europe = icao.route_group_table("v9").filter(region_a="Europe", region_b="Europe")
    assert dict(europe.select("domestic", "load_factor").iter_rows()) == {True: 0.7164, False: 0.8034}


def test_london_has_five_airports_and_no_group_has_one_airport_of_its_own_code_only():
    groups = icao.metro_groups()
    assert groups.filter(city_code="LON")["airport_code"].to_list() == ["LCY", "LGW", "LHR", "LTN", "STN"]
    alone = groups.group_by("city_code").agg((pl.col("airport_code") == pl.col("city_code")).all())
    assert not alone["airport_code"].any()


def test_an_edition_that_we_do_not_hold_is_refused_with_the_nearest():
    with pytest.raises(UnknownReferenceError, match=r"v13\.1"):
        icao.fuel_table("v13")
