"""Settings changed from a page: what comes out reads back, remarks stay where they were, and nothing wrong is ever written."""

import tomllib
from concurrent.futures import ThreadPoolExecutor

import pytest
from filelock import FileLock

from saleve.ems import amending
from saleve.ems.amending import NEW, AmendingError, Amendment, amend, state_of_settings
from saleve.ems.settings import read_settings

FILE = """# who we are
[organisation]
name = "Union for Tests" # as printed

# the target
[target]
base_year = 2010
reduction_pct = 45   # of the Council

[[sites]]
name = "Hill"
country = "Switzerland"
sources_ended = { fuels = 2018-09-30 }

# far away
[[sites]]
name = "Lake"
country = "Kenya" # grid

# the report
[report]
title = "T"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "saleve.toml").write_text(FILE, "utf-8")
    return tmp_path


def _amend(folder, *amendments, **more):
    return amend(folder, amendments, seen=state_of_settings(folder), **more)


def _text(folder):
    return (folder / "saleve.toml").read_text("utf-8")


def test_a_changed_key_leaves_every_other_line_as_it_was(folder):
    _amend(folder, Amendment("target", {"reduction_pct": 50}))
    assert _text(folder) == FILE.replace("reduction_pct = 45 ", "reduction_pct = 50 ")


def test_a_new_key_stands_in_its_table_before_the_remark_of_the_next(folder):
    _amend(folder, Amendment("sites", {"city": "Geneva"}, 1))
    assert '2018-09-30 }\ncity = "Geneva"\n\n# far away\n[[sites]]' in _text(folder)


def test_a_new_site_stands_behind_the_last_one(folder):
    _amend(folder, Amendment("sites", {"name": "Sea", "country": "PE"}, NEW))
    added = '# grid\n\n[[sites]]\nname = "Sea"\ncountry = "PE"\n\n# the report\n[report]'
    assert added in _text(folder)


def test_a_table_that_was_not_there_is_made(folder):
    _amend(folder, Amendment("privacy", {"smallest_group": 7}))
    assert _text(folder) == FILE + "\n[privacy]\nsmallest_group = 7\n"


def test_a_first_unit_and_its_part_can_be_added_at_once(folder):
    top, part = {"name": "BDT"}, {"name": "BDT/A", "part_of": "BDT"}
    _amend(folder, Amendment("units", top, NEW), Amendment("units", part, NEW))
    assert read_settings(folder)["units"] == [top, part]


def test_a_key_set_to_nothing_is_taken_out(folder):
    _amend(folder, Amendment("sites", {"sources_ended": None}, 1))
    assert "sources_ended" not in read_settings(folder)["sites"][0]


def test_a_table_with_nothing_left_in_it_goes_and_the_remarks_around_it_stay(folder):
    _amend(folder, Amendment("target", {"base_year": None, "reduction_pct": None}))
    assert "[target]" not in _text(folder)
    assert "# the target\n" in _text(folder)


def test_an_entry_is_taken_out_and_the_remark_of_what_follows_stays(folder):
    _amend(folder, Amendment("sites", None, 2))
    assert [site["name"] for site in read_settings(folder)["sites"]] == ["Hill"]
    assert "# the report\n[report]" in _text(folder)


@pytest.mark.parametrize(
    "value",
    [
        'a "quoted" word',
        "back\\slash",
        'two\nlines """ and quotes',
        "Łódź – 日本",
        "# no remark",
        "tab\there",
    ],
)
def test_any_text_reads_back_as_it_was_given(folder, value):
    _amend(folder, Amendment("plan", {"roles": value}))
    assert tomllib.loads(_text(folder))["plan"]["roles"] == value


def test_what_differs_is_told_with_old_and_new_before_the_file_is_replaced(folder):
    told = []
    _amend(folder, Amendment("target", {"reduction_pct": 50, "base_year": 2010}), told=lambda found: told.append((found, _text(folder))))  # fmt: skip
    ((differences, text),) = told
    assert [(one.where, one.before, one.after) for one in differences] == [
        ("[target]: reduction_pct", 45, 50)
    ]
    assert text == FILE


def test_a_fault_in_what_is_told_leaves_the_file_as_it_was(folder):
    def refuse(_differences):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        _amend(folder, Amendment("target", {"reduction_pct": 50}), told=refuse)
    assert _text(folder) == FILE


@pytest.mark.parametrize(
    ("amendment", "place"),
    [
        (Amendment("target", {"reduction_pct": -45}), ("target", None, "reduction_pct")),
        (Amendment("target", {"target_year": 2005}), ("target", None, "target_year")),
        (Amendment("target", {"reduction_pct": "much"}), ("target", None, "reduction_pct")),
        (Amendment("sites", {"country": "Nowhere"}, 2), ("sites", 2, "country")),
        (Amendment("sites", {"name": None}, 1), ("sites", 1, "name")),
        (Amendment("sites", {"aliases": ["Hill"]}, 2), ("sites", 2, "aliases")),
        (Amendment("sites", {"part_of": "Sea"}, 1), ("sites", 1, "part_of")),
        (Amendment("sites", {"part_of": "Hill"}, 1), ("sites", 1, "part_of")),
        (Amendment("organisation", {"name": None}), ("organisation", None, "name")),
        (Amendment("privacy", {"smallest_group": 0}), ("privacy", None, "smallest_group")),
        (Amendment("site", {"oidc_issuer": "https://id.example.org"}), ("site", None, "oidc_client")),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_at_its_key_and_the_file_stays(folder, amendment, place):
    with pytest.raises(AmendingError) as refused:
        _amend(folder, amendment)
    assert place in [(one.table, one.number, one.key) for one in refused.value.faults]
    assert _text(folder) == FILE


def test_all_faults_are_told_at_once(folder):
    with pytest.raises(AmendingError) as refused:
        _amend(folder, Amendment("target", {"reduction_pct": -1, "base_t_co2e": -1}))
    assert [one.key for one in refused.value.faults] == ["reduction_pct", "base_t_co2e"]


def test_who_saw_an_older_state_overwrites_nothing(folder):
    seen = state_of_settings(folder)
    amend(folder, [Amendment("target", {"reduction_pct": 50})], seen=seen)
    with pytest.raises(AmendingError, match="changed meanwhile"):
        amend(folder, [Amendment("target", {"reduction_pct": 55})], seen=seen)
    assert read_settings(folder)["target"]["reduction_pct"] == 50


def test_who_finds_another_writing_is_told_to_try_again(folder, monkeypatch):
    monkeypatch.setattr(amending, "_PATIENCE_SECONDS", 0.05)
    (folder / ".site").mkdir()
    with FileLock(folder / ".site" / "settings.lock"), pytest.raises(AmendingError, match="just now"):
        _amend(folder, Amendment("target", {"reduction_pct": 50}))


def test_a_value_that_is_there_already_writes_nothing(folder):
    assert _amend(folder, Amendment("target", {"reduction_pct": 45})) == []
    assert _text(folder) == FILE


def test_the_file_keeps_its_rights(folder):
    (folder / "saleve.toml").chmod(0o640)
    _amend(folder, Amendment("target", {"reduction_pct": 50}))
    assert (folder / "saleve.toml").stat().st_mode & 0o777 == 0o640


def test_of_many_who_write_at_once_one_wins_and_the_file_stays_whole(folder):
    seen = state_of_settings(folder)

    def write(pct):
        try:
            return amend(folder, [Amendment("target", {"reduction_pct": pct})], seen=seen)
        except AmendingError:
            return []

    with ThreadPoolExecutor(8) as pool:
        written = [found[0].after for found in pool.map(write, range(50, 66)) if found]
    assert written == [read_settings(folder)["target"]["reduction_pct"]]
