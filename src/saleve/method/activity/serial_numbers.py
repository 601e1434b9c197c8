"""Serial numbers of certificates: the same one twice, and ranges that share certificates.

Registries write ranges as two numbers within the text (AB-5-100001-100250-1). Which two is told by the amount: a range of 250
certificates of 1 t CO2e has 250 numbers.
"""

import re

import polars as pl

_PAIR = re.compile(r"(?<!\d)(\d{1,15})(?=\s?(?:[-–—/:]|to|à|bis)\s?(\d{1,15})(?!\d))")
_RANGES = pl.Schema(
    {
        "serial_number": pl.String(),
        "_t": pl.Int64(),
        "_block": pl.String(),  # the text around the two numbers
        "_from": pl.Int64(),
        "_to": pl.Int64(),
    }
)


def told_apart(rows: pl.DataFrame, tonnes: pl.Expr) -> pl.DataFrame:
    """Return the rows with ``first_row``, which first names the same number, and ``overlapped_row``, whose range it shares in part.

    Blanks, dashes and capitals do not matter; two registries may use the same number.
    """
    registry = _plain("registry").fill_null("")
    keyed = rows.with_columns(
        tonnes.round(0).cast(pl.Int64, strict=False).alias("_t"), registry.alias("_registry")
    )
    first = pl.col("source_row").min().over("_registry", _plain("serial_number"))
    named = keyed.with_columns(pl.when(pl.col("serial_number").is_not_null()).then(first).alias("first_row"))
    read = named.join(_ranges(named), on=["serial_number", "_t"], how="left", maintain_order="left")
    return read.join(_overlaps(read), on="source_row", how="left", maintain_order="left")


def _plain(column: str) -> pl.Expr:
    return pl.col(column).str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]", "")


def _ranges(rows: pl.DataFrame) -> pl.DataFrame:
    different = rows.select("serial_number", "_t").drop_nulls().unique(maintain_order=True)
    found = [(text, count, *_range(text, count)) for text, count in different.iter_rows()]
    return pl.DataFrame(found, schema=_RANGES, orient="row")


def _range(text: str, count: int) -> tuple[str, int, int] | tuple[None, None, None]:
    """Return the text around the range, its first and last number; nothing where no two numbers hold that many."""
    for pair in _PAIR.finditer(text):
        first, last = int(pair[1]), int(pair[2])
        if last - first + 1 == count:
            around = text[: pair.start()] + "#" + text[pair.end(2) :]
            return re.sub(r"[^\w#]|_", "", around.upper()), first, last
    return None, None, None


def _overlaps(rows: pl.DataFrame) -> pl.DataFrame:
    """Return for each row the row before it in its block whose range reaches into its own."""
    block = ["_registry", "_block"]
    ranges = rows.filter(pl.col("_block").is_not_null() & (pl.col("source_row") == pl.col("first_row")))
    farthest = pl.when(pl.col("_to") == pl.col("_to").cum_max()).then("source_row").forward_fill()
    ordered = ranges.sort(*block, "_from", "source_row").with_columns(
        pl.col("_to").cum_max().shift(1).over(block).alias("_until"),
        farthest.shift(1).over(block).alias("overlapped_row"),
    )
    return ordered.filter(pl.col("_from") <= pl.col("_until")).select("source_row", "overlapped_row")
