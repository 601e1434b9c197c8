"""The report as one HTML file that needs nothing else: own style sheet, charts inside, no script, light, dark and print."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from saleve.reporting.formatting import direction
from saleve.reporting.palette import THEMED
from saleve.reporting.render.document import ASSETS, Document, convert


def render(document: Document, out_path: Path) -> None:
    """Write the page."""
    environment = Environment(loader=FileSystemLoader(ASSETS), autoescape=True)
    page = environment.get_template("page.html.j2").render(
        title=document.title,
        language=document.language,
        direction=direction(),
        style=Markup((ASSETS / "page.css").read_text("utf-8")),  # noqa: S704 - our own file
        body=Markup(_body(document)),  # noqa: S704 - escaped by pandoc
    )
    out_path.write_text(page, "utf-8")


def _body(document: Document) -> str:
    body = convert(document, "html5")
    for colour, variable in THEMED.items():
        body = body.replace(f'"{colour}"', f'"{variable}"')
    return body
