"""Every category has a template in six languages that intake reads back: each column its own, the example not counted."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from saleve.language import LANGUAGES, speaking
from saleve.ledger.intake.checking import Checked, check_file
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.parsing.text import choice_table, squeezed, yes_no
from saleve.ledger.templates import template_columns, write_template
from saleve.ledger.wording import choice_label, column_header, states_its_unit
from saleve.method.activity.categories import CATEGORIES
from saleve.method.activity.normalising import Context
from saleve.method.schema import Kind

EVERY = [(category, language) for category in CATEGORIES for language in LANGUAGES]
FIRST_ROW = 3  # below header and example


def _template(folder: Path, category: str, language: str, **given: Any) -> Path:
    return write_template(category, language, folder / f"{category}-{language}.xlsx", **given)


def _filled(path: Path, rows: int = 2) -> Path:
    """Fill two rows like the example, each with one text of its own where a category has one."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for number in range(rows):
        for index in range(2, sheet.max_column + 1):
            value = sheet.cell(2, index).value
            changed = value * (number + 2) if isinstance(value, float) else value
            sheet.cell(FIRST_ROW + number, index, _of_its_own(changed, number, sheet.cell(1, index).value))
    book.save(path)
    return path


def _of_its_own(value: Any, number: int, header: str) -> Any:
    """Give a name or serial number its own ending, so that the rows are not the same bill twice."""
    own = {"724 2401234567": f"724 240123456{number}", "Tower": f"Tower {number}", "W-1": f"W-{number + 2}", "XX-5-100001-100250-1-1-0-1": f"XX-5-{number + 2}00001-{number + 2}00250-1-1-0-1"}  # fmt: skip
    return own.get(value, value) if isinstance(value, str) else value


def _check(path: Path, category: str | None = None) -> Checked:
    return check_file(path, category=category, context=Context(year=2025))


@pytest.mark.parametrize(("category", "language"), EVERY)
def test_a_filled_template_is_read_with_every_column_its_own(
    tmp_path: Path, category: str, language: str
) -> None:
    checked = _check(_filled(_template(tmp_path, category, language)))
    declared = CATEGORIES[category].CATEGORY
    with speaking(language):
        headers = {column_header(category, column): column.name for column in template_columns(declared)}
    mapped = {header.split(" (")[0]: column for header, column in checked.mappings[0].as_dict().items()}
    assert checked.category == category
    assert mapped == {header.split(" (")[0]: column for header, column in headers.items()}
    errors = checked.problems.filter(checked.problems["severity"] == "error")
    assert errors.is_empty(), errors["message"].to_list()
    assert (checked.rows, checked.rejected) == (2, 0)
    assert checked.activity.height >= 2
    assert checked.problems.filter(checked.problems["code"] == "example-row")["row"].to_list() == [2]


@pytest.mark.parametrize(("category", "language"), EVERY)
def test_every_label_of_a_drop_down_is_read_as_its_choice(category: str, language: str) -> None:
    columns = [column for column in CATEGORIES[category].CATEGORY.columns if column.kind is Kind.CHOICE]
    with speaking(language):
        wrong = [
            (column.name, value, choice_label(value))
            for column in columns
            for value in column.choices
            if choice_table(column.choices)[squeezed(choice_label(value))] != value
        ]
        assert wrong == []
        assert (yes_no(choice_label("yes")), yes_no(choice_label("no"))) == (True, False)


@pytest.mark.parametrize(("category", "language"), EVERY)
def test_no_two_columns_of_a_template_have_the_same_header(category: str, language: str) -> None:
    with speaking(language):
        headers = [column_header(category, column) for column in CATEGORIES[category].CATEGORY.columns
                   if not states_its_unit(column)]  # fmt: skip
    assert len(set(headers)) == len(headers)


def test_the_template_asks_for_no_persons_and_for_one_way_to_write_an_amount() -> None:
    air = {column.name for column in template_columns(CATEGORIES["air_travel"].CATEGORY)}
    fuels = {column.name for column in template_columns(CATEGORIES["fuels"].CATEGORY)}
    refrigerants = {column.name for column in template_columns(CATEGORIES["refrigerants"].CATEGORY)}
    assert "traveller" not in air
    assert {"amount", "amount_unit"} <= fuels
    assert not {"amount_kwh", "amount_litres"} & fuels
    assert "refilled_kg" in refrigerants
    assert not {"amount", "amount_unit"} & refrigerants


def test_an_example_that_was_changed_counts_and_is_warned_of(tmp_path: Path) -> None:
    path = _template(tmp_path, "headcount", "es")
    book = openpyxl.load_workbook(path)
    book.worksheets[0].cell(2, 6, 99)
    book.save(path)
    checked = _check(path)
    assert checked.activity["persons"].to_list() == [99]
    assert "example-row-changed" in checked.problems["code"].to_list()


def test_a_row_like_the_example_counts_in_a_file_without_the_mark(tmp_path: Path) -> None:
    example = CATEGORIES["headcount"].CATEGORY.example
    path = tmp_path / "people.csv"
    path.write_text(";".join(example) + "\n" + ";".join(example.values()) + "\n", "utf-8")
    assert _check(path, "headcount").activity["persons"].to_list() == [182.5]


def test_sites_and_units_that_are_given_become_drop_downs(tmp_path: Path) -> None:
    sites = [f"Building number {number} of the long street" for number in range(20)]
    path = _template(tmp_path, "headcount", "fr", sites=sites, units=["BDT", "TSB"])
    book = openpyxl.load_workbook(path)
    formulas = [
        rule.formula1 for rule in book.worksheets[0].data_validations.dataValidation if rule.type == "list"
    ]
    assert formulas == ['"BDT,TSB"', "'Mode d''emploi'!$I$1:$I$20"]
    assert [book.worksheets[1].cell(row, 9).value for row in range(1, 21)] == sites


def test_the_sheet_is_frozen_below_its_header_and_arabic_runs_from_right_to_left(tmp_path: Path) -> None:
    arabic, french = (
        openpyxl.load_workbook(_template(tmp_path, "fuels", language)) for language in ("ar", "fr")
    )
    assert arabic.worksheets[0].sheet_view.rightToLeft
    assert not french.worksheets[0].sheet_view.rightToLeft
    assert arabic.worksheets[0].freeze_panes == "A2"
    assert arabic.custom_doc_props["Language"].value == "ar"


def test_a_required_column_says_so_in_a_word(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(_template(tmp_path, "fuels", "fr")).worksheets[0]
    assert "Combustible (obligatoire)" in [cell.value for cell in sheet[1]]


def test_an_unknown_language_or_category_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="There are: en, fr, es, ru, ar, zh"):
        _template(tmp_path, "fuels", "de")
    with pytest.raises(FileRefusedError, match="no source category 'fuel'"):
        _template(tmp_path, "fuel", "fr")


def test_a_template_saved_as_csv_is_read_too(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(_filled(_template(tmp_path, "electricity", "ar"))).worksheets[0]
    rows = [
        [("" if cell is None else str(cell).removesuffix(" 00:00:00")) for cell in row]
        for row in sheet.values
    ]
    path = tmp_path / "saved.csv"
    path.write_text("\n".join(";".join(row) for row in rows), "utf-8")
    checked = _check(path, "electricity")
    assert (checked.rows, checked.rejected) == (2, 0)
    assert "example-row" in checked.problems["code"].to_list()
