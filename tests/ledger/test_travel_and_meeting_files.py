"""Files of journeys, vehicles, stays, events, online meetings and surveys as people write them, from guess to activity."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from saleve.ledger.intake.checking import Checked, check_file
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
Persona C;Hotel Mar;Lima;;28/04/2025;30/04/2025;;1;5*;120
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
        assert checked.activity.select(CATEGORIES[checked.category].ACTIVITY.names()).schema == CATEGORIES[checked.category].ACTIVITY
        return checked

    return check_text
