"""Charts of pages: drawn on the server from the specifications of the reports, with their words and the table behind them.

Without JavaScript the drawing stands in the page; a button makes it answer to the pointer, from the same specification. Colours of
the drawing follow the theme.
"""

import json
import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import vl_convert

from saleve.ems.remembering import made_once
from saleve.ems.web.tables import Page
from saleve.reporting.chart import Chart
from saleve.reporting.palette import THEMED
from saleve.reporting.render.pictures import own_names, register_fonts


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


SMALLEST = Chart("smallest", "", "", "", {"data": {"values": [{}]}, "mark": "point"})  # loads the engine


def draw(chart: Chart, table: Page | None = None) -> Drawn:
    """Draw a chart; ``table`` is what one sees behind it."""
    roomy = {**chart.spec, "config": {**chart.spec.get("config", {}), **_ROOM}}
    svg = _svg(json.dumps(roomy, sort_keys=True), chart.id)
    return Drawn(chart.id, chart.title, chart.subtitle, chart.alt, svg, roomy, table)


# A reader's own fonts may be wider than those by which the drawing was measured.
_ROOM = {"padding": {"left": 20, "right": 8, "top": 12, "bottom": 4}}


def made(maker: Callable[..., Chart | None], *figures: Hashable, **words: Hashable) -> Chart | None:
    """Return the chart of these figures, made once for each language: a specification takes longer than the rest of a page."""
    return made_once((maker, figures, tuple(words.items())), lambda: maker(*figures, **words))


@lru_cache(maxsize=256)
def _svg(spec: str, prefix: str) -> str:
    register_fonts()
    svg = vl_convert.vegalite_to_svg(json.loads(spec), allowed_base_urls=[])
    return _themed(_flat(own_names(svg, prefix)))


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
