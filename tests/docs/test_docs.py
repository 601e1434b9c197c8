"""The documentation is alive: links lead somewhere, commands print what the pages show, no key, option or category is forgotten."""

import json
import re
import shutil
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import typer
from pages import (
    ROOT,
    ShownCommand,
    ShownFile,
    anchors,
    filled,
    lines,
    links,
    name_of,
    pages,
    run,
    steps,
    table_rows,
)

from saleve.cli import app
from saleve.ems.settings import LISTS, TABLES
from saleve.method.activity.categories import CATEGORIES

DOCS = ROOT / "docs"
PAGES_WITH_COMMANDS = [
    page for page in pages() if any(isinstance(step, ShownCommand) for step in steps(page))
]
LISTED = ("runs", "files", "legs", "problems", "batches", "requests", "coverage", "headers", "indicators")
PARTS_OF_A_METHOD = {
    "formula": r"^## Formula",
    "units": r"\b(kg|kWh|m2|persons|t CO2e)\b",
    "source": r"Source|source",
    "example": r"^## Worked example",
    "limits": r"^## Not covered",
}


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_link_leads_to_a_page_and_a_heading(page):
    broken = [link for link in links(page) if not _alive(page, link)]
    assert broken == []


def _alive(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not anchor or anchor in anchors(target))


@pytest.mark.parametrize("page", PAGES_WITH_COMMANDS, ids=name_of)
def test_commands_print_what_the_page_shows(page, tmp_path, request):
    folder = request.getfixturevalue("demo") if page.name == "README.md" else tmp_path
    for step in steps(page):
        if isinstance(step, ShownCommand):
            printed = run(step, folder)
            assert printed == filled(lines(step.printed), printed)
        else:
            step.write(folder)


def test_the_tutorial_and_the_readme_show_commands():
    assert {"tutorial.md", "README.md"} <= {page.name for page in PAGES_WITH_COMMANDS}


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    """Return a folder with the demo in ./demo, as README makes it; the report is tested elsewhere."""
    from saleve.ems.demo import write_demo

    folder = tmp_path_factory.mktemp("readme")
    write_demo(folder / "demo")
    return folder


def test_settings_lists_every_table_and_key_and_no_other():
    assert {table: set(keys) for table, keys in _documented_settings().items()} == {
        (f"[[{name}]]" if name in LISTS else f"[{name}]"): set(keys) for name, keys in TABLES.items()
    }


def test_settings_names_every_choice_and_what_is_required():
    documented = _documented_settings()
    for name, keys in TABLES.items():
        for key, rule in keys.items():
            value = documented[f"[[{name}]]" if name in LISTS else f"[{name}]"][key]
            absent = [choice for choice in rule.choices if f"`{choice}`" not in value]
            assert absent == [] or "source categories above" in value, (name, key)
            assert ("required" in value) == rule.required, (name, key)


def _documented_settings() -> dict[str, dict[str, str]]:
    text = (DOCS / "reference" / "settings.md").read_text("utf-8")
    sections = re.split(r"^## (\[.*\])$", text, flags=re.MULTILINE)[1:]
    row = re.compile(r"^\| `(\w+)` \| (.*?) \|", re.MULTILINE)
    return {
        heading: dict(row.findall(body)) for heading, body in zip(sections[::2], sections[1::2], strict=True)
    }


def test_command_line_lists_every_command_and_option_and_no_other():
    text = (DOCS / "reference" / "command-line.md").read_text("utf-8")
    sections = re.split(r"^## saleve ?([\w -]*)$", text, flags=re.MULTILINE)[1:]
    documented = {
        name: set(re.findall(r"^\| `(--[\w-]+)`", body, flags=re.MULTILINE))
        for name, body in zip(sections[::2], sections[1::2], strict=True)
    }
    assert documented == _options()


def _options() -> dict[str, set[str]]:
    program = typer.main.get_command(app)
    commands = {"": program}
    for name, one in program.commands.items():
        within = {f"{name} {inner}": command for inner, command in getattr(one, "commands", {}).items()}
        commands |= within or {name: one}
    return {
        name: {
            flag
            for one in command.params
            for flag in (*one.opts, *one.secondary_opts)
            if flag.startswith("--")
        }
        - {"--help"}
        for name, command in commands.items()
    }


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_source_category_has_its_method_page(category):
    assert (DOCS / "method" / f"{category.replace('_', '-')}.md").is_file()


@pytest.mark.parametrize("part", PARTS_OF_A_METHOD)
@pytest.mark.parametrize("page", sorted((DOCS / "method").glob("*.md")), ids=lambda page: page.stem)
def test_every_method_page_has_formula_units_source_example_and_limits(page, part):
    assert re.search(PARTS_OF_A_METHOD[part], page.read_text("utf-8"), flags=re.MULTILINE)


def test_the_index_leads_to_every_page():
    linked = {(DOCS / link).resolve() for link in links(DOCS / "index.md")}
    assert [
        name_of(page) for page in DOCS.rglob("*.md") if page not in linked and page.name != "index.md"
    ] == []


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    documented = {row[0] for row in table_rows(DOCS / "decisions" / "0002-dependencies.md")} - {"Package"}
    assert documented == {re.split(r"[<>=!~\[ ]", line)[0] for line in declared}


def test_the_glossary_has_each_word_once_and_says_whose_it_is():
    rows = [row for row in table_rows(DOCS / "reference" / "glossary.md") if row[0] != "Term"]
    words = [word.strip("* ").lower() for row in rows for word in row[0].split(", ")]
    assert len(words) == len(set(words))
    assert {row[0] for row in rows if not re.fullmatch(r"Salève|\[.+\]\(#sources\)", row[1])} == set()


def test_the_changelog_begins_each_version_with_what_changes_in_figures():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert versions
    assert all(
        re.search(r"^### (.+)$", version, re.MULTILINE)[1] == "What changes in your figures"
        for version in versions
    )


SMALL_BILLS = "Site,Country,From,To,Electricity (kWh)\nA,CHE,2025-01-01,2025-06-30,100\n"
BATCH_OF_SMALL_BILLS = sha256(SMALL_BILLS.encode()).hexdigest()[:12]
IN_SMALL = ("--workspace", "small", "--json")


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """Return a folder with a small organisation in ./small, its bills loaded."""
    folder = tmp_path_factory.mktemp("small")
    ShownFile("small/saleve.toml", '[organisation]\nname = "Small"\n').write(folder)
    ShownFile("small/bills.csv", SMALL_BILLS).write(folder)
    run(ShownCommand(("load", "small/bills.csv", *IN_SMALL), ""), folder)
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        ("flight", "GVA-LHR", "--json"),
        ("check", "small/bills.csv", "--json"),
        ("load", "small/bills.csv", *IN_SMALL),
        ("batches", *IN_SMALL),
        ("statement", BATCH_OF_SMALL_BILLS, *IN_SMALL),
        ("correct", BATCH_OF_SMALL_BILLS, "2", "--set", "amount_kwh=90", "--reason", "slip", *IN_SMALL),
        ("withdraw", BATCH_OF_SMALL_BILLS, "--reason", "twice", *IN_SMALL),
        ("evidence", BATCH_OF_SMALL_BILLS, *IN_SMALL),
        ("verify-ledger", *IN_SMALL),
        ("rotate-key", *IN_SMALL),
        ("template", "electricity", "--out", "template.xlsx", *IN_SMALL),
        ("mapping", "small/bills.csv", *IN_SMALL),
        ("teach", "small/bills.csv", "--name", "Bills", "--category", "electricity", *IN_SMALL),
        ("requests", *IN_SMALL),
        ("fill", "electricity", "--proxy", "last_year", "--year", "2026", *IN_SMALL),
        ("compute", "small", "--json"),
        ("explain", "small", "2025.electricity", "--json"),
        ("indicators", "small", "--json"),
        ("report", "small", "--year", "2025", "--kind", "submission", "--json"),
        ("freeze", "2025", *IN_SMALL),
        ("runs", *IN_SMALL),
    ],
    ids=lambda arguments: arguments[0],
)
def test_command_line_names_every_key_of_the_json(arguments, small, tmp_path):
    shutil.copytree(small, tmp_path, dirs_exist_ok=True)
    printed = json.loads("\n".join(run(ShownCommand(arguments, ""), tmp_path)))
    text = (DOCS / "reference" / "command-line.md").read_text("utf-8")
    section = text.split(f"## saleve {arguments[0]}\n")[1].split("\n## ")[0]
    assert "error" not in printed
    assert _keys(printed) <= set(re.findall(r"`(\w+)`", section))


def _keys(printed: dict[str, Any]) -> set[str]:
    """Return the keys of the result and of the first of what it lists."""
    listed = [printed[name] for name in LISTED if isinstance(printed.get(name), list) and printed[name]]
    inner = [rows[0] for rows in listed if isinstance(rows[0], dict)]
    return set(printed).union(*inner)
