"""Emission factors of a workspace: what is held, what differs between editions, and bringing an organisation's own."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from saleve.ems.acts import act
from saleve.ems.factor_files import FOLDER, cells_of, own_factors
from saleve.ems.settings import WorkspaceError
from saleve.ems.workspace import Workspace, open_workspace
from saleve.language import _
from saleve.ledger.evidence import Evidence, sha256_of
from saleve.method.reference.assumptions import assuming
from saleve.method.reference.countries import folded
from saleve.method.reference.factor_tables import check, records, typed
from saleve.method.reference.factors import KEYS, OWN_RECORD, PACKAGES, publication_days
from saleve.method.reference.packages import table

_CATEGORY = {
    "grid_intensity": "electricity",
    "spending": "procurement",
}  # where a package is not called as the source category that it serves
WHAT = (*KEYS, "network", "margins")
SHOWN = (
    "source_category",
    "factor_id",
    "place",
    *WHAT,
    "unit",
    "valid_from",
    "valid_to",
    "edition",
    "published",
    "accounting_basis",
    "gwp_set",
    "kg_co2e_per_unit",
    "low_pct",
    "high_pct",
    "source",
    "source_table",
    "licence",
    "deprecated",  # a later edition says the same factor for the same time
)
_IDENTITY = ("source_category", "place", *WHAT, "unit", "accounting_basis", "gwp_set")


@dataclass(frozen=True)
class ImportedTable:
    """What became of a factor table: its problems, and its records where it was taken."""

    edition: str
    problems: pl.DataFrame
    records: pl.DataFrame
    imported: bool
    known: bool = False  # the very file was imported before


def check_factors(folder: Path, file: Path) -> ImportedTable:
    """Return what the checks find of a factor table and the records that it would give; nothing is kept."""
    return _checked(open_workspace(folder), file)


def import_factors(
    folder: Path, file: Path, *, accept_warnings: bool = False, by: str | None = None
) -> ImportedTable:
    """Check a factor table and, if nothing stands against it, keep it as evidence and as an edition of the workspace.

    Nothing is taken from a table with an error, nor from one with a warning unless ``accept_warnings``. A file is never
    overwritten: raises ``WorkspaceError`` where an edition of this name came with other content.
    """
    workspace = open_workspace(folder)
    checked = _checked(workspace, file)
    blocking = ["error"] if accept_warnings else ["error", "warning"]
    if checked.records.is_empty() or set(checked.problems["severity"]) & set(blocking):
        return checked
    edition, digest = checked.edition, sha256_of(file)
    place = folder / FOLDER / f"{_slug(edition)}.{digest[:12]}.csv"
    if place.exists():
        return replace(checked, known=True)
    earlier = workspace.rules.own_factors
    if earlier is not None and edition in earlier["edition"]:
        message = _("The edition {edition} was imported before with other content. It stays; give the new table a name of its own in the column edition.")  # fmt: skip
        raise WorkspaceError(message.format(edition=edition))
    done = act(by=by)
    published = checked.records["published"][0]
    evidence = Evidence(digest, file.name, file.stat().st_size, done.at, done.by, evidence_date=published)
    workspace.stores.evidence.keep(file, evidence)
    place.parent.mkdir(exist_ok=True)
    shutil.copyfile(file, place)
    return replace(checked, imported=True)


def _checked(workspace: Workspace, file: Path) -> ImportedTable:
    table, unreadable = typed(cells_of(file))
    earlier = workspace.rules.own_factors
    with assuming(workspace.rules.own_values or {}):
        found = check(table, sites=[site.name for site in workspace.sites], earlier=earlier)
    problems = pl.concat([unreadable, found])
    edition = next(iter(table["edition"].drop_nulls()), "")
    broken = "error" in problems["severity"]
    rows = pl.DataFrame(schema=OWN_RECORD) if broken or table.is_empty() else records(table)
    return ImportedTable(edition, problems, rows, imported=False)


def factor_record(folder: Path | None, factor_id: str) -> dict[str, Any] | None:
    """Return everything that is held of a factor, with its parts by gas; None where there is no such factor."""
    found = pl.concat([_whole(folder), _potentials()], how="diagonal_relaxed").filter(factor_id=factor_id)
    return found.row(0, named=True) if found.height else None


def held_ids(folder: Path | None) -> set[str]:
    """Return the ids of all factors of which there is a record."""
    return {*_whole(folder)["factor_id"], *_potentials()["factor_id"]}


def _potentials() -> pl.DataFrame:
    """Return the warming potentials of refrigerants as factors of a kilogram."""
    held = table("refrigerants", "factors")
    return held.with_columns(
        source_category=pl.lit("refrigerants"),
        deprecated=pl.lit(value=False),
        kg_co2e_per_unit=pl.col("kyoto_kg_co2e_per_kg") + pl.col("other_kg_co2e_per_kg"),
    )


def same_factor(folder: Path | None, held: Mapping[str, Any]) -> pl.DataFrame:
    """Return the records of all periods and editions that say the same as this one (``SHOWN``)."""
    same = [pl.col(name).eq_missing(pl.lit(held[name], pl.String)) for name in _IDENTITY if name != "gwp_set"]
    return _held(folder).filter(*same)


def show_factors(
    folder: Path | None = None,
    *,
    source: str | None = None,
    place: str | None = None,
    year: int | None = None,
    edition: str | None = None,
) -> pl.DataFrame:
    """Return the factors that are held (``SHOWN``), shipped ones and those of the workspace; None leaves a column open."""
    held = _held(folder)
    if source is not None:
        _refuse_unknown(source, held["source_category"])
        held = held.filter(source_category=source)
    if edition is not None:
        _refuse_unknown(edition, held["edition"])
        held = held.filter(edition=edition)
    if place is not None:
        named = (
            pl.col("place")
            .str.replace("^[a-z]+:", "")
            .str.to_lowercase()
            .is_in([place.lower(), folded(place)])
        )
        held = held.filter(named)  # fmt: skip
    return held if year is None else held.filter(_covers(year))


def compare_factors(
    first: str,
    second: str,
    folder: Path | None = None,
    *,
    source: str | None = None,
    place: str | None = None,
) -> pl.DataFrame:
    """Return what differs between two editions, or between two years where no edition is called so.

    One row a factor that both know: its identity, ``first`` and ``second`` in kg CO2e per unit, ``change_pct``; and one with a null for
    what only one of them knows. Editions that share a period are compared for the same period.
    """
    held = show_factors(folder, source=source, place=place)
    editions = set(held["edition"])
    if {first, second} <= editions:
        one, other = held.filter(edition=first), held.filter(edition=second)
        shared = set(one["valid_from"].drop_nulls()) & set(other["valid_from"].drop_nulls())
        on = [*_IDENTITY[:-1], *(["valid_from"] if shared else [])]
    elif first.isdecimal() and second.isdecimal():
        one, other = (_newest(held.filter(_covers(int(year)))) for year in (first, second))
        on = [*_IDENTITY[:-1]]
    else:
        _refuse_unknown(first, held["edition"])
        _refuse_unknown(second, held["edition"])
        return pl.DataFrame()
    value = "kg_co2e_per_unit"
    before = one.select(*on, pl.col(value).alias("first"))
    after = other.select(*on, pl.col(value).alias("second"))
    joined = before.join(after, on=on, how="full", coalesce=True, nulls_equal=True)
    change = (pl.col("second") / pl.col("first") - 1) * 100
    differing = joined.filter(~pl.col("first").eq_missing(pl.col("second")))
    return differing.with_columns(pl.when(pl.col("first") != 0).then(change).alias("change_pct")).sort(on, nulls_last=True)  # fmt: skip


def _newest(held: pl.DataFrame) -> pl.DataFrame:
    ordered = held.sort("published", "edition", nulls_last=False)
    return ordered.unique(_IDENTITY[:-1], keep="last", maintain_order=True)


def _covers(year: int) -> pl.Expr:
    first, last = pl.col("valid_from").dt.year(), pl.col("valid_to").dt.year()
    return (first.fill_null(year) <= year) & (last.fill_null(year) >= year)


def _held(folder: Path | None) -> pl.DataFrame:
    return _whole(folder).select(SHOWN)


def _whole(folder: Path | None) -> pl.DataFrame:
    own = own_factors(folder) if folder is not None else None
    parts = [*map(_shipped, PACKAGES), *([] if own is None else [own])]
    whole = pl.concat(parts, how="diagonal_relaxed")
    absent = [pl.lit(None, pl.String).alias(name) for name in WHAT if name not in whole.columns]
    same = [*_IDENTITY, "valid_from", "valid_to"]
    newest = pl.col("published").max().over(same)
    return whole.with_columns(absent).with_columns((pl.col("published") < newest).fill_null(False).alias("deprecated"))  # fmt: skip


def _shipped(package: str) -> pl.DataFrame:
    days = publication_days().filter(package=package).drop("package")
    category = pl.lit(_CATEGORY.get(package, package)).alias("source_category")
    return table(package, "factors").join(days, on="edition", how="left").with_columns(category)


def _refuse_unknown(name: str, known: pl.Series) -> None:
    if name not in known:
        message = _("No factor is of {name}. It can be: {known}.")
        listed = ", ".join(known.drop_nulls().unique().sort())
        raise WorkspaceError(message.format(name=name, known=listed))


def _slug(edition: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", edition.lower()).strip("-") or "edition"
