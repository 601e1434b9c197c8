import polars as pl
import pytest

from saleve.method.problems import UnknownReferenceError
from saleve.method.reference import air_travel_factors


def test_long_haul_economy_of_2025_is_the_printed_figure():
    factors = air_travel_factors.desnz_factors(radiative_forcing=True)
    row = factors.filter(year=2025, haul="long", cabin="economy")
    assert row["kg_co2e_per_passenger_km"].item() == pytest.approx(0.11704, abs=1e-5)


def test_every_year_haul_and_cabin_stands_once_for_each_component():
    for component in ("direct", "upstream"):
        for radiative_forcing in (True, False):
            factors = air_travel_factors.desnz_factors(component, radiative_forcing=radiative_forcing)
            assert factors.select("year", "haul", "cabin").is_unique().all()
            assert set(factors["haul"]) == {"domestic", "short", "long", "international"}


def test_radiative_forcing_multiplies_the_direct_factor_by_1_9_and_later_by_1_7():
    with_rf, without = (air_travel_factors.desnz_factors(radiative_forcing=flag) for flag in (True, False))
    both = with_rf.join(without, on=["year", "haul", "cabin"])
    ratio = both.select(
        "year", ratio=pl.col("kg_co2e_per_passenger_km") / pl.col("kg_co2e_per_passenger_km_right")
    )
    assert ratio.filter(pl.col("year") <= 2022)["ratio"].mean() == pytest.approx(1.9, abs=0.02)
    assert ratio.filter(pl.col("year") > 2022)["ratio"].mean() == pytest.approx(1.7, abs=0.02)


def test_parameters_of_the_travel_impact_model_are_the_published_ones():
    assert air_travel_factors.tim_parameter("co2e_per_fuel_ttw") == 3.1894
    wide = air_travel_factors.tim_class_factors().filter(body="wide").row(0, named=True)
    assert (wide["class_economy"], wide["class_business"], wide["class_first"]) == (1, 4, 5)


def test_an_unknown_parameter_is_refused_with_the_nearest():
    with pytest.raises(UnknownReferenceError, match="load_factor"):
        air_travel_factors.tim_parameter("load_factors")
