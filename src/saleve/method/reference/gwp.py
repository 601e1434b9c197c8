"""Global warming potentials (100 years) and refrigerants.

Refrigerants have two figures: Kyoto gases, which belong to the total, and others (CFC, HCFC ...), which inventories of the UN
system report apart.
"""

from functools import lru_cache

import polars as pl

from saleve.method.reference.packages import table, words
from saleve.method.reference.suggestions import unknown


def gwp(species: str, gwp_set: str) -> float:
    """Return kg CO2e per kg of the gas in a set: SAR, TAR, AR4, AR5 or AR6.

    Raises ``UnknownReferenceError`` for a gas or set that we do not hold.
    """
    held = _potentials()
    if (species, gwp_set) not in held:
        known = {name for name, _ in held} if species not in {name for name, _ in held} else gwp_sets()
        raise unknown(gwp_set if species in {name for name, _ in held} else species, sorted(known))
    return held[species, gwp_set]


def gwp_sets() -> list[str]:
    """Return the sets that we hold, oldest first."""
    order = ("SAR", "TAR", "AR4", "AR5", "AR6")
    held = set(words("gwp", "gwp", "gwp_set"))
    return [name for name in order if name in held]


def refrigerants() -> pl.DataFrame:
    """Return one row a refrigerant and GWP set: ``kyoto_kg_co2e_per_kg``, ``other_kg_co2e_per_kg``, factor id, source."""
    return table("refrigerants", "factors")


def composition() -> pl.DataFrame:
    """Return the components of blends: ``refrigerant, component, mass_pct``."""
    return table("refrigerants", "composition")


def resolve_refrigerants(names: list[str]) -> pl.DataFrame:
    """Return ``name`` and ``refrigerant`` (null if unknown) for each name in the order given; R404, R-404A and r404a are one."""
    known = table("refrigerants", "names").select("lookup_key", "refrigerant")
    asked = pl.DataFrame({"name": names}, schema={"name": pl.String}).with_columns(_key("name"))
    return asked.join(known, on="lookup_key", how="left", maintain_order="left").drop("lookup_key")


def resolve_refrigerant(name: str) -> str:
    """Return our name of the refrigerant.

    Raises ``UnknownReferenceError`` with the nearest names.
    """
    found: str | None = resolve_refrigerants([name])["refrigerant"].item()
    if found is None:
        raise unknown(name, refrigerant_names())
    return found


def refrigerant_names() -> list[str]:
    """Return every name that resolves, for suggestions."""
    return table("refrigerants", "names")["code"].to_list()


def _key(column: str) -> pl.Expr:
    """Return the name as look-ups compare it: capitals and digits, without a leading 'refrigerant', 'gas' or 'Freon'."""
    bare = pl.col(column).str.to_uppercase().str.replace(r"^\s*(REFRIGERANT|GAS|FREON)\b", "")
    return bare.str.replace_all(r"[^A-Z0-9]", "").alias("lookup_key")


@lru_cache
def _potentials() -> dict[tuple[str, str], float]:
    rows = table("gwp", "gwp").select("species", "gwp_set", "gwp").iter_rows()
    return {(species, name): value for species, name, value in rows}
