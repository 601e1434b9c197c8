"""Owners of data in saleve.toml: who is asked, and what cannot be."""

import pytest

from saleve.ems.contradictions import month_and_day
from saleve.ems.settings import WorkspaceError
from saleve.ems.workspace import open_workspace
from saleve.method.requests import Owner

HEAD = '[organisation]\nname = "X"\n[[sites]]\nname = "Tower"\ncountry = "CH"\naliases = ["HQ"]\n'


def opened(folder, text):
    (folder / "saleve.toml").write_text(HEAD + text, "utf-8")
    return open_workspace(folder)


def test_owners_are_read_and_aliases_become_sites(tmp_path):
    text = '[[owners]]\nowner = "Facilities, Geneva"\ncategories = ["electricity"]\nsites = ["hq"]\ndue = "03-31"\n[[owners]]\nowner = "Coordinator"\n'
    assert opened(tmp_path, text).owners == (
        Owner("Facilities, Geneva", ("electricity",), ("Tower",), (3, 31)),
        Owner("Coordinator"),
    )


ENERGY = '[[owners]]\nowner = "A"\ncategories = ["electricity"]\n'
CANNOT_BE = {
    "a day that never is": (ENERGY + 'due = "02-30"\n', "due of A is 02-30"),
    "a day in words": (ENERGY + 'due = "end of March"\n', 'Write month and day in quotes, such as "03-31".'),
    "a site that is none": (ENERGY + 'sites = ["Annex"]\n', "names the site Annex, which is not in [[sites]]"),
    "two who owe the same": (ENERGY + ENERGY.replace('"A"', '"B"'), "2 entries answer for electricity at every site"),
    "two who owe all": ('[[owners]]\nowner = "A"\n[[owners]]\nowner = "B"\n', "every category at every site"),
    "two by an alias": (ENERGY + 'sites = ["HQ"]\n' + ENERGY + 'sites = ["Tower"]\n', "electricity at Tower"),
    "nobody": ('[[owners]]\ncategories = ["electricity"]\n', "the key owner is missing"),
    "a category that is none": ('[[owners]]\nowner = "A"\ncategories = ["power"]\n', "is power, but can be"),
    "one bracket": ('[owners]\nowner = "A"\n', "Write [[owners]] with two brackets"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "told"), CANNOT_BE.values(), ids=CANNOT_BE)
def test_what_cannot_be_is_told_in_words(tmp_path, text, told):
    with pytest.raises(WorkspaceError) as refused:
        opened(tmp_path, text)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("text", "day"), [("02-29", (2, 29)), (" 3-1 ", (3, 1)), ("13-01", None), ("", None)]
)
def test_a_day_of_the_year(text, day):
    assert month_and_day(text) == day
