"""Names that are written almost alike: perhaps one person with two pseudonyms. They are told by their rows, and never merged."""

import polars as pl
from rapidfuzz.fuzz import ratio

from saleve.ledger.intake.parsing.text import folded

ALIKE = 90  # of 100, by edit distance of the sorted words; our assumption
_NEXT = 8  # names in the order of the alphabet with which each is compared


def rows_of_alike_names(cells: pl.Series, rows: pl.Series) -> list[tuple[int, int]]:
    """Return pairs of rows, the first of each of two names that resemble each other; numbers of staff are no names."""
    first = (
        pl.DataFrame({"name": cells, "row": rows})
        .drop_nulls()
        .unique("name", keep="first", maintain_order=True)
    )
    keys: dict[str, int] = {}
    for name, row in first.iter_rows():
        if not any(sign.isdigit() for sign in name):
            keys.setdefault(_sorted_words(name), row)
    names = sorted(keys)
    near = (
        (keys[one], keys[other])
        for place, one in enumerate(names)
        for other in names[place + 1 : place + 1 + _NEXT]
        if ratio(one, other) >= ALIKE
    )
    return sorted((min(pair), max(pair)) for pair in near)


def _sorted_words(name: str) -> str:
    """Return the words of a name in the order of the alphabet, so that 'Doe, Jane' is compared with 'Jane Doe'."""
    return " ".join(sorted(folded(name).replace(",", " ").split()))
