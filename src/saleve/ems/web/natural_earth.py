"""The Natural Earth projection (Patterson 2008, as polynomials by Šavrič 2011), fitted to what is drawn, so that labels can be placed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Points = NDArray[np.float64]  # rows of x, y
_MOST_SCALE = 900.0  # pixels a radian: a few towns of one country need no larger map
_EMPTY_EDGE = 0.07  # of the drawing, on each side
_SIGN_WIDTH, _LINE_HEIGHT, _GAP = 8.5, 14.0, 10.0  # pixels of a label


@dataclass(frozen=True)
class Fitted:
    """A projection fitted to a drawing: pixels a radian, and where the middle of the map lies."""

    scale: float
    translate: tuple[float, float]

    def pixels(self, latitude: _Points, longitude: _Points) -> _Points:
        """Return x and y, from the upper left corner of the drawing."""
        plane = _plane(latitude, longitude)
        return np.column_stack([
            self.translate[0] + self.scale * plane[:, 0],
            self.translate[1] - self.scale * plane[:, 1],
        ])  # fmt: skip


def fitted(latitude: _Points, longitude: _Points, width: float, height: float) -> Fitted:
    """Return the projection that shows these places as large as the drawing allows, in its middle."""
    plane = _plane(latitude, longitude)
    low, high = plane.min(axis=0), plane.max(axis=0)
    room = np.array([width, height]) * (1 - 2 * _EMPTY_EDGE)
    scale = min(_MOST_SCALE, float((room / np.maximum(high - low, 1e-6)).min()))
    middle = (low + high) / 2
    return Fitted(scale, (width / 2 - scale * float(middle[0]), height / 2 + scale * float(middle[1])))


@dataclass(frozen=True, slots=True)
class Side:
    """Where a label stands beside its place: how its text is aligned, and how far it is moved."""

    name: str
    align: str
    dx: float
    dy: float


SIDES = (
    Side("above", "center", 0, -10),
    Side("below", "center", 0, 11),
    Side("after", "left", 7, 1),
    Side("before", "right", -7, 1),
)


def placed(places: _Points, names: Sequence[str]) -> list[Side | None]:
    """Return for each label, the most important first, a side on which it covers no earlier label; ``None`` where there is none."""
    taken: list[tuple[float, float, float, float]] = []
    found: list[Side | None] = []
    for (x, y), name in zip(places, names, strict=True):
        free = next(((side, box) for side, box in _boxes(x, y, name) if not any(_meet(box, other) for other in taken)), None)  # fmt: skip
        found.append(free[0] if free else None)
        if free:
            taken.append(free[1])
    return found


def _boxes(x: float, y: float, name: str) -> Iterator[tuple[Side, tuple[float, float, float, float]]]:
    width = _SIGN_WIDTH * len(name)
    for side in SIDES:
        start = {"center": -width / 2, "left": 0.0, "right": -width}[side.align] + x + side.dx
        top = y + side.dy - _LINE_HEIGHT / 2
        yield side, (start - _GAP / 2, top, start + width + _GAP / 2, top + _LINE_HEIGHT)


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _plane(latitude: _Points, longitude: _Points) -> _Points:
    up, around = np.radians(latitude), np.radians(longitude)
    square = up**2
    fourth = square**2
    x = around * (0.8707 - 0.131979 * square + fourth * (-0.013791 + fourth * (0.003971 * square - 0.001529 * fourth)))  # fmt: skip
    y = up * (1.007226 + square * (0.015085 + fourth * (-0.044475 + 0.028874 * square - 0.005916 * fourth)))
    return np.column_stack([x, y])
