"""The report as PDF: Markdown to Typst by pandoc, set by our own template with packaged fonts only; tagged for screen readers."""

from pathlib import Path

import typst

from saleve.reporting.render.document import ASSETS, Document, convert
from saleve.reporting.render.pictures import FONTS

_TEMPLATE = ASSETS / "report.typ"


def render(document: Document, out_path: Path) -> None:
    """Write the PDF. Nothing is fetched, no font of the machine is used."""
    source = document.pictures / "report.typ"
    source.write_text(_TEMPLATE.read_text("utf-8") + convert(document, "typst"), "utf-8")
    typst.compile(
        source,
        output=out_path,
        root=document.pictures,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={
            "title": document.title,
            "organisation": document.facts.header.organisation,
            "number": document.facts.header.document_number,
            "language": document.language,
        },
        pdf_standards="ua-1",
    )
