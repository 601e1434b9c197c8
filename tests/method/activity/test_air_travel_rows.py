"""Rows of ticket files, to legs."""

from datetime import date
from types import MappingProxyType

import polars as pl
import pytest
from ticket_builders import netted, settled, ticket

from saleve.method.activity.air_travel import ACTIVITY, CATEGORY, LEGS, legs_from_route, normalise
from saleve.method.activity.normalising import Context
from saleve.method.reference.countries import folded

MARCH = date(2019, 3, 1)


def tickets(*rows, **context):
    """Normalise rows given as dictionaries; a row without a date flies on 1 March 2019."""
    dated = [
        {"departure_date": MARCH, **row, "source_row": number} for number, row in enumerate(rows, start=2)
    ]
    table = pl.DataFrame(dated, infer_schema_length=None).with_columns(
        pl.lit("tickets.csv").alias("source_file"), pl.lit(None, pl.String).alias("source_sheet")
    )
    return normalise(table, Context(**context))


def legs(result):
    return [f"{start}-{end}" for start, end in result.activity.select("origin", "destination").iter_rows()]


def codes(result, severity=None):
    return set(result.problems.filter(pl.lit(severity is None) | (pl.col("severity") == severity))["code"])


def test_a_routing_becomes_its_legs_in_order():
    result = tickets({"routing": "GVA-LHR-JFK", "cabin": "Business"})
    assert legs(result) == ["GVA-LHR", "LHR-JFK"]
    assert result.activity.schema == ACTIVITY == LEGS
    assert result.activity["leg"].to_list() == [1, 2]
    assert result.activity["cabin"].to_list() == ["business"] * 2
    assert result.activity["year"].to_list() == [2019] * 2


def test_a_return_date_with_a_way_out_means_there_and_back():
    result = tickets({"routing": "GVA-NBO", "return_date": date(2019, 3, 9)})
    assert legs(result) == ["GVA-NBO", "NBO-GVA"]
    assert result.activity["departure_date"].to_list() == [MARCH, date(2019, 3, 9)]


def test_a_flag_against_a_return_date_wins():
    assert legs(tickets({"routing": "GVA-NBO", "return_date": MARCH, "round_trip": False})) == ["GVA-NBO"]


def test_a_routing_that_comes_home_is_not_doubled():
    result = tickets({"routing": "GVA-JFK-GVA", "round_trip": True})
    assert legs(result) == ["GVA-JFK", "JFK-GVA"]
    assert "return-in-routing" in codes(result, "note")


def test_two_lines_of_one_ticket_that_are_each_others_return_are_not_doubled():
    out = {"document_number": "1", "origin": "GVA", "destination": "NBO", "return_date": date(2019, 3, 9)}
    back = {"document_number": "1", "origin": "NBO", "destination": "GVA", "return_date": date(2019, 3, 9)}
    result = tickets(out, back)
    assert legs(result) == ["GVA-NBO", "NBO-GVA"]
    assert "return-in-own-line" in codes(result, "note")


def test_an_organisation_can_state_that_all_trips_are_there_and_back():
    result = tickets(
        {"destination": "Chile"}, constants=MappingProxyType({"origin": "Buenos Aires", "round_trip": "yes"})
    )
    assert legs(result) == ["EZE-SCL", "SCL-EZE"]
    assert "origin-constant" in codes(result, "note")


def test_two_countries_in_one_cell_are_one_journey():
    result = tickets({"origin": "EZE", "destination": "España/Italia", "round_trip": True})
    assert legs(result) == ["EZE-MAD", "MAD-FCO", "FCO-EZE"]
    assert {"several-places", "capital-for-country"} <= codes(result, "warning")
    assert result.activity["place_basis"].to_list() == ["capital"] * 3


def test_a_missing_origin_is_an_error_that_says_what_to_do():
    result = tickets({"destination": "Chile"}, {"routing": "GVA-NBO"})
    assert legs(result) == ["GVA-NBO"]
    assert codes(result, "error") == {"origin-missing"}


def test_a_file_that_never_says_where_journeys_begin_loses_no_row_and_is_not_zero():
    result = tickets({"destination": "Chile"}, {"destination": "Perú"})
    assert codes(result, "error") == set()
    assert "origin-unstated" in codes(result, "warning")
    assert result.activity["origin"].to_list() == [None, None]


def test_the_year_of_issue_stands_in_and_is_told():
    result = tickets({"routing": "GVA-NBO", "departure_date": None, "issue_date": date(2018, 12, 20)})
    assert result.activity["year"].to_list() == [2018]
    assert "year-of-issue" in codes(result, "warning")


def test_no_year_at_all_is_an_error():
    assert codes(tickets({"routing": "GVA-NBO", "departure_date": None}), "error") == {"year-missing"}


def test_the_year_of_the_file_is_used_where_there_is_no_date():
    result = tickets({"routing": "GVA-NBO", "departure_date": None}, year=2015)
    assert result.activity["year"].to_list() == [2015]


def test_rail_and_road_have_no_legs_and_are_counted():
    result = tickets(
        {"routing": "GVA-NBO", "mode": "Aéreo"},
        {"mode": "Terrestre"},
        {"mode": "TERRESTRE"},
        {"mode": "train"},
    )
    assert legs(result) == ["GVA-NBO"]
    assert {"mode-road", "mode-rail"} <= codes(result, "note")
    assert codes(result, "error") == set()


def test_an_airline_of_no_use_does_not_make_a_road_trip_a_flight():
    assert (
        legs(tickets({"mode": "Terrestre", "carrier": "No aplica", "origin": "MEX", "destination": "Puebla"}))
        == []
    )


def test_an_empty_mode_among_others_is_a_flight_only_if_the_row_shows_a_ticket():
    trip = {"origin": "GVA", "destination": "NBO", "mode": None}
    result = tickets({**trip}, {**trip, "flight_number": "ET 729"}, {**trip, "mode": "air"})
    assert result.activity["source_row"].to_list() == [3, 4]
    assert "mode-missing" in codes(result, "warning")


def test_a_ticket_paid_by_the_host_is_a_memo_item():
    rows = [{"routing": "GVA-NBO", "paid_by": payer} for payer in ("Unión", "UNION", "eCOM-LAC", None)]
    result = tickets(*rows, payer_names=("union",))
    assert result.activity["boundary"].to_list() == ["minimum", "minimum", "memo", "minimum"]
    assert "paid-by-host" in codes(result, "warning")


@pytest.mark.parametrize("word", ["RFND", "Remboursement", "CANX", "void"])
def test_a_refund_or_void_has_no_flights_and_settles_those_of_its_document(word):
    sale = {"document_number": "7", "routing": "GVA-NBO", "transaction": "TKTT"}
    lines = [sale, {**sale, "transaction": word}, {**sale, "document_number": "8"}]
    result = tickets(*lines)
    assert result.activity["source_row"].to_list() == [2, 4]
    assert codes(result, "error") == set()
    told = settled(a=[ticket(**line) for line in lines]).netted
    assert told.select("source_row", "by_row").rows() == [(2, 3), (3, 2)]


def test_a_negative_fare_is_a_refund():
    sale = {"document_number": "7", "routing": "GVA-NBO", "fare_chf": 900.0}
    result = tickets(sale, {**sale, "fare_chf": -900.0})
    assert result.activity["source_row"].to_list() == [2]
    assert "line-refund" in codes(result, "note")


def test_an_exchange_and_the_ticket_it_replaces_both_keep_their_legs_until_they_are_settled():
    old = {"document_number": "7", "routing": "GVA-NBO", "transaction": "TKTT"}
    new = {"document_number": "9", "routing": "GVA-ADD", "transaction": "EXCH", "original_document": "7"}
    assert legs(tickets(old, new)) == ["GVA-NBO", "GVA-ADD"]
    assert netted(settled(a=[ticket(**old), ticket(**new)])) == {"a2 exchange by a3"}


def test_an_extra_seat_flies():
    result = tickets({"document_number": "7", "routing": "GVA-NBO", "transaction": "EXST"})
    assert legs(result) == ["GVA-NBO"]


def test_the_traveller_of_a_leg_is_a_pseudonym_or_unknown():
    result = tickets({"routing": "GVA-NBO", "traveller": "3f2a"}, {"routing": "GVA-NBO"})
    assert result.activity["traveller"].to_list() == ["3f2a", None]


@pytest.mark.parametrize("word", ["EMDA", "ADMA", "service fee", "Frais"])
def test_fees_and_memos_have_no_flights(word):
    assert legs(tickets({"document_number": "7", "routing": "GVA-NBO", "transaction": word})) == []


def test_the_same_line_twice_is_no_error_and_settled_by_the_first():
    line = {"document_number": "0012345678901", "routing": "GVA-NBO"}
    result = tickets(line, line)
    assert result.activity["source_row"].to_list() == [2, 3]
    assert codes(result, "error") == set()
    assert netted(settled(a=[ticket(**line)] * 2)) == {"a3 duplicate by a2"}


def test_two_coupons_of_one_document_are_no_duplicates():
    result = tickets(
        {"document_number": "1", "routing": "GVA-ADD"}, {"document_number": "1", "routing": "ADD-NBO"}
    )
    assert legs(result) == ["GVA-ADD", "ADD-NBO"]


def test_letters_follow_the_coupons_past_a_leg_that_was_left_out():
    result = tickets({"routing": "QKL-FRA-JFK", "booking_class": "Y/J"})
    assert result.activity.select("origin", "cabin").rows() == [("FRA", "business")]


def test_uncertain_letters_make_one_note_for_the_file():
    result = tickets(*[{"routing": "GVA-NBO", "booking_class": "P"}] * 5)
    [message] = result.problems.filter(pl.col("code") == "cabin-uncertain")["message"]
    assert "differently: 5 (P = first (5))" in message


def test_a_default_cabin_is_counted():
    result = tickets({"routing": "GVA-NBO"}, default_cabin="economy")
    assert result.activity.select("cabin", "cabin_basis").row(0) == ("economy", "default")
    assert "cabin-default" in codes(result, "note")


def test_a_supplied_figure_is_shared_by_the_legs_and_keeps_its_sum():
    result = tickets({"routing": "GVA-LHR-JFK", "supplied_co2_kg": 500.0, "supplied_method": "ICAO v13.1"})
    assert result.activity["supplied_co2_kg"].sum() == pytest.approx(500.0)


def test_a_repaired_code_marks_its_row():
    result = tickets({"routing": "GVA-G0A"}, {"routing": "GVA-NBO"})
    assert result.repaired_rows == frozenset({2})


def test_an_unknown_airport_is_an_error_in_its_row_and_column():
    result = tickets({"routing": "GVA-NBO"}, {"origin": "GVA", "destination": "NBOO"})
    [row] = result.problems.filter(pl.col("severity") == "error").rows(named=True)
    assert (row["row"], row["column"], row["suggestion"]) == (3, "destination", "Did you mean NBO?")


def test_a_local_trip_has_no_leg_and_says_why():
    result = tickets({"origin": "Honolulu", "destination": "Honolulu"})
    assert legs(result) == []
    assert codes(result, "warning") == {"same-airport"}


def test_a_date_of_which_only_the_year_is_sure_gives_the_year_and_the_way_back():
    trip = {
        "origin": "MEX",
        "destination": "Guadalajara",
        "destination_country": "México",
        "departure_date": None,
    }
    result = tickets({**trip, "departure_date_year": 2013, "return_date_year": 2013})
    assert legs(result) == ["MEX-GDL", "GDL-MEX"]
    assert result.activity["year"].to_list() == [2013, 2013]
    assert result.activity["departure_date"].to_list() == [None, None]


def test_the_order_of_rows_does_not_matter():
    rows = [
        {"routing": route, "booking_class": "Y", "document_number": route}
        for route in ("GVA-NBO", "GVA-IST", "JFK-GVA")
    ]
    assert sorted(legs(tickets(*rows))) == sorted(legs(tickets(*reversed(rows))))


def test_a_file_without_rows_has_no_legs():
    empty = pl.DataFrame(
        schema={
            "routing": pl.String,
            "source_row": pl.Int64,
            "source_file": pl.String,
            "source_sheet": pl.String,
        }
    )
    assert normalise(empty, Context()).activity.schema == LEGS


def test_a_route_for_one_flight_has_legs_or_a_reason():
    flight, problems = legs_from_route("GVA-NBO", on=MARCH, cabin="economy")
    assert flight.select("origin", "destination", "year", "cabin").row(0) == ("GVA", "NBO", 2019, "economy")
    assert problems.is_empty()
    none, problems = legs_from_route("GVA-GVAA", on=MARCH)
    assert none.is_empty()
    assert problems["severity"].to_list() == ["error"]


def test_no_header_stands_for_two_columns():
    seen = {}
    for column in CATEGORY.columns:
        for header in (column.name, *column.synonyms):
            assert seen.setdefault(folded(header), column.name) == column.name, header


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Fecha_salida", "departure_date"), ("Fecha_llegada", "return_date"), ("Destino", "destination"), ("Bloque", "unit"),
        ("Motivo", "purpose"), ("Autoridad", "traveller"), ("Expediente", "trip_number"), ("UR", "unit"),
        ("CIUDAD_ORIGEN", "origin"), ("PAIS_DESTINO", "destination_country"), ("TIPO_PASAJE", "mode"), ("CUBRE_PASAJE", "paid_by"),
        ("FECHAINICIO_COM", "departure_date"), ("FECHAFIN_COM", "return_date"), ("GASTO_PASAJE", "fare"), ("LINEA_ORIGEN", "carrier"),
        ("Departure Station Code", "origin"), ("Arrival Station Code", "destination"), ("Class of Service", "cabin"),
        ("Ticket ID", "document_number"), ("Ticket Status", "transaction"), ("Departing From", "origin"), ("Destination(s)", "destination"),
        ("Período - Data de início", "departure_date"), ("Meio de transporte", "mode"), ("Zielort_der_Reise", "destination"),
        ("Valor passagens", "fare"), ("Situação", "transaction"),
    ],
)  # fmt: skip
def test_headers_of_real_exports_are_known(header, column):
    known = {folded(name) for name in (column, *CATEGORY.column(column).synonyms)}
    assert folded(header) in known


def test_a_line_whose_kind_is_the_railway_has_no_flight():
    result = tickets(
        {"origin": "GVA", "destination": "BRN", "transaction": "Rail"},
        {"origin": "GVA", "destination": "NBO", "transaction": "Billet"},
    )
    assert legs(result) == ["GVA-NBO"]
    assert "transaction-unknown" not in set(result.problems["code"])
