"""One document in every format: its Markdown is written once, its charts are drawn once."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from saleve.reporting.chart import Chart
from saleve.reporting.markdown import write_markdown
from saleve.reporting.records import Facts
from saleve.reporting.render import docx, html, pdf, xlsx
from saleve.reporting.render.document import Document
from saleve.reporting.render.pictures import draw

FORMATS = ("docx", "html", "pdf", "xlsx")


def write_document(
    facts: Facts,
    template: str,
    *,
    charts: Mapping[str, Chart],
    context: Mapping[str, object],
    formats: Iterable[str],
    stem: Path,
    language: str,
    reference_docx: Path | None,
) -> list[Path]:
    """Write the document of a template in each format as ``<stem>.<format>``; ``context`` has its title and further names."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    renderers = {"docx": docx.render, "html": html.render, "pdf": pdf.render, "xlsx": xlsx.render}
    with TemporaryDirectory() as name:
        folder = Path(name)
        draw(charts, folder)
        markdown = write_markdown(template, facts, charts, context)
        document = Document(str(context["title"]), markdown, facts, folder, language, reference_docx)
        paths = [stem.parent / f"{stem.name}.{each}" for each in formats]
        for path in paths:
            renderers[path.suffix[1:]](document, path)
    return paths
