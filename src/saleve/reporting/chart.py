"""What a chart is; what makes charts is in ``charts.py``, and is loaded by what makes them alone."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Chart:
    """A chart: what it shows in words, and its Vega-Lite specification."""

    id: str
    title: str
    subtitle: str
    alt: str
    spec: dict[str, Any]
