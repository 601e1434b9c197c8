"""The management plan against last year's: last year's is that of the settings that its run keeps, whatever saleve.toml says today."""

import json

import pytest
from offices import office

from saleve.ems.inventories import compute_inventory
from saleve.ems.plans import plan_before, plan_matter
from saleve.ems.proofs import verify_run
from saleve.ems.runs import freeze
from saleve.ems.workspace import open_workspace
from saleve.reporting.inventory_management_plan import differences
from saleve.reporting.plan_sections import plan_sections

PLAN = """
[plan]
training = "{training}"
[base_year]
threshold_pct = {threshold}
[[contacts]]
role = "Coordinator"
duty = "{duty}"
"""


@pytest.fixture
def folder(tmp_path):
    return office(tmp_path / "office")


def say(folder, *, training="none", threshold=5, duty="computes", more=""):
    (folder / "plain.toml").exists() or (folder / "saleve.toml").rename(folder / "plain.toml")
    settings = (folder / "plain.toml").read_text("utf-8")
    (folder / "saleve.toml").write_text(
        settings + more + PLAN.format(training=training, threshold=threshold, duty=duty), "utf-8"
    )


def changes(folder):
    computed = compute_inventory(folder)
    before = plan_before(computed, 2024)
    now = plan_sections(computed.published_facts(2024), plan_matter(computed, 2024))
    found = {
        (one.section, one.label): (one.before, one.after) for one in differences(plan_sections(*before), now)
    }
    return before[1], found


def test_what_the_settings_said_when_the_year_was_frozen_is_compared(folder):
    say(folder)
    run = freeze(folder, 2023).run
    say(folder, training="One day a year", threshold=3, duty="answers")
    matter, found = changes(folder)
    assert matter.kept_as == run.name
    assert found["Roles and training", "Training"] == (
        "none; saleve.toml, [plan] training",
        "One day a year; saleve.toml, [plan] training",
    )
    assert [one[:2] for one in found["Base year and its recalculation", "Threshold of a recalculation"]] == [
        "5%",
        "3%",
    ]
    assert ("Roles and training", "Coordinator") in found


def test_rules_of_the_frozen_year_are_compared_too(folder):
    say(folder)
    freeze(folder, 2023)
    say(folder, more='[inventory]\ngwp_set = "AR6"\n')
    _matter, found = changes(folder)
    before, after = found["Gases", "Warming potentials, over 100 years"]
    assert before.startswith("AR5")
    assert after.startswith("AR6")


def test_without_a_run_both_plans_are_of_today(folder):
    say(folder)
    say(folder, training="One day a year")
    matter, found = changes(folder)
    assert matter.kept_as == ""
    assert ("Roles and training", "Training") not in found


def test_the_run_keeps_the_settings_beside_its_manifest_and_proves_them(folder):
    say(folder, training="One day a year")
    run = freeze(folder, 2023).run
    path = run.folder / "plan.json"
    assert json.loads(path.read_text("utf-8"))["words"] == {"training": "One day a year"}
    assert verify_run(open_workspace(folder), run.name).faults == ()
    path.write_text(path.read_text("utf-8").replace("One day", "Two days"), "utf-8")
    assert verify_run(open_workspace(folder), run.name).faults == (
        f"Run {run.name}: plan.json was altered. Put it back from a backup.",
    )


def test_other_words_of_the_plan_make_a_new_run_and_a_new_title_of_the_report_does_not(folder):
    say(folder)
    first = freeze(folder, 2023)
    say(folder, more='[report]\ntitle = "Ours"\n')
    assert freeze(folder, 2023).new is False
    say(folder, training="One day a year")
    second = freeze(folder, 2023)
    assert second.new
    assert second.run.id != first.run.id
