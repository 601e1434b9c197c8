"""A long file is read in parts: whatever their size, the parts together are the file read whole."""

import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleve.ledger.intake import decoding, reading
from saleve.ledger.intake.checking import Checked, check_file, check_in_parts, combined_problems
from saleve.ledger.intake.combining import COUNTING
from saleve.method.activity.normalising import Context

LAW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HEADER = "Destination,Departure,Return,Nights,Consumption (kWh),Fare,Currency,Host paid,Class,Remark,"
CELLS = {
    "Destination": ["Chile", "Peru", "Total", "n/a", ""],
    "Departure": ["05/06/2013", "31/01/2013", "1/31/2013", "2013-12-30", "41300", "17-ene", "05/02 al 11/02/2013", "5/51/23"],
    "Return": ["06/06/2013", "2013-01-02", "2-ene", "", "-"],
    "Nights": ["3", "4", "2.587", "1.5", "", "500", "sin dato"],
    "Consumption (kWh)": ["12", "1.234", "1,5", "2.100,00", "3 MWh", ""],
    "Fare": ["100", "USS 2.100,00", "1.234", "MXP 12.50", "€ -", "x", ""],
    "Currency": ["CHF", "MXP", ""],
    "Host paid": ["yes", "no", "perhaps", ""],
    "Class": ["Y", "eco", "third", ""],
    "Remark": ["=1", "two\nlines", 'a "b"', "", "#N/A"],
    "": ["", "loose"],
}  # fmt: skip
ROW = st.tuples(*(st.sampled_from(cells) for cells in CELLS.values()))
ROWS = st.lists(st.one_of(ROW, st.just(("",) * len(CELLS))), max_size=14)


def _written(path: Path, rows: list[tuple[str, ...]], last: str = "") -> Path:
    lines = [
        HEADER,
        *(",".join('"' + cell.replace('"', '""') + '"' if cell else "" for cell in row) for row in rows),
    ]
    path.write_text("\n".join([*lines, last] if last else lines) + "\n", "utf-8", newline="")
    return path


def _sorted(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    return frame.select(sorted(frame.columns)).sort(pl.all().cast(pl.String)).rows() if frame.width else []


def _told(checked: Checked) -> dict[str, Any]:
    counts = (checked.rows, checked.accepted, checked.repaired, checked.rejected)
    tables = (checked.table, checked.activity, checked.rejected_rows, checked.problems, checked.repairs)
    return {
        "counts": counts,
        "columns": [sorted(table.columns) for table in tables],
        "cells": [_sorted(table) for table in tables],
        "rows": checked.table["source_row"].to_list(),
        "orders": dict(checked.date_orders),
        "headers": checked.headers,
    }


@LAW
@given(
    rows=ROWS,
    size=st.integers(1, 9),
    last=st.sampled_from(["", ",,,21,,,,,,,", ",,,,,100,,,,,", "Total,,,21,,,,,,,"]),
)
def test_parts_of_any_size_are_the_file_read_whole(
    tmp_path: Path, trips: Any, rows: list[tuple[str, ...]], size: int, last: str
) -> None:
    path = _written(tmp_path / "trips.csv", rows, last)
    context = Context(year=2013)
    whole = check_file(path, category=trips, context=context)
    assert _told(check_file(path, category=trips, context=context, part_rows=size)) == _told(whole)


@LAW
@given(rows=ROWS, size=st.integers(1, 5))
def test_rows_that_are_set_aside_are_counted_once_over_all_parts(
    tmp_path: Path, trips: Any, rows: list[tuple[str, ...]], size: int
) -> None:
    path = _written(tmp_path / "trips.csv", rows)
    whole = check_file(path, category=trips, where={"Currency": "chf"})
    assert _told(check_file(path, category=trips, where={"Currency": "chf"}, part_rows=size)) == _told(whole)


PLACE = st.sampled_from(
    ["GVA", "gva", "LSGG", "NBO", "Geneva", "London", "LON", "Kenya", "G0A", "QQQ", "Lima / Quito", ""]
)
FLIGHT = st.tuples(
    PLACE, PLACE, st.sampled_from(["2024-03-01", "01/02/2024", "31/01/2024", ""]), st.sampled_from(["Y", "C", "M", "B", ""]),
    st.sampled_from(["air", "train", "camel", ""]), st.sampled_from(["ours", "host 12", ""]), st.sampled_from(["CHF 100", "200", ""]),
)  # fmt: skip


@LAW
@given(
    rows=st.lists(FLIGHT, min_size=1, max_size=12),
    size=st.integers(1, 5),
    ours=st.sampled_from([(), ("ours",)]),
)
def test_flights_read_in_parts_are_those_read_whole(
    tmp_path: Path, rows: list[tuple[str, ...]], size: int, ours: tuple[str, ...]
) -> None:
    path = tmp_path / "flights.csv"
    lines = ["From,To,Departure date,Booking class,Mode,Paid by,Fare", *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines), "utf-8")
    context = Context(year=2024, payer_names=ours)
    whole = check_file(path, category="air_travel", context=context)
    assert _told(check_file(path, category="air_travel", context=context, part_rows=size)) == _told(whole)


def test_the_order_of_day_and_month_is_shown_by_the_last_row_of_a_long_file(
    check_text: Callable[..., Checked],
) -> None:
    text = "Destination,Departure\n" + "Chile,05/06/2013\n" * 20 + "Chile,31/01/2013\n"
    checked = check_text(text, part_rows=4)
    assert checked.table["departure_date"].dt.month().to_list() == [6] * 20 + [1]
    assert checked.problems.filter(code="date-order").height == 1


def test_parts_follow_one_another_with_their_row_numbers(tmp_path: Path, trips: Any) -> None:
    path = tmp_path / "trips.csv"
    path.write_text("Destination,Nights\n" + "Chile,3\n" * 10, "utf-8")
    parts = list(check_in_parts(path, category=trips, part_rows=4))
    assert [part.table["source_row"].to_list() for part in parts] == [
        [2, 3, 4, 5],
        [6, 7, 8, 9],
        [10, 11],
    ] or [part.rows for part in parts] == [3, 4, 3]
    assert sum(part.rows for part in parts) == 10


def test_a_way_back_in_a_line_far_from_its_way_out_is_not_doubled(tmp_path: Path) -> None:
    path = tmp_path / "flights.csv"
    between = "".join(f"{number},GVA,LHR,no\n" for number in range(2, 12))
    path.write_text(
        "Ticket number,From,To,Round trip\n1,GVA,NBO,yes\n" + between + "1,NBO,GVA,yes\n", "utf-8"
    )
    context = Context(year=2024)
    whole = check_file(path, category="air_travel", context=context)
    assert whole.activity.height == 12
    assert _told(check_file(path, category="air_travel", context=context, part_rows=3)) == _told(whole)


def test_bills_of_a_meter_are_never_cut(tmp_path: Path) -> None:
    path = tmp_path / "bills.csv"
    months = "".join(f"Tower,2024-{month:02}-01,2024-{month:02}-28,100\n" for month in range(1, 13))
    path.write_text("Site,Period start,Period end,Consumption (kWh)\n" + months, "utf-8")
    assert [part.rows for part in check_in_parts(path, category="electricity", part_rows=3)] == [12]


def test_counts_of_the_parts_are_added_up() -> None:
    note = {
        "row": None,
        "column": "Currency",
        "code": "currency-unknown",
        "severity": "warning",
        "suggestion": None,
    }
    text = "{count} amounts do not say their currency; they are kept apart as 'fare_12'."
    tables = [
        pl.DataFrame([note | {"message": text.format(count=count)}], schema_overrides={"row": pl.Int64})
        for count in (12, 30)
    ]
    found = combined_problems(
        [table.select("row", "column", "code", "severity", "message", "suggestion") for table in tables]
    )
    assert found["message"].to_list() == [text.format(count=42)]


def test_lists_of_counted_letters_are_added_up_too() -> None:
    note = {"row": None, "column": "Class", "code": "cabin-uncertain", "severity": "note"}
    texts = [
        "Rows whose cabin comes from a booking letter that airlines use differently: 5 (B = economy (3); C = business (2)).",
        "Rows whose cabin comes from a booking letter that airlines use differently: 4 (C = business (4)).",
    ]
    tables = [
        pl.DataFrame([note | {"message": text, "suggestion": None}], schema_overrides={"row": pl.Int64})
        for text in texts
    ]
    found = combined_problems(
        [table.select("row", "column", "code", "severity", "message", "suggestion") for table in tables]
    )
    assert found["message"].to_list() == [texts[0].split(":")[0] + ": 9 (C = business (6); B = economy (3))."]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_a_text_longer_than_a_block_is_read_like_a_short_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    path = tmp_path / "long.csv"
    text = "Ort;Notiz\n" + 'Zürich;"größer\nschöner"\nGenève;été\n' * 60
    path.write_bytes(text.encode(encoding))
    short = reading.read_file(path)[0].frame
    for module in (decoding, reading):
        monkeypatch.setattr(module, "BLOCK_BYTES", 100)
    assert reading.read_file(path)[0].frame.equals(short)
    assert short.height == 120


def test_a_long_json_file_with_a_record_a_line_is_read_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trips: Any
) -> None:
    path = tmp_path / "trips.jsonl"
    lines = [json.dumps({"Destination": "Chile", "Nights": night}) for night in range(40)] + [
        '{"Destination": "Peru", "Fare": "CHF 3"}'
    ]
    path.write_bytes("\n".join(lines).encode())
    whole = check_file(path, category=trips)
    monkeypatch.setattr(reading, "BLOCK_BYTES", 100)
    assert _told(check_file(path, category=trips, part_rows=7)) == _told(whole)
    assert (whole.rows, whole.table["fare_chf"].count()) == (41, 1)


def test_a_parquet_file_is_read_in_slices(tmp_path: Path, trips: Any) -> None:
    path = tmp_path / "trips.parquet"
    pl.DataFrame(
        {"Destination": ["Chile"] * 25, "Nights": range(25), "Tags": [["a", "b"]] * 25}
    ).write_parquet(path)
    whole = check_file(path, category=trips)
    parts = list(check_in_parts(path, category=trips, part_rows=10))
    assert [part.rows for part in parts] == [10, 11, 4]
    assert _told(check_file(path, category=trips, part_rows=10)) == _told(whole)
    assert whole.table["Tags"][0] == '{"Tags":["a","b"]}'


STREAMED = ("air_travel", "cabin_columns", "home_leave", "journeys", "refrigerants", "tickets", "ways_back")


@pytest.mark.parametrize("module", STREAMED)
def test_every_note_that_counts_rows_is_known_to_count(module: str) -> None:
    tree = ast.parse(
        (Path(__file__).parents[2] / f"src/saleve/method/activity/{module}.py").read_text("utf-8")
    )
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        texts = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        if any("{count}" in text for text in texts):
            for code in _codes(function):
                assert any(known.startswith(code) for known in COUNTING), (
                    f"{module}: {code} is not in COUNTING"
                )


def _codes(function: ast.FunctionDef) -> list[str]:
    """Return the codes of the problems made in a function; of a code that is put together, its beginning."""
    calls = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem"
    ]
    firsts = [call.args[0] for call in calls]
    parts = [one.values[0] if isinstance(one, ast.JoinedStr) else one for one in firsts]
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
