"""Files of journeys, vehicles, stays, events, online meetings and surveys as people write them, from guess to activity."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from saleve.ledger.intake.checking import Checked, check_file
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.guessing import guess_category
from saleve.ledger.intake.mapping import with_currency
from saleve.method.activity.categories import CATEGORIES
from saleve.method.activity.normalising import Context

GROUND = """Déplacements 2025;;;;;;;;
Date de départ;Moyen de transport;Départ;Arrivée;Distance (km);Aller-retour;Nombre de passagers;Matricule;Prix CHF
17.03.2025;Train;Genève;Berne;158;oui;2;4411;98,50
18.03.2025;VTC;aéroport;bureau;;non;1;4412;35,00
19.03.2025;Avion;Genève;Nairobi;;oui;1;4413;1'200,00
20.03.2025;Autocar;;;;;1;4414;
Total;;;;158;;5;;1'333.50
"""
VEHICLES = """ Kennzeichen ; Fahrzeugtyp ; Von ; Bis ; Kilometerstand Anfang ; Kilometerstand Ende ; Treibstoff ; Getankt (l) ; Fahrer
CD 1-23 ; PKW ; 01.01.2025 ; 31.01.2025 ; 45'210 ; 46'130 ; Diesel ; 64,5 ; Person A
CD 1-23 ; PKW ; 01.02.2025 ; 28.02.2025 ; 46'130 ; 46'030 ; Diesel ; 60,0 ; Person A
CD 4-56 ; Lieferwagen ; 01.01.2025 ; 31.01.2025 ;  ; 10'000 ; Elektro ;  ; Person B
CD 4-56 ; Lieferwagen ; 01.02.2025 ; 28.02.2025 ;  ; 10'900 ; Elektro ;  ; Person B
"""
HOTELS = """Huésped;Hotel;Ciudad;País;Fecha de entrada;Fecha de salida;Noches;Habitaciones;Estrellas;Importe (USD)
Persona A;Hotel Lago;Nairobi;Kenia;17/03/2025;20/03/2025;3;2;4 estrellas;"540,00"
Persona B;Hotel Sol;San José;;25/04/2025;27/04/2025;;1;***;
Persona C;Hotel Mar;Lima;;28/04/2025;30/04/2025;;1;*****;120
"""
EVENTS = """活动名称,开始日期,结束日期,举办地,举办国,来源国,现场参会人数,线上参会人数,供餐数
频谱工作组,2025-05-12,2025-05-16,日内瓦,瑞士,肯尼亚,4,11,
频谱工作组,2025-05-12,2025-05-16,日内瓦,瑞士,法国,10,3,
频谱工作组,2025-05-12,2025-05-16,日内瓦,瑞士,,,,95
频谱工作组,2025-05-12,2025-05-16,日内瓦,瑞士,亚特兰蒂斯,2,0,
"""
VIRTUAL = """Тема;Дата;Количество участников;Длительность;Платформа;Организатор
Исследовательская комиссия;02.04.2025;85;2:30;Система;Лицо А
Бюро;15.04.2025;12;90 мин;Система;Лицо Б
Секретариат;16.04.2025;5;45;Система;Лицо В
"""
COMMUTING = """الموقع,طريقة التنقل,المسافة ذهابا,عدد الأيام في الأسبوع,أيام العمل عن بعد,عدد الإجابات,الرقم الوظيفي
البرج,قطار,18,3,2,40,1
البرج,سيارة,12,4,1,25,2
البرج,مشيا,,5,0,10,3
البرج,سيارة,,4,1,5,4
"""


@pytest.fixture
def check(tmp_path: Path) -> Any:
    def check_text(text: str, name: str = "file.csv", **kwargs: Any) -> Checked:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        checked = check_file(path, context=Context(year=2025), **kwargs)
        assert checked.rows == checked.accepted + checked.repaired + checked.rejected
        assert (
            checked.activity.select(CATEGORIES[checked.category].ACTIVITY.names()).schema
            == CATEGORIES[checked.category].ACTIVITY
        )
        return checked

    return check_text


def _states(checked: Checked) -> tuple[str, int, int, int]:
    return checked.category, checked.rows, checked.accepted + checked.repaired, checked.rejected


def _codes(checked: Checked, severity: str) -> list[tuple[int, str]]:
    return checked.problems.filter(pl.col("severity") == severity, pl.col("row").is_not_null()).select("row", "code").rows()  # fmt: skip


def test_journeys_of_a_french_list(check: Any) -> None:
    checked = check(GROUND)
    assert _states(checked) == ("ground_travel", 4, 3, 1)
    assert checked.activity.select("mode", "passenger_km", "currency").rows() == [
        ("rail", 632.0, "CHF"),
        ("taxi", None, "CHF"),
    ]
    assert _codes(checked, "error") == [(6, "distance-missing")]
    assert "4411" not in checked.table.write_csv() + checked.activity.write_csv()


def test_a_german_log_book(check: Any) -> None:
    checked = check(VEHICLES)
    assert _states(checked) == ("vehicles", 4, 3, 1)
    assert checked.activity.select("vehicle", "distance_km", "fuel").rows() == [
        ("CD 1-23", 920.0, "diesel_mineral"),
        ("CD 4-56", None, "electricity"),
        ("CD 4-56", 900.0, "electricity"),
    ]
    assert _codes(checked, "error") == [(3, "odometer-backwards")]


def test_a_spanish_list_of_stays(check: Any) -> None:
    checked = check(HOTELS)
    assert _states(checked) == ("hotels", 3, 2, 1)
    assert checked.activity.select("country", "stars", "room_nights", "currency").rows() == [
        ("KEN", 4, 6.0, "USD"),
        ("PER", 5, 2.0, "USD"),
    ]
    assert _codes(checked, "error") == [(3, "place-not-unique")]


def test_a_chinese_list_of_participants(check: Any) -> None:
    checked = check(EVENTS)
    assert _states(checked) == ("events", 4, 3, 1)
    people = checked.activity.select(
        "origin_country", "participants_in_person", "participants_remote", "meals"
    )
    assert people.rows() == [("KEN", 4, 11, None), ("FRA", 10, 3, None), (None, None, None, 95)]
    assert _codes(checked, "error") == [(5, "country-unknown")]


def test_a_russian_list_of_online_meetings(check: Any) -> None:
    checked = check(VIRTUAL)
    assert _states(checked) == ("virtual_meetings", 3, 2, 1)
    assert checked.activity["participant_hours"].to_list() == [212.5, 18.0]
    assert _codes(checked, "error") == [(4, "duration-unreadable")]


def test_an_arabic_survey(check: Any) -> None:
    checked = check(COMMUTING)
    assert _states(checked) == ("commuting", 4, 3, 1)
    assert checked.activity.select("mode", "person_km").rows() == [
        ("rail", 190_080.0),
        ("car", 105_600.0),
        ("walk", None),
    ]
    assert _codes(checked, "error") == [(5, "distance-missing")]


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Fecha;Medio de transporte;Origen;Destino;Distancia (km)\n17/03/2025;Tren;Lima;Cusco;1100\n", "ground_travel"),
        ("Дата поездки;Вид транспорта;Откуда;Куда;Расстояние, км\n17.03.2025;Поезд;Женева;Берн;158\n", "ground_travel"),
        ("车牌号,开始日期,结束日期,行驶里程,燃料类型,加油量\n京A1,2025-01-01,2025-01-31,920,柴油,64\n", "vehicles"),
        ("Immatriculation;Du;Au;Km parcourus;Carburant;Litres\nGE 1;01.01.2025;31.01.2025;920;Essence;64\n", "vehicles"),
        ("الفندق,المدينة,البلد,تاريخ الوصول,عدد الليالي\nالبحيرة,نيروبي,كينيا,2025-03-17,3\n", "hotels"),
        ("Hôtel;Ville;Pays;Date d'arrivée;Nuitées\nLac;Genève;Suisse;17.03.2025;3\n", "hotels"),
        ("Veranstaltung;Beginn;Ende;Herkunftsland;Anzahl Teilnehmende\nTagung;12.05.2025;16.05.2025;Kenia;4\n", "events"),
        ("Evento;Fecha de inicio;País de origen;Número de participantes\nReunión;12/05/2025;Kenia;4\n", "events"),
        ("会议主题,日期,参会人数,时长（分钟）\n研究组,2025-04-02,85,150\n", "virtual_meetings"),
        ("Réunion;Date;Nombre de participants;Durée\nBureau;17.04.2025;12;1h30\n", "virtual_meetings"),
        ("Verkehrsmittel;Einfacher Weg (km);Tage pro Woche;Homeoffice-Tage;Antworten\nBahn;18;3;2;40\n", "commuting"),
        ("Способ проезда;Расстояние в одну сторону;Дней в неделю;Количество ответов\nМетро;18;3;40\n", "commuting"),
    ],
    ids=lambda text: text.split("\n")[0][:20],
)  # fmt: skip
def test_typical_files_are_known_by_their_headers(check: Any, text: str, category: str) -> None:
    assert _states(check(text)) == (category, 1, 1, 0)


@pytest.mark.parametrize(
    ("headers", "category"),
    [
        ("Date,From,To,Class,Traveller,Cost", "air_travel"),
        ("Date,From,To,Mode,Class", "air_travel"),
        ("Ticket number,Date,From,To,Mode,Distance (km),Cabin,Airline", "air_travel"),
        ("Vehicle,Fuel,Litres,Date", "fuels"),
        ("Site,Fuel,Vehicle,Quantity,Unit,Start,End", "fuels"),
        ("Unit,Site,Year,Persons", "headcount"),
        ("Site,From,To,Electricity (kWh),Cost", "electricity"),
    ],
)
def test_files_of_older_categories_are_not_taken_away(headers: str, category: str) -> None:
    categories = [with_currency(module.CATEGORY) for module in CATEGORIES.values()]
    assert guess_category(headers.split(","), categories).name == category


def test_the_name_of_a_file_decides_between_a_flight_and_a_train() -> None:
    categories = [with_currency(module.CATEGORY) for module in CATEGORIES.values()]
    headers = ["Date", "From", "To", "Mode", "Passengers", "Fare"]
    assert guess_category(headers, categories, hints="rail 2025").name == "ground_travel"
    assert guess_category(headers, categories, hints="trips 2025").name == "air_travel"


def test_an_undecided_day_keeps_its_year(check: Any) -> None:
    checked = check("Hotel;Country;Check-in;Nights\nLake;Kenya;05/02/2024;3\n")
    assert checked.activity.select("year", "check_in", "nights").row(0) == (2024, None, 3)


def test_stays_of_the_mexican_trips(shared: Path) -> None:
    path = shared / "data/real/ifai_mexico_trips/ifai_trips_2013.csv"
    checked = check_file(path, category="hotels", context=Context(year=2013))
    assert _states(checked) == ("hotels", 31, 27, 4)  # three undecided dates, one cost in an unknown currency
    assert checked.activity["country"].unique().sort().to_list() == ["COL", "MEX", "USA"]
    assert checked.activity["room_nights"].sum() == 31  # added by hand from the dates
    assert checked.activity.filter(pl.col("source_row") == 2).select("nights", "cost").row(0)[0] == 2


def test_journeys_by_road_of_the_mexican_trips(shared: Path) -> None:
    path = shared / "data/real/ifai_mexico_trips/ifai_trips_2013.csv"
    where = {"TIPO_PASAJE": "Terrestre"}
    context = Context(year=2013, payer_names=("IFAI",))
    checked = check_file(path, category="ground_travel", where=where, context=context)
    assert _states(checked) == ("ground_travel", 12, 12, 0)
    assert checked.activity["mode"].unique().to_list() == ["road"]
    assert checked.activity["currency"].drop_nulls().unique().to_list() == ["MXN"]
    assert checked.activity["distance_km"].null_count() == 12
    assert (7, "place-not-located") in _codes(checked, "warning")  # Pachuca is not the capital


def test_participants_of_eight_years_each_on_its_sheet(shared: Path) -> None:
    path = shared / "data/real/egu_attendance/egu_allyears.xlsx"
    checked = check_file(path, columns={"N": "participants"})
    assert _states(checked) == ("events", 837, 830, 7)
    people = checked.activity.group_by("year").agg(pl.col("participants_in_person").sum())
    by_year = dict(people.sort("year").iter_rows())
    assert list(by_year) == list(range(2012, 2020))
    assert by_year[2012] == 11_275  # every country of that sheet is known
    rejected = checked.problems.filter(pl.col("code") == "country-unknown")["message"]
    assert all(name in " ".join(rejected) for name in ("Macao", "Svalbard", "North Macedonia"))


def test_participants_by_city_count_their_share_only(shared: Path) -> None:
    path = shared / "data/real/egu_attendance/data_processed.csv"
    checked = check_file(path, context=Context(year=2019))
    germans = checked.activity.filter(pl.col("origin_country") == "DEU")
    assert checked.category == "events"
    assert germans["origin_city"].to_list() == ["Berlin", "Hamburg", "Munich", "Cologne"]
    assert germans["participants_in_person"].sum() == pytest.approx(2587)


def test_a_point_for_thousands_is_never_read_as_two_and_a_half_participants(
    shared: Path, tmp_path: Path
) -> None:
    raw = pl.read_excel(shared / "data/real/egu_attendance/data_raw.xlsx", has_header=False)
    path = tmp_path / "participants.csv"
    raw.rename({raw.columns[0]: "Country of origin", raw.columns[1]: "Participants"}).write_csv(path)
    checked = check_file(path, context=Context(year=2019))
    wrong = checked.problems.filter(pl.col("code") == "number-not-whole")
    assert wrong["row"].to_list() == [2, 3, 4, 5, 6, 7]
    assert checked.activity["participants_in_person"].max() < 1000


def test_a_list_without_headers_is_refused_in_words(shared: Path) -> None:
    with pytest.raises(FileRefusedError, match="no row of headers"):
        check_file(shared / "data/real/egu_attendance/data_raw.xlsx", category="events")
