"""The annual report to the governing body, in the formats asked for: docx, html, pdf, xlsx."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from saleve.language import _, speaking
from saleve.reporting.bridging import REST
from saleve.reporting.certainty import AS_REPORTED
from saleve.reporting.indicators import OURS
from saleve.reporting.labels import label, within_sentence
from saleve.reporting.reconciling import remainder_names
from saleve.reporting.records import Fact, Facts
from saleve.reporting.render.formats import FORMATS, write_document
from saleve.reporting.tables import indicators_given

__all__ = ["FORMATS", "title", "write_report"]

TEMPLATE = "annual_report.md.j2"


def write_report(
    facts: Facts,
    formats: Iterable[str],
    out_dir: Path,
    language: str = "en",
    reference_docx: Path | None = None,
) -> list[Path]:
    """Write the report in each format and return the files, named after the year and the language.

    ``facts`` are gathered in the same language. ``reference_docx`` is the organisation's own Word template.
    """
    from saleve.reporting.charts import charts  # noqa: PLC0415 - most commands draw nothing and need not wait for it

    with speaking(language):
        stem = out_dir / f"annual-report-{facts.year}-{language}"
        return write_document(
            facts,
            TEMPLATE,
            charts=charts(facts),
            context=_context(facts),
            formats=formats,
            stem=stem,
            language=language,
            reference_docx=reference_docx,
        )


def title(facts: Facts) -> str:
    """Return the title of the report."""
    if facts.header.title:
        return facts.header.title
    names = {"year": facts.year}
    if facts.target and facts.target.base_kg_co2e is not None:
        text = _("Greenhouse gas emissions in {year} and progress towards the target")
        return text.format(**names)
    return _("Greenhouse gas emissions in {year}").format(**names)


def _context(facts: Facts) -> dict[str, object]:
    """Return what the sentences of the template need beside the figures."""
    before = [year for year in facts.years if year < facts.year]
    moved = [fact for fact in facts.groups["change"] if fact.value]
    return {
        "title": title(facts),
        "earlier": max(before, default=None),
        "rise": moved[0] if moved and (moved[0].value or 0) > 0 else None,
        "fall": moved[-1] if moved and (moved[-1].value or 0) < 0 else None,
        "other_divisions": any(f"by_{name}" in facts.tables for name in ("scope", "gas", "unit", "site")),
        "missing_years": _missing_years(facts.years),
        "largest_steps": {name: _largest_steps(facts, name) for name in facts.bridges},
        "flights_computed": any(
            cited.category == "air_travel" and cited.accounting_basis != AS_REPORTED
            for cited in facts.citations
        ),
        "taken_over": any(cited.accounting_basis == AS_REPORTED for cited in facts.citations),
        "not_reconciled": any(
            fact.id.rpartition(".")[2] not in remainder_names() for fact in facts.groups["reconciliation"]
        ),
        "names_of_gaps": _names_of_gaps(facts),
        "optional_sources": _sources_of(facts, "optional"),
        "minimum_sources": _sources_of(facts, "minimum"),
        "indicators_missing": "; ".join(
            within_sentence(fact.short_label)
            for fact in indicators_given(facts, OURS, also_missing=True)
            if fact.value is None
        ),
        "gwp_name": _gwp_name(facts.rules.gwp_set),
        "approach": {"operational": _("operational"), "financial": _("financial")}.get(
            facts.rules.control_approach, facts.rules.control_approach
        ),
    }


def _sources_of(facts: Facts, boundary: str) -> str:
    """Return the names of the source categories that the rules of the year put into a boundary."""
    ruled = facts.rules.boundaries.items()
    return ", ".join(label("source", name) for name, value in ruled if value == boundary and ":" not in name)


def _largest_steps(facts: Facts, name: str) -> list[Fact]:
    """Return the three steps that moved the total most, those of one cause each."""
    steps = [fact for fact in facts.groups[f"bridge_{name}"] if not fact.id.endswith(f".{REST}")]
    return sorted(steps, key=lambda fact: -abs(fact.value or 0.0))[:3]


def _missing_years(years: Sequence[int]) -> str:
    missing = sorted(set(range(min(years, default=0), max(years, default=0))) - set(years))
    return ", ".join(map(str, missing))


def _names_of_gaps(facts: Facts) -> str:
    """Return which data are not complete, each source once, with its sites where these are few."""
    sites: dict[str, list[str]] = {}
    for gap in facts.gaps:
        sites.setdefault(label("source", gap.source), []).append(gap.site)
    return "; ".join(_with_sites(source, [name for name in names if name]) for source, names in sites.items())


def _with_sites(source: str, sites: list[str]) -> str:
    if not sites:
        return source
    if len(sites) > 3:
        return _("{source} at {count} sites").format(source=source, count=len(sites))
    return _("{source} ({sites})").format(source=source, sites=", ".join(sites))


def _gwp_name(gwp_set: str) -> str:
    names = {"AR4": _("fourth"), "AR5": _("fifth"), "AR6": _("sixth")}
    if gwp_set not in names:
        return gwp_set
    return _("the IPCC's {ordinal} assessment report").format(ordinal=names[gwp_set])
