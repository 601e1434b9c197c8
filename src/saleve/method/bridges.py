"""Why the total of an inventory moved: the bars of the bridge between two years, two inventories, or both; they add up exactly.

Factors by LMDI-I (``change.py``). Air travel = persons x flights per person x mix (category, haul, cabin) x km per flight x kg per km.
Buildings = area x degree days x kWh per m2 x energy mix x kg per kWh, by site. Other sources = activity x kg per unit. Edition of
factors, method, boundary and correction are bars by swapping one thing at a time and computing the first year again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from saleve.language import _
from saleve.method.change import DecompositionError, lmdi
from saleve.method.emissions import air_travel, reported_emissions
from saleve.method.emissions.rules import Rules
from saleve.method.inventory import Inventory, Selection, compile_inventory, persons, select

BRIDGE = pl.Schema(
    {
        "step": pl.String,  # one of STEPS
        "subject": pl.String,  # source category, or facilities
        "from_kg": pl.Float64,  # the total before this step
        "effect_kg": pl.Float64,
        "to_kg": pl.Float64,
        "note": pl.String,
    }
)
DEGREE_DAYS = pl.Schema(
    {"site": pl.String, "year": pl.Int64, "hdd": pl.Float64, "cdd": pl.Float64, "source": pl.String}
)

SwapStep = Literal["correction", "boundary", "factor_edition", "method"]
SWAPS: tuple[SwapStep, ...] = ("correction", "boundary", "factor_edition", "method")
STEPS = (
    *SWAPS,
    "headcount",
    "flights_per_person",
    "flights",  # in the place of the two before, where persons are not known
    "mix_category",
    "mix_haul",
    "mix_cabin",
    "km_per_flight",
    "kg_per_km",
    "floor_area",
    "degree_days",
    "kwh_per_m2",
    "energy_mix",
    "kg_per_kwh",
    "activity",
    "factor",
    "taken_over",
    "data_came_or_went",
    "not_attributed",
    "not_computed",
)
ENERGY = ("electricity", "fuels", "district_energy")
TOLERANCE = 1e-9  # of the larger total: how exactly the bars must add up
ROUNDING = 1e-12  # of a source: sums of the same cells in another order differ by less
# Which step a rule belongs to, where another value of it makes another figure; a rule that is not named is one of method.
STEP_OF_RULE: Mapping[str, SwapStep] = {
    "gwp_set": "factor_edition",
    "fuel_source": "factor_edition",
    "grid_factors": "factor_edition",
    "own_factors": "factor_edition",
    "editions": "factor_edition",
    "waste_source": "factor_edition",
    "boundaries": "boundary",
    "refrigerants": "boundary",
    "control_approach": "boundary",
    "places": "correction",
}

Activities = Mapping[str, pl.DataFrame | pl.LazyFrame]
_Array = npt.NDArray[np.float64]
_Bar = tuple[str, str, float, str]  # step, subject, effect in kg, note


@dataclass(frozen=True)
class Swap:
    """The first year computed once more, with one thing changed against the inventory before it."""

    step: SwapStep
    inventory: Inventory
    note: str = ""


@dataclass(frozen=True)
class Bridge:
    """The bars between two totals in kg CO2e (``BRIDGE``), in the order in which they add up."""

    start_year: int
    end_year: int
    start_kg: float
    end_kg: float
    steps: pl.DataFrame


def bridge(
    start: Inventory,
    start_year: int,
    end: Inventory,
    end_year: int,
    *,
    swaps: Sequence[Swap] = (),
    degree_days: pl.DataFrame | None = None,
) -> Bridge:
    """Return the bars from the total of one year to that of another, within the minimum boundary, in kg CO2e.

    ``start`` and ``end`` may be one inventory or two; ``swaps`` lead from the ground that the first rests on to that of the last.
    ``degree_days``: ``DEGREE_DAYS``; without it the weather is part of kWh per m2, and the note says so.
    Raises ``DecompositionError`` for a year without any emission figure.
    """
    states = [start, *(swap.inventory for swap in swaps)]
    totals = [_known_total(state, start_year) for state in states]
    bars = [bar for before, swap in zip(states, swaps, strict=False) for bar in _swapped(before, swap, start_year)]  # fmt: skip
    bars += _year_to_year(states[-1], start_year, end, end_year, degree_days)
    return _checked(Bridge(start_year, end_year, totals[0], _known_total(end, end_year), _cumulated(bars, totals[0])))  # fmt: skip


def swaps_between(
    year: int,
    start: tuple[Activities, Rules],
    end: tuple[Activities, Rules],
    compiled: Callable[[Activities, Rules], Inventory] = compile_inventory,
) -> list[Swap]:
    """Return what leads the year from old data and rules to new ones: the data first, then the rules, one kind at a time."""
    (old_data, rules), (data, new_rules) = start, end
    now = _of_year(data, year)
    swaps = []
    if old_data is not data:
        note = _("The data as they stand at the end of the bridge, against those at its start.")
        swaps.append(Swap("correction", compiled(now, rules), note))
    changed = differing(rules, new_rules)
    for step in SWAPS:
        names = [name for name in changed if STEP_OF_RULE.get(name, "method") == step]
        if names:
            rules = replace(rules, **{name: getattr(new_rules, name) for name in names})
            note = _("Rules that differ: {names}.").format(names=", ".join(names))
            swaps.append(Swap(step, compiled(now, rules), note))
    return swaps


def _of_year(activities: Activities, year: int) -> Activities:
    """Leave out other years; what names no year, such as an area that holds for ever, stays."""
    wanted = (pl.col("year") == year) | pl.col("year").is_null()
    return {source: frame.filter(wanted) for source, frame in activities.items()}


def differing(old: Rules, new: Rules) -> list[str]:
    """Return the names of the rules that have another value."""
    return [one.name for one in fields(old) if not _same(getattr(old, one.name), getattr(new, one.name))]


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, pl.DataFrame) and isinstance(new, pl.DataFrame):
        return old.equals(new)
    if is_dataclass(old) and type(old) is type(new):
        return all(_same(getattr(old, one.name), getattr(new, one.name)) for one in fields(old))
    return bool(old == new) if type(old) is type(new) else old is new


def _known_total(inventory: Inventory, year: int) -> float:
    found = select(inventory, Selection(year=year))["kg_co2e"]
    if not found.count():
        message = _("There is no emission figure for {year}: nothing can be compared with it.")
        raise DecompositionError(message.format(year=year))
    return float(found.sum())


def _cumulated(bars: list[_Bar], start_kg: float) -> pl.DataFrame:
    frame = pl.DataFrame(bars, schema={"step": pl.String, "subject": pl.String, "effect_kg": pl.Float64, "note": pl.String}, orient="row")  # fmt: skip
    to_kg = pl.col("effect_kg").cum_sum() + start_kg
    return frame.with_columns(to_kg=to_kg, from_kg=to_kg.shift(1, fill_value=start_kg)).select(BRIDGE.names())


def _checked(found: Bridge) -> Bridge:
    """Refuse a bridge that does not reach the other side: that would be a fault of ours."""
    effects = found.steps["effect_kg"].to_list()
    difference = abs(found.start_kg + sum(effects) - found.end_kg)
    size = max(map(abs, [found.start_kg, found.end_kg, *effects]))
    if difference > TOLERANCE * size:
        message = f"The bars from {found.start_year} to {found.end_year} miss the change by {difference} kg."
        raise ArithmeticError(message)
    return found


def _swapped(before: Inventory, swap: Swap, year: int) -> Iterator[_Bar]:
    """Yield what the one thing changed, by source; nothing where it moved nothing."""
    sides = _sides(select(before, Selection(year=year)), select(swap.inventory, Selection(year=year)))
    moved = _two_sided(sides, ["source"], ["kg_co2e"]).with_columns(effect=pl.col("end_kg_co2e") - pl.col("start_kg_co2e"))  # fmt: skip
    size = pl.max_horizontal(pl.col("start_kg_co2e", "end_kg_co2e").abs())
    moved = moved.filter(pl.col("effect").abs() > ROUNDING * size)
    for source, effect in moved.select("source", "effect").iter_rows():
        yield swap.step, source, effect, swap.note


def _year_to_year(
    start: Inventory, start_year: int, end: Inventory, end_year: int, degree_days: pl.DataFrame | None
) -> list[_Bar]:
    """Return the bars between two years that rest on the same ground."""
    cells = _sides(select(start, Selection(year=start_year)), select(end, Selection(year=end_year)))
    known = cells.filter(pl.col("kg_co2e").is_not_null())
    people = persons(start, start_year), persons(end, end_year)
    areas = _areas(start, start_year, end, end_year)
    weather = _weather(degree_days, start_year, end_year)
    parts = _parts(known, areas)
    return [
        *_flights(parts["air"], people),
        *_buildings(parts["buildings"], areas, weather),
        *_others(parts["other"]),
        *_differences("taken_over", parts["taken_over"], _("In one year or both; why it moved is not known here.")),
        *_differences("data_came_or_went", parts["came_or_went"], _("A site that was there in both years has energy data in one only.")),
        *_differences("not_attributed", parts["not_attributed"], _("No amount, or an amount below zero, beside the emission; no factor can be told.")),
        *_not_computed(cells),
    ]  # fmt: skip


def _sides(start: pl.DataFrame, end: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([start.with_columns(side=pl.lit("start")), end.with_columns(side=pl.lit("end"))])


def _two_sided(cells: pl.DataFrame, keys: list[str], amounts: list[str]) -> pl.DataFrame:
    """Return one row for each key with ``start_`` and ``end_`` of each amount; zero where a side has none."""
    sums = [
        pl.col(name).filter(pl.col("side") == side).sum().alias(f"{side}_{name}")
        for side in ("start", "end")
        for name in amounts
    ]
    return cells.group_by(keys).agg(sums).sort(keys, nulls_last=False)


_FLIGHT_KEYS = ["category", "haul", "cabin"]
_ENERGY_KEYS = ["site", "source", "category"]
_OTHER_KEYS = ["source", "category", "site", "amount_unit"]
_PARTS = ("air", "buildings", "other", "taken_over", "came_or_went", "not_attributed")


def _parts(known: pl.DataFrame, areas: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Divide the cells by the way in which their change can be told; each cell is in one part."""
    supplied = pl.col("quality") == reported_emissions.SUPPLIED
    flown = (
        (pl.col("source") == air_travel.SOURCE)
        & (pl.col("amount_unit") == "passenger-km")
        & pl.col("passengers").is_not_null()
    )
    energy = pl.col("source").is_in(ENERGY) & pl.col("amount_unit").str.starts_with("kWh")
    marked = _with_site_states(known, areas, energy).with_columns(
        part=pl.when(pl.col("source").is_in(_way_changed(known, supplied)) | supplied)
        .then(pl.lit("taken_over"))
        .when(pl.col("amount").is_null())
        .then(pl.lit("not_attributed"))
        .when(flown)
        .then(pl.lit("air"))
        .when(energy & (pl.col("site_state") == "came_or_went"))
        .then(pl.lit("came_or_went"))
        .when(energy & (pl.col("site_state") == "area_known"))
        .then(pl.lit("buildings"))
        .otherwise(pl.lit("other"))
    )
    for part, keys, amounts in (
        ("air", _FLIGHT_KEYS, ["passengers", "amount"]),
        ("buildings", _ENERGY_KEYS, ["amount"]),
        ("other", _OTHER_KEYS, ["amount"]),
    ):
        marked = _without_unsound(marked, part, keys, amounts)
    return {part: marked.filter(pl.col("part") == part) for part in _PARTS}


def _way_changed(known: pl.DataFrame, supplied: pl.Expr) -> list[str]:
    """Return the sources that one year takes over and the other computes: neither can be told apart."""
    ways = known.group_by("source", "side").agg(all_supplied=supplied.all(), any_supplied=supplied.any())
    taken = ways.filter("all_supplied").join(ways.filter(~pl.col("any_supplied")), on="source")
    return taken["source"].unique().to_list()


def _with_site_states(known: pl.DataFrame, areas: pl.DataFrame, energy: pl.Expr) -> pl.DataFrame:
    """Add whether each site's area goes with its energy in both years: ``area_known``, ``came_or_went``, else null."""
    used = _two_sided(known.filter(energy), ["site"], ["amount"]).join(areas, on="site", how="left", nulls_equal=True)  # fmt: skip
    area = {side: pl.col(f"{side}_area_m2").fill_null(0) > 0 for side in ("start", "end")}
    has = {side: pl.col(f"{side}_amount") > 0 for side in ("start", "end")}
    states = used.select(
        "site",
        site_state=pl.when((area["start"] == has["start"]) & (area["end"] == has["end"]))
        .then(pl.lit("area_known"))
        .when(area["start"] & area["end"])
        .then(pl.lit("came_or_went")),
    )
    return known.join(states, on="site", how="left", nulls_equal=True)


def _without_unsound(marked: pl.DataFrame, part: str, keys: list[str], amounts: list[str]) -> pl.DataFrame:
    """Take out of a part what has no logarithm: a sum below zero, or an emission without amount."""
    sums = _two_sided(marked.filter(pl.col("part") == part), keys, [*amounts, "kg_co2e"])
    unsound = pl.lit(value=False)
    for side in ("start", "end"):
        emission = pl.col(f"{side}_kg_co2e")
        unsound = unsound | (emission < 0)
        for name in amounts:
            amount = pl.col(f"{side}_{name}")
            unsound = unsound | (amount < 0) | ((amount == 0) & (emission > 0))
    found = sums.filter(unsound).select(*keys, unsound=pl.lit(value=True))
    joined = marked.join(found, on=keys, how="left", nulls_equal=True)
    taken_out = (pl.col("part") == part) & pl.col("unsound").fill_null(value=False)
    return joined.with_columns(part=pl.when(taken_out).then(pl.lit("not_attributed")).otherwise("part")).drop("unsound")  # fmt: skip


def _flights(cells: pl.DataFrame, people: tuple[float | None, float | None]) -> Iterator[_Bar]:
    if cells.is_empty():
        return
    sums = _two_sided(cells, _FLIGHT_KEYS, ["passengers", "amount", "kg_co2e"])
    with_people = all(people)
    sides = [
        _flight_factors(sums, side, number if with_people else None)
        for side, number in zip(("start", "end"), people, strict=True)
    ]
    lacking = _("The number of persons is not known in both years: flights, not flights per person.")
    for step, effect in lmdi(*_completed(*sides)).items():
        yield step, air_travel.SOURCE, effect, lacking if step == "flights" else ""


def _flight_factors(sums: pl.DataFrame, side: str, number: float | None) -> dict[str, _Array]:
    """Return the factors of each category, haul and cabin; not a number where a share has no whole."""
    passengers = pl.col(f"{side}_passengers")
    wholes = sums.select(
        all=passengers.sum(),
        category=passengers.sum().over("category"),
        haul=passengers.sum().over("category", "haul"),
    )
    flights, km, kg = (sums[f"{side}_{name}"].to_numpy() for name in ("passengers", "amount", "kg_co2e"))
    every, by_category, by_haul = (wholes[name].to_numpy() for name in ("all", "category", "haul"))
    if number is None:
        level = {"flights": every}
    else:
        heads = np.full(len(every), number)
        level = {"headcount": heads, "flights_per_person": every / heads}
    return level | {
        "mix_category": _over(by_category, every),
        "mix_haul": _over(by_haul, by_category),
        "mix_cabin": _over(flights, by_haul),
        "km_per_flight": _over(km, flights),
        "kg_per_km": _over(kg, km),
    }


def _over(part: _Array, whole: _Array) -> _Array:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def _completed(
    start: dict[str, _Array], end: dict[str, _Array]
) -> tuple[dict[str, _Array], dict[str, _Array]]:
    """Take a share or rate that has no whole on one side from the other: it then has no part in the change."""
    before = {name: _first_known(start[name], end[name]) for name in start}
    after = {name: _first_known(end[name], start[name]) for name in start}
    return before, after


def _first_known(mine: _Array, other: _Array) -> _Array:
    return np.nan_to_num(
        np.where(np.isnan(mine), other, mine), nan=1.0
    )  # no whole on either side: no emission


def _areas(start: Inventory, start_year: int, end: Inventory, end_year: int) -> pl.DataFrame:
    """Return ``site, start_area_m2, end_area_m2``."""
    sides = _sides(
        start.floor_area.filter(pl.col("year") == start_year),
        end.floor_area.filter(pl.col("year") == end_year),
    )
    return _two_sided(sides, ["site"], ["area_m2"])


def _weather(degree_days: pl.DataFrame | None, start_year: int, end_year: int) -> pl.DataFrame | None:
    """Return ``site, hdd, cdd``: the degree days of the end over those of the start, where both are known and above zero."""
    if degree_days is None or degree_days.is_empty():
        return None
    start = degree_days.filter(pl.col("year") == start_year)
    both = start.join(degree_days.filter(pl.col("year") == end_year), on="site", suffix="_end")
    ratios = [
        pl.when((pl.col(name) > 0) & (pl.col(f"{name}_end") > 0)).then(pl.col(f"{name}_end") / pl.col(name)).alias(name)
        for name in ("hdd", "cdd")
    ]  # fmt: skip
    return both.select("site", "source", *ratios)


def _buildings(cells: pl.DataFrame, areas: pl.DataFrame, weather: pl.DataFrame | None) -> Iterator[_Bar]:
    if cells.is_empty():
        return
    sums = _two_sided(cells, _ENERGY_KEYS, ["amount", "kg_co2e"]).join(areas, on="site", how="left", nulls_equal=True)  # fmt: skip
    sums = _with_weather(sums, weather)
    sides = [_building_factors(sums, side, with_weather=weather is not None) for side in ("start", "end")]
    notes = _weather_notes(sums, weather)
    for step, effect in lmdi(*_completed(*sides)).items():
        yield step, "facilities", effect, notes.get(step, "")


def _with_weather(sums: pl.DataFrame, weather: pl.DataFrame | None) -> pl.DataFrame:
    """Add how much more heat or cold the end's weather asked for; one where the energy does not follow it or nothing is known."""
    if weather is None:
        return sums.with_columns(asked=pl.lit(1.0))
    followed = sums.join(weather.drop("source"), on="site", how="left").with_columns(
        _asked_for().alias("asked")
    )
    return followed.with_columns(pl.col("asked").fill_null(1.0))


def _asked_for() -> pl.Expr:
    """Fuels, heat and steam follow heating degree days, cold follows cooling degree days; electricity is not told apart."""
    heat = (pl.col("source") == "fuels") | (
        (pl.col("source") == "district_energy") & (pl.col("category") != "cooling")
    )
    cold = (pl.col("source") == "district_energy") & (pl.col("category") == "cooling")
    return pl.when(heat).then("hdd").when(cold).then("cdd")


def _building_factors(sums: pl.DataFrame, side: str, *, with_weather: bool) -> dict[str, _Array]:
    asked = sums["asked"].to_numpy() if side == "end" else np.ones(len(sums))
    usual = sums.select("site", kwh=pl.col(f"{side}_amount") / pl.Series(asked))
    of_site = usual.select(pl.col("kwh").sum().over("site")).to_series().to_numpy()
    kwh = usual["kwh"].to_numpy()
    area = sums[f"{side}_area_m2"].fill_null(0.0).to_numpy()
    factors = {
        "floor_area": area,
        "degree_days": asked,
        "kwh_per_m2": _over(of_site, area),
        "energy_mix": _over(kwh, of_site),
        "kg_per_kwh": _over(sums[f"{side}_kg_co2e"].to_numpy(), sums[f"{side}_amount"].to_numpy()),
    }
    return factors if with_weather else {step: value for step, value in factors.items() if step != "degree_days"}  # fmt: skip


def _weather_notes(sums: pl.DataFrame, weather: pl.DataFrame | None) -> dict[str, str]:
    if weather is None:
        return {"kwh_per_m2": _("No degree days are given: the weather is part of this step.")}
    notes = []
    lacking = sums.filter(_asked_for().is_null(), _follows())["site"].unique().sort().drop_nulls()
    if len(lacking):
        note = _("No degree days for both years of {sites}: there the weather is part of kWh per m2.")
        notes.append(note.format(sites=", ".join(lacking)))
    sources = (
        weather.filter(pl.col("site").is_in(sums["site"].to_list()))["source"].unique().sort().drop_nulls()
    )
    if len(sources):
        notes.append(_("Degree days: {sources}.").format(sources="; ".join(sources)))
    return {"degree_days": " ".join(notes)}


def _follows() -> pl.Expr:
    return pl.col("source") != "electricity"


def _others(cells: pl.DataFrame) -> Iterator[_Bar]:
    """Yield activity and factor of every other source."""
    sums = _two_sided(cells, _OTHER_KEYS, ["amount", "kg_co2e"])
    for (source,), own in sums.group_by("source", maintain_order=True):
        sides = [_activity_and_factor(own, side) for side in ("start", "end")]
        units = ", ".join(own["amount_unit"].drop_nulls().unique().sort())
        effects = lmdi(*_completed(*sides))
        yield "activity", str(source), effects["activity"], _("Amounts in {units}.").format(units=units)
        yield "factor", str(source), effects["factor"], ""


def _activity_and_factor(sums: pl.DataFrame, side: str) -> dict[str, _Array]:
    amount, kg = (sums[f"{side}_{name}"].to_numpy() for name in ("amount", "kg_co2e"))
    return {"activity": amount, "factor": _over(kg, amount)}


def _differences(step: str, cells: pl.DataFrame, note: str) -> Iterator[_Bar]:
    for source, start_kg, end_kg in _two_sided(cells, ["source"], ["kg_co2e"]).iter_rows():
        yield step, source, end_kg - start_kg, note


def _not_computed(cells: pl.DataFrame) -> Iterator[_Bar]:
    lacking = cells.filter(pl.col("kg_co2e").is_null())
    note = _("Rows without an emission figure, in no total: {start} before, {end} after.")
    for source, start, end in _two_sided(lacking, ["source"], ["rows"]).iter_rows():
        yield "not_computed", source, 0.0, note.format(start=start, end=end)
