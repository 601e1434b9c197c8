"""The columns of a file of tickets or trips, how people head them, and the columns of the legs made from them."""

import polars as pl

from saleve.method.schema import PROVENANCE, Category, Column, Kind

_LEG_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "origin": pl.String,  # airport_id: present-day IATA code
    "destination": pl.String,
    "departure_date": pl.Date,
    "year": pl.Int64,
    "cabin": pl.String,  # economy, premium_economy, business, first, average
    "cabin_basis": pl.String,  # label, carrier_letter, letter, default
    "aircraft": pl.String,  # as on the ticket
    "carrier": pl.String,
    "passengers": pl.Float64,
    "category": pl.String,
    "unit": pl.String,
    "site": pl.String,
    "place_basis": pl.String,  # code, metro, city, main_airport, capital: the rougher of the two ends
    "boundary": pl.String,  # minimum, optional, memo
    "supplied_co2_kg": pl.Float64,  # the row's figure, in equal parts to its legs
    "supplied_method": pl.String,
    "leg": pl.Int64,  # from 1 within the row
    "traveller": pl.String,  # keyed hash of a name or staff number, never the name
    **PROVENANCE,
}

LEGS = pl.Schema(_LEG_COLUMNS)

TRAVEL_CATEGORIES: dict[str, tuple[str, ...]] = {
    "staff_mission": (
        "staff mission", "staff", "mission", "official travel", "duty travel", "official business", "staff member",
        "employee", "mission officielle", "voyage officiel", "fonctionnaire", "personnel", "misión oficial", "misión",
        "viaje oficial", "funcionario", "personal", "служебная командировка", "командировка", "сотрудник", "公务差旅", "工作人员",
        "سفر رسمي", "موظف", "dienstreise", "a serviço", "nacional", "internacional", "national", "international",
    ),
    "interpreter": (
        "interpreter", "interpreters", "interprète", "interprètes", "intérprete", "intérpretes", "устный переводчик",
        "переводчик", "口译员", "口译", "مترجم شفوي", "dolmetscher",
    ),
    "consultant": (
        "consultant", "consultants", "contractor", "individual contractor", "expert", "consultante", "consultor",
        "consultores", "консультант", "эксперт", "顾问", "خبير استشاري", "استشاري", "berater", "ssa", "consultancy",
    ),
    "councillor": (
        "councillor", "councilor", "council member", "conseiller", "membre du conseil", "consejero", "член совета",
        "советник", "理事", "عضو المجلس",
    ),
    "fellow": (
        "fellow", "fellows", "fellowship", "boursier", "bourse", "becario", "beca", "стипендиат", "研究金", "进修人员", "زميل", "منحة",
    ),
    "other_non_staff": (
        "other non-staff", "non-staff", "delegate", "participant", "guest", "meeting participant", "speaker", "délégué",
        "participant externe", "invité", "non-fonctionnaire", "delegado", "participante", "invitado", "делегат", "участник",
        "与会者", "代表", "مندوب", "مشارك", "intern", "volunteer",
    ),
    "home_leave": (
        "home leave", "entitlement travel", "entitlement", "family visit", "education grant", "education grant travel",
        "repatriation", "appointment", "congé dans les foyers", "congé au foyer", "vacaciones en el país de origen",
        "licencia en el hogar", "отпуск на родину", "回籍假", "探亲假", "إجازة زيارة الوطن", "heimaturlaub",
    ),
}  # fmt: skip

CATEGORY = Category(
    name="air_travel",
    title="Air travel: tickets or trips",
    columns=(
        Column("document_number", Kind.TEXT, "number of the ticket or document, kept as text", synonyms=(
            "ticket number", "ticket no", "ticket", "document no", "document number", "ticket id", "eticket", "e-ticket number", "tkt no",
            "numéro de billet", "no de billet", "n° de billet", "billet", "número de billete", "número de boleto", "boleto", "número do bilhete",
            "номер билета", "номер документа", "票号", "机票号码", "رقم التذكرة", "ticketnummer",
        )),
        Column("original_document", Kind.TEXT, "number of the ticket that an exchange replaces", synonyms=(
            "original ticket", "original ticket number", "original document", "exchanged ticket", "billet d'origine", "billete original",
            "первоначальный билет", "原票号", "التذكرة الأصلية",
        )),
        Column("trip_number", Kind.TEXT, "number of the journey or travel authorisation", synonyms=(
            "trip", "trip id", "mission id", "mission_id", "mission number", "ta number", "travel authorization", "travel request", "tr number",
            "expediente", "consecutivo", "identificador do processo de viagem", "ordre de mission", "numéro de mission",
            "autorización de viaje", "номер командировки", "出差编号", "رقم المهمة", "reisenummer", "pnr", "booking reference",
        )),
        Column("transaction", Kind.TEXT, "what the line does: sale, exchange, refund, void, fee", synonyms=(
            "transaction type", "transaction", "transaction code", "type", "trans type", "txn type", "document type", "type de document", "type de billet", "tipo de documento", "тип документа", "belegart", "dokumentart", "单据类型", "نوع المستند", "ticket status", "status", "coupon status", "type de transaction",
            "statut", "tipo de transacción", "estado", "situação", "situacao", "тип операции", "статус", "交易类型", "状态", "نوع المعاملة", "الحالة",
        )),
        Column("issue_date", Kind.DATE, "day the ticket was issued", synonyms=(
            "issue date", "date of issue", "issued", "creation date", "booking date", "invoice date", "date d'émission", "fecha de emisión",
            "fecha de compra", "дата выдачи", "дата выписки", "出票日期", "تاريخ الإصدار", "ausstellungsdatum", "data da emissão/compra",
        )),
        Column("departure_date", Kind.DATE, "day of departure", synonyms=(
            "departure", "departure date", "travel date", "date of travel", "flight date", "start date", "start", "from date", "date", "trip start",
            "date de départ", "date départ", "date du vol", "date de début", "fecha de salida", "fecha salida", "fecha_salida", "fecha de ida",
            "fechainicio_com", "fecha inicio", "fecha de inicio", "período - data de início", "origem - data", "data de partida",
            "дата вылета", "дата отправления", "дата начала", "出发日期", "启程日期", "出行日期", "تاريخ المغادرة", "تاريخ السفر", "abreisedatum", "abflug", "abflugdatum", "hinflug",
        )),
        Column("return_date", Kind.DATE, "day of return; without a return flag it says that the journey is there and back", synonyms=(
            "return", "return date", "end date", "to date", "trip end", "date de retour", "date retour", "date de fin", "fecha de llegada",
            "fecha llegada", "fecha_llegada", "fecha de regreso", "fecha regreso", "fecha de vuelta", "fechafin_com", "fecha fin", "fecha de fin",
            "período - data de fim", "data de retorno", "дата возвращения", "дата окончания", "返回日期", "回程日期", "تاريخ العودة", "rückreisedatum", "rückflugdatum", "rückflug",
        )),
        Column("year", Kind.INTEGER, "year of travel, where there is no date", synonyms=(
            "year", "travel year", "année", "año", "ano", "год", "年", "年份", "السنة", "jahr",
        ), minimum=1990, maximum=2100),
        Column("routing", Kind.TEXT, "airports in order, such as GVA-LHR-JFK", synonyms=(
            "route", "routing", "itinerary", "sectors", "segments", "city pair", "legs", "itinéraire", "trajet", "parcours", "ruta", "itinerario",
            "trayecto", "маршрут", "路线", "行程", "航程", "خط السير", "مسار الرحلة", "المسار", "航线", "reiseroute", "strecke",
        )),
        Column("origin", Kind.TEXT, "place of departure: airport code, city or country", several=True, synonyms=(
            "from", "origin", "departure airport", "departure station code", "departure code", "departure city", "departing from", "origin city",
            "origin code", "from city", "from airport", "origin airport", "de", "départ", "origine", "ville de départ", "lieu de départ",
            "aéroport de départ", "origen", "ciudad origen", "ciudad_origen", "ciudad de origen", "aeropuerto de origen", "salida",
            "origem - cidade", "cidade - origem ida", "origem", "откуда", "пункт отправления", "город вылета", "出发地", "始发地", "起点",
            "مكان المغادرة", "مدينة المغادرة", "من", "von", "abflugort",
        )),
        Column("origin_country", Kind.TEXT, "country of departure", synonyms=(
            "origin country", "departure country", "from country", "pays de départ", "pays d'origine", "país origen", "pais_origen",
            "país de origen", "origem - país", "país - origem ida", "страна отправления", "出发国", "出发国家", "بلد المغادرة", "abflugland",
        )),
        Column("destination", Kind.TEXT, "place of arrival: airport code, city or country; several become one journey", several=True, synonyms=(
            "to", "destination", "destinations", "destination(s)", "arrival", "arrival airport", "arrival station code", "arrival code",
            "arrival city", "destination city", "destination code", "to city", "to airport", "destination airport", "à", "arrivée", "ville d'arrivée",
            "lieu de mission", "aéroport d'arrivée", "destino", "destinos", "ciudad destino", "ciudad_destino", "ciudad de destino", "lugar",
            "aeropuerto de destino", "destino - cidade", "cidade - destino ida", "куда", "пункт назначения", "город прилета", "目的地", "到达地",
            "الوجهة", "مدينة الوصول", "إلى", "nach", "zielort", "zielort_der_reise", "zielort der reise", "ziel",
        )),
        Column("destination_country", Kind.TEXT, "country of arrival", synonyms=(
            "destination country", "arrival country", "to country", "pays de destination", "pays d'arrivée", "pays", "país destino", "pais_destino",
            "país de destino", "destino - país", "país - destino ida", "страна назначения", "目的国", "到达国家", "بلد الوصول", "zielland", "reiselandländergr",
        )),
        Column("round_trip", Kind.YES_NO, "there and back", synonyms=(
            "return trip", "round trip", "roundtrip", "return flag", "return?", "aller-retour", "aller retour", "ida y vuelta", "ida e volta",
            "туда и обратно", "往返", "ذهاب وإياب", "hin und zurück",
        )),
        Column("cabin", Kind.TEXT, "cabin: economy, premium economy, business, first; in words of any airline", synonyms=(
            "cabin", "class", "cabin class", "class of service", "service class", "travel class", "classe", "classe de voyage", "cabine", "clase",
            "clase de servicio", "cabina", "класс", "класс обслуживания", "舱位", "舱等", "درجة السفر", "الدرجة", "reiseklasse", "klasse",
        )),
        Column("booking_class", Kind.TEXT, "booking letter, one for all legs or one for each", synonyms=(
            "booking class", "booking code", "rbd", "fare class", "booking letter", "fare basis", "classe de réservation", "clase de reserva",
            "clase tarifaria", "класс бронирования", "订座舱位", "舱位代码", "فئة الحجز", "buchungsklasse",
        )),
        Column("carrier", Kind.TEXT, "airline, as code or name", synonyms=(
            "airline", "carrier", "airline code", "carrier code", "vendor", "validating carrier", "compagnie", "compagnie aérienne", "transporteur",
            "aerolínea", "línea aérea", "linea_origen", "compañía", "companhia aérea", "авиакомпания", "перевозчик", "航空公司", "承运人", "شركة الطيران",
            "fluggesellschaft",
        )),
        Column("flight_number", Kind.TEXT, "flight number", synonyms=(
            "flight", "flight number", "flight no", "vol", "numéro de vol", "número de vuelo", "vuelo", "vuelo_origen", "номер рейса", "航班号", "航班",
            "رقم الرحلة", "flugnummer",
        )),
        Column("aircraft", Kind.TEXT, "aircraft type, as IATA or ICAO code", synonyms=(
            "aircraft", "aircraft type", "equipment", "equipment code", "type d'avion", "appareil", "tipo de avión", "aeronave", "тип самолета", "机型",
            "نوع الطائرة", "flugzeugtyp",
        )),
        Column("passengers", Kind.NUMBER, "number of passengers; one where the file does not say", unit="passengers", synonyms=(
            "passengers", "pax", "number of passengers", "no of passengers", "travellers", "number of travellers", "passagers", "nombre de passagers",
            "pasajeros", "número de pasajeros", "число пассажиров", "пассажиры", "乘客人数", "人数", "عدد الركاب", "anzahl passagiere",
        ), minimum=0),
        Column("traveller", Kind.TEXT, "name or staff number; never kept", personal=True, synonyms=(
            "traveller", "traveler", "passenger", "passenger name", "name", "traveller name", "employee", "employee id", "staff id", "user_id",
            "index number", "staff no", "staff number", "personnel number", "matricule", "voyageur", "nom", "nom du voyageur", "passager", "viajero", "nombre", "pasajero", "autoridad", "nome", "cpf viajante",
            "nom du passager", "nombre del pasajero", "nombre del viajero", "фио пассажира", "имя пассажира", "旅客姓名", "乘客", "乘客姓名", "出行人", "اسم المسافر", "الراكب", "اسم الراكب",
            "пассажир", "фио", "имя", "旅客", "姓名", "المسافر", "الاسم", "reisender", "passagier", "name des reisenden",
        )),
        Column("category", Kind.CHOICE, "who travels: staff mission, interpreter, consultant, councillor, fellow, other non-staff, home leave",
            choices=TRAVEL_CATEGORIES, synonyms=(
            "category", "traveller category", "traveler type", "traveller type", "travel type", "type of travel", "trip type", "catégorie",
            "catégorie de voyageur", "type de voyage", "categoría", "categoría de viajero", "категория", "类别", "旅行类别", "الفئة", "نوع السفر",
        )),
        Column("unit", Kind.TEXT, "organisational unit that travels", synonyms=(
            "unit", "department", "division", "bureau", "section", "cost centre", "cost center", "organisational unit", "org unit", "unité",
            "département", "service", "centre de coûts", "unidad", "departamento", "dirección", "bloque", "ur", "centro de costos",
            "nome órgão solicitante", "подразделение", "отдел", "департамент", "部门", "单位", "司", "الوحدة", "القسم", "الإدارة", "abteilung", "kostenstelle",
        )),
        Column("site", Kind.TEXT, "site or duty station", synonyms=(
            "site", "office", "duty station", "location", "lieu d'affectation", "bureau local", "sede", "oficina", "lugar de destino oficial",
            "место службы", "офис", "工作地点", "办事处", "مركز العمل", "المكتب", "standort", "dienstort",
        )),
        Column("mode", Kind.TEXT, "how the person travelled: air, rail, road, other", synonyms=(
            "mode", "mode of transport", "transport mode", "transport", "means of transport", "mode: public/car/train/plane/other", "moyen de transport",
            "mode de transport", "medio de transporte", "modo", "tipo_pasaje", "tipo de pasaje", "meio de transporte", "вид транспорта", "транспорт",
            "交通方式", "运输方式", "وسيلة النقل", "verkehrsmittel",
        )),
        Column("paid_by", Kind.TEXT, "who paid for the ticket", synonyms=(
            "paid by", "payer", "funded by", "sponsor", "payé par", "pris en charge par", "financé par", "pagado por", "cubre_pasaje",
            "financiado por", "оплачено", "плательщик", "付款方", "资助方", "الجهة الدافعة", "bezahlt von",
        )),
        Column("fare", Kind.MONEY, "price of the ticket", synonyms=(
            "fare", "price", "ticket price", "amount", "total", "total fare", "total amount", "ticket cost", "cost", "tarif", "prix", "prix du billet",
            "montant", "tarifa", "precio", "importe", "costo", "gasto_pasaje", "monto", "valor passagens", "valor da passagem", "стоимость", "цена",
            "тариф", "票价", "金额", "价格", "السعر", "المبلغ", "ثمن التذكرة", "сумма", "flugpreis", "preis", "betrag",
        )),
        Column("per_diem", Kind.MONEY, "daily allowance", synonyms=(
            "per diem", "dsa", "daily subsistence allowance", "allowance", "indemnité journalière", "per diem payé", "viáticos", "viaticos",
            "viáticos_dolar", "viaticos_dolar", "viaticos_pesos", "viaticos_euro", "gasto_viatico", "dietas", "valor diárias", "суточные", "每日生活津贴",
            "津贴", "بدل الإقامة اليومي", "tagegeld",
        )),
        Column("purpose", Kind.TEXT, "purpose of the journey", synonyms=(
            "purpose", "reason", "trip purpose", "objet", "motif", "objet de la mission", "motivo", "propósito", "objeto", "evento", "цель", "цель поездки",
            "目的", "出差事由", "事由", "الغرض", "reisezweck",
        )),
        Column("supplied_co2_kg", Kind.NUMBER, "CO2 that somebody else computed for the row", unit="kg", synonyms=(
            "co2", "co2 kg", "co2 (kg)", "co2e kg", "kg co2", "kg co2e", "emissions kg", "emissions (kg)", "carbon kg", "émissions kg", "co2 supplied",
            "emisiones kg", "выбросы кг", "二氧化碳排放量", "الانبعاثات", "emissionen kg",
        )),
        Column("supplied_method", Kind.TEXT, "method and version of that figure", synonyms=(
            "co2 method", "emission method", "calculator", "carbon method", "méthode co2", "método co2", "метод расчета", "计算方法", "طريقة الحساب",
        )),
    ),
    example={
        "document_number": "724 2401234567",
        "departure_date": "2025-03-17",
        "routing": "GVA-ADD-NBO-ADD-GVA",
        "cabin": "Economy",
        "category": "Staff mission",
        "unit": "BDT",
        "fare": "CHF 1240.50",
    },
)  # fmt: skip
