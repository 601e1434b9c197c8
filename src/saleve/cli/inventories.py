"""`saleve compute` and `saleve explain`: the inventory of a workspace, and where a figure comes from."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from saleve.cli.printing import err, number, print_json, print_table, progress, say
from saleve.cli.reconciling import print_agreement
from saleve.ems.explaining import explain_any
from saleve.ems.inventories import Computed, compute_inventory
from saleve.language import _
from saleve.method.explain import Explanation
from saleve.method.planning.target_path import Position
from saleve.method.problems import PROBLEM_SCHEMA
from saleve.method.reference.citations import Cited, cited_of
from saleve.reporting.formatting import printed, printed_range
from saleve.reporting.labels import label
from saleve.reporting.records import Fact, Facts
from saleve.reporting.tables import without_needless_sum

WHOLE_FROM = 100  # amounts from here on are printed without decimals

Folder = Annotated[Path, typer.Argument(help="Folder with saleve.toml and the files.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


def compute(
    folder: Folder,
    *,
    year: Annotated[int | None, typer.Option(help="Only this year; all years if left out.")] = None,
    ledger_version: Annotated[
        int | None,
        typer.Option(min=0, help="The ledger as it was after this commit; nothing is loaded then."),
    ] = None,
    uncertainty: Annotated[
        bool,
        typer.Option("--uncertainty", help="Show how sure the total and its change are, and why not."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Load what is new in the folder, then compute the greenhouse-gas inventory from the ledger."""
    with progress(quiet=as_json) as report:
        computed = compute_inventory(folder, report, ledger_version=ledger_version)
    years = [year] if year else list(computed.inventory.years)
    if as_json:
        print_json(_as_dict(computed, computed.facts_of(years)))
        return
    last = computed.facts(years[-1])  # it holds the totals of the other years too
    _print_intake(computed)
    _print_years(computed, last, years)
    print_agreement(computed.reconciliation(years))
    _print_sources(last)
    _print_apart(last)
    if uncertainty:
        _print_uncertainty(last)
    _print_gaps(last)
    for warning in computed.implausible().iter_rows(named=True):
        say(f"{warning['message']} {warning['suggestion']}", "yellow")
    say(_("Explain a figure: saleve explain {folder} {id}").format(folder=folder, id=last["total"].id), "dim")


def explain(
    folder: Folder,
    figure: Annotated[str, typer.Argument(help="Name of a figure, such as 2025.air_travel.")],
    *,
    first: Annotated[int, typer.Option(min=0, help="Skip this many rows.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="Show this many rows.")] = 20,
    run: Annotated[
        str | None, typer.Option(help="Run to explain, YEAR/RUN; the published one of the year if left out.")
    ] = None,
    now: Annotated[bool, typer.Option("--now", help="Compute anew, although the year is published.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show where a figure comes from: formula, factors with edition, rows with file and row number."""
    with progress(quiet=as_json) as report:
        told = explain_any(folder, figure, run=run, now=now, first=first, limit=limit, progress=report)
    if as_json:
        print_json(
            {"run": told.run, "sentence": told.sentence, **_explanation_as_dict(told.fact, told.explanation)}
        )
        return
    if told.run:
        say(_("As kept in run {run}.").format(run=told.run), "dim")
    _print_explanation(told.fact, told.explanation)
    say(told.sentence)


def _print_intake(computed: Computed) -> None:
    for name, reason in computed.taken.refused:
        err.print(f"{name}: {reason}", style="bold red", markup=False)
    for column, changes in computed.taken.spellings.items():
        for other, kept in changes.items():
            told = _("{column}: '{other}' is taken as '{kept}'; they differ in case, accents or blanks only.")
            say(told.format(column=column, other=other, kept=kept), "dim")
    for path in computed.workspace.ignored:
        place = path.relative_to(computed.workspace.folder)
        say(_("Not read, since it is no table: {file}").format(file=place), "yellow")
    looked_at = [
        (file.file, file.rows, file.rejected or None, file.warnings or None) for file in computed.taken.files
    ]
    headings = [(_("File"), "left"), (_("Rows"), "right"), (_("Rejected"), "right"), (_("Warnings"), "right")]
    faulty = [row for row in looked_at if row[2] or row[3]]
    if faulty:
        print_table(
            _("Rejected rows are not counted: see saleve batches and saleve rejects"), headings, faulty
        )


def _print_years(computed: Computed, facts: Facts, years: list[int]) -> None:
    headings = [
        (_("Year"), "left"),
        (_("t CO2e"), "right"),
        (_("95 % range"), "right"),
        (_("Estimated"), "right"),
    ]
    if computed.target:
        headings += [(_("Path"), "right"), (_("Gap"), "right")]
    places = {position.year: position for position in computed.positions}
    rows = [
        (*_year_cells(facts.figures[f"{year}.total"]), *_target_cells(places.get(year), facts))
        for year in years
    ]
    title = _("Inventory of {organisation}").format(organisation=computed.workspace.organisation)
    print_table(title, headings, ((year, *cells) for year, cells in zip(years, rows, strict=True)))
    if computed.target and computed.target.base_kg_co2e is None:
        missing = _("There is no inventory for the base year {year}: no path and no percentage can be given.")
        say(missing.format(year=computed.target.base_year), "yellow")


def _year_cells(whole: Fact) -> tuple[str | None, ...]:
    bounds = [number(bound, whole.decimals) for bound in (whole.low, whole.high)]
    spread = None if whole.low is None else "–".join(map(str, bounds))
    share = None if whole.estimated_share is None else f"{whole.estimated_share:.0%}"
    return number(whole.value, whole.decimals), spread, share


def _target_cells(place: Position | None, facts: Facts) -> tuple[str | None, ...]:
    if place is None:
        return ()
    decimals = facts["total"].decimals
    return _tonnes(place.path_kg_co2e, decimals), _tonnes(place.gap_kg_co2e, decimals)


def _print_sources(facts: Facts) -> None:
    headings = [(_("Source"), "left"), (_("t CO2e"), "right"), (_("Figure"), "left")]
    rows = ((fact.short_label, number(fact.value, fact.decimals), fact.id) for fact in facts.groups["source"])
    print_table(_("Sources in {year}").format(year=facts.year), headings, rows)


def _print_apart(facts: Facts) -> None:
    """Show the other ledgers beside the total: none of them is added to it or taken from it."""
    kinds = {
        "optional": _("optional"),
        "offset": _("offsets retired, not subtracted"),
        "memo": _("memo"),
    }
    rows = [
        (kind, fact.short_label, number(fact.value, fact.decimals), fact.id)
        for name, kind in kinds.items()
        for fact in without_needless_sum(facts.groups[name])
    ]
    headings = [(_("Ledger"), "left"), (_("Source"), "left"), (_("t CO2e"), "right"), (_("Figure"), "left")]
    if rows:
        print_table(_("Counted apart in {year}, never in the total").format(year=facts.year), headings, rows)


def _print_uncertainty(facts: Facts) -> None:
    headings = [(_("Figure"), "left"), (_("Value"), "right"), (_("95 % range"), "right"), (_("How"), "left")]
    names = ("total", "total.simulated", "change.previous", "change.base")
    found = dict.fromkeys(facts[name] for name in names if name in facts)
    rows = [(fact.label, printed(fact), printed_range(fact) or None, fact.derivation) for fact in found]
    print_table(_("How sure level and trend are in {year}").format(year=facts.year), headings, rows)
    headings = [(_("Source and what errs together"), "left"), (_("Share of the variance"), "right")]
    shares = [(fact.short_label, printed(fact)) for fact in facts.groups["contribution"]]
    print_table(_("Largest contributions to the uncertainty of the total"), headings, shares)


def _print_gaps(facts: Facts) -> None:
    headings = [(_("Source"), "left"), (_("Site"), "left"), (_("What is missing"), "left")]
    rows = dict.fromkeys((label("source", gap.source), gap.site or None, gap.note) for gap in facts.gaps)
    if rows:
        print_table(_("Not complete in {year}").format(year=facts.year), headings, rows)


def _tonnes(kg: float | None, decimals: int) -> str | None:
    return number(None if kg is None else kg / 1000, decimals)


def _as_dict(computed: Computed, facts: list[Facts]) -> dict[str, Any]:
    return {
        "organisation": computed.workspace.organisation,
        "ledger_version": computed.taken.ledger.commit,
        "files": [
            {
                "file": f.file,
                "category": f.category,
                "rows": f.rows,
                "accepted": f.accepted,
                "repaired": f.repaired,
                "rejected": f.rejected,
                "netted": f.netted,
                "warnings": f.warnings,
            }
            for f in computed.taken.files
        ],
        "refused": [{"file": name, "reason": reason} for name, reason in computed.taken.refused],
        "ignored": [str(path.relative_to(computed.workspace.folder)) for path in computed.workspace.ignored],
        "spellings": computed.taken.spellings,
        "years": {one.year: [_fact_as_dict(fact) for fact in one] for one in facts},
        "reconciliation": computed.reconciliation([one.year for one in facts]).to_dicts(),
        "implausible": computed.implausible().select(PROBLEM_SCHEMA.names()).to_dicts(),
        "completeness": computed.inventory.completeness.to_dicts(),
    }


def _fact_as_dict(fact: Fact) -> dict[str, Any]:
    return {
        "id": fact.id,
        "label": fact.label,
        "value": fact.value,
        "unit": fact.unit,
        "low": fact.low,
        "high": fact.high,
        "estimated_share": fact.estimated_share,
        "rows": fact.rows,
        "derivation": fact.derivation or None,
        "reason": fact.reason if fact.value is None else None,
    }


def _explanation_as_dict(fact: Fact, explanation: Explanation | None) -> dict[str, Any]:
    found: dict[str, Any] = {"figure": _fact_as_dict(fact)}
    if explanation:
        found |= {
            "formulas": list(explanation.formulas),
            "factors": [
                {**row, **asdict(cited_of(row["factor_id"], explanation.own_factors))}
                for row in explanation.factors.to_dicts()
            ],
            "quality": explanation.quality.to_dicts(),
            "rows": explanation.rows.to_dicts(),
            "all_rows": explanation.all_rows,
        }
    return found


def _print_explanation(fact: Fact, explanation: Explanation | None) -> None:
    say(f"{printed(fact)}  {fact.label}", "bold")
    spread = printed_range(fact)
    if spread:
        say(_("95 % range {range}.").format(range=spread))
    if explanation is None:
        say(fact.derivation or fact.reason or _("This figure is stated in the data; it adds up no rows."))
        return
    if fact.derivation:
        say(fact.derivation)
    for formula in explanation.formulas:
        say(formula)
    _print_factors(explanation)
    _print_rows(explanation)


def _print_factors(explanation: Explanation) -> None:
    headings = [
        (_("Factor"), "left"),
        (_("kg CO2e per unit"), "right"),
        (_("Basis"), "left"),
        (_("Edition, source and clause"), "left"),
        (_("kg CO2e"), "right"),
        (_("Rows"), "right"),
    ]
    rows = (
        (
            row["factor_id"],
            _factor_value(cited_of(row["factor_id"], explanation.own_factors)),
            row["accounting_basis"],
            _source(cited_of(row["factor_id"], explanation.own_factors)),
            number(row["kg_co2e"]),
            row["rows"],
        )
        for row in explanation.factors.iter_rows(named=True)
    )
    print_table(_("Factors"), headings, rows)
    _print_quality(explanation)


def _factor_value(found: Cited) -> str | None:
    return None if found.kg_co2e_per_unit is None else f"{found.kg_co2e_per_unit:.6g} / {found.unit}"


def _source(found: Cited) -> str:
    return ", ".join(text for text in (found.edition, found.title, found.clause) if text)


def _print_quality(explanation: Explanation) -> None:
    headings = [
        (_("What the estimate rests on"), "left"),
        (_("Estimated"), "left"),
        (_("kg CO2e"), "right"),
        (_("Rows"), "right"),
    ]
    answers = {True: _("yes"), False: _("no"), None: None}
    kinds = (
        (row["quality"], answers[row["estimated"]], number(row["kg_co2e"]), row["rows"])
        for row in explanation.quality.iter_rows(named=True)
    )
    print_table(_("Quality"), headings, kinds)


def _print_rows(explanation: Explanation) -> None:
    headings = [
        (_("File"), "left"),
        (_("Row"), "right"),
        (_("What"), "left"),
        (_("Amount"), "right"),
        ("", "left"),
        (_("kg CO2e"), "right"),
    ]
    rows = (
        (
            _place(row),
            row["source_row"],
            row["what"],
            _amount(row["amount"]),
            row["amount_unit"],
            number(row["kg_co2e"], 1),
        )
        for row in explanation.rows.iter_rows(named=True)
    )
    title = _("Largest rows ({shown} of {all})").format(shown=len(explanation.rows), all=explanation.all_rows)
    print_table(title, headings, rows)


def _amount(value: float | None) -> str | None:
    return number(value, 0 if value is None or abs(value) >= WHOLE_FROM else 2)


def _place(row: dict[str, Any]) -> str:
    return f"{row['source_file']} [{row['source_sheet']}]" if row["source_sheet"] else row["source_file"]


COMMANDS = (compute, explain)
