"""The tables of the report, made of its figures."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import polars as pl

from saleve.language import _
from saleve.method.base_year import Break
from saleve.method.bridges import Bridge
from saleve.reporting.formatting import signed, signed_percent, unit_name
from saleve.reporting.hiding import hidden_note
from saleve.reporting.indicators import EMAS, NAMED_ELSEWHERE, OURS
from saleve.reporting.labels import label
from saleve.reporting.records import Cell, Fact, Facts, Row, Table
from saleve.reporting.steps import break_name, step_name

_MOST_ROWS = 15
_MANY_SITES = 4


def tables(facts: Facts) -> dict[str, Table]:
    """Return the tables that this report has, in order; one without lines is left out."""
    made = (make(facts) for make in _MAKERS)
    return {
        table.id: replace(table, title=_("Table {number}. {title}").format(number=number, title=table.title))
        for number, table in enumerate((table for table in made if table and table.rows), start=1)
    }


def _key_figures(facts: Facts) -> Table:
    names = (
        "total", "change.previous", "change.base", "per_person", "per_m2", "target.path", "target.gap",
        "target.required_rate", "target.area_above", "estimated_share", "headcount", "floor_area", "floor_area.with_data",
    )  # fmt: skip
    rows = tuple(
        Row(facts[name].label, (Cell(facts[name]), Cell(facts[name], "unit"), Cell(facts[name], "range")))
        for name in names
        if name in facts and not _said_once_elsewhere(facts, name)
    )
    headings = (_("Figure"), _("Value"), _("Unit"), _("95% range"))
    title = _("The figures of {year} that matter most").format(year=facts.year)
    return Table("key_figures", title, headings, rows, (48, 16, 20, 16))


def _said_once_elsewhere(facts: Facts, name: str) -> bool:
    """Leave out what cannot be known here; the section on the target and that on facilities say so once."""
    no_base = facts["target.base"].value is None if "target.base" in facts else True
    no_facilities = not facts.groups["facilities"]
    return (no_base and name.startswith("target.")) or (no_facilities and name == "per_m2")


def _by_source(facts: Facts) -> Table:
    earlier = {fact.id.partition(".")[2]: fact for fact in facts.groups.get("previous", ())}
    previous = next(iter(earlier.values()), None)
    columns: list[Callable[[Fact], Cell | str]] = []
    headings = [_("Source")]
    if previous:
        year = previous.id.partition(".")[0]
        headings.append(_("{year}, {unit}").format(year=year, unit=unit_name("t_co2e")))
        columns.append(lambda fact: _cell(earlier.get(fact.id.partition(".")[2])))
    headings += [_("{year}, {unit}").format(year=facts.year, unit=unit_name("t_co2e"))]
    headings += [_("Share"), _("95% range"), _("Estimated")]
    columns += [Cell, lambda fact: Cell(facts.figures[f"{fact.id}.share"])]
    columns += [lambda fact: Cell(fact, "range"), lambda fact: Cell(fact, "estimated")]
    rows = [Row(fact.short_label, tuple(make(fact) for make in columns)) for fact in facts.groups["source"]]
    if len(rows) > 1:
        rows.append(_total_row(facts, with_previous=previous is not None))
    widths = (30, 14, 14, 10, 20, 12) if previous else (40, 16, 12, 20, 12)
    title = _("Emissions of {year} by source").format(year=facts.year)
    note = _("Estimated: the part of the emission for which a default or a proxy stood in for a fact.")
    return Table("by_source", title, tuple(headings), tuple(rows), widths, note)


def _total_row(facts: Facts, *, with_previous: bool) -> Row:
    whole = facts["total"]
    cells: list[Cell | str] = []
    if with_previous:
        year = facts.groups["previous"][0].id.partition(".")[0]
        cells.append(_cell(facts.figures.get(f"{year}.total")))
    cells += [Cell(whole), "", Cell(whole, "range"), Cell(whole, "estimated")]
    return Row(_("Total"), tuple(cells), total=True)


def _split(name: str, texts: Callable[[], tuple[str, str]]) -> Callable[[Facts], Table | None]:
    """Return the maker of a plain table of one group: line, emission, share, range, estimated.

    ``texts`` gives heading and title in the language in which the table is made. One line makes no table.
    """

    def make(facts: Facts) -> Table | None:
        figures = facts.groups.get(name, ())
        hidden = facts.groups.get(f"{name}_hidden", ())
        if len(figures) < 2 and not hidden:
            return None
        heading, title = texts()
        lines = (*figures[:-1][:_MOST_ROWS], figures[-1]) if hidden else figures[:_MOST_ROWS]
        rows = tuple(Row(fact.short_label, _usual_cells(facts, fact)) for fact in lines)
        headings = (heading, unit_name("t_co2e"), _("Share of the total"), _("95% range"), _("Estimated"))
        text = title.format(year=facts.year)
        note = " ".join(filter(None, (_rest(len(figures)), hidden_note(hidden, facts.smallest_group))))
        return Table(f"by_{name}", text, headings, rows, (40, 14, 14, 20, 12), note)

    return make


def _by_method(facts: Facts) -> Table | None:
    figures = facts.groups["method"]
    if len(figures) < 2 or not figures[0].value:
        return None
    reported = figures[0].value
    rows = tuple(Row(fact.short_label, (Cell(fact), _difference(fact.value, reported))) for fact in figures)
    headings = (_("Method"), unit_name("t_co2e"), _("Against the reported figure"))
    title = _("Ticketed flights of {year} by other methods").format(year=facts.year)
    note = _(
        "For information: the reported figures follow one method in all years. Lump sums are not among these flights."
    )
    return Table("by_method", title, headings, rows, (56, 20, 24), note)


def _difference(value: float | None, reported: float) -> str:
    return "" if value is None or value == reported else signed_percent((value / reported - 1) * 100)


def _supplied(facts: Facts) -> Table | None:
    pairs = zip(facts.groups["supplied"][::2], facts.groups["supplied"][1::2], strict=True)
    rows = tuple(
        Row(theirs.short_label, (Cell(theirs, "rows"), Cell(theirs), Cell(ours))) for theirs, ours in pairs
    )
    headings = (_("Supplied by"), _("Rows"), _("Supplied, t CO₂"), _("Ours, t CO₂"))
    title = _("Figures supplied with the tickets of {year}, beside ours").format(year=facts.year)
    return Table("supplied", title, headings, rows, (40, 16, 22, 22))


def _by_gas(facts: Facts) -> Table | None:
    if len(facts.groups["gas"]) < 2:
        return None
    rows = tuple(
        Row(fact.short_label, (Cell(fact), Cell(facts.figures[f"{fact.id}.share"])))
        for fact in facts.groups["gas"]
    )
    headings = (_("Gas"), unit_name("t_co2e"), _("Share of the total"))
    return Table(
        "by_gas", _("Emissions of {year} by gas").format(year=facts.year), headings, rows, (60, 20, 20)
    )


def _facilities(facts: Facts) -> Table:
    rows = tuple(_facility_rows(facts))
    rows = rows[:-1] if len(rows) == 2 else rows  # one source needs no sum
    headings = (_("Source"), unit_name("t_co2e"), _("Share of the total"), _("95% range"), _("Estimated"))
    title = _("Emissions of facilities in {year}").format(year=facts.year)
    return Table("facilities", title, headings, rows, (40, 14, 14, 20, 12))


def _facility_rows(facts: Facts) -> Iterator[Row]:
    by_id = {fact.id: fact for fact in facts.groups["source"]}
    for source in ("electricity", "fuels", "district_energy", "refrigerants"):
        fact = by_id.get(f"{facts.year}.{source}")
        if fact is None:
            continue
        yield Row(fact.short_label, _usual_cells(facts, fact))
        parts = facts.groups.get(source, ())
        for part in parts if len(parts) > 1 else ():
            yield Row(f"– {part.short_label}", _usual_cells(facts, part))
    for whole in facts.groups["facilities"]:
        yield Row(_("Facilities together"), _usual_cells(facts, whole), total=True)


def _apart(facts: Facts) -> Table:
    kinds = {
        "optional": _("Optional: {part}"),
        "offset": _("Offset, retired and not subtracted: {part}"),
        "memo": _("Memo: {part}"),
    }
    rows = tuple(
        Row(text.format(part=fact.short_label), (Cell(fact), Cell(fact, "range"), Cell(fact, "estimated")))
        for kind, text in kinds.items()
        for fact in without_needless_sum(facts.groups[kind])
    )
    headings = (_("Counted apart"), unit_name("t_co2e"), _("95% range"), _("Estimated"))
    title = _("Emissions and offsets of {year} counted apart, never in the total").format(year=facts.year)
    return Table("apart", title, headings, rows, (54, 14, 20, 12))


def without_needless_sum(figures: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Return the parts and, last, their sum; where there is one part its sum says nothing new."""
    return figures[:1] if len(figures) == 2 else figures


def _by_year(facts: Facts) -> Table | None:
    if len(facts.years) < 2:
        return None
    with_path = any(f"{year}.target.path" in facts.figures for year in facts.years)
    names = ["total", *_known(facts, "air_travel", "facilities"), *(["target.path"] if with_path else [])]
    names += _known(facts, "per_person")
    rows = tuple(
        Row(str(year), tuple(_cell(facts.figures.get(f"{year}.{name}")) for name in names))
        for year in facts.years
    )
    titles = {
        "total": _("Total"),
        "air_travel": _("of which air travel"),
        "facilities": _("of which facilities"),
        "target.path": _("Path to the target"),
        "per_person": _("Per person"),
    }
    headings = (_("Year"), *(titles[name] for name in names))
    title = _("Emissions by year, in t CO₂e")
    return Table("by_year", title, headings, rows, (12, *([22] * len(names))))


def _bridge(name: str) -> Callable[[Facts], Table | None]:
    """Return the maker of the table behind a bridge: first total, steps, last total."""

    def make(facts: Facts) -> Table | None:
        told = facts.bridges.get(name)
        if told is None:
            return None
        rows = [Row(fact.short_label, (Cell(fact),)) for fact in facts.groups[f"bridge_{name}"]]
        ends = [
            Row(_("Total of {year}").format(year=year), (Cell(facts.figures[f"{year}.total"]),), total=True)
            for year in (told.start_year, told.end_year)
        ]
        title = _("Why emissions moved from {base} to {year}")
        text = title.format(base=told.start_year, year=told.end_year)
        headings = (_("Step"), unit_name("t_co2e"))
        return Table(
            f"bridge_{name}", text, headings, (ends[0], *rows, ends[1]), (76, 24), _bridge_note(told)
        )

    return make


def _bridge_note(told: Bridge) -> str:
    """Say what the steps that are not plain factors mean, each once; units of amounts stand in the workbook of the data."""
    plain = {"activity", "factor"}
    notes = told.steps.filter(~pl.col("step").is_in(plain), pl.col("note") != "")
    return " ".join(
        f"{step_name(step)}: {note}" for step, note in dict.fromkeys(notes.select("step", "note").iter_rows())
    )


def _breaks(facts: Facts) -> Table | None:
    rows = tuple(
        Row(str(one.year), (break_name(one.kind), _where(one), one.description, _effect(one)))
        for one in facts.breaks
    )
    headings = (_("From"), _("Kind"), _("Where"), _("What changed"), _("Effect, t CO₂e"))
    return Table("breaks", _("Breaks of the series"), headings, rows, (10, 14, 24, 38, 14))


def _where(one: Break) -> str:
    return ", ".join(part for part in (label("source", one.source) if one.source else "", one.site) if part)


def _effect(one: Break) -> str:
    if one.effect_t_co2e is None:
        return _("not known")
    return signed(Fact("", one.effect_t_co2e, "", ""))


def _known(facts: Facts, *names: str) -> list[str]:
    """Return the names that have a value in one year at least."""
    found = {name: [facts.figures.get(f"{year}.{name}") for year in facts.years] for name in names}
    return [
        name for name in names if any(fact is not None and fact.value is not None for fact in found[name])
    ]


def _quality(facts: Facts) -> Table:
    figures = sorted(facts.groups["quality"], key=lambda fact: -(fact.value or 0.0))
    rows = tuple(
        Row(
            fact.short_label,
            (Cell(fact), Cell(fact, "rows"), _("yes") if fact.estimated_share else _("no")),
        )
        for fact in figures[:_MOST_ROWS]
    )
    headings = (_("Source and way"), unit_name("t_co2e"), _("Records"), _("Counts as estimated"))
    title = _("How the figures of {year} were obtained").format(year=facts.year)
    return Table("quality", title, headings, rows, (58, 14, 14, 14), _rest(len(figures)))


def _contributions(facts: Facts) -> Table:
    rows = tuple(Row(fact.short_label, (Cell(fact),)) for fact in facts.groups.get("contribution", ()))
    headings = (_("Source and what errs together"), _("Share of the variance"))
    title = _("What makes the total of {year} unsure: the largest contributions").format(year=facts.year)
    note = _("What rests on one factor, convention, meter or route errs together and is one line.")
    if facts.smallest_group > 1:
        text = _("Routes and journeys of fewer than {smallest} travellers are not named here.")
        note += " " + text.format(smallest=facts.smallest_group)
    return Table("contributions", title, headings, rows, (76, 24), note)


def _reconciliation(facts: Facts) -> Table:
    rows = tuple(
        Row(fact.short_label, (Cell(fact), fact.derivation)) for fact in facts.groups["reconciliation"]
    )
    headings = (_("Sum"), unit_name("t_co2e"), _("Lines"))
    title = _("What the sums of {year} leave over").format(year=facts.year)
    note = _("Buildings belong to no unit by nature, and some journeys name none: what they emit is a remainder, no difference.")  # fmt: skip
    return Table("reconciliation", title, headings, rows, (36, 16, 48), note)


def _gaps(facts: Facts) -> Table:
    alike: dict[tuple[str, str, str], list[str]] = {}
    for gap in facts.gaps:
        alike.setdefault((gap.source, gap.state, gap.note), []).append(gap.site)
    rows = tuple(
        Row(label("source", source), (_sites(sites), label("state", state), note))
        for (source, state, note), sites in alike.items()
    )
    headings = (_("Data"), _("Site"), _("State"), _("Note"))
    title = _("Data of {year} that are not complete").format(year=facts.year)
    return Table("gaps", title, headings, rows, (16, 38, 13, 33))


def _sites(names: list[str]) -> str:
    """Return the sites of which the same is said; where they are many, their number first."""
    listed = ", ".join(names)
    if len(names) < _MANY_SITES:
        return listed
    return _("{count} sites: {names}").format(count=len(names), names=listed)


def _sources(facts: Facts) -> Table:
    alike: dict[tuple[str, str, str, str], list[str]] = {}
    for cited in facts.citations:
        basis = label("accounting_basis", cited.accounting_basis)
        alike.setdefault((cited.title, cited.edition, basis, cited.licence), []).append(
            label("source", cited.category)
        )
    rows = tuple(Row(", ".join(sources), cells) for cells, sources in alike.items())
    headings = (_("For"), _("Source"), _("Edition"), _("Accounting basis"), _("Licence"))
    return Table("sources", _("Factors and methods with their sources"), headings, rows, (15, 36, 15, 17, 17))


def _indicators(facts: Facts) -> Table:
    """List the indicators that have a value; the text names the others."""
    own = tuple(_indicator_row(facts, fact) for fact in indicators_given(facts, OURS))
    rows = (*_intensities(facts), *own) if own else ()
    headings = (_("Indicator"), _("Value"), _("Amount"), _("Divided by"))
    title = _("Environmental indicators of {year}").format(year=facts.year)
    return Table("indicators", title, headings, rows, (36, 20, 22, 22))


def _emas(facts: Facts) -> Table:
    figures = indicators_given(facts, EMAS, also_missing=True)
    if all(fact.value is None for fact in figures):
        return Table("emas", "", (), (), ())
    headings = (_("Area and indicator"), _("A: amount"), _("B: divided by"), _("R = A ÷ B"))
    title = _("Core indicators as EMAS defines them, {year}").format(year=facts.year)
    note = _("EMAS: Regulation (EC) 1221/2009, annex IV; offices: Commission Decision (EU) 2019/61. What is missing has its reason in the annex.")  # fmt: skip
    by_area = sorted(figures, key=lambda fact: fact.short_label)
    rows = tuple(_indicator_row(facts, fact, value_last=True) for fact in by_area)
    return Table("emas", title, headings, rows, (34, 22, 20, 24), note)


def indicators_given(facts: Facts, group: str, *, also_missing: bool = False) -> tuple[Fact, ...]:
    """Return the indicators of a group, without their amounts and divisors; those without a value too if asked for."""
    whole = [fact for fact in facts.groups.get(group, ()) if fact.id.count(".") == 2]
    return tuple(fact for fact in whole if also_missing or fact.value is not None)


def _indicator_row(facts: Facts, fact: Fact, *, value_last: bool = False) -> Row:
    parts = [facts.figures.get(f"{fact.id}.{part}") for part in ("numerator", "denominator")]
    cells = [Cell(part, "full") if part else "" for part in parts]
    value = Cell(fact, "full")
    return Row(fact.short_label, (*cells, value) if value_last else (value, *cells))


def _intensities(facts: Facts) -> Iterator[Row]:
    """Yield the lines of the two indicators that have names and ranges of their own."""
    area = "floor_area.with_data" if "floor_area.with_data" in facts else "floor_area"
    for name, parts in {"per_person": ("total", "headcount"), "per_m2": ("facilities", area)}.items():
        if name in facts and facts[name].value is not None:
            cells = [Cell(facts[part], "full") for part in (name, *parts)]
            yield Row(label("indicator", _NAMES[name]), tuple(cells))


_NAMES = {name: indicator for indicator, name in NAMED_ELSEWHERE.items()}


def _usual_cells(facts: Facts, fact: Fact) -> tuple[Cell | str, ...]:
    return (Cell(fact), Cell(facts.figures[f"{fact.id}.share"]), Cell(fact, "range"), Cell(fact, "estimated"))


def _rest(count: int) -> str:
    """Say where the lines are that a long table leaves out."""
    if count <= _MOST_ROWS:
        return ""
    text = _("The {shown} largest of {count} lines; the annex has all of them.")
    return text.format(shown=_MOST_ROWS, count=count)


def _cell(fact: Fact | None) -> Cell | str:
    return Cell(fact) if fact else ""


_MAKERS: tuple[Callable[[Facts], Table | None], ...] = (
    _key_figures,
    _by_year,
    _breaks,
    _by_source,
    _split("scope", lambda: (_("Scope"), _("Emissions of {year} by scope"))),
    _by_gas,
    _split("unit", lambda: (_("Unit"), _("Emissions of {year} by organisational unit"))),
    _split("site", lambda: (_("Site"), _("Emissions of {year} by site"))),
    _bridge("previous"),
    _bridge("base"),
    _split("category", lambda: (_("Category"), _("Air travel in {year} by category of traveller"))),
    _split("haul", lambda: (_("Haul"), _("Air travel in {year} by haul"))),
    _split("cabin", lambda: (_("Cabin"), _("Air travel in {year} by cabin"))),
    _split("region", lambda: (_("Routes"), _("Air travel in {year} by group of routes"))),
    _by_method,
    _supplied,
    _facilities,
    _reconciliation,
    _quality,
    _contributions,
    _gaps,
    _indicators,
    _emas,
    _sources,
    _apart,
)
