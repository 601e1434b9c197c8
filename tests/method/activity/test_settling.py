"""The life of tickets over several files."""

from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ticket_builders import JANUARY, codes, entries, flights_left, legs_of, netted, settled, ticket

from saleve.method.activity import settling
from saleve.method.activity.settling import NETTED, SETTLING_PROBLEMS, linked, settle
from saleve.method.activity.ticket_links import SIGNS
from saleve.method.activity.ticket_refunds import coupons_of

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "ticket_life.yaml").read_text("utf-8"))
KEY = ["batch", "source_sheet", "source_row"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_tickets_live_as_the_case_says(case):
    files = {name: [ticket(**line) for line in lines] for name, lines in case["files"].items()}
    lines = entries(files)
    legs = legs_of(lines)
    result = settle(lines, legs)
    assert netted(result) == set(case.get("netted", []))
    assert flights_left(lines, legs, result) == case["flights"]
    assert codes(result) == set(case.get("problems", []))


def test_the_answer_has_its_declared_columns_even_without_lines():
    result = settled()
    assert result.netted.schema == NETTED
    assert result.problems.schema == SETTLING_PROBLEMS


def test_a_line_is_named_by_its_sheet_too():
    lines = entries(
        {"a": [ticket("724 1234567890", "GVA-NBO"), ticket("724 1234567890", transaction="VOID")]}
    )
    sheets = lines.with_columns(
        pl.Series("source_sheet", ["May", "June"]), pl.lit(2, pl.Int64).alias("source_row")
    )
    legs = legs_of(lines).with_columns(pl.lit("May").alias("source_sheet"))
    told = settle(sheets, legs).netted.select("source_sheet", "reason", "by_sheet").rows()
    assert set(told) == {("May", "void", "June"), ("June", "void", "May")}


def test_an_organisation_can_say_what_share_of_the_fare_is_a_full_refund():
    lines = entries(
        {
            "a": [
                ticket("7241234567890", "GVA-NBO", fare="CHF 900"),
                ticket("7241234567890", transaction="RFND", fare="CHF -300"),
            ]
        }
    )
    assert netted(settle(lines, legs_of(lines))) == set()
    assert netted(settle(lines, legs_of(lines), {"full_refund_share": 0.3})) == {
        "a2 refund by a3",
        "a3 refund by a2",
    }


def test_the_year_that_a_late_refund_changes_is_named():
    sale = ticket("7241234567890", "GVA-NBO", fare="CHF 900")
    result = settled(
        a=[sale], b=[ticket("7241234567890", transaction="RFND", issue_date=JANUARY.replace(year=2026))]
    )
    [message] = result.problems["message"]
    assert message == "This refund of 2026 takes away flights of 2025: the inventory of 2025 changes."


@pytest.mark.parametrize(
    ("text", "coupons"),
    [("3/4", [3, 4]), ("CPN 2-4", [2, 3, 4]), ("coupon 1", [1]), ("34", [3, 4]), ("GVA-NBO", []), ("5", []), ("", [])],
)  # fmt: skip
def test_coupon_numbers_are_told_from_routings(text, coupons):
    assert coupons_of(text) == coupons


NUMBERS = [
    "7241111111111",
    "7241111111112",
    "1111111111",
    "0571111111111",
    "7241111111111/12",
    "17",
    "X7K2PQ",
    "n/a",
    None,
]
ROUTES = [
    "GVA-NBO",
    "GVA-NBO-GVA",
    "NBO-GVA",
    "GVA-ZRH-IST-ADD-NBO-GVA",
    "GVA-ZRH-IST-ADD-NBO",
    "NBO-GVA-LHR",
    "3/4",
    None,
]
LINES = st.fixed_dictionaries({
    "document_number": st.sampled_from(NUMBERS),
    "original_document": st.sampled_from([None, None, None, *NUMBERS]),
    "routing": st.sampled_from(ROUTES),
    "transaction": st.sampled_from([None, "TKTT", "RFND", "VOID", "EXCH", "F", "EMDA", "EXST"]),
    "fare": st.sampled_from([None, "CHF 0", "CHF 900", "CHF -900", "CHF -200"]),
    "traveller": st.sampled_from([None, "a1", "b2"]),
    "issue_date": st.sampled_from([None, JANUARY, JANUARY.replace(month=4)]),
    "departure_date": st.sampled_from([JANUARY, JANUARY.replace(month=3)]),
    "return_date": st.sampled_from([None, None, JANUARY.replace(month=5)]),
})  # fmt: skip
FILES = st.dictionaries(
    st.sampled_from("abc"), st.lists(LINES, min_size=1, max_size=6), min_size=1, max_size=3
)


def rows(result):
    return result.netted.rows(), result.problems.rows()


@settings(max_examples=20, deadline=None)
@given(FILES, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_of_loading_does_not_show(files, random):
    lines = entries(files)
    legs = legs_of(lines)
    order = list(range(lines.height))
    random.shuffle(order)
    assert rows(settle(lines[order], legs.sample(fraction=1, shuffle=True, seed=1))) == rows(
        settle(lines, legs)
    )


@settings(max_examples=20, deadline=None)
@given(FILES, st.sampled_from(NUMBERS[:-2]))
def test_settling_what_is_linked_gives_what_settling_all_gives(files, number):
    lines = entries(files)
    legs = legs_of(lines)
    part = linked(lines.with_columns(**SIGNS), [number])
    alone, whole = settle(part, legs), settle(lines, legs)
    keys = part.select(KEY)
    assert alone.netted.rows() == whole.netted.join(keys, on=KEY, how="semi", maintain_order="left").rows()
    among = keys.rename({"source_row": "row"})
    told = whole.problems.join(among, on=["batch", "source_sheet", "row"], how="semi", maintain_order="left")
    assert alone.problems.rows() == told.rows()


@settings(max_examples=20, deadline=None)
@given(FILES)
def test_lines_that_are_passed_over_settle_nothing(files):
    lines = entries(files)
    legs = legs_of(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settling, "may_settle", lambda all_lines: all_lines)
        careful = settle(lines, legs)
    assert rows(settle(lines, legs)) == rows(careful)


@settings(max_examples=20, deadline=None)
@given(FILES)
def test_no_line_nets_itself_and_no_flight_is_netted_twice(files):
    lines = entries(files)
    told = settle(lines, legs_of(lines)).netted
    itself = told.filter(
        pl.col("batch") == pl.col("by_batch"),
        pl.col("source_sheet") == pl.col("by_sheet"),
        pl.col("source_row") == pl.col("by_row"),
    )
    assert itself.is_empty()
    assert not told.explode("legs").select(*KEY, "legs").is_duplicated().any()
    whole = told.filter(pl.col("legs").is_null()).select(KEY)
    assert told.join(whole, on=KEY).height == whole.height


@pytest.mark.parametrize(
    "written", ["ETKT 724-1234567890", "TKT No 7241234567890", " '724 1234567890", "7241234567890.0"]
)
def test_a_ticket_number_is_known_however_it_is_written(written):
    result = settled(a=[ticket("7241234567890", "GVA-NBO")], b=[ticket(written, "GVA-NBO")])
    assert netted(result) == {"b2 duplicate by a2"}


def test_what_is_linked_follows_exchanges_and_short_numbers_to_the_end():
    lines = entries({
        "a": [ticket("7241111111111", "GVA-NBO"), ticket("7249999999999", "GVA-LHR")],
        "b": [ticket("724 2222222222", "GVA-ADD", original_document="1111111111")],
        "c": [ticket("2222222222", transaction="RFND")],
    })  # fmt: skip
    assert linked(lines.with_columns(**SIGNS), ["724-1111111111"]).select("batch", "source_row").rows() == [
        ("a", 2),
        ("b", 2),
        ("c", 2),
    ]
