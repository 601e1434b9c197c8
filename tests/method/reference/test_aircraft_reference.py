import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleve.method.problems import SaleveError
from saleve.method.reference import aircraft, icao
from saleve.method.reference.packages import table

CODES = {
    "320": "320",
    "CS1": "221",
    "CS3": "223",
    "787": "789",
    "350": "359",
    "38M": "7M8",
    "7S8": "73H",
    "E7L": "E75",
    "31A": "318",
    "BNi": "BNI",
    "32F": "32F",
    "A20N": "32N",
    "B738": "73H",
    "B77W": "77W",
    "DH8D": "DH4",
    "Boeing 777-300ER": "77W",
    "Airbus A320neo": "32N",
    "ATR 72-600": "AT7",
    "Dash 8-400": "DH4",
}


@pytest.mark.parametrize(("code", "equivalent"), CODES.items())
def test_codes_designators_and_names_find_their_equivalent_type(code, equivalent):
    assert aircraft.equivalent_aircraft(code) == equivalent


@pytest.mark.parametrize("code", ["7M7", "7MJ", "779", "909", "919", "TRN", "no such aircraft", ""])
def test_a_type_without_a_sound_equivalent_has_none_and_no_guess(code):
    assert aircraft.equivalent_aircraft(code) is None


@given(st.sampled_from(sorted(CODES)))
def test_case_blanks_and_hyphens_of_a_code_do_not_matter(code):
    written = f" {code.lower().replace('-', ' ')} "
    assert aircraft.equivalent_aircraft(written) == CODES[code]


def test_a_code_of_the_aircraft_map_without_a_fuel_row_says_that_it_has_none():
    found = aircraft.equivalents(["A38", "D10", "320"])
    assert found["has_fuel"].to_list() == [False, True, True]
    assert found["has_seats"].to_list() == [False, False, True]
    assert found["how"].to_list() == ["appendix-b"] * 3


def test_the_39_codes_without_a_fuel_row_are_known_and_have_no_fuel():
    printed = table("icao_calculator", "aircraft").filter(edition="v13.1")
    found = aircraft.equivalents(printed["aircraft_code"].to_list())
    assert (~found["has_fuel"]).sum() == 39


def test_our_own_codes_lead_only_to_types_of_the_fuel_table():
    codes = aircraft.equivalents(aircraft.known_codes())
    own = codes.filter(
        pl.col("how").is_in(["synonym", "designator", "name"]) & pl.col("equivalent_aircraft").is_not_null()
    )
    assert own.height > 500
    assert own["has_fuel"].all()


def test_every_type_of_the_mix_has_seats_and_fuel():
    types = set(aircraft.mix_by_band()["equivalent_aircraft"]) | set(
        aircraft.mix_by_route_group()["equivalent_aircraft"]
    )
    seats = set(aircraft.seats().filter(variant="default")["equivalent_aircraft"])
    assert types <= seats & set(icao.fuel_table().types)


@pytest.mark.parametrize("mix", [aircraft.mix_by_band, aircraft.mix_by_route_group])
def test_the_shares_of_every_cell_add_up_to_one(mix):
    cell = [name for name in ("route_group", "band", "period") if name in mix().columns]
    sums = mix().group_by(cell).agg(pl.col("share_of_departures").sum())
    assert (sums["share_of_departures"] - 1).abs().max() < 0.001


def test_area_factors_follow_pitch_over_seats_abreast():
    seats = aircraft.seats().filter(pl.col("seats_business") > 0)
    business = pl.col("pitch_in_business") / pl.col("abreast_business")
    economy = pl.col("pitch_in_economy") / pl.col("abreast_economy")
    difference = seats.select((business / economy - pl.col("yf_business")).abs().max()).item()
    assert difference < 0.01


def test_seat_equivalents_are_seats_weighted_by_area():
    cabins = ["first", "business", "premium_economy", "economy"]
    total = pl.sum_horizontal(
        pl.col(f"seats_{cabin}") * pl.col(f"yf_{cabin}").fill_null(0) for cabin in cabins
    )
    error = aircraft.seats().select(((total - pl.col("y_seat_equivalents")) / total).abs().max()).item()
    assert error < 0.006


def test_an_organisation_replaces_one_cell_of_the_mix_by_its_own():
    own = pl.DataFrame(
        {"band": ["0-550"], "period": [2024], "equivalent_aircraft": ["32N"], "share_of_departures": [1.0]}
    )
    cell = aircraft.mix_by_band(own).filter(band="0-550", period=2024)
    assert cell.select("equivalent_aircraft", "share_of_departures", "distance_km_to").rows() == [
        ("32N", 1.0, 550.0)
    ]


def test_an_own_mix_whose_shares_do_not_add_up_is_refused():
    own = pl.DataFrame(
        {"band": ["0-550"], "period": [2024], "equivalent_aircraft": ["32N"], "share_of_departures": [0.5]}
    )
    with pytest.raises(SaleveError, match=r"add up to 0\.5"):
        aircraft.mix_by_band(own)


def test_an_organisation_replaces_one_layout_by_its_own():
    own = (
        aircraft.seats()
        .filter(equivalent_aircraft="320", variant="default")
        .with_columns(seats_total=pl.lit(180))
    )
    seats = aircraft.seats(own)
    assert seats.filter(equivalent_aircraft="320", variant="default")["seats_total"].to_list() == [180]
    assert seats.height == aircraft.seats().height
