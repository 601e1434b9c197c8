"""Problems of the parts of a file put together: what is told of the file as a whole comes once, its counts added up.

A note that counts rows says one number outside quotation marks, whatever the language; the code tells that it counts.
"""

import re
from collections.abc import Sequence

import polars as pl

from saleve.ledger.intake.codes import code_book
from saleve.method.problems import PROBLEM_SCHEMA

# Problems of the categories whose message counts rows of the file; those of reading say so by their placeholder {count}
COUNTING = frozenset(
    (
        "cabin-default", "cabin-uncertain", "cabin-unknown", "cabins-and-legs-differ", "code-repaired", "line-cost", "line-dropped",
        "line-refund", "line-void", "main-airport", "metro-code", "mode-other", "mode-rail", "mode-road", "mode-unknown", "origin-constant",
        "origin-unstated", "paid-by-host", "payer-unchecked", "removed-by-exchange", "removed-by-refund", "removed-by-void",
        "return-in-own-line", "return-in-routing", "transaction-unknown",
    )
)  # fmt: skip
_QUOTED = r"'[^']*'"
_NUMBER = re.compile(rf"{_QUOTED}|(?<![\w.,-])(\d+)(?![\w-]|[.,]\d)")
_LISTED = re.compile(r"[^\s(;]+ = [^;()]+ \(\d+\)(?:; [^\s(;]+ = [^;()]+ \(\d+\))*")
_ONE_LISTED = re.compile(r"([^;]+) \((\d+)\)(?:; |$)")
_LONGEST_LIST = 12
_PLACE = "\x00"


def combined_problems(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the problems of several parts of a file: those of the file first, each once, then those of its rows in order."""
    if len(tables) == 1:
        return tables[0]
    rows = [table.filter(pl.col("row").is_not_null()) for table in tables]
    whole = [problem for table in tables for problem in table.filter(pl.col("row").is_null()).to_dicts()]
    merged = pl.DataFrame(_merged(whole), schema=PROBLEM_SCHEMA)
    return pl.concat([merged, pl.concat(rows).sort("row", maintain_order=True)])


def _merged(problems: list[dict[str, str]]) -> list[dict[str, str]]:
    counting = COUNTING | {code for code, entry in code_book().items() if "{count}" in entry.message}
    groups: dict[tuple[str | None, ...], list[dict[str, str]]] = {}
    for problem in problems:
        text = problem["message"]
        shape = _shape(problem["code"], text) if problem["code"] in counting else text
        key = (problem["code"], problem["column"], problem["suggestion"], shape)
        groups.setdefault(key, []).append(problem)
    return [one for key, group in groups.items() for one in _once(group, counts=_PLACE in str(key[-1]))]


def _shape(code: str, message: str) -> str:
    """Return the message without the number that counts."""
    text = _LISTED.sub(_PLACE * 2, message)
    found = _counting_number(code, text)
    return text[: found.start(1)] + _PLACE + text[found.end(1) :] if found else message


def _counting_number(code: str, text: str) -> re.Match[str] | None:
    """Find the number that counts: the last one ('G0A read as GOA (0 for O). Rows: 3.'), but the year of dates follows it."""
    found = [one for one in _NUMBER.finditer(text) if one[1]]
    return (found[0] if code == "date-year-given" else found[-1]) if found else None


def _once(group: list[dict[str, str]], *, counts: bool) -> list[dict[str, str]]:
    first = group[0]
    if not counts or len(group) == 1:
        return [first]
    shape = _shape(first["code"], first["message"])
    total = sum(_count(problem) for problem in group)
    listed = _lists([problem["message"] for problem in group])
    message = shape.replace(_PLACE * 2, listed).replace(_PLACE, str(total))
    return [first | {"message": message}]


def _count(problem: dict[str, str]) -> int:
    found = _counting_number(problem["code"], _LISTED.sub("", problem["message"]))
    return int(found[1]) if found else 0


def _lists(messages: list[str]) -> str:
    """Add up lists such as 'Y = economy (12); C = business (3)', the most frequent first."""
    totals: dict[str, int] = {}
    for message in messages:
        if found := _LISTED.search(message):
            for name, count in _ONE_LISTED.findall(found[0]):
                totals[name] = totals.get(name, 0) + int(count)
    ordered = sorted(totals.items(), key=lambda one: (-one[1], one[0]))[:_LONGEST_LIST]
    return "; ".join(f"{name} ({count})" for name, count in ordered)
