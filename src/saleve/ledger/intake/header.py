"""Finds the header row below title rows, and makes its names usable: without '#', unique, none empty."""

import re
from collections.abc import Collection, Sequence

from saleve.ledger.intake.parsing.numbers import read_number
from saleve.ledger.intake.parsing.text import squeezed

SEARCHED_ROWS = 40
_LONGEST = 255  # signs of a header
_UNIT_OR_CURRENCY = re.compile(r"\s*[(\[].*$")


def find_header(rows: Sequence[Sequence[str | None]], known: Collection[str] = ()) -> int | None:
    """Return the index of the header row among the first rows of a sheet, or None.

    ``known`` are squeezed names of columns: a row with two or more of them is the header. Without one, the header is the
    first row of texts that is about as wide as the table.
    """
    searched = rows[:SEARCHED_ROWS]
    hits = [_known_names(row, known) for row in searched]
    if hits and max(hits) >= 2:
        return hits.index(max(hits))
    width = _usual_width(searched)
    fitting = (index for index, row in enumerate(searched) if _looks_like_header(row, width))
    return next(fitting, None)


def clean_headers(cells: Sequence[str | None]) -> list[str]:
    """Return the headers in one line each, of no more than 255 signs, without a leading '#'; an empty one stays empty."""
    names = [_shortened(" ".join((cell or "").split())) for cell in cells]
    first = next((index for index, name in enumerate(names) if name), None)
    if first is not None:
        names[first] = names[first].removeprefix("#").strip()
    return names


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def unique_headers(names: Sequence[str]) -> list[str]:
    """Return the headers, the second 'Date' as 'Date (2)'; empty headers stay empty."""
    taken: set[str] = set()
    result = []
    for name in names:
        unique, number = name, 1
        while name and unique in taken:
            number += 1
            unique = f"{name} ({number})"
        taken.add(unique)
        result.append(unique)
    return result


def column_letters(index: int) -> str:
    """Return how a spreadsheet calls the column with this index: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _known_names(row: Sequence[str | None], known: Collection[str]) -> int:
    cells = [cell for cell in row if cell and len(cell) <= _LONGEST]
    names = {squeezed(cell) for cell in cells} | {squeezed(_UNIT_OR_CURRENCY.sub("", cell)) for cell in cells}
    return len(names & set(known))


def _usual_width(rows: Sequence[Sequence[str | None]]) -> int:
    widths = sorted(sum(bool(cell and cell.strip()) for cell in row) for row in rows)
    filled = [width for width in widths if width]
    return filled[len(filled) // 2] if filled else 0


def _looks_like_header(row: Sequence[str | None], width: int) -> bool:
    cells = [cell.strip() for cell in row if cell and cell.strip()]
    wide_enough = len(cells) >= max(1, (width + 1) // 2) and (len(cells) > 1 or width == 1)
    return wide_enough and all(_is_name(cell) for cell in cells) and not all(_is_year(cell) for cell in cells)


def _is_name(cell: str) -> bool:
    return _is_year(cell) or (read_number(cell).text is None and any(sign.isalpha() for sign in cell))


def _is_year(cell: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d{2}", cell))
