"""Waste handed over: what it is, how it is treated, its mass; volumes and containers only with the density that the file states.

GHG Protocol Corporate Value Chain Standard (2011), category 5; streams and treatments as in Greening the Blue and EMAS Annex IV.
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.deliveries import headed, period_columns, too_high_per_day
from saleve.method.activity.energy import BILL_COLUMNS, READING, SITE_COLUMNS, one_amount
from saleve.method.activity.measures import measure_problems, measured
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.periods import dated, overlaps, split_by_year, split_notes
from saleve.method.activity.rows import (
    completed,
    finding_of_file,
    findings,
    in_series,
    joined,
    without_errors,
)
from saleve.method.reference.assumptions import assumption
from saleve.method.schema import PROVENANCE, Category, Column, Kind

_SERIES = ("site", "stream", "treatment", "supplier")
_KINDS = ("mass", "volume")
_STATED_UNITS = {"amount_kg": "kg", "amount_t": "t", "amount_m3": "m3"}
_HAZARDOUS = ("batteries", "lamps", "chemicals", "medical")  # hazardous whatever else the row says
_LARGEST_CONTAINER_M3 = 60  # impossible above: a lorry with trailer holds less

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "unit": pl.String(),
        "site": pl.String(),
        "country": pl.String(),
        "supplier": pl.String(),
        "stream": pl.String(),
        "treatment": pl.String(),  # null: not stated
        "hazardous": pl.Boolean(),  # null: not stated
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "days": pl.Int64(),
        "waste_kg": pl.Float64(),
        "volume_m3": pl.Float64(),  # null where the mass was stated
        "density_kg_per_m3": pl.Float64(),
        "reading": pl.String(),
        **PROVENANCE,
    }
)

STREAMS = {
    "residual": ("residual", "residual waste", "general waste", "general", "mixed waste", "mixed", "municipal waste", "household waste", "rubbish", "trash", "refuse",
                 "ordures ménagères", "déchets résiduels", "déchets incinérables", "tout-venant", "dib", "restmüll", "restabfall", "hausmüll", "kehricht", "siedlungsabfall",
                 "residuos generales", "basura", "resto", "residuos mezclados", "смешанные отходы", "тко", "твёрдые коммунальные отходы", "мусор", "其他垃圾", "生活垃圾", "混合垃圾", "一般废物",
                 "نفايات عامة", "نفايات مختلطة", "نفايات منزلية"),
    "paper": ("paper", "cardboard", "paper and cardboard", "paper & cardboard", "paper/cardboard", "mixed paper", "confidential paper", "papier", "carton", "papier carton", "papier/carton",
              "papier et carton", "papier-carton", "karton", "pappe", "altpapier", "papier/karton", "papier und karton", "papel", "cartón", "papel y cartón", "бумага", "картон", "бумага и картон", "макулатура",
              "纸", "废纸", "纸张", "纸板", "纸类", "ورق", "كرتون", "ورق وكرتون"),
    "glass": ("glass", "bottles", "verre", "glas", "altglas", "vidrio", "стекло", "玻璃", "زجاج"),
    "plastic": ("plastic", "plastics", "pet", "pet bottles", "plastique", "plastiques", "kunststoff", "kunststoffe", "plastik", "plástico", "plásticos", "пластик", "пластмасса", "塑料",
                "بلاستيك"),
    "metal": ("metal", "metals", "scrap metal", "aluminium", "aluminum", "cans", "steel", "métal", "métaux", "ferraille", "alu", "metall", "altmetall", "schrott", "metales", "chatarra", "металл",
              "металлолом", "金属", "معدن", "معادن"),
    "packaging": ("packaging", "mixed recyclables", "dry mixed recycling", "dmr", "recyclables", "commingled", "mixed recycling", "recycling", "recycled waste", "emballages", "recyclables mélangés", "verpackung", "verpackungen", "wertstoffe",
                  "gelber sack", "envases", "reciclables", "упаковка", "вторсырьё", "可回收物", "可回收垃圾", "包装", "مواد قابلة للتدوير", "تغليف"),
    "food": ("food", "food waste", "organic", "organic waste", "kitchen waste", "canteen waste", "biowaste", "bio", "déchets alimentaires", "biodéchets", "déchets organiques", "lavures",
             "restes alimentaires", "bioabfall", "speisereste", "lebensmittelabfälle", "küchenabfälle", "residuos orgánicos", "orgánico", "restos de comida", "пищевые отходы", "органические отходы",
             "厨余垃圾", "餐厨垃圾", "食物垃圾", "نفايات عضوية", "نفايات غذائية", "بقايا الطعام"),
    "garden": ("garden", "garden waste", "green waste", "déchets verts", "déchets de jardin", "grüngut", "grünabfall", "gartenabfälle", "residuos de jardín", "poda", "садовые отходы", "园林垃圾",
               "绿化垃圾", "نفايات الحدائق"),
    "wood": ("wood", "pallets", "timber", "bois", "palettes", "holz", "altholz", "paletten", "madera", "древесина", "木材", "خشب"),
    "textiles": ("textiles", "textile", "clothes", "textilien", "textil", "текстиль", "纺织品", "منسوجات"),
    "electronic": ("electronic", "electronics", "electronic waste", "e-waste", "ewaste", "weee", "it equipment", "deee", "d3e", "déchets électroniques", "appareils électriques", "elektroschrott",
                   "elektronikschrott", "elektroaltgeräte", "residuos electrónicos", "raee", "электронный лом", "электроника", "电子垃圾", "电子废物", "نفايات إلكترونية"),
    "batteries": ("batteries", "battery", "accumulators", "piles", "piles et accumulateurs", "batterien", "akkus", "baterías", "pilas", "батарейки", "аккумуляторы", "电池", "废电池", "بطاريات"),
    "lamps": ("lamps", "fluorescent tubes", "fluorescent lamps", "light bulbs", "tubes fluorescents", "néons", "ampoules", "leuchtstoffröhren", "lampen", "lámparas", "fluorescentes", "лампы",
              "灯管", "مصابيح"),
    "toner": ("toner", "toner cartridges", "ink cartridges", "cartouches", "toners", "tonerkartuschen", "tóner", "картриджи", "硒鼓", "墨盒", "خراطيش الحبر"),
    "chemicals": ("chemicals", "chemical waste", "hazardous waste", "hazardous", "special waste", "solvents", "paints", "waste oil", "déchets dangereux", "déchets spéciaux", "produits chimiques",
                  "sonderabfall", "sondermüll", "gefährliche abfälle", "chemikalien", "residuos peligrosos", "productos químicos", "опасные отходы", "химические отходы", "危险废物", "有害垃圾",
                  "نفايات خطرة", "مواد كيميائية"),
    "medical": ("medical", "medical waste", "clinical waste", "healthcare waste", "dasri", "déchets médicaux", "medizinische abfälle", "residuos sanitarios", "медицинские отходы", "医疗废物",
                "نفايات طبية"),
    "bulky": ("bulky", "bulky waste", "furniture", "encombrants", "mobilier", "sperrmüll", "sperrgut", "möbel", "voluminosos", "muebles", "крупногабаритные отходы", "кго", "大件垃圾", "家具",
              "نفايات ضخمة", "أثاث"),
    "construction": ("construction", "construction waste", "demolition", "construction and demolition", "rubble", "inert", "inert waste", "déchets de chantier", "gravats", "inertes", "bauschutt",
                     "bauabfälle", "escombros", "residuos de construcción", "строительные отходы", "建筑垃圾", "نفايات البناء", "أنقاض"),
    "other": ("other", "others", "autre", "autres", "andere", "sonstige", "otros", "otro", "прочее", "другое", "其他", "أخرى"),
}  # fmt: skip

TREATMENTS = {
    "reuse": ("reuse", "reused", "re-use", "donated", "donation", "resold", "réemploi", "réutilisation", "don", "wiederverwendung", "reutilización", "donación", "повторное использование", "再利用", "再使用",
              "إعادة استخدام"),
    "recycling": ("recycling", "recycled", "recycle", "material recovery", "r3", "recyclage", "recyclé", "valorisation matière", "stoffliche verwertung", "wiederverwertung", "reciclaje", "reciclado",
                  "переработка", "рециклинг", "утилизация вторсырья", "回收", "回收利用", "再循环", "تدوير", "إعادة التدوير"),
    "composting": ("composting", "composted", "compost", "compostage", "kompostierung", "kompost", "compostaje", "компостирование", "堆肥", "تسميد", "تحويل إلى سماد"),
    "anaerobic_digestion": ("anaerobic digestion", "ad", "biogas plant", "methanisation", "méthanisation", "vergärung", "biogasanlage", "digestión anaerobia", "biometanización", "анаэробное сбраживание",
                            "厌氧消化", "هضم لاهوائي"),
    "incineration_with_energy_recovery": ("incineration with energy recovery", "energy recovery", "waste to energy", "waste-to-energy", "energy from waste", "energy-from-waste", "efw", "wte", "r1", "thermal recovery", "valorisation énergétique",
                                          "incinération avec récupération d'énergie", "incinération avec valorisation énergétique", "thermische verwertung", "kva", "müllverbrennung mit energienutzung",
                                          "valorización energética", "incineración con recuperación de energía", "сжигание с получением энергии", "焚烧发电", "能源回收", "حرق مع استرداد الطاقة"),
    "incineration_without_energy_recovery": ("incineration without energy recovery", "open burning", "burnt", "d10", "incinération sans récupération d'énergie", "verbrennung ohne energienutzung",
                                             "thermische beseitigung", "incineración sin recuperación de energía", "сжигание без получения энергии", "焚烧无能源回收", "حرق دون استرداد الطاقة"),
    "incineration": ("incineration", "incinerated", "incinération", "verbrennung", "müllverbrennung", "incineración", "сжигание", "焚烧", "حرق", "ترميد"),
    "landfill": ("landfill", "landfilled", "dumped", "tip", "d1", "d5", "décharge", "enfouissement", "isdnd", "deponie", "deponierung", "vertedero", "relleno sanitario", "захоронение", "полигон", "填埋", "卫生填埋",
                 "طمر", "مكب", "مدفن صحي"),
    "hazardous_treatment": ("hazardous", "hazardous treatment", "special treatment", "chemical treatment", "physico-chemical treatment", "d9", "traitement spécial", "traitement des déchets dangereux",
                            "traitement physico-chimique", "sonderbehandlung", "sonderabfallbehandlung", "chemisch-physikalische behandlung", "tratamiento de residuos peligrosos", "tratamiento especial",
                            "обезвреживание", "危险废物处置", "无害化处理", "معالجة النفايات الخطرة"),
    "other": ("other", "autre", "andere", "sonstige", "otro", "другое", "其他", "أخرى"),
}  # fmt: skip

CATEGORY = Category(
    name="waste",
    title="Waste",
    columns=(
        *SITE_COLUMNS,
        Column(
            "stream",
            Kind.CHOICE,
            "What the waste is; mixed waste is residual",
            required=True,
            synonyms=("stream", "waste stream", "waste type", "type of waste", "waste category", "waste", "fraction", "type de déchet", "type de déchets", "déchet", "déchets", "flux",
                      "catégorie de déchets", "abfallart", "abfall", "fraktion", "abfallfraktion", "tipo de residuo", "tipo de residuos", "residuo", "residuos", "вид отходов", "тип отходов",
                      "отходы", "фракция", "废物类型", "废物种类", "垃圾种类", "垃圾类型", "نوع النفايات", "النفايات", "نوع المخلفات"),
            choices=STREAMS,
        ),
        Column(
            "treatment",
            Kind.CHOICE,
            "What becomes of it; incineration alone leaves open whether energy is recovered",
            synonyms=("treatment", "treatment method", "disposal", "disposal method", "disposal route", "destination", "traitement", "mode de traitement", "filière", "filière de traitement", "exutoire",
                      "behandlung", "entsorgungsweg", "entsorgungsart", "verwertung", "verwertungsweg", "tratamiento", "método de eliminación", "destino", "обращение", "способ обращения", "обработка",
                      "способ утилизации", "处理方式", "处置方式", "处理方法", "طريقة المعالجة", "المعالجة", "طريقة التخلص"),
            choices=TREATMENTS,
        ),
        Column(
            "hazardous",
            Kind.YES_NO,
            "Whether the law calls it hazardous; batteries, lamps, chemicals and medical waste are, whatever the cell says",
            synonyms=("hazardous", "hazardous?", "is hazardous", "dangereux", "déchet dangereux", "gefährlich", "peligroso", "опасные", "опасный", "危险", "是否危险", "خطرة"),
        ),
        *period_columns("date", "collection date", "pickup date", "date of collection", "date de collecte", "date d'enlèvement", "abholdatum", "datum", "fecha de recogida", "fecha", "дата вывоза",
                        "дата", "清运日期", "日期", "تاريخ الجمع", "التاريخ"),
        headed(BILL_COLUMNS, "supplier", "contractor", "waste contractor", "collector", "carrier", "prestataire", "collecteur", "entsorger", "gestor", "transportista", "перевозчик", "оператор",
               "清运公司", "承运人", "المقاول", "الناقل"),
        headed(BILL_COLUMNS, "amount", "weight", "net weight", "mass", "tonnage", "poids", "masse", "poids net", "gewicht", "masa", "peso", "вес", "масса", "重量", "质量", "الوزن", "الكتلة", minimum=0),
        headed(BILL_COLUMNS, "amount_unit"),
        Column("amount_kg", Kind.NUMBER, "Mass in kg, where the header states the unit", unit="kg", minimum=0,
               synonyms=("kg", "weight kg", "weight (kg)", "waste kg", "waste (kg)", "kilograms", "poids (kg)", "poids kg", "masse (kg)", "quantité (kg)", "gewicht (kg)", "menge (kg)", "peso (kg)",
                         "cantidad (kg)", "вес (кг)", "кг", "重量(公斤)", "重量(kg)", "公斤", "الوزن (كغ)", "كغ")),
        Column("amount_t", Kind.NUMBER, "Mass in tonnes of 1,000 kg, where the header states the unit", unit="t", minimum=0,
               synonyms=("tonnes", "weight (t)", "waste (t)", "waste tonnes", "metric tons", "poids (t)", "tonnage (t)", "gewicht (t)", "menge (t)", "tonnen", "toneladas", "peso (t)", "вес (т)", "тонн",
                         "тонны", "重量(吨)", "吨", "الوزن (طن)", "طن")),
        Column("amount_m3", Kind.NUMBER, "Volume in cubic metres, where the header states the unit; a density must be stated too", unit="m3", minimum=0,
               synonyms=("m3", "volume (m3)", "volume m3", "cubic metres", "mètres cubes", "volumen (m3)", "kubikmeter", "metros cúbicos", "объём (м3)", "м3", "体积(立方米)", "立方米", "الحجم (م3)")),
        Column("containers", Kind.NUMBER, "Number of containers emptied; their volume and a density must be stated too", minimum=0,
               synonyms=("containers", "number of containers", "no. of containers", "bins", "number of bins", "no. of bins", "bin count", "skips", "collections", "lifts", "conteneurs", "nombre de conteneurs", "bacs", "bennes", "levées", "anzahl behälter",
                         "behälter", "leerungen", "contenedores", "número de contenedores", "контейнеры", "количество контейнеров", "桶数", "容器数量", "عدد الحاويات")),
        Column("container_m3", Kind.NUMBER, "Volume of one container", unit="m3", minimum=0, maximum=_LARGEST_CONTAINER_M3,
               synonyms=("container size", "container volume", "bin size", "bin volume", "container capacity", "volume du conteneur", "taille du bac", "behältergrösse", "behältervolumen",
                         "volumen del contenedor", "объём контейнера", "容器容积", "桶容积", "سعة الحاوية", "حجم الحاوية")),
        Column("fill_pct", Kind.NUMBER, "How full the containers were; empty means full", unit="%", minimum=0, maximum=100,
               synonyms=("fill level", "fill (%)", "fill %", "fill rate", "taux de remplissage", "füllgrad", "nivel de llenado", "заполнение (%)", "装满率", "نسبة الامتلاء")),
        Column("density_kg_per_m3", Kind.NUMBER, "Mass of one cubic metre of this waste as it is collected; needed for volumes and containers", unit="kg/m3", minimum=0,
               synonyms=("density", "bulk density", "density (kg/m3)", "density kg/m3", "densité", "masse volumique", "densité (kg/m3)", "dichte", "schüttdichte", "dichte (kg/m3)", "densidad",
                         "densidad (kg/m3)", "плотность", "плотность (кг/м3)", "密度", "密度(kg/m3)", "الكثافة")),
        READING,
    ),
    example={"site": "Tower", "stream": "paper and cardboard", "treatment": "recycling", "period_start": "2025-01-01", "period_end": "2025-03-31", "amount": "2.4", "amount_unit": "t"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return waste in kg, one row per load or statement and calendar year."""
    whole = _emptied(one_amount(completed(rows, CATEGORY, context), _STATED_UNITS))
    known, period_problems = dated(whole, context)
    loads = _weighed(measured(known, _KINDS))
    amounts = measure_problems(loads.filter(~_without_size()), _KINDS, "kg")
    errors = joined([period_problems, amounts, *_errors(loads)])
    good = without_errors(loads, errors)
    return Normalised(
        activity=_activity(good), problems=joined([errors, split_notes(good), *_warnings(good)])
    )


def _emptied(rows: pl.DataFrame) -> pl.DataFrame:
    """Turn containers into cubic metres, where no other amount is given and their size is."""
    filled = pl.col("fill_pct").fill_null(100.0) / 100
    volume = pl.col("containers") * pl.col("container_m3") * filled
    by_container = pl.col("amount").is_null() & volume.is_not_null()
    return rows.with_columns(
        pl.when(by_container).then(volume).otherwise("amount").alias("amount"),
        pl.when(by_container).then(pl.lit("m3")).otherwise("amount_unit").alias("amount_unit"),
    )


def _weighed(rows: pl.DataFrame) -> pl.DataFrame:
    """Give each row its mass; a volume has one only where the row states a density. Some wastes are hazardous by their nature."""
    is_volume = pl.col("unit_kind") == "volume"
    by_nature = pl.col("stream").is_in(_HAZARDOUS) | (pl.col("treatment") == "hazardous_treatment")
    return rows.with_columns(
        pl.when(is_volume).then("quantity").alias("volume_m3"),
        pl.when(is_volume)
        .then(pl.col("quantity") * pl.col("density_kg_per_m3"))
        .otherwise("quantity")
        .alias("waste_kg"),
        pl.when(by_nature).then(pl.lit(value=True)).otherwise("hazardous").alias("hazardous"),
    )


def _without_size() -> pl.Expr:
    return (
        pl.col("containers").is_not_null() & pl.col("container_m3").is_null() & pl.col("quantity").is_null()
    )


def _errors(rows: pl.DataFrame) -> list[pl.DataFrame]:
    return [
        findings(
            rows,
            pl.col("stream").is_null(),
            code="stream-missing",
            severity="error",
            column="stream",
            message=_("What the waste is, is not given."),
            suggestion=_("Fill the stream; write 'residual' for mixed waste."),
        ),
        findings(
            rows,
            _without_size(),
            code="container-size-missing",
            severity="error",
            column="containers",
            message=_("{count:g} containers are given without their size."),
            suggestion=_("Fill the volume of one container, or weigh the waste."),
            values={"count": "containers"},
        ),
        findings(
            rows,
            pl.col("volume_m3").is_not_null() & pl.col("density_kg_per_m3").is_null(),
            code="density-missing",
            severity="error",
            column="amount",
            message=_("{volume:g} m3 of waste have no mass without a density; none is assumed."),
            suggestion=_("Ask the contractor for the mass, or fill density_kg_per_m3 and say where it is from."),
            values={"volume": "volume_m3"},
        ),
        findings(
            rows,
            pl.col("quantity") < 0,
            code="amount-negative",
            severity="error",
            column="amount",
            message=_("The amount {amount} is negative; waste is never less than none."),
            suggestion=_("Correct the amount; for a corrected statement, remove the first one."),
            values={"amount": "amount"},
        ),
    ]  # fmt: skip


def _warnings(loads: pl.DataFrame) -> list[pl.DataFrame]:
    series = in_series(loads.with_columns(pl.lit(None, pl.String).alias("meter")), _SERIES)
    return [
        overlaps(series),
        too_high_per_day(loads, "waste_kg", "waste_high_kg_per_day", "kg", "amount"),
        _light(loads),
        finding_of_file(
            loads,
            pl.col("treatment").is_null(),
            code="treatment-missing",
            severity="warning",
            message=_("Rows that do not say what becomes of the waste, first in row {first}, rows: {count}."),
            suggestion=_("Ask the contractor: recycling and landfill differ most of all."),
        ),
        finding_of_file(
            loads,
            pl.col("treatment") == "incineration",
            code="energy-recovery-unknown",
            severity="note",
            message=_("Incineration without a word on energy recovery, first in row {first}, rows: {count}. It was kept as incineration."),
        ),
        findings(
            loads,
            pl.col("volume_m3").is_not_null(),
            code="mass-from-volume",
            severity="note",
            column="amount",
            message=_("{volume:g} m3 were taken as {mass:g} kg by the density in the row."),
            values={"volume": "volume_m3", "mass": "waste_kg"},
        ),
    ]  # fmt: skip


def _light(loads: pl.DataFrame) -> pl.DataFrame:
    lowest = assumption("waste_density_low_kg_per_m3")
    return findings(
        loads,
        pl.col("volume_m3").is_not_null() & (pl.col("density_kg_per_m3") < lowest),
        code="density-implausible",
        severity="warning",
        column="density_kg_per_m3",
        message=_("The density {density:g} kg/m3 is very low; it may be in tonnes per cubic metre."),
        suggestion=_("Write the density in kg/m3."),
        values={"density": "density_kg_per_m3"},
    )


def _activity(loads: pl.DataFrame) -> pl.DataFrame:
    named = loads.rename({"organisational_unit": "unit"})
    return split_by_year(named, ("waste_kg", "volume_m3")).select(ACTIVITY.names()).cast(ACTIVITY)
