"""How to cite a factor or method by its id: value, edition, source with clause, licence."""

from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from saleve.language import _
from saleve.method.problems import UnknownReferenceError
from saleve.method.reference import packages
from saleve.method.reference.factors import factor

_PACKAGES = {  # how the ids of factors and methods begin -> the data package that says where they come from
    "icao-": "icao_calculator",
    "tim": "air_travel_tim",
    "desnz": "air_travel_desnz",
    "refrigerant.": "refrigerants",
    "losses.": "grid_losses",
}


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a factor comes from; its value where it is one number."""

    title: str
    edition: str = ""
    clause: str = ""
    licence: str = ""
    kg_co2e_per_unit: float | None = None
    unit: str = ""
    place: str = ""


@lru_cache(maxsize=4096)
def cited(factor_id: str | None) -> Cited:
    """Return the citation; an id of the organisation's own that is in no table is cited by itself, and no factor as none."""
    if factor_id is None:
        return Cited(_("No factor: zero by rule, or taken over as reported"))
    package = next((name for start, name in _PACKAGES.items() if factor_id.startswith(start)), None)
    if package:
        about = packages.source(package)
        return Cited(about.title, about.edition, licence=about.licence)
    stated = {
        "certificate": _("Certificates of renewable electricity, as supplied"),
        "home-leave-average": _("Average of ticketed home leave of the year, or the organisation's own rate"),
    }
    if factor_id in stated:
        return Cited(stated[factor_id])
    return _of_factor(factor_id)


def cited_of(factor_id: str | None, own: pl.DataFrame | None) -> Cited:
    """Return the citation; of a record that the organisation imported (``OWN_RECORD``), what its table says."""
    if own is None or factor_id is None or factor_id not in own["factor_id"]:
        return cited(factor_id)
    row = own.row(by_predicate=pl.col("factor_id") == factor_id, named=True)
    return Cited(
        title=row["source"],
        edition=row["edition"],
        clause=row["source_table"] or "",
        licence=row["licence"] or "",
        kg_co2e_per_unit=row["kg_co2e_per_unit"],
        unit=row["unit"],
        place=row["place"],
    )


def _of_factor(factor_id: str) -> Cited:
    try:
        found = factor(factor_id)
    except UnknownReferenceError:
        return Cited(factor_id)
    return Cited(
        title=found.source,
        edition=found.edition,
        clause=found.source_table or "",
        licence=found.licence,
        kg_co2e_per_unit=found.kg_co2e_per_unit,
        unit=found.unit,
        place=found.place,
    )
