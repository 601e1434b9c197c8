"""Heat, steam and cooling bought from a network (scope 2, GHG Protocol Scope 2 Guidance 2015, chapter 5)."""

import polars as pl

from saleve.method.activity.energy import BILL_COLUMNS, READING, SITE_COLUMNS, bill_checks, one_amount
from saleve.method.activity.measures import measure_problems, measured
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.periods import PERIOD_COLUMNS, dated, split_by_year, split_notes
from saleve.method.activity.rows import completed, joined, without_errors
from saleve.method.schema import PROVENANCE, Category, Column, Kind

METER = ("site", "meter", "carrier")
_ENERGY = ("energy",)
_STATED_UNITS = {"amount_kwh": "kWh", "amount_mwh": "MWh", "amount_kbtu": "kBtu"}

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "unit": pl.String(),
        "site": pl.String(),
        "country": pl.String(),
        "meter": pl.String(),
        "supplier": pl.String(),
        "carrier": pl.String(),
        "network": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "days": pl.Int64(),
        "energy_kwh": pl.Float64(),
        "supplier_factor_kg_co2e_per_kwh": pl.Float64(),
        "supplier_factor_name": pl.String(),
        "reading": pl.String(),
        **PROVENANCE,
    }
)

CATEGORY = Category(
    name="district_energy",
    title="District heat and cooling",
    columns=(
        *SITE_COLUMNS,
        Column(
            "carrier",
            Kind.CHOICE,
            "Heat, steam or cooling; empty means heat",
            synonyms=("carrier", "commodity", "energy carrier", "type of energy", "vecteur", "énergie", "energieträger", "tipo de energía", "вид энергии",
                      "能源种类", "نوع الطاقة"),
            choices={
                "heat": ("heat", "heating", "district heat", "district heating", "hot water", "chaleur", "chauffage à distance", "chauffage urbain", "cad",
                         "fernwärme", "wärme", "calor", "calefacción urbana", "тепло", "отопление", "теплоэнергия", "热力", "供热", "集中供热", "حرارة", "تدفئة"),
                "steam": ("steam", "vapeur", "dampf", "vapor", "пар", "蒸汽", "بخار"),
                "cooling": ("cooling", "cold", "chilled water", "district cooling", "froid", "eau glacée", "fernkälte", "kälte", "frío", "agua fría",
                            "refrigeración urbana", "холод", "охлаждение", "冷", "供冷", "冷水", "تبريد"),
            },
        ),
        Column(
            "network",
            Kind.TEXT,
            "Network that delivers, by the name its operator or the factor list uses",
            synonyms=("network", "district network", "réseau", "netz", "fernwärmenetz", "red", "сеть", "管网", "الشبكة"),
        ),
        *PERIOD_COLUMNS,
        *BILL_COLUMNS,
        Column("amount_kwh", Kind.NUMBER, "Energy in kWh, where the header states the unit", unit="kWh",
               synonyms=("kwh", "heat kwh", "consumption (kwh)", "consommation (kwh)", "verbrauch (kwh)", "wärme kwh", "consumo (kwh)", "кВт·ч", "千瓦时")),
        Column("amount_mwh", Kind.NUMBER, "Energy in MWh, where the header states the unit", unit="MWh",
               synonyms=("mwh", "heat mwh", "consumption (mwh)", "consommation (mwh)", "verbrauch (mwh)", "wärme mwh", "мвтч", "兆瓦时")),
        Column("amount_kbtu", Kind.NUMBER, "Energy in kBtu, where the header states the unit", unit="kBtu",
               synonyms=("kbtu", "steamuse(kbtu)", "steam use (kbtu)")),
        Column(
            "supplier_factor_kg_co2e_per_kwh",
            Kind.NUMBER,
            "Emission factor that the operator of the network states",
            unit="kg CO2e/kWh",
            synonyms=("supplier factor", "network factor", "facteur du réseau", "facteur fournisseur", "emissionsfaktor", "factor del proveedor",
                      "коэффициент поставщика", "供应商排放因子", "معامل المورد"),
            minimum=0,
        ),
        Column(
            "supplier_factor_name",
            Kind.TEXT,
            "Document in which the operator states the factor",
            synonyms=("supplier factor name", "factor source", "source du facteur", "quelle des faktors", "fuente del factor"),
        ),
        READING,
    ),
    example={"site": "Tower", "carrier": "heat", "network": "CAD Nations", "year": "2025", "amount": "410", "amount_unit": "MWh"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return heat, steam and cooling in kWh, one row per meter, bill and calendar year."""
    whole = completed(rows, CATEGORY, context).with_columns(pl.col("carrier").fill_null("heat"))
    known, period_problems = dated(one_amount(whole, _STATED_UNITS), context)
    bills = measured(known, _ENERGY)
    errors = joined([period_problems, measure_problems(bills, _ENERGY, "MWh")])
    good = without_errors(bills, errors)
    problems = joined([errors, split_notes(good), *bill_checks(good, METER)])
    return Normalised(activity=_activity(good), problems=problems)


def _activity(bills: pl.DataFrame) -> pl.DataFrame:
    energy = bills.rename({"quantity": "energy_kwh", "organisational_unit": "unit"})
    return split_by_year(energy, ("energy_kwh",)).select(ACTIVITY.names()).cast(ACTIVITY)
