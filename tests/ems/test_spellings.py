"""Spellings of one unit or site become one; different names never do."""

import polars as pl

from saleve.ems.spellings import one_spelling, respelled


def units(*names):
    return pl.LazyFrame({"unit": names}, schema={"unit": pl.String})


def test_the_spelling_used_most_often_stands_for_those_that_differ_in_case_or_accents():
    table = units("Dirección General", "DIRECCION GENERAL", "Dirección General", None)
    assert respelled(table, one_spelling([table])).collect()["unit"].to_list() == [
        *["Dirección General"] * 3,
        None,
    ]


def test_spellings_are_compared_over_all_files():
    first, second = units("BDT", "BDT"), units("bdt")
    assert respelled(second, one_spelling([first, second])).collect()["unit"].to_list() == ["BDT"]


def test_names_that_differ_in_a_sign_stay_apart():
    assert one_spelling([units("Unit 1-2", "Unit 12")]) == {"unit": {}, "site": {}}
