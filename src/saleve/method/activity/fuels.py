"""Fuels burnt by the organisation: gas and oil bills, tank deliveries, fuel of its own vehicles and generators.

The calorific basis is part of the unit: a kWh of natural gas by net calorific value is about 11 % more gas than one by gross.
GHG Protocol Corporate Standard (2004), chapter 4: scope 1, stationary and mobile combustion.
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.energy import BILL_COLUMNS, READING, SITE_COLUMNS, bill_checks, one_amount
from saleve.method.activity.measures import measure_problems, measured
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.periods import PERIOD_COLUMNS, dated, split_by_year, split_notes
from saleve.method.activity.rows import completed, finding_of_file, findings, joined, without_errors
from saleve.method.reference.assumptions import assumption
from saleve.method.schema import PROVENANCE, Category, Column, Kind

METER = ("site", "meter", "fuel", "canonical_unit")
_KINDS = ("energy", "volume", "normal_volume", "mass")
_STATED_UNITS = {
    "amount_kwh": "kWh",
    "amount_litres": "litre",
    "amount_m3": "m3",
    "amount_therms": "therm",
    "amount_kg": "kg",
}
_DEFAULT_BASIS = "gross"

FUELS = {
    "natural_gas": ("natural gas", "gas", "mains gas", "methane", "gaz", "gaz naturel", "erdgas", "gas natural", "природный газ", "газ", "天然气", "燃气", "غاز طبيعي", "الغاز"),
    "biogas": ("biogas", "biomethane", "biogaz", "biométhane", "biogás", "biometano", "биогаз", "沼气", "غاز حيوي"),
    "gas_oil": ("gas oil", "heating oil", "light fuel oil", "fuel oil no. 2", "fioul", "mazout", "mazout domestique", "fioul domestique", "heizöl", "heizöl el", "gasóleo", "gasóleo de calefacción",
                "печное топливо", "мазут лёгкий", "燃料油", "取暖油", "زيت التدفئة"),
    "fuel_oil": ("heavy fuel oil", "residual fuel oil", "fioul lourd", "schweröl", "fueloil", "fuelóleo pesado", "мазут", "重油", "زيت الوقود الثقيل"),
    "burning_oil": ("kerosene", "burning oil", "paraffin", "kérosène", "kerosin", "petroleum", "queroseno", "керосин", "煤油", "كيروسين"),
    "diesel_mineral": ("diesel", "mineral diesel", "gazole", "diésel", "gasóleo a", "dieselkraftstoff", "дизель", "дизельное топливо", "柴油", "ديزل", "سولار"),
    "diesel_blend": ("diesel with biofuel", "diesel blend", "b7", "b10", "gazole b7"),
    "petrol_mineral": ("petrol", "mineral petrol", "gasoline", "motor gasoline", "essence", "benzin", "gasolina", "бензин", "汽油", "بنزين"),
    "petrol_blend": ("petrol with biofuel", "petrol blend", "e5", "e10", "sp95-e10"),
    "lpg": ("lpg", "liquefied petroleum gas", "gpl", "flüssiggas", "glp", "сжиженный газ", "液化石油气", "غاز البترول المسال"),
    "propane": ("propane", "propan", "propano", "пропан", "丙烷", "بروبان"),
    "butane": ("butane", "butan", "butano", "бутан", "丁烷", "بوتان"),
    "cng": ("cng", "compressed natural gas", "gnc", "gnv", "сжатый газ", "压缩天然气", "غاز طبيعي مضغوط"),
    "lng": ("lng", "liquefied natural gas", "gnl", "спг", "液化天然气", "غاز طبيعي مسال"),
    "coal_domestic": ("household coal", "domestic coal"),
    "coal_industrial": ("coal", "industrial coal", "charbon", "kohle", "steinkohle", "carbón", "уголь", "煤", "فحم"),
    "wood_pellets": ("wood pellets", "pellets", "granulés", "granulés de bois", "holzpellets", "pélets", "пеллеты", "木质颗粒", "كريات الخشب"),
    "wood_chips": ("wood chips", "woodchips", "plaquettes", "bois déchiqueté", "holzschnitzel", "hackschnitzel", "astillas", "щепа", "木屑", "رقائق الخشب"),
    "wood_logs": ("wood logs", "firewood", "logs", "bûches", "bois de chauffage", "scheitholz", "brennholz", "leña", "дрова", "木柴", "حطب"),
    "biodiesel": ("biodiesel", "fame", "biodiésel", "биодизель", "生物柴油", "وقود الديزل الحيوي"),
    "bioethanol": ("bioethanol", "ethanol", "bioéthanol", "bioetanol", "биоэтанол", "生物乙醇", "إيثانول حيوي"),
    "aviation_turbine_fuel": ("jet fuel", "jet a-1", "aviation turbine fuel", "carburéacteur", "flugturbinenkraftstoff", "combustible de aviación", "авиакеросин", "航空煤油", "وقود الطائرات"),
}  # fmt: skip

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "unit": pl.String(),
        "site": pl.String(),
        "country": pl.String(),
        "meter": pl.String(),
        "supplier": pl.String(),
        "fuel": pl.String(),
        "purpose": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "days": pl.Int64(),
        "amount": pl.Float64(),
        "amount_unit": pl.String(),
        "calorific_basis": pl.String(),
        "basis_assumed": pl.Boolean(),
        "reading": pl.String(),
        **PROVENANCE,
    }
)

CATEGORY = Category(
    name="fuels",
    title="Fuels",
    columns=(
        *SITE_COLUMNS,
        Column(
            "fuel",
            Kind.CHOICE,
            "Fuel burnt",
            required=True,
            synonyms=("fuel", "fuel type", "commodity", "energy carrier", "product", "combustible", "carburant", "énergie", "brennstoff", "treibstoff",
                      "energieträger", "tipo de combustible", "топливо", "вид топлива", "燃料", "燃料类型", "الوقود", "نوع الوقود"),
            choices=FUELS,
        ),
        Column(
            "purpose",
            Kind.CHOICE,
            "What the fuel was burnt for; fuel of vehicles is mobile combustion. Empty means heating",
            synonyms=("purpose", "used for", "usage type", "end use", "utilisation", "zweck", "verwendung", "uso", "finalidad", "назначение", "用途", "الغرض"),
            choices={
                "heating": ("heating", "boiler", "hot water", "chauffage", "chaudière", "heizung", "calefacción", "отопление", "供暖", "تدفئة"),
                "generator": ("generator", "genset", "emergency power", "groupe électrogène", "générateur", "notstrom", "generador", "генератор", "发电机", "مولد"),
                "vehicle": ("vehicle", "vehicles", "car", "fleet", "transport", "véhicule", "véhicules", "fahrzeug", "fahrzeuge", "vehículo", "vehículos",
                            "транспорт", "автомобиль", "车辆", "مركبة", "سيارة"),
                "other": ("other", "kitchen", "autre", "cuisine", "andere", "küche", "otro", "cocina", "другое", "其他", "أخرى"),
            },
        ),
        *PERIOD_COLUMNS,
        *BILL_COLUMNS,
        Column("amount_kwh", Kind.NUMBER, "Energy of the fuel in kWh, where the header states the unit", unit="kWh",
               synonyms=("kwh", "gas kwh", "consumption kwh", "consumption (kwh)", "consommation (kwh)", "verbrauch (kwh)", "consumo (kwh)", "кВт·ч", "千瓦时")),
        Column("amount_litres", Kind.NUMBER, "Volume in litres, where the header states the unit", unit="litre",
               synonyms=("litres", "liters", "litre", "volume (l)", "liter", "litros", "литры", "升", "لتر")),
        Column("amount_m3", Kind.NUMBER, "Volume in cubic metres, where the header states the unit", unit="m3",
               synonyms=("m3", "m³", "cubic metres", "volume (m3)", "volume m3", "mètres cubes", "kubikmeter", "metros cúbicos", "м3", "立方米")),
        Column("amount_therms", Kind.NUMBER, "Energy in therms, where the header states the unit", unit="therm",
               synonyms=("therms", "naturalgas(therms)", "natural gas (therms)")),
        Column("amount_kg", Kind.NUMBER, "Mass in kg, where the header states the unit", unit="kg",
               synonyms=("kg", "mass (kg)", "masse (kg)", "masa (kg)", "кг", "公斤")),
        Column(
            "calorific_basis",
            Kind.CHOICE,
            "Heating value by which energy is counted, where the unit does not say it",
            synonyms=("calorific basis", "heating value", "calorific value", "pouvoir calorifique", "pcs/pci", "heizwert/brennwert", "poder calorífico",
                      "теплота сгорания", "热值", "القيمة الحرارية"),
            choices={
                "gross": ("gross", "gcv", "hhv", "higher", "pcs", "supérieur", "brennwert", "ho", "hs", "superior", "высшая", "高位", "إجمالي"),
                "net": ("net", "ncv", "lhv", "lower", "pci", "inférieur", "heizwert", "hu", "hi", "inferior", "низшая", "低位", "صافي"),
            },
        ),
        READING,
    ),
    example={"site": "Tower", "fuel": "natural gas", "period_start": "2025-01-01", "period_end": "2025-01-31", "amount": "42000", "amount_unit": "kWh gross"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return fuel in kWh gross, kWh net, m3 or kg, one row per delivery or bill and calendar year."""
    whole = completed(rows, CATEGORY, context).with_columns(pl.col("purpose").fill_null("heating"))
    known, period_problems = dated(one_amount(whole, _STATED_UNITS), context)
    bills = _based(measured(known, _KINDS))
    errors = joined([period_problems, measure_problems(bills, _KINDS, "kWh gross"), _unnamed(bills)])
    good = without_errors(bills, errors)
    problems = joined([errors, split_notes(good), *_assumed(good), *bill_checks(good, METER)])
    return Normalised(activity=_activity(good), problems=problems)


def _based(bills: pl.DataFrame) -> pl.DataFrame:
    """Give energy its calorific basis and normal cubic metres their volume at 15 °C."""
    is_energy, is_normal = pl.col("unit_kind") == "energy", pl.col("unit_kind") == "normal_volume"
    stated = pl.coalesce("unit_basis", "calorific_basis")
    basis = pl.when(is_energy).then(stated.fill_null(_DEFAULT_BASIS))
    return bills.with_columns(
        basis.alias("calorific_basis"),
        (is_energy & stated.is_null()).alias("basis_assumed"),
        pl.when(is_normal)
        .then(pl.col("quantity") * assumption("normal_cubic_metre"))
        .otherwise("quantity")
        .alias("quantity"),
        pl.when(is_energy)
        .then(pl.format("kWh {}", basis))
        .when(is_normal)
        .then(pl.lit("m3"))
        .otherwise("canonical_unit")
        .alias("canonical_unit"),
    )


def _unnamed(bills: pl.DataFrame) -> pl.DataFrame:
    return findings(
        bills,
        pl.col("fuel").is_null(),
        code="fuel-missing",
        severity="error",
        column="fuel",
        message=_("The fuel is not given."),
        suggestion=_('Fill the fuel, or give it for the whole file in saleve.toml: constants = {{fuel = "natural gas"}}.'),
    )  # fmt: skip


def _assumed(bills: pl.DataFrame) -> list[pl.DataFrame]:
    return [
        finding_of_file(
            bills,
            pl.col("basis_assumed"),
            code="calorific-basis-assumed",
            severity="warning",
            message=_("Energy of fuels without gross or net calorific value, first in row {first}, rows: {count}. Gross was assumed; for natural gas net would give about 11 % more emissions."),
            suggestion=_('Ask the supplier; write "kWh gross" or "kWh net" as the unit, or calorific_basis in the constants of the file.'),
        ),
        finding_of_file(
            bills,
            pl.col("unit_kind") == "normal_volume",
            code="normal-cubic-metres",
            severity="note",
            message=_("Cubic metres at 0 °C were converted to 15 °C, first in row {first}, rows: {count}."),
        ),
    ]  # fmt: skip


def _activity(bills: pl.DataFrame) -> pl.DataFrame:
    named = bills.drop("amount", "amount_unit").rename(
        {"quantity": "amount", "canonical_unit": "amount_unit", "organisational_unit": "unit"}
    )
    return split_by_year(named, ("amount",)).select(ACTIVITY.names()).cast(ACTIVITY)
