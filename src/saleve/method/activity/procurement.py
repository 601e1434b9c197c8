"""Goods and services bought: what was paid, by account, exact and in its own currency.

GHG Protocol Corporate Value Chain Standard (2011), category 1. Spending is kept as paid: neither converted nor deflated here.
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.energy import SITE_COLUMNS
from saleve.method.activity.money import CURRENCY, MONEY, in_currencies
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.rows import completed, finding_of_file, findings, joined, without_errors, words
from saleve.method.activity.spending import spending_problems
from saleve.method.problems import Problem, problem_table
from saleve.method.schema import PROVENANCE, Category, Column, Kind

_FIRST_YEAR, _LAST_YEAR = 1990, 2100  # as for every year column

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "unit": pl.String(),
        "country": pl.String(),
        "account": pl.String(),  # the description in small letters, with single blanks: the key to sum by
        "account_code": pl.String(),
        "account_description": pl.String(),  # as written
        "vendor": pl.String(),
        "vendor_id": pl.String(),
        "document": pl.String(),
        "date": pl.Date(),
        "vat": pl.String(),  # included, excluded; null: not stated
        "amount": MONEY,
        "currency": pl.String(),
        **PROVENANCE,
    }
)

CATEGORY = Category(
    name="procurement",
    title="Procurement",
    columns=(
        Column(
            "account_description",
            Kind.TEXT,
            "What the money was spent on: the name of the account or category of purchases",
            required=True,
            synonyms=("account description", "account name", "account", "expense type", "expense category", "expense area", "cost type", "spend category", "procurement category", "category of purchase", "gl account name",
                      "gl description", "unspsc title", "nature", "compte", "libellé du compte", "intitulé du compte", "nature de la dépense", "catégorie d'achat", "konto", "kontobezeichnung",
                      "kostenart", "warengruppe", "aufwandsart", "cuenta", "descripción de la cuenta", "nombre de la cuenta", "concepto", "partida", "categoría de gasto", "статья расходов", "счёт", "наименование счёта",
                      "вид расходов", "科目名称", "科目", "支出类别", "采购类别", "اسم الحساب", "وصف الحساب", "الحساب", "فئة المشتريات"),
        ),
        Column(
            "account_code",
            Kind.TEXT,
            "Number of the account, or code of the category",
            synonyms=("account code", "account number", "account no", "gl account", "gl code", "cost element", "unspsc", "unspsc code", "object code", "numéro de compte", "n° de compte", "code compte", "kontonummer",
                      "konto-nr.", "sachkonto", "número de cuenta", "código de cuenta", "номер счёта", "код счёта", "код статьи", "科目代码", "科目编号", "رقم الحساب", "رمز الحساب"),
        ),
        Column(
            "amount",
            Kind.MONEY,
            "What was paid; a credit note is negative",
            required=True,
            synonyms=("amount", "net amount", "amount paid", "invoice amount", "spend", "total", "total amount", "value", "payment amount", "cost", "montant", "montant net", "montant ht", "montant ttc", "dépense",
                      "betrag", "nettobetrag", "bruttobetrag", "rechnungsbetrag", "importe", "monto", "importe neto", "gasto", "сумма", "сумма платежа", "стоимость", "金额", "付款金额", "支出金额", "المبلغ", "القيمة",
                      "المبلغ المدفوع"),
        ),
        CURRENCY,
        Column(
            "date",
            Kind.DATE,
            "Day of the payment, else of the invoice or booking",
            synonyms=("payment date", "date paid", "date of payment", "posting date", "booking date", "date", "invoice date", "document date", "date de paiement", "date comptable", "date de facture", "buchungsdatum",
                      "zahlungsdatum", "rechnungsdatum", "datum", "fecha de pago", "fecha contable", "fecha", "fecha de factura", "дата платежа", "дата проводки", "дата", "付款日期", "记账日期", "日期", "تاريخ الدفع",
                      "تاريخ القيد", "التاريخ"),
        ),
        Column(
            "year",
            Kind.INTEGER,
            "Calendar year, where no day is given",
            synonyms=("year", "fiscal year", "fy", "année", "exercice", "jahr", "geschäftsjahr", "año", "ejercicio", "год", "年", "年份", "年度", "السنة"),
            minimum=_FIRST_YEAR,
            maximum=_LAST_YEAR,
        ),
        Column(
            "vendor",
            Kind.TEXT,
            "Who was paid, as written; may be a person",
            synonyms=("vendor", "vendor name", "supplier", "supplier name", "payee", "beneficiary", "creditor", "fournisseur", "nom du fournisseur", "bénéficiaire", "lieferant", "kreditor", "lieferantenname", "proveedor",
                      "nombre del proveedor", "beneficiario", "поставщик", "контрагент", "получатель", "供应商", "供应商名称", "收款人", "المورد", "اسم المورد", "المستفيد"),
        ),
        Column(
            "vendor_id",
            Kind.TEXT,
            "Number of the vendor",
            synonyms=("vendor id", "vendor number", "vendor no", "supplier id", "supplier number", "creditor number", "numéro de fournisseur", "code fournisseur", "lieferantennummer", "kreditorennummer", "código de proveedor",
                      "número de proveedor", "код поставщика", "供应商编号", "供应商代码", "رقم المورد"),
        ),
        Column(
            "document",
            Kind.TEXT,
            "Number of the document: invoice, voucher or order",
            synonyms=("document", "document number", "document no", "doc no", "docno", "voucher", "voucher number", "invoice number", "invoice no", "transaction number", "po number", "purchase order", "numéro de document",
                      "n° de pièce", "numéro de facture", "pièce comptable", "belegnummer", "beleg-nr.", "rechnungsnummer", "número de documento", "número de factura", "asiento", "номер документа", "номер счёта-фактуры",
                      "凭证号", "单据编号", "发票号码", "رقم المستند", "رقم الفاتورة"),
        ),
        Column(
            "vat",
            Kind.CHOICE,
            "Whether the amount includes value added tax; empty: not stated",
            synonyms=("vat included", "vat status", "vat treatment", "including vat", "tax included", "gross or net", "tva incluse", "ttc/ht", "ttc ou ht", "inkl. mwst", "mwst enthalten", "brutto/netto", "brutto oder netto",
                      "iva incluido", "con o sin iva", "ндс включён", "с ндс", "含税", "是否含税", "شامل الضريبة", "شاملة ضريبة القيمة المضافة"),
            choices={
                "included": ("included", "incl", "incl.", "including vat", "incl vat", "gross", "with vat", "yes", "ttc", "oui", "tva comprise", "brutto", "inkl", "inkl. mwst", "ja", "incluido", "con iva", "sí", "с ндс",
                             "включён", "да", "含税", "是", "شامل", "شامل الضريبة", "نعم"),
                "excluded": ("excluded", "excl", "excl.", "excluding vat", "excl vat", "net", "without vat", "no", "ht", "hors taxe", "hors tva", "non", "netto", "exkl", "exkl. mwst", "nein", "excluido", "sin iva",
                             "без ндс", "не включён", "нет", "不含税", "否", "غير شامل", "بدون ضريبة", "لا"),
            },
        ),
        *SITE_COLUMNS[1:],
        Column("requester", Kind.TEXT, "Person who asked for the purchase or approved it", personal=True,
               synonyms=("requester", "requested by", "buyer", "approved by", "approver", "budget holder", "demandeur", "acheteur", "approuvé par", "besteller", "einkäufer", "genehmigt von", "solicitante", "comprador",
                         "aprobado por", "заявитель", "закупщик", "утвердил", "申请人", "采购员", "审批人", "مقدم الطلب", "المشتري", "وافق عليه")),
    ),
    example={"account_description": "Office supplies", "account_code": "6210", "amount": "1249.90", "currency": "CHF", "date": "2025-03-14", "vendor": "Stationer Ltd", "document": "51000233", "vat": "excluded"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return what was paid, one row for each payment and currency; nothing is converted."""
    whole = _in_years(completed(rows, CATEGORY, context), context).drop("amount", "currency")
    money = in_currencies(rows, "amount")
    errors = joined(_errors(whole, money))
    good = without_errors(whole, errors).join(
        money, on="source_row", how="inner", maintain_order="left_right"
    )
    problems = joined([errors, *_shown(good), _spellings(good), _double(good), *spending_problems(good)])
    return Normalised(activity=good.select(ACTIVITY.names()).cast(ACTIVITY), problems=problems)


def _in_years(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    file_year = pl.lit(context.year, dtype=pl.Int64)
    year = pl.col("date").dt.year().cast(pl.Int64).fill_null(pl.col("year")).fill_null(file_year)
    return rows.with_columns(year.alias("year"), words("account_description").alias("account")).rename(
        {"organisational_unit": "unit"}
    )


def _errors(rows: pl.DataFrame, money: pl.DataFrame) -> list[pl.DataFrame]:
    paid = rows["source_row"].is_in(money["source_row"].implode())
    return [
        findings(
            rows,
            pl.col("account").is_null(),
            code="account-missing",
            severity="error",
            column="account_description",
            message=_("What the money was spent on is not given."),
            suggestion=_("Fill the name of the account or category."),
        ),
        findings(
            rows,
            ~pl.lit(paid),
            code="amount-missing",
            severity="error",
            column="amount",
            message=_("There is no amount. A missing amount is not taken as zero."),
            suggestion=_("Fill the amount, or remove the row."),
        ),
        findings(
            rows,
            pl.col("year").is_null(),
            code="period-missing",
            severity="error",
            column="date",
            message=_("Neither a date nor a year is given."),
            suggestion=_("Fill the date, or give the file's year in saleve.toml."),
        ),
        findings(
            rows,
            ~pl.col("year").is_between(_FIRST_YEAR, _LAST_YEAR),
            code="period-out-of-range",
            severity="error",
            column="date",
            message=_("The year {year} lies outside the years that payments can be of."),
            suggestion=_("Correct the date."),
            values={"year": "year"},
        ),
    ]


def _shown(payments: pl.DataFrame) -> list[pl.DataFrame]:
    return [
        findings(
            payments,
            pl.col("amount") < 0,
            code="amount-negative",
            severity="warning",
            column="amount",
            message=_("The amount {amount:.2f} {currency} is negative; it is kept with its sign and lowers the total."),
            suggestion=_("Keep it if it is a credit note or a reversal; else correct it."),
            values={"amount": "amount", "currency": "currency"},
        ),
        finding_of_file(
            payments,
            pl.col("vat").is_null(),
            code="vat-not-stated",
            severity="note",
            message=_("Payments that do not say whether they include value added tax, first in row {first}, rows: {count}."),
            suggestion=_('If it holds for the whole file, write constants = {{vat = "excluded"}} in saleve.toml.'),
        ),
        finding_of_file(
            payments.filter(pl.col("vat").n_unique().over("currency", "account") > 1),
            pl.lit(value=True),
            code="vat-differs",
            severity="warning",
            message=_("Payments of one account are partly with and partly without value added tax, first in row {first}, rows: {count}."),
            suggestion=_("Compare and add only amounts of one kind."),
        ),
    ]  # fmt: skip


def _spellings(payments: pl.DataFrame) -> pl.DataFrame:
    """Note that accounts differ only in capitals or blanks."""
    written, taken = payments["account_description"].n_unique(), payments["account"].n_unique()
    if written == taken:
        return problem_table([])
    message = _("{written} spellings of accounts differ partly only in capitals and blanks; they were taken as {taken} accounts.")  # fmt: skip
    return problem_table([Problem("account-spellings", "note", message.format(written=written, taken=taken))])


def _double(payments: pl.DataFrame) -> pl.DataFrame:
    """Warn of payments that are the same in everything that tells payments apart."""
    key = ["document", "vendor", "account", "date", "amount", "currency"]
    numbered = payments.filter(pl.col("document").is_not_null() & pl.col("date").is_not_null())
    again = numbered.with_columns(
        pl.col("source_row").first().over(key).alias("_first"), pl.int_range(pl.len()).over(key).alias("_nth")
    )
    return findings(
        again,
        pl.col("_nth") > 0,
        code="paid-twice",
        severity="warning",
        column="document",
        message=_("Document, vendor, account, date and amount are those of row {first}; both were counted."),
        suggestion=_("Remove the row if it is a copy; keep it if the document has two equal lines."),
        values={"first": "_first"},
    )
