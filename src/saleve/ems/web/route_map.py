"""Arcs of routes on a graticule: great circles in Natural Earth projection, drawn without any map from outside; width by what was flown."""

from collections.abc import Iterator
from typing import Any

import altair as alt
import numpy as np
import polars as pl
from numpy.typing import NDArray

from saleve.ems.web.natural_earth import SIDES, Fitted, fitted, placed
from saleve.language import _
from saleve.reporting.chart import Chart
from saleve.reporting.formatting import amount
from saleve.reporting.palette import ACCENT, INK, LINE, PAPER, QUIET

MOST_ARCS = 60  # more hide each other; the table behind the map holds all
_POINTS_OF_ARC = 24
_NAMED_AIRPORTS = 14  # those that have room
_WIDTH, _HEIGHT = 1150, 500
_MERIDIANS = _PARALLELS = 30  # degrees between lines
_END_LATITUDE = 80  # of the lines of longitude
_WHERE: dict[str, Any] = {"longitude": "lon:Q", "latitude": "lat:Q"}


def route_map(routes: pl.DataFrame, year: int) -> Chart | None:
    """Draw both directions of a route as one arc, those of the largest emission; ``None`` where no route has two known places.

    ``routes``: ``ROUTES`` of ``ems/figures/flights.py``, one year.
    """
    drawn = both_ways(routes).head(MOST_ARCS)
    if drawn.is_empty():
        return None
    lines = [_line(row) for row in drawn.iter_rows(named=True)]
    ways = np.concatenate([np.array(line["geometry"]["coordinates"]) for line in lines])
    view = fitted(ways[:, 1], ways[:, 0], _WIDTH, _HEIGHT)
    layers = alt.layer(_graticule(), _arcs(lines), *_airports(drawn, view))
    whole = layers.project("naturalEarth1", scale=view.scale, translate=list(view.translate), clipExtent=[[0, 0], [_WIDTH, _HEIGHT]])  # fmt: skip
    spec = whole.properties(width=_WIDTH, height=_HEIGHT).configure_view(stroke=None).configure(background="transparent")  # fmt: skip
    return Chart("routes", _title(drawn, year), _subtitle(drawn), _words(drawn), spec.to_dict())


def both_ways(routes: pl.DataFrame) -> pl.DataFrame:
    """Return one row for two airports, whichever way was flown: places, passengers, t CO2e; the largest first."""
    known = routes.drop_nulls(["origin_lat", "origin_lon", "destination_lat", "destination_lon"])
    turned = pl.col("origin") > pl.col("destination")
    ends = [
        pl.when(turned).then(f"{other}{part}").otherwise(f"{one}{part}").alias(f"{one}{part}")
        for one, other in (("origin", "destination"), ("destination", "origin"))
        for part in ("", "_lat", "_lon")
    ]
    keys = [f"{end}{part}" for end in ("origin", "destination") for part in ("", "_lat", "_lon")]
    sums = known.with_columns(ends).group_by(keys).agg(pl.col("passengers", "kg_co2e").sum())
    named = sums.with_columns(
        pl.format("{}–{}", "origin", "destination").alias("route"), t_co2e=pl.col("kg_co2e") / 1000
    )
    return named.filter(pl.col("origin") != pl.col("destination")).sort(
        "t_co2e", "route", descending=[True, False]
    )


def great_circle(
    start: tuple[float, float], end: tuple[float, float], points: int = _POINTS_OF_ARC
) -> NDArray[np.float64]:
    """Return latitudes and longitudes, in degrees, along the shortest way between two places (spherical interpolation)."""
    one, other = _vector(*start), _vector(*end)
    angle = float(np.arccos(np.clip(one @ other, -1, 1)))
    along = np.linspace(0, 1, points)[:, None]
    if np.isclose(np.sin(angle), 0):  # the same place, or opposite ones, between which every way is as short
        way = np.repeat(one[None, :], points, axis=0)
    else:
        way = (np.sin((1 - along) * angle) * one + np.sin(along * angle) * other) / np.sin(angle)
    latitude = np.degrees(np.arcsin(np.clip(way[:, 2], -1, 1)))
    return np.column_stack([latitude, np.degrees(np.arctan2(way[:, 1], way[:, 0]))])


def _vector(latitude: float, longitude: float) -> NDArray[np.float64]:
    up, around = np.radians(latitude), np.radians(longitude)
    return np.array([np.cos(up) * np.cos(around), np.cos(up) * np.sin(around), np.sin(up)])


def _arcs(lines: list[dict[str, Any]]) -> alt.Chart:
    width = alt.StrokeWidth("properties.t_co2e:Q").scale(type="sqrt", range=[0.6, 7]).legend(None)
    tips = [
        alt.Tooltip("properties.route:N").title(_("Route")),
        alt.Tooltip("properties.t_co2e:Q").title("t CO₂e").format(",.1f"),
        alt.Tooltip("properties.passengers:Q").title(_("Passengers")).format(",.0f"),
    ]
    shapes = alt.InlineData(values=lines)
    arcs = alt.Chart(shapes).mark_geoshape(filled=False, stroke=ACCENT, opacity=0.55, strokeCap="round")
    return arcs.encode(strokeWidth=width, tooltip=tips)


def _line(row: dict[str, Any]) -> dict[str, Any]:
    ends = [(float(row[f"{end}_lat"]), float(row[f"{end}_lon"])) for end in ("origin", "destination")]
    way = [
        [round(float(longitude), 2), round(float(latitude), 2)]
        for latitude, longitude in great_circle(ends[0], ends[1])
    ]
    told = {name: row[name] for name in ("route", "passengers")} | {"t_co2e": row["t_co2e"]}
    return {"type": "Feature", "properties": told, "geometry": {"type": "LineString", "coordinates": way}}


def _graticule() -> alt.Chart:
    lines = alt.graticule(step=[_MERIDIANS, _PARALLELS], extentMinor=[[-180, -_END_LATITUDE], [180, _END_LATITUDE]], extentMajor=[[-180, -_END_LATITUDE], [180, _END_LATITUDE]])  # fmt: skip
    return alt.Chart(lines).mark_geoshape(filled=False, stroke=LINE, strokeWidth=0.7)


def _airports(drawn: pl.DataFrame, view: Fitted) -> Iterator[alt.Chart]:
    ends = [
        drawn.select(airport=end, lat=f"{end}_lat", lon=f"{end}_lon", t_co2e="t_co2e")
        for end in ("origin", "destination")
    ]
    places = pl.concat(ends).group_by("airport", "lat", "lon").agg(pl.col("t_co2e").sum())
    largest = places.sort("t_co2e", "airport", descending=[True, False])
    dots = alt.Chart(alt.InlineData(values=largest.to_dicts()))
    yield dots.mark_circle(size=14, color=QUIET).encode(**_WHERE)
    yield from _names(largest.head(_NAMED_AIRPORTS), view)


def _names(largest: pl.DataFrame, view: Fitted) -> Iterator[alt.Chart]:
    """Name the airports of the largest emission that have room for a name, with a light rim over the arcs."""
    pixels = view.pixels(largest["lat"].to_numpy(), largest["lon"].to_numpy())
    sides = placed(pixels, largest["airport"].to_list())
    for side in SIDES:
        rows = [row for row, found in zip(largest.to_dicts(), sides, strict=True) if found == side]
        if rows:
            names = alt.Chart(alt.InlineData(values=rows)).encode(**_WHERE, text="airport:N")
            text: dict[str, Any] = {"dx": side.dx, "dy": side.dy, "align": side.align, "baseline": "middle", "fontSize": 12, "fontWeight": 600}  # fmt: skip
            yield names.mark_text(**text, stroke=PAPER, strokeWidth=3)
            yield names.mark_text(**text, color=INK)


def _title(drawn: pl.DataFrame, year: int) -> str:
    first = drawn.row(0, named=True)
    said = _("{route} emits the most of the routes shown of {year}: {tonnes} t CO₂e")
    return said.format(route=first["route"], year=year, tonnes=amount(first["t_co2e"], 0))


def _subtitle(drawn: pl.DataFrame) -> str:
    said = _("The {count} routes of the largest emission, both ways together; width by t CO₂e")
    return said.format(count=drawn.height)


def _words(drawn: pl.DataFrame) -> str:
    parts = [
        _("{route} {tonnes} t CO₂e").format(route=route, tonnes=amount(tonnes, 0))
        for route, tonnes in drawn.head(5).select("route", "t_co2e").iter_rows()
    ]
    return _("Map of flights. The largest: {routes}.").format(routes="; ".join(parts))
