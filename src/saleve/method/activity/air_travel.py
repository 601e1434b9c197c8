"""Air travel: rows of ticket exports and trip lists, to flights leg by leg.

Rows are read once per different routing, places and cabin; the rest is joins, so that a million tickets take seconds. What
stands in for a fact (capital for a country, default cabin) is named in the leg and counted in the problems.
"""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

import polars as pl

from saleve.language import _
from saleve.method.activity.air_travel_columns import CATEGORY, LEGS, TRAVEL_CATEGORIES
from saleve.method.activity.cabin_columns import cabin_problems, with_cabins
from saleve.method.activity.journeys import Journeys, read_journeys
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.places import PlaceReader
from saleve.method.activity.routing import read_routing
from saleve.method.activity.rows import completed, findings, joined
from saleve.method.activity.settling import linked, may_settle, settle
from saleve.method.activity.ticket_words import MODES, meaning_of, modes_of
from saleve.method.activity.tickets import FLYING, ticket_problems, with_line_kind
from saleve.method.activity.ways_back import needs_whole_file, way_back_problems, with_way_back
from saleve.method.problems import PROBLEM_SCHEMA, Problem, problem_table
from saleve.method.reference.countries import folded

__all__ = [
    "ACTIVITY",
    "CATEGORY",
    "LEGS",
    "TRAVEL_CATEGORIES",
    "legs_from_route",
    "linked",
    "may_settle",
    "needs_whole_file",
    "normalise",
    "settle",
]

ACTIVITY = LEGS

_YES = frozenset({"yes", "true", "1", "oui", "si", "return", "round trip"})
_FILLED_BY_HAND = ("origin", "origin_country", "round_trip")  # constants that must not meet half-filled rows


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return the legs of the rows (``LEGS``) and what was found; every row has legs, or a reason why it has none.

    Tickets that were refunded, voided, exchanged or repeated keep their legs: ``settle`` says which of them count.
    """
    told = _prepared(rows, context)
    flying = told.filter(_flies())
    ready = _ready(flying)
    journeys = read_journeys(ready, context)
    problems = joined([
        *_row_problems(told, flying, context),
        ticket_problems(told),
        way_back_problems(ready),
        _journey_problems(journeys),
        _notes_on_constants(rows, flying, context),
    ])  # fmt: skip
    rejected = problems.filter(pl.col("severity") == "error")["row"].drop_nulls().unique()
    kept = journeys.rows.filter(~pl.col("source_row").is_in(rejected.implode()))
    legs = with_cabins(_legs(kept, journeys), context.default_cabin)
    nowhere = _unplaced(flying, rejected, context) if _begins_nowhere(flying, context) else legs.clear()
    return Normalised(
        activity=pl.concat([table.select(LEGS.names()).cast(LEGS) for table in (legs, nowhere)]),
        problems=joined([problems, cabin_problems(legs)]).select(PROBLEM_SCHEMA.names()),
        repaired_rows=_repaired(kept, journeys),
        repairs=journeys.repairs_of(kept),
    )


def legs_from_route(
    route: str,
    *,
    on: date,
    cabin: str = "average",
    aircraft: str | None = None,
    carrier: str | None = None,
    passengers: float = 1.0,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the legs (``LEGS``) of one routing such as GVA-NBO on a day, and the problems; an error leaves no legs."""
    read = read_routing(route, on, PlaceReader())
    problems = [Problem(told.code, told.severity, told.message, told.suggestion) for told in read.findings]
    ends = [(leg.origin, leg.destination, leg.place_basis, number) for number, leg in enumerate(read.legs, 1)]
    placed = pl.DataFrame(ends, ["origin", "destination", "place_basis", "leg"], orient="row")
    same: dict[str, object] = {"departure_date": on, "year": on.year, "cabin": cabin, "cabin_basis": "label"}
    same |= {"aircraft": aircraft, "carrier": carrier, "passengers": passengers}
    same |= {"category": "staff_mission", "boundary": "minimum"}
    rest = [name for name in LEGS.names() if name not in placed.columns]
    filled = placed.with_columns(pl.lit(same.get(name), LEGS[name]).alias(name) for name in rest)
    return filled.select(LEGS.names()).cast(LEGS), problem_table(problems)


def _prepared(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Return the rows with all columns, what each line does, how it travelled, its year and boundary."""
    others = {name: value for name, value in context.constants.items() if name not in _FILLED_BY_HAND}
    whole = completed(rows, CATEGORY, replace(context, constants=MappingProxyType(others)))
    money = rows.select(name for name in rows.columns if name.startswith("fare_"))
    filled = whole.hstack(money.get_columns()).with_columns(*_constants_by_hand(context), *_years_known(rows))
    kinds = with_line_kind(filled, _negative(money))
    return kinds.with_columns(_mode(kinds, context), _year(context), _boundary(kinds, context))


def _negative(money: pl.DataFrame) -> pl.Expr:
    fares = [pl.col(name) < 0 for name in money.columns]
    return pl.any_horizontal(fares).fill_null(value=False) if fares else pl.lit(value=False)


def _years_known(rows: pl.DataFrame) -> list[pl.Series]:
    """The years of dates whose day stayed undecided, as intake gives them."""
    names = [f"{date}_year" for date in ("departure_date", "return_date", "issue_date")]
    nothing = pl.Series([None] * rows.height, dtype=pl.Int64)
    return [(rows[name] if name in rows.columns else nothing).cast(pl.Int64).alias(name) for name in names]


def _constants_by_hand(context: Context) -> list[pl.Expr]:
    no_origin = pl.col("origin").is_null() & pl.col("origin_country").is_null()
    given = context.constants
    filled = [
        pl.when(no_origin).then(pl.lit(given[name])).otherwise(name).alias(name)
        for name in ("origin", "origin_country")
        if name in given
    ]
    if "round_trip" in given:
        filled.append(pl.col("round_trip").fill_null(pl.lit(folded(given["round_trip"]) in _YES)))
    return filled


def _mode(rows: pl.DataFrame, context: Context) -> pl.Expr:
    """A file without modes is of flights; where it has modes, an empty one is a flight only if the row shows a ticket."""
    texts = rows["mode"].drop_nulls().unique().to_list()
    by_line = pl.col("transaction").replace_strict(
        modes_of(rows["transaction"]) or {"": "air"}, default=None, return_dtype=pl.String
    )
    if not context.fills(rows, "mode"):
        return by_line.fill_null("air").alias("way")
    meanings = {text: meaning_of(text, MODES) or "unknown" for text in texts}
    stated = pl.col("mode").replace_strict(meanings or {"": "missing"}, default=None, return_dtype=pl.String)
    ticket = pl.any_horizontal(pl.col("routing", "flight_number", "booking_class").is_not_null())
    return pl.coalesce(stated, by_line, pl.when(ticket).then(pl.lit("air")), pl.lit("missing")).alias("way")


def _year(context: Context) -> pl.Expr:
    given = pl.lit(context.year, pl.Int64)
    travelled = pl.coalesce("departure_date_year", pl.col("departure_date").dt.year())
    issued = pl.coalesce("issue_date_year", pl.col("issue_date").dt.year())
    return pl.coalesce("year", travelled, issued, given).cast(pl.Int64).alias("travel_year")


def _boundary(rows: pl.DataFrame, context: Context) -> pl.Expr:
    """A ticket that somebody else paid is a memo item: it belongs to the inventory of who paid."""
    ours = {folded(name) for name in context.payer_names}
    payers = rows["paid_by"].drop_nulls().unique().to_list()
    hosts = [payer for payer in payers if ours and folded(payer) not in ours]
    by_host = pl.col("paid_by").is_in(hosts) & pl.col("paid_by").is_not_null()
    return pl.when(by_host).then(pl.lit("memo")).otherwise(pl.lit("minimum")).alias("boundary")


def _flies() -> pl.Expr:
    return pl.col("line").is_in(FLYING) & (pl.col("way") == "air")


def _placed() -> pl.Expr:
    start = pl.col("origin").is_not_null() | pl.col("origin_country").is_not_null()
    end = pl.col("destination").is_not_null() | pl.col("destination_country").is_not_null()
    return pl.col("routing").is_not_null() | (start & end)


def _ready(flying: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with two places, their day of travel for reading codes, and their way back."""
    middle = pl.date(pl.col("travel_year"), 7, 1)
    return with_way_back(flying.filter(_placed())).with_columns(on=pl.coalesce("departure_date", middle))


def _row_problems(told: pl.DataFrame, flying: pl.DataFrame, context: Context) -> list[pl.DataFrame]:
    dated = pl.any_horizontal(pl.col("departure_date", "departure_date_year", "year").is_not_null())
    return [
        _origins_missing(flying, context),
        findings(
            flying,
            pl.col("routing").is_null() & pl.col("destination").is_null() & pl.col("destination_country").is_null(),
            code="destination-missing",
            severity="error",
            column="destination",
            message=_("There is no destination."),
            suggestion=_("Fill the place of arrival or the routing."),
        ),
        findings(
            flying,
            pl.col("travel_year").is_null(),
            code="year-missing",
            severity="error",
            column="departure_date",
            message=_("There is no date of travel and no year."),
            suggestion=_("Fill the date, or state the year of the file."),
        ),
        findings(
            flying,
            ~dated & pl.col("issue_date").is_not_null(),
            code="year-of-issue",
            severity="warning",
            column="issue_date",
            message=_("There is no date of travel; the year of issue was taken."),
            suggestion=_("Fill the day of departure: a ticket issued in December may be flown in January."),
        ),
        findings(
            flying,
            pl.col("return_date") < pl.col("departure_date"),
            code="return-before-departure",
            severity="warning",
            column="return_date",
            message=_("The return is before the departure."),
            suggestion=_("Check both dates."),
        ),
        findings(
            told,
            pl.col("way") == "missing",
            code="mode-missing",
            severity="warning",
            column="mode",
            message=_("The row does not say how the person travelled, so no flight was counted."),
            suggestion=_("Fill the mode of transport."),
        ),
        _modes_not_computed(told),
        _payers(told, context),
    ]  # fmt: skip


def _begins() -> pl.Expr:
    return pl.any_horizontal(pl.col("routing", "origin", "origin_country").is_not_null())


def _begins_nowhere(flying: pl.DataFrame, context: Context) -> bool:
    """Tell whether no row of the file says where its journey begins: the file's habit, not a slip of its rows."""
    return flying.height > 0 and not context.fills(flying, "routing", "origin", "origin_country")


def _origins_missing(flying: pl.DataFrame, context: Context) -> pl.DataFrame:
    if _begins_nowhere(flying, context):
        message = _(
            "The file does not say where the {count} journeys begin, so their flights cannot be computed yet."
        )
        suggestion = _(
            'State one place of departure for the file in saleve.toml: constants = {{ origin = "GVA" }}.'
        )
        told = Problem(
            "origin-unstated",
            "warning",
            message.format(count=flying.height),
            suggestion.format(),
            column="origin",
        )
        return problem_table([told])
    return findings(
        flying,
        ~_begins(),
        code="origin-missing",
        severity="error",
        column="origin",
        message=_("There is no place of departure."),
        suggestion=_("Fill it, or state one origin for the whole file."),
    )


def _unplaced(flying: pl.DataFrame, rejected: pl.Series, context: Context) -> pl.DataFrame:
    """Return one leg without airports for each row, so that what cannot be computed is counted as missing, not as nothing."""
    kept = flying.filter(~pl.col("source_row").is_in(rejected.implode()))
    told = kept.with_columns(
        year=pl.col("travel_year"),
        cabin=pl.lit(context.default_cabin),
        cabin_basis=pl.lit("default"),
        origin=pl.lit(None, pl.String),
        destination=pl.lit(None, pl.String),
        passengers=pl.col("passengers").fill_null(1.0),
        category=pl.col("category").fill_null("staff_mission"),
        leg=pl.lit(1),
    )
    missing = [pl.lit(None, kind).alias(name) for name, kind in LEGS.items() if name not in told.columns]
    return told.with_columns(missing)


def _modes_not_computed(told: pl.DataFrame) -> pl.DataFrame:
    ground = told.filter(pl.col("way").is_in(["rail", "road", "other", "unknown"]))
    stated = ground.with_columns(mode=pl.coalesce("mode", "transaction"))
    counts = stated.group_by("way", "mode").len().sort("way", "mode")
    by_ground = _("Rows by {mode}: {count}. They are not flights and are not computed here.")
    unknown = _(
        "'{mode}' is no mode of transport that we know; rows without flights for that reason: {count}."
    )
    return problem_table([
        Problem("mode-unknown", "warning", unknown.format(mode=mode, count=count), column="mode")
        if way == "unknown"
        else Problem(f"mode-{way}", "note", by_ground.format(mode=mode, count=count), column="mode")
        for way, mode, count in counts.iter_rows()
    ])  # fmt: skip


def _payers(told: pl.DataFrame, context: Context) -> pl.DataFrame:
    if not context.payer_names:
        count = told["paid_by"].count()
        text = _(
            "Rows that say who paid: {count}. Name your organisation as payer to set apart what others paid."
        )
        return problem_table(
            [Problem("payer-unchecked", "note", text.format(count=count), column="paid_by")] if count else []
        )
    hosts = told.filter(pl.col("boundary") == "memo").group_by("paid_by").len().sort("paid_by")
    text = _("Rows paid by '{payer}': {count}. They are counted apart as a memo item, not in the total.")
    return problem_table([
        Problem("paid-by-host", "warning", text.format(count=count, payer=payer), column="paid_by")
        for payer, count in hosts.iter_rows()
    ])  # fmt: skip


def _journey_problems(journeys: Journeys) -> pl.DataFrame:
    """Errors and warnings row by row; notes once for the file with their count."""
    keyed = journeys.rows.select(pl.col("source_row").alias("row"), "journey")
    by_row = keyed.join(journeys.findings.filter(pl.col("severity") != "note"), on="journey")
    counts = (
        keyed.group_by("journey")
        .len("rows")
        .join(journeys.findings.filter(pl.col("severity") == "note"), on="journey")
    )
    noted = (
        counts.group_by("column", "code", "severity", "message", "suggestion")
        .agg(pl.col("rows").sum())
        .sort("code", "message")
    )
    text = _("{message} Rows: {count}.")
    messages = [
        text.format(message=message, count=count)
        for message, count in noted.select("message", "rows").iter_rows()
    ]
    notes = noted.with_columns(pl.Series("message", messages, pl.String), pl.lit(None, pl.Int64).alias("row"))
    names = PROBLEM_SCHEMA.names()
    return pl.concat([by_row.select(names), notes.select(names), _not_doubled(journeys)])


def _not_doubled(journeys: Journeys) -> pl.DataFrame:
    closed = journeys.facts.filter("not_doubled")
    count = journeys.rows.join(closed, on="journey", how="semi").height
    text = _("Routings marked as return that contain the way back already and were not doubled: {count}.")
    return problem_table(
        [Problem("return-in-routing", "note", text.format(count=count), column="routing")] if count else []
    )


def _notes_on_constants(rows: pl.DataFrame, flying: pl.DataFrame, context: Context) -> pl.DataFrame:
    origin = context.constants.get("origin") or context.constants.get("origin_country")
    if not origin:
        return problem_table([])
    given = [pl.col(name).is_not_null() for name in ("origin", "origin_country") if name in rows.columns]
    stated = rows.filter(pl.any_horizontal(given))["source_row"] if given else pl.Series([], dtype=pl.Int64)
    filled = flying.filter(pl.col("routing").is_null() & ~pl.col("source_row").is_in(stated.implode()))
    text = _(
        "Rows that do not say where the journey began: {count}. {origin} was taken, as you stated for the file."
    )
    told = Problem(
        "origin-constant", "note", text.format(count=filled.height, origin=origin), column="origin"
    )
    return problem_table([told] if filled.height else [])


def _legs(kept: pl.DataFrame, journeys: Journeys) -> pl.DataFrame:
    chosen = kept.select(
        "journey",
        "departure_date",
        "return_date",
        pl.col("travel_year").alias("year"),
        "cabin",
        "booking_class",
        pl.col("aircraft").str.strip_chars().str.to_uppercase(),
        _carrier(),
        pl.col("passengers").fill_null(1.0),
        pl.col("category").fill_null("staff_mission"),
        "unit",
        "site",
        "boundary",
        "supplied_co2_kg",
        "supplied_method",
        "traveller",
        "source_file",
        "source_sheet",
        "source_row",
    )
    legs = chosen.join(journeys.legs, on="journey", how="inner", maintain_order="left_right")
    in_row = journeys.legs.group_by("journey").len("in_row")
    return legs.join(in_row, on="journey", how="left", maintain_order="left").with_columns(
        departure_date=pl.when("back").then("return_date").otherwise("departure_date"),
        supplied_co2_kg=pl.col("supplied_co2_kg") / pl.col("in_row"),
    )


def _carrier() -> pl.Expr:
    on_flight = (
        pl.col("flight_number").str.to_uppercase().str.extract(r"^\s*([A-Z][A-Z0-9]|[0-9][A-Z])\s*-?\d{1,4}")
    )
    return pl.coalesce(pl.col("carrier").str.strip_chars(), on_flight)


def _repaired(kept: pl.DataFrame, journeys: Journeys) -> frozenset[int]:
    by_rule = journeys.facts.filter("repaired")
    return frozenset(kept.join(by_rule, on="journey", how="semi")["source_row"].to_list())
