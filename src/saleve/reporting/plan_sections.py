"""The sections of an inventory management plan, as the United Nations' plans have them, from settings, figures and data of the year.

What the settings do not say is an open point with what to fill in; nothing is invented. Sections: inventory management plans of
UNOPS and UNFPA (version and contacts, boundary, gases, facilities, sources, methods, own factors, proxies, data, normalisation, quality,
base year, roles, audit).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

import polars as pl

from saleve.language import _
from saleve.method.base_year import Restatement, triggers
from saleve.method.emissions.formulas import formula
from saleve.method.reference.assumptions import assumption
from saleve.reporting.formatting import amount, long_date, percent, unit_name
from saleve.reporting.labels import label
from saleve.reporting.plan_records import Entry, PlanMatter, PlanSection, PlanSite
from saleve.reporting.records import Facts
from saleve.reporting.rule_lines import RuleLine, rule_lines
from saleve.reporting.steps import trigger_name

_BOUNDARIES = ("minimum", "optional", "memo")


def plan_sections(facts: Facts, matter: PlanMatter) -> tuple[PlanSection, ...]:
    """Return every section of the year's plan, in the order of the document."""
    return tuple(make(facts, matter) for make in _SECTIONS)


def _version(_facts: Facts, matter: PlanMatter) -> PlanSection:
    keys = {"version": _("Version"), "date": _("Date"), "prepared_by": _("Prepared by"), "approved_by": _("Approved by")}  # fmt: skip
    entries = [_stated(matter, key, text) for key, text in keys.items()]
    entries += _contacts(matter)
    return _plain("version", _("Version and contacts"), _("Item"), entries)


def _contacts(matter: PlanMatter) -> Iterator[Entry]:
    for contact in matter.contacts:
        words = "; ".join(text for text in (contact.duty, contact.address) if text)
        yield Entry(f"contact.{contact.role}", contact.role, (words, "saleve.toml, [[contacts]]"))
    if not matter.contacts:
        fill = _("Name a role or an office for each duty: [[contacts]] with role, duty and address in saleve.toml.")  # fmt: skip
        yield Entry("contacts", _("Contacts"), ("", ""), fill)


def _boundary(facts: Facts, matter: PlanMatter) -> PlanSection:
    lines = _rules(facts, matter, "inventory.control_approach")
    entries = [
        Entry("names", _("Organisation, with its other names"), (", ".join(matter.names), _("saleve.toml, [organisation]"))),
        *map(_of_rule, lines),
        Entry("sites", _("Facilities within the boundary"), (str(len(_open_sites(matter, facts.year))), _("saleve.toml, [[sites]]"))),
        _stated(matter, "organisational_boundary", _("What the boundary takes in and leaves out")),
    ]  # fmt: skip
    return _plain("boundary", _("Organisational boundary"), _("Boundary"), entries)


def _gases(facts: Facts, matter: PlanMatter) -> PlanSection:
    entries = [*map(_of_rule, _rules(facts, matter, "inventory.gwp_set", "inventory.refrigerants"))]
    entries += [Entry(fact.id.partition(".")[2], fact.short_label, (fact, _("the inventory"))) for fact in facts.groups["gas"]]  # fmt: skip
    words = _("effects of aviation other than those of carbon dioxide are not counted")
    entries.append(Entry("aviation", _("Aviation"), (words, _("ICAO method"))))
    return _plain("gases", _("Gases"), _("Gas"), entries)


def _facilities(facts: Facts, matter: PlanMatter) -> PlanSection:
    figures = (*facts.groups["site"], *facts.groups.get("site_hidden", ()))
    of_site = {fact.short_label: fact for fact in figures}
    entries = tuple(
        Entry(
            f"site.{site.name}",
            site.name,
            (
                site.country,
                long_date(site.opened) if site.opened else "",
                long_date(site.closed) if site.closed else "",
                f"{amount(matter.areas[site.name], 0)} {unit_name('m2')}"
                if site.name in matter.areas
                else "",
                of_site.get(site.name, ""),
            ),
        )
        for site in _open_sites(matter, facts.year)
    )
    headings = (_("Facility"), _("Country"), _("Since"), _("Until"), _("Floor area"), _("Emissions"))
    if not entries:
        fill = _("Name each site in saleve.toml: [[sites]] with name and country.")
        entries = (Entry("sites", _("Facilities"), ("",) * 5, fill),)
    text = _("Facilities that were open on any day of {year}. An empty day means: before the first year, or still open.")  # fmt: skip
    text = text.format(year=facts.year)
    if "site_hidden" in facts.groups:
        hidden = _("Emissions of a facility are hidden where fewer than {smallest} travellers stand behind them, or where they would give such a figure away.")  # fmt: skip
        text += " " + hidden.format(smallest=facts.smallest_group)
    return PlanSection("facilities", _("Facilities"), text, headings, (22, 18, 15, 15, 14, 16), entries)  # fmt: skip


def _sources(facts: Facts, matter: PlanMatter) -> PlanSection:
    rows = (
        matter.used.group_by("boundary", "source")
        .agg(pl.col("scope").unique().sort())
        .sort("scope", "source")
    )
    order = {name: number for number, name in enumerate(_BOUNDARIES)}
    ordered = sorted(rows.iter_rows(), key=lambda row: order.get(row[0], len(order)))
    entries = tuple(_source(facts, boundary, source, scopes) for boundary, source, scopes in ordered)
    text = _("Sources of the minimum boundary are in the total. Optional emissions, memo items and offsets are shown apart; they are never added to it nor taken from it.")  # fmt: skip
    headings = (_("Source"), _("Kind"), _("Emissions"))
    return PlanSection("sources", _("Source categories"), text, headings, (30, 48, 22), entries)


def _source(facts: Facts, boundary: str, source: str, scopes: list[int]) -> Entry:
    middle = "" if boundary == "minimum" else f"{boundary}."
    figure = facts.figures.get(f"{facts.year}.{middle}{source}", "")
    return Entry(f"{boundary}.{source}", label("source", source), (_kind(boundary, scopes), figure))


def _kind(boundary: str, scopes: list[int]) -> str:
    kinds = {1: _("direct (scope 1)"), 2: _("indirect: purchased energy (scope 2)"), 3: _("indirect: official travel (scope 3)")}  # fmt: skip
    apart = {"optional": _("optional, outside the minimum boundary"), "memo": _("memo item"), "offset": _("offset, never netted")}  # fmt: skip
    return apart.get(boundary) or "; ".join(kinds[scope] for scope in scopes if scope in kinds)


def _assumed(facts: Facts, matter: PlanMatter) -> PlanSection:
    """Say what the boundary leaves open: sources that began or ended, data that lack, what was not computed."""
    entries = [_stated(matter, "boundary_assumptions", _("Boundary assumptions"))]
    everywhere = _("Every site")
    entries += _spans("began.", everywhere, matter.began, _("{source} since {day}"), _("saleve.toml, [inventory] sources_began"))  # fmt: skip
    for site in _open_sites(matter, facts.year):
        entries += _spans(f"began.{site.name}.", site.name, site.began, _("{source} since {day}"), _("saleve.toml, [[sites]] sources_began"))  # fmt: skip
        entries += _spans(f"ended.{site.name}.", site.name, site.ended, _("{source} until {day}"), _("saleve.toml, [[sites]] sources_ended"))  # fmt: skip
    for gap in facts.gaps:
        name = ", ".join(part for part in (label("source", gap.source), gap.site) if part)
        words = f"{label('state', gap.state)}. {gap.note}".strip()
        entries.append(Entry(f"gap.{gap.source}.{gap.site}.{gap.state}.{gap.note}", name, (words, _("completeness"))))  # fmt: skip
    return _plain("assumptions", _("Boundary assumptions"), _("Matter"), entries)


def _spans(key: str, name: str, days: Mapping[str, date], sentence: str, where: str) -> Iterable[Entry]:
    """Yield the day on which each source began or ended."""
    for source, day in days.items():
        words = sentence.format(source=label("source", source), day=long_date(day))
        yield Entry(f"{key}{source}", name, (words, where))


def _methods(facts: Facts, matter: PlanMatter) -> PlanSection:
    lines = _rules(facts, matter, "inventory.electricity_basis", "inventory.accounting_basis", "inventory.fuel_source", "air_travel.method")  # fmt: skip
    entries = [*map(_of_rule, lines)]
    methods = (
        matter.used.drop_nulls("method")
        .group_by("method")
        .agg(pl.col("source").unique().sort())
        .sort("method")
    )
    for method, sources in methods.iter_rows():
        names = ", ".join(label("source", source) for source in sources)
        entries.append(Entry(f"method.{method}", names, (formula(method), method)))
    cited = {(one.title, one.edition, label("source", one.category)): one for one in facts.citations}
    for (title, edition, source), one in cited.items():
        words = "; ".join(part for part in (title, edition) if part)
        where = label("accounting_basis", one.accounting_basis)
        entries.append(Entry(f"factor.{source}.{title}", _("Factors: {source}").format(source=source), (words, where)))  # fmt: skip
    return _plain("methods", _("Quantification methods and factors"), _("Rule or method"), entries)


def _own(facts: Facts, matter: PlanMatter) -> PlanSection:
    """Say which factors and assumptions are the organisation's own, beside those of Salève."""
    entries = [
        Entry(key, _own_names().get(key, key), (file, _("saleve.toml, {key}").format(key=key)))
        for key, file in matter.own_tables.items()
    ]
    for name, value in (facts.rules.own_values or {}).items():
        words = _("{own} instead of {ours}").format(own=f"{value:g}", ours=f"{assumption(name, {}):g}")
        entries.append(Entry(f"assumption.{name}", name, (words, "saleve.toml, [assumptions]")))
    if not entries:
        entries = [
            Entry("none", _("Own factors"), (_("none; the factors are those of the section before"), ""))
        ]
    text = _("Factors and assumptions that differ from those that Salève takes for every organisation.")
    return _plain("own-factors", _("Own emission factors that differ"), _("Factor"), entries, text)


def _own_names() -> dict[str, str]:
    return {
        "inventory.grid_factors": _("Electricity of grids"),
        "air_travel.routes": _("Aircraft of routes"),
        "air_travel.mix": _("Mix of aircraft"),
        "air_travel.layouts": _("Seats of aircraft"),
    }


def _proxies(facts: Facts, matter: PlanMatter) -> PlanSection:
    entries = [
        Entry(
            f"{row['source']}.{row['site']}.{row['proxy']}",
            ", ".join(part for part in (label("source", row["source"]), row["site"]) if part),
            (label("quality", f"proxy-{row['proxy'].replace('_', '-')}"), _error(row["error_pct"])),
        )
        for row in matter.proxies.iter_rows(named=True)
    ]
    kept = [fact for fact in facts.groups["quality"] if fact.estimated_share and "proxy-" not in fact.id]
    entries += [Entry(fact.id.partition(".")[2], fact.short_label, (fact, "")) for fact in kept]
    if not entries:
        entries = [Entry("none", _("Proxies"), (_("none"), ""))]
    text = _("Estimates that stand in for data, each with the half-width of its 95% range where it has one of its own; and what else counts as estimated.")  # fmt: skip
    headings = (_("Source and place"), _("Proxy, or emissions that rest on it"), _("Error"))
    return PlanSection("proxies", _("Proxies and their errors"), text, headings, (40, 40, 20), tuple(entries))


def _error(percents: float | None) -> str:
    return "" if percents is None else f"±{percent(percents)}"


def _data(facts: Facts, matter: PlanMatter) -> PlanSection:
    entries = []
    for source, files in matter.files.group_by("source", maintain_order=True):
        name = str(source[0])
        shown = ", ".join(files["file"].sort()[:3])
        more = _(" and {count} more").format(count=files.height - 3) if files.height > 3 else ""
        words = (shown + more, amount(float(files["rows"].sum()), 0), matter.owners.get(name, ""))
        entries.append(Entry(name, label("source", name), words))
    headings = (_("Data"), _("Files"), _("Records"), _("Provided by"))
    text = _(
        "Files with data of {year}. Each is kept byte for byte; every record keeps its file and row number."
    )
    if not matter.owners:
        fill = _("Name the office that owes each kind of data: [[owners]] in saleve.toml.")
        entries.append(Entry("owners", _("Offices that provide data"), ("", "", ""), fill))
    return PlanSection("data", _("Data sources"), text.format(year=facts.year), headings, (20, 42, 14, 24), tuple(entries), compared=False)  # fmt: skip


def _divisors(facts: Facts, matter: PlanMatter) -> PlanSection:
    entries = [_of_rule(line) for line in _rules(facts, matter, "inventory.staff_definition")]
    if not facts.rules.staff_definition:
        fill = _("Say who is counted as a person: staff_definition in [inventory] of saleve.toml.")
        entries.append(Entry("inventory.staff_definition", _("Persons counted"), ("", ""), fill))
    for name, source in {"headcount": "headcount", "floor_area": "floor_area"}.items():
        fact = facts.get(name)
        text = label("source", source)
        words = matter.definitions.get(source, "")
        if fact is None:
            fill = _("Load a file with these data of {year}.").format(year=facts.year)
            entries.append(Entry(name, text, ("", words), fill))
        else:
            entries.append(Entry(name, text, (fact, words)))
    return _plain("normalisation", _("Normalisation factors"), _("Factor"), entries)


def _quality(facts: Facts, matter: PlanMatter) -> PlanSection:
    entries = [_stated(matter, "quality_assurance", _("Checks made by people"))]
    names = {"accepted": _("Rows accepted"), "repaired": _("Rows repaired by a named rule"),
             "rejected": _("Rows rejected, in no total"), "netted": _("Rows netted: refunds, exchanges, duplicates")}  # fmt: skip
    entries += [Entry(f"rows.{state}", text, (amount(float(matter.rows.get(state, 0)), 0), _("the ledger"))) for state, text in names.items()]  # fmt: skip
    for name in (
        "estimated_share",
        "not_computed_rows",
        "indicator.data_quality_pct",
        "indicator.coverage_sites_pct",
    ):
        fact = facts.get(name)
        if fact is not None:
            entries.append(Entry(name, fact.label, (fact, _("the inventory"))))
    words = "; ".join(matter.warnings) or _("none")
    entries.append(
        Entry("implausible", _("Figures outside what is plausible"), (words, _("checks of Salève")))
    )
    return _plain("quality", _("Quality assurance"), _("Check"), entries, compared=False)


def _base_year(facts: Facts, matter: PlanMatter) -> PlanSection:
    target = facts.target
    if target is None:
        fill = _("State the target with its base year: [target] in saleve.toml.")
        entries = [Entry("target", _("Base year"), ("", ""), fill)]
    else:
        where = "saleve.toml, [target]"
        entries = [
            Entry("base_year", _("Base year"), (str(target.base_year), where)),
            Entry("base", facts["target.base"].label, (facts["target.base"], "")),
            Entry("target_year", _("Target year"), (str(target.target_year), where)),
            Entry("reduction", _("Reduction aimed at"), (percent(target.reduction_pct), where)),
        ]
    entries += _recalculation(matter)
    text = _("Rises and falls of the base year's emissions that count are added up without sign; at the threshold the base year is computed anew, and every year with it.")  # fmt: skip
    if not matter.policy.cumulative:
        text = _("Each change of the base year's emissions that counts is held against the threshold by itself; from there on the base year is computed anew, and every year with it.")  # fmt: skip
    return _plain("base-year", _("Base year and its recalculation"), _("Matter"), entries, text)


def _recalculation(matter: PlanMatter) -> Iterator[Entry]:
    """Yield the policy by which the base year is computed anew, what the organisation says of it, and the log of changes."""
    kinds, where = triggers(), {key: _said_or_ours(matter, "base_year", key) for key in ("threshold_pct", "cumulative")}  # fmt: skip
    threshold = _("{percent} of the base year's emissions").format(
        percent=percent(matter.policy.threshold_pct)
    )
    yield Entry("threshold_pct", _("Threshold of a recalculation"), (threshold, where["threshold_pct"]))
    together = _("all since the last version together") if matter.policy.cumulative else _("each by itself")
    yield Entry("cumulative", _("What is held against it"), (together, where["cumulative"]))
    for key, counts, text in (
        ("triggers", True, _("What triggers it")),
        ("never", False, _("What never does")),
    ):
        names = "; ".join(trigger_name(name) for name, found in kinds.items() if found == counts)
        yield Entry(key, text, (names, _("GHG Protocol Corporate Standard, ch. 5")))
    if matter.words.get("recalculation_policy"):
        yield _stated(matter, "recalculation_policy", _("In words of the organisation"))
    for line in matter.restatements:
        yield Entry(f"restatement.{line.date}.{line.description}", long_date(line.date), (_restated(line), "saleve.toml, [[restatements]]"))  # fmt: skip


def _restated(line: Restatement) -> str:
    """Say what a line of the log changed, by how much, and whether a version of the base year holds it."""
    change = f"{line.effect_t_co2e:+,.1f}".replace("-", "\u2212")
    text = _("{kind}: {description} ({change} t CO₂e)")
    if line.recalculated:
        text = _("{kind}: {description} ({change} t CO₂e); with it the base year was computed anew")
    return text.format(kind=trigger_name(line.trigger), description=line.description, change=change)


def _said_or_ours(matter: PlanMatter, table: str, key: str) -> str:
    if f"{table}.{key}" in matter.stated:
        return _("saleve.toml, [{table}] {key}").format(table=table, key=key)
    return _("default of Salève")


def _roles(_facts: Facts, matter: PlanMatter) -> PlanSection:
    entries = [Entry(f"duty.{one.role}", one.role, (one.duty, "saleve.toml, [[contacts]]")) for one in matter.contacts if one.duty]  # fmt: skip
    entries += [Entry(f"owner.{source}.{owner}", owner, (_("provides: {source}").format(source=label("source", source)), "saleve.toml, [[owners]]")) for source, owner in matter.owners.items()]  # fmt: skip
    entries.append(_stated(matter, "roles", _("Roles")))
    entries.append(_stated(matter, "training", _("Training")))
    return _plain("roles", _("Roles and training"), _("Matter"), entries)


def _audit(_facts: Facts, matter: PlanMatter) -> PlanSection:
    keys = {
        "verification": _("Review or audit of the inventory"),
        "next_review": _("Next review of this plan"),
    }
    entries = [_stated(matter, key, text) for key, text in keys.items()]
    return _plain("audit", _("Audit and review"), _("Matter"), entries)


def _plain(
    name: str, title: str, heading: str, entries: Iterable[Entry], text: str = "", *, compared: bool = True
) -> PlanSection:
    headings = (heading, _("What holds"), _("Where it is said"))
    return PlanSection(name, title, text, headings, (30, 45, 25), tuple(entries), compared)


def _stated(matter: PlanMatter, key: str, text: str) -> Entry:
    """Return what [plan] of saleve.toml says under a key, or an open point."""
    words = str(matter.words.get(key, ""))
    fill = _('Write {key} = "..." under [plan] in saleve.toml.').format(key=key)
    where = _("saleve.toml, [{table}] {key}").format(table="plan", key=key)
    return Entry(f"plan.{key}", text, (words, where if words else ""), "" if words else fill)


def _rules(facts: Facts, matter: PlanMatter, *keys: str) -> list[RuleLine]:
    return [line for line in rule_lines(facts.rules, matter.stated) if line.key in keys]


def _of_rule(line: RuleLine) -> Entry:
    return Entry(line.key, line.label, (line.value, line.source))


def _open_sites(matter: PlanMatter, year: int) -> list[PlanSite]:
    return [
        site
        for site in matter.sites
        if (site.opened is None or site.opened.year <= year)
        and (site.closed is None or site.closed.year >= year)
    ]


_SECTIONS: tuple[Callable[[Facts, PlanMatter], PlanSection], ...] = (
    _version,
    _boundary,
    _gases,
    _facilities,
    _sources,
    _assumed,
    _methods,
    _own,
    _proxies,
    _data,
    _divisors,
    _quality,
    _base_year,
    _roles,
    _audit,
)
