"""Factor tables of a workspace: imported once, never overwritten, used by their level, recomputed with what was known then."""

import hashlib

import pytest

from saleve.ems.explaining import explain_any
from saleve.ems.factors import compare_factors, import_factors, show_factors
from saleve.ems.inventories import compute_inventory
from saleve.ems.settings import WorkspaceError
from saleve.ems.workspace import open_workspace
from saleve.method.problems import MixedBasisError

SETTINGS = '[organisation]\nname = "X"\n[[sites]]\nname = "HQ"\ncountry = "CH"\n{more}'
BILL = "Site,From,To,Consumption (kWh)\nHQ,2024-01-01,2024-12-31,1000\n"
HEADER = "category,edition,published,level,place,year,accounting_basis,unit,kg_co2e_per_unit,source\n"
ROW = "electricity,{edition},{published},{level},{place},2024,lifecycle_generation,kWh,{kg},Clockwork\n"


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "hq"
    place.mkdir()
    (place / "saleve.toml").write_text(SETTINGS.format(more=""), "utf-8")
    (place / "electricity.csv").write_text(BILL, "utf-8")
    return place


def a_table(tmp_path, kg=0.05, *, edition="2025", published="2025-06-01", level="country", place="CHE"):
    path = tmp_path / f"{edition}-{kg}.csv"
    row = ROW.format(edition=edition, published=published, level=level, place=place, kg=kg)
    path.write_text(HEADER + row, "utf-8")
    return path


def located(folder):
    cells = compute_inventory(folder).inventory.cells
    return cells.filter(electricity_basis="location").row(0, named=True)


def test_an_imported_factor_serves_and_says_its_level(folder, tmp_path):
    assert import_factors(folder, a_table(tmp_path, level="site", place="hq")).imported
    cell = located(folder)
    assert (cell["kg_co2e"], cell["factor_level"]) == (pytest.approx(50), "site")


def test_the_file_is_kept_byte_for_byte_twice(folder, tmp_path):
    path = a_table(tmp_path)
    import_factors(folder, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (folder / "evidence" / digest).read_bytes() == path.read_bytes()
    assert [kept.read_bytes() for kept in (folder / "factors").iterdir()] == [path.read_bytes()]


def test_the_same_file_again_adds_nothing(folder, tmp_path):
    import_factors(folder, a_table(tmp_path))
    again = import_factors(folder, a_table(tmp_path))
    assert (again.imported, again.known) == (False, True)
    assert len(list((folder / "factors").iterdir())) == 1


def test_an_imported_table_in_the_folder_itself_is_no_activity(folder):
    import_factors(folder, a_table(folder))
    assert [entry.path.name for entry in open_workspace(folder).files] == ["electricity.csv"]


def test_an_edition_is_never_overwritten(folder, tmp_path):
    import_factors(folder, a_table(tmp_path))
    with pytest.raises(WorkspaceError, match="imported before with other content"):
        import_factors(folder, a_table(tmp_path, 0.045))
    assert located(folder)["kg_co2e"] == pytest.approx(50)


def test_a_new_edition_serves_and_the_old_one_is_deprecated_not_deleted(folder, tmp_path):
    import_factors(folder, a_table(tmp_path))
    import_factors(folder, a_table(tmp_path, 0.06, edition="2026", published="2026-06-01"))
    assert located(folder)["kg_co2e"] == pytest.approx(60)
    held = show_factors(folder, place="CHE", year=2024, source="electricity").filter(source="Clockwork")
    assert dict(held.select("edition", "deprecated").iter_rows()) == {"2025": True, "2026": False}


def test_an_inventory_is_computed_again_with_the_editions_of_then(folder, tmp_path):
    import_factors(folder, a_table(tmp_path))
    before = located(folder)
    import_factors(folder, a_table(tmp_path, 0.06, edition="2026", published="2026-06-01"))
    then = SETTINGS.format(more="[inventory]\neditions_known_by = 2026-05-31\n")
    (folder / "saleve.toml").write_text(then, "utf-8")
    assert located(folder) == before


def test_a_table_with_an_error_leaves_nothing_behind(folder, tmp_path):
    done = import_factors(folder, a_table(tmp_path, place="Nowhere"), accept_warnings=True)
    assert not done.imported
    assert not (folder / "factors").exists()
    assert not list((folder / "evidence").glob("*"))


def test_a_warning_asks_first(folder, tmp_path):
    path = a_table(tmp_path)
    path.write_text(path.read_text("utf-8") + ROW.format(edition="2025", published="2025-06-01", level="country",
                    place="CHE", kg=0.09).replace(",2024,", ",2025,"), "utf-8")  # fmt: skip
    assert import_factors(folder, path).problems["code"].to_list() == ["factor-jump"]
    assert not (folder / "factors").exists()
    assert import_factors(folder, path, accept_warnings=True).imported


def test_the_limits_are_those_of_the_organisation(folder, tmp_path):
    import_factors(folder, a_table(tmp_path))
    revised = a_table(tmp_path, 0.07, edition="2026", published="2026-06-01")
    assert import_factors(folder, revised).problems["code"].to_list() == ["factor-revised"]
    settings = SETTINGS.format(more="[assumptions]\nfactor_jump_pct = 50\n")
    (folder / "saleve.toml").write_text(settings, "utf-8")
    assert import_factors(folder, revised).imported


def test_an_imported_factor_of_another_basis_than_the_shipped_is_refused_by_the_computation(folder, tmp_path):
    path = a_table(tmp_path)
    path.write_text(path.read_text("utf-8").replace("lifecycle", "direct"), "utf-8")
    import_factors(folder, path)
    with pytest.raises(MixedBasisError, match="by direct_generation"):
        compute_inventory(folder)


def test_editions_are_compared_for_the_same_period(folder, tmp_path):
    import_factors(folder, a_table(tmp_path))
    import_factors(folder, a_table(tmp_path, 0.06, edition="2026", published="2026-06-01"))
    found = compare_factors("2025", "2026", folder, source="electricity")
    assert found.select("first", "second", "change_pct").row(0) == pytest.approx((0.05, 0.06, 20))


def test_two_years_are_compared_where_no_edition_is_called_so():
    found = compare_factors("2019", "2020", source="electricity", place="CHE")
    assert found.filter(accounting_basis="lifecycle_generation").height == 1


def test_an_unknown_edition_is_told():
    with pytest.raises(WorkspaceError, match="No factor is of 2099x"):
        compare_factors("2099x", "2024")


def test_the_sentence_of_an_explanation_names_the_source_of_an_own_factor_and_not_its_id(folder, tmp_path):
    import_factors(folder, a_table(tmp_path))
    sentence = explain_any(folder, "2024.electricity").sentence
    assert "Clockwork, 2025" in sentence
    assert "own." not in sentence
