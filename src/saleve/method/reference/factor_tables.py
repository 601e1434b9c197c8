"""Factor tables that an organisation brings, such as licensed ones: their columns, their checks, their records.

Every check looks at the whole table and every problem is told: components add up to the total, one accounting basis in a source
category, known places and units, blends recomputed from their composition, and what moved since the year or the edition before.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import polars as pl

from saleve.language import _, for_reader
from saleve.method.problems import Problem, problem_table
from saleve.method.reference import factor_neighbours
from saleve.method.reference.assumptions import assumption
from saleve.method.reference.countries import country_table, find_country, folded
from saleve.method.reference.factor_sources import SOURCES
from saleve.method.reference.factors import FINE, KEYS, OWN_ID, OWN_RECORD, WORLD, named_place
from saleve.method.reference.gwp import gwp_sets, refrigerants, resolve_refrigerants
from saleve.method.reference.suggestions import nearest

# What a column of the table holds; the page docs/how-to/factor-tables.md says it to people, and a test compares the two.
COLUMNS: Mapping[str, pl.DataType] = {
    "category": pl.String(),  # source category
    "edition": pl.String(),  # one for the whole table
    "published": pl.Date(),  # day on which this edition came out
    "level": pl.String(),  # site, supplier, city, country, region or world; empty: country, or world for WORLD
    "place": pl.String(),
    **dict.fromkeys(KEYS, pl.String()),  # what it is a factor of
    "composition": pl.String(),  # of a blend: HFC-32 50; HFC-125 50 (mass in percent)
    "year": pl.Int64(),  # or valid_from and valid_to
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "accounting_basis": pl.String(),
    "gwp_set": pl.String(),
    "unit": pl.String(),
    "kg_co2e_per_unit": pl.Float64(),
    "co2_kg_per_unit": pl.Float64(),
    "ch4_kg_co2e_per_unit": pl.Float64(),
    "n2o_kg_co2e_per_unit": pl.Float64(),
    "unsplit_kg_co2e_per_unit": pl.Float64(),
    "low_pct": pl.Float64(),
    "high_pct": pl.Float64(),
    "source": pl.String(),
    "source_table": pl.String(),
    "licence": pl.String(),
}
REQUIRED = ("category", "edition", "published", "accounting_basis", "unit", "kg_co2e_per_unit", "source")
LEVELS = (*FINE, "country", "region", "world")
PARTS = ("co2_kg_per_unit", "ch4_kg_co2e_per_unit", "n2o_kg_co2e_per_unit", "unsplit_kg_co2e_per_unit")
# Units that a table may use beside that of the method, and by what its factors are multiplied: kg per MWh -> kg per kWh.
_OTHER_UNITS = {"MWh": ("kWh", 0.001), "kg": ("tonne", 1000.0)}

Found = Iterator[Problem]


def typed(cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the table of text cells with the types of ``COLUMNS`` and its ``row`` in the file; and the problems of reading it."""
    named = cells.select(pl.all().str.strip_chars().replace("", None)).with_row_index("row", 2)
    known = named.with_columns(
        pl.lit(None, pl.String).alias(name) for name in COLUMNS if name not in named.columns
    )
    table = known.select(
        pl.col("row").cast(pl.Int64),
        *(pl.col(name).cast(kind, strict=False) if kind != pl.Date() else pl.col(name).str.to_date(strict=False)
          for name, kind in COLUMNS.items()),
    )  # fmt: skip
    return table, problem_table([*_of_columns(cells), *_unreadable(known, table)])


def check(
    table: pl.DataFrame, *, sites: Iterable[str] = (), earlier: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return every problem of a typed table; ``earlier``: the organisation's records that were imported before."""
    found = [
        *_empty(table),
        *_of_values(table),
        *_of_keys(table),
        *_of_units(table),
        *_of_places(table, list(sites)),
        *_of_editions(table),
        *_of_bases(table, earlier),
        *_beside_shipped(table),
        *_of_parts(table),
        *_of_blends(table),
        *_twice(table),
        *factor_neighbours.asked(_compared(table), factor_neighbours.of_records(earlier), _offers()),
    ]
    return problem_table(found)


def records(table: pl.DataFrame) -> pl.DataFrame:
    """Return the records (``OWN_RECORD``) of a checked table, in the units in which the methods count."""
    unit, times = _converted(table)
    no_parts = pl.all_horizontal(pl.col(name).is_null() for name in PARTS)
    whole = pl.when(no_parts).then("kg_co2e_per_unit").otherwise("unsplit_kg_co2e_per_unit")
    width = pl.lit(assumption("supplier_factor_half_width_pct"))
    places = _places(table)
    key = pl.concat_str(*KEYS, separator=".", ignore_nulls=True)
    prepared = table.with_columns(places, *_period(), whole.alias("unsplit_kg_co2e_per_unit"))
    named = pl.format(
        OWN_ID + "{}.{}.{}.{}.{}.{}",
        "edition",
        "category",
        "place",
        key,
        "unit",
        pl.col("valid_from").dt.year(),
    )
    return (
        prepared.with_columns(named.alias("factor_id"))
        .with_columns(
            *[(pl.col(name) * times).alias(name) for name in ("kg_co2e_per_unit", *PARTS)],
            unit.alias("unit"),
            pl.coalesce("low_pct", width).alias("low_pct"),
            pl.coalesce("high_pct", width).alias("high_pct"),
            pl.col("category").alias("source_category"),
            unit.alias("factor_unit"),
            _canonical(table).alias("refrigerant"),
        )
        .select(pl.col(name).cast(kind) for name, kind in OWN_RECORD.items())
    )  # fmt: skip


def _compared(table: pl.DataFrame) -> pl.DataFrame:
    """Return the rows as ``factor_neighbours`` compares them."""
    unit, times = _converted(table)
    first = pl.coalesce("year", pl.col("valid_from").dt.year())
    return (
        table.with_columns(_places(table), _canonical(table).alias("refrigerant"), unit.alias("unit"))
        .select(
            **{
                name: pl.col(name)
                for name in factor_neighbours.COMPARED
                if name not in {"first", "last", "kg"}
            },
            first=first,
            last=pl.coalesce(pl.col("valid_to").dt.year(), first),
            kg=table.select(pl.col("kg_co2e_per_unit") * times).to_series(),
        )
        .cast(pl.Schema(factor_neighbours.COMPARED))
    )


@lru_cache
def _offers() -> dict[str, pl.DataFrame]:
    return {category: source.offers() for category, source in SOURCES.items()}


def _places(table: pl.DataFrame) -> pl.Expr:
    """Return the place as a choice compares it: ``site:name``, ``CHE``, ``WORLD``."""
    fine = table.filter(pl.col("level").is_in(FINE)).select("level", "place").unique().drop_nulls()
    names = {f"{level}|{place}": named_place(level, place) for level, place in fine.iter_rows()}
    known = pl.format("{}|{}", "level", "place").replace_strict(names, default=None, return_dtype=pl.String)
    return pl.coalesce(known, "place", pl.lit(WORLD)).alias("place")


def _period() -> list[pl.Expr]:
    first = pl.coalesce("valid_from", pl.date(pl.col("year"), 1, 1))
    last = pl.coalesce("valid_to", pl.date(pl.col("year"), 12, 31))
    return [first.alias("valid_from"), last.alias("valid_to")]


def _canonical(table: pl.DataFrame) -> pl.Expr:
    names = table["refrigerant"].drop_nulls().unique().to_list()
    known = dict(resolve_refrigerants(names).iter_rows())
    return pl.col("refrigerant").replace_strict(known, default=None, return_dtype=pl.String)


def _of_columns(cells: pl.DataFrame) -> Found:
    for name in REQUIRED:
        if name not in cells.columns:
            message = _("There is no column {column}, which is required.").format(column=name)
            yield Problem("factor-column-missing", "error", message, column=name)
    for name in cells.columns:
        if name not in COLUMNS:
            close = ", ".join(nearest(name, COLUMNS)) or ", ".join(COLUMNS)
            message = _("The column is not known and would not be read.")
            yield Problem("factor-column-unknown", "error", message, _("Name it as one of: {names}; or remove it.").format(names=close), column=name)  # fmt: skip


def _unreadable(cells: pl.DataFrame, table: pl.DataFrame) -> Found:
    """A cell that has text and no value of its kind; nan and infinity are no numbers."""
    for name, kind in COLUMNS.items():
        unread = table[name].is_null()
        if kind == pl.Float64():
            unread |= ~table[name].is_finite().fill_null(True)
        for row, cell in cells.filter(unread & cells[name].is_not_null()).select("row", name).iter_rows():
            message = _("'{cell}' cannot be read.").format(cell=cell)
            suggestion = _("Write numbers with a point and no separators, days as year-month-day.")
            yield Problem("factor-cell-unreadable", "error", message, suggestion, row, name)


def _empty(table: pl.DataFrame) -> Found:
    for name in REQUIRED:
        for row in table.filter(pl.col(name).is_null())["row"]:
            yield Problem(
                "factor-cell-empty", "error", _("The cell is empty, but required."), row=row, column=name
            )
    dated = pl.col("year").is_not_null() | pl.col("valid_from").is_not_null()
    refrigerant = pl.col("category") == "refrigerants"
    for row in table.filter(~dated & ~refrigerant.fill_null(False))["row"]:
        message = _("The row does not say for which year it holds.")
        yield Problem(
            "factor-no-year", "error", message, _("Fill year, or valid_from and valid_to."), row, "year"
        )
    for row in table.filter(pl.col("valid_from") > pl.col("valid_to"))["row"]:
        message = _("valid_to comes before valid_from.")
        yield Problem("factor-period", "error", message, row=row, column="valid_to")
    for row in table.filter(
        (pl.col("kg_co2e_per_unit") < 0) | (pl.col("low_pct") < 0) | (pl.col("high_pct") < 0)
    )["row"]:
        message = _("The factor or its range is below zero.")
        yield Problem("factor-negative", "error", message, row=row, column="kg_co2e_per_unit")  # fmt: skip


def _of_values(table: pl.DataFrame) -> Found:
    """Categories, levels and sets of potentials must be those that the methods know."""
    yield from _not_among(table, "category", list(SOURCES))
    yield from _not_among(table, "level", list(LEVELS))
    yield from _not_among(table, "gwp_set", gwp_sets())
    for category, source in SOURCES.items():
        finer = pl.col("level").is_in(FINE) & ~pl.col("level").is_in(list(source.levels))
        for row, level in table.filter(finer, category=category).select("row", "level").iter_rows():
            message = _("Rows of {category} name no {level}: the factor would serve none.")
            suggestion = _("Write one of: {names}.").format(names=", ".join([*source.levels, *LEVELS[3:]]))
            yield Problem("factor-level", "error", message.format(category=category, level=level), suggestion, row, "level")  # fmt: skip
    # A potential without its set can belong to no inventory.
    for row in table.filter(pl.col("category") == "refrigerants", pl.col("gwp_set").is_null())["row"]:
        yield Problem("factor-cell-empty", "error", _("The cell is empty, but required."), row=row, column="gwp_set")  # fmt: skip


def _of_keys(table: pl.DataFrame) -> Found:
    """What a factor is of is named in the columns of its category, and in no other."""
    for category, source in SOURCES.items():
        rows = table.filter(category=category)
        for key in source.key:
            for row in rows.filter(pl.col(key).is_null())["row"]:
                yield Problem("factor-cell-empty", "error", _("The cell is empty, but required."), row=row, column=key)  # fmt: skip
            yield from _not_among(rows, key, _known_keys(category, key, rows))
        for key in set(KEYS) - set(source.key):
            for row in rows.drop_nulls(key)["row"]:
                message = _("Factors of {category} are not told apart by {column}.")
                yield Problem("factor-key-of-another-category", "error", message.format(category=category, column=key), _("Leave the cell empty."), row, key)  # fmt: skip


def _known_keys(category: str, key: str, rows: pl.DataFrame) -> list[str]:
    if category == "refrigerants":  # bear many names
        names = rows["refrigerant"].drop_nulls().unique().to_list()
        return resolve_refrigerants(names).drop_nulls()["name"].to_list()
    return _offers()[category][key].drop_nulls().unique().sort().to_list()


def _of_units(table: pl.DataFrame) -> Found:
    """A unit must be one in which the method counts the amount: of one fuel litres, of one way to travel passenger-km."""
    for category, source in SOURCES.items():
        rows = table.filter(category=category)
        for several in rows.partition_by(source.key, maintain_order=True) if source.key else [rows]:
            yield from _not_among(several, "unit", _units(category, several.select(source.key)))


def _units(category: str, keys: pl.DataFrame) -> list[str]:
    """Return the units of the factors of these keys, or of the whole category where none is shipped of them."""
    offered = _offers()[category]
    alike = offered.join(keys.unique(), on=keys.columns, how="semi") if keys.columns else offered
    held = (offered if alike.is_empty() else alike)["unit"].unique().sort().to_list()
    return held + [name for name, (unit, _times) in _OTHER_UNITS.items() if unit in held and name not in held]


def _converted(table: pl.DataFrame) -> tuple[pl.Expr, pl.Expr]:
    """Return the unit in which the method counts, and by what a factor is multiplied to be per that unit."""
    methods = {category: set(offered["unit"]) for category, offered in _offers().items()}
    pairs = table.select("category", "unit").unique().drop_nulls().iter_rows()
    other = {
        f"{category}|{unit}": _OTHER_UNITS[unit]
        for category, unit in pairs
        if unit in _OTHER_UNITS and unit not in methods[category]
    }
    named = pl.format("{}|{}", "category", "unit")
    units, times = ({name: pair[part] for name, pair in other.items()} for part in (0, 1))
    return (
        pl.coalesce(named.replace_strict(units, default=None, return_dtype=pl.String), "unit"),
        named.replace_strict(times, default=1.0, return_dtype=pl.Float64),
    )


def _not_among(table: pl.DataFrame, column: str, known: list[str]) -> Found:
    wrong = table.filter(pl.col(column).is_not_null() & ~pl.col(column).is_in(known))
    for row, value in wrong.select("row", column).iter_rows():
        message = _("'{value}' is not known.").format(value=value)
        names = ", ".join(nearest(value, known) or known)
        suggestion = _("Write one of: {names}.").format(names=names) if names else None
        yield Problem("factor-value-unknown", "error", message, suggestion, row, column)


def _of_places(table: pl.DataFrame, sites: list[str]) -> Found:
    """A place of the country level is a code that we hold; a site is one of the workspace; other names are free."""
    shipped = [offered["place"] for offered in _offers().values() if "place" in offered.columns]
    known = {WORLD, *country_table()["iso3"], *pl.concat(shipped)}
    coarse = table.filter(
        ~pl.col("level").is_in(FINE).fill_null(False) & (pl.col("category") != "refrigerants")
    )
    for row, place in (
        coarse.filter(pl.col("place").is_not_null() & ~pl.col("place").is_in(known))
        .select("row", "place")
        .iter_rows()
    ):
        message = _("'{value}' is not known.").format(value=place)
        yield Problem("factor-value-unknown", "error", message, _code_of(place), row, "place")
    of_sites = {name.casefold() for name in map(folded, sites)}
    for row, level, place in (
        table.filter(pl.col("level").is_in(FINE) | (pl.col("category") != "refrigerants"))
        .select("row", "level", "place")
        .iter_rows()
    ):
        if place is None and level != "world":
            yield Problem(
                "factor-cell-empty", "error", _("The cell is empty, but required."), row=row, column="place"
            )
        elif level == "site" and place and folded(place) not in of_sites:
            message = _("The workspace has no site '{site}'.").format(site=place)
            yield Problem("factor-site-unknown", "error", message, ", ".join(nearest(place, sites)) or None, row, "place")  # fmt: skip


def _code_of(place: str) -> str:
    country = find_country(place)
    if country is None:
        return _("Write an ISO 3166 code of three letters such as CHE, or WORLD.")
    codes = dict(country_table().select("iso2", "iso3").iter_rows())
    return _("Write {code}.").format(code=codes[country.iso2])


def _of_editions(table: pl.DataFrame) -> Found:
    for name in ("edition", "published"):
        values = table[name].drop_nulls().unique().sort().to_list()
        if len(values) > 1:
            message = _("One file holds one edition, but this one has: {values}.")
            yield Problem("factor-editions", "error", message.format(values=", ".join(map(str, values))), column=name)  # fmt: skip


def _of_bases(table: pl.DataFrame, earlier: pl.DataFrame | None) -> Found:
    """Factors of several accounting bases never meet in one category (GHG Protocol Scope 2 Guidance: one method per total)."""
    named = [table.select("category", "accounting_basis")]
    if earlier is not None:
        named.append(earlier.select(pl.col("source_category").alias("category"), "accounting_basis"))
    bases = pl.concat(named).drop_nulls().group_by("category").agg(pl.col("accounting_basis").unique().sort())
    for category, several in bases.sort("category").iter_rows():
        if len(several) > 1:
            message = _("Factors of {category} are of several accounting bases: {bases}.")
            suggestion = _("Give factors of one basis for the whole category.")
            text = message.format(category=category, bases=", ".join(several))
            yield Problem("factor-bases", "error", text, suggestion, column="accounting_basis")


def _beside_shipped(table: pl.DataFrame) -> Found:
    """A basis of which none is shipped serves only where no shipped factor stands beside it."""
    named = table.select("category", "accounting_basis").unique(maintain_order=True).drop_nulls()
    for category, basis in named.filter(pl.col("category").is_in(list(SOURCES))).iter_rows():
        shipped = _offers()[category]["accounting_basis"].drop_nulls().unique().sort().to_list()
        if shipped and basis not in shipped:
            message = _("The factors of {category} that Salève holds count by {shipped}, these by {basis}.")
            text = message.format(category=category, shipped=", ".join(shipped), basis=basis)
            suggestion = for_reader(
                _("Both are never mixed: bring factors for all rows. Import again with --yes if you do."),
                _("Both are never mixed: bring factors for all rows. Confirm it if you do."),
            )
            yield Problem("factor-basis-beside-shipped", "warning", text, suggestion, column="accounting_basis")  # fmt: skip


def _of_parts(table: pl.DataFrame) -> Found:
    tolerance = assumption("factor_parts_tolerance_pct") / 100
    given = pl.any_horizontal(pl.col(name).is_not_null() for name in PARTS)
    summed = table.filter(given).with_columns(parts=pl.sum_horizontal(PARTS))
    total = pl.col("kg_co2e_per_unit")
    wrong = summed.filter((pl.col("parts") - total).abs() > tolerance * total.abs())
    for row, parts, whole in wrong.select("row", "parts", "kg_co2e_per_unit").iter_rows():
        message = _("The parts add up to {parts}, but the total is {total}.")
        text = message.format(parts=f"{parts:.6g}", total=f"{whole:.6g}")
        suggestion = _("Correct a part, or put the rest into unsplit_kg_co2e_per_unit.")
        yield Problem("factor-parts", "error", text, suggestion, row, "kg_co2e_per_unit")


def _of_blends(table: pl.DataFrame) -> Found:
    """kg CO2e per kg of a blend = sum of mass share x warming potential (IPCC 2006 Guidelines, vol. 3, ch. 7)."""
    tolerance = assumption("blend_tolerance_pct") / 100
    blends = table.filter(pl.col("composition").is_not_null()).select(
        "row", "composition", "gwp_set", "kg_co2e_per_unit"
    )
    for row, composition, gwp_set, stated in blends.iter_rows():
        shares = composition_of(composition)
        computed = blend_kg_co2e_per_kg(shares, gwp_set) if shares else None
        if computed is None:
            message = _(
                "The composition '{composition}' cannot be read as shares of 100 percent of known gases, or gwp_set is missing."
            )
            suggestion = _("Write it as in: HFC-32 50; HFC-125 50.")
            yield Problem("factor-composition", "error", message.format(composition=composition), suggestion, row, "composition")  # fmt: skip
        elif stated is not None and abs(computed - stated) > tolerance * abs(computed):
            message = _(
                "The composition gives {computed} kg CO2e per kg with {gwp_set}, but the table says {stated}."
            )
            text = message.format(computed=f"{computed:.6g}", gwp_set=gwp_set, stated=f"{stated:.6g}")
            yield Problem("factor-blend", "error", text, None, row, "kg_co2e_per_unit")


def composition_of(text: str) -> dict[str, float] | None:
    """Return mass shares in percent by gas, of a text such as ``HFC-32 50; HFC-125 50``; None unless they are 100 percent."""
    shares: dict[str, float] = {}
    for part in text.split(";"):
        gas, _blank, share = part.strip().rpartition(" ")
        if not gas or not share.replace(".", "", 1).isdigit():
            return None
        shares[gas.strip()] = float(share)
    return shares if abs(sum(shares.values()) - 100) < 0.5 else None


def blend_kg_co2e_per_kg(shares: Mapping[str, float], gwp_set: str | None) -> float | None:
    """Return the warming potential of a mixture; None where a gas or the set is not known."""
    names = dict(resolve_refrigerants(list(shares)).iter_rows())
    of_set = refrigerants().filter(gwp_set=gwp_set)
    whole = of_set.select("refrigerant", pl.col("kyoto_kg_co2e_per_kg") + pl.col("other_kg_co2e_per_kg"))
    potentials = dict(whole.iter_rows())
    if any(names[gas] not in potentials for gas in shares):
        return None
    return float(sum(share / 100 * potentials[names[gas]] for gas, share in shares.items()))


def _identity() -> list[pl.Expr]:
    names = ("category", "level", "place", *KEYS, "unit", "gwp_set")
    return [pl.col(name).fill_null("") for name in names]


def _twice(table: pl.DataFrame) -> Found:
    same = [*_identity(), pl.coalesce("year", pl.col("valid_from").dt.year()).alias("first")]
    again = table.with_columns(*same).filter(pl.len().over([expr.meta.output_name() for expr in same]) > 1)
    for row in again["row"]:
        message = _("Another row says the same factor for the same time.")
        yield Problem("factor-twice", "error", message, _("Keep one of them."), row)
