"""Money into the money of the factors: converted at the rate of its year, then brought to the price level of the factors' year.

GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions (2013), category 1, spend-based method: amount x factor, with the
effects of inflation and exchange rates taken out. Rates and price levels are the organisation's: none is shipped, none is guessed.
"""

from collections.abc import Mapping

import polars as pl

from saleve.language import _
from saleve.method.emissions.factor_based import with_places
from saleve.method.emissions.indirect import computed, unknown_because, with_own_range
from saleve.method.problems import UnknownReferenceError
from saleve.method.reference.factors import spending_factors, spending_prices

SECTOR_PLACE = "USA"
OWN_FACTORS_OF = "procurement"  # serve whatever is counted by its cost


def in_factor_money(
    rows: pl.DataFrame, exchange_rates: pl.DataFrame | None, price_index: pl.DataFrame | None
) -> pl.DataFrame:
    """Return the rows with ``factor_money``, the amount in the factors' currency and prices, and ``money_reason`` where it lacks.

    ``exchange_rates``: currency, year, usd_per_unit. ``price_index``: year, index (prices of the factors' currency; any base year).
    """
    whole = rows.with_columns(pl.col("currency").str.to_uppercase())
    rated = whole.join(
        _rates(whole, exchange_rates), on=["currency", "year"], how="left", maintain_order="left"
    )
    priced = rated.join(_deflators(whole, price_index), on="year", how="left", maintain_order="left")
    rate, deflator = pl.col("exchange_rate"), pl.col("deflator")
    return priced.with_columns(
        (pl.col("amount").cast(pl.Float64) * rate * deflator).alias("factor_money"),
        pl.when(rate.is_null())
        .then(pl.lit("no-exchange-rate"))
        .when(deflator.is_null())
        .then(pl.lit("no-price-index"))
        .alias("money_reason"),
    )


def by_sector(
    rows: pl.DataFrame,
    *notes: pl.Expr,
    margins: str,
    own_values: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Return rows that have ``sector`` and ``factor_money`` with their emissions; the sector's place stands in for all others."""
    vat = pl.when(pl.col("vat") == "included").then(pl.lit("tax-included")) if "vat" in rows.columns else None
    done = computed(
        with_places(rows if "site" in rows.columns else rows.with_columns(site=pl.lit(None, pl.String)), {}),
        with_own_range(spending_factors(margins), "spend_factor_half_width_pct", own_values),
        source=OWN_FACTORS_OF,
        amount="factor_money",
        key=("sector",),
        stand_in=SECTOR_PLACE,
        notes=tuple(note for note in (vat, *notes) if note is not None),
        own_values=own_values,
    )
    used = done.with_columns(pl.when(pl.col("kg_co2e").is_not_null()).then("factor_id").alias("factor_id"))
    return unknown_because(used, pl.col("money_reason"))


def method_name(margins: str) -> str:
    """Return the name of the method as a result carries it."""
    return f"spend-{margins}-margins"


def _rates(rows: pl.DataFrame, given: pl.DataFrame | None) -> pl.DataFrame:
    """Return the rate of each currency and year that occurs; a unit of the factors' currency is one of it by definition."""
    currency, _year = spending_prices()
    own = rows.select("currency", "year").unique().filter(pl.col("currency") == currency)
    one = own.with_columns(exchange_rate=pl.lit(1.0))
    if given is None:
        return one
    rates = _checked(given, ("currency", "year"), "usd_per_unit").rename({"usd_per_unit": "exchange_rate"})
    return pl.concat([one, rates.filter(pl.col("currency") != currency)])


def _deflators(rows: pl.DataFrame, given: pl.DataFrame | None) -> pl.DataFrame:
    """Return by what each year's money is multiplied; that of the factors' year is its own measure."""
    _currency, year = spending_prices()
    at_home = rows.select("year").unique().filter(pl.col("year") == year).with_columns(deflator=pl.lit(1.0))
    if given is None:
        return at_home
    levels = _checked(given, ("year",), "index")
    level = levels.filter(pl.col("year") == year)["index"]
    if level.is_empty():
        message = _("The table of price levels has no index of {year}, the year of the factors' prices.")
        raise UnknownReferenceError(message.format(year=year))
    others = levels.filter(pl.col("year") != year)
    return pl.concat([at_home, others.select("year", (level.item() / pl.col("index")).alias("deflator"))])


def _checked(given: pl.DataFrame, key: tuple[str, ...], value: str) -> pl.DataFrame:
    """Return key and value of a table that the organisation brings, one row a key; what cannot be is refused in words."""
    missing = [name for name in (*key, value) if name not in given.columns]
    if missing:
        message = _("A table of prices has no column {columns}. It needs: {all}.")
        raise UnknownReferenceError(message.format(columns=", ".join(missing), all=", ".join((*key, value))))
    read = given.select(
        *[
            pl.col(name).cast(pl.String).str.strip_chars().str.to_uppercase()
            for name in key
            if name == "currency"
        ],
        pl.col("year").cast(pl.Int64, strict=False),
        pl.col(value).cast(pl.Float64, strict=False),
    )
    wrong = read.with_row_index("line", offset=2).filter(
        pl.col("year").is_null() | ~(pl.col(value) > 0).fill_null(value=False)
    )
    if wrong.height:
        message = _("Line {line} of a table of prices needs a year and, in {column}, a number above zero.")
        raise UnknownReferenceError(message.format(line=wrong["line"][0], column=value))
    twice = read.filter(pl.struct(key).is_duplicated())
    if twice.height:
        names = ", ".join(str(twice[name][0]) for name in key)
        raise UnknownReferenceError(
            _("A table of prices has two rows for {names}. Keep one.").format(names=names)
        )
    return read
