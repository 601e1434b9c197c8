"""Charts as pictures: drawn once, shared by all formats, with packaged fonts and no network."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import fontpkg_noto_sans
import vl_convert

from saleve.reporting.chart import Chart
from saleve.reporting.palette import PAPER

FONTS = Path(fontpkg_noto_sans.ROOT) / "files"
_SHARP = 2.0  # pixels for each unit of the drawing


def draw(charts: Mapping[str, Chart], folder: Path) -> None:
    """Write each chart as ``<id>.svg`` and, for word processors, ``<id>.png`` into the folder."""
    register_fonts()
    for chart in charts.values():
        svg = vl_convert.vegalite_to_svg(chart.spec, allowed_base_urls=[])
        (folder / f"{chart.id}.svg").write_text(own_names(svg, chart.id), "utf-8")
        (folder / f"{chart.id}.png").write_bytes(vl_convert.svg_to_png(_on_paper(svg), scale=_SHARP))


@lru_cache
def register_fonts() -> None:
    vl_convert.register_font_directory(str(FONTS))


def own_names(svg: str, prefix: str) -> str:
    """Give the names inside the drawing a prefix, so that several drawings can stand in one page."""
    named = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', svg)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", named)


def _on_paper(svg: str) -> str:
    """Put a white ground under the drawing: word processors print no transparency."""
    return re.sub(r"(<svg[^>]*>)", rf'\1<rect width="100%" height="100%" fill="{PAPER}"/>', svg, count=1)
