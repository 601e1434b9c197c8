"""What was taught is found again by headers in any order; where they changed, a person is asked."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.profiles import (
    Profile,
    ProfileChangedError,
    ProfileStore,
    as_toml,
    read_profile,
    signature,
)
from saleve.ledger.proposing import propose

TEACHING = Profile(
    name="Agency export",
    category="electricity",
    headers=("Ort", "Menge", "Jahr", "Bemerkung"),
    columns={"Ort": "site", "Menge": "amount:MWh", "Jahr": "year", "Bemerkung": "ignore"},
    decimal_sign="comma",
)
texts = st.text(st.characters(codec="utf-8"), max_size=20)


def test_the_order_of_columns_and_their_case_do_not_change_the_signature() -> None:
    assert signature(["Ort", "Menge"]) == signature(["MENGE", "ort"])
    assert signature(["Ort", "Menge"]) != signature(["Ort", "Menge", "Jahr"])


@settings(max_examples=40, deadline=None)
@given(st.builds(Profile, name=texts, category=texts, headers=st.lists(texts, max_size=4).map(tuple),
                 columns=st.dictionaries(texts, texts, max_size=4), decimal_sign=st.sampled_from([None, "point", "comma"]),
                 date_order=st.sampled_from([None, "day-first"]), missing_words=st.lists(texts, max_size=3).map(tuple),
                 units=st.dictionaries(texts, texts, max_size=2), constants=st.dictionaries(texts, texts, max_size=3)))  # fmt: skip
def test_a_profile_is_read_as_it_was_written(tmp_path_factory: Any, profile: Profile) -> None:
    path = tmp_path_factory.mktemp("profiles") / "p.toml"
    path.write_bytes(as_toml(profile).encode())
    assert read_profile(path) == profile


def test_a_profile_is_found_by_its_headers_in_any_order(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path / "profiles")
    assert store.list() == []
    store.save(TEACHING)
    found = store.find(["Jahr", "Bemerkung", "Menge", "Ort"])
    assert found
    assert (found.exact, found.profile) == (True, TEACHING)
    assert store.find(["From", "To"]) is None


def test_teaching_the_same_headers_again_replaces_the_profile(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    store.save(TEACHING)
    again = Profile("Other name", "electricity", TEACHING.headers)
    store.save(again)
    assert store.list() == [again]


def test_a_profile_whose_headers_were_edited_is_refused_with_its_file(tmp_path: Path) -> None:
    path = ProfileStore(tmp_path).save(TEACHING)
    path.write_text(path.read_text("utf-8").replace('"Ort", ', ""), "utf-8")
    with pytest.raises(FileRefusedError, match=rf"{path.name} cannot be used: its signature"):
        ProfileStore(tmp_path).list()


def test_the_profile_of_the_headers_is_used_and_said(check_text: Any, codes: Any) -> None:
    checked = check_text(
        "Jahr;Menge;Ort;Bemerkung\n2024;1.234;Turm;x\n2024;2,5;Turm 2;\n", category=None, profile=TEACHING
    )
    assert checked.category == "electricity"
    assert checked.activity["energy_kwh"].to_list() == pytest.approx([1_234_000, 2_500])
    assert "profile-used" in codes(checked)


def test_changed_headers_are_asked_about_by_name(check_text: Any) -> None:
    with pytest.raises(ProfileChangedError, match="'Anmerkung' new, 'Bemerkung' missing"):
        check_text("Ort;Menge;Jahr;Anmerkung\nTurm;1;2024;\n", category=None, profile=TEACHING)


def test_confirmed_the_profile_serves_the_headers_that_remain(check_text: Any) -> None:
    adapted = TEACHING.adapted(["Ort", "Menge", "Jahr", "Anmerkung"])
    checked = check_text("Ort;Menge;Jahr;Anmerkung\nTurm;1;2024;\n", category=None, profile=adapted)
    assert checked.activity["energy_kwh"].to_list() == pytest.approx([1000])


def test_a_file_of_other_headers_is_read_without_the_profile(check_text: Any, codes: Any) -> None:
    checked = check_text("Destination,Nights\nLima,3\n", profile=TEACHING)
    assert checked.accepted == 1
    assert "profile-used" not in codes(checked)


def test_headers_exchanged_between_columns_are_refused_not_misread(check_text: Any) -> None:
    with pytest.raises(FileRefusedError, match="'Menge' is amount, but its cells are not, such as 'Turm'"):
        check_text(
            "Menge;Ort;Jahr;Bemerkung\nTurm;12,5;2024;\nHaus;13;2024;\n", category=None, profile=TEACHING
        )


def test_missing_words_date_order_units_and_constants_of_the_profile_are_used(check_text: Any) -> None:
    profile = Profile(
        "Meter", "electricity", ("Von", "Bis", "Wert", "Mass"),
        {"Von": "period_start", "Bis": "period_end", "Wert": "amount", "Mass": "amount_unit"},
        date_order="month-first", missing_words=("9999",), units={"Einheiten": "kWh"}, constants={"site": "Tower"},
    )  # fmt: skip
    text = "Von,Bis,Wert,Mass\n01/02/2024,02/03/2024,50,Einheiten\n02/04/2024,03/05/2024,9999,Einheiten\n"
    checked = check_text(text, category=None, profile=profile)
    row = checked.activity.row(0, named=True)
    assert (str(row["period_start"]), str(row["period_end"])) == ("2024-01-02", "2024-02-03")
    assert (row["site"], row["energy_kwh"]) == ("Tower", 50)
    assert checked.rejected == 1


def test_a_proposal_says_how_each_header_is_known(tmp_path: Path) -> None:
    path = tmp_path / "strom.csv"
    path.write_text("Site;Verbrauch (MWh);Jahr;Notiz\nTurm;1,5;2024;a\nHaus;2,5;2024;b\n", "utf-8")
    found = propose(path, category="electricity", columns={"Jahr": "year"})
    assert {one.header: (one.column, one.how) for one in found.headers} == {
        "Site": ("site", "synonym"), "Verbrauch (MWh)": ("amount_mwh", "synonym"), "Jahr": ("year", "user"), "Notiz": (None, None),
    }  # fmt: skip
    assert found.headers[1].samples == ("1,5", "2,5")
    assert found.decimal_sign == "comma"


def test_a_proposal_hides_samples_of_persons(tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text("Traveller,Routing\nA. Person,GVA-CDG\n", "utf-8")
    hidden = propose(path, category="air_travel").headers[0]
    assert (hidden.column, hidden.samples) == ("traveller", ())


def test_a_proposal_once_looked_at_becomes_a_profile(tmp_path: Path) -> None:
    path = tmp_path / "strom.csv"
    path.write_text("Site;Verbrauch (MWh);Jahr;Notiz\nTurm;1,5;2024;a\n", "utf-8")
    store = ProfileStore(tmp_path / "profiles")
    store.save(propose(path, category="electricity", columns={"Notiz": "ignore"}).taught("Strom"))
    again = propose(path, profiles=store)
    assert again.profile
    assert again.profile.exact
    assert {one.how for one in again.headers} <= {"profile", "user"}
    assert again.category == "electricity"


def test_a_store_of_profiles_serves_each_sheet_by_its_headers(
    tmp_path: Path, check_text: Any, codes: Any
) -> None:
    store = ProfileStore(tmp_path / "profiles")
    store.save(TEACHING)
    store.save(Profile("Trips", "electricity", ("Destination", "Nights")))
    checked = check_text("Ort;Menge;Jahr;Bemerkung\nTurm;1,5;2024;\n", category=None, profile=store)
    assert checked.activity["energy_kwh"].to_list() == pytest.approx([1500])
    assert "profile-used" in codes(checked)
    changed = "Ort;Menge;Jahr;Neu\nTurm;1,5;2024;\n"
    with pytest.raises(ProfileChangedError, match="'Neu' new, 'Bemerkung' missing"):
        check_text(changed, category=None, profile=store)
    confirmed = check_text(changed, category=None, profile=store, confirmed=True)
    assert confirmed.activity["energy_kwh"].to_list() == pytest.approx([1500])


def test_a_file_read_in_parts_follows_its_profile_as_when_read_whole(check_text: Any) -> None:
    profile = Profile("People", "headcount", ("Wer", "Jahr", "Zahl"), {"Wer": "unit", "Jahr": "year", "Zahl": "persons"},
                      decimal_sign="comma", missing_words=("9999",))  # fmt: skip
    text = "Wer;Jahr;Zahl\n" + "".join(f"U{n};2024;{'9999' if n == 7 else '1.234'}\n" for n in range(10))
    whole = check_text(text, category=None, profile=profile)
    parts = check_text(text, category=None, profile=profile, part_rows=3)
    assert whole.activity["persons"].to_list() == [1234] * 9
    assert parts.activity.equals(whole.activity)
    assert parts.problems.equals(whole.problems)
