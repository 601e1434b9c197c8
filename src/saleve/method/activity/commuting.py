"""How people come to work, from a survey (GHG Protocol Scope 3 Standard 2011, category 7, optional)."""

import polars as pl

from saleve.language import _
from saleve.method.activity.energy import SITE_COLUMNS
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.occasions import YEAR, with_year, year_problems
from saleve.method.activity.rows import completed, finding_of_file, findings, joined, without_errors
from saleve.method.reference.assumptions import assumption
from saleve.method.schema import PROVENANCE, Category, Column, Kind
from saleve.method.units import convert

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "unit": pl.String(),
        "site": pl.String(),
        "country": pl.String(),
        "mode": pl.String(),
        "car_fuel": pl.String(),  # as written
        "persons": pl.Float64(),  # for whom the row stands
        "distance_one_way_km": pl.Float64(),
        "days_per_week": pl.Float64(),
        "weeks_per_year": pl.Float64(),
        "weeks_assumed": pl.Boolean(),
        "commuting_days": pl.Float64(),  # of all persons in the year
        "person_km": pl.Float64(),  # of all persons in the year, there and back; null where the distance is not stated
        "telework_days": pl.Float64(),  # of all persons in the year; null: not asked
        **PROVENANCE,
    }
)
_WITHOUT_FUEL = ("bicycle", "walk", "telework")
_DAYS_OF_A_WEEK = 7

CATEGORY = Category(
    name="commuting",
    title="Commuting",
    columns=(
        *SITE_COLUMNS,
        YEAR,
        Column("mode", Kind.CHOICE, "What is mostly used on the way to work", required=True, synonyms=(
            "mode", "commuting mode", "commute mode", "mode of transport", "transport mode", "main mode", "transport", "means of transport", "how do you commute", "moyen de transport", "mode de transport", "mode principal", "verkehrsmittel", "hauptverkehrsmittel", "medio de transporte",
            "modo de transporte", "modo principal", "вид транспорта", "способ проезда", "транспорт", "交通方式", "通勤方式", "وسيلة النقل", "طريقة التنقل",
        ), choices={
            "car": ("car", "car alone", "private car", "drive alone", "single occupancy vehicle", "voiture", "voiture seul", "auto", "pkw", "coche", "automóvil", "carro", "автомобиль", "машина", "личный автомобиль", "汽车", "私家车", "开车", "自驾", "سيارة", "سيارة خاصة"),
            "electric_car": ("electric car", "ev", "electric vehicle", "voiture électrique", "elektroauto", "coche eléctrico", "электромобиль", "电动汽车", "سيارة كهربائية"),
            "carpool": ("carpool", "car pool", "shared car", "car sharing", "covoiturage", "fahrgemeinschaft", "coche compartido", "совместная поездка", "拼车", "مشاركة السيارة"),
            "motorcycle": ("motorcycle", "motorbike", "scooter", "moto", "motorrad", "motocicleta", "мотоцикл", "摩托车", "دراجة نارية"),
            "bus": ("bus", "autobus", "autobús", "автобус", "公交", "公交车", "巴士", "حافلة"),
            "rail": ("rail", "train", "zug", "bahn", "tren", "поезд", "электричка", "火车", "铁路", "قطار"),
            "metro_tram": ("metro", "tram", "underground", "subway", "light rail", "métro", "tramway", "u-bahn", "s-bahn", "straßenbahn", "tranvía", "метро", "трамвай", "地铁", "电车", "مترو", "ترام"),
            "public_transport": ("public transport", "public transportation", "transit", "transports publics", "transports en commun", "öv", "öffentlicher verkehr", "transporte público", "общественный транспорт", "公共交通", "النقل العام"),
            "taxi": ("taxi", "cab", "такси", "出租车", "تاكسي", "سيارة أجرة"),
            "ferry": ("ferry", "boat", "bateau", "fähre", "barco", "паром", "轮渡", "عبارة"),
            "e_bike": ("e-bike", "ebike", "electric bicycle", "e-scooter", "vélo électrique", "elektrovelo", "pedelec", "bicicleta eléctrica", "электровелосипед", "电动自行车", "电动车", "دراجة كهربائية"),
            "bicycle": ("bicycle", "bike", "cycling", "vélo", "fahrrad", "velo", "bicicleta", "велосипед", "自行车", "骑车", "دراجة", "دراجة هوائية"),
            "walk": ("walk", "walking", "on foot", "à pied", "marche", "zu fuß", "zu fuss", "a pie", "caminando", "пешком", "步行", "走路", "مشيا", "سيرا على الأقدام"),
            "telework": ("telework", "teleworking", "home office", "working from home", "remote work", "télétravail", "homeoffice", "heimarbeit", "teletrabajo", "удаленная работа", "удалёнка", "дистанционная работа", "远程办公", "居家办公", "العمل عن بعد"),
            "other": ("other", "autre", "andere", "otro", "другое", "其他", "أخرى"),
        }),
        Column("car_fuel", Kind.TEXT, "Fuel of the car", synonyms=("car fuel", "fuel", "fuel type", "carburant", "kraftstoff", "treibstoff", "combustible", "топливо", "燃料类型", "燃料", "الوقود", "نوع الوقود")),
        Column("distance_km", Kind.NUMBER, "Distance one way", unit="km", minimum=0, synonyms=(
            "distance km", "distance", "distance one way", "one way distance", "one-way distance (km)", "distance (km)", "km", "km one way", "commute distance", "commuting distance", "distance domicile-travail", "distance aller", "distance aller (km)", "kilomètres", "entfernung", "einfacher weg", "einfacher weg (km)", "arbeitsweg (km)",
            "pendelstrecke", "distancia", "distancia ida", "distancia (km)", "kilómetros", "distancia de ida (km)", "расстояние", "расстояние в одну сторону", "расстояние, км", "км", "单程距离", "距离", "通勤距离", "单程距离（公里）", "المسافة", "المسافة ذهابا", "المسافة (كم)",
        )),
        Column("distance_miles", Kind.NUMBER, "Distance one way in miles, where the header states the unit", unit="mile", minimum=0, synonyms=("miles", "distance miles", "distance (miles)", "miles one way", "one-way miles", "millas", "мили", "英里", "ميل", "meilen")),
        Column("days_per_week", Kind.NUMBER, "Days a week on the way to work", unit="days", minimum=0, maximum=_DAYS_OF_A_WEEK, synonyms=(
            "days per week", "days a week", "days/week", "commuting days", "days in office", "office days per week", "days on site", "jours par semaine", "jours/semaine", "jours au bureau", "jours de présence", "tage pro woche", "tage/woche", "bürotage", "präsenztage", "días por semana", "días/semana", "días a la semana", "días en la oficina",
            "дней в неделю", "дни в неделю", "дней в офисе", "每周天数", "每周通勤天数", "每周到岗天数", "أيام في الأسبوع", "عدد الأيام في الأسبوع",
        )),
        Column("weeks_per_year", Kind.NUMBER, "Weeks a year at work", unit="weeks", minimum=0, maximum=53, synonyms=("weeks per year", "weeks a year", "weeks/year", "working weeks", "semaines par an", "semaines/an", "wochen pro jahr", "arbeitswochen", "semanas por año", "semanas al año", "недель в год", "недели в год", "每年周数", "每年工作周数", "أسابيع في السنة", "عدد الأسابيع في السنة")),
        Column("telework_days_per_week", Kind.NUMBER, "Days a week worked from home", unit="days", minimum=0, maximum=_DAYS_OF_A_WEEK, synonyms=("telework days", "telework days per week", "days teleworking", "home office days", "remote days", "days worked from home", "jours de télétravail", "télétravail (jours/semaine)", "homeoffice-tage", "homeoffice tage", "tage im homeoffice", "días de teletrabajo", "дней удаленной работы", "дни удаленной работы", "远程办公天数", "居家办公天数", "أيام العمل عن بعد")),
        Column("respondents", Kind.NUMBER, "Persons who answered so; one where the file does not say", unit="persons", minimum=0, synonyms=("respondents", "number of respondents", "answers", "responses", "count", "répondants", "nombre de réponses", "réponses", "antworten", "befragte", "anzahl antworten", "respuestas", "encuestados", "número de respuestas", "респонденты", "количество ответов", "ответы", "受访人数", "答复人数", "回答人数", "المستجيبون", "عدد الإجابات")),
        Column("persons", Kind.NUMBER, "Persons for whom the row stands, where the survey was scaled up; else the respondents", unit="persons", minimum=0, synonyms=("persons", "persons represented", "people", "staff represented", "employees", "number of staff", "headcount", "weight", "personnes", "personnes représentées", "effectif", "personen", "mitarbeitende", "hochgerechnet", "personas", "personas representadas", "plantilla", "численность", "представляет человек", "人数", "代表人数", "员工人数", "الأشخاص", "عدد الموظفين")),
        Column("respondent", Kind.TEXT, "Name or number of who answered; never kept", personal=True, synonyms=("respondent", "respondent id", "response id", "name", "employee", "employee id", "staff id", "email", "répondant", "nom", "matricule", "teilnehmer-id", "personalnummer", "nombre", "empleado", "encuestado", "фио", "респондент", "табельный номер", "姓名", "员工编号", "工号", "الاسم", "الرقم الوظيفي")),
    ),
    example={"site": "Tower", "year": "2025", "mode": "rail", "distance_km": "18", "days_per_week": "3", "weeks_per_year": "44", "telework_days_per_week": "2", "respondents": "40", "persons": "110"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return person-kilometres and days of the year, one row per answer or group of answers."""
    whole = with_year(completed(rows, CATEGORY, context), context)
    asked = _days_known(whole)
    errors = joined([year_problems(asked, context), *_errors(asked)])
    good = _of_the_year(without_errors(asked, errors))
    problems = joined([errors, *_warnings(good)])
    return Normalised(activity=good.select(ACTIVITY.names()).cast(ACTIVITY), problems=problems)


def _days_known(rows: pl.DataFrame) -> pl.DataFrame:
    """Count who works from home as not on the way; persons default to respondents, respondents to one."""
    at_home = (pl.col("mode") == "telework").fill_null(value=False)
    home_days = pl.when(at_home).then(pl.coalesce("telework_days_per_week", "days_per_week"))
    return rows.with_columns(
        pl.coalesce("distance_km", pl.col("distance_miles") * convert(1, "mile", "km")).alias(
            "distance_one_way_km"
        ),
        pl.coalesce("persons", "respondents", pl.lit(1.0)).alias("persons"),
        pl.when(at_home)
        .then(pl.when(home_days.is_not_null()).then(0.0))
        .otherwise("days_per_week")
        .alias("days_per_week"),
        pl.coalesce(home_days, "telework_days_per_week").alias("telework_days_per_week"),
        pl.col("weeks_per_year").is_null().alias("weeks_assumed"),
        pl.col("weeks_per_year").fill_null(assumption("commuting_weeks_per_year")),
    )


def _errors(rows: pl.DataFrame) -> list[pl.DataFrame]:
    both = pl.col("days_per_week") + pl.col("telework_days_per_week").fill_null(0.0)
    return [
        findings(
            rows,
            pl.col("mode").is_null(),
            code="mode-missing",
            severity="error",
            column="mode",
            message=_("It is not said how the person comes to work."),
            suggestion=_("Fill the mode."),
        ),
        findings(
            rows,
            pl.col("days_per_week").is_null(),
            code="days-missing",
            severity="error",
            column="days_per_week",
            message=_("The days a week are not given. A missing number is not taken as zero."),
            suggestion=_("Fill the days, or give them for the whole file in the constants of saleve.toml."),
        ),
        findings(
            rows,
            pl.col("mode").is_not_null() & ~pl.col("mode").is_in(_WITHOUT_FUEL) & pl.col("distance_one_way_km").is_null(),
            code="distance-missing",
            severity="error",
            column="distance_km",
            message=_("There is no distance. A missing distance is not taken as zero."),
            suggestion=_("Fill the distance one way in km."),
        ),
        findings(
            rows,
            pl.any_horizontal(pl.col("distance_one_way_km", "days_per_week", "weeks_per_year", "telework_days_per_week", "persons") < 0),
            code="amount-negative",
            severity="error",
            column="distance_km",
            message=_("A distance, a number of days or a number of persons is negative."),
            suggestion=_("Correct the number."),
        ),
        findings(
            rows,
            both > _DAYS_OF_A_WEEK,
            code="days-too-many",
            severity="error",
            column="days_per_week",
            message=_("{office} days on the way and {home} from home are more than a week has."),
            suggestion=_("Correct the days; they are days of one person and week."),
            values={"office": "days_per_week", "home": "telework_days_per_week"},
        ),
    ]  # fmt: skip


def _of_the_year(rows: pl.DataFrame) -> pl.DataFrame:
    weeks = pl.col("weeks_per_year") * pl.col("persons")
    known = rows.rename({"organisational_unit": "unit"}).with_columns(
        (pl.col("days_per_week") * weeks).alias("commuting_days"),
        (pl.col("telework_days_per_week") * weeks).alias("telework_days"),
    )
    return known.with_columns(
        (2 * pl.col("distance_one_way_km") * pl.col("commuting_days")).alias("person_km")
    )


def _warnings(rows: pl.DataFrame) -> list[pl.DataFrame]:
    return [
        findings(
            rows,
            pl.col("distance_one_way_km") > assumption("commuting_longest_km"),
            code="distance-implausible",
            severity="warning",
            column="distance_km",
            message=_("A way to work of {distance} km is very long."),
            suggestion=_("Check whether the distance is in metres, or that of a week or a year."),
            values={"distance": "distance_one_way_km"},
        ),
        findings(
            rows,
            (pl.col("distance_one_way_km") == 0) & (pl.col("mode") != "telework"),
            code="distance-zero",
            severity="warning",
            column="distance_km",
            message=_("The way to work is zero. A missing distance may have been written as zero."),
            suggestion=_("Leave the distance empty if it is not known."),
        ),
        findings(
            rows,
            pl.col("persons") < pl.col("respondents"),
            code="persons-differ",
            severity="warning",
            column="persons",
            message=_("{respondents:.0f} persons answered, but the row stands for {persons:.0f} only."),
            suggestion=_("Check the two numbers."),
            values={"respondents": "respondents", "persons": "persons"},
        ),
        finding_of_file(
            rows,
            pl.col("weeks_assumed"),
            code="weeks-assumed",
            severity="warning",
            message=_("Rows without weeks a year, first in row {{first}}: {{count}}. {weeks:g} weeks were assumed.").format(weeks=assumption("commuting_weeks_per_year")),
            suggestion=_("Give the weeks in the file, or weeks_per_year in its constants in saleve.toml."),
        ),
    ]  # fmt: skip
