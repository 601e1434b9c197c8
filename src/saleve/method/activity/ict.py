"""Information technology: equipment bought and in use by kind, energy of data centres, use and cost of cloud services.

ITU-T L.1420 (2012) and GHG Protocol Corporate Value Chain Standard (2011), categories 1 and 2.
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.deliveries import headed, period_columns, too_high_per_day
from saleve.method.activity.energy import BILL_COLUMNS, READING, SITE_COLUMNS, bill_checks, one_amount
from saleve.method.activity.measures import measure_problems, measured
from saleve.method.activity.money import CURRENCY, MONEY, in_currencies, share_of_days
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.periods import dated, split_by_year, split_notes
from saleve.method.activity.rows import completed, findings, joined, without_errors
from saleve.method.reference.assumptions import assumption
from saleve.method.schema import PROVENANCE, Category, Column, Kind

METER = ("site", "meter", "kind", "supplier", "service")
_ENERGY = ("energy",)
_STATED_UNITS = {"amount_kwh": "kWh", "amount_mwh": "MWh"}
_QUANTITIES = ("items_bought", "items_with_label", "items_in_use", "energy_kwh")

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "unit": pl.String(),
        "site": pl.String(),
        "country": pl.String(),
        "kind": pl.String(),
        "service": pl.String(),
        "supplier": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "days": pl.Int64(),
        "items_bought": pl.Float64(),
        "items_with_label": pl.Float64(),
        "items_in_use": pl.Float64(),
        "energy_kwh": pl.Float64(),
        "power_usage_effectiveness": pl.Float64(),
        "in_electricity_bills": pl.Boolean(),  # null: not stated
        "amount": MONEY,
        "currency": pl.String(),
        "reading": pl.String(),
        **PROVENANCE,
    }
)

KINDS = {
    "laptop": ("laptop", "laptops", "notebook", "notebooks", "portable", "ordinateur portable", "ordinateurs portables", "laptop-computer", "portátil", "portátiles", "ordenador portátil", "ноутбук", "ноутбуки", "笔记本电脑", "笔记本",
               "حاسوب محمول", "حواسيب محمولة"),
    "desktop": ("desktop", "desktops", "desktop computer", "pc", "workstation", "tower", "ordinateur fixe", "ordinateur de bureau", "poste fixe", "arbeitsplatzrechner", "tischrechner", "ordenador de sobremesa", "ordenador de mesa", "estación de trabajo",
                "настольный компьютер", "компьютер", "системный блок", "台式机", "台式电脑", "حاسوب مكتبي"),
    "thin_client": ("thin client", "thin clients", "client léger", "cliente ligero", "тонкий клиент", "瘦客户机"),
    "monitor": ("monitor", "monitors", "screen", "screens", "display", "displays", "écran", "écrans", "moniteur", "bildschirm", "bildschirme", "pantalla", "pantallas", "монитор", "мониторы", "显示器", "شاشة", "شاشات"),
    "tablet": ("tablet", "tablets", "tablette", "tablettes", "tableta", "планшет", "планшеты", "平板电脑", "جهاز لوحي"),
    "smartphone": ("smartphone", "smartphones", "mobile phone", "mobile", "mobiles", "cell phone", "téléphone portable", "téléphones portables", "handy", "mobiltelefon", "teléfono móvil", "móvil", "смартфон", "мобильный телефон", "手机",
                   "智能手机", "هاتف محمول", "هاتف ذكي"),
    "desk_phone": ("desk phone", "desk phones", "ip phone", "voip phone", "telephone", "téléphone fixe", "téléphone", "tischtelefon", "telefon", "teléfono fijo", "телефон", "固定电话", "هاتف مكتبي"),
    "printer": ("printer", "printers", "multifunction", "multifunction device", "mfp", "copier", "imprimante", "imprimantes", "photocopieur", "drucker", "kopierer", "multifunktionsgerät", "impresora", "impresoras", "fotocopiadora",
                "принтер", "принтеры", "мфу", "打印机", "复印机", "طابعة", "طابعات"),
    "projector": ("projector", "projectors", "beamer", "vidéoprojecteur", "projecteur", "projektor", "proyector", "проектор", "投影仪", "جهاز عرض"),
    "video_conference": ("video conference", "video conferencing", "videoconference system", "vc system", "visioconférence", "videokonferenz", "videokonferenzanlage", "videoconferencia", "видеоконференция", "视频会议",
                         "مؤتمرات الفيديو"),
    "server": ("server", "servers", "blade server", "serveur", "serveurs", "servidor", "servidores", "сервер", "серверы", "服务器", "خادم", "خوادم"),
    "storage": ("storage", "storage array", "san", "nas", "disk array", "stockage", "baie de stockage", "speicher", "speichersystem", "almacenamiento", "схд", "存储", "存储设备", "تخزين"),
    "network": ("network", "network equipment", "switch", "switches", "router", "routers", "access point", "firewall", "équipement réseau", "commutateur", "routeur", "netzwerk", "netzwerkgerät", "equipo de red", "enrutador",
                "сетевое оборудование", "коммутатор", "маршрутизатор", "网络设备", "交换机", "路由器", "معدات الشبكة"),
    "cloud": ("cloud", "cloud service", "cloud services", "cloud computing", "saas", "iaas", "paas", "hosting", "nuage", "informatique en nuage", "services cloud", "cloud-dienst", "cloud-dienste", "nube", "servicios en la nube",
              "облако", "облачные услуги", "云", "云服务", "云计算", "سحابة", "خدمات سحابية"),
    "data_centre": ("data centre", "data center", "datacentre", "datacenter", "server room", "colocation", "centre de données", "salle serveurs", "rechenzentrum", "serverraum", "centro de datos", "sala de servidores", "цод",
                    "центр обработки данных", "серверная", "数据中心", "机房", "مركز البيانات", "مركز بيانات"),
    "other": ("other", "accessories", "peripherals", "autre", "autres", "périphériques", "andere", "sonstige", "otro", "otros", "другое", "прочее", "其他", "أخرى"),
}  # fmt: skip

CATEGORY = Category(
    name="ict",
    title="Information technology",
    columns=(
        *SITE_COLUMNS,
        Column(
            "kind",
            Kind.CHOICE,
            "Kind of equipment, or cloud, or data centre",
            required=True,
            synonyms=("ict kind", "kind of equipment", "equipment type", "type of equipment", "device type", "device", "devices", "asset type", "asset class", "hardware type", "it category", "type d'équipement", "type d'appareil",
                      "type de matériel", "équipement informatique", "gerätetyp", "geräteart", "gerät", "it-kategorie", "tipo de equipo", "tipo de dispositivo", "tipo de activo", "dispositivo", "тип оборудования", "вид техники",
                      "вид оборудования", "устройство", "设备类型", "设备种类", "资产类别", "نوع الجهاز", "نوع المعدات", "الجهاز"),
            choices=KINDS,
        ),
        Column(
            "service",
            Kind.TEXT,
            "Model of the equipment, or name of the service or data centre",
            synonyms=("model", "service name", "cloud product", "sku", "modèle", "nom du service", "modell", "dienst", "modelo", "nombre del servicio", "модель", "型号", "服务名称", "الطراز", "اسم الخدمة"),
        ),
        *period_columns("date", "purchase date", "date of purchase", "date purchased", "date d'achat", "date d'acquisition", "kaufdatum", "anschaffungsdatum", "fecha de compra", "fecha de adquisición", "дата покупки",
                        "дата приобретения", "采购日期", "购买日期", "تاريخ الشراء"),
        headed(BILL_COLUMNS, "supplier", "cloud provider", "manufacturer", "fabricant", "hersteller", "fabricante", "производитель", "制造商", "الشركة المصنعة"),
        Column("user", Kind.TEXT, "Person who uses the equipment", personal=True,
               synonyms=("user", "assigned to", "user name", "employee", "employee name", "owner", "utilisateur", "utilisatrice", "attribué à", "benutzer", "zugewiesen an", "nutzer", "usuario", "asignado a", "пользователь", "закреплено за",
                         "使用人", "使用者", "المستخدم")),
        Column("staff_number", Kind.TEXT, "Staff number of the user", personal=True,
               synonyms=("staff number", "staff no", "employee id", "employee number", "personnel number", "matricule", "personalnummer", "número de empleado", "табельный номер", "工号", "员工编号", "الرقم الوظيفي")),
        Column("items_bought", Kind.NUMBER, "Number bought in the period", minimum=0,
               synonyms=("items bought", "bought", "purchased", "number bought", "number purchased", "quantity purchased", "units purchased", "new units", "achetés", "nombre acheté", "quantité achetée", "acquis", "gekauft", "anzahl gekauft",
                         "beschafft", "neu beschafft", "comprados", "cantidad comprada", "adquiridos", "куплено", "закуплено", "приобретено", "购买数量", "采购数量", "新购数量", "المشتراة", "عدد المشتراة")),
        Column("items_with_label", Kind.NUMBER, "Of those bought, number with an environmental label", minimum=0,
               synonyms=("items with label", "with eco-label", "eco-labelled", "with environmental label", "epeat", "energy star", "tco certified", "avec écolabel", "écolabel", "mit umweltzeichen", "umweltzeichen", "con ecoetiqueta",
                         "с экомаркировкой", "环保标志数量", "带环保标志", "بعلامة بيئية")),
        Column("items_in_use", Kind.NUMBER, "Number in use at the end of the period", minimum=0,
               synonyms=("items in use", "in use", "installed", "in service", "number in use", "stock", "count", "quantity in use", "number of devices", "en service", "nombre en service", "parc", "en usage", "nombre", "im einsatz", "bestand",
                         "anzahl im einsatz", "anzahl", "en uso", "cantidad en uso", "número de equipos", "в эксплуатации", "в использовании", "используется", "在用数量", "使用数量", "保有量", "قيد الاستخدام", "عدد الأجهزة")),
        headed(BILL_COLUMNS, "amount", "energy use", "electricity", "consommation électrique", "stromverbrauch", "consumo eléctrico", "электропотребление", "用电量", "استهلاك الكهرباء", minimum=0),
        headed(BILL_COLUMNS, "amount_unit"),
        Column("amount_kwh", Kind.NUMBER, "Energy in kWh, where the header states the unit", unit="kWh", minimum=0,
               synonyms=("kwh", "energy (kwh)", "energy kwh", "electricity (kwh)", "usage kwh", "cloud usage (kwh)", "it load (kwh)", "consumption (kwh)", "énergie (kwh)", "consommation (kwh)", "energie (kwh)", "strom (kwh)",
                         "verbrauch (kwh)", "energía (kwh)", "consumo (kwh)", "квтч", "кВт·ч", "энергия (кВт·ч)", "千瓦时", "用电量(千瓦时)", "كيلوواط ساعة", "الطاقة (كيلوواط ساعة)")),
        Column("amount_mwh", Kind.NUMBER, "Energy in MWh, where the header states the unit", unit="MWh", minimum=0,
               synonyms=("mwh", "energy (mwh)", "consumption (mwh)", "énergie (mwh)", "verbrauch (mwh)", "energía (mwh)", "мвтч", "兆瓦时")),
        Column("power_usage_effectiveness", Kind.NUMBER, "Energy of the whole data centre over that of its equipment (PUE, ISO/IEC 30134-2)", minimum=1, maximum=10,
               synonyms=("pue", "power usage effectiveness", "efficacité énergétique (pue)", "energieeffizienz (pue)", "eficiencia energética (pue)", "эффективность (pue)", "电能利用效率", "كفاءة استخدام الطاقة")),
        Column("in_electricity_bills", Kind.YES_NO, "Whether this energy is already in the bills of the category electricity",
               synonyms=("in electricity bills", "already billed", "included in building", "included in site electricity", "on site", "compris dans l'électricité", "inclus dans le bâtiment", "in stromrechnung enthalten", "im gebäude enthalten",
                         "incluido en la electricidad", "включено в счета за электричество", "已含在电费中", "مشمول في فواتير الكهرباء")),
        Column("cost", Kind.MONEY, "What was paid", synonyms=("cost", "spend", "amount paid", "net cost", "invoice amount", "cloud spend", "cloud cost", "total price", "purchase cost", "coût", "dépense", "montant", "kosten", "gesamtpreis", "betrag", "costo",
                                                             "coste", "gasto", "importe", "стоимость", "затраты", "сумма", "费用", "成本", "金额", "التكلفة", "المبلغ")),
        CURRENCY,
        READING,
    ),
    example={"kind": "laptop", "service": "14 inch", "site": "Tower", "year": "2025", "items_bought": "120", "items_in_use": "640", "cost": "138000", "currency": "CHF"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return equipment, energy in kWh and money, one row per row of the file, calendar year and currency."""
    whole = one_amount(completed(rows, CATEGORY, context), _STATED_UNITS).drop("cost", "currency")
    known, period_problems = dated(whole, context)
    read = measured(known.with_columns(pl.lit(None, pl.String).alias("meter")), _ENERGY)
    money = in_currencies(rows, "cost")
    measured_rows = read.filter(pl.col("amount").is_not_null())
    errors = joined([period_problems, measure_problems(measured_rows, _ENERGY, "kWh"), *_errors(read, money)])
    good = without_errors(read, errors)
    problems = joined([errors, split_notes(good), *_warnings(good, money)])
    return Normalised(activity=_activity(good, money), problems=problems)


def _errors(rows: pl.DataFrame, money: pl.DataFrame) -> list[pl.DataFrame]:
    paid = pl.lit(rows["source_row"].is_in(money["source_row"].implode()))
    stated = pl.any_horizontal(pl.col("items_bought", "items_in_use", "amount").is_not_null())
    negative = pl.any_horizontal(pl.col("items_bought", "items_in_use", "amount") < 0)
    return [
        findings(
            rows,
            pl.col("kind").is_null(),
            code="kind-missing",
            severity="error",
            column="kind",
            message=_("The kind of equipment or service is not given."),
            suggestion=_("Fill it: laptop, monitor, server, cloud, data centre ..."),
        ),
        findings(
            rows,
            ~stated & ~paid,
            code="amount-missing",
            severity="error",
            column="items_bought",
            message=_("There is neither a number of items, nor energy, nor cost. A missing amount is not taken as zero."),
            suggestion=_("Fill one of them, or remove the row."),
        ),
        findings(
            rows,
            negative,
            code="amount-negative",
            severity="error",
            column="items_bought",
            message=_("A number of items or an energy is negative."),
            suggestion=_("Correct it; equipment given back is not a purchase."),
        ),
    ]  # fmt: skip


def _warnings(rows: pl.DataFrame, money: pl.DataFrame) -> list[pl.DataFrame]:
    used = rows.filter(pl.col("quantity").is_not_null())
    items = pl.max_horizontal("items_bought", "items_in_use")
    credits_ = money.filter((pl.col("amount") < 0) & pl.col("source_row").is_in(rows["source_row"].implode()))
    many = _("{{items:g}} items in one row are more than {limit:g}.").format(
        limit=assumption("ict_high_items")
    )
    return [
        *bill_checks(used.with_columns(pl.coalesce("site", "service", "supplier", "kind").alias("site")), METER),
        too_high_per_day(used, "quantity", "ict_high_kwh_per_day", "kWh", "amount"),
        findings(
            rows.with_columns(items.alias("_items")),
            pl.col("_items") > assumption("ict_high_items"),
            code="amount-implausible",
            severity="warning",
            column="items_in_use",
            message=many,
            suggestion=_("Check whether an amount of money stands in the column of items."),
            values={"items": "_items"},
        ),
        findings(
            rows,
            pl.col("items_with_label") > pl.col("items_bought"),
            code="labelled-exceed-bought",
            severity="warning",
            column="items_with_label",
            message=_("More items have a label ({labelled:g}) than were bought ({bought:g})."),
            suggestion=_("Count among those bought only."),
            values={"labelled": "items_with_label", "bought": "items_bought"},
        ),
        findings(
            credits_,
            pl.lit(value=True),
            code="amount-negative",
            severity="warning",
            column="cost",
            message=_("The cost {amount:.2f} {currency} is negative; it is kept with its sign."),
            suggestion=_("Keep it if it is a credit note; else correct it."),
            values={"amount": "amount", "currency": "currency"},
        ),
        findings(
            used,
            pl.col("in_electricity_bills").is_null() & (pl.col("kind") == "data_centre"),
            code="data-centre-twice",
            severity="warning",
            column="kind",
            message=_("The row does not say whether the energy of the data centre is already in the electricity bills."),
            suggestion=_("Fill in_electricity_bills with yes or no, so that no kWh is counted twice."),
        ),
    ]  # fmt: skip


def _activity(rows: pl.DataFrame, money: pl.DataFrame) -> pl.DataFrame:
    """Divide by years, then put money beside; of a row in several currencies the first carries items and energy."""
    named = rows.drop("amount").rename({"quantity": "energy_kwh", "organisational_unit": "unit"})
    marked = named.with_columns(
        pl.col("period_start").alias("_start"),
        ((pl.col("period_end") - pl.col("period_start")).dt.total_days() + 1).alias("_all_days"),
    )
    years = split_by_year(marked, ("items_bought", "items_with_label", "energy_kwh")).with_columns(
        (pl.col("period_start") - pl.col("_start")).dt.total_days().alias("_days_before")
    )
    numbered = money.with_columns(pl.int_range(pl.len()).over("source_row").alias("_nth"))
    both = years.join(numbered, on="source_row", how="left", maintain_order="left_right").with_columns(
        share_of_days("amount", "_days_before", "days", "_all_days")
    )
    first = pl.col("_nth").fill_null(0) == 0
    once = both.with_columns(pl.when(first).then(pl.col(name)).alias(name) for name in _QUANTITIES)
    return once.select(ACTIVITY.names()).cast(ACTIVITY)
