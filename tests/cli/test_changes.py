"""`saleve compare`, `series` and `base-year`: from files to the bars, and what a person can get wrong."""

import json

import pytest
from typer.testing import CliRunner

from saleve.cli import app

SETTINGS = """
[organisation]
name = "Example Office"
[[sites]]
name = "HQ"
country = "CH"
[target]
base_year = 2023
target_year = 2030
"""
BILLS = "Site,From,To,Amount,Unit\nHQ,2023-01-01,2023-12-31,100000,kWh\nHQ,2024-01-01,2024-12-31,120000,kWh\n"
LOG = """
[[restatements]]
date = 2025-03-01
trigger = "error"
description = "A meter was read in the wrong unit"
effect_t_co2e = 0.5
[[breaks]]
year = 2024
kind = "meter"
description = "A new meter"
"""


@pytest.fixture
def office(tmp_path):
    """A folder with two years of electricity."""
    (tmp_path / "saleve.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / "electricity.csv").write_text(BILLS, "utf-8")
    return tmp_path


def saleve(*arguments):
    done = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return json.loads(done.stdout)


def test_the_steps_lead_from_one_total_to_the_other(office):
    told = saleve("compare", office, 2023, 2024)
    assert told["adds_up_to_kg_co2e"] == pytest.approx(told["end_kg_co2e"], rel=1e-9)
    assert told["steps"][0]["from_kg"] == pytest.approx(told["start_kg_co2e"])
    assert told["steps"][-1]["to_kg"] == pytest.approx(told["end_kg_co2e"])
    activity = next(step for step in told["steps"] if step["step"] == "activity")
    assert activity["effect_kg"] > 0


def test_what_was_corrected_since_is_a_step_of_its_own(office):
    saleve("compute", office)
    version = saleve("compute", office)["ledger_version"]
    more = "Site,Meter,From,To,Amount,Unit\nHQ,second,2023-01-01,2023-12-31,50000,kWh\n"
    (office / "electricity-second.csv").write_text(more, "utf-8")
    told = saleve("compare", office, 2023, 2024, "--start-version", version)
    first = told["steps"][0]
    assert first["step"] == "correction"
    assert first["effect_kg"] == pytest.approx(told["start_kg_co2e"] / 2, rel=1e-6)
    assert told["adds_up_to_kg_co2e"] == pytest.approx(told["end_kg_co2e"], rel=1e-9)


def test_the_terminal_shows_bars_for_people(office):
    printed = CliRunner().invoke(app, ["compare", str(office), "2023", "2024"]).stdout
    assert "Why the total moved from 2023 to 2024" in printed
    assert "█" in printed


def test_a_file_that_is_refused_is_named(office):
    (office / "second.csv").write_text("Site,From,To,Amount,Unit\nHQ,2023-01-01,2023-12-31,1,kWh\n", "utf-8")
    done = CliRunner().invoke(app, ["compare", str(office), "2023", "2024"])
    assert "second.csv" in done.stderr


def test_a_year_without_data_is_told_in_a_sentence(office):
    done = CliRunner().invoke(app, ["compare", str(office), "2019", "2024"])
    assert "There is no inventory for 2019" in str(done.exception)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("site,year,hdd\nHQ,2023,2800\n", "has not all columns"),
        ("site,year,hdd,cdd\nHQ,2023,1,1\nHQ,2023,2,2\n", "more than once"),
        ("site,year,hdd,cdd\nHQ,2023,cold,1\n", "cannot be read as degree days"),
    ],
)
def test_degree_days_that_cannot_be_used_are_refused_in_a_sentence(office, content, words):
    (office.parent / "weather.csv").write_text(content, "utf-8")
    done = CliRunner().invoke(
        app, ["compare", str(office), "2023", "2024", "--degree-days", str(office.parent / "weather.csv")]
    )
    assert words in str(done.exception)


def test_the_base_year_is_judged_by_the_log(office):
    assert saleve("base-year", office)["must_recalculate"] is False
    (office / "saleve.toml").write_text(SETTINGS + LOG, "utf-8")
    told = saleve("base-year", office)
    assert told["must_recalculate"] is True
    assert told["waiting"][0]["trigger"] == "error"
    assert told["breaks"][0]["kind"] == "meter"


def test_the_series_has_every_year_three_times(office):
    first, second = saleve("series", office)
    assert first["factor_frozen_kg"] == pytest.approx(first["recalculated_kg"])
    assert second["factor_frozen_kg"] == pytest.approx(first["recalculated_kg"] * 1.2)
    assert first["as_reported_kg"] is None
