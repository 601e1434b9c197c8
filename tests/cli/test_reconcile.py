"""`saleve reconcile`, and the line on sums that `saleve compute` prints."""

import json

import pytest
from typer.testing import CliRunner

from saleve.cli import app
from saleve.ems.printed_statements import read_statement
from saleve.ems.settings import WorkspaceError

SHORT = "level,line,scope,t_co2e\ntotal,all,,1033.33\nscope,Scope 1,1,1000\nsource,Fuels,1,1000\nsource,Shuttle bus,,33.33\n"


def ran(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


def written(folder, text):
    path = folder / "printed.csv"
    path.write_text(text, "utf-8")
    return path


def test_a_statement_that_misses_a_source_names_it_and_ends_with_1(tmp_path):
    done = ran("reconcile", written(tmp_path, SHORT), "--json")
    found = {row["check"]: row for row in json.loads(done.stdout)["reconciliation"]}
    assert done.exit_code == 1
    assert found["scopes-to-total"]["difference_kg_co2e"] == pytest.approx(33_330.0)
    assert found["scopes-to-total"]["lines"] == ["Shuttle bus"]


def test_a_statement_that_adds_up_ends_with_0(tmp_path):
    whole = "level,line,t_co2e\ntotal,all,5\nsource,Fuels,2\nsource,Flights,3\n"
    done = ran("reconcile", written(tmp_path, whole))
    assert done.exit_code == 0
    assert "Sources add up to the total" in done.stdout


def test_everything_that_cannot_be_read_is_told_at_once(tmp_path):
    with pytest.raises(WorkspaceError) as fault:
        read_statement(
            written(tmp_path, "level,line,scope,t_co2e\nsum,all,,5\nsource,Fuels,9,2\nsource,X,1,two\n")
        )
    assert [row in str(fault.value) for row in ("Row 2, level", "Row 3, scope", "Row 4, t_co2e")] == [
        True
    ] * 3


def test_an_amount_that_is_not_printed_is_missing_and_not_zero(tmp_path):
    found = read_statement(written(tmp_path, "level,line,t_co2e\nsource,Fuels,\n"))
    assert found["kg_co2e"].to_list() == [None]


def test_compute_says_in_one_line_that_the_sums_agree(tmp_path):
    (tmp_path / "saleve.toml").write_text('[organisation]\nname = "Small"\n', "utf-8")
    bills = "Site,Country,From,To,Electricity (kWh)\nA,CHE,2025-01-01,2025-06-30,100\n"
    (tmp_path / "bills.csv").write_text(bills, "utf-8")
    assert "Reconciled: scopes and sources add up to the total of every year." in ran(
        "compute", tmp_path
    ).stdout.replace("\n", " ")


ROUNDED = "level,line,scope,t_co2e\ntotal,all,,{total}\nscope,Scope 1,1,33.3\nscope,Scope 2,2,33.3\nscope,Scope 3,3,33.3\n"


@pytest.mark.parametrize(
    ("total", "code"), [("100.0", 0), ("100.1", 0), ("100.2", 1), ("99.6", 1), ("100", 0), ("102", 1)]
)
def test_what_rounding_of_the_printed_figures_makes_is_no_difference(tmp_path, total, code):
    done = ran("reconcile", written(tmp_path, ROUNDED.format(total=total)))  # 99.9, each within 0.05
    assert done.exit_code == code
    assert ("no more than" in " ".join(done.stdout.split())) == (code == 0)
