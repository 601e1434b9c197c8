"""Water taken and sewage given back: bills and meter readings; water billed as supply and as sewage is the same water once.

EMAS Annex IV: total yearly use of water in m3; GHG Protocol Corporate Value Chain Standard (2011), categories 1 and 5.
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.deliveries import headed, too_high_per_day
from saleve.method.activity.energy import BILL_COLUMNS, READING, SITE_COLUMNS, bill_checks, one_amount
from saleve.method.activity.measures import measure_problems, measured
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.periods import PERIOD_COLUMNS, dated, split_by_year, split_notes
from saleve.method.activity.rows import completed, findings, joined, without_errors
from saleve.method.schema import PROVENANCE, Category, Column, Kind

METER = ("site", "meter", "service")
_VOLUME = ("volume",)
_STATED_UNITS = {
    "amount_m3": "m3",
    "amount_litres": "litre",
    "amount_kgal": "kgal",
    "amount_us_gallons": "US gal",
    "amount_ccf": "ccf",
}

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "unit": pl.String(),
        "site": pl.String(),
        "country": pl.String(),
        "meter": pl.String(),
        "supplier": pl.String(),
        "water_source": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "days": pl.Int64(),
        "supply_m3": pl.Float64(),  # water used: this column alone, never both added
        "sewage_m3": pl.Float64(),
        "reading": pl.String(),
        **PROVENANCE,
    }
)

CATEGORY = Category(
    name="water",
    title="Water",
    columns=(
        *SITE_COLUMNS,
        Column(
            "service",
            Kind.CHOICE,
            "Whether the amount is water supplied, sewage, or both by one meter; empty means supply",
            strict=True,
            synonyms=("service", "water service", "water type", "type of water", "charge type", "supply or sewage", "type d'eau", "prestation", "wasserart", "leistung", "tipo de servicio", "servicio",
                      "услуга", "вид воды", "用水类型", "服务类型", "نوع الخدمة", "نوع المياه"),
            choices={
                "supply": ("supply", "water", "water supply", "drinking water", "fresh water", "potable", "potable water", "eau", "eau potable", "eau froide", "frischwasser", "trinkwasser", "wasser",
                           "agua", "agua potable", "suministro", "водоснабжение", "холодное водоснабжение", "питьевая вода", "вода", "供水", "自来水", "饮用水", "إمداد", "مياه", "مياه الشرب"),
                "sewage": ("sewage", "sewerage", "waste water", "wastewater", "foul water", "sewer", "water treatment", "eaux usées", "assainissement", "épuration", "abwasser", "schmutzwasser", "kanal",
                           "aguas residuales", "alcantarillado", "saneamiento", "водоотведение", "канализация", "сточные воды", "污水", "排水", "صرف صحي", "مياه الصرف"),
                "supply_and_sewage": ("supply and sewage", "water and sewage", "water/sewage", "water & sewage", "water & sewerage", "water/sewerage", "water & wastewater", "water/wastewater", "water and sewerage", "water and wastewater", "combined", "eau et assainissement",
                                      "eau potable et eaux usées", "wasser und abwasser", "wasser/abwasser", "agua y saneamiento", "agua y alcantarillado", "водоснабжение и водоотведение",
                                      "供水和污水", "供排水", "مياه وصرف صحي"),
            },
        ),
        Column(
            "water_source",
            Kind.CHOICE,
            "Where the water comes from; empty means the public network",
            synonyms=("water source", "source of water", "origine de l'eau", "wasserherkunft", "bezugsquelle", "fuente de agua", "origen del agua", "источник воды", "水源",
                      "مصدر المياه"),
            choices={
                "network": ("network", "mains", "public network", "municipal", "utility", "réseau", "réseau public", "netz", "öffentliches netz", "red", "red pública", "сеть", "городской водопровод",
                            "市政", "自来水", "الشبكة"),
                "well": ("well", "borehole", "groundwater", "puits", "forage", "nappe", "brunnen", "grundwasser", "pozo", "agua subterránea", "скважина", "колодец", "井水", "地下水", "بئر"),
                "surface": ("surface", "surface water", "lake", "lake water", "river", "lac", "eau du lac", "rivière", "oberflächenwasser", "see", "seewasser", "fluss", "lago", "río", "озеро", "река",
                            "地表水", "湖水", "بحيرة", "نهر"),
                "rain": ("rain", "rainwater", "eau de pluie", "pluie", "regenwasser", "agua de lluvia", "дождевая вода", "雨水", "مياه الأمطار"),
                "reused": ("reused", "recycled", "greywater", "grey water", "eaux grises", "recyclée", "grauwasser", "aguas grises", "reciclada", "оборотная вода", "中水", "再生水", "مياه معاد استخدامها"),
                "tanker": ("tanker", "truck", "delivered", "bottled", "camion-citerne", "tankwagen", "camión cisterna", "автоцистерна", "水车", "صهريج"),
            },
        ),
        *PERIOD_COLUMNS,
        headed(BILL_COLUMNS, "meter", "water meter", "water meter number", "compteur d'eau", "wasserzähler", "contador de agua", "счётчик воды", "водомер", "水表", "عداد المياه"),
        headed(BILL_COLUMNS, "supplier", "water company", "water utility"),
        headed(BILL_COLUMNS, "amount", "water use", "water consumption", "water usage", "water", "consommation d'eau", "volume d'eau", "wasserverbrauch", "wasser", "consumo de agua", "agua",
               "потребление воды", "расход воды", "объём воды", "объём", "用水量", "水量", "استهلاك المياه", "كمية المياه"),
        headed(BILL_COLUMNS, "amount_unit"),
        Column("amount_m3", Kind.NUMBER, "Volume in cubic metres, where the header states the unit", unit="m3",
               synonyms=("m3", "m³", "water (m3)", "water m3", "volume (m3)", "consumption (m3)", "consumption m3", "cubic metres", "eau (m3)", "volume m3", "consommation (m3)", "consommation d'eau (m3)",
                         "wasser (m3)", "verbrauch (m3)", "wasserverbrauch (m3)", "kubikmeter", "agua (m3)", "consumo (m3)", "metros cúbicos", "вода (м3)", "объём (м3)", "м3", "用水量(立方米)",
                         "立方米", "المياه (م3)", "الاستهلاك (م3)")),
        Column("amount_litres", Kind.NUMBER, "Volume in litres, where the header states the unit", unit="litre",
               synonyms=("litres", "liters", "water (l)", "water litres", "volume (l)", "eau (l)", "wasser (l)", "liter", "litros", "agua (l)", "литры", "升", "لتر")),
        Column("amount_kgal", Kind.NUMBER, "Volume in thousands of US gallons, where the header states the unit", unit="kgal",
               synonyms=("kgal", "water use (all water sources) (kgal)", "water (kgal)", "water use (kgal)", "wateruse(kgal)", "thousand gallons")),
        Column("amount_us_gallons", Kind.NUMBER, "Volume in US gallons, where the header states the unit", unit="US gal",
               synonyms=("us gallons", "water (us gal)", "gallons (us)")),
        Column("amount_ccf", Kind.NUMBER, "Volume in hundreds of cubic feet, where the header states the unit", unit="ccf",
               synonyms=("ccf", "water (ccf)", "water use (ccf)", "wateruse(ccf)", "hcf")),
        Column("sewage_m3", Kind.NUMBER, "Sewage of the same period in m3, where supply and sewage stand in one row", unit="m3",
               synonyms=("sewage (m3)", "sewage", "sewerage", "sewage m3", "waste water (m3)", "wastewater (m3)", "wastewater", "effluent (m3)", "eaux usées (m3)", "eaux usées", "assainissement (m3)",
                         "abwasser (m3)", "abwasser", "aguas residuales (m3)", "aguas residuales", "водоотведение (м3)", "водоотведение", "сточные воды", "污水量", "污水(立方米)", "مياه الصرف (م3)",
                         "الصرف الصحي")),
        READING,
    ),
    example={"site": "Tower", "meter": "W-1", "service": "supply", "period_start": "2025-01-01", "period_end": "2025-03-31", "amount": "1240", "amount_unit": "m3"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return water supplied and sewage in m3, each in its own column, one row per meter, bill and calendar year."""
    whole = _served(one_amount(completed(rows, CATEGORY, context), _STATED_UNITS))
    known, period_problems = dated(whole, context)
    bills = _told_apart(measured(known, _VOLUME))
    errors = joined([period_problems, measure_problems(bills, _VOLUME, "m3")])
    good = without_errors(bills, errors)
    problems = joined([errors, split_notes(good), *_warnings(good), *bill_checks(good, METER)])
    return Normalised(activity=_activity(good), problems=problems)


def _served(rows: pl.DataFrame) -> pl.DataFrame:
    """Fill what empty cells mean; a row that gives sewage alone is a bill for sewage."""
    alone = pl.col("amount").is_null() & pl.col("sewage_m3").is_not_null()
    return rows.with_columns(
        pl.when(alone)
        .then(pl.lit("sewage"))
        .otherwise(pl.col("service").fill_null("supply"))
        .alias("service"),
        pl.col("water_source").fill_null("network"),
        pl.when(alone).then("sewage_m3").otherwise("amount").alias("amount"),
        pl.when(alone).then(pl.lit("m3")).otherwise("amount_unit").alias("amount_unit"),
    )


def _told_apart(bills: pl.DataFrame) -> pl.DataFrame:
    """Put the quantity where it belongs: a bill for both is one quantity that was supplied and then drained."""
    service = pl.col("service")
    return bills.with_columns(
        pl.when(service != "sewage").then("quantity").alias("supply_m3"),
        pl.when(service != "supply").then("quantity").otherwise("sewage_m3").alias("sewage_m3"),
    )


def _warnings(bills: pl.DataFrame) -> list[pl.DataFrame]:
    return [
        too_high_per_day(bills, "quantity", "water_high_m3_per_day", "m3", "amount"),
        findings(
            bills,
            (pl.col("service") == "supply") & (pl.col("sewage_m3") > pl.col("supply_m3")),
            code="sewage-exceeds-supply",
            severity="warning",
            column="sewage_m3",
            message=_("More sewage ({sewage:g} m3) than water supplied ({supply:g} m3)."),
            suggestion=_("Check whether rain is billed with the sewage, or a meter of supply is missing."),
            values={"sewage": "sewage_m3", "supply": "supply_m3"},
        ),
    ]


def _activity(bills: pl.DataFrame) -> pl.DataFrame:
    named = bills.rename({"organisational_unit": "unit"})
    return split_by_year(named, ("supply_m3", "sewage_m3")).select(ACTIVITY.names()).cast(ACTIVITY)
