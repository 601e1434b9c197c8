"""How the words of another inventory's labels lead to source categories, scopes and boundaries of ours.

Scopes: GHG Protocol Corporate Standard (2004), chapter 4. Minimum boundary: facilities and official travel (United Nations
decision of October 2007); commuting and the rest of scope 3 are optional.
"""

from dataclasses import dataclass

import polars as pl

from saleve.method.activity.rows import words

BOUNDARIES = {
    "minimum": ("minimum", "common", "core", "required", "minimal", "обязательный", "最低", "الحد الأدنى"),
    "optional": ("optional", "additional", "facultatif", "opcional", "дополнительный", "可选", "اختياري"),
    "memo": (
        "memo",
        "memo item",
        "for information",
        "pour mémoire",
        "nachrichtlich",
        "справочно",
        "备忘",
        "للعلم",
    ),
}


@dataclass(frozen=True, slots=True)
class LabelRule:
    """Words (a regular expression on small letters) and what they mean; the first rule that matches holds."""

    pattern: str
    source: str
    scope: int
    boundary: str


LABEL_RULES = (
    LabelRule(r"commut|domicile[- ]travail|pendel|desplazamientos? al trabajo|通勤|تنقل الموظفين", "commuting", 3, "optional"),
    LabelRule(r"air ?travel|flight|aviation|\bavion|\bvols?\b|flug|vuelo|viajes? aéreo|авиа|перел[её]т|航空|飞行|السفر الجوي|طيران", "air_travel", 3, "minimum"),
    LabelRule(r"charter|business travel|official travel|voyages? officiel|dienstreise|viajes? oficial|командиров|公务|差旅|سفر رسمي", "other_travel", 3, "minimum"),
    LabelRule(r"\brail|\btrain|taxi|\bbus\b|ground travel|zug\b|bahn|\btren\b|поезд|火车|قطار", "ground_travel", 3, "minimum"),
    LabelRule(r"refrigerant|fugitive|réfrigérant|frigorigène|kältemittel|refrigerante|хладагент|制冷剂|مبرد", "refrigerants", 1, "minimum"),
    LabelRule(r"electric|électri|\bstrom\b|elektri|eléctric|электр|电力|用电|كهرباء", "electricity", 2, "minimum"),
    LabelRule(r"district|purchased heat|steam|chilled|cooling|chauffage à distance|fernwärme|fernkälte|теплоснаб|集中供|蒸汽|تبريد المناطق",
              "district_energy", 2, "minimum"),
    LabelRule(r"generator|natural gas|\bgas\b|\bgaz\b|fuel|oil\b|diesel|heating|boiler|mazout|heizöl|erdgas|stationary|газ|топлив|мазут|天然气|燃料|وقود|غاز",
              "fuels", 1, "minimum"),
    LabelRule(r"vehicle|\bcars?\b|fleet|ship|boat|vessel|forklift|véhicule|bateau|fahrzeug|schiff|vehículo|barco|автомоб|транспорт|судно|车辆|船|مركب|سفن",
              "vehicles", 1, "minimum"),
    LabelRule(r"waste|déchet|abfall|residuo|отход|废物|垃圾|نفايات", "waste", 3, "optional"),
    LabelRule(r"\bwater|\beau\b|wasser|\bagua\b|\bвод|水|مياه", "water", 3, "optional"),
    LabelRule(r"paper|papier|papel|бумаг|纸|ورق", "paper", 3, "optional"),
    LabelRule(r"hotel|hôtel|accommodation|гостини|酒店|فندق", "hotels", 3, "optional"),
    LabelRule(r"virtual|online meeting|video ?conf|visioconf|réunions? en ligne|videokonferenz|reuniones? virtual|видеоконф|онлайн|线上会议|视频会议|اجتماعات? افتراضي",
              "virtual_meetings", 3, "optional"),
    LabelRule(r"\bevents?\b|conference|événement|conférence|veranstaltung|konferenz|\beventos?\b|conferencia|мероприят|конференц|活动|会议|فعالي|مؤتمر",
              "events", 3, "optional"),
    LabelRule(r"procure|purchase|achats|beschaffung|adquisicion|закупк|采购|مشتريات", "procurement", 3, "optional"),
)  # fmt: skip

SOURCES: dict[str, tuple[str, ...]] = {
    rule.source: (rule.source, rule.source.replace("_", " ")) for rule in LABEL_RULES
} | {"other": ("other",)}

# A file is guessed to be one of these only where a header names one of the columns that tell it from others.
GUESSED_ONLY_WITH: dict[str, frozenset[str]] = {
    "air_travel": frozenset(
        {
            "document_number",
            "original_document",
            "trip_number",
            "transaction",
            "issue_date",
            "routing",
            "origin",
            "origin_country",
            "cabin",
            "booking_class",
            "carrier",
            "flight_number",
            "aircraft",
            "traveller",
            "fare",
            "per_diem",
            "mode",
            "supplied_co2_kg",
        }
    ),
    "vehicles": frozenset({"distance_km", "distance_miles", "odometer_start_km", "odometer_end_km"}),
    "hotels": frozenset({"nights", "room_nights", "hotel"}),
    "events": frozenset(
        {"event", "event_id", "participants", "participants_in_person", "participants_remote", "meals"}
    ),
    "virtual_meetings": frozenset(
        {"duration", "duration_hours", "duration_minutes", "participant_hours", "participant_minutes"}
    ),
    "commuting": frozenset({"days_per_week", "weeks_per_year", "telework_days_per_week"}),
}

# The same, unless the words of the file or its headers name the category: water.csv
GUESSED_WITH_OR_NAMED: dict[str, frozenset[str]] = {
    "water": frozenset({"water_source", "sewage_m3", "amount_kgal", "amount_ccf"}),
    "paper": frozenset(
        {"format", "grammage_g_per_m2", "recycled_share_pct", "amount_sheets", "amount_reams"}
    ),
    "offsets": frozenset({"vintage", "registry", "standard"}),
}

# Where headers fit both and no word decides, the first is not meant: its files have more to say.
GIVES_WAY: dict[str, frozenset[str]] = {
    "ground_travel": frozenset({"air_travel", "commuting"}),
    "vehicles": frozenset({"fuels", "electricity"}),
    "hotels": frozenset({"air_travel", "events"}),
    "events": frozenset({"headcount", "virtual_meetings"}),
    "commuting": frozenset({"headcount"}),
}


def matched(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with ``source`` filled from the label's words, ``usual_scope`` and ``usual_boundary``."""
    by_words = pl.coalesce(
        *[
            pl.when(words("label").str.contains(rule.pattern)).then(pl.lit(rule.source))
            for rule in LABEL_RULES
        ],
        pl.when(pl.col("label").is_not_null()).then(pl.lit("other")),
    )
    scopes = {rule.source: rule.scope for rule in LABEL_RULES}
    boundaries = {rule.source: rule.boundary for rule in LABEL_RULES}
    known = rows.with_columns(pl.coalesce("source", by_words).alias("source"))
    return known.with_columns(
        pl.col("source").replace_strict(scopes, default=None, return_dtype=pl.Int64).alias("usual_scope"),
        pl.col("source")
        .replace_strict(boundaries, default="optional", return_dtype=pl.String)
        .alias("usual_boundary"),
    )
