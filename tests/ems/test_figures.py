"""Figures that pages show: those of the inventory, of a state that is told, whole whatever happens."""

import json
import multiprocessing
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from offices import office
from polars.testing import assert_frame_equal

from saleve.ems import figures
from saleve.ems.changes import compare_years
from saleve.ems.demo import write_demo
from saleve.ems.figures import refreshing, store
from saleve.ems.figures.comparing import compared
from saleve.ems.inventories import compute_inventory
from saleve.ems.ledgers import list_batches, withdraw
from saleve.ems.runs import freeze, move
from saleve.ems.small_groups import PERSONAL, SMALL
from saleve.ems.workspace import open_workspace
from saleve.method.inventory import Selection, total

TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def office_template(tmp_path_factory):
    folder = office(tmp_path_factory.mktemp("kept") / "office")
    figures.refresh(folder, today=TODAY)
    return folder


@pytest.fixture
def kept(office_template, tmp_path):
    return Path(shutil.copytree(office_template, tmp_path / "office"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = write_demo(tmp_path_factory.mktemp("demo"))
    return compute_inventory(folder), figures.refresh(folder, today=TODAY)


def loaded(folder, name="electricity.csv"):
    return next(row.load for row in list_batches(open_workspace(folder)) if row.load.account["file"] == name)


def publish(folder, year):
    name = freeze(folder, year).run.name
    for state in ("reviewed", "approved", "published"):
        move(open_workspace(folder), name, state, by="Chief", reason="meeting", alone=True)


def change_settings(folder):
    path = folder / "saleve.toml"
    path.write_text(path.read_text("utf-8") + '[inventory]\nfuel_source = "ipcc-2006"\n', "utf-8")


def test_totals_are_those_of_the_inventory(demo):
    computed, found = demo
    for year in computed.inventory.years:
        expected = total(computed.inventory, Selection(year=year))
        kept_total = found.full.total(year)
        assert kept_total.kg_co2e == pytest.approx(expected.kg_co2e, rel=1e-9)
        assert kept_total.low_kg_co2e == pytest.approx(expected.low_kg_co2e, rel=1e-9)


def test_every_figure_that_has_a_name_is_that_of_the_report(demo):
    computed, found = demo
    facts = computed.facts(2025).figures
    named = found.full.cuts.filter(pl.col("year") == 2025).drop_nulls("figure_id")
    for name, kg in named.select("figure_id", "kg_co2e").iter_rows():
        assert kg / 1000 == pytest.approx(facts[name].value, rel=1e-9), name
    assert {"2025.total", "2025.air_travel", "2025.air_travel.cabin.business"} <= set(named["figure_id"])


@pytest.mark.parametrize("by", ["unit", "category", "cabin", "site", "scope"])
def test_parts_within_a_source_add_up_to_it(demo, by):
    _computed, found = demo
    whole = found.full.cut("source", year=2025).filter(pl.col("name") == "air_travel")["kg_co2e"].item()
    parts = found.full.cut(by, year=2025, within=("source", "air_travel"))
    assert parts["kg_co2e"].sum() == pytest.approx(whole, rel=1e-9)


def test_a_row_can_be_explained_by_its_selection(demo):
    computed, found = demo
    for row in found.full.cut("source", year=2025, within=("unit", "DEV")).rows(named=True):
        chosen = found.full.selection(row)
        assert total(computed.inventory, chosen).kg_co2e == pytest.approx(row["kg_co2e"], rel=1e-9)


@pytest.mark.parametrize("table", ["routes", "mix", "units", "months"])
def test_flights_add_up_alike_for_everybody(demo, table):
    computed, found = demo
    flown = computed.inventory.cells.filter(source="air_travel", amount_unit="passenger-km")
    for view in (found.full, found.shown):
        added = getattr(view, table)
        assert added["kg_co2e"].sum() == pytest.approx(flown["kg_co2e"].sum(), rel=1e-9)
        assert added["passengers"].sum() == pytest.approx(flown["passengers"].sum(), rel=1e-9)


def test_the_bars_of_a_bridge_add_up_to_the_change(demo):
    _computed, found = demo
    bars = found.bridges.filter(year=2025, since="previous")
    moved = found.full.total(2025).kg_co2e - found.full.total(2024).kg_co2e
    assert bars["effect_kg"].sum() == pytest.approx(moved, rel=1e-6)


def test_changes_are_those_of_the_report_with_their_ranges(demo):
    computed, found = demo
    fact = computed.facts(2025)["change.base"]
    row = found.changes.filter(year=2025, since="base").row(0, named=True)
    assert [row["change_pct"], row["low_pct"], row["high_pct"]] == pytest.approx(
        [fact.value, fact.low, fact.high]
    )


def test_rejected_rows_are_counted_with_an_example(demo):
    computed, found = demo
    assert found.batches["rejected"].sum() == sum(one.rejected for one in computed.taken.files) > 0
    assert "airport-unknown" in set(found.problems["code"])


def test_units_of_few_travellers_are_named_only_for_who_may_see_them(kept):
    found = figures.read(kept, TODAY)
    assert {"South", "East"} <= set(found.view(travellers=True).cut("unit", year=2024)["name"])
    shown = found.view(travellers=False).cut("unit", year=2024)
    assert set(shown["name"]) == {SMALL, None}  # three travellers are too few together: North goes with them
    assert shown["kg_co2e"].sum() == pytest.approx(found.full.total(2024).kg_co2e, rel=1e-9)


def test_no_route_of_few_travellers_is_shown(kept):
    found = figures.read(kept, TODAY)
    assert len(found.full.routes.filter(year=2024)) == 4
    assert set(found.shown.routes.filter(pl.col("origin").is_not_null())["destination"]) == {"GVA", "VIE"}


def test_no_kind_of_flight_of_few_travellers_is_shown(kept):
    found = figures.read(kept, TODAY)
    assert found.full.cut("haul", year=2024, within=("source", "air_travel"))["hidden"].null_count() == 2
    for within in (("source", "air_travel"), ("scope", "3")):
        shown = found.shown.cut("haul", year=2024, within=within)
        assert shown.filter(pl.col("name") == "long")["kg_co2e"].item() is None  # four fly to Nairobi
        assert shown["hidden"].count() == 2  # the other would tell it


def test_kinds_of_flights_of_enough_travellers_are_shown(kept):
    found = figures.read(kept, TODAY)
    economy = found.shown.cut("cabin", year=2024, within=("source", "air_travel"))
    assert (
        economy["kg_co2e"].to_list()
        == found.full.cut("cabin", year=2024, within=("source", "air_travel"))["kg_co2e"].to_list()
    )


def test_bills_of_a_site_without_flights_stay_whole_where_flights_are_hidden(kept):
    found = figures.read(kept, TODAY)
    whole, shown = (
        view.cut("category", year=2024, within=("site", "HQ")) for view in (found.full, found.shown)
    )
    assert shown["kg_co2e"].to_list() == whole["kg_co2e"].to_list()


def test_the_settings_say_how_many_travellers_make_a_group(kept):
    path = kept / "saleve.toml"
    path.write_text(path.read_text("utf-8") + "[privacy]\nsmallest_group = 1\n", "utf-8")
    found = figures.refresh(kept, today=TODAY)
    assert found.about.smallest_group == 1
    assert {"South", "East"} <= set(found.shown.cut("unit", year=2024)["name"])


def test_what_was_just_computed_is_not_stale(kept):
    found = figures.read(kept, TODAY)
    assert (found.stale, found.moved) == (False, ())


def test_a_copy_of_the_workspace_has_the_same_key(kept, office_template):
    assert figures.state_key(kept, TODAY) == figures.state_key(office_template, TODAY)


@pytest.mark.parametrize(
    ("part", "move"),
    [
        ("settings", change_settings),
        ("ledger", lambda folder: withdraw(open_workspace(folder), loaded(folder).batch, reason="wrong site")),
        ("files", lambda folder: (folder / "water.csv").write_text("Site,Year,m3\nHQ,2024,10\n", "utf-8")),
        ("runs", lambda folder: publish(folder, 2024)),
        ("factors", lambda folder: ((folder / "factors").mkdir(), (folder / "factors/own.csv").write_text("a\n"))),
    ],
)  # fmt: skip
def test_figures_are_stale_when_something_moves_and_say_what(kept, part, move):
    before = figures.read(kept, TODAY)
    move(kept)
    after = figures.read(kept, TODAY)
    assert (after.stale, after.moved) == (True, (part,))
    assert after.full.cuts.equals(before.full.cuts)


def test_an_inventory_that_is_kept_moves_no_figure_before_it_is_published(kept):
    freeze(kept, 2024)
    assert not figures.read(kept, TODAY).stale


def test_kept_cells_give_the_inventory_of_a_year(demo):
    computed, found = demo
    expected = total(computed.inventory, Selection(year=2024, unit="DEV"))
    kept = total(found.inventory(2024), Selection(year=2024, unit="DEV"))
    assert asdict(kept) == pytest.approx(
        asdict(expected), rel=1e-12
    )  # computed twice: rows may come in another order


def test_cells_without_travellers_name_no_small_unit(kept):
    found = figures.read(kept, TODAY).inventory(2024, travellers=False)
    assert set(found.cells["unit"]) == {SMALL, None}


@pytest.mark.parametrize(("start", "end"), [(2024, 2025), (2013, 2022)])
def test_any_two_years_compare_as_a_computation_would(demo, start, end):
    computed, found = demo
    expected = compare_years(computed, start, end)
    pair = compared(computed.workspace, found, start, end)
    assert pair.bridge.steps["effect_kg"].to_list() == pytest.approx(
        expected.bridge.steps["effect_kg"].to_list(), rel=1e-6, abs=1e-3
    )
    assert_frame_equal(pair.like_for_like, expected.like_for_like, rel_tol=1e-12)


def test_the_change_of_two_years_has_the_range_of_the_report(demo):
    computed, found = demo
    row = found.changes.filter(year=2025, since="previous").row(0, named=True)
    change = compared(computed.workspace, found, 2024, 2025).change
    assert [change.value, change.low, change.high] == pytest.approx(
        [row["change_pct"], row["low_pct"], row["high_pct"]]
    )


def test_figures_that_an_earlier_version_kept_are_none(kept):
    about = next(kept.glob("figures/*/about.json"))
    told = json.loads(about.read_text("utf-8"))
    del told["form"]  # the first versions named none
    about.write_text(json.dumps(told), "utf-8")
    assert figures.read(kept, TODAY) is None


def test_with_a_new_month_more_data_are_due(kept):
    assert figures.read(kept, date(2026, 12, 1)).moved == ("month",)


def test_figures_are_those_of_the_new_state_after_a_refresh(kept):
    withdraw(open_workspace(kept), loaded(kept).batch, reason="wrong site")
    found = figures.refresh(kept, today=TODAY)
    assert not found.stale
    assert "electricity" not in set(found.full.cut("source")["name"])


def test_nothing_is_computed_twice_for_one_state(kept, monkeypatch):
    monkeypatch.setattr(refreshing, "compute_inventory", lambda *_args, **_named: pytest.fail("computed"))
    assert not figures.refresh(kept, today=TODAY).stale


def test_there_are_no_figures_before_the_first_refresh(tmp_path):
    assert figures.read(office(tmp_path / "office"), TODAY) is None


def test_the_former_figures_stay_whole_when_writing_breaks_off(kept, monkeypatch):
    before = figures.read(kept, TODAY)
    change_settings(kept)
    monkeypatch.setattr(store, "write_whole", _no_space)
    with pytest.raises(OSError, match="no space"):
        figures.refresh(kept, today=TODAY)
    assert figures.read(kept, TODAY).full.cuts.equals(before.full.cuts)


def test_what_a_killed_program_left_is_cleared_and_the_last_complete_figures_stay(kept):
    (kept / "figures" / ".left").mkdir()
    first = figures.read(kept, TODAY).about.key
    change_settings(kept)
    second = figures.refresh(kept, today=TODAY).about.key
    (kept / "saleve.toml").write_text(
        (office_settings := (kept / "saleve.toml").read_text("utf-8")) + "\n", "utf-8"
    )
    third = figures.refresh(kept, today=TODAY).about.key
    assert office_settings
    folders = {path.name for path in (kept / "figures").iterdir() if path.is_dir()}
    assert (folders, len({first, second, third})) == ({second, third}, 3)


def test_a_damaged_folder_of_figures_is_made_anew(kept):
    key = figures.state_key(kept, TODAY)
    (kept / "figures" / key / "full-cuts.parquet").unlink()
    assert figures.refresh(kept, today=TODAY).full.total(2024).kg_co2e > 0


def test_a_refresh_can_be_stopped_between_steps_and_leaves_the_former_figures(kept):
    before = figures.read(kept, TODAY)
    change_settings(kept)
    asked = iter([False] * 4)
    with pytest.raises(figures.RefreshCancelledError):
        figures.refresh(kept, cancelled=lambda: next(asked, True), today=TODAY)
    assert figures.read(kept, TODAY).about == before.about


def test_progress_goes_up_and_speaks_in_sentences(tmp_path):
    told = []
    figures.refresh(office(tmp_path / "office"), progress=lambda *step: told.append(step), today=TODAY)
    shares = [share for share, _sentence in told]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] < 1
    assert all(sentence.endswith(".") for _share, sentence in told)


def test_published_runs_are_not_touched(kept):
    freeze(kept, 2024)
    before = {path: path.read_bytes() for path in (kept / "inventories").rglob("*.*")}
    figures.refresh(kept, today=TODAY)
    assert {path: path.read_bytes() for path in (kept / "inventories").rglob("*.*")} == before


def test_two_programs_that_refresh_at_once_keep_one_set_of_figures(tmp_path):
    folder = office(tmp_path / "office")
    compute_inventory(folder)
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        keys = pool.map(_key_of_refresh, [folder, folder])
    assert keys[0] == keys[1] == figures.read(folder, TODAY).about.key
    assert len([path for path in (folder / "figures").iterdir() if path.is_dir()]) == 1


def test_figures_that_another_program_computes_are_read_without_a_restart(kept):
    figures.read(kept, TODAY)
    change_settings(kept)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        [key] = pool.map(_key_of_refresh, [kept])
    assert figures.read(kept, TODAY).about.key == key


def _key_of_refresh(folder):
    return figures.refresh(folder, today=TODAY).about.key


def _no_space(*_args):
    message = "no space"
    raise OSError(message)


def test_a_meter_is_kept_with_its_last_bill(demo):
    _computed, found = demo
    meter = found.meters.filter(source="electricity", site="Main building").row(0, named=True)
    assert (meter["first_day"], meter["last_day"], meter["rows"]) == (
        date(2010, 1, 1),
        date(2025, 12, 31),
        192,
    )


def test_counts_of_people_are_kept_with_who_was_counted_and_add_up(demo):
    _computed, found = demo
    assert found.counts["definition"].null_count() == 0
    assert found.counts["persons"].sum() == pytest.approx(found.headcount["persons"].sum())


def test_uses_of_factors_tell_of_no_traveller(demo):
    _computed, found = demo
    assert not set(found.uses["source"]) & set(PERSONAL)


def test_what_rests_on_the_factors_of_a_site_is_its_emission(demo):
    _computed, found = demo
    used = found.uses.filter(year=2025, site="Nairobi", source="electricity", boundary="minimum")
    cut = found.full.cut("source", year=2025, within=("site", "Nairobi")).filter(name="electricity")
    assert used["kg_co2e"].sum() == pytest.approx(cut["kg_co2e"].item())
