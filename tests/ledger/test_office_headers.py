"""Headers as offices in six languages and German write them are known, each for what it is."""

import pytest

from saleve.ledger.intake.mapping import map_headers, with_currency
from saleve.method.activity.categories import CATEGORIES

HEADERS = {
    "air_travel": {
        "departure_date": ("Date de départ", "Abflugdatum", "Fecha de salida", "Дата вылета", "出发日期", "تاريخ المغادرة"),
        "return_date": ("Date de retour", "Rückflugdatum", "Fecha de regreso", "Дата возвращения", "返回日期", "تاريخ العودة"),
        "routing": ("Itinéraire", "Strecke", "Ruta", "Маршрут", "航线", "المسار"),
        "fare": ("Montant (CHF)", "Betrag", "Importe", "Сумма", "金额", "المبلغ"),
        "cabin": ("Classe", "Klasse", "Clase", "Класс", "舱位", "الدرجة"),
        "document_number": ("N° de billet", "Ticketnummer", "Número de billete", "Номер билета", "票号", "رقم التذكرة"),
    },
    "electricity": {
        "amount": ("Consommation (MWh)", "Verbrauch (MWh)", "Consumo (MWh)", "Потребление (МВт·ч)", "用电量 (MWh)", "الاستهلاك (MWh)"),
        "period_start": ("Début de période", "Von", "Inicio", "Начало периода", "开始日期", "بداية الفترة"),
        "meter": ("Compteur", "Zähler", "Счетчик", "电表", "العداد"),
    },
    "headcount": {"persons": ("Effectif", "Mitarbeitende", "Plantilla", "Численность", "人数", "عدد الموظفين")},
}  # fmt: skip
CASES = [(category, column, header) for category, columns in HEADERS.items() for column, headers in columns.items() for header in headers]  # fmt: skip


@pytest.mark.parametrize(("category", "column", "header"), CASES)
def test_a_header_of_an_office_is_known(category: str, column: str, header: str) -> None:
    mapping = map_headers([header], with_currency(CATEGORIES[category].CATEGORY))
    (match,) = mapping.matches
    assert match.column.startswith(column)
