"""The life of an inventory year: kept, reviewed, approved, published, restated; and what was altered is found."""

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offices import office

from saleve.ems import runs
from saleve.ems.acts import act
from saleve.ems.changes import bridge_between, series_of
from saleve.ems.explaining import explain_any
from saleve.ems.factors import import_factors
from saleve.ems.inventories import compute_inventory
from saleve.ems.plain_data import as_data, from_data
from saleve.ems.proofs import verify_run
from saleve.ems.run_states import STATES, RunError, StateLog, states_of
from saleve.ems.workspace import open_workspace
from saleve.method.emissions.aviation.parameters import AirTravelSettings
from saleve.method.emissions.rules import Rules
from saleve.method.explain import explain
from saleve.method.inventory import Selection, total, yearly_totals
from saleve.method.problems import SaleveError

BY = {"by": "Coordinator", "reason": "annual closing"}


@pytest.fixture(scope="module")
def closed_template(tmp_path_factory):
    """Return an organisation whose years 2023 and 2024 are published."""
    folder = office(tmp_path_factory.mktemp("closed") / "office")
    for year in (2023, 2024):
        close(folder, year)
    return folder


@pytest.fixture
def closed(closed_template, tmp_path):
    return Path(shutil.copytree(closed_template, tmp_path / "office"))


def close(folder, year):
    run = runs.freeze(folder, year).run
    for state in ("reviewed", "approved", "published"):
        runs.move(open_workspace(folder), run.name, state, **BY, alone=True)
    return run


def bytes_below(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def use_other_fuel_factors(folder):
    text = (folder / "saleve.toml").read_text("utf-8")
    (folder / "saleve.toml").write_text(f'{text}[inventory]\nfuel_source = "ipcc-2006"\n', "utf-8")


def test_a_run_keeps_the_inventory_as_it_was_computed(closed):
    computed = compute_inventory(closed)
    kept = runs.load_run(open_workspace(closed), "2024")
    assert total(kept, Selection(year=2024)) == total(computed.inventory, Selection(year=2024))
    assert kept.rules == computed.inventory.rules


def test_published_totals_are_those_of_the_published_runs(closed):
    now = yearly_totals(compute_inventory(closed).inventory)
    assert runs.published_totals(open_workspace(closed)) == pytest.approx(now)


def test_the_same_figures_of_the_same_things_are_kept_once(tmp_path):
    folder = office(tmp_path / "office")
    first, second = runs.freeze(folder, 2024), runs.freeze(folder, 2024)
    assert (first.run.name, first.new, second.new) == (second.run.name, True, False)


def test_the_same_workspace_elsewhere_gives_a_run_of_the_same_name(tmp_path):
    names = [runs.freeze(office(tmp_path / one), 2024).run.manifest for one in ("here", "there")]
    assert {**names[0], "ledger": None} == {**names[1], "ledger": None}


def test_a_year_without_data_is_refused(tmp_path):
    with pytest.raises(RunError, match="no inventory for 2019"):
        runs.freeze(office(tmp_path / "office"), 2019)


def test_a_published_year_cannot_be_frozen_again_in_passing(closed):
    with pytest.raises(RunError, match="saleve restate"):
        runs.freeze(closed, 2024)


@pytest.mark.parametrize("state", ["approved", "published"])
def test_a_step_that_is_left_out_is_refused_with_what_to_do(tmp_path, state):
    folder = office(tmp_path / "office")
    run = runs.freeze(folder, 2024).run
    with pytest.raises(RunError, match="Review it first"):
        runs.move(open_workspace(folder), run.name, state, **BY)


@pytest.mark.parametrize("approver", ["Keeper", "Reviewer", " reviewer "])
def test_who_kept_or_reviewed_a_run_cannot_approve_it(tmp_path, approver):
    workspace = open_workspace(office(tmp_path / "office"))
    run = runs.freeze(workspace.folder, 2024, by="Keeper").run
    runs.move(workspace, run.name, "reviewed", by="Reviewer", reason="bills compared")
    with pytest.raises(RunError, match=r"somebody else must approve it.* --alone"):
        runs.move(workspace, run.name, "approved", by=approver, reason="meeting")
    assert runs.state_of(run) == "reviewed"
    assert runs.move(workspace, run.name, "approved", by="Director", reason="meeting").by == "Director"


def test_a_published_run_never_moves_back(closed):
    with pytest.raises(RunError, match="never moves"):
        runs.move(open_workspace(closed), "2024", "reviewed", **BY)


@pytest.mark.parametrize("lacking", ["by", "reason"])
def test_who_and_why_must_be_said(closed, lacking):
    with pytest.raises(RunError, match=f"--{lacking}"):
        runs.restate(closed, "2024", kind="method", **{**BY, lacking: " "})


def test_restating_leaves_every_byte_of_the_closed_years(closed):
    use_other_fuel_factors(closed)
    before = bytes_below(closed / "inventories")
    runs.restate(closed, "2024", kind="factor_edition", **BY)
    after = bytes_below(closed / "inventories")
    log = Path("2024/states.jsonl")
    assert {name: after[name] for name in before if name != log} == {one: held for one, held in before.items() if one != log}  # fmt: skip
    assert after[log].startswith(before[log])


def test_a_restatement_tells_the_difference_and_only_fuels_move(closed):
    use_other_fuel_factors(closed)
    done = runs.restate(closed, "2024", kind="factor_edition", **BY)
    moved = done.difference.filter(pl.col("difference_kg_co2e") != 0)
    before, after = (yearly_totals(runs.load(one))[2024] for one in (done.before, done.run))
    assert moved["source"].to_list() == ["fuels"]
    assert moved["difference_kg_co2e"].sum() == pytest.approx(after - before)
    assert done.run.restates == {"run": done.before.name, "kind": "factor_edition", "reason": BY["reason"]}


def test_the_old_run_stays_published_until_the_new_one_is(closed):
    use_other_fuel_factors(closed)
    workspace = open_workspace(closed)
    done = runs.restate(closed, "2024", kind="method", **BY)
    assert runs.published_run(workspace, 2024) == done.before
    for state in ("reviewed", "approved", "published"):
        runs.move(workspace, done.run.name, state, **BY, alone=True)
    assert runs.published_run(workspace, 2024) == done.run
    assert runs.state_of(done.before) == "restated"


def test_a_year_alone_names_the_one_run_that_waits_for_the_step(closed):
    use_other_fuel_factors(closed)
    workspace = open_workspace(closed)
    done = runs.restate(closed, "2024", kind="method", **BY)
    assert runs.move(workspace, "2024", "reviewed", **BY).run == done.run.id


def test_the_bars_of_a_restatement_lead_from_the_old_figure_to_the_new(closed):
    use_other_fuel_factors(closed)
    done = runs.restate(closed, "2024", kind="factor_edition", **BY)
    bars = bridge_between(open_workspace(closed), done.before, done.run)
    moved = bars.steps.filter(pl.col("effect_kg").abs() > 1e-6)
    assert bars.start_kg + bars.steps["effect_kg"].sum() == pytest.approx(bars.end_kg, rel=1e-9)
    assert moved.select("step", "subject").unique().rows() == [("factor_edition", "fuels")]


def test_the_series_keeps_what_was_published_beside_what_is_computed_now(closed):
    published = runs.published_totals(open_workspace(closed))[2024]
    use_other_fuel_factors(closed)
    computed = compute_inventory(closed)
    of_2024 = series_of(computed).row(by_predicate=pl.col("year") == 2024, named=True)
    assert of_2024["as_reported_kg"] == pytest.approx(published)
    assert of_2024["recalculated_kg"] == pytest.approx(yearly_totals(computed.inventory)[2024])
    assert of_2024["recalculated_kg"] != pytest.approx(published)


def test_there_is_nothing_to_restate_where_the_cells_are_the_same(closed):
    with pytest.raises(RunError, match="nothing to restate"):
        runs.restate(closed, "2024", kind="error", **BY)


def test_an_unknown_kind_of_restatement_is_told_with_those_that_are(closed):
    with pytest.raises(RunError, match="factor_edition"):
        runs.restate(closed, "2024", kind="whim", **BY)


def test_a_run_holds_although_the_workspace_moved_on(closed):
    use_other_fuel_factors(closed)
    (closed / "electricity.csv").write_text("Site,Year,kWh\nHQ,2023,100000\nHQ,2024,90000\n", "utf-8")
    compute_inventory(closed)
    proof = verify_run(open_workspace(closed), "2024")
    assert proof.holds
    assert proof.cells > 0
    assert any("fuel_source" in one for one in proof.moved)
    assert any(one.startswith("ledger:") for one in proof.moved)


def test_altered_cells_are_found_and_the_cell_is_named(closed):
    run = runs.open_run(open_workspace(closed), "2024")
    cells = run.table("cells").with_columns(
        kg_co2e=pl.when(pl.col("source") == "fuels").then(1.0).otherwise("kg_co2e")
    )
    cells.write_parquet(run.folder / "cells.parquet")
    proof = verify_run(open_workspace(closed), "2024")
    assert not proof.holds
    assert any("cells.parquet was altered" in one for one in proof.faults)
    assert proof.differing["source"].to_list() == ["fuels"]
    assert proof.differing["kept"].to_list() == [1.0]


def test_an_altered_manifest_is_found(closed):
    run = runs.open_run(open_workspace(closed), "2024")
    told = json.loads((run.folder / "manifest.json").read_text("utf-8"))
    told["organisation"] = "Somebody else"
    (run.folder / "manifest.json").write_text(json.dumps(told), "utf-8")
    assert any("manifest" in one for one in verify_run(open_workspace(closed), run.name).faults)


def test_a_missing_table_is_found(closed):
    run = runs.open_run(open_workspace(closed), "2024")
    (run.folder / "cells.parquet").unlink()
    assert any(
        "cells.parquet is missing" in one for one in verify_run(open_workspace(closed), run.name).faults
    )


def test_an_altered_file_of_the_ledger_is_named(closed):
    (file,) = (closed / "ledger" / "fuels").glob("*.parquet")
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    proof = verify_run(open_workspace(closed), "2024")
    assert any("fuels" in one and file.name in one for one in proof.faults)


def test_an_altered_line_of_the_log_is_found(closed):
    log = closed / "inventories" / "2024" / "states.jsonl"
    log.write_text(log.read_text("utf-8").replace("Coordinator", "Director"), "utf-8")
    assert any("states.jsonl" in one for one in verify_run(open_workspace(closed), "2024").faults)


def test_a_method_that_moved_is_said(closed, monkeypatch):
    monkeypatch.setattr(
        "saleve.ems.proofs.method_version", lambda: {"saleve": "9", "code_sha256": "", "libraries": {}}
    )
    proof = verify_run(open_workspace(closed), "2024")
    assert proof.holds
    assert any("Salève 0.1.0; here 9" in one for one in proof.moved)


def test_an_edition_that_moved_is_said_by_its_name(closed, monkeypatch):
    from saleve.ems.manifests import editions

    newer = {**editions(), "refrigerants": {"edition": "next", "sha256": ""}}
    monkeypatch.setattr("saleve.ems.proofs.editions", lambda: newer)
    assert any(
        "refrigerants" in one and "next" in one for one in verify_run(open_workspace(closed), "2024").moved
    )


def test_a_published_figure_is_explained_from_its_run_whatever_came_later(closed):
    before = explain_any(closed, "2024.electricity")
    (closed / "electricity.csv").write_text("Site,Year,kWh\nHQ,2023,100000\nHQ,2024,90000\n", "utf-8")
    now = explain_any(closed, "2024.electricity", now=True)
    after = explain_any(closed, "2024.electricity")
    assert before.run == after.run is not None
    assert after.fact.value == before.fact.value != now.fact.value
    assert after.explanation.rows["amount"].to_list() == [80000.0]


def test_a_figure_that_compares_years_is_explained_from_a_computation(closed):
    assert explain_any(closed, "2024.change.previous").run is None


def test_a_sentence_says_rows_and_sources(closed):
    told = explain_any(closed, "2024.air_travel").sentence
    assert "it adds up: 18." in told
    assert "ICAO" in told


@pytest.mark.parametrize("first", [0, 3, 17])
def test_the_largest_rows_are_the_same_as_when_every_leg_is_estimated(closed, first):
    computed = compute_inventory(closed)
    legs = computed.taken.activities["air_travel"].collect()
    selection = Selection(year=2024, source="air_travel")
    from saleve.method.emissions.compute import estimate_rows

    every = estimate_rows(
        "air_travel", legs.filter(year=2024), computed.taken.activities, computed.inventory.rules
    )
    expected = every["kg_co2e"].sort(descending=True)[first : first + 5]
    found = explain(computed.inventory, computed.taken.activities, selection, first=first, limit=5)
    assert found.rows["kg_co2e"].to_list() == pytest.approx(expected.to_list())
    assert found.all_rows == len(every)


def test_pages_of_equal_rows_neither_overlap_nor_leave_out_any(closed):
    computed = compute_inventory(closed)
    selection = Selection(year=2024)
    pages = [
        explain(computed.inventory, computed.taken.activities, selection, first=first, limit=4).rows
        for first in range(0, 24, 4)
    ]
    whole = pl.concat(pages).select("source_file", "source_row", "what")
    assert len(whole) == len(whole.unique()) == 20


def test_a_run_is_named_by_its_first_signs_and_an_unknown_one_is_told(closed):
    workspace = open_workspace(closed)
    run = runs.open_run(workspace, "2024")
    assert runs.open_run(workspace, f"2024/{run.id[:4]}") == run
    with pytest.raises(RunError, match="saleve runs"):
        runs.open_run(workspace, "2024/nothing")


def test_rules_as_data_come_back_as_they_were():
    layouts = pl.DataFrame({"aircraft": ["77W"], "seats": [300], "share": [0.5]})
    rules = Rules(air_travel=AirTravelSettings(layouts=layouts), own_values={"a": 1.5}, places={"HQ": "CHE"})
    again = from_data(json.loads(json.dumps(as_data(rules))))
    assert again.air_travel.layouts.equals(layouts)
    assert (dict(again.own_values), dict(again.places), again.gwp_set) == ({"a": 1.5}, {"HQ": "CHE"}, "AR5")


def test_a_rule_that_this_version_does_not_know_is_never_left_out():
    told = as_data(Rules())
    told["fields"]["moon_phase"] = "full"
    with pytest.raises(SaleveError, match="moon_phase"):
        from_data(told)


def test_a_run_that_no_log_knows_is_taken_up_when_the_year_is_frozen_again(tmp_path):
    folder = office(tmp_path / "office")
    run = runs.freeze(folder, 2024).run
    run.log.path.unlink()
    assert runs.freeze(folder, 2024).run == run
    assert runs.state_of(run) == "computed"


def test_a_line_of_the_log_that_was_not_written_to_its_end_is_told(closed):
    log = closed / "inventories" / "2024" / "states.jsonl"
    log.write_text(log.read_text("utf-8")[:-9], "utf-8")
    with pytest.raises(RunError, match="line 4"):
        runs.published_run(open_workspace(closed), 2024)


def test_a_run_with_a_lost_table_is_still_listed(closed):
    run = runs.open_run(open_workspace(closed), "2024")
    (run.folder / "cells.parquet").unlink()
    totals = {row.run.year: row.total_kg_co2e for row in runs.list_runs(open_workspace(closed))}
    assert totals[2024] is None
    assert totals[2023] > 0


def test_a_manifest_cannot_name_code_of_elsewhere():
    with pytest.raises(SaleveError, match="does not know"):
        from_data({"kind": "subprocess:Popen", "fields": {"args": "true"}})


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(STATES), max_size=8))
def test_whatever_is_tried_a_run_only_ever_takes_the_next_step(tmp_path_factory, tried):
    log = StateLog(tmp_path_factory.mktemp("log") / "states.jsonl")
    for state in tried:
        try:
            log.add("one", state, act("tried", "somebody"))
        except RunError:
            continue
    states = [step.state for step in log.steps()]
    assert states == list(STATES[: len(states)])
    assert states_of(log.steps()).get("one") == (states[-1] if states else None)


def test_an_office_without_data_changes_no_total(tmp_path):
    folder = office(tmp_path / "office")
    before = yearly_totals(compute_inventory(folder).inventory)
    with (folder / "saleve.toml").open("a", encoding="utf-8") as file:
        file.write('[[sites]]\nname = "Empty office"\ncountry = "KEN"\n')
    assert yearly_totals(compute_inventory(folder).inventory) == before


def test_a_new_edition_of_factors_leaves_closed_years_as_they_are_and_its_bars_add_up(closed, tmp_path):
    before = bytes_below(closed / "inventories")
    bring_factors(closed, tmp_path, "2026", {2023: 0.05, 2024: 0.055})
    done = runs.restate(closed, "2024", kind="factor_edition", **BY)
    after = bytes_below(closed / "inventories")
    altered = {name for name, held in before.items() if after[name] != held}
    assert altered == {Path("2024/states.jsonl")}  # it tells that the year is restated
    assert verify_run(open_workspace(closed), "2023").holds
    assert verify_run(open_workspace(closed), done.before.name).holds
    bars = bridge_between(open_workspace(closed), done.before, done.run)
    moved = bars.steps.filter(pl.col("effect_kg").abs() > 1e-6)
    assert moved.select("step", "subject").rows() == [("factor_edition", "electricity")]
    assert moved["effect_kg"].sum() == pytest.approx(80_000 * (0.055 - 0.03458), rel=1e-9)
    assert bars.start_kg + bars.steps["effect_kg"].sum() == pytest.approx(bars.end_kg, rel=1e-9)


def bring_factors(folder, tmp_path, edition, kg_by_year):
    """Import an edition of factors of the Swiss grid."""
    header = "category,edition,published,place,year,accounting_basis,unit,kg_co2e_per_unit,source\n"
    rows = [f"electricity,{edition},2026-09-01,CHE,{year},lifecycle_generation,kWh,{kg},Clockwork\n" for year, kg in kg_by_year.items()]  # fmt: skip
    table = tmp_path / "factors.csv"
    table.write_text(header + "".join(rows), "utf-8")
    assert import_factors(folder, table).imported
