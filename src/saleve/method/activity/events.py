"""Meetings and conferences: who came from where, for how long, what was eaten, printed and used on the spot.

One row is an event and one origin of participants, or an event as a whole. The amounts follow the areas of the checklists of the
UNEP Sustainable Events Guide (2012).
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.occasions import (
    UNIT,
    YEAR,
    country_problems,
    reversed_dates,
    with_country,
    with_year,
    year_problems,
)
from saleve.method.activity.rows import completed, finding_of_file, findings, joined, without_errors
from saleve.method.reference.assumptions import assumption
from saleve.method.schema import PROVENANCE, Category, Column, Kind

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "unit": pl.String(),
        "site": pl.String(),
        "country": pl.String(),  # in which the event took place: ISO 3166, three letters
        "city": pl.String(),
        "event_id": pl.String(),
        "event": pl.String(),
        "start_date": pl.Date(),
        "end_date": pl.Date(),
        "days": pl.Float64(),
        "origin_city": pl.String(),
        "origin_country": pl.String(),
        "participants_in_person": pl.Float64(),
        "participants_remote": pl.Float64(),
        "participant_days": pl.Float64(),  # in person; null where the days are not known
        "meals": pl.Float64(),
        "meals_vegetarian": pl.Float64(),  # among the meals
        "pages_printed": pl.Float64(),
        "venue_kwh": pl.Float64(),
        "venue_area_m2": pl.Float64(),
        "waste_kg": pl.Float64(),
        **PROVENANCE,
    }
)
_EVENT = ["source_sheet", "event_id", "event", "year"]
_PEOPLE = ("participants_in_person", "participants_remote")
_ON_THE_SPOT = ("meals", "pages_printed", "venue_kwh", "waste_kg")

CATEGORY = Category(
    name="events",
    title="Events",
    columns=(
        Column("event_id", Kind.TEXT, "Number of the event", synonyms=("event id", "event number", "event code", "meeting id", "meeting code", "conference id", "code de l'événement", "veranstaltungsnummer", "código del evento", "код мероприятия", "活动编号", "会议编号", "رقم الفعالية")),
        Column("event", Kind.TEXT, "Name of the event", synonyms=(
            "event", "event name", "event title", "conference", "meeting", "meeting title", "name of event", "événement", "manifestation", "nom de l'événement", "conférence", "réunion", "veranstaltung", "konferenz", "tagung", "evento", "nombre del evento", "conferencia", "reunión",
            "мероприятие", "название мероприятия", "конференция", "活动", "活动名称", "会议", "会议名称", "الفعالية", "المؤتمر", "الاجتماع",
        )),
        Column("start_date", Kind.DATE, "First day", synonyms=("start", "start date", "date", "dates", "first day", "from date", "event date", "date de début", "début", "beginn", "datum", "startdatum", "fecha de inicio", "fecha", "fecha inicio", "дата начала", "дата", "开始日期", "日期", "会议日期", "تاريخ البداية", "التاريخ")),
        Column("end_date", Kind.DATE, "Last day", synonyms=("end", "end date", "last day", "to date", "date de fin", "fin", "ende", "enddatum", "fecha de fin", "fecha fin", "дата окончания", "结束日期", "تاريخ النهاية")),
        YEAR,
        Column("days", Kind.NUMBER, "Days of the event, where no dates are given", unit="days", minimum=0, synonyms=("days", "number of days", "duration (days)", "jours", "nombre de jours", "tage", "anzahl tage", "días", "número de días", "дни", "количество дней", "天数", "会期（天）", "الأيام", "عدد الأيام")),
        Column("city", Kind.TEXT, "City in which it took place; where one event has several, they are read as the origins", synonyms=("place", "venue city", "event city", "host city", "city of event", "lieu", "ville hôte", "veranstaltungsort", "ort", "lugar", "sede del evento", "ciudad sede", "место проведения", "举办城市", "举办地", "会议地点", "مكان الانعقاد", "المدينة المضيفة", "ville", "stadt", "ciudad", "город", "城市", "المدينة")),
        Column("country", Kind.TEXT, "Country in which it took place; where one event has several, they are read as the origins", synonyms=(
            "host country", "event country", "venue country", "country of event", "country", "pays hôte", "pays", "gastland", "land", "país anfitrión", "país sede", "país", "страна проведения", "страна", "举办国", "国家", "البلد المضيف", "الدولة", "البلد",
        )),
        Column("origin_city", Kind.TEXT, "City from which the participants came", synonyms=("origin city", "city of origin", "participant city", "from city", "ville d'origine", "herkunftsort", "ciudad de origen", "город отправления", "来自城市", "出发城市", "مدينة المغادرة")),
        Column("origin_country", Kind.TEXT, "Country from which the participants came", synonyms=(
            "origin country", "country of origin", "participant country", "participants' country", "country of participants", "nationality", "delegation", "from country", "pays d'origine", "pays des participants", "délégation", "herkunftsland", "delegation aus",
            "país de origen", "país de los participantes", "delegación", "страна происхождения", "страна участника", "делегация", "来源国", "参会国家", "代表团", "بلد المنشأ", "بلد المشاركين", "الوفد",
        )),
        Column("participants", Kind.INTEGER, "Participants; in person unless participation says otherwise", unit="persons", minimum=0, synonyms=(
            "participants", "attendees", "number of participants", "attendance", "delegates", "numbers", "total participants", "participants total", "nombre de participants", "délégués", "teilnehmende", "teilnehmer", "anzahl teilnehmende", "participantes",
            "número de participantes", "asistentes", "delegados", "участники", "количество участников", "число участников", "参会人数", "与会人数", "参加人数", "与会者人数", "المشاركون", "عدد المشاركين", "الحضور",
        )),
        Column("share", Kind.NUMBER, "Share of the participants that this row stands for, where the number is that of the whole country", minimum=0, maximum=1, synonyms=("share", "fraction", "part", "anteil", "proporción", "доля", "比例", "份额", "النسبة")),
        Column("participation", Kind.CHOICE, "How the participants took part", synonyms=("attendance mode", "participation mode", "attendance type", "type of participation", "mode de participation", "teilnahmeart", "modalidad", "форма участия", "参会方式", "طريقة المشاركة"), choices={
            "in_person": ("in person", "in-person", "physical", "on site", "onsite", "face to face", "présentiel", "sur place", "vor ort", "präsenz", "presencial", "очно", "очный", "现场", "线下", "حضوري"),
            "remote": ("remote", "online", "virtual", "en ligne", "à distance", "virtuel", "digital", "fern", "virtuell", "en línea", "a distancia", "дистанционно", "онлайн", "线上", "远程", "عن بعد", "افتراضي"),
        }),
        Column("participants_in_person", Kind.INTEGER, "Participants on the spot", unit="persons", minimum=0, synonyms=("participants in person", "in person", "in-person participants", "physical participants", "on-site participants", "participants en présentiel", "présentiel", "teilnehmende vor ort", "vor ort", "participantes presenciales", "presenciales", "очные участники", "очно", "现场参会人数", "线下人数", "المشاركون حضوريا", "حضوريا")),
        Column("participants_remote", Kind.INTEGER, "Participants from afar", unit="persons", minimum=0, synonyms=("participants remote", "remote", "remote participants", "online participants", "virtual participants", "virtual attendees", "participants en ligne", "participants à distance", "teilnehmende online", "online", "participantes en línea", "virtuales", "онлайн участники", "онлайн", "дистанционно", "线上参会人数", "线上人数", "المشاركون عن بعد", "عن بعد")),
        Column("meals", Kind.NUMBER, "Meals served", unit="meals", synonyms=("meals", "meals served", "number of meals", "catering meals", "repas", "repas servis", "mahlzeiten", "comidas", "comidas servidas", "обеды", "количество обедов", "питание", "餐数", "供餐数", "الوجبات", "عدد الوجبات")),
        Column("meals_vegetarian", Kind.NUMBER, "Meals without meat or fish, among the meals", unit="meals", minimum=0, synonyms=("vegetarian meals", "meals vegetarian", "vegan meals", "repas végétariens", "vegetarische mahlzeiten", "comidas vegetarianas", "вегетарианские обеды", "素食餐数", "الوجبات النباتية")),
        Column("pages_printed", Kind.NUMBER, "Pages printed", unit="pages", minimum=0, synonyms=("pages printed", "printed pages", "pages", "pages imprimées", "gedruckte seiten", "páginas impresas", "напечатанные страницы", "распечатано страниц", "打印页数", "印刷页数", "الصفحات المطبوعة")),
        Column("venue_kwh", Kind.NUMBER, "Energy used at the venue", unit="kWh", synonyms=("venue kwh", "venue energy", "venue electricity", "venue energy (kwh)", "énergie du lieu (kwh)", "énergie de la salle (kwh)", "électricité de la salle (kwh)", "energie veranstaltungsort (kwh)", "strom veranstaltungsort (kwh)", "energía del recinto (kwh)", "электроэнергия зала (кВт·ч)", "场馆用电", "场馆用电量（千瓦时）", "كهرباء المكان")),
        Column("venue_area_m2", Kind.NUMBER, "Area rented at the venue", unit="m2", minimum=0, synonyms=("venue area", "venue area m2", "area (m2)", "surface (m2)", "fläche (m2)", "superficie (m2)", "площадь (м2)", "场地面积", "مساحة المكان")),
        Column("waste_kg", Kind.NUMBER, "Waste collected at the event", unit="kg", minimum=0, synonyms=("waste kg", "waste (kg)", "event waste", "déchets (kg)", "abfall (kg)", "residuos (kg)", "отходы (кг)", "废弃物（公斤）", "النفايات (كغ)")),
        Column("participant_name", Kind.TEXT, "Name of a participant; never kept", personal=True, synonyms=("participant name", "participant", "name", "full name", "organiser", "contact", "nom", "nom du participant", "organisateur", "name der teilnehmenden", "nombre", "nombre del participante", "фио", "организатор", "姓名", "联系人", "الاسم", "المنظم")),
        UNIT,
        Column("site", Kind.TEXT, "Own building in which it took place", synonyms=("site", "building", "bâtiment", "gebäude", "edificio", "здание", "建筑物", "المبنى")),
    ),
    example={"event": "Working party on spectrum", "start_date": "2025-05-12", "end_date": "2025-05-16", "city": "Geneva", "country": "Switzerland", "origin_country": "Kenya", "participants_in_person": "4", "participants_remote": "11"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return participants by origin and what the event used, one row per row of the file."""
    dated = with_year(completed(rows, CATEGORY, context), context, "start_date")
    moved = _origins_from_country(dated)
    known = with_country(with_country(moved, "country", "city"), "origin_country", "origin_city")
    events = _counted(known)
    errors = joined([
        year_problems(events, context, "start_date"),
        reversed_dates(events, "start_date", "end_date"),
        country_problems(events, "country", "city"),
        country_problems(events, "origin_country", "origin_city"),
        *_errors(events),
    ])  # fmt: skip
    good = without_errors(events, errors)
    problems = joined([errors, _moved(good), *_warnings(good), *_together(good)])
    return Normalised(activity=good.select(ACTIVITY.names()).cast(ACTIVITY), problems=problems)


def _origins_from_country(rows: pl.DataFrame) -> pl.DataFrame:
    """Read country and city as the origin where one event would otherwise have taken place in several of them."""
    one_event = pl.any_horizontal(pl.col("event", "event_id").is_not_null(), pl.col("start_date").is_null())
    counted = pl.any_horizontal(pl.col("participants", *_PEOPLE).is_not_null())
    stated = {name: pl.col(f"origin_{name}").is_not_null().any().over(_EVENT) for name in ("country", "city")}
    many = {name: pl.col(name).drop_nulls().n_unique().over(_EVENT) > 1 for name in ("country", "city")}
    hosted = pl.col("country").is_not_null().any().over(_EVENT)
    country = one_event & counted & many["country"] & ~stated["country"]
    city = one_event & counted & ~stated["city"] & (country | (many["city"] & (stated["country"] | ~hosted)))
    told = rows.with_columns(
        (country & pl.col("country").is_not_null()).alias("_country_moves"),
        (city & pl.col("city").is_not_null()).alias("_city_moves"),
    )
    moved = [_moved_to_origin(name) for name in ("country", "city")]
    return told.with_columns(
        *(expression for pair in moved for expression in pair),
        pl.any_horizontal("_country_moves", "_city_moves").alias("country_is_origin"),
    )


def _moved_to_origin(name: str) -> tuple[pl.Expr, pl.Expr]:
    moves = pl.col(f"_{name}_moves")
    origin = pl.when(moves).then(name).otherwise(f"origin_{name}").alias(f"origin_{name}")
    return origin, pl.when(~moves).then(name).alias(name)


def _counted(rows: pl.DataFrame) -> pl.DataFrame:
    """Put participants into the column of their way to take part; a number of both kinds is what the other leaves of the total."""
    share = pl.col("share").fill_null(1.0)
    remote = pl.col("participation") == "remote"
    total, here, afar = (
        pl.col("participants"),
        pl.col("participants_in_person"),
        pl.col("participants_remote"),
    )
    by_dates = (pl.col("end_date").fill_null(pl.col("start_date")) - pl.col("start_date")).dt.total_days() + 1
    counted = rows.with_columns(
        pl.when(here.is_null() & ~remote.fill_null(value=False)).then(total - afar.fill_null(0)).otherwise(here).alias("participants_in_person"),
        pl.when(afar.is_null() & remote.fill_null(value=False)).then(total - here.fill_null(0)).otherwise(afar).alias("participants_remote"),
        pl.coalesce(by_dates.cast(pl.Float64), "days").alias("days"),
    ).with_columns(pl.col(name) * share for name in _PEOPLE)  # fmt: skip
    return counted.with_columns(participant_days=pl.col("participants_in_person") * pl.col("days"))


def _errors(rows: pl.DataFrame) -> list[pl.DataFrame]:
    amounts = (*_PEOPLE, *_ON_THE_SPOT)
    parts = pl.sum_horizontal(*_PEOPLE)
    return [
        findings(
            rows,
            pl.all_horizontal(pl.col(name).is_null() for name in amounts),
            code="amount-missing",
            severity="error",
            column="participants",
            message=_("There are neither participants nor anything that the event used. A missing number is not taken as zero."),
            suggestion=_("Fill the participants, meals, pages, waste or energy, or remove the row."),
        ),
        findings(
            rows,
            pl.any_horizontal(pl.col(name) < 0 for name in _PEOPLE),
            code="participants-differ",
            severity="error",
            column="participants",
            message=_("Of {total} participants more are said to have taken part in one way than there were."),
            suggestion=_("Correct the total, or those in person and those from afar."),
            values={"total": "participants"},
        ),
        findings(
            rows,
            pl.col("participants").is_not_null() & pl.all_horizontal(pl.col(*_PEOPLE).is_not_null()) & pl.col("share").is_null() & (parts != pl.col("participants")),
            code="participants-differ",
            severity="warning",
            column="participants",
            message=_("The total of {total} participants differs from those in person and from afar together; the two are used."),
            suggestion=_("Check the three numbers."),
            values={"total": "participants"},
        ),
    ]  # fmt: skip


def _moved(rows: pl.DataFrame) -> pl.DataFrame:
    return finding_of_file(
        rows,
        pl.col("country_is_origin"),
        code="country-is-origin",
        severity="note",
        message=_("Rows whose country or city was read as the origin of the participants, since one event cannot take place in several: {count}."),
        suggestion=_("If they are different events, name them."),
    )  # fmt: skip


def _warnings(rows: pl.DataFrame) -> list[pl.DataFrame]:
    negative = pl.any_horizontal(pl.col(name) < 0 for name in _ON_THE_SPOT)
    return [
        findings(
            rows,
            negative,
            code="amount-negative",
            severity="warning",
            column="meals",
            message=_("Meals or energy are negative; they are kept with their sign and lower the total."),
            suggestion=_("Keep them if they are a credit note; else correct them."),
        ),
        findings(
            rows,
            pl.col("days") > assumption("event_longest_days"),
            code="period-long",
            severity="warning",
            column="end_date",
            message=_("The event lasts {days:.0f} days."),
            suggestion=_("Check the dates."),
            values={"days": "days"},
        ),
        findings(
            rows,
            pl.col("meals_vegetarian") > pl.col("meals"),
            code="meals-differ",
            severity="warning",
            column="meals_vegetarian",
            message=_("There are more vegetarian meals, {vegetarian:.0f}, than meals, {meals:.0f}."),
            suggestion=_("Count vegetarian meals among the meals."),
            values={"vegetarian": "meals_vegetarian", "meals": "meals"},
        ),
        finding_of_file(
            rows,
            (pl.col("participants_in_person") > 0) & pl.col("origin_country").is_null(),
            code="origin-missing",
            severity="warning",
            message=_("Rows with participants in person whose origin is not known, first in row {first}: {count}. Their journeys cannot be estimated."),
            suggestion=_("Give participants by country of origin."),
        ),
    ]  # fmt: skip


def _together(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Return what the rows of one event show together."""
    people = pl.any_horizontal(pl.col(name) > 0 for name in _PEOPLE)
    origin = pl.col("origin_country").is_not_null()
    named = pl.any_horizontal(pl.col("event", "event_id").is_not_null())
    key = [*_EVENT, "start_date", "origin_country", "origin_city", "participation"]
    most = assumption("event_most_meals_per_participant_day")
    seen = rows.with_columns(
        pl.when(people & origin).then(pl.sum_horizontal(*_PEOPLE)).sum().over(_EVENT).alias("_by_origin"),
        pl.sum_horizontal(*_PEOPLE).alias("_people"),
        pl.col("source_row").cum_count().over(key).alias("_times"),
        pl.col("meals").sum().over(_EVENT).alias("_meals"),
        pl.col("participant_days").sum().over(_EVENT).alias("_days"),
        pl.col("source_row").first().over(_EVENT).alias("_first"),
    )
    return [
        findings(
            seen,
            ~origin & (pl.col("_by_origin") > 0) & (pl.col("_people") >= pl.col("_by_origin")),
            code="participants-twice",
            severity="warning",
            column="participants",
            message=_("The row has {people:.0f} participants without origin; those by origin are {others:.0f} in all. They may be counted twice."),
            suggestion=_("Leave the participants of the row empty if it is the sum of the others."),
            values={"people": "_people", "others": "_by_origin"},
        ),
        findings(
            seen,
            people & named & (pl.col("_times") > 1),
            code="counted-twice",
            severity="warning",
            column="participants",
            message=_("The same event and origin stand in an earlier row; the numbers are added."),
            suggestion=_("Remove the row if it is a copy."),
        ),
        findings(
            seen,
            (pl.col("source_row") == pl.col("_first")) & (pl.col("_days") > 0) & (pl.col("_meals") > most * pl.col("_days")),
            code="meals-implausible",
            severity="warning",
            column="meals",
            message=_("{meals:.0f} meals for {days:.0f} days of participants are unusually many."),
            suggestion=_("Check the meals, the days and the participants."),
            values={"meals": "_meals", "days": "_days"},
        ),
    ]  # fmt: skip
