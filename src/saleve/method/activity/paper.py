"""Paper bought: sheets, reams or kg, brought to both by the size of a sheet and the mass of a square metre.

EMAS Annex IV (materials); sizes of sheets: ISO 216:2007 and US trade sizes (data package paper_formats).
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.deliveries import headed, period_columns, too_high_per_day
from saleve.method.activity.energy import BILL_COLUMNS, SITE_COLUMNS, one_amount
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
from saleve.method.reference.packages import table
from saleve.method.schema import PROVENANCE, Category, Column, Kind

_SERIES = ("site", "supplier", "product", "format")
_KINDS = ("sheets", "mass")
_STATED_UNITS = {"amount_sheets": "sheet", "amount_reams": "ream", "amount_kg": "kg", "amount_t": "t"}
_USUAL_FORMAT = "a4"
_MM2_PER_M2 = 1_000_000

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "unit": pl.String(),
        "site": pl.String(),
        "country": pl.String(),
        "supplier": pl.String(),
        "product": pl.String(),
        "format": pl.String(),
        "grammage_g_per_m2": pl.Float64(),
        "recycled_share_pct": pl.Float64(),  # null: not stated
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "days": pl.Int64(),
        "paper_sheets": pl.Float64(),
        "paper_kg": pl.Float64(),
        "weight_assumed": pl.Boolean(),  # sheets became kg, or kg sheets, by an assumed size or grammage
        **PROVENANCE,
    }
)

CATEGORY = Category(
    name="paper",
    title="Paper",
    columns=(
        *SITE_COLUMNS,
        Column(
            "product",
            Kind.TEXT,
            "Paper by its name in the catalogue",
            synonyms=("product", "paper", "paper type", "type of paper", "article", "item", "produit", "type de papier", "papier", "papiersorte", "artikel", "producto", "tipo de papel", "papel", "вид бумаги",
                      "бумага", "наименование", "产品", "纸张类型", "纸张", "المنتج", "نوع الورق", "الورق"),
        ),
        Column(
            "format",
            Kind.CHOICE,
            "Size of a sheet; empty means A4",
            strict=True,
            synonyms=("format", "paper size", "size", "paper format", "taille", "format du papier", "papierformat", "formato", "tamaño", "формат", "размер", "规格", "纸张规格", "尺寸", "الحجم", "مقاس الورق", "المقاس"),
            choices={
                "a6": ("a6", "din a6"), "a5": ("a5", "din a5", "а5"), "b5": ("b5", "iso b5"), "b4": ("b4", "iso b4"), "a4": ("a4", "din a4", "a4 210x297", "210x297", "210 x 297", "а4"), "a3": ("a3", "din a3", "297x420", "297 x 420", "а3"), "a2": ("a2", "din a2", "а2"),
                "a1": ("a1", "din a1", "а1"), "a0": ("a0", "din a0", "а0"), "letter": ("letter", "us letter", "8.5x11", "8.5 x 11", "carta"), "legal": ("legal", "us legal", "8.5x14", "8.5 x 14"),
                "tabloid": ("tabloid", "ledger", "11x17", "11 x 17"),
            },
        ),
        Column(
            "grammage_g_per_m2",
            Kind.NUMBER,
            "Mass of a square metre of the paper",
            unit="g/m2",
            minimum=20,  # thinner than tissue
            maximum=600,  # thicker is board
            synonyms=("grammage", "gsm", "g/m2", "g/m²", "weight gsm", "basis weight", "grammage (g/m2)", "grammage (g/m²)", "grammatur", "flächengewicht", "papiergewicht", "gramaje", "gramaje (g/m2)", "граммаж",
                      "плотность", "плотность (г/м2)", "克重", "定量", "وزن المتر المربع", "الجراماج"),
        ),
        Column(
            "recycled_share_pct",
            Kind.NUMBER,
            "Share of recycled fibre",
            unit="%",
            minimum=0,
            maximum=100,
            synonyms=("recycled share", "recycled content", "recycled (%)", "recycled %", "recycled", "% recycled", "recycled fibre (%)", "part recyclée", "part de recyclé", "recyclé (%)", "fibres recyclées (%)",
                      "recyclinganteil", "recyclinganteil (%)", "altpapieranteil", "contenido reciclado", "reciclado (%)", "доля вторсырья", "доля вторичного сырья (%)", "再生纸比例", "再生比例", "再生纤维比例",
                      "نسبة المعاد تدويره", "المحتوى المعاد تدويره"),
        ),
        *period_columns("date", "order date", "purchase date", "delivery date", "invoice date", "date d'achat", "date de commande", "date de livraison", "datum", "bestelldatum", "lieferdatum", "fecha",
                        "fecha de compra", "fecha de entrega", "дата", "дата покупки", "дата поставки", "日期", "采购日期", "التاريخ", "تاريخ الشراء"),
        Column("ordered_by", Kind.TEXT, "Person who ordered", personal=True,
               synonyms=("ordered by", "requested by", "requester", "user name", "commandé par", "demandeur", "bestellt von", "besteller", "pedido por", "solicitante", "заказчик", "заказал", "申请人", "订购人",
                         "مقدم الطلب", "طلب من قبل")),
        headed(BILL_COLUMNS, "supplier"),
        headed(BILL_COLUMNS, "amount"),
        headed(BILL_COLUMNS, "amount_unit"),
        Column("amount_sheets", Kind.NUMBER, "Number of sheets, where the header states the unit", unit="sheet",
               synonyms=("sheets", "number of sheets", "sheets of paper", "feuilles", "nombre de feuilles", "blatt", "anzahl blatt", "blätter", "hojas", "número de hojas", "листы", "листов", "количество листов",
                         "张数", "张", "纸张数量", "عدد الأوراق", "أوراق")),
        Column("amount_reams", Kind.NUMBER, "Reams of 500 sheets, where the header states the unit", unit="ream",
               synonyms=("reams", "number of reams", "packs of 500", "rames", "nombre de ramettes", "ramettes", "nombre de rames", "ries", "anzahl ries", "resmas", "número de resmas", "пачки", "пачек по 500", "стопы",
                         "令", "令数", "رزم", "عدد الرزم")),
        Column("amount_kg", Kind.NUMBER, "Mass in kg, where the header states the unit", unit="kg",
               synonyms=("kg", "weight (kg)", "paper (kg)", "paper kg", "poids (kg)", "papier (kg)", "gewicht (kg)", "peso (kg)", "papel (kg)", "вес (кг)", "кг", "重量(公斤)", "公斤", "الوزن (كغ)")),
        Column("amount_t", Kind.NUMBER, "Mass in tonnes, where the header states the unit", unit="t",
               synonyms=("tonnes", "weight (t)", "paper (t)", "poids (t)", "gewicht (t)", "toneladas", "тонн", "吨", "طن")),
    ),
    example={"site": "Tower", "product": "Copy paper", "format": "A4", "grammage_g_per_m2": "80", "recycled_share_pct": "100", "year": "2025", "amount": "1200", "amount_unit": "reams"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return paper in sheets and in kg, one row per purchase and calendar year."""
    known, period_problems = dated(one_amount(completed(rows, CATEGORY, context), _STATED_UNITS), context)
    purchases = _weighed(measured(known, _KINDS))
    errors = joined([period_problems, measure_problems(purchases, _KINDS, "reams")])
    good = without_errors(purchases, errors)
    return Normalised(
        activity=_activity(good), problems=joined([errors, split_notes(good), *_warnings(good)])
    )


def _weighed(rows: pl.DataFrame) -> pl.DataFrame:
    """Give each row sheets and mass: kg = sheets x area of a sheet in m2 x grammage in g/m2 / 1000."""
    filled = rows.with_columns(
        (pl.col("format").is_null() | pl.col("grammage_g_per_m2").is_null()).alias("weight_assumed"),
        pl.col("format").fill_null(_USUAL_FORMAT),
        pl.col("grammage_g_per_m2").fill_null(assumption("paper_grammage_g_per_m2")),
    )
    sized = filled.join(_sheets(), on="format", how="left", maintain_order="left")
    kg_per_sheet = pl.col("sheet_m2") * pl.col("grammage_g_per_m2") / 1000
    by_sheet = pl.col("unit_kind") == "sheets"
    return sized.with_columns(
        pl.when(by_sheet).then("quantity").otherwise(pl.col("quantity") / kg_per_sheet).alias("paper_sheets"),
        pl.when(by_sheet).then(pl.col("quantity") * kg_per_sheet).otherwise("quantity").alias("paper_kg"),
    )


def _sheets() -> pl.DataFrame:
    area = pl.col("width_mm") * pl.col("height_mm") / _MM2_PER_M2
    return table("paper_formats", "formats").select("format", area.alias("sheet_m2"))


def _warnings(purchases: pl.DataFrame) -> list[pl.DataFrame]:
    series = in_series(purchases.with_columns(pl.lit(None, pl.String).alias("meter")), _SERIES)
    usual = _("Paper without format or grammage, first in row {{first}}, rows: {{count}}. A4 and {grammage:g} g/m2 were assumed.")  # fmt: skip
    return [
        overlaps(series),
        too_high_per_day(purchases, "paper_kg", "paper_high_kg_per_day", "kg", "amount"),
        finding_of_file(
            purchases,
            pl.col("weight_assumed"),
            code="paper-weight-assumed",
            severity="warning",
            message=usual.format(grammage=assumption("paper_grammage_g_per_m2")),
            suggestion=_("Fill both columns, or give them for the file under constants in saleve.toml."),
        ),
        findings(
            purchases,
            pl.col("quantity") < 0,
            code="amount-negative",
            severity="warning",
            column="amount",
            message=_("The amount {amount} is negative; it is kept with its sign and lowers the total."),
            suggestion=_("Keep it if paper was given back; else correct it."),
            values={"amount": "amount"},
        ),
        findings(
            purchases,
            (pl.col("recycled_share_pct") > 0) & (pl.col("recycled_share_pct") <= 1),
            code="share-implausible",
            severity="warning",
            column="recycled_share_pct",
            message=_("A recycled share of {share:g} % may be a share of one."),
            suggestion=_("Write 100 for all, 50 for half."),
            values={"share": "recycled_share_pct"},
        ),
    ]


def _activity(purchases: pl.DataFrame) -> pl.DataFrame:
    named = purchases.rename({"organisational_unit": "unit"})
    return split_by_year(named, ("paper_sheets", "paper_kg")).select(ACTIVITY.names()).cast(ACTIVITY)
