"""Settings that are well-formed TOML and still cannot be: each is told in words, none ends in a traceback or a wrong figure."""

import pytest

from saleve.ems.settings import WorkspaceError, read_settings

ORGANISATION = '[organisation]\nname = "X"\n'
SITE = '[[sites]]\nname = "HQ"\ncountry = "CH"\n'
FILE = '[[files]]\npath = "bills.csv"\ncategory = "electricity"\n'

DEGREE_DAYS = '[[degree_days]]\nsite = "HQ"\nsource = "National weather service"\nheating = { 2024 = 2700 }\n'

CANNOT_BE = {
    "sites that are numbers": ("sites = [1]\n" + ORGANISATION, "[[sites]] 1 must be a table in braces, not 1."),
    "an organisation without name": ('[organisation]\nname = ""\n', "the key name is missing"),
    "an alias that is a number": (ORGANISATION + SITE + "aliases = [3]\n", "aliases must be text in quotes, not 3."),
    "a column that is a number": (ORGANISATION + FILE + "columns = { amount = 3 }\n", "columns: amount must be text in quotes"),
    "an end that is a text": (ORGANISATION + SITE + 'sources_ended = { fuels = "2018" }\n', "must be a date such as"),
    "an end of something unknown": (ORGANISATION + SITE + "sources_ended = { gas = 2018-01-01 }\n", "names gas, but can name"),
    "a beginning of something unknown": (ORGANISATION + SITE + "sources_began = { gas = 2018-01-01 }\n", "sources_began of HQ names gas"),
    "a beginning of nothing known anywhere": (ORGANISATION + "[inventory]\nsources_began = { gas = 2018-01-01 }\n", "sources_began names gas"),
    "an end before the beginning": (ORGANISATION + SITE + "sources_began = { fuels = 2018-01-01 }\nsources_ended = { fuels = 2017-01-01 }\n", "ended before it began"),
    "a time of day for a day": (ORGANISATION + SITE + "opened = 2018-01-01T00:00:00\n", "opened must be a date such as"),
    "two sites of one name": (ORGANISATION + SITE + SITE.replace("CH", "KE"), "2 sites are called hq"),
    "an alias of another site": (ORGANISATION + SITE + '[[sites]]\nname = "A"\ncountry = "KE"\naliases = ["hq"]\n', "called hq"),
    "a site closed before it opened": (ORGANISATION + SITE + "opened = 2020-01-01\nclosed = 2019-01-01\n", "closed before it opened"),
    "a target in its base year": (ORGANISATION + "[target]\nbase_year = 2024\ntarget_year = 2024\n", "must come after base_year"),
    "a target with a minus sign": (ORGANISATION + "[target]\nreduction_pct = -45\n", "without a minus sign"),
    "a target of more than everything": (ORGANISATION + "[target]\nreduction_pct = 450\n", "from 0 to 100"),
    "a base of nothing": (ORGANISATION + "[target]\nbase_t_co2e = 0\n", "must be above zero"),
    "an assumption below zero": (ORGANISATION + "[assumptions]\nmeter_reading_half_width_pct = -5\n", "cannot be below zero"),
    "an approach that is none": (ORGANISATION + "[uncertainty]\napproach = 3\n", "approach is 3, but can be 1"),
    "too few draws": (ORGANISATION + "[uncertainty]\ndraws = 10\n", "draws is 10, but must be from 1000"),
    "a seed below zero": (ORGANISATION + "[uncertainty]\nseed = -1\n", "seed is -1, but cannot be below zero"),
    "a class that is none": (ORGANISATION + "[uncertainty]\nyear_correlation = { gas = 1 }\n", "names gas, but can name: activity"),
    "a correlation above one": (ORGANISATION + "[uncertainty]\nyear_correlation = { factor = 2 }\n", "of factor is 2, but must be from 0 to 1"),
    "degree days without source": (ORGANISATION + SITE + '[[degree_days]]\nsite = "HQ"\n', "the key source is missing"),
    "degree days of no site": (ORGANISATION + SITE + DEGREE_DAYS.replace("HQ", "Attic"), "names the site Attic, which is not in [[sites]]"),
    "degree days of no year": (ORGANISATION + SITE + DEGREE_DAYS.replace("2024", "winter"), "names the year winter"),
    "degree days below zero": (ORGANISATION + SITE + DEGREE_DAYS.replace("2700", "-1"), "heating of HQ is -1 in 2024, but cannot be below zero"),
    "degree days in words": (ORGANISATION + SITE + DEGREE_DAYS.replace("2700", '"cold"'), "2024 must be a whole number or a number"),
    "degree days of one site twice": (ORGANISATION + SITE + DEGREE_DAYS + DEGREE_DAYS.replace("HQ", "hq"), "2 blocks are of HQ"),
    "an assumption that is no number": (ORGANISATION + "[assumptions]\nmeter_reading_half_width_pct = nan\n", "a number, not nan"),
    "years in the wrong order": (ORGANISATION + "[inventory]\nfirst_year = 2025\nlast_year = 2010\n", "first_year comes after last_year"),
    "a year that never was": (ORGANISATION + FILE + "year = -5\n", "is -5, but must be from 1990 to 2100"),
    "a file outside the folder": (ORGANISATION + '[[files]]\npath = "/etc/bills.csv"\n', "lies outside the folder"),
    "a file beside the folder": (ORGANISATION + '[[files]]\npath = "../bills.csv"\n', "lies outside the folder"),
    "a language that is none": (ORGANISATION + '[report]\nlanguage = "xx"\n', "language is xx, but can be: en, ar"),
    "a constant for no column": (ORGANISATION + FILE + 'constants = { colour = "red" }\n', "constants names colour"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "told"), CANNOT_BE.values(), ids=CANNOT_BE)
def test_what_cannot_be_is_told_in_words(tmp_path, text, told):
    (tmp_path / "saleve.toml").write_text(text, "utf-8")
    with pytest.raises(WorkspaceError) as refused:
        read_settings(tmp_path)
    assert told in str(refused.value)


def test_all_contradictions_are_told_at_once(tmp_path):
    text = ORGANISATION + SITE + SITE + "[target]\nreduction_pct = -45\n"
    (tmp_path / "saleve.toml").write_text(text, "utf-8")
    with pytest.raises(WorkspaceError) as refused:
        read_settings(tmp_path)
    assert str(refused.value).count("\n  - ") == 2
