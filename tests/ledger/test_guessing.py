"""Files are guessed by their headers and names in several languages, and no category takes the files of another."""

import pytest

from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.guessing import guess_category
from saleve.ledger.intake.mapping import with_currency
from saleve.ledger.intake.registry import source_categories

FILES = """
electricity      | bills       | Site,Meter,From,To,Electricity (kWh)
electricity      | strom 2024  | Gebäude,Zähler,Von,Bis,Verbrauch,Einheit
electricity      | strom       | Standort,Zähler,Lieferant,Von,Bis,Verbrauch (kWh),Betrag (CHF)
electricity      | 2024        | 建筑,电表,开始日期,结束日期,用电量
electricity      | electricity | Site,Date,Quantity,Unit,Supplier
district_energy  | fernwärme   | Gebäude,Zähler,Von,Bis,Verbrauch,Einheit
fuels            | gas bills   | Site,Fuel,From,To,Amount,Unit
fuels            | gas         | Site,Fuel,Period start,Period end,m3
fuels            | mazout      | Bâtiment,Combustible,Date de livraison,Litres,Fournisseur
fuels            | diesel      | Site,Date,Fuel,Litres,Cost,Supplier
fuels            | natural gas | Building,Commodity,Month,Year,Volume,Unit
fuels            | deliveries  | Site,Product,Date,Litres,Supplier,Price
air_travel       | tickets     | Ticket number,Traveller,Routing,Departure date,Class,Fare,Currency,Supplier,Invoice number,Department
air_travel       | tickets     | Invoice number,Invoice date,Vendor,Traveller,From,To,Class,Amount,Currency,Department,Cost centre
refrigerants     | refills     | Site,Equipment,Refrigerant,kg,Date
headcount        | staff       | Year,Unit,Site,Headcount
floor_area       | area        | Site,Year,Floor area (m2)
reported_emissions | figures   | Year,Category,t CO2e
home_leave       | home leave  | Year,Duty station,Home place,Travellers
waste            | 2024        | Site,Date,Waste type,Treatment,Weight (kg),Contractor
waste            | 2024        | Site,Année,Déchet,Filière,Tonnes
waste            | 2024        | Sede,Año,Tipo de residuo,Tratamiento,Peso (kg)
waste            | 2024        | Объект,Год,Вид отходов,Способ обращения,Масса,Единица измерения
waste            | 2024        | 地点,年份,垃圾种类,处理方式,重量(公斤)
waste            | 2024        | الموقع,السنة,نوع النفايات,طريقة المعالجة,الوزن (كغ)
water            | water       | Site,Meter,From,To,Consumption (m3)
water            | eau 2024    | Bâtiment,Compteur,Du,Au,Consommation (m3)
water            | 2024        | Site,Period start,Period end,Water (m3),Sewage (m3)
water            | 2024        | Gebäude,Jahr,Wasserverbrauch (m3)
water            | 2024        | Здание,Год,Потребление воды,Ед. изм.
water            | 2024        | 建筑,年份,月份,用水量(立方米)
water            | 2024        | المبنى,السنة,استهلاك المياه
paper            | 2024        | Site,Year,Reams
paper            | 2024        | Standort,Jahr,Papierformat,Grammatur,Anzahl Blatt
paper            | paper       | Site,Order date,Quantity,Unit,Supplier
procurement      | 2024        | Vendor,Account,Amount,Date
procurement      | 2024        | Department,Entity,Date,Expense type,Expense area,Supplier,Transaction number,Amount,VAT
procurement      | 2024        | Compte,Fournisseur,Montant,Devise,Date
procurement      | 2024        | Cuenta,Proveedor,Importe,Moneda,Fecha
procurement      | 2024        | 科目名称,供应商,金额,币种,日期
procurement      | 2024        | اسم الحساب,المورد,المبلغ,العملة,التاريخ
ict              | 2024        | Device type,Model,Serial number,Purchase date,Quantity purchased,Cost
ict              | 2024        | Type of equipment,Cloud provider,Month,Year,kWh,Cloud spend
offsets          | 2024        | Project,Serial number,Vintage,Standard,Retirement date,Quantity (tCO2e)
offsets          | 2024        | 项目名称,序列号,签发年份,注销日期,注销数量
"""
CASES = [[part.strip() for part in line.split("|")] for line in FILES.strip().splitlines()]
UNDECIDED = [
    ("gaz 2024", "Bâtiment,Compteur,Du,Au,Consommation (m3)"),
    ("gas", "Site,Meter,From,To,Volume (m3),Supplier"),
    ("hot water", "Site,Meter,From,To,Consumption (kWh)"),
    ("bills", "Site,Meter,Supplier,Start,End,Amount,Unit,Cost"),
    ("figures", "Source,Scope,Year,Amount,Unit"),
]


def _guessed(name: str, headers: str) -> str:
    offered = [with_currency(one.CATEGORY) for one in source_categories()]
    return guess_category(headers.split(","), offered, hints=name).name


@pytest.mark.parametrize(("category", "name", "headers"), CASES)
def test_a_typical_file_is_guessed(category: str, name: str, headers: str) -> None:
    assert _guessed(name, headers) == category


@pytest.mark.parametrize(("name", "headers"), UNDECIDED)
def test_what_the_headers_leave_open_is_asked_and_not_guessed(name: str, headers: str) -> None:
    with pytest.raises(FileRefusedError, match="fit several kinds of data"):
        _guessed(name, headers)


def test_a_list_of_participants_is_neither_hotel_nights_nor_flights():
    headers = [
        "Registration ID",
        "First name",
        "Last name",
        "City",
        "Country",
        "Arrival",
        "Departure",
        "Participation",
    ]
    with pytest.raises(FileRefusedError):
        guess_category(headers, [with_currency(one.CATEGORY) for one in source_categories()])
