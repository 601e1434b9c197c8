"""The source categories as intake sees them: what a file of each holds, and how its rows become activity."""

from typing import Protocol, cast

import polars as pl

from saleve.language import _
from saleve.ledger.intake.errors import FileRefusedError
from saleve.method.activity.categories import CATEGORIES
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.schema import Category


class SourceCategory(Protocol):
    """A module of ``method.activity``: its declaration and its way from parsed rows to activity."""

    @property
    def CATEGORY(self) -> Category: ...  # noqa: N802 - the name that every activity module uses

    @property
    def ACTIVITY(self) -> pl.Schema: ...  # noqa: N802 - the columns that normalise gives

    def normalise(self, rows: pl.DataFrame, context: Context) -> Normalised: ...


def source_categories() -> list[SourceCategory]:
    """Return all source categories that files can be read for."""
    return [cast("SourceCategory", module) for module in CATEGORIES.values()]


def source_category(name: str) -> SourceCategory:
    """Return the category of this name, or refuse with the names there are."""
    if name not in CATEGORIES:
        message = _("There is no source category '{name}'. There are: {names}.")
        raise FileRefusedError(message.format(name=name, names=", ".join(CATEGORIES)))
    return cast("SourceCategory", CATEGORIES[name])
