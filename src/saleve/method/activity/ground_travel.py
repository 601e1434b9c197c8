"""Official travel on the ground: rail, coach, taxi, rental and private cars (GHG Protocol Scope 3 Standard 2011, category 6)."""

import polars as pl

from saleve.language import _
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.occasions import (
    COST,
    MONEY,
    TRAVELLER,
    UNIT,
    YEAR,
    cost_problems,
    reversed_dates,
    with_cost,
    with_year,
    year_problems,
)
from saleve.method.activity.places import resolve_places
from saleve.method.activity.rows import completed, finding_of_file, findings, joined, without_errors
from saleve.method.problems import PROBLEM_SCHEMA
from saleve.method.reference.assumptions import assumption
from saleve.method.reference.countries import folded
from saleve.method.schema import PROVENANCE, Category, Column, Kind
from saleve.method.units import convert

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "departure_date": pl.Date(),
        "unit": pl.String(),
        "site": pl.String(),
        "country": pl.String(),  # in which the journey was made, as written
        "mode": pl.String(),
        "travel_class": pl.String(),
        "vehicle": pl.String(),  # kind, size and fuel, as written
        "origin": pl.String(),  # as written
        "origin_airport": pl.String(),  # that stands for it, where the distance is not stated
        "destination": pl.String(),
        "destination_airport": pl.String(),
        "round_trip": pl.Boolean(),
        "journeys": pl.Float64(),
        "passengers": pl.Float64(),
        "distance_km": pl.Float64(),  # all journeys of the row, there and back; null: not stated
        "passenger_km": pl.Float64(),
        "cost": MONEY,
        "currency": pl.String(),
        "boundary": pl.String(),  # minimum, memo
        **PROVENANCE,
    }
)

CATEGORY = Category(
    name="ground_travel",
    title="Ground travel",
    columns=(
        Column("departure_date", Kind.DATE, "Day of the journey", synonyms=(
            "departure", "departure date", "travel date", "date of travel", "journey date", "trip date", "date", "start date", "date de départ", "date du voyage",
            "date du trajet", "fecha de salida", "fecha", "fecha del viaje", "fecha de viaje", "fechainicio_com", "дата отправления", "дата поездки", "дата", "出发日期", "出行日期", "日期",
            "تاريخ المغادرة", "تاريخ السفر", "التاريخ", "abreisedatum", "reisedatum", "datum", "fahrtdatum",
        )),
        Column("return_date", Kind.DATE, "Day of the way back", synonyms=(
            "return", "return date", "end date", "date de retour", "fecha de regreso", "fecha de vuelta", "fechafin_com", "дата возвращения", "返回日期", "تاريخ العودة", "rückreisedatum",
        )),
        YEAR,
        Column("mode", Kind.CHOICE, "What was travelled with", required=True, synonyms=(
            "mode", "mode of transport", "transport mode", "transport", "means of transport", "vehicle type", "travel mode", "moyen de transport", "mode de transport",
            "medio de transporte", "modo de transporte", "modo", "tipo_pasaje", "tipo de pasaje", "meio de transporte", "вид транспорта", "транспорт", "交通方式", "运输方式", "交通工具",
            "وسيلة النقل", "verkehrsmittel", "transportmittel",
        ), choices={
            "rail": ("rail", "train", "railway", "intercity", "high speed rail", "tgv", "ice", "eurostar", "chemin de fer", "zug", "bahn", "tren", "ferrocarril", "ave", "поезд", "железная дорога",
                     "火车", "铁路", "高铁", "قطار", "سكة حديد"),
            "metro_tram": ("metro", "tram", "underground", "subway", "light rail", "métro", "tramway", "u-bahn", "s-bahn", "straßenbahn", "tranvía", "метро", "трамвай", "地铁", "有轨电车", "مترو", "ترام"),
            "bus": ("bus", "local bus", "city bus", "autobus", "linienbus", "autobús", "автобус", "公共汽车", "公交车", "حافلة"),
            "coach": ("coach", "long distance bus", "autocar", "reisebus", "fernbus", "autocar de línea", "междугородный автобус", "长途汽车", "长途客车", "حافلة سياحية"),
            "taxi": ("taxi", "cab", "uber", "ride hailing", "vtc", "taxis", "такси", "出租车", "网约车", "سيارة أجرة", "تاكسي"),
            "rental_car": ("rental car", "rental", "hire car", "rented car", "car rental", "voiture de location", "location", "mietwagen", "coche de alquiler", "auto rentado", "vehículo alquilado",
                           "прокатный автомобиль", "аренда автомобиля", "租车", "租赁汽车", "سيارة مستأجرة"),
            "private_car": ("private car", "car", "own car", "private vehicle", "voiture privée", "voiture", "véhicule personnel", "voiture personnelle", "privatwagen", "privatauto", "auto", "pkw", "coche propio",
                            "vehículo propio", "coche", "automóvil", "личный автомобиль", "автомобиль", "машина", "私家车", "自驾", "汽车", "سيارة خاصة", "سيارة"),
            "motorcycle": ("motorcycle", "motorbike", "scooter", "moto", "motocyclette", "motorrad", "motocicleta", "мотоцикл", "摩托车", "دراجة نارية"),
            "ferry": ("ferry", "ship", "boat", "bateau", "fähre", "schiff", "barco", "паром", "轮渡", "船", "عبارة"),
            "bicycle": ("bicycle", "bike", "walk", "on foot", "vélo", "à pied", "fahrrad", "zu fuß", "bicicleta", "a pie", "велосипед", "пешком", "自行车", "步行", "دراجة", "سيرا"),
            "road": ("road", "terrestre", "ground", "land", "route", "straße", "carretera", "наземный", "陆路", "公路", "بري"),
            "air": ("air", "plane", "flight", "avion", "flugzeug", "flug", "aéreo", "avión", "самолет", "飞机", "航空", "طائرة"),
        }),
        Column("travel_class", Kind.CHOICE, "Class of the seat", synonyms=(
            "class", "travel class", "class of travel", "classe", "classe de voyage", "clase", "класс", "舱位", "等级", "座位等级", "الدرجة", "klasse", "wagenklasse",
        ), choices={
            "first": ("first", "1", "1st", "1st class", "first class", "première", "1re", "1ère", "première classe", "1. klasse", "erste klasse", "primera", "primera clase", "1ª", "первый", "первый класс",
                      "一等", "一等座", "商务座", "الأولى", "الدرجة الأولى", "business"),
            "second": ("second", "2", "2nd", "2nd class", "second class", "standard", "economy", "deuxième", "2e", "2ème", "seconde", "2. klasse", "zweite klasse", "segunda", "turista", "2ª", "второй",
                       "второй класс", "二等", "二等座", "الثانية", "الدرجة الثانية"),
        }),
        Column("vehicle", Kind.TEXT, "Kind, size or fuel of the car", synonyms=(
            "vehicle", "car type", "car size", "car category", "vehicle fuel", "type de véhicule", "véhicule", "fahrzeug", "fahrzeugtyp", "wagenklasse mietwagen", "tipo de vehículo", "vehículo",
            "тип автомобиля", "车型", "نوع السيارة",
        )),
        Column("origin", Kind.TEXT, "Place of departure", synonyms=(
            "from", "origin", "departure city", "departure station", "from city", "pick up", "pickup", "pick-up location", "de", "départ", "origine", "lieu de départ", "gare de départ", "origen", "ciudad origen",
            "ciudad_origen", "ciudad de origen", "salida", "откуда", "пункт отправления", "出发地", "始发站", "起点", "مكان المغادرة", "من", "von", "abfahrtsort", "startort",
        )),
        Column("origin_country", Kind.TEXT, "Country of departure", synonyms=(
            "origin country", "departure country", "from country", "pays de départ", "país origen", "pais_origen", "país de origen", "страна отправления", "出发国家", "بلد المغادرة", "abfahrtsland",
        )),
        Column("destination", Kind.TEXT, "Place of arrival", synonyms=(
            "to", "destination", "arrival", "arrival city", "arrival station", "to city", "drop off", "dropoff", "drop-off location", "à", "arrivée", "lieu d'arrivée", "gare d'arrivée", "destino", "ciudad destino",
            "ciudad_destino", "ciudad de destino", "куда", "пункт назначения", "目的地", "到达地", "终点", "الوجهة", "إلى", "nach", "ankunftsort", "zielort", "ziel",
        )),
        Column("destination_country", Kind.TEXT, "Country of arrival", synonyms=(
            "destination country", "arrival country", "to country", "pays de destination", "país destino", "pais_destino", "país de destino", "страна назначения", "到达国家", "بلد الوصول", "zielland",
        )),
        Column("country", Kind.TEXT, "Country in which the journey was made", synonyms=("country", "country code", "iso3", "pays", "land", "país", "страна", "国家", "الدولة", "البلد")),
        Column("distance_km", Kind.NUMBER, "Distance one way; with round_trip it is doubled", unit="km", minimum=0, synonyms=(
            "distance km", "distance", "km", "kilometres", "kilometers", "distance (km)", "kms", "distance travelled", "mileage km", "kilomètres", "distance parcourue", "distancia", "kilómetros", "distancia (km)", "recorrido",
            "расстояние", "километры", "расстояние, км", "км", "距离", "公里数", "里程", "距离（公里）", "المسافة", "المسافة (كم)", "entfernung", "strecke (km)", "kilometer", "distanz",
        )),
        Column("distance_miles", Kind.NUMBER, "Distance one way in miles, where the header states the unit", unit="mile", minimum=0, synonyms=("miles", "distance miles", "distance (miles)", "mileage", "milles", "millas", "мили", "英里", "ميل", "meilen")),
        Column("round_trip", Kind.YES_NO, "There and back", synonyms=(
            "return trip", "round trip", "roundtrip", "return flag", "aller-retour", "aller retour", "ida y vuelta", "туда и обратно", "往返", "ذهاب وإياب", "hin und zurück",
        )),
        Column("journeys", Kind.NUMBER, "Number of such journeys; one where the file does not say", minimum=0, synonyms=(
            "journeys", "trips", "number of trips", "number of journeys", "rides", "nombre de trajets", "nombre de voyages", "número de viajes", "viajes", "количество поездок", "число поездок", "行程次数", "次数", "عدد الرحلات", "anzahl fahrten", "fahrten",
        )),
        Column("passengers", Kind.NUMBER, "Number of persons; one where the file does not say", unit="passengers", synonyms=(
            "passengers", "pax", "number of passengers", "persons", "travellers", "number of travellers", "passagers", "nombre de passagers", "personnes", "pasajeros", "número de pasajeros", "personas", "число пассажиров", "пассажиры",
            "乘客人数", "人数", "عدد الركاب", "anzahl passagiere", "passagiere", "personen",
        )),
        TRAVELLER,
        UNIT,
        Column("site", Kind.TEXT, "Site or duty station", synonyms=("site", "office", "duty station", "lieu d'affectation", "sede", "oficina", "место службы", "工作地点", "办事处", "مركز العمل", "standort", "dienstort")),
        Column("paid_by", Kind.TEXT, "Who paid for the journey", synonyms=("paid by", "payer", "funded by", "sponsor", "payé par", "pagado por", "cubre_pasaje", "оплачено", "付款方", "الجهة الدافعة", "bezahlt von")),
        Column("cost", Kind.MONEY, COST.meaning, synonyms=(*COST.synonyms, "gasto_pasaje", "ticket price", "prix du billet", "fahrpreis")),
    ),
    example={"departure_date": "2025-03-17", "mode": "rail", "origin": "Geneva", "destination": "Bern", "distance_km": "158", "round_trip": "yes", "passengers": "2", "travel_class": "second"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return journeys with their distance in km and in passenger-km, one row per row of the file that travels on the ground."""
    whole = with_year(
        with_cost(rows, completed(rows, CATEGORY, context)), context, "departure_date"
    ).with_columns(
        pl.coalesce("distance_km", pl.col("distance_miles") * convert(1, "mile", "km")).alias("distance_km"),
        pl.col("passengers").fill_null(1.0),
        pl.col("journeys").fill_null(1.0),
    )
    ground = whole.filter(pl.col("mode").is_null() | (pl.col("mode") != "air"))
    placed, place_problems = _placed(ground)
    errors = joined([year_problems(ground, context, "departure_date"), place_problems, *_errors(placed)])
    good = _travelled(without_errors(placed, errors), context)
    problems = joined([errors, _flown(whole), cost_problems(good), *_warnings(good)])
    return Normalised(activity=good.select(ACTIVITY.names()).cast(ACTIVITY), problems=problems)


def _placed(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read the places of rows without a distance: only there they have to say how far it was."""
    problems = []
    for place in ("origin", "destination"):
        told = _places_read(rows.filter(pl.col("distance_km").is_null()), place)
        first = told.unique("source_row", keep="first").select(
            "source_row", pl.col("airport").alias(f"{place}_airport")
        )
        rows = rows.join(first, on="source_row", how="left", maintain_order="left")
        problems.append(_place_problems(told.filter(~pl.col("elsewhere")), place))
        problems.append(_not_found(told.filter("elsewhere"), place))
    return rows, joined(problems)


def _places_read(rows: pl.DataFrame, place: str) -> pl.DataFrame:
    """Return each place and what was found; the capital never stands for a place that one drives to."""
    asked = rows.select(
        "source_row",
        pl.coalesce(place, pl.lit("")).alias("text"),
        pl.col(f"{place}_country").alias("country_text"),
        pl.col("departure_date").alias("on"),
        pl.col("cost").is_not_null().alias("payable"),
    ).filter((pl.col("text") != "") | pl.col("country_text").is_not_null())
    keys = ["text", "country_text", "on"]
    known = resolve_places(asked.select(keys).unique(maintain_order=True))
    told = asked.join(known, on=keys, how="left", nulls_equal=True, maintain_order="left")
    elsewhere = (pl.col("place_basis").list.last() == "capital").fill_null(value=False)
    return told.with_columns(
        elsewhere.alias("elsewhere"),
        pl.when(~elsewhere).then(pl.col("airport_id").list.last()).alias("airport"),
        pl.coalesce(pl.when(pl.col("text") != "").then("text"), "country_text").alias("name"),
    )


def _place_problems(told: pl.DataFrame, place: str) -> pl.DataFrame:
    """A row with a cost is kept although a place cannot be read: the cost can still stand for the journey."""
    failed = (pl.col("severity") == "error") & pl.col("payable")
    shown = told.filter(pl.col("code").is_not_null()).select(
        pl.col("source_row").alias("row"),
        pl.lit(place).alias("column"),
        "code",
        pl.when(failed).then(pl.lit("warning")).otherwise("severity").alias("severity"),
        "message",
        "suggestion",
    )
    return shown.cast(PROBLEM_SCHEMA)


def _not_found(told: pl.DataFrame, place: str) -> pl.DataFrame:
    return findings(
        told.unique("source_row", keep="first", maintain_order=True),
        pl.lit(value=True),
        code="place-not-located",
        severity="warning",
        column=place,
        message=_("'{name}' is no place that we can locate, so the distance cannot be estimated from it."),
        suggestion=_("Fill the distance, or write the nearest larger city."),
        values={"name": "name"},
    )


def _errors(rows: pl.DataFrame) -> list[pl.DataFrame]:
    placed = pl.col("origin_airport").is_not_null() & pl.col("destination_airport").is_not_null()
    named = pl.col("origin").is_not_null() & pl.col("destination").is_not_null()
    return [
        findings(
            rows,
            pl.col("mode").is_null(),
            code="mode-missing",
            severity="error",
            column="mode",
            message=_("It is not said what was travelled with."),
            suggestion=_('Fill the mode, or give it for the whole file in saleve.toml: constants = {{mode = "rail"}}.'),
        ),
        reversed_dates(rows, "departure_date", "return_date"),
        findings(
            rows,
            pl.col("distance_km").is_null() & ~placed & ~named & pl.col("cost").is_null(),
            code="distance-missing",
            severity="error",
            column="distance_km",
            message=_("There is no distance, no pair of places and no cost. A missing distance is not taken as zero."),
            suggestion=_("Fill the distance, or both places."),
        ),
    ]  # fmt: skip


def _travelled(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    there_and_back = pl.coalesce(
        "round_trip", pl.col("return_date").is_not_null() & pl.col("distance_km").is_null()
    )
    ways = pl.when(there_and_back).then(2.0).otherwise(1.0)
    stated = rows.with_columns(
        pl.col("distance_km").alias("one_way_km"),
        (pl.col("distance_km") * ways * pl.col("journeys")).alias("distance_km"),
        there_and_back.alias("round_trip"),
        _boundary(rows, context),
    )
    return stated.with_columns(passenger_km=pl.col("distance_km") * pl.col("passengers"))


def _boundary(rows: pl.DataFrame, context: Context) -> pl.Expr:
    """A journey that somebody else paid is a memo item: it belongs to the inventory of who paid."""
    ours = {folded(name) for name in context.payer_names}
    payers = rows["paid_by"].drop_nulls().unique().to_list()
    hosts = [payer for payer in payers if ours and folded(payer) not in ours]
    by_host = pl.col("paid_by").is_in(hosts) & pl.col("paid_by").is_not_null()
    return pl.when(by_host).then(pl.lit("memo")).otherwise(pl.lit("minimum")).alias("boundary")


def _flown(rows: pl.DataFrame) -> pl.DataFrame:
    return finding_of_file(
        rows,
        pl.col("mode") == "air",
        code="mode-air",
        severity="note",
        message=_("Rows by air, first in row {first}: {count}. They are set aside here; the file has to be read as air_travel too."),
    )  # fmt: skip


def _warnings(rows: pl.DataFrame) -> list[pl.DataFrame]:
    return [
        findings(
            rows,
            pl.col("one_way_km") > assumption("ground_journey_longest_km"),
            code="distance-implausible",
            severity="warning",
            column="distance_km",
            message=_("A journey of {distance} km one way is very long for the ground."),
            suggestion=_("Check the distance and its unit; if it is the sum of several journeys, say how many in 'journeys'."),
            values={"distance": "one_way_km"},
        ),
        findings(
            rows,
            pl.col("one_way_km") == 0,
            code="distance-zero",
            severity="warning",
            column="distance_km",
            message=_("The distance is zero. A missing distance may have been written as zero."),
            suggestion=_("Leave the distance empty if it is not known."),
        ),
        findings(
            rows,
            pl.col("passengers") < 0,
            code="amount-negative",
            severity="warning",
            column="passengers",
            message=_("The number of passengers, {passengers}, is negative; it is kept with its sign and lowers the total."),
            suggestion=_("Keep it if the journey was refunded; else correct it."),
            values={"passengers": "passengers"},
        ),
        finding_of_file(
            rows,
            pl.col("round_trip") & pl.col("one_way_km").is_not_null(),
            code="distance-doubled",
            severity="note",
            message=_("Journeys there and back, first in row {first}: {count}. Their distance was doubled, as it is read as one way."),
        ),
        finding_of_file(
            rows,
            pl.col("distance_km").is_null(),
            code="distance-not-stated",
            severity="warning",
            message=_("Journeys without a distance, first in row {first}: {count}. They are kept with their places and cost; their distance is not known."),
            suggestion=_("Fill the distance where it is known."),
        ),
    ]  # fmt: skip
