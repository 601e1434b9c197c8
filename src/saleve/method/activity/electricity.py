"""Electricity used: bills and meter readings per site, with what the supplier contract or certificates cover.

GHG Protocol Scope 2 Guidance (2015), chapters 4 and 6: one quantity, reported by location and by market.
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.energy import BILL_COLUMNS, READING, SITE_COLUMNS, bill_checks, one_amount
from saleve.method.activity.measures import measure_problems, measured
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.periods import PERIOD_COLUMNS, dated, split_by_year, split_notes
from saleve.method.activity.rows import completed, findings, joined, without_errors, words
from saleve.method.schema import PROVENANCE, Category, Column, Kind

METER = ("site", "meter", "supply")
_ENERGY = ("energy",)
_STATED_UNITS = {"amount_kwh": "kWh", "amount_mwh": "MWh"}
_ADDITIVE = ("energy_kwh", "certificate_kwh")

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "unit": pl.String(),
        "site": pl.String(),
        "country": pl.String(),
        "meter": pl.String(),
        "supplier": pl.String(),
        "supply": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "days": pl.Int64(),
        "energy_kwh": pl.Float64(),
        "certificate_kwh": pl.Float64(),
        "supplier_factor_kg_co2e_per_kwh": pl.Float64(),
        "supplier_factor_name": pl.String(),
        "supplier_factor_basis": pl.String(),
        "reading": pl.String(),
        **PROVENANCE,
    }
)

CATEGORY = Category(
    name="electricity",
    title="Electricity",
    columns=(
        *SITE_COLUMNS,
        Column(
            "commodity",
            Kind.TEXT,
            "Energy carrier, in files that hold several; rows that are not electricity are not taken",
            synonyms=("commodity", "energy carrier", "energy type", "fuel type", "utility", "énergie", "type d'énergie", "vecteur énergétique",
                      "energieträger", "energieart", "tipo de energía", "energético", "энергоноситель", "вид энергии", "能源类型", "能源种类",
                      "نوع الطاقة"),
        ),
        *PERIOD_COLUMNS,
        *BILL_COLUMNS,
        Column(
            "amount_kwh",
            Kind.NUMBER,
            "Electricity in kWh, where the header itself states the unit",
            unit="kWh",
            synonyms=("kwh", "electricity kwh", "electricity(kwh)", "electricity (kwh)", "consumption kwh", "consumption (kwh)", "energy kwh",
                      "energy (kwh)", "usage kwh", "consommation kwh", "consommation (kwh)", "verbrauch kwh", "verbrauch (kwh)", "consumo kwh",
                      "consumo (kwh)", "квтч", "кВт·ч", "потребление кВт·ч", "用电量", "用电量(千瓦时)", "千瓦时", "الاستهلاك (كيلوواط ساعة)"),
        ),
        Column(
            "amount_mwh",
            Kind.NUMBER,
            "Electricity in MWh, where the header itself states the unit",
            unit="MWh",
            synonyms=("mwh", "consumption mwh", "consumption (mwh)", "energy (mwh)", "consommation (mwh)", "verbrauch (mwh)", "consumo (mwh)",
                      "мвтч", "兆瓦时"),
        ),
        Column(
            "supply",
            Kind.CHOICE,
            "Where the electricity comes from; empty means the grid",
            synonyms=("supply", "source of electricity", "origin of electricity", "provenance", "approvisionnement", "herkunft", "bezug",
                      "suministro", "origen", "источник", "供电来源", "مصدر الكهرباء"),
            choices={
                "grid": ("grid", "grid mix", "mains", "réseau", "netz", "strommix", "red", "сеть", "电网", "الشبكة"),
                "on_site_renewable": ("on-site renewable", "on site renewable", "own solar", "on-site solar", "solar", "photovoltaic", "pv",
                                      "autoconsommation", "solaire", "eigenerzeugung", "eigene photovoltaik", "autoconsumo", "solar propia",
                                      "собственная солнечная", "自发自用", "光伏", "طاقة شمسية"),
                "purchased_renewable": ("purchased renewable", "renewable", "green tariff", "green power", "100% renewable", "renouvelable",
                                        "courant vert", "ökostrom", "grünstrom", "erneuerbar", "renovable", "energía verde",
                                        "возобновляемая", "绿电", "可再生", "متجددة"),
            },
        ),
        Column(
            "certificate_kwh",
            Kind.NUMBER,
            "Quantity covered by energy attribute certificates or by a contract for renewable electricity",
            unit="kWh",
            synonyms=("certificate kwh", "certificates (kwh)", "guarantees of origin kwh", "guarantees of origin", "recs", "i-rec kwh",
                      "garanties d'origine", "garanties d'origine (kwh)", "herkunftsnachweise", "herkunftsnachweise kwh", "garantías de origen",
                      "сертификаты", "绿证", "شهادات الطاقة"),
            minimum=0,
        ),
        Column(
            "supplier_factor_kg_co2e_per_kwh",
            Kind.NUMBER,
            "Emission factor that the supplier states for the product bought",
            unit="kg CO2e/kWh",
            synonyms=("supplier factor", "supplier emission factor", "supplier factor kg/kwh", "facteur fournisseur", "lieferantenfaktor",
                      "factor del proveedor", "коэффициент поставщика", "供应商排放因子", "معامل المورد"),
            minimum=0,
        ),
        Column(
            "supplier_factor_name",
            Kind.TEXT,
            "Product or document that the supplier's factor stands for",
            synonyms=("supplier factor name", "product", "tariff", "produit", "tarif", "stromprodukt", "producto", "tarifa", "тариф", "产品", "التعرفة"),
        ),
        Column(
            "supplier_factor_basis",
            Kind.CHOICE,
            "What the supplier's factor counts; empty: as the inventory does",
            synonyms=("supplier factor basis", "base du facteur", "faktorbasis", "base del factor"),
            choices={
                "direct_generation": ("direct", "direct generation", "direct emissions only", "directe", "direkt", "directa", "прямые", "直接", "مباشر"),
                "lifecycle_generation": ("lifecycle", "life cycle", "lifecycle generation", "cycle de vie", "lebenszyklus", "ciclo de vida",
                                         "жизненный цикл", "全生命周期", "دورة الحياة"),
            },
        ),
        READING,
    ),
    example={"site": "Tower", "meter": "E-1", "period_start": "2025-01-01", "period_end": "2025-03-31", "amount": "310.5", "amount_unit": "MWh"},
)  # fmt: skip

_ELECTRICITY = ("electricity", "electric", "electric power", "power", "électricité", "electricite", "strom", "elektrizität", "elektrizitaet",
                "electricidad", "energía eléctrica", "электричество", "электроэнергия", "电", "电力", "كهرباء", "الكهرباء")  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return electricity in kWh, one row per meter, bill and calendar year."""
    whole = completed(rows, CATEGORY, context).with_columns(pl.col("supply").fill_null("grid"))
    known, period_problems = dated(one_amount(whole, _STATED_UNITS), context)
    bills = measured(known, _ENERGY)
    errors = joined([period_problems, measure_problems(bills, _ENERGY, "kWh"), *_other_carriers(bills)])
    good = without_errors(bills, errors)
    problems = joined([errors, split_notes(good), *_coverage(good), *bill_checks(good, METER)])
    return Normalised(activity=_activity(good), problems=problems)


def _other_carriers(rows: pl.DataFrame) -> list[pl.DataFrame]:
    return [
        findings(
            rows,
            pl.col("commodity").is_not_null() & ~words("commodity").is_in(list(_ELECTRICITY)),
            code="other-carrier",
            severity="error",
            column="commodity",
            message=_("'{carrier}' is not electricity; the row was not taken into this category."),
            suggestion=_('List the file a second time in saleve.toml under its own category, each with where = {{commodity = "..."}}.'),
            values={"carrier": "commodity"},
        )
    ]  # fmt: skip


def _coverage(bills: pl.DataFrame) -> list[pl.DataFrame]:
    return [
        findings(
            bills,
            pl.col("certificate_kwh") > pl.col("quantity"),
            code="certificates-exceed-use",
            severity="warning",
            column="certificate_kwh",
            message=_(
                "Certificates cover {covered} kWh but only {used} kWh were used; the excess is not counted."
            ),
            values={"covered": "certificate_kwh", "used": "quantity"},
        )
    ]


def _activity(bills: pl.DataFrame) -> pl.DataFrame:
    energy = bills.rename({"quantity": "energy_kwh", "organisational_unit": "unit"})
    split = split_by_year(energy, _ADDITIVE)
    return split.select(ACTIVITY.names()).cast(ACTIVITY)
