"""What pages of an inventory ask of the kept figures: the year, the part of it, and what of it the person may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from saleve.ems.figures import Figures, View
from saleve.ems.figures.cuts import DIMENSIONS, WHOLE, WITHIN
from saleve.ems.figures.explaining import KEYS
from saleve.ems.people.own_places.tables import cuts_within
from saleve.ems.people.permissions import EVERYWHERE, Operation, scopes, sees_travellers
from saleve.ems.web.first_figures import first_figures
from saleve.language import _
from saleve.method.base_year import Break
from saleve.reporting.parts import TOGETHER, dimension_name, part_name

BOUNDARIES = ("minimum", "optional", "offset", "memo")
Part = tuple[str, str]  # dimension and name, such as ("site", "Nairobi")
_KIND_OF_PLACE = {"categories": "source", "units": "unit", "sites": "site"}


@dataclass(frozen=True)
class Asked:
    """What the address asks to see of the inventory of a year."""

    year: int
    by: str
    boundary: str
    within: Part | None
    ranges: bool


def sees_whole(request: HttpRequest) -> bool:
    """Tell whether the person sees the sums of all places."""
    return EVERYWHERE in scopes(request.user, Operation.READ_INVENTORY)


def own_places(request: HttpRequest) -> list[Part]:
    """Return the places to which the roles of the person are limited; none where nothing limits them."""
    if sees_whole(request):
        return []
    found = scopes(request.user, Operation.READ_INVENTORY)
    return [
        (dimension, name)
        for kind, dimension in _KIND_OF_PLACE.items()
        for scope in found
        for name in sorted(getattr(scope, kind))
    ]


def view_of(request: HttpRequest, figures: Figures) -> View:
    """Return the figures that the person may see: with small groups of travellers or without."""
    return figures.view(travellers=sees_travellers(request.user))


def asked(request: HttpRequest, view: View, year: int) -> Asked:
    """Read the address; what it does not say, or what cannot be, is the whole by source."""
    said = request.GET
    boundary = said.get("boundary", "")
    boundary = boundary if boundary in BOUNDARIES else "minimum"
    places = own_places(request)
    within = _part(said.get("within", ""))
    if places and within not in places:
        within = places[0]
    elif within and within not in names_within(view, year, boundary):
        within = None
    choices = dimensions(within)
    by = said.get("by", "")
    return Asked(year, by if by in choices else choices[0], boundary, within, "off" not in said.getlist("range"))  # fmt: skip


def dimensions(within: Part | None) -> list[str]:
    """Return by what a part can be cut."""
    return [one for one in DIMENSIONS if within is None or one != within[0]]


def names_within(view: View, year: int, boundary: str) -> list[Part]:
    """Return the parts of a year that can be looked at by themselves."""
    found = [(one, view.cut(one, year=year, boundary=boundary)) for one in WITHIN]
    return [(one, str(name)) for one, rows in found for name in rows["name"].drop_nulls()]


def within_choices(parts: Sequence[Part]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the parts as groups of a list: name of the dimension, and value and words of each part."""
    kinds = dict.fromkeys(dimension for dimension, _name in parts)
    return [
        (dimension_name(kind), [(value_of((kind, name)), part_name(kind, name)) for one, name in parts if one == kind])
        for kind in kinds
    ]  # fmt: skip


def value_of(part: Part | None) -> str:
    """Return a part as an address holds it."""
    return ":".join(part) if part else ""


def part_words(within: Part | None) -> str:
    """Return what is looked at, in words."""
    return part_name(*within) if within else _("the whole organisation")


def cut_of(request: HttpRequest, view: View, asked_for: Asked) -> pl.DataFrame:
    """Return the sums that are asked for, of those that the person may see; what is hidden stands together at the end."""
    found = view.cut(asked_for.by, year=asked_for.year, boundary=asked_for.boundary, within=asked_for.within)
    seen = cuts_within(found, request.user)
    hidden = seen.filter(pl.col("hidden").is_not_null())
    whole = whole_of(request, view, asked_for.within, asked_for.boundary).filter(year=asked_for.year)
    if hidden.is_empty() or whole.is_empty() or whole["kg_co2e"].item() is None:
        return seen
    shown = seen.filter(pl.col("hidden").is_null())
    rest = [(whole[name] - (shown[name].sum() or 0)).alias(name) for name in ("kg_co2e", "rows")]
    unknown = [pl.lit(None, pl.Float64).alias(name) for name in ("low_kg_co2e", "high_kg_co2e", "estimated_share")]  # fmt: skip
    together = hidden.head(1).with_columns(*rest, *unknown, name=pl.lit(TOGETHER), hidden=pl.lit(None, pl.String), not_computed_rows=pl.lit(0, pl.Int64))  # fmt: skip
    return pl.concat([shown, together])


def whole_of(request: HttpRequest, view: View, within: Part | None, boundary: str) -> pl.DataFrame:
    """Return the sum of what is looked at, of every year that has one."""
    if within is None:
        return cuts_within(view.cut(WHOLE, boundary=boundary), request.user)
    rows = view.cut(within[0], boundary=boundary).filter(pl.col("name") == within[1])
    return cuts_within(rows, request.user)


def explanation_address(row: Mapping[str, Any]) -> str:
    """Return where a row of sums is explained; none for what is hidden."""
    if row["hidden"] is not None or row["kg_co2e"] is None or row["name"] == TOGETHER:
        return ""
    if row["figure_id"]:
        return reverse("explain_figure", kwargs={"figure": row["figure_id"]})
    keys = {key: row[key] for key in KEYS if row[key] is not None}
    return f"{reverse('explain_part')}?{urlencode(keys)}"


def inside_address(wanted: Asked, by: str, name: str | None) -> str:
    """Return where a part of the whole is looked at by itself."""
    if name in (None, TOGETHER) or by not in WITHIN or wanted.within is not None:
        return ""
    query = {
        "within": value_of((by, name)),
        "boundary": wanted.boundary,
        "range": "on" if wanted.ranges else "off",
    }
    return f"{reverse('inventory')}?{urlencode(query)}"


def with_addresses(rows: pl.DataFrame) -> pl.DataFrame:
    """Return sums with the address of the explanation of each."""
    found = [explanation_address(row) for row in rows.iter_rows(named=True)]
    return rows.with_columns(address=pl.Series(found, dtype=pl.String))


def pages_beside() -> list[tuple[str, str]]:
    """Return the pages of an inventory beside each other."""
    return [
        (_("Figures"), reverse("inventory")),
        (_("Compare years"), reverse("compare_years")),
        (_("Review and publish"), reverse("runs")),
    ]


def about_figures(kept: Figures) -> dict[str, Any]:
    """Return of which state the figures are, in words, and what moved since."""
    words = {
        "ledger": _("data"),
        "settings": _("settings"),
        "factors": _("own factors"),
        "method": _("the program"),
        "files": _("files of the folder"),
        "runs": _("kept inventories"),
        "month": _("the month, so that more data are due"),
    }
    moved = [words[one] for one in kept.moved]
    return {"kept": kept, "about": kept.about, "moved": ", ".join(moved)}


def breaks_of(kept: Figures) -> list[Break]:
    """Return the years from which on the series is another."""
    return [
        Break(**{**row, "source": row["source"] or "", "site": row["site"] or ""})
        for row in kept.breaks.iter_rows(named=True)
    ]


def nothing(request: HttpRequest, kept: Figures | None, year: int | None) -> HttpResponse:
    """Say that there are no figures, or none of the year, and what to do."""
    newest = max(kept.about.years) if kept and kept.about.years else None
    context = {
        "area": "inventory",
        "kept": kept if newest else None,
        "year": year,
        "newest": newest,
        "first_figures": "" if kept else first_figures(),
    }
    return render(request, "web/inventory/nothing.html", context)


def _part(text: str) -> Part | None:
    dimension, _colon, name = text.partition(":")
    return (dimension, name) if dimension in WITHIN and name else None
