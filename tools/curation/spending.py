"""Purchases by what was paid: US EPA factors with and without trade margins, and what leads an account to a sector."""

import polars as pl

from .factors import US_PUBLIC, finish
from .ict import SECTORS
from .package import Package, Resource, assumed, shared

CURRENCY, PRICE_YEAR = "USD", 2022

# our category: (NAICS sector that serves it, source category of ours that counts it by quantity)
CATEGORIES: dict[str, tuple[str | None, str | None]] = {
    "not_purchases": (None, None),  # salaries, grants, taxes: money that buys no goods and services
    "air_tickets": (None, "air_travel"),
    "electricity": (None, "electricity"),
    "fuels": (None, "fuels"),
    "heat": (None, "district_energy"),
    "hotels": ("721110", "hotels"),
    "ground_transport": ("485310", "ground_travel"),
    "vehicle_rental": ("532111", "vehicles"),
    "water": ("221310", "water"),
    "waste_collection": ("562111", "waste"),
    "paper_and_stationery": ("322230", "paper"),
    "it_equipment": ("334111", "ict"),
    "telephones": ("334210", "ict"),
    "cloud_and_hosting": ("518210", "ict"),
    "office_supplies": ("339940", None),
    "printing": ("323111", None),
    "books_and_periodicals": ("511120", None),
    "furniture": ("337214", None),
    "lighting": ("335122", None),
    "audio_visual": ("334310", None),
    "software": ("511210", None),
    "it_services": ("541512", None),
    "telecommunications": ("517311", None),
    "postage": ("491110", None),
    "couriers": ("492110", None),
    "freight": ("484110", None),
    "removals": ("484210", None),
    "cleaning": ("561720", None),
    "cleaning_products": ("325612", None),
    "security": ("561612", None),
    "facility_services": ("561210", None),
    "grounds": ("561730", None),
    "building_works": ("236220", None),
    "equipment_repair": ("811310", None),
    "rent": ("531120", None),
    "office_equipment_rental": ("532420", None),
    "legal": ("541110", None),
    "accounting": ("541211", None),
    "consulting": ("541611", None),
    "engineering": ("541330", None),
    "translation": ("541930", None),
    "research": ("541720", None),
    "advertising": ("541810", None),
    "design": ("541430", None),
    "video_and_film": ("512110", None),
    "photography": ("541922", None),
    "training": ("611430", None),
    "temporary_staff": ("561320", None),
    "recruitment": ("561311", None),
    "catering": ("722320", None),
    "food_and_drink": ("311991", None),
    "conferences": ("561920", None),
    "travel_agencies": ("561510", None),
    "vehicles_bought": ("336111", None),
    "vehicle_repair": ("811111", None),
    "insurance": ("524126", None),
    "bank_charges": ("522110", None),
    "medical_services": ("621111", None),
    "medicines": ("325412", None),
    "medical_supplies": ("339113", None),
    "clothing": ("315220", None),
    "laundry": ("812320", None),
    "memberships": ("813910", None),
}

# the first that fits decides; on the name of the account in small letters (en, fr, es, de; ru, zh, ar for what is usual)
WORDS = (
    ("not_purchases", (r"salar|payroll|\bpay\b|wages|pension|social security|depreciation|amorti|\bgrants?\b|subvention|\btax(es|ation)?\b|\bvat\b|\btva\b|\bmwst|interest|"
                      r"exchange (loss|gain)|allowance|per diem|gehalt|gehälter|löhne|zuschuss|steuer|sueldo|nómina|impuesto|subvenci|зарплат|оплата труда|налог|工资|薪|税|رواتب|ضريب")),
    ("travel_agencies", r"travel agen|agence(s)? de voyage|reisebüro|agencia(s)? de viaje"),
    ("air_tickets", r"air ?fare|air ?travel|air ?ticket|\bflights?\b|billets? d.avion|flug|pasajes aéreos|boletos? de avión|авиабилет|机票|تذاكر"),
    ("hotels", r"hotel|hôtel|accommodation|lodging|hébergement|unterkunft|übernachtung|alojamiento|гостини|проживан|住宿|酒店|إقامة|فندق"),
    ("vehicle_repair", r"(vehicle|car|fleet).*(repair|mainten|servic)|entretien.*véhic|(fahrzeug|kfz).*(reparatur|unterhalt|wartung)|(reparaci|mantenimiento).*veh"),
    ("vehicle_rental", r"(vehicle|car|van).*(hire|rental|leas)|location.*(véhic|voiture)|mietwagen|(alquiler|arrendamiento).*(veh|auto)"),
    ("vehicles_bought", r"\bvehicles?\b|\bcars\b|véhicule|fahrzeug|vehículo|автомобил|车辆|مركبات"),
    ("ground_transport", r"taxi|\brail\b|train (ticket|fare)|\bbus\b|public transport|transport local|bahn|öffentlicher verkehr|transporte terrestre|такси|出租车"),
    ("electricity", r"electricity|electric (power|energy|suppl|charge|bill)|^electric$|électricit|\bstrom|elektriz|электр|电费|كهرباء"),
    ("heat", r"district heat|chauffage (urbain|à distance)|fernwärme|calefacción|отоплен|供暖|تدفئة"),
    ("fuels", r"\bfuel|natural gas|\bgas\b|heating oil|petrol|diesel|carburant|combustible|mazout|gaz naturel|heizöl|treibstoff|erdgas|gasóleo|топлив|燃料|燃气|وقود"),
    ("water", r"\bwater\b|sewage|\beau\b|eaux usées|wasser|\bagua\b|\bвод[аыо]|水费|مياه"),
    ("waste_collection", r"waste|refuse|rubbish|garbage|déchet|abfall|entsorgung|residuos|basura|отход|мусор|垃圾|废物|نفايات"),
    ("cleaning_products", r"clean(ing)? (product|material|suppl)|produits? d.entretien|reinigungsmittel|productos de limpieza"),
    ("cleaning", r"clean|janitor|nettoyage|reinigung|limpieza|уборк|清洁|تنظيف"),
    ("laundry", r"laundry|blanchisserie|wäscherei|lavandería"),
    ("security", r"security|guard|sécurité|gardiennage|sicherheit|bewachung|seguridad|vigilancia|охран|保安|安保|أمن|حراسة"),
    ("grounds", r"landscap|garden|grounds maint|espaces verts|gartenpflege|jardiner"),
    ("removals", r"removal|moving (cost|service)|déménagement|umzug|mudanza"),
    ("postage", r"postage|\bpostal\b|\bmail\b|affranchissement|\bporto\b|franqueo|почт|邮费|邮资|بريد"),
    ("couriers", r"courier|messenger|coursier|kurier|mensajería|курьер|快递"),
    ("freight", r"freight|shipping|haulage|\bfret\b|expédition|fracht|spedition|flete|грузо|运费|شحن"),
    ("cloud_and_hosting", r"cloud|hosting|hébergement (web|informatique)|data cent(er|re)|rechenzentrum|alojamiento web|хостинг|云服务"),
    ("software", r"software|licen[cs]es? (it|inform)|logiciel|программн|软件|برمجيات"),
    ("it_equipment", (r"\b(computer|it|ict|information technology) (equipment|hardware|suppl)|hardware|laptop|\bservers?\b|matériel informatique|"
                     r"(it|edv|informatik)[- ]?(geräte|material|hardware)|equipo(s)? informático|компьютер|电脑|计算机设备|حواسيب|أجهزة الحاسوب")),
    ("it_services", r"\bit\b|\bict\b|information technology|comput(er|ing)|informati(que|k|ca)|\bedv\b|программист|信息技术|تقنية المعلومات"),
    ("telephones", r"(mobile|tele)?phone (equipment|handset)|handset"),
    ("telecommunications", r"tele ?com|telephon|\bphone|internet|téléphon|telefon|teléfon|связь|телефон|电话|通信|اتصالات|هاتف"),
    ("translation", r"translat|interpret|traduction|traduct|interprét|übersetz|dolmetsch|traducci|перевод|翻译|口译|ترجمة"),
    ("printing", r"print|imprim|druck|impresi|imprenta|печат|полиграф|印刷|طباعة"),
    ("books_and_periodicals", r"books?\b|periodical|newspaper|subscription|publication|library|livre|journaux|abonnement|bücher|zeitschrift|libros|suscripci|книг|подписк|图书|期刊|كتب"),
    ("paper_and_stationery", r"\bpaper\b|stationery|papeterie|\bpapier|papelería|бумаг|纸|ورق"),
    ("furniture", r"furnitur|mobilier|möbel|mobiliar|muebles|mebel|мебел|家具|أثاث"),
    ("office_equipment_rental", r"(copier|photocop|office (machine|equipment)).*(rent|hire|leas)|location.*(copieur|photocop)"),
    ("office_supplies", r"office (suppl|material|equip|expens|consum)|consumables|fournitures?( de bureau)?|büromaterial|material(es)? de oficina|útiles|канцел|办公用品|قرطاسية|لوازم مكتبية"),
    ("audio_visual", r"audio|visual equipment|multimedia equip|audiovisu"),
    ("lighting", r"lighting|light bulbs?|éclairage|beleuchtung|iluminación"),
    ("photography", r"photograph|photographie|fotograf"),
    ("video_and_film", r"\bvideo\b|\bfilm|broadcast|vidéo"),
    ("advertising", r"advertis|marketing|public relations|publicity|publicité|werbung|publicidad|реклам|广告|宣传|إعلان"),
    ("design", r"graphic|\bdesign\b|graphisme|grafik|diseño"),
    ("conferences", r"conference|\bevents?\b|meeting (cost|expens)|exhibition|conférence|manifestation|konferenz|veranstaltung|congreso|evento|конференц|мероприят|会议|展览|مؤتمر"),
    ("catering", r"cater|hospitality|refreshment|canteen|restaurant|traiteur|restauration|bewirtung|verpflegung|atenciones|питани|餐饮|宴请|ضيافة"),
    ("food_and_drink", r"\bfood|beverage|groceries|aliment|boisson|lebensmittel|getränke|bebida|продукт|食品|أغذية"),
    ("training", r"training|course fee|seminar|formation|schulung|weiterbildung|capacitación|formaci[óo]n|обучени|培训|تدريب"),
    ("temporary_staff", r"temporary (staff|help|personnel)|agency staff|intérim|temporär|personal temporal"),
    ("recruitment", r"recruit|recrutement|personalsuche|reclutamiento|подбор|招聘|توظيف"),
    ("legal", r"legal|lawyer|solicitor|juridique|avocat|rechtsberatung|anwalt|jurídic|юрид|法律|قانون"),
    ("accounting", r"audit|account(ing|ancy)|comptab|buchhalt|revision|auditor|contab|аудит|бухгалт|审计|会计|تدقيق|محاسبة"),
    ("research", r"research|studies|recherche|forschung|investigaci|исследован|研究|بحوث"),
    ("engineering", r"engineer|architect|surveyor|ingénie|ingenieur|architekt|ingenier|arquitect|инженер|工程|هندس"),
    ("consulting", r"consult|advis|professional (service|fee)|conseil|honoraires|berat|honorar|asesor|honorario|консульт|咨询|顾问|استشار"),
    ("equipment_repair", r"(equipment|machine|plant).*(repair|mainten)|entretien.*(matériel|équip)|wartung|mantenimiento de equipos"),
    ("facility_services", r"facilit(y|ies) (manag|serv)|building (manag|serv)|gestion.*immeuble|gebäudemanagement|hausdienst"),
    ("building_works", (r"building|construct|renovat|refurb|maintenance|repairs|travaux|bâtiment|rénovation|entretien|bau(arbeit|ten)|umbau|unterhalt|instandhaltung|obras|construcci|mantenimiento|"
                       r"строит|ремонт|建筑|装修|维修|بناء|صيانة")),
    ("rent", r"\brent|premises|\bloyer|location (de )?(bureaux|locaux|immeub)|\bmiete|alquiler|arrendamiento|аренд|租金|房租|إيجار"),
    ("insurance", r"insur|assuranc|versicher|seguro|страхов|保险|تأمين"),
    ("bank_charges", r"bank|frais bancaires|bankspesen|comisiones|банк|银行|مصرف"),
    ("medicines", r"medicine|pharma|médicament|medikament|medicament|лекарств|药|أدوية"),
    ("medical_supplies", r"medical (suppl|equip|material)|matériel médical|medizinisches material|material médico"),
    ("medical_services", r"medical|health|santé|médica|gesundheit|medizin|salud|médic|медицин|医疗|طبي"),
    ("clothing", r"uniform|clothing|vêtement|kleidung|vestuario|\bropa\b"),
    ("memberships", r"membership|affiliation|cotisation|mitgliedschaft|membresía|cuotas|членск|会费|عضوية"),
)  # fmt: skip

# UNSPSC: how a code of eight digits begins; the longer beginning decides
CODES = {
    "14": "paper_and_stationery", "1411": "paper_and_stationery", "15": "fuels", "25": "vehicles_bought", "30": "building_works", "39": "lighting", "42": "medical_supplies",
    "43": "it_equipment", "4319": "telephones", "4323": "software", "44": "office_supplies", "45": "audio_visual", "47": "cleaning_products", "50": "food_and_drink",
    "51": "medicines", "53": "clothing", "55": "books_and_periodicals", "56": "furniture", "70": "grounds", "72": "building_works", "76": "cleaning", "7612": "waste_collection",
    "78": "freight", "7810": "freight", "7811": "ground_transport", "781115": "air_tickets", "80": "consulting", "8011": "recruitment", "8012": "legal", "8013": "rent",
    "8014": "advertising", "81": "engineering", "8111": "it_services", "8116": "telecommunications", "82": "design", "8210": "advertising", "8211": "translation", "8212": "printing",
    "8213": "photography", "83": "telecommunications", "8310": "electricity", "831015": "water", "84": "bank_charges", "8413": "insurance", "85": "medical_services", "86": "training",
    "90": "catering", "9010": "catering", "9011": "hotels", "9012": "travel_agencies", "92": "security", "94": "memberships",
}  # fmt: skip


def package() -> Package:
    """Return the package ``spending``."""
    return Package(
        name="spending",
        title="Purchases by spending: US EPA supply chain factors with and without trade margins; from account to sector",
        description="kg CO2e per US dollar of 2022, for the sectors that serve an office, out of 1,016. with: what the buyer pays, hence trade and "
        "transport of goods too; without: the price at the gate. Printed values: with = without + margins but for a rounded digit. One "
        "country's industry and one year's prices stand for all. The source states no uncertainty; 80 % is our assumption, as ADEME states "
        "for its own. Which sector serves a category, and which words or codes lead to it, is our assignment (assumption; UNSPSC segments "
        "and families from general knowledge, unverified). An organisation may assign its accounts itself.",
        edition="v1.3.0, USD 2022",
        publisher="US Environmental Protection Agency, Supply Chain Greenhouse Gas Emission Factors",
        path="https://catalog.data.gov/dataset/supply-chain-greenhouse-gas-emission-factors-v1-3-by-naics-6",
        licence=US_PUBLIC,
        accounting_basis="supply_chain",
        valid_from="2022-01-01",
        valid_to="2022-12-31",
        extra={"currency": CURRENCY, "price_year": PRICE_YEAR},
        resources=(
            Resource("factors", _factors(), ("factor_id",), "One record a sector, with and without margins"),
            Resource("categories", _categories(), ("category",), "Categories of purchases, their sector, and what counts them by quantity"),
            Resource("words", _words(), ("order",), "Words in names of accounts that lead to a category"),
            Resource("codes", _codes(), ("digits",), "Beginnings of UNSPSC codes that lead to a category"),
        ),
    )  # fmt: skip


def _factors() -> pl.DataFrame:
    used = {sector for sector, _source in CATEGORIES.values() if sector} | set(SECTORS.values())
    source = shared("factors_spend_epa.csv").with_columns(
        pl.col("factor_id").str.extract(r"naics(\d+)$").alias("sector"),
        pl.col("activity").str.strip_prefix("spend.").alias("sector_title"),
        pl.col("kgco2e_per_unit").alias("with"),
        pl.col("notes").str.extract(r"without margins ([\d.]+)").alias("without"),
    )
    kept = source.filter(pl.col("sector").is_in(sorted(used)))
    long = kept.unpivot(["with", "without"], index=[name for name in kept.columns if name not in ("with", "without")],
                        variable_name="margins", value_name="_kg")  # fmt: skip
    width = pl.lit(assumed("spend_factor_half_width_pct"))
    value = pl.col("_kg").cast(pl.Float64)
    return finish(
        long.with_columns(
            pl.format("spend.epa.{}.{}", "sector", "margins").alias("factor_id"),
            pl.lit("USA").alias("place"),
            pl.date(PRICE_YEAR, 1, 1).alias("valid_from"),
            pl.date(PRICE_YEAR, 12, 31).alias("valid_to"),
            value.alias("kg_co2e_per_unit"),
            value.alias("unsplit_kg_co2e_per_unit"),
            width.alias("low_pct"),
            width.alias("high_pct"),
            pl.lit("assumption").alias("uncertainty_basis"),
            pl.lit(f"{CURRENCY} of {PRICE_YEAR}").alias("unit"),
            pl.lit("v1.3.0").alias("edition"),
            pl.lit("supply_chain").alias("accounting_basis"),
            pl.lit("published").alias("quality"),
        ),
        "sector", "sector_title", "margins",
    )  # fmt: skip


def _categories() -> pl.DataFrame:
    rows = [(category, *served) for category, served in CATEGORIES.items()]
    return _ours(pl.DataFrame(rows, orient="row", schema=["category", "sector", "counted_in"]), "assumption")


def _words() -> pl.DataFrame:
    rows = [(number, words, category) for number, (category, words) in enumerate(WORDS, start=1)]
    return _ours(pl.DataFrame(rows, orient="row", schema=["order", "words", "category"]), "assumption")


def _codes() -> pl.DataFrame:
    rows = list(CODES.items())
    return _ours(pl.DataFrame(rows, orient="row", schema=["digits", "category"]), "unverified")


def _ours(table: pl.DataFrame, quality: str) -> pl.DataFrame:
    return table.with_columns(pl.lit("1").alias("edition"), pl.lit(quality).alias("quality"))
