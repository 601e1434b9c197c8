"""Making the documents of a computed workspace: annual report, inventory management plan, submission to the UN inventory."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from saleve.ems.inventories import Computed
from saleve.ems.plans import plan_before, plan_matter, rows_of
from saleve.language import _, speaking
from saleve.method.problems import SaleveError
from saleve.reporting.annual_report import FORMATS, write_report
from saleve.reporting.inventory_management_plan import write_plan
from saleve.reporting.un_submission import FORMATS as SUBMISSION_FORMATS
from saleve.reporting.un_submission import OFFSETS, PEOPLE, Submission, write_submission

__all__ = ["FORMATS", "KINDS", "write_annual_report", "write_kind"]

KINDS = ("annual", "plan", "submission")


def write_kind(
    computed: Computed, kind: str, *, year: int, formats: Sequence[str] | None = None, out: Path
) -> list[Path]:
    """Write a document of this kind in the formats asked for (all that it has if left out) and return the files."""
    if kind not in KINDS:
        message = _("The kind {kind} is not known. It can be: {kinds}.")
        raise SaleveError(message.format(kind=kind, kinds=", ".join(KINDS)))
    known = SUBMISSION_FORMATS if kind == "submission" else FORMATS
    return _WRITERS[kind](computed, year=year, formats=formats or known, out=out)


def write_annual_report(
    computed: Computed, *, year: int, formats: Iterable[str] = FORMATS, out: Path
) -> list[Path]:
    """Write the year's annual report in the formats asked for and return the files."""
    wanted = _wanted(computed, formats)
    workspace = computed.workspace
    with speaking(workspace.language):
        return write_report(
            computed.published_facts(year),
            wanted,
            out,
            workspace.language,
            reference_docx=workspace.reference_docx,
        )


def write_management_plan(
    computed: Computed, *, year: int, formats: Iterable[str] = FORMATS, out: Path
) -> list[Path]:
    """Write the year's inventory management plan, compared with that of the latest earlier year that has an inventory."""
    wanted = _wanted(computed, formats)
    workspace = computed.workspace
    with speaking(workspace.language):
        return write_plan(
            computed.published_facts(year),
            plan_matter(computed, year),
            plan_before(computed, year),
            formats=wanted,
            out_dir=out,
            language=workspace.language,
            reference_docx=workspace.reference_docx,
        )


def write_un_submission(
    computed: Computed, *, year: int, formats: Iterable[str] = SUBMISSION_FORMATS, out: Path
) -> list[Path]:
    """Write the year's workbook for the UN inventory."""
    _wanted(computed, formats, SUBMISSION_FORMATS)
    with speaking(computed.workspace.language):
        submission = Submission(
            facts=computed.published_facts(year),
            inventory=computed.inventory,
            matter=plan_matter(computed, year),
            people=rows_of(computed, "headcount", year, PEOPLE),
            offsets=rows_of(computed, "offsets", year, OFFSETS),
            hiding=computed.hiding(year),
        )
        return [write_submission(submission, out, computed.workspace.language)]


def _wanted(computed: Computed, formats: Iterable[str], known: Sequence[str] = FORMATS) -> list[str]:
    """Return the formats once each; raises ``SaleveError`` for one that the document does not have, or a template that is not there."""
    wanted = list(dict.fromkeys(formats))
    unknown = [one for one in wanted if one not in known]
    if unknown:
        message = _("The format {format} is not known. It can be: {formats}.")
        raise SaleveError(message.format(format=unknown[0], formats=", ".join(known)))
    template = computed.workspace.reference_docx
    if template and not template.is_file():
        message = _(
            "saleve.toml names {path} as reference_docx, but there is no such file. Correct the name or add the file."
        )
        raise SaleveError(message.format(path=template))
    return wanted


_WRITERS: dict[str, Callable[..., list[Path]]] = {
    "annual": write_annual_report,
    "plan": write_management_plan,
    "submission": write_un_submission,
}
