"""Charts of pages: drawn on the server from the specifications of the reports, with their words and the table behind them.

Without JavaScript the drawing stands in the page; a button makes it answer to the pointer, from the same specification. Colours of
the drawing follow the theme.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import vl_convert

from saleve.ems.web.tables import Page
from saleve.reporting.charts import Chart
from saleve.reporting.palette import THEMED
from saleve.reporting.render.pictures import own_names, register_fonts

_ROOM = 14  # pixels


@dataclass(frozen=True)
class Drawn:
    """A chart ready for its template."""

    id: str
    title: str
    subtitle: str
    alt: str
    svg: str
    spec: dict[str, Any]
    table: Page | None = None


def draw(chart: Chart, table: Page | None = None) -> Drawn:
    """Draw a chart; ``table`` is what one sees behind it."""
    spec = json.dumps(chart.spec, sort_keys=True)
    return Drawn(chart.id, chart.title, chart.subtitle, chart.alt, _svg(spec, chart.id), chart.spec, table)


@lru_cache(maxsize=256)
def _svg(spec: str, prefix: str) -> str:
    register_fonts()
    svg = vl_convert.vegalite_to_svg(json.loads(spec), allowed_base_urls=[])
    return _themed(_with_room(_flat(own_names(svg, prefix))))


def _with_room(svg: str) -> str:
    """Leave room on both sides: the fonts of a reader may be wider than those by which the drawing was measured."""
    return re.sub(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', _widened, svg, count=1)


def _widened(found: re.Match[str]) -> str:
    width, height = map(float, found.groups())
    return f'viewBox="{-_ROOM} 0 {width + 2 * _ROOM} {height}"'


def _themed(svg: str) -> str:
    """Let the drawing take its colours from the page: attributes cannot hold variables, classes can."""
    for colour in THEMED:
        for kind in ("fill", "stroke"):
            svg = svg.replace(f'{kind}="{colour}"', f'{kind}="{colour}" data-{kind}="{_NAMES[colour]}"')
    return svg


def _flat(svg: str) -> str:
    """Take out what would be read aloud mark by mark: the figure has its own words."""
    svg = re.sub(r' (aria-[a-z]+|role)="[^"]*"', "", svg)
    return re.sub(r"<svg ", '<svg aria-hidden="true" focusable="false" ', svg, count=1)


_NAMES: dict[str, Any] = {
    colour: variable.removeprefix("var(--").removesuffix(")") for colour, variable in THEMED.items()
}
