"""What electricity, fuel and heat bills have in common: the columns that say where, from whom and how much, and their checks."""

import polars as pl

from saleve.method.activity.meters import series_problems
from saleve.method.activity.periods import overlaps
from saleve.method.activity.rows import in_series
from saleve.method.schema import Column, Kind

SITE_COLUMNS = (
    Column(
        "site",
        Kind.TEXT,
        "Site or building",
        synonyms=("site", "building", "building id", "building_id", "facility", "office", "location", "property", "propertyname", "site name",
                  "premises", "bâtiment", "immeuble", "lieu", "gebäude", "standort", "liegenschaft", "edificio", "sitio", "sede", "inmueble",
                  "здание", "объект", "помещение", "建筑", "建筑物", "地点", "场所", "المبنى", "الموقع"),
    ),
    Column(
        "organisational_unit",
        Kind.TEXT,
        "Organisational unit that answers for the use",
        synonyms=("organisational unit", "org unit", "department", "division", "sector", "bureau", "cost centre", "cost center", "unité", "département",
                  "organisationseinheit", "abteilung", "kostenstelle", "unidad", "departamento", "подразделение", "отдел", "部门", "单位", "القسم", "الوحدة"),
    ),
    Column(
        "country",
        Kind.TEXT,
        "Country of the site: its ISO 3166 code of three letters; else the country given to the site in saleve.toml",
        synonyms=("country", "country code", "iso3", "pays", "land", "país", "страна", "国家", "الدولة", "البلد"),
    ),
)  # fmt: skip

BILL_COLUMNS = (
    Column(
        "meter",
        Kind.TEXT,
        "Meter or delivery point",
        synonyms=("meter", "meter id", "meter number", "mpan", "mprn", "delivery point", "pod", "compteur", "n° compteur", "point de livraison", "pdl",
                  "zähler", "zählernummer", "zählpunkt", "messpunkt", "contador", "medidor", "número de contador", "cups", "счётчик", "счетчик",
                  "номер счетчика", "电表", "表号", "仪表", "العداد", "رقم العداد"),
    ),
    Column(
        "supplier",
        Kind.TEXT,
        "Company that delivers and bills",
        synonyms=("supplier", "provider", "vendor", "utility company", "fournisseur", "lieferant", "versorger", "anbieter", "proveedor",
                  "comercializadora", "поставщик", "供应商", "المورد"),
    ),
    Column(
        "amount",
        Kind.NUMBER,
        "Quantity delivered or used in the period",
        synonyms=("amount", "quantity", "consumption", "usage", "use", "volume", "energy", "quantité", "consommation", "menge", "verbrauch",
                  "cantidad", "consumo", "количество", "потребление", "расход", "数量", "用量", "消耗量", "الكمية", "الاستهلاك"),
    ),
    Column(
        "amount_unit",
        Kind.UNIT,
        "Unit of the quantity; for fuels by energy with gross or net, as in 'kWh gross'",
        synonyms=("amount unit", "unit", "units", "uom", "unit of measure", "unité de mesure", "unité", "einheit", "mengeneinheit", "unidad de medida",
                  "unidad", "единица", "ед. изм.", "единица измерения", "单位", "计量单位", "وحدة القياس"),
    ),
)  # fmt: skip

READING = Column(
    "reading",
    Kind.CHOICE,
    "Whether the quantity was metered or estimated; empty means metered",
    synonyms=("reading", "reading type", "data quality", "metered or estimated", "type de relevé", "relevé", "ableseart", "tipo de lectura",
              "тип показаний", "读数类型", "نوع القراءة"),
    choices={
        "metered": ("metered", "actual", "read", "measured", "invoiced", "relevé", "réel", "mesuré", "abgelesen", "gemessen", "real", "medido",
                    "измерено", "фактическое", "实际", "实测", "فعلي", "مقاس"),
        "estimated": ("estimated", "estimate", "e", "estimé", "estimation", "geschätzt", "schätzung", "estimado", "estimación", "оценка",
                      "расчётное", "估计", "估算", "تقديري", "مقدر"),
    },
)  # fmt: skip


def one_amount(rows: pl.DataFrame, stated_units: dict[str, str]) -> pl.DataFrame:
    """Take the amount from whichever column holds it; a column whose header states the unit gives both.

    An amount without a unit beside such a column is none: on bills it is the money.
    """
    stated = pl.coalesce(*stated_units)
    unit = pl.coalesce(
        *[pl.when(pl.col(name).is_not_null()).then(pl.lit(unit)) for name, unit in stated_units.items()]
    )
    other = pl.col("amount").is_null() | (stated.is_not_null() & pl.col("amount_unit").is_null())
    return rows.with_columns(
        pl.when(other).then(stated).otherwise("amount").alias("amount"),
        pl.when(other).then(unit).otherwise("amount_unit").alias("amount_unit"),
    )


def bill_checks(bills: pl.DataFrame, meter: tuple[str, ...]) -> list[pl.DataFrame]:
    """Return what the bills of one file show together: overlaps, zeros, breaks, growth, negatives."""
    series = in_series(bills, meter)
    return [overlaps(series), series_problems(series)]
