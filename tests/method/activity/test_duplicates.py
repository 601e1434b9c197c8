"""Copies of bills across files: certain ones are netted, likely ones asked about, and no order of loading shows."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.activity import electricity
from saleve.method.activity.categories import CATEGORIES
from saleve.method.activity.duplicates import (
    NETTED,
    duplicate_problems,
    duplicates,
    overlap_problems,
    restated_problems,
)
from saleve.method.activity.normalising import Context
from saleve.method.activity.standing import CROSSING_SCHEMA

MARCH = {"site": "HQ", "meter": "E-1", "period_start": date(2024, 3, 1), "period_end": date(2024, 3, 31)}


def loaded(batch, *rows):
    """Return the activity of one file as the ledger holds it."""
    filled = [{"amount_kwh": 100.0, "meter": None} | row for row in rows]
    typed = pl.DataFrame(filled, schema_overrides={"meter": pl.String, "amount_kwh": pl.Float64})
    named = typed.with_row_index("source_row", offset=2).with_columns(
        pl.lit(f"{batch}.csv").alias("source_file")
    )
    activity = electricity.normalise(named, Context()).activity
    return activity.with_columns(pl.lit(batch).alias("batch"), pl.lit(0, pl.Int64).alias("revision"))  # fmt: skip


def netted(*batches):
    found = duplicates(pl.concat(batches), "electricity")
    return [(row["batch"], row["source_row"], row["by_batch"], row["by_row"]) for row in found.to_dicts()]


def codes(*batches):
    return duplicate_problems(pl.concat(batches), "electricity")["code"].to_list()


def test_one_bill_in_two_files_counts_once_and_the_first_name_stands():
    assert netted(loaded("b", MARCH), loaded("a", MARCH)) == [("b", 2, "a", 2)]


def test_one_bill_twice_in_one_file_counts_once():
    assert netted(loaded("a", MARCH, MARCH, MARCH)) == [("a", 3, "a", 2), ("a", 4, "a", 2)]


def test_the_note_names_both_places():
    (told,) = duplicate_problems(
        pl.concat([loaded("b", MARCH), loaded("a", MARCH)]), "electricity"
    ).to_dicts()
    assert (told["code"], told["severity"], told["batch"], told["row"]) == ("bill-twice", "note", "b", 2)
    assert told["message"].startswith("b.csv, row 2:")
    assert "a.csv, row 2" in told["message"]


def test_a_bill_over_new_year_is_one_bill_though_it_is_two_rows_of_activity():
    over = MARCH | {"period_start": date(2023, 12, 1), "period_end": date(2024, 1, 31)}
    assert loaded("a", over).height == 2
    assert netted(loaded("a", over), loaded("b", over)) == [("b", 2, "a", 2)]


def test_the_same_amount_in_another_unit_is_the_same_bill():
    other = MARCH | {"amount_kwh": None, "amount": 0.1, "amount_unit": "MWh"}
    assert netted(loaded("a", MARCH), loaded("b", other)) == [("b", 2, "a", 2)]


@pytest.mark.parametrize(
    "change",
    [
        {"amount_kwh": 101.0},
        {"meter": "E-2"},
        {"period_end": date(2024, 3, 30)},
        {"supply": "on_site_renewable"},
    ],
)
def test_what_differs_is_no_copy(change):
    assert netted(loaded("a", MARCH | {"supply": None}), loaded("b", MARCH | {"supply": None} | change)) == []


def test_without_a_number_two_alike_lines_of_two_files_are_asked_about_and_both_count():
    nameless = MARCH | {"meter": None}
    assert netted(loaded("a", nameless), loaded("b", nameless)) == []
    assert codes(loaded("a", nameless), loaded("b", nameless)) == ["bill-perhaps-twice"]


def test_readings_by_the_hour_of_one_day_are_no_copies():
    hourly = MARCH | {"period_end": date(2024, 3, 1)}
    assert netted(loaded("a", hourly, hourly)) == []


def test_a_row_that_was_corrected_counts_as_it_stands_now():
    first = loaded("a", MARCH | {"amount_kwh": 90.0})
    corrected = loaded("a", MARCH).with_columns(pl.lit(1, pl.Int64).alias("revision"))
    assert netted(first, corrected, loaded("b", MARCH)) == [("b", 2, "a", 2)]


def test_a_proxy_is_no_copy_of_a_bill():
    proxy = loaded("b", MARCH).with_columns(pl.lit("last_year").alias("proxy"))
    real = loaded("a", MARCH).with_columns(pl.lit(None, pl.String).alias("proxy"))
    assert netted(real, proxy) == []


def test_journeys_are_left_to_the_rules_of_tickets():
    assert duplicates(pl.concat([loaded("a", MARCH), loaded("b", MARCH)]), "air_travel").is_empty()


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_can_be_asked_even_without_rows(category):
    empty = pl.DataFrame(schema=CATEGORIES[category].ACTIVITY)
    assert duplicates(empty, category).schema == NETTED
    assert duplicate_problems(empty, category).schema == CROSSING_SCHEMA
    assert overlap_problems(empty, category).schema == CROSSING_SCHEMA


def test_bills_of_one_meter_that_overlap_across_files_are_told():
    quarter = MARCH | {"period_start": date(2024, 1, 1), "amount_kwh": 300.0}
    (told,) = overlap_problems(
        pl.concat([loaded("b", quarter), loaded("a", MARCH)]), "electricity"
    ).to_dicts()
    assert told["code"] == "period-overlap-files"
    assert "a.csv, row 2" in told["message"]
    assert "b.csv, row 2" in told["message"]


def test_a_bill_that_begins_on_the_day_on_which_the_other_ends_does_not_overlap():
    april = MARCH | {"period_start": date(2024, 3, 31), "period_end": date(2024, 4, 30)}
    assert overlap_problems(pl.concat([loaded("a", MARCH), loaded("b", april)]), "electricity").is_empty()


def test_a_copy_is_not_told_again_as_an_overlap():
    assert overlap_problems(pl.concat([loaded("a", MARCH), loaded("b", MARCH)]), "electricity").is_empty()


def people(batch, *counts):
    rows = [{"year": 2024, "unit": unit, "site": "HQ", "persons": float(persons), "definition": "staff", "source_row": row} for row, (unit, persons) in enumerate(counts, start=2)]  # fmt: skip
    return pl.DataFrame(rows).with_columns(pl.lit(batch).alias("batch"), pl.lit(f"{batch}.csv").alias("source_file"))  # fmt: skip


def test_a_list_that_is_sent_again_with_corrections_is_asked_about_once():
    lists = pl.concat([people("a", ("X", 10), ("Y", 20)), people("b", ("X", 11), ("Y", 21))])
    (told,) = restated_problems(lists, "headcount").to_dicts()
    assert told["code"] == "figure-restated"
    assert told["message"].startswith("b.csv, row 2: a.csv, row 2 gives another figure")
    assert "(rows of this kind: 2)" in told["message"]


def test_people_of_two_units_are_no_restatement():
    assert restated_problems(
        pl.concat([people("a", ("X", 10)), people("b", ("Y", 11))]), "headcount"
    ).is_empty()


def test_bills_of_meters_are_no_restatement_but_an_overlap():
    files = pl.concat([loaded("a", MARCH), loaded("b", MARCH | {"amount_kwh": 90.0})])
    assert restated_problems(files, "electricity").is_empty()
    assert overlap_problems(files, "electricity")["code"].to_list() == ["period-overlap-files"]


BATCHES = [
    loaded("a", MARCH, MARCH | {"meter": None}),
    loaded("b", MARCH, MARCH | {"amount_kwh": 7.0}),
    loaded("c", MARCH | {"meter": None}, MARCH | {"period_start": date(2024, 2, 1)}),
    loaded("d", MARCH, MARCH | {"amount_kwh": 7.0}),
]


@settings(max_examples=24, deadline=None)
@given(st.permutations(BATCHES))
def test_the_order_of_batches_changes_nothing(batches):
    for ask in (duplicates, duplicate_problems, overlap_problems):
        assert ask(pl.concat(batches), "electricity").equals(ask(pl.concat(BATCHES), "electricity"))
