"""What is owed: the requests for data that concern a person."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
from django.conf import settings
from django.http import HttpRequest

from saleve.ems.acts import act
from saleve.ems.figures import read
from saleve.ems.people.own_places.ledger import everywhere, owes
from saleve.ems.people.permissions import Operation
from saleve.reporting.labels import label


def due_of(request: HttpRequest) -> pl.DataFrame | None:
    """Return the requests that concern the person, with their year; None where nothing was computed yet."""
    figures = read(settings.WORKSPACE)
    if figures is None:
        return None
    due = figures.due(_today()).with_columns(year=pl.col("first_day").dt.year().cast(pl.Int64))
    if everywhere(request.user, Operation.READ_DATA):
        return due
    pairs = due.select("source", "site").unique().rows()
    own = [pair for pair in pairs if owes(request.user, Operation.READ_DATA, *pair)]
    kept = pl.DataFrame(own, schema={name: due.schema[name] for name in ("source", "site")}, orient="row")
    return due.join(kept, on=["source", "site"], how="semi", nulls_equal=True)


def what_is_owed(row: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (label("source", row["source"]), row["site"])))


def _today() -> date:
    return act().at.date()
