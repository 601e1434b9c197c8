"""A small source category and files written on the spot, so that each test says only what matters to it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from saleve.ledger.intake.checking import Checked, check_file
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.schema import Category, Column, Kind

TRIPS = SimpleNamespace(
    CATEGORY=Category(
        name="trips",
        title="Trips",
        columns=(
            Column("traveller", Kind.TEXT, "Who travelled", personal=True, synonyms=("traveller", "autoridad", "nombre")),
            Column("ticket", Kind.TEXT, "Ticket number", synonyms=("ticket", "ticket number")),
            Column("destination", Kind.TEXT, "Where to", required=True, synonyms=("destination", "destino", "to", "目的地")),
            Column("departure_date", Kind.DATE, "First day", synonyms=("departure", "fecha salida", "FECHAINICIO_COM", "出发日期")),
            Column("return_date", Kind.DATE, "Last day", synonyms=("return", "fecha llegada", "FECHAFIN_COM")),
            Column("nights", Kind.INTEGER, "Nights", synonyms=("nights", "noches"), minimum=0, maximum=400),
            Column("persons", Kind.NUMBER, "Persons", synonyms=("persons", "numbers")),
            Column("energy", Kind.NUMBER, "Energy used on the way", synonyms=("energy", "consumption")),
            Column("energy_unit", Kind.UNIT, "Unit of the energy", synonyms=("energy unit",)),
            Column("distance", Kind.NUMBER, "Distance", unit="km", synonyms=("distance",)),
            Column("cabin", Kind.CHOICE, "Cabin", synonyms=("cabin", "class"),
                   choices={"economy": ("eco", "Y", "económica"), "business": ("C", "affaires", "BUSINESS CLASS")}),
            Column("host_paid", Kind.YES_NO, "Paid by the host", synonyms=("host paid",)),
            Column("fare", Kind.MONEY, "Fare", synonyms=("fare", "gasto pasaje", "montant")),
            Column("per_diem", Kind.MONEY, "Daily allowance", synonyms=("per diem", "viaticos", "gasto viatico")),
        ),
    ),
    normalise=lambda rows, _context: Normalised(activity=rows),
)  # fmt: skip

CheckText = Callable[..., Checked]


@pytest.fixture(scope="session")
def trips() -> Any:
    return TRIPS


@pytest.fixture
def check_text(tmp_path: Path) -> CheckText:
    """Write a text file and check it as trips."""

    def check(
        text: str | bytes, *, name: str = "trips.csv", year: int | None = None, **kwargs: Any
    ) -> Checked:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        context = Context(year=year, constants=kwargs.pop("constants", {}))
        return check_file(path, category=kwargs.pop("category", TRIPS), context=context, **kwargs)

    return check


@pytest.fixture
def check_column(check_text: CheckText) -> Callable[..., Checked]:
    """Check a file that has the given columns beside a destination."""

    def check(columns: Mapping[str, list[Any]], **kwargs: Any) -> Checked:
        height = len(next(iter(columns.values())))
        whole = {"Destination": [f"Place {number}" for number in range(height)]} | dict(columns)
        frame = pl.DataFrame({name: pl.Series([None if cell is None else str(cell) for cell in cells], dtype=pl.String)
                              for name, cells in whole.items()})  # fmt: skip
        return check_text(frame.write_csv(), **kwargs)

    return check


@pytest.fixture(scope="session")
def codes() -> Callable[[Checked], set[str]]:
    """Return the codes of all problems of a file, without the notes that every file has."""
    return lambda checked: set(checked.problems["code"])
