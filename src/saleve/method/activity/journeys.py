"""Journeys of a file: each different combination of routing, places and way back is read once, then joined to its rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from saleve.method.activity.normalising import REPAIR_SCHEMA, Context
from saleve.method.activity.place_readings import Finding, Repair
from saleve.method.activity.places import PlaceReader, depends_on_date
from saleve.method.activity.routing import Route, read_journey, read_routing, there_and_back

PLACE_COLUMNS = ("routing", "origin", "origin_country", "destination", "destination_country")
Told = list[tuple[str, Finding]]
_MOST_REMEMBERED = 200_000  # journeys between the parts of a file; more are read again
JOURNEY_KEYS = (*PLACE_COLUMNS, "on", "way_back")

_LEGS = pl.Schema(
    {
        "journey": pl.UInt32,
        "leg": pl.Int64,
        "origin": pl.String,
        "destination": pl.String,
        "place_basis": pl.String,
        "coupon": pl.Int64,
        "coupons": pl.Int64,
        "back": pl.Boolean,
    }
)
_FINDINGS = pl.Schema(
    {
        "journey": pl.UInt32,
        "column": pl.String,
        "code": pl.String,
        "severity": pl.String,
        "message": pl.String,
        "suggestion": pl.String,
    }
)
_REPAIRS = pl.Schema(
    {
        "journey": pl.UInt32,
        "column": pl.String,
        "rule": pl.String,
        "before": pl.String,
        "after": pl.String,
    }
)
_FACTS = pl.Schema({"journey": pl.UInt32, "repaired": pl.Boolean, "not_doubled": pl.Boolean})


@dataclass(frozen=True, slots=True)
class Journeys:
    """Rows with their ``journey`` number; by number the legs, the findings, the repairs and the facts."""

    rows: pl.DataFrame
    legs: pl.DataFrame
    findings: pl.DataFrame
    facts: pl.DataFrame
    repairs: pl.DataFrame

    def repairs_of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return what was repaired in these rows (``REPAIR_SCHEMA``)."""
        found = rows.select("journey", row="source_row").join(self.repairs, on="journey", how="inner")
        return found.select(REPAIR_SCHEMA.names())


def read_journeys(rows: pl.DataFrame, context: Context) -> Journeys:
    """Return the legs of all rows; they need the place columns, ``on`` (day of travel) and ``way_back`` (Boolean)."""
    dated = rows.with_columns(on=pl.when(_any_depends_on_date(rows)).then("on"))
    spelled = dated.with_columns(_journey_key=_spelled_key())
    keys = spelled.select(*JOURNEY_KEYS, "_journey_key").unique("_journey_key", maintain_order=True)
    numbered = keys.with_row_index("journey")
    read = _reader(context)
    routes = [(row["journey"], *read(row)) for row in numbered.iter_rows(named=True)]
    return Journeys(
        rows=spelled.join(
            numbered.select("journey", "_journey_key"), on="_journey_key", how="left", maintain_order="left"
        ).drop("_journey_key", "on", "way_back"),
        legs=pl.DataFrame(
            [leg for found in routes for leg in _leg_rows(found[0], found[1])], _LEGS, orient="row"
        ),
        findings=pl.DataFrame(
            [row for found in routes for row in _finding_rows(found[0], found[2])], _FINDINGS, orient="row"
        ),
        facts=pl.DataFrame(
            [(number, bool(route.repairs), not_doubled) for number, route, _told, not_doubled in routes],
            _FACTS,
            orient="row",
        ),
        repairs=pl.DataFrame(
            [row for number, route, _told, _doubled in routes for row in _repair_rows(number, route)],
            _REPAIRS,
            orient="row",
        ),
    )


def _reader(context: Context) -> Callable[[dict[str, object]], tuple[Route, Told, bool]]:
    """Return how to read a journey; what was read in one part of a file is remembered for the next."""
    places = context.memory.setdefault("places", PlaceReader(context.switched_off))
    known = context.memory.setdefault("journeys", {})

    def read(row: dict[str, object]) -> tuple[Route, Told, bool]:
        key = row["_journey_key"]
        if key not in known:
            if len(known) >= _MOST_REMEMBERED:
                known.clear()
            known[key] = _read(row, places)
        found: tuple[Route, Told, bool] = known[key]
        return found

    return read


def _spelled_key() -> pl.Expr:
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in JOURNEY_KEYS]
    return pl.concat_str(parts, separator="\x1f")


def _any_depends_on_date(rows: pl.DataFrame) -> pl.Expr:
    conditions = []
    for name in PLACE_COLUMNS:
        texts = [text for text in rows[name].drop_nulls().unique().to_list() if depends_on_date(text)]
        conditions.append(pl.col(name).is_in(texts) & pl.col(name).is_not_null())
    return pl.any_horizontal(conditions)


def _read(row: dict[str, object], places: PlaceReader) -> tuple[Route, Told, bool]:
    """Return the route with its way back, what was told by column, and whether a way back was asked for in vain."""
    route, told, ticket = _outward(row, places)
    wanted = bool(row["way_back"]) and not route.failed
    whole = there_and_back(route, same_way=ticket or len(route.legs) == 1) if wanted else route
    return whole, told, wanted and bool(route.legs) and route.closed


def _outward(row: dict[str, object], places: PlaceReader) -> tuple[Route, Told, bool]:
    day = row["on"] if isinstance(row["on"], date) else None
    if row["routing"]:
        route = read_routing(str(row["routing"]), day, places)
        located = replace(route, repairs=_located("routing", route.repairs))
        return located, [("routing", finding) for finding in route.findings], True
    start = places.read(_text(row["origin"]), _text(row["origin_country"]), day)
    end = places.read(_text(row["destination"]), _text(row["destination_country"]), day)
    route = read_journey(
        [start, end], " - ".join(filter(None, (_text(row["origin"]), _text(row["destination"]))))
    )
    repairs = (*_located("origin", start.repairs), *_located("destination", end.repairs))
    route = replace(route, repairs=repairs)
    told = [("origin", finding) for finding in start.findings] + [
        ("destination", finding) for finding in end.findings
    ]
    known = {finding for _column, finding in told}
    if start.failed or end.failed:
        return route, told, False
    return (
        route,
        told + [("destination", finding) for finding in route.findings if finding not in known],
        False,
    )


def _located(column: str, repairs: Sequence[Repair]) -> tuple[Repair, ...]:
    return tuple(replace(repair, column=column) for repair in repairs)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _leg_rows(journey: int, route: Route) -> Iterator[tuple[object, ...]]:
    for number, leg in enumerate(route.legs, start=1):
        yield (
            journey,
            number,
            leg.origin,
            leg.destination,
            leg.place_basis,
            leg.coupon,
            route.coupons,
            leg.back,
        )


def _repair_rows(journey: int, route: Route) -> Iterator[tuple[object, ...]]:
    for repair in route.repairs:
        yield journey, repair.column, repair.rule, repair.before, repair.after


def _finding_rows(journey: int, told: Told) -> Iterator[tuple[object, ...]]:
    for column, finding in told:
        yield journey, column, finding.code, finding.severity, finding.message, finding.suggestion
