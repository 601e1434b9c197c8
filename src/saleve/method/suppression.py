"""Small groups hidden before anything leaves the organisation, so that no sum gives them away.

A group of fewer travellers than the threshold is hidden (primary suppression). Others are hidden with it until no hidden figure can be
computed from what stays (secondary suppression). Hundepool et al., Statistical Disclosure Control, Wiley 2012, tables of magnitudes.
"""

from collections.abc import Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from heapq import heappop, heappush
from typing import TypeVar

import polars as pl

SMALLEST_GROUP = 5  # travellers; the organisation may choose another number
TOTAL = None  # the name of the row or column that adds up the others

Place = tuple[Hashable, Hashable]
_Node = tuple[str, Hashable]
_Group = TypeVar("_Group", bound=Hashable)


def merged_groups(persons: Mapping[_Group, int], smallest: int = SMALLEST_GROUP) -> frozenset[_Group]:
    """Return the groups to put together as one: all that are too small, and the next ones until together they are not."""
    ordered = sorted(persons, key=lambda one: (persons[one], str(one)))
    merged = [one for one in ordered if persons[one] < smallest]
    for one in ordered[len(merged) :]:
        if not merged or (len(merged) > 1 and sum(persons[each] for each in merged) >= smallest):
            break
        merged.append(one)
    return frozenset(merged)


def hidden_groups(
    travellers: Mapping[_Group, AbstractSet[Hashable]], smallest: int = SMALLEST_GROUP
) -> frozenset[_Group]:
    """Return the groups to hide in a list with a total: as ``merged_groups``, and different travellers are enough, not the same ones in each."""
    ordered = sorted(travellers, key=lambda one: (len(travellers[one]), str(one)))
    hidden = [one for one in ordered if len(travellers[one]) < smallest]
    behind = set().union(*(travellers[one] for one in hidden))
    for one in ordered[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and len(behind) >= smallest):
            break
        hidden.append(one)
        behind |= travellers[one]
    return frozenset(hidden)


def suppressed(
    table: pl.DataFrame, *, row: str, column: str, value: str, persons: str, smallest: int = SMALLEST_GROUP
) -> pl.DataFrame:
    """Return a table of two ways with its totals, hidden figures null: ``row, column, value, hidden``.

    ``hidden`` is null, "primary" or "secondary"; a total has null as its row or column. Cells that are not in the table are known to be none.
    """
    values = {(one, other): kg for one, other, kg in table.select(row, column, value).iter_rows()}
    few = [
        (one, other)
        for one, other, count in table.select(row, column, persons).iter_rows()
        if count < smallest
    ]
    whole = with_totals(values)
    hidden = hidden_places(whole, few)
    rows = [
        (one, other, None if (one, other) in hidden else kg, hidden.get((one, other)))
        for (one, other), kg in whole.items()
    ]
    schema = pl.Schema(
        {row: table.schema[row], column: table.schema[column], value: pl.Float64(), "hidden": pl.String()}
    )
    return pl.DataFrame(rows, schema=schema, orient="row")


def with_totals(values: Mapping[Place, float]) -> dict[Place, float]:
    """Return the cells with the totals of rows and columns and of all."""
    whole = dict(values)
    for (row, column), value in values.items():
        for place in ((row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            whole[place] = whole.get(place, 0.0) + value
    return whole


def hidden_places(whole: Mapping[Place, float], primary: Iterable[Place]) -> dict[Place, str]:
    """Return the places to hide: "primary" or "secondary".

    Each row and each column, that of totals too, is an equation; a cell stands in two of them, as an edge between two nodes. A hidden cell can
    be computed exactly when it lies on no circle of hidden cells. So each gets a circle, of the cells that cost least.
    """
    hidden = dict.fromkeys(primary, "primary")
    links, everything = (
        _links(whole),
        1.0 + sum(abs(value) for one, value in whole.items() if TOTAL not in one),
    )
    for place in list(hidden):
        for other in _circle(whole, hidden, place, links, everything):
            hidden.setdefault(other, "secondary")
    return hidden


def _circle(
    whole: Mapping[Place, float],
    hidden: Mapping[Place, str],
    place: Place,
    links: Mapping[_Node, list[tuple[_Node, Place]]],
    everything: float,
) -> list[Place]:
    """Return the cells of the cheapest way from the row of a cell to its column that is not the cell itself."""
    start, goal = ("row", place[0]), ("column", place[1])
    best: dict[_Node, float] = {start: 0.0}
    came: dict[_Node, tuple[_Node, Place]] = {}
    waiting: list[tuple[float, str, _Node]] = [(0.0, "", start)]
    while waiting:
        cost, _order, node = heappop(waiting)
        if node == goal:
            return _way(came, start, goal)
        for after, step in links.get(node, ()):
            if step == place:
                continue
            dearer = cost + _cost(whole, hidden, step, everything)
            if dearer < best.get(after, float("inf")):
                best[after], came[after] = dearer, (node, step)
                heappush(waiting, (dearer, str(after), after))
    raise AssertionError(place)  # totals close every circle


def _links(whole: Mapping[Place, float]) -> dict[_Node, list[tuple[_Node, Place]]]:
    links: dict[_Node, list[tuple[_Node, Place]]] = {}
    for place in whole:
        ends: tuple[_Node, _Node] = ("row", place[0]), ("column", place[1])
        links.setdefault(ends[0], []).append((ends[1], place))
        links.setdefault(ends[1], []).append((ends[0], place))
    return links


def _cost(whole: Mapping[Place, float], hidden: Mapping[Place, str], step: Place, everything: float) -> float:
    """What is hidden costs nothing more; a total costs more than all cells together, so that it is hidden last."""
    if step in hidden:
        return 0.0
    dear = everything * (1000.0 if step == (TOTAL, TOTAL) else 1.0) if TOTAL in step else 0.0
    return dear + abs(whole[step]) + 1e-6 * everything


def _way(came: Mapping[_Node, tuple[_Node, Place]], start: _Node, goal: _Node) -> list[Place]:
    steps, node = [], goal
    while node != start:
        node, step = came[node]
        steps.append(step)
    return steps
