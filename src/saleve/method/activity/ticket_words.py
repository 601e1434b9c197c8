"""Words of ticket files for what a line does (sale, refund, void ...) and how a person travelled.

Transaction codes follow the handbook of the IATA billing and settlement plan (DISH), coupon letters the e-ticket standard; both
from general knowledge. Labels are compared without case and accents.
"""

from collections.abc import Mapping

import polars as pl

from saleve.method.reference.countries import folded

# What a line of a ticket file does to flights:
# sale flies; exchange flies and replaces an older document; seat is a second seat beside the traveller's and flies too;
# refund and void remove the flights of their document; dropped is one coupon that was not flown; cost has no flight (fees,
# baggage, memos).
TRANSACTIONS: dict[str, tuple[str, ...]] = {
    "sale": (
        "TKTT", "TKT", "TKTA", "TKTB", "sale", "sold", "issue", "issued", "ticket", "ticketed", "active", "flown", "used",
        "lifted", "checked in", "airport control", "confirmed", "invoice", "normal", "émission", "vente", "billet", "émis",
        "emisión", "venta", "emitido", "boleto", "realizada", "em andamento", "продажа", "выдан", "销售", "出票", "بيع",
        "F", "A", "C", "L",
    ),
    "exchange": (
        "EXCH", "EX", "exchange", "exchanged for", "reissue", "reissued", "revalidation", "échange", "réémission", "canje",
        "cambio", "reemisión", "remarcação", "обмен", "переоформление", "换票", "改签", "تبديل",
    ),
    "seat": ("EXST", "extra seat", "CBBG", "cabin baggage seat", "siège supplémentaire", "asiento adicional"),
    "refund": (
        "RFND", "REF", "refund", "refunded", "remboursement", "remboursé", "reembolso", "devolución", "reembolsado",
        "возврат", "退款", "退票", "استرداد",
    ),
    "void": (
        "CANX", "CANN", "VOID", "voided", "cancelled", "canceled", "cancellation", "cancel", "annulé", "annulation", "anulado",
        "cancelado", "cancelada", "anulación", "não realizada", "аннулировано", "отмена", "作废", "取消", "ملغى",
    ),
    "dropped": (
        "exchanged", "suspended", "open", "open for use", "unused", "no show", "noshow", "not flown", "E", "R", "V", "S", "O",
    ),
    "cost": (
        "EMDA", "EMDS", "EMD", "ADMA", "ADM", "ACMA", "ACM", "SSAC", "SSAD", "SPDR", "SPCR", "MCO", "fee", "service fee",
        "fees", "ancillary", "baggage", "seat", "tax", "frais", "frais de service", "tarifa de servicio", "taxa de serviço",
        "сбор", "服务费", "رسوم",
    ),
}  # fmt: skip

# Words of a sale that say that the coupon was used: an exchange or a refund of the rest leaves it.
FLOWN = frozenset(
    folded(word)
    for word in ("flown", "used", "lifted", "checked in", "airport control", "realizada", "F", "A", "C", "L")
)

MODES: dict[str, tuple[str, ...]] = {
    "air": (
        "air", "airline", "flight", "plane", "airplane", "aeroplane", "aircraft", "avion", "aérien", "vol", "flug", "flugzeug",
        "aéreo", "aérea", "avión", "vuelo", "avião", "самолет", "самолёт", "авиа", "воздушный", "航空", "飞机", "空运", "جوي", "طائرة",
    ),
    "rail": (
        "rail", "train", "railway", "tgv", "chemin de fer", "bahn", "zug", "tren", "ferrocarril", "ferroviario", "ferroviário",
        "trem", "ferroviaire", "поезд", "железнодорожный", "ж/д", "火车", "铁路", "قطار", "سكك حديدية",
    ),
    "road": (
        "road", "car", "bus", "coach", "taxi", "public", "private car", "rental car", "voiture", "route", "autocar", "autobús",
        "auto", "terrestre", "coche", "vehículo", "vehículo oficial", "veículo próprio", "veículo oficial", "rodoviário",
        "carretera", "автомобиль", "автобус", "машина", "汽车", "公路", "巴士", "سيارة", "بري", "حافلة",
    ),
    "other": (
        "other", "sea", "ship", "boat", "ferry", "bateau", "barco", "marítimo", "fluvial", "bicycle", "walking", "autre", "otro",
        "outros", "inválido", "судно", "другое", "船", "其他", "أخرى", "بحري", "maritime",
    ),
}  # fmt: skip


def meaning_of(text: str, words: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return what a word of a ticket file means, or None if it is in no list."""
    name = folded(text)
    return next(
        (value for value, labels in words.items() if any(folded(label) == name for label in labels)), None
    )


def modes_of(transactions: pl.Series) -> dict[str, str]:
    """Return word -> mode, of words that stand where a transaction should and name how a person travelled: "Rail"."""
    words = transactions.drop_nulls().unique().to_list()
    modes = {word: meaning_of(word, MODES) for word in words if meaning_of(word, TRANSACTIONS) is None}
    return {word: mode for word, mode in modes.items() if mode in ("air", "rail", "road")}
