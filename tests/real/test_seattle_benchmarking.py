"""Energy and greenhouse gases of 3,376 buildings: the city's own figures come back once its factors are imported.

The city prints no factors; they are found in its figures, each in buildings of one kind of energy more than the kind before.
"""

from pathlib import Path

import polars as pl
import pytest

from saleve.ems.factor_files import own_factors
from saleve.ems.factors import import_factors
from saleve.method.activity import district_energy, electricity, fuels
from saleve.method.emissions import compute
from saleve.method.emissions.rules import Rules

FILE = "data/real/seattle_benchmarking_2016/2016_Building_Energy_Benchmarking.csv"
KWH_PER_THERM, KWH_PER_KBTU = 29.3071070172, 0.293071070172  # international table
PRINTED_KG = 5.0  # half of the last printed digit: 0.01 t
FOUND = {"electricity": "Electricity(kWh)", "gas": "NaturalGas(therms)", "steam": "SteamUse(kBtu)"}
HEADER = "category,edition,published,place,year,fuel,carrier,accounting_basis,unit,kg_co2e_per_unit,source\n"


@pytest.fixture(scope="module")
def buildings(shared: Path) -> pl.DataFrame:
    """Return site, kWh of each kind of energy, and the printed kg of CO2e of every building that states them."""
    table = pl.read_csv(shared / FILE, infer_schema=False, encoding="utf8-lossy")
    numbers = table.select(
        pl.col("OSEBuildingID").alias("site"),
        electricity=pl.col("Electricity(kWh)").cast(pl.Float64, strict=False),
        gas=pl.col("NaturalGas(therms)").cast(pl.Float64, strict=False) * KWH_PER_THERM,
        steam=pl.col("SteamUse(kBtu)").cast(pl.Float64, strict=False) * KWH_PER_KBTU,
        printed_kg=pl.col("TotalGHGEmissions").cast(pl.Float64, strict=False) * 1000,
    )
    return numbers.drop_nulls()


@pytest.fixture(scope="module")
def factors(buildings: pl.DataFrame) -> dict[str, float]:
    """Return the kg per kWh that the printed figures of all buildings allow."""
    known: dict[str, float] = {}
    for name in FOUND:
        later = list(FOUND)[list(FOUND).index(name) + 1 :]
        rows = buildings.filter(pl.col(name) > 0, *(pl.col(other) == 0 for other in later))
        rest = pl.col("printed_kg") - sum((pl.col(other) * kg for other, kg in known.items()), pl.lit(0.0))
        low = rows.select(((rest - PRINTED_KG) / pl.col(name)).max()).item()
        high = rows.select(((rest + PRINTED_KG) / pl.col(name)).min()).item()
        assert low < high, f"no factor of {name} fits all buildings"
        known[name] = (low + high) / 2
    return known


@pytest.fixture(scope="module")
def rules(factors: dict[str, float], tmp_path_factory: pytest.TempPathFactory) -> Rules:
    """Return rules with the city's factors, brought in as an organisation would."""
    folder = tmp_path_factory.mktemp("seattle")
    (folder / "saleve.toml").write_text('[organisation]\nname = "City"\n', "utf-8")
    start = "Seattle 2016,2017-12-31,USA,2016"
    table = folder / "table.csv"
    rows = (
        f"electricity,{start},,,direct_generation,kWh,{factors['electricity']!r},derived",
        f"fuels,{start},natural_gas,,direct_combustion,kWh (gross CV),{factors['gas']!r},derived",
        f"district_energy,{start},,steam,direct_generation,kWh,{factors['steam']!r},derived",
    )
    table.write_text(HEADER + "\n".join(rows) + "\n", "utf-8")
    brought = import_factors(
        folder, table, accept_warnings=True
    )  # its hydropower is far from the grid of the country
    assert brought.problems["code"].to_list() == ["factor-far"]
    return Rules(accounting_basis="direct_generation", own_factors=own_factors(folder))


def test_the_greenhouse_gases_of_every_building_are_the_printed_ones(buildings, rules):
    computed = pl.concat([of_source(buildings, rules, kind) for kind in KINDS])
    beside = buildings.join(computed.group_by("site").agg(pl.col("kg_co2e").sum()), on="site")
    assert beside.height == buildings.height == 3367
    missed = (beside["kg_co2e"] - beside["printed_kg"]).abs()
    assert missed.max() < PRINTED_KG + 0.01


def test_every_row_says_that_the_factor_is_of_the_country(buildings, rules):
    computed = pl.concat([of_source(buildings, rules, kind) for kind in KINDS])
    assert computed["factor_level"].unique().to_list() == ["country"]
    assert computed["factor_id"].n_unique() == 3


def test_the_gas_factor_is_that_of_the_us_environmental_protection_agency(factors):
    assert factors["gas"] * KWH_PER_THERM == pytest.approx(5.311, abs=1e-6)  # 53.11 kg per million Btu


KINDS = (
    ("electricity", "electricity", electricity.ACTIVITY, {"supply": "grid"}, "energy_kwh"),
    ("gas", "fuels", fuels.ACTIVITY, {"fuel": "natural_gas", "amount_unit": "kWh gross", "calorific_basis": "gross", "basis_assumed": False}, "amount"),
    ("steam", "district_energy", district_energy.ACTIVITY, {"carrier": "steam"}, "energy_kwh"),
)  # fmt: skip


def of_source(buildings, rules, kind_of_energy):
    """Compute one kind of energy of all buildings, by location."""
    kind, source, schema, said, amount = kind_of_energy
    stated = {"year": 2016, "country": "USA", "reading": "actual", **said}
    rows = buildings.with_row_index("source_row", 2).select(
        "source_row",
        "site",
        pl.col(kind).alias(amount),
        *(pl.lit(value).alias(name) for name, value in stated.items()),
    )
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in schema.items() if name not in rows.columns]
    activity = rows.with_columns(absent).select(pl.col(name).cast(dtype) for name, dtype in schema.items())
    found = compute.estimate(source, {source: activity}, rules)
    located = (pl.col("electricity_basis") == "location") | pl.col("electricity_basis").is_null()
    printed = located & (pl.col("boundary") == "minimum")  # grid losses are not in the file
    return found.filter(printed).select("site", "kg_co2e", "factor_level", "factor_id")
