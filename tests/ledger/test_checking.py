"""One file from cells to states: what is accepted, repaired and rejected, and what is said about it."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl

from saleve.ledger.intake.checking import Checked, check_file, summary
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.problems import Problem, problem_table


def _found(checked: Checked, code: str) -> list[tuple[Any, ...]]:
    return checked.problems.filter(pl.col("code") == code).select("row", "column", "severity").rows()


def test_each_row_has_one_state_and_the_rejected_keep_their_cells(check_text: Callable[..., Checked]) -> None:
    checked = check_text("Destino,Departure,Nights\nChile,2024-01-31,3\n,2024-02-01,2\nPeru,5/51/24,x\n")
    assert (checked.rows, checked.accepted, checked.repaired, checked.rejected) == (3, 1, 0, 2)
    assert checked.rejected_rows.rows() == [
        (None, 3, None, "2024-02-01", "2"),
        (None, 4, "Peru", "5/51/24", "x"),
    ]
    assert _found(checked, "value-missing") == [(3, "Destino", "error")]
    assert _found(checked, "number-unreadable") == [(4, "Nights", "error")]


def test_a_message_says_what_and_what_to_do(check_text: Callable[..., Checked]) -> None:
    problem = check_text("Destino,Departure\nPeru,5/51/24\n").problems.row(0, named=True)
    assert (problem["row"], problem["column"]) == (2, "Departure")
    assert problem["message"] == "'5/51/24' is not a day of the calendar."
    assert problem["suggestion"] == "Correct the day, the month or the year."


def test_the_order_of_columns_does_not_matter(check_text: Callable[..., Checked]) -> None:
    one = check_text("Destino,Departure,Nights\nChile,2024-01-31,3\n").table
    two = check_text("Nights,Destino,Departure\n3,Chile,2024-01-31\n").table
    assert one.select(sorted(one.columns)).equals(two.select(sorted(two.columns)))


def test_rows_carry_their_origin(check_text: Callable[..., Checked]) -> None:
    checked = check_text("Destino\nChile\n", name="a.csv")
    assert checked.table.select("source_file", "source_sheet", "source_row").rows() == [("a.csv", None, 2)]


def test_unused_columns_stay_with_their_row_and_personal_ones_go(check_text: Callable[..., Checked]) -> None:
    checked = check_text("Destino,Autoridad,Remark,state\nChile,Jane Doe,nice,x\n")
    assert checked.table.select("Remark", "state", "state (file)").rows() == [("nice", "accepted", "x")]
    assert (
        "Jane Doe"
        not in checked.table.write_csv() + checked.activity.write_csv() + checked.problems.write_csv()
    )
    assert _found(checked, "column-personal") == [(None, "Autoridad", "note")]


def test_an_obsolete_currency_code_is_repaired_with_its_name(check_text: Callable[..., Checked]) -> None:
    checked = check_text("Destino,Gasto pasaje,Moneda\nTijuana,6444,MXP\nBogotá,300,USD\nLima,MXP 5,MXN\n")
    assert (checked.accepted, checked.repaired) == (1, 2)
    assert checked.table["fare_mxn"].to_list() == [Decimal(6444), None, Decimal(5)]
    assert checked.table["fare_usd"].to_list() == [None, Decimal(300), None]
    assert _found(checked, "currency-renamed") == [(2, "Moneda", "note"), (4, "Gasto pasaje", "note")]


def test_a_cell_that_contradicts_the_currency_of_its_row_is_named(check_text: Callable[..., Checked]) -> None:
    checked = check_text("Destino,Fare,Currency\nTijuana,EUR 5,CHF\nLima,$5,CHF\n")
    assert checked.table["fare_eur"].to_list() == [Decimal(5), None]
    assert checked.table["fare_chf"].to_list() == [None, Decimal(5)]
    assert _found(checked, "currency-differs") == [(2, "Fare", "warning")]


def test_the_unit_in_a_cell_holds_before_that_of_its_row(check_text: Callable[..., Checked]) -> None:
    for header in ("Destino,Energy,Energy unit\n", "Energy unit,Energy,Destino\n"):
        lines = ["A,5 MWh,kWh", "B,5,kWh", "C,5 kWh,", "D,5,"]
        text = header + "\n".join(
            lines if header[0] == "D" else [",".join(reversed(line.split(","))) for line in lines]
        )
        checked = check_text(text)
        assert checked.table["energy_unit"].to_list() == ["MWh", "kWh", "kWh", None]
        assert _found(checked, "unit-differs") == [(2, "Energy", "warning")]


def test_money_is_exact(check_text: Callable[..., Checked]) -> None:
    fares = check_text('Destino,Fare CHF\nA,0.1\nB,0.2\nC,"1,234,567.89"\n').table["fare_chf"]
    assert fares.sum() == Decimal("1234568.19")


def test_a_return_in_january_belongs_to_the_next_year(check_text: Callable[..., Checked]) -> None:
    checked = check_text("Destino,Departure,Return\nChile,26-dic,05-ene\nPeru,26-nov,05-ene\n", year=2013)
    assert checked.table["return_date"].to_list() == [date(2014, 1, 5), date(2013, 1, 5)]
    assert checked.table["state"].to_list() == ["repaired", "accepted"]
    assert _found(checked, "date-next-year") == [(2, "Return", "note")]


def test_a_written_year_is_never_changed(check_text: Callable[..., Checked]) -> None:
    checked = check_text("Destino,Departure,Return\nChile,2013-12-26,2013-01-05\n", year=2013)
    assert checked.table["return_date"].to_list() == [date(2013, 1, 5)]


def test_an_open_day_keeps_its_year(check_text: Callable[..., Checked]) -> None:
    table = check_text("Destino,Departure\nChile,05/06/2013\nPeru,05/06\n", year=2012).table
    assert table.select("departure_date", "departure_date_year").rows() == [(None, 2013), (None, 2012)]


def test_a_column_without_evidence_follows_the_other_dates_of_the_file(
    check_text: Callable[..., Checked],
) -> None:
    checked = check_text("Destino,Departure,Return\nChile,05/06/2013,31/07/2013\n")
    assert checked.table["departure_date"].to_list() == [date(2013, 6, 5)]
    assert checked.date_orders == {"Departure": "day-first", "Return": "day-first"}


def test_dates_outside_the_reporting_year_are_named_not_rejected(check_text: Callable[..., Checked]) -> None:
    checked = check_text("Destino,Departure\nChile,2024-12-31\nPeru,2025-01-01\n", year=2024)
    assert checked.accepted == 2
    assert _found(checked, "date-outside-year") == [(3, "Departure", "warning")]


def test_constants_reach_the_category_as_it_writes_them(
    check_text: Callable[..., Checked], trips: Any
) -> None:
    seen: list[Context] = []
    module = SimpleNamespace(
        CATEGORY=trips.CATEGORY,
        normalise=lambda rows, context: seen.append(context) or Normalised(activity=rows),
    )
    constants = {
        "destination": "Geneva",
        "cabin": "affaires",
        "departure_date": "31.1.2024",
        "currency": "CHF",
    }
    checked = check_text("Nights,Fare\n3,5\n", constants=constants, category=module)
    assert dict(seen[0].constants) == constants | {"cabin": "business", "departure_date": "2024-01-31"}
    assert checked.table["fare_chf"].to_list() == [Decimal(5)]
    assert len(_found(checked, "constant-used")) == 4


def test_a_required_column_that_is_missing_rejects_every_row_and_suggests(
    check_text: Callable[..., Checked],
) -> None:
    checked = check_text("Destinatoin,Nights\nChile,3\nPeru,4\n")
    problem = checked.problems.filter(pl.col("code") == "column-missing").row(0, named=True)
    assert (checked.rows, checked.rejected) == (2, 2)
    assert "destination (Where to)" in problem["message"]
    assert "Did you mean 'Destinatoin'?" in problem["suggestion"]


def test_rows_of_another_category_are_set_aside_by_the_users_word(check_text: Callable[..., Checked]) -> None:
    text = "Destino,Mode\nChile,Aéreo\nPeru,road\nLima,AEREO\n"
    checked = check_text(text, where={"Mode": "aereo"})
    assert (checked.rows, checked.accepted) == (2, 2)
    assert checked.problems["message"][0].startswith("1 rows belong elsewhere (Mode is not 'aereo')")


def test_problems_of_the_category_reject_rows_under_their_own_header(
    check_text: Callable[..., Checked], trips: Any
) -> None:
    problems = problem_table(
        [Problem("place-unknown", "error", "No such place.", row=3, column="destination")]
    )
    module = SimpleNamespace(
        CATEGORY=trips.CATEGORY,
        normalise=lambda rows, _context: Normalised(
            activity=rows, problems=problems, repaired_rows=frozenset({2})
        ),
    )
    checked = check_text("Destino\nChile\nAtlantis\n", category=module)
    assert (checked.accepted, checked.repaired, checked.rejected) == (0, 1, 1)
    assert _found(checked, "place-unknown") == [(3, "Destino", "error")]
    assert checked.activity["source_row"].to_list() == [2]


def test_a_file_with_headers_only_has_no_rows_and_says_so(check_text: Callable[..., Checked]) -> None:
    checked = check_text("Destino,Nights\n")
    assert (checked.rows, set(checked.problems["code"])) == (0, {"no-rows"})


def test_the_summary_is_json(check_text: Callable[..., Checked]) -> None:
    found = json.loads(json.dumps(summary(check_text("Destino,Departure\n,5/51/24\n"))))
    assert [found[key] for key in ("rows", "accepted", "repaired", "rejected")] == [1, 0, 0, 1]
    assert set(found["problems"][0]) == {"row", "column", "code", "severity", "message", "suggestion"}
    assert found["mapping"] == {"Destino": "destination", "Departure": "departure_date"}


def test_progress_is_told(check_text: Callable[..., Checked]) -> None:
    told: list[tuple[str, int, int]] = []
    check_text("Destino\nChile\n", progress=lambda *step: told.append(step))
    assert [step[1:] for step in told] == [(0, 3), (1, 3), (3, 3)]


def test_a_percent_sign_is_read_where_percents_are_meant_and_nowhere_else(tmp_path: Path) -> None:
    paper = tmp_path / "paper.csv"
    paper.write_text("Year,Reams,Recycled content\n2025,10,80 %\n2025,12,100%\n")
    people = tmp_path / "people.csv"
    people.write_text("Year,Headcount\n2025,80 %\n2025,12\n")
    assert check_file(paper).table["recycled_share_pct"].to_list() == [80.0, 100.0]
    assert (check_file(people).rejected, check_file(people).accepted) == (1, 1)


def test_months_that_stand_side_by_side_are_told(tmp_path):
    path = tmp_path / "electricity.csv"
    path.write_text("Building,Country,Jan,Feb,mars 2025\nHQ,CH,1,2,3\n", "utf-8")
    problems = check_file(path, category="electricity").problems
    (told,) = problems.filter(code="months-as-columns")["message"]
    assert "Jan, Feb, mars 2025" in told
