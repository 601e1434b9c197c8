"""Bills that two files repeat count once; what files show only side by side is told at the load that shows it."""

from datetime import date

import pytest
from ledger_books import NOON, counts

from saleve.ledger.correcting import Act, withdraw_batch

BILLS = "Site,Meter,Period start,Period end,Electricity (kWh)\n"
JANUARY = "HQ,E-1,2025-01-01,2025-01-31,1000\n"
FEBRUARY = "HQ,E-1,2025-02-01,2025-02-28,900\n"


def bills(books, *lines, name="bills.csv", **told):
    return books.load(BILLS + "".join(lines), name, **told)


def test_one_bill_in_two_files_counts_once_whichever_came_first(books, new_books):
    back = new_books()
    for ledger, order in ((books, ("a", "b")), (back, ("b", "a"))):
        files = {"a": (JANUARY,), "b": (JANUARY, FEBRUARY)}
        for name in order:
            bills(ledger, *files[name], name=f"{name}.csv")
    for ledger in (books, back):
        assert ledger.activity("electricity")["energy_kwh"].sum() == pytest.approx(1900)
    assert sorted(books.states("electricity").items()) == sorted(back.states("electricity").items())


def test_a_copy_counts_again_when_the_file_it_repeats_is_withdrawn(books):
    first = bills(books, JANUARY, name="a.csv")
    second = bills(books, JANUARY, FEBRUARY, name="b.csv")
    for loaded in (first, second):
        withdraw_batch(books.stores, loaded.batch, Act("coordinator", NOON, "wrong"))
        rest = books.activity("electricity")["energy_kwh"].sum()
        assert rest == pytest.approx(1900 if loaded is first else 0)


def test_a_bill_twice_in_one_file_is_netted_and_the_statement_adds_up(books):
    loaded = bills(books, JANUARY, JANUARY, FEBRUARY)
    assert counts(loaded) == {"accepted": 2, "repaired": 0, "rejected": 0, "netted": 1}
    assert loaded.statement.reconciled


def test_periods_that_overlap_across_files_are_told(books):
    bills(books, JANUARY, name="a.csv")
    later = bills(books, "HQ,E-1,2025-01-20,2025-02-20,700\n", name="b.csv")
    assert "period-overlap-files" in later.problems["code"].to_list()


def test_rows_outside_the_period_that_was_stated_are_told(books):
    period = {"period_start": date(2025, 2, 1), "period_end": date(2025, 2, 28)}
    loaded = bills(books, JANUARY, FEBRUARY, evidence=period)
    assert "outside-stated-period" in loaded.problems["code"].to_list()


def test_certificates_of_one_serial_number_in_two_files_count_once(books):
    header = "Project,Standard,Registry,Serial number,Vintage,Retired on,Year,t CO2e\n"
    line = "Wind farm,CDM,UNFCCC,XX-5-100001-100250-1-1-0-1,2019,2025-06-30,2024,250\n"
    books.load(header + line, "offsets.csv")
    second = books.load(header + line + line.replace("100001-100250", "100251-100500"), "offsets-again.csv")
    assert counts(second)["accepted"] + counts(second)["netted"] == 2
    assert sorted(books.states("offsets").values()) == ["accepted", "accepted", "netted"]
