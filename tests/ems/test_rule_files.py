"""An organisation's own rule set beside saleve.toml: what it changes, and what is told when it cannot be read."""

import pytest

from saleve.ems.inventories import compute_inventory
from saleve.ems.rule_files import DEFAULT
from saleve.ems.settings import WorkspaceError
from saleve.ems.workspace import open_workspace

SETTINGS = '[organisation]\nname = "X"\n[inventory]\n{inventory}\n'
RULE_SET = """name = "ours"
dated = 2026-03-01
source = "Decision 12 of the Board"
based_on = "un-greening-the-blue"

[[rules]]
rule = "boundary"
subject = "refrigerants"
value = "optional"
last_year = 2022
"""
REFILLS = "Site,Date,Refrigerant,Refilled kg\nHQ,2022-05-01,R-134a,1\nHQ,2023-05-01,R-134a,1\n"


def workspace(folder, rules=None, inventory=""):
    named = 'rule_set = "rules.toml"\n' if rules is not None else ""
    (folder / "saleve.toml").write_text(SETTINGS.format(inventory=named + inventory), "utf-8")
    if rules is not None:
        (folder / "rules.toml").write_text(rules, "utf-8")
    return folder


def test_a_workspace_that_names_none_follows_the_un(tmp_path):
    assert open_workspace(workspace(tmp_path)).book.rule_set.name == DEFAULT


def test_a_file_of_rules_moves_a_source_out_of_the_total_for_its_years(tmp_path):
    (workspace(tmp_path, RULE_SET) / "refills.csv").write_text(REFILLS, "utf-8")
    computed = compute_inventory(tmp_path)
    kept = computed.inventory.cells.select("year", "boundary").sort("year").rows()
    assert kept == [(2022, "optional"), (2023, "minimum")]
    assert "refills.csv" in {file.file for file in computed.taken.files}
    assert len(computed.taken.files) == 1


def test_what_saleve_toml_states_holds_in_all_years(tmp_path):
    book = open_workspace(workspace(tmp_path, inventory='refrigerants = "all"\ngwp_set = "AR6"')).book
    assert {(book.of(year).refrigerants, book.of(year).gwp_set) for year in (2010, 2024)} == {("all", "AR6")}


def test_the_report_names_the_rule_set_and_its_boundaries(tmp_path):
    (workspace(tmp_path, RULE_SET) / "refills.csv").write_text(REFILLS, "utf-8")
    facts = compute_inventory(tmp_path).facts(2023)
    assert facts.rule_set.source == "Decision 12 of the Board"
    assert facts.rules.boundaries["refrigerants"] == "minimum"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = ", "cannot be read"),
        (RULE_SET.replace("dated", "day"), "The key dated is missing"),
        (RULE_SET.replace("dated", "day"), "day is not known"),
        (RULE_SET.replace("un-greening-the-blue", "theirs"), "based_on is theirs"),
        (RULE_SET.replace('"optional"', '"out"'), "the value is out, but can be: minimum"),
        (RULE_SET.replace("2022", '"2022"'), "last_year has the wrong kind"),
        (RULE_SET.replace("subject", "object"), "object is not known"),
        ('name = "x"\ndated = 2026-01-01\nsource = "y"\nrules = [1]\n', "Rule 1 must be a table"),
        ('name = "x"\ndated = 2026-01-01\nsource = "y"\nrules = 3\n', "rules has the wrong kind"),
    ],
)
def test_what_is_wrong_with_a_rule_set_is_told_in_words(tmp_path, text, told):
    with pytest.raises(WorkspaceError) as refused:
        open_workspace(workspace(tmp_path, text))
    assert told in str(refused.value)


def test_all_faults_are_told_at_once(tmp_path):
    broken = RULE_SET.replace("dated", "day").replace("subject", "object").replace("2022", '"2022"')
    with pytest.raises(WorkspaceError) as refused:
        open_workspace(workspace(tmp_path, broken))
    assert str(refused.value).count("\n  - ") == 4


def test_a_file_of_rules_that_is_not_there_is_told(tmp_path):
    with pytest.raises(WorkspaceError, match=r"rules\.toml, but there is no such file"):
        open_workspace(workspace(tmp_path, inventory='rule_set = "rules.toml"'))
