"""What a report is made of: figures with stable names, and tables of such figures."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from saleve.method.base_year import Break
from saleve.method.bridges import Bridge
from saleve.method.emissions.rules import Rules
from saleve.method.inventory import Selection
from saleve.method.planning.target_path import Position, Target
from saleve.method.reference.rule_sets import RuleSet


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure: its name for ever (``2025.total``), value in full precision, unit code and what it rests on.

    ``low`` and ``high`` bound the 95 % range in the same unit. A missing value is ``None`` with its reason.
    """

    id: str
    value: float | None
    unit: str
    label: str
    short_label: str = ""  # what the line of a table says, where the table's title says the rest
    low: float | None = None
    high: float | None = None
    decimals: int = 0
    estimated_share: float | None = None
    rows: int | None = None
    reason: str = ""
    selection: Selection | None = None  # the part of the inventory that was summed, where there is one
    derivation: str = (
        ""  # how it follows from other figures, by their names, where it is no sum of rows itself
    )
    hidden: bool = False  # the value is known, but not told: too few travellers stand behind it


Part = Literal["value", "full", "range", "estimated", "rows", "unit"]  # full: the value with its unit


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: a figure, and which part of it is printed."""

    fact: Fact
    part: Part = "value"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its label and its cells, each a figure or plain words."""

    label: str
    cells: tuple[Cell | str, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures: ``headings[0]`` heads the labels; ``widths`` are relative."""

    id: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    widths: tuple[int, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportHeader:
    """What stands at the head of a Council document (``[report]`` in ``saleve.toml``); empty lines are left out."""

    organisation: str
    session: str = ""
    city: str = ""
    dates: str = ""
    agenda_item: str = ""
    document_number: str = ""
    date: dt.date | None = None
    original_language: str = ""
    document_type: str = ""
    title: str = ""
    governing_body: str = ""
    action_required: str = ""
    references: tuple[str, ...] = ()
    note: str = ""  # printed under the title, such as: all data of this document are synthetic


@dataclass(frozen=True, slots=True)
class Gap:
    """Data that an inventory lacks: source, site, how far it is there, and the note that says why."""

    source: str
    site: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class Citation:
    """What the emissions of a source category rest on: the published factors or method, as a document cites it."""

    category: str
    title: str
    edition: str
    licence: str
    accounting_basis: str
    factors: int  # how many factors of this source took part


@dataclass(frozen=True, slots=True)
class Facts:
    """All that one report says, in the order in which the annex lists it."""

    header: ReportHeader
    year: int
    years: tuple[int, ...]
    figures: Mapping[str, Fact]
    tables: Mapping[str, Table]
    target: Target | None
    position: Position | None
    rules: Rules
    gaps: tuple[Gap, ...] = ()
    citations: tuple[Citation, ...] = ()
    groups: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)
    rule_set: RuleSet | None = None
    bridges: Mapping[str, Bridge] = field(default_factory=dict)  # from "previous" and "base" to the year
    breaks: tuple[Break, ...] = ()  # years from which on the series is another
    smallest_group: int = 1  # different travellers behind a line that is shown

    def __getitem__(self, name: str) -> Fact:
        """Return the figure of the report's year (``total``) or of any year (``2019.total``)."""
        return self.figures.get(f"{self.year}.{name}") or self.figures[name]

    def get(self, name: str) -> Fact | None:
        """Return the figure, or nothing where the report has none of this name."""
        return self.figures.get(f"{self.year}.{name}") or self.figures.get(name)

    def __contains__(self, name: str) -> bool:
        """Tell whether the figure is in the report."""
        return f"{self.year}.{name}" in self.figures or name in self.figures

    def __iter__(self) -> Iterator[Fact]:
        """Yield every figure once, as the annex lists them."""
        return iter(self.figures.values())
