"""The cells of one row as a person writes them, and the form that corrects them: of a loaded row, and of one that waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from saleve.language import _
from saleve.ledger.correcting import texts_of
from saleve.ledger.entering import category_of
from saleve.ledger.wording import choice_label, column_header, column_meaning
from saleve.method.schema import Column, Kind

_MOST_SIGNS = 2000  # of a cell


@dataclass(frozen=True)
class Cells:
    """One row with its cells as a person would write them."""

    category: str
    entry: Mapping[str, Any]

    @property
    def number(self) -> int:
        """The number of the row in its file."""
        return int(self.entry["source_row"])

    @property
    def sheet(self) -> str:
        """The sheet of the file."""
        return str(self.entry["source_sheet"] or "")

    @property
    def state(self) -> str:
        """The state in which the row is."""
        return str(self.entry["state"])

    def columns(self) -> list[Column]:
        """Return the columns that a person can correct: not names, which are never kept, nor amounts in several currencies."""
        several = {column.name for column in category_of(self.category).columns if column.kind is Kind.MONEY and len(self.entry[column.name] or ()) > 1}  # fmt: skip
        return [one for one in category_of(self.category).columns if not one.personal and one.name not in several]  # fmt: skip

    def written(self) -> dict[str, str]:
        """Return each of these cells as a person would write it."""
        texts = texts_of(self.entry, category_of(self.category))
        plain = {name.partition(":")[0]: text for name, text in texts.items()}
        return {one.name: _short(one, plain.get(one.name, "")) for one in self.columns()}


class CellsForm(forms.Form):
    """The cells of one row, each as a person writes it in a file, and why they are changed."""

    def __init__(self, row: Cells, faults: Mapping[str, str], data: Any = None) -> None:
        self.before = row.written()
        super().__init__(data, initial={**self.before, "revision": row.entry["revision"], "sheet": row.sheet})
        for column in row.columns():
            text = self.before[column.name]
            self.fields[column.name] = _field(row, column, text, faults.get(column.name))
        self.fields["reason"] = forms.CharField(max_length=500, label=_("Reason"), help_text=_("It is kept in the ledger with your name and the time."))  # fmt: skip
        self.fields["revision"] = forms.IntegerField(widget=forms.HiddenInput)
        self.fields["sheet"] = forms.CharField(widget=forms.HiddenInput, required=False)
        self.groups = _groups(row, self.before, faults)

    def wrong(self) -> list[forms.BoundField]:
        """Return the fields of the cells that a fault names."""
        return [self[name] for name in self.groups["wrong"]]

    def filled(self) -> list[forms.BoundField]:
        """Return the fields of the other cells that say something, or must."""
        return [self[name] for name in self.groups["filled"]]

    def empty(self) -> list[forms.BoundField]:
        """Return the fields of cells that say nothing and need not."""
        return [self[name] for name in self.groups["empty"]]

    def changed(self) -> dict[str, str]:
        """Return the cells that say something else than before."""
        said = {name: str(self.cleaned_data.get(name) or "").strip() for name in self.before}
        return {name: text for name, text in said.items() if text != self.before[name]}


def _groups(row: Cells, before: Mapping[str, str], faults: Mapping[str, str]) -> dict[str, list[str]]:
    needed = {one.name for one in row.columns() if one.required}
    wrong = [name for name in before if name in faults]
    filled = [name for name, text in before.items() if name not in faults and (text or name in needed)]
    return {"wrong": wrong, "filled": filled, "empty": [one for one in before if one not in (*wrong, *filled)]}  # fmt: skip


def _field(one: Cells, column: Column, before: str, fault: str | None) -> forms.Field:
    heading = column_header(one.category, column)
    money = one.entry[column.name] if column.kind is Kind.MONEY else None
    text = f"{heading} ({money[0]['currency']})" if money else heading
    meaning = column_meaning(one.category, column)
    help_text = fault or meaning[:1].upper() + meaning[1:]
    if column.kind is Kind.MONEY and not money:
        help_text = _("Write the currency beside the amount: 350 CHF.")
    options = _options(column)
    if not options or (before and before not in options):
        return forms.CharField(label=text, help_text=help_text, required=False, max_length=_MOST_SIGNS)
    choices = [("", _("Nothing")), *options.items()]
    return forms.ChoiceField(label=text, help_text=help_text, required=False, choices=choices)


def _options(column: Column) -> dict[str, str]:
    """Return what a cell can say, where it is one of a few words."""
    if column.kind is Kind.YES_NO:
        return {"yes": _("yes"), "no": _("no")}
    return {value: choice_label(value) for value in column.choices} if column.kind is Kind.CHOICE else {}


def _short(column: Column, text: str) -> str:
    """Leave the zeros away that a number does not need."""
    if column.kind in (Kind.MONEY, Kind.NUMBER) and "." in text and "e" not in text:
        return text.rstrip("0").rstrip(".")
    return text
