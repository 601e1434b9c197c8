"""Making the annual report of a computed workspace."""

from collections.abc import Iterable
from pathlib import Path

from saleve.ems.inventories import Computed
from saleve.language import _, speaking
from saleve.method.problems import SaleveError
from saleve.reporting.annual_report import FORMATS, write_report

__all__ = ["FORMATS", "write_annual_report"]


def write_annual_report(
    computed: Computed, *, year: int, formats: Iterable[str] = FORMATS, out: Path
) -> list[Path]:
    """Write the year's annual report in the formats asked for and return the files."""
    wanted = list(dict.fromkeys(formats))
    unknown = [one for one in wanted if one not in FORMATS]
    if unknown:
        message = _("The format {format} is not known. It can be: {formats}.")
        raise SaleveError(message.format(format=unknown[0], formats=", ".join(FORMATS)))
    workspace = computed.workspace
    if workspace.reference_docx and not workspace.reference_docx.is_file():
        message = _(
            "saleve.toml names {path} as reference_docx, but there is no such file. Correct the name or add the file."
        )
        raise SaleveError(message.format(path=workspace.reference_docx))
    with speaking(workspace.language):
        return write_report(
            computed.facts(year), wanted, out, workspace.language, reference_docx=workspace.reference_docx
        )
