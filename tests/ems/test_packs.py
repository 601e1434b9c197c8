"""Packs: computed again without the workspace, tampering named, small groups not told."""

import hashlib
import json
import shutil
import zipfile
from io import BytesIO

import polars as pl
import pytest
from offices import office

from saleve.ems import runs
from saleve.ems.packs import verify_pack, write_pack
from saleve.ems.run_states import RunError
from saleve.ems.small_groups import SMALL
from saleve.ems.workspace import open_workspace


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = office(tmp_path_factory.mktemp("packs") / "office")
    runs.freeze(folder, 2024)
    return folder


@pytest.fixture(scope="module")
def made(folder, tmp_path_factory):
    return write_pack(open_workspace(folder), "2024", tmp_path_factory.mktemp("out") / "pack.zip")


def table(pack, name):
    with zipfile.ZipFile(pack) as opened:
        return pl.read_parquet(BytesIO(opened.read(name)))


def altered(pack, target, name, content, *, honest_contents=False):
    """Copy a pack with other bytes in one file; a careful forger makes the list of contents fit."""
    with zipfile.ZipFile(pack) as opened:
        files = {one: opened.read(one) for one in opened.namelist()}
    files[name] = content
    if honest_contents:
        told = json.loads(files["pack.json"])
        told["files"][name] = hashlib.sha256(content).hexdigest()
        files["pack.json"] = json.dumps(told).encode()
    with zipfile.ZipFile(target, "w") as written:
        for one, held in files.items():
            written.writestr(one, held)
    return target


def with_doubled_fuel(pack):
    rows = table(pack, "activity/fuels.parquet")
    place = BytesIO()
    rows.with_columns(pl.col(pl.Float64) * 2).write_parquet(place)
    return place.getvalue()


def test_a_pack_is_computed_again_without_its_workspace(made, folder, tmp_path):
    alone = shutil.copy(made.path, tmp_path / "alone.zip")
    proof = verify_pack(alone, made.digest)
    assert proof.holds
    assert proof.cells > 0


def test_the_same_run_gives_the_same_bytes(made, folder, tmp_path):
    again = write_pack(open_workspace(folder), "2024", tmp_path / "again.zip")
    assert again.path.read_bytes() == made.path.read_bytes()


def test_rows_that_were_altered_are_named(made, tmp_path):
    forged = altered(
        made.path, tmp_path / "forged.zip", "activity/fuels.parquet", with_doubled_fuel(made.path)
    )
    assert any("activity/fuels.parquet" in one for one in verify_pack(forged).faults)


def test_a_careful_forgery_is_told_by_cells_and_by_the_digest(made, tmp_path):
    content = with_doubled_fuel(made.path)
    forged = altered(made.path, tmp_path / "f.zip", "activity/fuels.parquet", content, honest_contents=True)
    proof = verify_pack(forged, made.digest)
    assert proof.differing["source"].unique().to_list() == ["fuels"]
    assert any("digest" in one for one in proof.faults)


def test_a_file_that_does_not_belong_is_told(made, tmp_path):
    forged = altered(made.path, tmp_path / "more.zip", "extra.txt", b"hello")
    assert any("extra.txt does not belong" in one for one in verify_pack(forged).faults)


def test_an_altered_manifest_is_told(made, tmp_path):
    with zipfile.ZipFile(made.path) as opened:
        told = json.loads(opened.read("manifest.json"))
    told["rules"]["fields"]["gwp_set"] = "AR6"
    content = json.dumps(told).encode()
    forged = altered(made.path, tmp_path / "m.zip", "manifest.json", content, honest_contents=True)
    assert any("manifest of run" in one for one in verify_pack(forged).faults)


def test_a_pack_that_names_no_run_is_told_in_a_sentence(made, tmp_path):
    forged = altered(made.path, tmp_path / "n.zip", "pack.json", b"{}")
    with pytest.raises(RunError, match="does not name run"):
        verify_pack(forged)


def test_something_else_is_no_pack(tmp_path):
    (tmp_path / "letter.zip").write_text("Dear all")
    with pytest.raises(RunError, match="is no pack"):
        verify_pack(tmp_path / "letter.zip")


def test_units_of_few_travellers_are_put_together_in_rows_and_cells(made):
    legs = table(made.path, "activity/air_travel.parquet")
    cells = table(made.path, "tables/cells.parquet").filter(source="air_travel")
    assert (
        set(legs["unit"]) == set(cells["unit"]) == {SMALL}
    )  # two and one are three, so that the next joins them
    assert made.merged == 3


def test_a_unit_of_enough_travellers_stays_where_the_others_are_enough(folder, tmp_path):
    made = write_pack(open_workspace(folder), "2024", tmp_path / "three.zip", smallest=3)
    assert set(table(made.path, "activity/air_travel.parquet")["unit"]) == {"North", SMALL}
    assert verify_pack(made.path).holds


def test_putting_groups_together_moves_no_total(made, folder):
    kept = runs.load_run(open_workspace(folder), "2024").cells
    shown = table(made.path, "tables/cells.parquet")
    for column in ("kg_co2e", "rows"):
        assert shown[column].sum() == pytest.approx(kept[column].sum())


def test_neither_travellers_nor_documents_leave(made):
    columns = table(made.path, "activity/air_travel.parquet").columns
    assert not {"traveller", "document_number", "original_document"} & set(columns)
    with zipfile.ZipFile(made.path) as opened:
        assert not any(b"Person 1" in opened.read(one) for one in opened.namelist())


def test_the_report_hides_small_groups_and_adds_up(made):
    with zipfile.ZipFile(made.path) as opened:
        report = opened.read("report.md").decode()
    assert "South" not in report
    assert "Scopes add up to the total" in report


def test_who_moved_a_run_stays_inside(made):
    with zipfile.ZipFile(made.path) as opened:
        steps = json.loads(opened.read("pack.json"))["states"]
    assert [set(step) for step in steps] == [{"state", "at", "reason"}]
