"""A sentence about something wrong in ``saleve.toml`` that knows where it is told: a page shows it beside the field."""

from dataclasses import dataclass, replace
from typing import Self


class Fault(str):
    """The sentence; ``table`` and ``key`` say where, ``number`` which entry of a list, from 1."""

    __slots__ = ("key", "number", "table")
    table: str
    key: str
    number: int | None

    def __new__(cls, text: str, table: str = "", key: str = "", number: int | None = None) -> Self:
        """Make the sentence."""
        fault = super().__new__(cls, text)
        fault.table, fault.key, fault.number = table, key, number
        return fault


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in ``saleve.toml``, printed as a message names it: ``[target]: base_year`` or ``[[sites]] 2: country``."""

    table: str
    number: int | None = None
    key: str = ""
    inner: str = ""  # inside a key that is a table

    def at(self, key: str) -> "Spot":
        """Return the place of a key here, or of something inside the key."""
        return replace(self, inner=key) if self.key else replace(self, key=key)

    def says(self, text: str) -> Fault:
        """Return a sentence that is told here."""
        return Fault(text, self.table, self.key, self.number)

    def __str__(self) -> str:
        head = f"[{self.table}]" if self.number is None else f"[[{self.table}]] {self.number}"
        return ": ".join(part for part in (head, self.key, self.inner) if part)
