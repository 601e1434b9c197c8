"""One emission factor: its value by gas, source, edition, licence and period; the same factor at other times; where it was used."""

from typing import Any
from urllib.parse import quote

import polars as pl
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from saleve.ems import figures
from saleve.ems.factors import WHAT, factor_record, held_ids, same_factor
from saleve.ems.people.gate import needs
from saleve.ems.people.own_places.tables import within
from saleve.ems.people.permissions import Operation, scopes
from saleve.ems.web import tables
from saleve.ems.web.parts import BOUNDARIES
from saleve.language import _
from saleve.method.reference.factors import OWN_ID
from saleve.reporting.labels import label
from saleve.reporting.parts import boundary_name

_GASES = (
    ("co2_kg_per_unit", "CO₂"),
    ("ch4_kg_co2e_per_unit", "CH₄"),
    ("n2o_kg_co2e_per_unit", "N₂O"),
)


@require_safe
@needs(Operation.READ_FACTORS)
def factor(request: HttpRequest, factor: str) -> HttpResponse:
    """Show a factor."""
    held = factor_record(settings.WORKSPACE, factor)
    if held is None:
        raise Http404
    same = same_factor(settings.WORKSPACE, held)
    shown = {"gases": _gases(held), "same": _same(same, held), "uses": _uses(request, factor)}
    for table in shown.values():
        if answer := tables.download(request, table):
            return answer
    context: dict[str, Any] = {
        "area": "places",
        "factor": held,
        "own": factor.startswith(OWN_ID),
        "source_name": label("source", held["source_category"]),
        "what": [(label("column", name), label(name, held[name])) for name in WHAT if held.get(name)],
        "basis": label("accounting_basis", basis) if (basis := held["accounting_basis"]) else "–",
        "low": _bound(held, "low_pct", -1),
        "high": _bound(held, "high_pct", 1),
        "pages": {name: tables.page(request, table) for name, table in shown.items()},
        "editions": _comparisons(same, held),
        "trail": [(_("Places"), reverse("places")), (_("Emission factors"), reverse("factors"))],
    }
    return render(request, "web/factors/factor.html", context)


def with_addresses(rows: pl.DataFrame, held: pl.DataFrame | None = None) -> pl.DataFrame:
    """Add the address of the page of each factor that has one: what a supplier states, or a computed share, is no record."""
    known = held_ids(settings.WORKSPACE) if held is None else set(held["factor_id"])
    above = reverse("factor", args=["-"]).removesuffix("-/")  # once: there are thousands
    addresses = [f"{above}{quote(name)}/" if name in known else "" for name in rows["factor_id"]]
    return rows.with_columns(pl.Series("address", addresses, pl.String))


def _bound(held: dict[str, Any], name: str, sign: int) -> float | None:
    value, pct = held["kg_co2e_per_unit"], held.get(name)
    return None if value is None or pct is None else value * (1 + sign * pct / 100)


def _gases(held: dict[str, Any]) -> tables.Table:
    parts = [*_GASES, ("unsplit_kg_co2e_per_unit", _("Not told apart by gas"))]
    rows = [{"gas": name, "kg_co2e": held.get(column)} for column, name in parts]
    known = pl.DataFrame(rows, schema={"gas": pl.String, "kg_co2e": pl.Float64}).drop_nulls("kg_co2e")
    columns = (
        tables.Column("gas", _("Gas")),
        tables.Column("kg_co2e", _("kg CO₂e per unit"), "number", decimals=5, total=True),
    )
    nothing = _("The publication tells the total alone.")
    return tables.Table("gases", _("By gas"), known, columns, when_empty=nothing)


def _same(same: pl.DataFrame, held: dict[str, Any]) -> tables.Table:
    value = held["kg_co2e_per_unit"]
    change = (pl.col("kg_co2e_per_unit") / value - 1) * 100 if value else pl.lit(None, pl.Float64)
    others = same.filter(pl.col("factor_id") != held["factor_id"]).with_columns(change_pct=change)
    columns = (
        tables.Column("factor_id", _("Factor"), address="address"),
        tables.Column("edition", _("Edition")),
        tables.Column("valid_from", _("From"), "date"),
        tables.Column("valid_to", _("Until"), "date"),
        tables.Column("kg_co2e_per_unit", _("kg CO₂e per unit"), "number", decimals=4),
        tables.Column("change_pct", _("Against this one, %"), "number", decimals=1, signed=True),
    )
    nothing = _("No other edition or period of this factor is held.")
    return tables.Table("same", _("The same factor at other times"), with_addresses(others, others), columns, sort="-valid_from", rows_of_page=20, when_empty=nothing)  # fmt: skip


def _uses(request: HttpRequest, name: str) -> tables.Table:
    """Return where the factor was used, as far as these are places of the person."""
    kept = figures.read(settings.WORKSPACE)
    used = kept.uses.filter(pl.col("factor_id") == name) if kept else pl.DataFrame(schema=figures.USES)
    seen = used if not scopes(request.user, Operation.READ_INVENTORY) else within(used, request.user, Operation.READ_INVENTORY)  # fmt: skip
    rows = seen.with_columns(
        t_co2e=pl.col("kg_co2e") / 1000, site=pl.col("site").fill_null(_("Not assigned"))
    )
    columns = (
        tables.Column("year", _("Year")),
        tables.Column("site", _("Site"), choose=True),
        tables.Column("factor_level", _("Chosen as"), words=level_words(), choose=True),
        tables.Column("boundary", _("Ledger"), words={one: boundary_name(one) for one in BOUNDARIES}),
        tables.Column("rows", _("Rows"), "number", total=True),
        tables.Column("amount", _("Amount"), "number"),
        tables.Column("amount_unit", _("Unit")),
        tables.Column("t_co2e", _("Emissions"), "number", "t_co2e", 1, total=True),
    )
    nothing = _("No row of the inventories that you may see rests on it.")
    return tables.Table("uses", _("Where it was used"), rows, columns, sort="-year", rows_of_page=20, when_empty=nothing)  # fmt: skip


def level_words() -> dict[str, str]:
    """Return how near a factor is to its place, as people read it."""
    return {
        "site": _("of the site"),
        "supplier": _("of the supplier"),
        "city": _("of the city"),
        "country": _("of the country"),
        "region": _("of the region, standing in"),
        "stand_in": _("of another country, standing in"),
        "world": _("of the world, standing in"),
    }


def _comparisons(same: pl.DataFrame, held: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the other editions that can be laid beside this one, each with the address that does."""
    others = same["edition"].drop_nulls().unique().sort(descending=True).to_list()
    return [
        (edition, f"{reverse('factor_editions')}?{urlencode({'source': held['source_category'], 'first': held['edition'], 'second': edition})}")
        for edition in others
        if edition != held["edition"]
    ]  # fmt: skip


ADDRESSES = [path("factors/records/<path:factor>/", factor, name="factor")]
