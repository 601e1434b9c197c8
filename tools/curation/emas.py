"""Core indicators of EMAS: amount A, number of persons or floor area B, ratio R = A / B."""

import polars as pl

from .package import Package, Resource, shared

APACHE = ("Apache-2.0", "Apache License 2.0", "https://www.apache.org/licenses/LICENSE-2.0")
# Which of our quantities an A is, in which unit, and its factor from our unit; land and air pollutants are held by no category.
_A = {
    ("Energy", "total direct energy use"): ("energy_mwh", "energy", "MWh", 0.001),
    ("Energy", "total renewable energy use"): ("renewable_use_mwh", "renewable_electricity", "MWh", 0.001),
    ("Energy", "total renewable energy generation (2018 edition)"): ("renewable_generation_mwh", "renewable_generation", "MWh", 0.001),
    ("Material", "mass flow of key materials without energy and water"): ("material_paper_t", "paper", "t", 0.001),
    ("Water", "total water use"): ("water_m3", "water", "m3", 1.0),
    ("Waste", "total waste by type"): ("waste_t", "waste", "t", 0.001),
    ("Waste", "total hazardous waste"): ("waste_hazardous_kg", "waste_hazardous", "kg", 1.0),
    ("Emissions", "greenhouse gases CO2,CH4,N2O,HFC,PFC,SF6 (+NF3 in later text)"): ("greenhouse_gases_t_co2e", "emissions", "t CO2e", 0.001),
    ("Emissions", "air pollutants, at least SO2,NOx,PM"): ("air_pollutants_kg", "air_pollutants", "kg", 1.0),
    ("Public administration", "total annual energy use"): ("office_energy_kwh", "energy", "kWh", 1.0),
    ("Public administration", "GHG of offices"): ("office_greenhouse_gases_kg_co2e", "emissions_of_facilities", "kg CO2e", 1.0),
    ("Public administration", "water use in offices"): ("office_water_m3", "water", "m3", 1.0),
    ("Public administration", "office waste"): ("office_waste_kg", "waste", "kg", 1.0),
}  # fmt: skip
_LAND = ("land_m2", "land", "m2", 1.0)
_B = {"persons": "person", "floor_area": "m2"}


def package() -> Package:
    """Return the package ``emas_core_indicators``."""
    return Package(
        name="emas_core_indicators",
        title="Core indicators of EMAS, and those of its sectoral reference document for public administration",
        description="Regulation (EC) 1221/2009, Annex IV C, as amended by Regulation (EU) 2018/2026; Commission Decision (EU) 2019/61 for "
        "public administration. Public bodies divide by persons employed. Rows whose text was not seen in a source are marked unverified. Of "
        "key materials Salève knows paper alone.",
        edition="2018/2026 and 2019/61",
        publisher="European Union: Regulation (EC) 1221/2009 with Regulation (EU) 2018/2026; Commission Decision (EU) 2019/61",
        path="",
        licence=APACHE,
        accounting_basis="not applicable",
        valid_from=None,
        valid_to=None,
        resources=(_indicators(),),
    )


def _indicators() -> Resource:
    rows = [made for row in shared("emas_core_indicators.csv").iter_rows(named=True) for made in _ratios(row)]
    return Resource(
        "indicators",
        pl.DataFrame(rows, schema_overrides={"times": pl.Float64}),
        ("indicator",),
        "One record for each ratio; the quantities are those of the package indicators",
    )


def _ratios(row: dict[str, str]) -> list[dict[str, object]]:
    name, quantity, unit, times = _A.get((row["area"], row["indicator A"]), _LAND)
    return [
        {
            "indicator": f"{name}_per_{_B[divisor]}",
            "area": row["area"],
            "numerator": quantity,
            "denominator": divisor,
            "unit": f"{unit}/{_B[divisor]}",
            "times": times,
            "meaning": row["indicator A"],
            "source": row["source"],
            "quality": "transcribed" if row["tag"].startswith("source") else "unverified",
        }
        for divisor in _divisors(row["B"])
    ]


def _divisors(text: str) -> list[str]:
    """Return what A is divided by: FTE and persons employed are the persons of the inventory."""
    area = ["floor_area"] if "m2" in text else []
    persons = ["persons"] if text == "same" or "persons" in text or "FTE" in text else []
    return persons + area
