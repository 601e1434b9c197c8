"""Journeys on the ground, hotel nights, working from home, meals at events, energy of virtual meetings."""

import polars as pl
from babel import Locale

from .factors import ETALAB, FACTS, GWP_CO2E, OGL, US_PUBLIC, finish, gases, open_period, years
from .package import TARGET, Package, Resource, shared

KM_PER_MILE = 1.609344
OPERATION = "operation"  # what moves the vehicle, heats the room; not what built it
DESNZ_WAYS = {
    "rail.national_rail|passenger_km": ("rail", 20.0),
    "rail.light_rail_and_tram|passenger_km": ("metro_tram", 20.0),
    "bus.average_local_bus|passenger_km": ("bus", 30.0),
    "bus.coach|passenger_km": ("coach", 30.0),
    "taxis.regular_taxi|km": ("taxi", 20.0),
    "motorbike.average|km": ("motorcycle", 20.0),
}
CAR_RANGE_PCT = 20.0
CAR_FUELS = {"battery_electric_vehicle": "electric", "plug_in_hybrid_electric_vehicle": "plug_in_hybrid"}
EPA_WAYS = {
    "t10.intercity_rail_national_average_c.passenger_mile": "rail",
    "t10.transit_rail_i_e_subway_tram_e.passenger_mile": "metro_tram",
    "t10.bus.passenger_mile": "bus",
    "t10.passenger_car_a.vehicle_mile": "average_car_unknown",
    "t10.motorcycle.vehicle_mile": "motorcycle",
    "t8.light_duty_truck_b.vehicle_mile": "van",
    "t8.medium_and_heavy_duty_truck.vehicle_mile": "truck",
}
EPA_RANGE_PCT = 30.0
ADEME_RAIL = {
    "Allemagne": "DEU", "Autriche": "AUT", "Belgique": "BEL", "Danemark": "DNK", "Espagne": "ESP", "Finlande": "FIN", "Grece": "GRC",
    "Irlande": "IRL", "Italie": "ITA", "Luxembourg": "LUX", "Norvege": "NOR", "Pays Bas": "NLD", "Portugal": "PRT", "Suede": "SWE",
    "Suisse": "CHE",
}  # fmt: skip
# Year of the data -> long-distance trains (the value), high-speed and regional trains (the ends of its range).
FRENCH_RAIL = {
    2018: ("28152", "28153", "28154"),
    2019: ("28144", "28145", "28146"),
    2021: ("37144", "37142", "37141"),
    2022: ("43272", "43256", "43255"),
}
ADEME_OTHERS = {
    "28151": ("metro_tram", 2018),
    "43740": ("coach", None),
    "28331": ("e_bike", None),
}
FERRIES = ("28259", "28248", "28249", "28250")  # river shuttle; three crossings between islands
HOTEL_RANGE_PCT = 50.0
HOTEL_NAMES = {
    "china_hong_kong": "HKG", "hong_kong_china": "HKG", "macau_china": "MAC", "taiwan_china": "TWN", "korea": "KOR", "uk": "GBR",
    "uk_london": "GBR:LONDON", "turkey": "TUR", "slovak_republic": "SVK", "czech_republic": "CZE", "russian_federation": "RUS",
}  # fmt: skip
NO_COUNTRY = ("caribbean_region", "germany_northern_region", "germany_southern_region")
TELEWORK_RANGE_PCT = 50.0
MEALS = {"20682": "meal", "20683": "meal_vegetarian"}
OWN_PAPER_RANGE_PCT = 30.0
UNSAID = "The publisher states no uncertainty: the ranges are our assumptions. "
OPEN_LICENCES = "Contains public sector information licensed under the Open Government Licence v3.0."


def ground_travel() -> Package:
    """Return the package ``ground_travel``."""
    table = pl.concat(
        [
            _desnz_ways(),
            _desnz_cars(),
            _epa_ways(),
            _rail_of_countries(),
            _french_rail(),
            _french_others(),
            _ferry(),
        ]
    )
    return Package(
        name="ground_travel",
        title="Journeys on the ground: rail, metro, bus, coach, taxi, car, motorcycle, ferry; electric cars in kWh per km",
        description="Energy that moves the vehicle; neither its making nor, in the UK and US factors, the supply of its fuel. UK Government "
        "2016-2025 per passenger-km (rail, metro, bus, coach) or per km of the vehicle (cars by size and fuel, taxi, motorcycle). "
        + UNSAID
        + "Rail and cars 20 %, bus and coach 30 %; US factors 30 %. Rail of 15 countries from ADEME (20 %, published; whether the supply of "
        "energy is counted its table does not say). French rail is ADEME's long-distance train, its range reaches from the high-speed "
        "to the regional train. Ferry: geometric mean of the lowest and highest of four ADEME records (river shuttle and crossings "
        "between islands), which are the ends of its range (derived). Electric cars: UK kg per km divided by UK kg per kWh of the same "
        "year (derived). " + OPEN_LICENCES + " ADEME, Base Carbone V23.6, Licence Ouverte.",
        edition="UK Government 2016-2025; ADEME V23.6; EPA hub January 2025",
        publisher="UK Government (BEIS/DESNZ); ADEME Base Carbone; US Environmental Protection Agency",
        path="https://www.gov.uk/government/collections/government-conversion-factors-for-company-reporting",
        licence=OGL,
        more_licences=(ETALAB, US_PUBLIC),
        accounting_basis=OPERATION,
        valid_from="2016-01-01",
        valid_to="2025-12-31",
        resources=(
            Resource("factors", table, ("factor_id",), "One record a way to travel, place and year"),
            Resource("electric_cars", _electric_cars(), ("transport", "year"), "Energy of electric cars"),
        ),
    )  # fmt: skip


def hotels() -> Package:
    """Return the package ``hotels``."""
    return Package(
        name="hotels",
        title="Hotel nights by country and year",
        description="UK Government conversion factors 2017-2025, per occupied room and night, published as CO2e only. "
        + UNSAID
        + "50 %, as hotels of one country differ. WORLD is the median of the countries of the edition (derived); its range reaches "
        "from the lowest to the highest of them. Regions of Germany and the Caribbean are left out. "
        + OPEN_LICENCES,
        edition="2017-2025",
        publisher="UK Government (BEIS/DESNZ) GHG conversion factors for company reporting",
        path="https://www.gov.uk/government/collections/government-conversion-factors-for-company-reporting",
        licence=OGL,
        accounting_basis=OPERATION,
        valid_from="2017-01-01",
        valid_to="2025-12-31",
        resources=(Resource("factors", _hotel_nights(), ("factor_id",), "One record a country and year"),),
    )


def commuting() -> Package:
    """Return the package ``commuting``: an hour of work from home."""
    return Package(
        name="commuting",
        title="Working from home: office equipment and heating, per hour",
        description="UK Government conversion factors 2022-2025, per hour worked at home of one person, published as CO2e only: heating "
        "by a British boiler and power of office equipment. Ways to travel to work are in the package ground_travel. "
        + UNSAID
        + "50 %. "
        + OPEN_LICENCES,
        edition="2022-2025",
        publisher="UK Government (BEIS/DESNZ) GHG conversion factors for company reporting",
        path="https://www.gov.uk/government/collections/government-conversion-factors-for-company-reporting",
        licence=OGL,
        accounting_basis=OPERATION,
        valid_from="2022-01-01",
        valid_to="2025-12-31",
        resources=(Resource("factors", _telework(), ("factor_id",), "One record a year"),),
    )


def events() -> Package:
    """Return the package ``events``: meals and paper."""
    return Package(
        name="events",
        title="Meals and printed paper of events",
        description="ADEME Base Carbone V23.6: a mean meal and a vegetarian one (50 %, published). UK Government 2016-2025: paper from new "
        "fibres, per kg. " + UNSAID + "30 %. " + OPEN_LICENCES + " ADEME, Base Carbone V23.6, Licence Ouverte.",
        edition="ADEME V23.6; UK Government 2016-2025",
        publisher="ADEME Base Carbone; UK Government (BEIS/DESNZ)",
        path="https://base-empreinte.ademe.fr",
        licence=ETALAB,
        more_licences=(OGL,),
        accounting_basis="lifecycle",
        valid_from="2016-01-01",
        valid_to="2025-12-31",
        resources=(
            Resource("factors", pl.concat([_meals(), _paper()]), ("factor_id",), "One record an item and year"),
        ),
    )  # fmt: skip


def virtual_meetings() -> Package:
    """Return the package ``virtual_meetings``."""
    return Package(
        name="virtual_meetings",
        title="Energy of an hour of one participant of a virtual meeting",
        description="The one estimate held in kWh per participant-hour (network; 0.5 GB an hour at 0.42 kWh/GB), to be multiplied by the "
        "factor of a grid. Lower end: the same 0.5 GB at 0.015 kWh/GB, the lowest published. Upper end: the highest published "
        "emission, 1.0 kg CO2 an hour (network, servers and devices), at the world's grid of 2021. So the range holds the "
        "published 0.15 to 1.0 kg CO2 an hour. Figures used as facts with attribution; partly read in copies.",
        edition="2021",
        publisher="V. Vesma, IEMA 2021; D. Mytton 2020 and R. Obringer et al. 2021, both as cited by others",
        path="https://www.iema.net/resources/blogs/2021/07/21",
        licence=FACTS,
        accounting_basis="energy, to be multiplied by a grid factor",
        valid_from=None,
        valid_to=None,
        resources=(Resource("energy", _meeting_energy(), ("parameter_id",), "One record"),),
    )


def _assumed(width_pct: pl.Expr | float) -> list[pl.Expr]:
    width = pl.lit(width_pct) if isinstance(width_pct, float) else width_pct
    return [
        width.alias("low_pct"),
        width.alias("high_pct"),
        pl.lit("assumption").alias("uncertainty_basis"),
        pl.lit(OPERATION).alias("accounting_basis"),
    ]


def _published(width: str = "uncertainty_pct") -> list[pl.Expr]:
    half = pl.col(width).cast(pl.Float64)
    return [
        half.alias("low_pct"),
        half.alias("high_pct"),
        pl.lit("published").alias("uncertainty_basis"),
        pl.lit(OPERATION).alias("accounting_basis"),
        pl.lit("V23.6").alias("edition"),
        pl.lit("published").alias("quality"),
    ]


def _desnz(prefix: str) -> pl.DataFrame:
    rows = shared("factors_desnz.csv").filter(pl.col("activity_key").str.starts_with(prefix))
    return rows.with_columns(
        pl.col("activity_key").str.strip_prefix(prefix).alias("key"),
        pl.lit("GBR").alias("place"),
        *years(),
        *gases(),
        pl.col("year_valid_from").alias("edition"),
        pl.lit("published").alias("quality"),
    )


def _desnz_id(family: str, key: str) -> pl.Expr:
    return pl.format(family + ".desnz.{}.{}", key, "year_valid_from").alias("factor_id")


def _desnz_ways() -> pl.DataFrame:
    ways = {key: way for key, (way, _width) in DESNZ_WAYS.items()}
    widths = {key: width for key, (_way, width) in DESNZ_WAYS.items()}
    rows = _desnz("business_travel_land.").filter(pl.col("key").is_in(list(ways)))
    named = rows.with_columns(
        pl.col("key").replace_strict(ways).alias("transport"),
        *_assumed(pl.col("key").replace_strict(widths, return_dtype=pl.Float64)),
    )
    return finish(named.with_columns(_desnz_id("ground", "transport")), "transport")


def _cars() -> pl.DataFrame:
    rows = _desnz("business_travel_land.cars_by_size.")
    part = pl.col("key").str.strip_suffix("|km").str.split(".")
    fuel = part.list.get(1).replace(CAR_FUELS)
    return rows.with_columns(
        pl.concat_str(part.list.get(0), fuel, separator="_").alias("transport"), fuel.alias("fuel")
    )


def _desnz_cars() -> pl.DataFrame:
    burning = _cars().filter(pl.col("fuel") != "electric")
    return finish(
        burning.with_columns(_desnz_id("ground", "transport"), *_assumed(CAR_RANGE_PCT)), "transport"
    )


def _electric_cars() -> pl.DataFrame:
    grid = _desnz("uk_electricity.electricity_generated.electricity_uk").select(
        "year_valid_from", kg_co2e_per_kwh="kg_co2e_per_unit"
    )
    cars = _cars().filter(pl.col("fuel") == "electric").join(grid, on="year_valid_from")
    return cars.select(
        "transport",
        pl.col("year_valid_from").cast(pl.Int64).alias("year"),
        (pl.col("kg_co2e_per_unit") / pl.col("kg_co2e_per_kwh")).round(4).alias("energy_kwh_per_km"),
        pl.lit(CAR_RANGE_PCT).alias("low_pct"),
        pl.lit(CAR_RANGE_PCT).alias("high_pct"),
        pl.lit("assumption").alias("uncertainty_basis"),
        "edition",
        "source",
        pl.lit("kg per km of the car divided by kg per kWh generated, same edition").alias("source_table"),
        pl.lit("derived").alias("quality"),
    )


def _epa_ways() -> pl.DataFrame:
    ways = {f"epa2025.{key}": way for key, way in EPA_WAYS.items()}
    rows = shared("factors_epa_hub_2025.csv").filter(pl.col("factor_id").is_in(list(ways)))
    numbers = ["kgco2e_per_unit", "co2", "ch4", "n2o"]
    per_km = rows.with_columns((pl.col(numbers).cast(pl.Float64) / KM_PER_MILE).round(12))
    passenger = pl.col("unit") == "passenger-mile"
    return finish(
        per_km.with_columns(
            pl.col("factor_id").replace_strict(ways).alias("transport"),
            pl.when(passenger).then(pl.lit("passenger_km")).otherwise(pl.lit("km")).alias("unit"),
            pl.lit("USA").alias("place"),
            *years(),
            *gases(*GWP_CO2E["AR5"]),
            *_assumed(EPA_RANGE_PCT),
            pl.lit("2025-01").alias("edition"),
            pl.lit("derived").alias("quality"),
        ).with_columns(pl.format("ground.epa.{}.2025", "transport").alias("factor_id")),
        "transport",
    )


def _ademe(elements: list[str]) -> pl.DataFrame:
    number = pl.col("factor_id").str.split(".").list.last()
    rows = shared("factors_ademe.csv").with_columns(number.alias("element"))
    return rows.filter(pl.col("element").is_in(elements)).with_columns(
        pl.lit("FRA").alias("place"),
        *gases(),
        pl.lit("as in the source").alias("gwp_set"),
        *_published(),
    )


def _rail_of_countries() -> pl.DataFrame:
    country = pl.col("region").str.split(":").list.last().replace_strict(ADEME_RAIL, default=None)
    rows = _ademe([str(number) for number in range(28177, 28193)])
    return finish(
        rows.with_columns(country.alias("place")).drop_nulls("place").with_columns(
            pl.format("ground.ademe.rail.{}", "place").alias("factor_id"),
            pl.lit("rail").alias("transport"),
            pl.lit("passenger_km").alias("unit"),
            pl.lit(None, pl.Date).alias("valid_from"),
            pl.date(pl.col("year_valid_to").cast(pl.Int32), 12, 31).alias("valid_to"),
        ),
        "transport",
    )  # fmt: skip


def _french_rail() -> pl.DataFrame:
    """Take the long-distance train; how far the high-speed and the regional train lie from it is its range."""
    elements = [element for three in FRENCH_RAIL.values() for element in three]
    rows = _ademe(elements)
    value = dict(rows.select("element", "kg_co2e_per_unit").iter_rows())
    ends = {
        three[0]: (year, *(abs(value[end] / value[three[0]] - 1) * 100 for end in three[1:]))
        for year, three in FRENCH_RAIL.items()
    }
    of_element = pl.col("element").replace_strict
    dated = rows.filter(pl.col("element").is_in(list(ends))).with_columns(
        of_element({name: str(year) for name, (year, _low, _high) in ends.items()}).alias("data_year"),
        of_element({name: low for name, (_year, low, _high) in ends.items()}).round(2).alias("low_pct"),
        of_element({name: high for name, (_year, _low, high) in ends.items()}).round(2).alias("high_pct"),
        pl.lit("derived").alias("uncertainty_basis"),
        pl.lit("rail").alias("transport"),
        pl.lit("passenger_km").alias("unit"),
    )
    return finish(
        dated.with_columns(
            *years("data_year"), pl.format("ground.ademe.rail.FRA.{}", "data_year").alias("factor_id")
        ),
        "transport",
    )


def _french_others() -> pl.DataFrame:
    ways = {element: way for element, (way, _year) in ADEME_OTHERS.items()}
    dates = {element: year for element, (_way, year) in ADEME_OTHERS.items()}
    year = pl.col("element").replace_strict(dates, return_dtype=pl.Int32)
    passenger = pl.col("unit") == "kgCO2e/passager.km"
    rows = _ademe(list(ways))
    return finish(
        rows.with_columns(
            pl.col("element").replace_strict(ways).alias("transport"),
            pl.when(passenger).then(pl.lit("passenger_km")).otherwise(pl.lit("km")).alias("unit"),
            pl.date(year, 1, 1).alias("valid_from"),
            pl.date(year, 12, 31).alias("valid_to"),
        ).with_columns(pl.format("ground.ademe.{}", "transport").alias("factor_id")),
        "transport",
    )


def _ferry() -> pl.DataFrame:
    """Take the middle of what is published, by ratio: crossings differ sixfold, and no mean of ferries is held."""
    rows = _ademe(list(FERRIES))
    lowest, highest = rows["kg_co2e_per_unit"].min(), rows["kg_co2e_per_unit"].max()
    middle = round((float(lowest) * float(highest)) ** 0.5, 4)  # type: ignore[arg-type]
    one = rows.head(1).with_columns(
        pl.lit("ground.ademe.ferry").alias("factor_id"),
        pl.lit("ferry").alias("transport"),
        pl.lit("passenger_km").alias("unit"),
        *open_period(),
        pl.lit(middle).alias("kg_co2e_per_unit"),
        pl.lit(middle).alias("unsplit_kg_co2e_per_unit"),
        *[pl.lit(None, pl.Float64).alias(name) for name in ("co2_kg_per_unit", "ch4_kg_co2e_per_unit", "n2o_kg_co2e_per_unit")],
        pl.lit(round((1 - float(lowest) / middle) * 100, 2)).alias("low_pct"),  # type: ignore[arg-type]
        pl.lit(round((float(highest) / middle - 1) * 100, 2)).alias("high_pct"),  # type: ignore[arg-type]
        pl.lit("derived").alias("uncertainty_basis"),
        pl.lit("derived").alias("quality"),
        pl.lit("elements " + ", ".join(FERRIES)).alias("source_table"),
    )  # fmt: skip
    return finish(one, "transport")


def _hotel_nights() -> pl.DataFrame:
    rows = _desnz("hotel_stay.hotel_stay.").with_columns(
        pl.col("key").str.strip_suffix("|room_per_night").alias("key")
    )
    countries = rows.filter(~pl.col("key").is_in(NO_COUNTRY)).with_columns(
        pl.col("key").replace_strict(_hotel_places(rows["key"].unique().to_list())).alias("place"),
        pl.lit("room_night").alias("unit"),
        *_assumed(HOTEL_RANGE_PCT),
    )
    identified = countries.with_columns(_desnz_id("hotel", "place"))
    return finish(pl.concat([identified, _median_of_countries(identified)]))


def _hotel_places(keys: list[str]) -> dict[str, str]:
    """Return the ISO code of three letters of each name; a name that nobody knows stops the curation."""
    held = pl.read_csv(TARGET / "countries/countries.csv").select("iso2", "iso3")
    alpha3 = dict(held.iter_rows())
    english = {
        name.lower(): alpha3[code] for code, name in Locale("en").territories.items() if code in alpha3
    }
    return {
        key: HOTEL_NAMES.get(key) or english[key.replace("_", " ")] for key in keys if key not in NO_COUNTRY
    }  # fmt: skip


def _median_of_countries(rows: pl.DataFrame) -> pl.DataFrame:
    of_countries = rows.filter(pl.col("place").str.len_chars() == 3)
    value = pl.col("kg_co2e_per_unit")
    middle = of_countries.group_by("year_valid_from").agg(
        pl.exclude("kg_co2e_per_unit").first(), value.median().round(6), value.min().alias("least"), value.max().alias("most")
    )  # fmt: skip
    return middle.with_columns(
        pl.lit("WORLD").alias("place"),
        value.alias("unsplit_kg_co2e_per_unit"),
        ((1 - pl.col("least") / value) * 100).round(2).alias("low_pct"),
        ((pl.col("most") / value - 1) * 100).round(2).alias("high_pct"),
        pl.lit("derived").alias("uncertainty_basis"),
        pl.lit("derived").alias("quality"),
    ).with_columns(_desnz_id("hotel", "place")).select(rows.columns)  # fmt: skip


def _telework() -> pl.DataFrame:
    rows = _desnz("homeworking.homeworking_office_equipment_heating")
    return finish(
        rows.with_columns(
            pl.lit("telework").alias("key"), pl.lit("hour").alias("unit"), *_assumed(TELEWORK_RANGE_PCT)
        ).with_columns(_desnz_id("commuting", "key"))
    )


def _meals() -> pl.DataFrame:
    rows = _ademe(list(MEALS)).with_columns(
        pl.col("element").replace_strict(MEALS).alias("item"),
        pl.lit("meal").alias("unit"),
        pl.lit("lifecycle").alias("accounting_basis"),
        *open_period(),
    )
    return finish(rows.with_columns(pl.format("event.ademe.{}", "item").alias("factor_id")), "item")


def _paper() -> pl.DataFrame:
    numbers = ["kg_co2e_per_unit", "unsplit_kg_co2e_per_unit"]
    rows = _desnz("material_use.paper.paper_and_board_paper.primary_material_production")
    return finish(
        rows.with_columns((pl.col(numbers) / 1000).round(12)).with_columns(
            pl.lit("paper").alias("item"), pl.lit("kg").alias("unit"), *_assumed(OWN_PAPER_RANGE_PCT)
        ).with_columns(_desnz_id("event", "item"), pl.lit("lifecycle").alias("accounting_basis")),
        "item",
    )  # fmt: skip


def _meeting_energy() -> pl.DataFrame:
    rows = shared("factors_virtual_meeting.csv")
    notes = dict(rows.select("factor_id", "notes").iter_rows())
    energy = float(notes["virtual.vesma2021.comms"].split(" kWh")[0])
    least = float(notes["virtual.mytton.network"].split(" kWh")[0]) * _GIGABYTES_AN_HOUR
    high = rows.filter(pl.col("factor_id") == "virtual.obringer2021.high")["kgco2e_per_unit"].item()
    world = shared("grid_intensity.csv").filter(pl.col("factor_id") == "grid.ember.OWID_WRL.2021")
    most = float(high) / float(world["kgco2e_per_unit"].item())
    return pl.DataFrame(
        {
            "parameter_id": ["energy_kwh_per_participant_hour"],
            "value": [energy],
            "unit": ["kWh per participant-hour"],
            "low_pct": [round((1 - least / energy) * 100, 2)],
            "high_pct": [round((most / energy - 1) * 100, 2)],
            "uncertainty_basis": ["derived"],
            "edition": ["2021"],
            "source": [rows["source"][0]],
            "source_table": ["0.5 GB an hour x 0.42 kWh/GB; ends of the range: D. Mytton 2020 (0.015 kWh/GB), R. Obringer et al. 2021 (1.0 kg CO2 an hour)"],
            "quality": ["published"],
        }
    )  # fmt: skip


_GIGABYTES_AN_HOUR = 0.5  # of the estimate that is multiplied: V. Vesma 2021
