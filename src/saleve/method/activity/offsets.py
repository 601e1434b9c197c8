"""Carbon certificates retired for the organisation: a ledger of its own, never netted from emissions.

ISO 14064-1:2018 and Greening the Blue: offsets are reported beside the inventory; each certificate can be retired once.
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.deliveries import headed
from saleve.method.activity.energy import BILL_COLUMNS, SITE_COLUMNS, one_amount
from saleve.method.activity.measures import measure_problems, measured
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.rows import completed, findings, joined, without_errors
from saleve.method.activity.serial_numbers import told_apart
from saleve.method.reference.assumptions import assumption
from saleve.method.schema import PROVENANCE, Category, Column, Kind

_CO2E = ("co2e",)
_STATED_UNITS = {"amount_t_co2e": "t CO2e"}
_FIRST_YEAR, _LAST_YEAR = 1990, 2100

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),  # whose emissions the certificates are set against
        "unit": pl.String(),
        "project": pl.String(),
        "project_id": pl.String(),
        "project_country": pl.String(),
        "standard": pl.String(),
        "registry": pl.String(),
        "serial_number": pl.String(),
        "vintage": pl.Int64(),
        "retired_on": pl.Date(),
        "purpose": pl.String(),
        "retired_t_co2e": pl.Float64(),
        **PROVENANCE,
    }
)

CATEGORY = Category(
    name="offsets",
    title="Carbon offsets",
    columns=(
        Column(
            "project",
            Kind.TEXT,
            "Project that issued the certificates",
            synonyms=("project", "project name", "offset project", "projet", "nom du projet", "projekt", "projektname", "proyecto", "nombre del proyecto", "проект", "название проекта", "项目", "项目名称", "المشروع",
                      "اسم المشروع"),
        ),
        Column(
            "project_id",
            Kind.TEXT,
            "Number of the project in its registry",
            synonyms=("project id", "project number", "project reference", "numéro de projet", "id projet", "projektnummer", "projekt-id", "número de proyecto", "номер проекта", "项目编号", "رقم المشروع"),
        ),
        Column(
            "project_country",
            Kind.TEXT,
            "Country of the project",
            synonyms=("project country", "host country", "country", "pays", "pays hôte", "land", "gastland", "país", "país anfitrión", "страна", "国家", "东道国", "البلد", "البلد المضيف"),
        ),
        Column(
            "standard",
            Kind.TEXT,
            "Standard by which the certificates were issued: CDM, Gold Standard, VCS ...",
            synonyms=("standard", "programme", "program", "certification standard", "credit type", "unit type", "norme", "label", "type de crédit", "zertifikatstyp", "estándar", "norma", "tipo de crédito", "стандарт",
                      "тип единиц", "标准", "核证标准", "المعيار", "نوع الوحدات"),
        ),
        Column(
            "registry",
            Kind.TEXT,
            "Register in which they were retired",
            synonyms=("registry", "register", "carbon registry", "registre", "registro", "реестр", "登记处", "注册登记系统", "السجل"),
        ),
        Column(
            "serial_number",
            Kind.TEXT,
            "Serial number, or range of them, as in the register",
            required=True,
            synonyms=("serial number", "serial numbers", "serial no", "serial range", "serial block", "retirement id", "certificate number", "numéro de série", "numéros de série", "n° de série", "seriennummer",
                      "seriennummern", "número de serie", "números de serie", "серийный номер", "серийные номера", "序列号", "编号", "الرقم التسلسلي", "الأرقام التسلسلية"),
        ),
        Column(
            "vintage",
            Kind.INTEGER,
            "Year in which the emissions were avoided or removed",
            synonyms=("vintage", "vintage year", "millésime", "jahrgang", "añada", "vintage año", "cosecha", "год выпуска", "винтаж", "年份", "签发年份", "减排年份", "سنة الإصدار", "سنة الخفض"),
            minimum=_FIRST_YEAR,
            maximum=_LAST_YEAR,
        ),
        Column(
            "retired_on",
            Kind.DATE,
            "Day of retirement or cancellation",
            synonyms=("retired on", "retirement date", "date of retirement", "cancellation date", "cancelled on", "date retired", "date", "date de retrait", "date d'annulation", "stilllegungsdatum", "löschungsdatum", "fecha de retiro",
                      "fecha de cancelación", "дата погашения", "дата аннулирования", "注销日期", "تاريخ الإلغاء", "تاريخ الاستخدام"),
        ),
        Column(
            "year",
            Kind.INTEGER,
            "Year whose emissions they are set against; empty means the year of retirement",
            synonyms=("year", "for year", "inventory year", "reporting year", "compensation year", "année", "année compensée", "exercice", "jahr", "ausgleichsjahr", "año", "año compensado", "год", "отчётный год", "年度", "抵消年度",
                      "السنة", "سنة التعويض"),
            minimum=_FIRST_YEAR,
            maximum=_LAST_YEAR,
        ),
        Column(
            "purpose",
            Kind.TEXT,
            "What they were retired for, as the register says",
            synonyms=("purpose", "retirement reason", "reason", "retired for", "beneficiary", "motif", "bénéficiaire", "grund", "zweck", "motivo", "finalidad", "beneficiario", "цель", "причина", "用途", "注销原因", "الغرض", "السبب"),
        ),
        Column(
            "status",
            Kind.CHOICE,
            "What became of the certificates; empty means retired",
            strict=True,
            synonyms=("status", "state", "credit status", "certificate status", "statut", "état", "estado", "situación", "статус", "состояние", "状态", "الحالة"),
            choices={
                "retired": ("retired", "cancelled", "canceled", "annulled", "surrendered", "offset", "retiré", "retirés", "retirée", "retirées", "annulé", "annulés", "annulée", "annulées", "stillgelegt", "gelöscht",
                            "retirado", "retirados", "cancelado", "cancelados", "anulado", "погашено", "погашены", "аннулировано", "аннулированы", "已注销", "注销", "ملغاة", "ملغى"),
                "held": ("held", "active", "available", "purchased", "bought", "ordered", "reserved", "issued", "transferred", "pending", "forward", "acheté", "achetés", "achetée", "achetées", "détenu", "détenus", "actif", "en cours",
                         "gekauft", "gehalten", "aktiv", "comprado", "comprados", "activo", "en tenencia", "pendiente", "куплено", "активно", "в наличии", "已购买", "持有", "有效", "مشتراة", "نشطة"),
            },
        ),
        headed(BILL_COLUMNS, "amount"),
        headed(BILL_COLUMNS, "amount_unit"),
        Column(
            "amount_t_co2e",
            Kind.NUMBER,
            "Certificates of 1 t CO2e each",
            unit="t CO2e",
            synonyms=("t co2e", "tco2e", "tonnes", "tonnes co2e", "quantity (tco2e)", "quantity retired", "credits", "number of credits", "certificates", "units retired", "credits retired", "cers", "vcus", "vers", "crédits", "tonnes éq. co2",
                      "nombre de certificats", "certificats", "quantité (tco2e)", "zertifikate", "anzahl zertifikate", "menge (t co2e)", "certificados", "créditos", "número de créditos", "toneladas", "cantidad (tco2e)",
                      "тонн co2", "количество единиц", "единицы", "核证减排量", "数量(吨)", "吨二氧化碳", "注销数量", "الوحدات", "عدد الشهادات", "طن co2"),
        ),
        SITE_COLUMNS[1],
    ),
    example={"project": "Wind farm", "standard": "CDM", "registry": "UNFCCC", "serial_number": "XX-5-100001-100250-1-1-0-1", "vintage": "2019", "retired_on": "2025-06-30", "year": "2024", "amount_t_co2e": "250"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return certificates retired in t CO2e, one row for each serial number or range."""
    whole = one_amount(completed(rows, CATEGORY, context), _STATED_UNITS)
    file_year = pl.lit(context.year, dtype=pl.Int64)
    retired = pl.col("retired_on").dt.year().cast(pl.Int64)
    dated = whole.with_columns(pl.col("year").fill_null(file_year).fill_null(retired).alias("year"))
    known = told_apart(measured(dated, _CO2E), pl.col("quantity") / 1000)
    errors = joined([measure_problems(known, _CO2E, "t CO2e"), *_errors(known)])
    good = without_errors(known, errors)
    return Normalised(activity=_activity(good), problems=joined([errors, *_warnings(good)]))


def _errors(rows: pl.DataFrame) -> list[pl.DataFrame]:
    retired_year = pl.col("retired_on").dt.year()
    return [
        findings(
            rows,
            pl.col("serial_number").is_null(),
            code="serial-number-missing",
            severity="error",
            column="serial_number",
            message=_("There is no serial number: nobody can check that the certificates were retired."),
            suggestion=_("Copy it from the confirmation of the register."),
        ),
        findings(
            rows,
            pl.col("source_row") > pl.col("first_row"),
            code="serial-number-twice",
            severity="error",
            column="serial_number",
            message=_("The serial number {number} stands in row {first} already; a certificate can be retired once."),
            suggestion=_("Remove the row, or correct the number."),
            values={"number": "serial_number", "first": "first_row"},
        ),
        findings(
            rows,
            pl.col("overlapped_row").is_not_null(),
            code="serial-numbers-overlap",
            severity="error",
            column="serial_number",
            message=_("The range {number} shares certificates with row {other}; a certificate can be retired once."),
            suggestion=_("Correct the range, or remove the row."),
            values={"number": "serial_number", "other": "overlapped_row"},
        ),
        findings(
            rows,
            pl.col("quantity") <= 0,
            code="amount-not-positive",
            severity="error",
            column="amount",
            message=_("The amount {amount} is not above zero; a retirement cannot be taken back."),
            suggestion=_("Correct the amount."),
            values={"amount": "amount"},
        ),
        findings(
            rows,
            pl.col("status") == "held",
            code="not-retired",
            severity="error",
            column="status",
            message=_("The certificates are held, not retired: they do not count."),
            suggestion=_("Have them retired, then fill the day and the serial number of the retirement; else remove the row."),
        ),
        findings(
            rows,
            pl.col("year").is_null(),
            code="period-missing",
            severity="error",
            column="retired_on",
            message=_("Neither a day of retirement nor a year is given."),
            suggestion=_("Fill the day of retirement; what is bought and not retired does not belong here."),
        ),
        findings(
            rows,
            pl.col("vintage") > retired_year,
            code="vintage-after-retirement",
            severity="error",
            column="vintage",
            message=_("The vintage {vintage} is later than the retirement on {retired}."),
            suggestion=_("Correct the vintage or the date."),
            values={"vintage": "vintage", "retired": "retired_on"},
        ),
    ]  # fmt: skip


def _warnings(rows: pl.DataFrame) -> list[pl.DataFrame]:
    highest = assumption("offset_high_t_co2e")
    large = _("{{amount:g}} t CO2e in one retirement are more than {limit:g} t.").format(limit=highest)
    return [
        findings(
            rows.with_columns((pl.col("quantity") / 1000).alias("_t")),
            pl.col("_t") > highest,
            code="amount-implausible",
            severity="warning",
            column="amount",
            message=large,
            suggestion=_("Check whether the amount is in kg."),
            values={"amount": "_t"},
        ),
        findings(
            rows,
            pl.col("retired_on").is_null(),
            code="retirement-date-missing",
            severity="warning",
            column="retired_on",
            message=_("The day of retirement is not given."),
            suggestion=_("Certificates that are bought and not retired do not count: fill the day from the register."),
        ),
        findings(
            rows,
            pl.col("registry").is_null() | pl.col("standard").is_null(),
            code="registry-missing",
            severity="warning",
            column="registry",
            message=_("Registry or standard is not given."),
            suggestion=_("Fill both, so that an auditor finds the serial number."),
        ),
    ]  # fmt: skip


def _activity(rows: pl.DataFrame) -> pl.DataFrame:
    named = rows.rename({"organisational_unit": "unit"})
    return (
        named.with_columns((pl.col("quantity") / 1000).alias("retired_t_co2e"))
        .select(ACTIVITY.names())
        .cast(ACTIVITY)
    )
