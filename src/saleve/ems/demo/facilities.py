"""Bills, refills, people, areas and the rest of a coordinator's folder, for every site and month."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from saleve.ems.demo.invented import Draws, invented

# What the headquarters use in 2019, before the yearly index; seasons as shares of a year, January first.
HEADQUARTERS = ("Main building", "Conference annex")
HEAT_MWH = {"Main building": 5100.0, "Conference annex": 1950.0}
BOILER_EFFICIENCY = 0.89
HEAT_SEASON = (17, 15, 12.5, 8, 4, 1.5, 1.2, 1.2, 3.2, 8, 12.4, 16)
ELECTRICITY_SEASON = (8.9, 8.2, 8.7, 8.0, 8.1, 8.2, 8.1, 7.7, 8.1, 8.5, 8.7, 8.8)
HOT_SEASON = (6.5, 6.6, 7.6, 8.2, 9.2, 9.8, 10.4, 10.3, 9.4, 8.3, 7.0, 6.7)
COOLING_SEASON = (1, 1, 2, 4, 9, 17, 23, 22, 13, 5, 2, 1)
NETWORK_FROM = date(2018, 10, 1)  # the boilers were taken out when the heat network reached the park
COOLING_MWH = {"Main building": 880.0, "Conference annex": 540.0}
CERTIFICATES_FROM = 2012
SOLAR_FROM, SOLAR_MWH = 2016, 92.0
SOLAR_SEASON = (2, 4, 8, 10, 13, 14, 15, 13, 10, 6, 3, 2)
NETWORK = "Lakeside Heat and Cold (synthetic)"
# The operator's own statements, by carrier: factor in the first year and its change in a year, kg CO2e per kWh.
NETWORK_FACTORS = {"heat": (0.158, -0.002), "cooling": (0.012, -0.0004)}
GENERATORS = {"Nairobi": 31_000.0, "Addis Ababa": 24_500.0}  # litres a year
REFILLS = (
    ("Main building", "Chiller 1", "R-134a", 36.0, 2010, 2025),
    ("Main building", "Chiller 2", "R-134a", 31.0, 2010, 2018),
    ("Main building", "Server room units", "R-410A", 22.0, 2010, 2025),
    ("Conference annex", "Split units, cabins of interpreters", "R-22", 26.0, 2010, 2014),
    ("Conference annex", "Split units, cabins of interpreters", "R-410A", 19.0, 2015, 2025),
    ("Nairobi", "Split units", "R-22", 14.0, 2010, 2016),
    ("Nairobi", "Split units", "R-410A", 13.0, 2017, 2025),
    ("Bangkok", "Rooftop unit", "R-22", 18.0, 2010, 2015),
    ("Bangkok", "Rooftop unit", "R-410A", 17.0, 2016, 2025),
    ("Cairo", "Split units", "R-410A", 11.0, 2010, 2025),
)
STAFF_DEFINITION = "Staff, short-term staff, consultants and interns: full-time equivalents, mean of the year"
AREA_DEFINITION = "Gross internal area"
TRAVEL_METHOD = "Rail operator's statement; expense claims by road: distance by a published factor"


def facility_tables(seed: int) -> Iterator[tuple[str, pl.DataFrame]]:
    """Return the name and content of each file; every cell is text as it stands in the file."""
    draws = Draws(seed)
    yield "electricity-headquarters", _headquarters_electricity(draws)
    yield "electricity-offices", _office_electricity(draws)
    yield "natural-gas-headquarters", _gas(draws)
    yield "heat-and-cooling-headquarters", _district_energy(draws)
    yield "generator-diesel", _diesel(draws)
    yield "refrigerants", _refrigerants(draws)
    yield "people", _people(draws)
    yield "floor-area", _areas()
    yield "rail-and-road-travel", _other_travel()


def write_table(path: Path, table: pl.DataFrame) -> Path:
    """Write a table; files with French headers as a French spreadsheet does."""
    french = any(name.startswith("Bât") for name in table.columns)
    path.write_bytes(
        table.write_csv(separator=";" if french else ",", line_terminator="\r\n").encode(
            "utf-8-sig" if french else "utf-8"
        )
    )
    return path


def _index(name: str) -> Mapping[int, float]:
    return {
        year: value / 100 for year, value in invented("years").select("year", f"{name}_index").iter_rows()
    }


def _months() -> pl.DataFrame:
    years = invented("years")["year"]
    start = pl.date_range(date(years.min(), 1, 1), date(years.max(), 12, 1), "1mo")  # type: ignore[arg-type]
    return pl.select(start=start).with_columns(
        end=pl.col("start").dt.month_end(),
        year=pl.col("start").dt.year().cast(pl.Int64),
        month=pl.col("start").dt.month().cast(pl.Int64),
    )


def _monthly(
    draws: Draws,
    mwh_a_year: float,
    index: Mapping[int, float],
    season: tuple[float, ...],
    spread: float = 0.06,
) -> pl.DataFrame:
    """Return kWh for every month: a year's use by index, spread over the months, with what the weather adds."""
    months = _months()
    yearly = months["year"].replace_strict(dict(index), return_dtype=pl.Float64).to_numpy()
    share = np.array(season)[months["month"].to_numpy() - 1] / sum(season)
    kwh = np.rint(1000 * mwh_a_year * yearly * share * draws.around(months.height, spread))
    return months.with_columns(kwh=pl.Series(kwh).cast(pl.Int64))


def _headquarters_electricity(draws: Draws) -> pl.DataFrame:
    offices = dict(invented("offices").select("site", "electricity_mwh").iter_rows())
    names = dict(zip(HEADQUARTERS, ("Bâtiment principal", "Annexe de conférences"), strict=True))
    bought = [
        _monthly(draws, offices[site], _index("electricity"), ELECTRICITY_SEASON).with_columns(
            site=pl.lit(name),
            meter=pl.lit(f"CH-{number}0417"),
            supply=pl.lit("Réseau"),
            covered=pl.col("kwh"),
        )
        for number, (site, name) in enumerate(names.items(), start=1)
    ]
    roof = _monthly(draws, SOLAR_MWH, dict.fromkeys(_index("people"), 1.0), SOLAR_SEASON).filter(
        pl.col("year") >= SOLAR_FROM
    )
    solar = roof.with_columns(
        site=pl.lit(names["Conference annex"]),
        meter=pl.lit("PV-1"),
        supply=pl.lit("Solaire"),
        covered=pl.lit(None, dtype=pl.Int64),
    )
    lines = pl.concat([*bought, solar]).sort("start", "meter")
    certified = pl.when(pl.col("year") >= CERTIFICATES_FROM).then("covered")
    return lines.select(
        pl.col("site").alias("Bâtiment"),
        pl.col("meter").alias("Compteur"),
        _day("start", "%d.%m.%Y").alias("Du"),
        _day("end", "%d.%m.%Y").alias("Au"),
        pl.col("kwh").alias("Consommation (kWh)"),
        pl.col("supply").alias("Provenance"),
        certified.alias("Garanties d'origine (kWh)"),
    )


def _office_electricity(draws: Draws) -> pl.DataFrame:
    offices = (
        invented("offices").filter(~pl.col("site").is_in(HEADQUARTERS)).select("site", "electricity_mwh")
    )
    hot = ("Bangkok", "Cairo", "New York")
    bills = [
        _monthly(
            draws, mwh, _index("office"), HOT_SEASON if site in hot else ELECTRICITY_SEASON, 0.1
        ).with_columns(site=pl.lit(site), meter=pl.lit(f"{site[:3].upper()}-1"))
        for site, mwh in offices.iter_rows()
    ]
    estimated = (pl.col("site") == "Addis Ababa") & (pl.col("month") == 12)
    lines = pl.concat(bills).sort("start", "site")
    return lines.select(
        pl.col("site").alias("Office"),
        pl.col("meter").alias("Meter number"),
        _day("start").alias("Period start"),
        _day("end").alias("Period end"),
        pl.col("kwh").alias("Consumption (kWh)"),
        pl.when(estimated).then(pl.lit("Estimated")).otherwise(pl.lit("Metered")).alias("Reading type"),
    )


def _gas(draws: Draws) -> pl.DataFrame:
    bills = [
        _monthly(draws, mwh / BOILER_EFFICIENCY, _index("heat"), HEAT_SEASON, 0.12).with_columns(
            site=pl.lit(site), meter=pl.lit(f"G-{number}")
        )
        for number, (site, mwh) in enumerate(HEAT_MWH.items(), start=1)
    ]
    lines = pl.concat(bills).filter(pl.col("start") < NETWORK_FROM).sort("start", "meter")
    return lines.select(
        pl.col("site").alias("Building"),
        pl.col("meter").alias("Meter number"),
        _day("start").alias("From"),
        _day("end").alias("To"),
        pl.lit("Natural gas").alias("Fuel"),
        pl.col("kwh").alias("Quantity"),
        pl.lit("kWh gross").alias("Unit"),
    )


def _district_energy(draws: Draws) -> pl.DataFrame:
    parts = [
        _monthly(draws, mwh, _index("heat"), season, 0.12).with_columns(
            site=pl.lit(site), carrier=pl.lit(carrier), factor=_factor(carrier)
        )
        for carrier, use, season in (
            ("heat", HEAT_MWH, HEAT_SEASON),
            ("cooling", COOLING_MWH, COOLING_SEASON),
        )
        for site, mwh in use.items()
    ]
    lines = (
        pl.concat(parts)
        .filter(pl.col("start") >= NETWORK_FROM)
        .sort("start", "carrier", "site", descending=[False, True, True])
    )
    return lines.select(
        pl.col("site").alias("Building"),
        pl.format(
            "{}{}-1", pl.col("carrier").str.slice(0, 1).str.to_uppercase(), pl.col("site").str.slice(0, 1)
        ).alias("Meter number"),
        pl.col("carrier").alias("Carrier"),
        pl.lit(NETWORK).alias("Network"),
        _day("start").alias("From"),
        _day("end").alias("To"),
        (pl.col("kwh") / 1000).round(1).alias("Consumption (MWh)"),
        pl.col("factor").alias("Supplier factor"),
        pl.format("Operator's statement {} (synthetic)", "year").alias("Supplier factor name"),
    )


def _factor(carrier: str) -> pl.Expr:
    first, change = NETWORK_FACTORS[carrier]
    return (first + change * (pl.col("year") - NETWORK_FROM.year)).round(4)


def _diesel(draws: Draws) -> pl.DataFrame:
    """Return the generators' logs: litres burnt in each quarter."""
    rows = [
        (site, date(year, month, 1), round(litres * index / 4 * share / 10) * 10)
        for site, litres in GENERATORS.items()
        for year, index in _index("diesel").items()
        for month, share in zip((1, 4, 7, 10), draws.around(4, 0.3), strict=True)
    ]
    lines = pl.DataFrame(rows, schema=("site", "start", "litres"), orient="row").sort("start", "site")
    return lines.with_columns(end=pl.col("start").dt.offset_by("2mo").dt.month_end()).select(
        pl.col("site").alias("Site"),
        _day("start").alias("From"),
        _day("end").alias("To"),
        pl.lit("Diesel").alias("Fuel"),
        pl.lit("Generator").alias("Purpose"),
        pl.col("litres").alias("Litres"),
    )


def _refrigerants(draws: Draws) -> pl.DataFrame:
    index = _index("refrigerant")
    rows = [
        (
            site,
            equipment,
            gas,
            date(year, 4 + int(month), 1 + int(day)),
            round(mass * index[year] * float(draws.around(1, 0.4)[0]), 1),
        )
        for site, equipment, gas, mass, first, last in REFILLS
        for year in index
        if first <= year <= last
        for month, day in [draws.uniform(2, 0, 7)]
    ]
    lines = pl.DataFrame(rows, schema=("site", "equipment", "gas", "day", "kg"), orient="row").sort(
        "day", "equipment", "site"
    )
    return lines.select(
        pl.col("site").alias("Site"),
        pl.col("equipment").alias("Equipment"),
        pl.col("gas").alias("Refrigerant"),
        _day("day").alias("Date of service"),
        pl.col("kg").alias("Refilled (kg)"),
    )


def _people(draws: Draws) -> pl.DataFrame:
    offices = invented("offices").select("site", "people")
    rows = [
        (year, site, round(2 * people * index * float(draws.around(1, 0.02)[0])) / 2)
        for year, index in _index("people").items()
        for site, people in offices.iter_rows()
    ]
    lines = pl.DataFrame(rows, schema=("Year", "Duty station", "Persons"), orient="row")
    return lines.with_columns(pl.lit(STAFF_DEFINITION).alias("Definition"))


def _areas() -> pl.DataFrame:
    years = invented("years").select(pl.col("year").alias("Year"))
    offices = invented("offices").select(pl.col("site").alias("Site"), pl.col("area_m2").alias("Area (m2)"))
    return years.join(offices, how="cross").with_columns(pl.lit(AREA_DEFINITION).alias("Definition"))


def _other_travel() -> pl.DataFrame:
    labels = {"rail_t": "Rail travel", "road_t": "Road travel by taxi and hired car"}
    long = (
        invented("years")
        .unpivot(on=list(labels), index="year", variable_name="label", value_name="t")
        .sort("year", "label")
    )
    return long.select(
        pl.col("year").alias("Year"),
        pl.col("label").replace_strict(labels).alias("Emission source"),
        pl.lit(3).alias("Scope"),
        pl.col("t").alias("Emissions (t CO2e)"),
        pl.lit(30).alias("Uncertainty (%)"),
        pl.lit(TRAVEL_METHOD).alias("Method"),
    )


def _day(column: str, pattern: str = "%Y-%m-%d") -> pl.Expr:
    return pl.col(column).dt.to_string(pattern)
