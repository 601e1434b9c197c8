"""The tool behind `make real`."""

import json

import pytest
import typer

EXAMPLES = ("argentina_senate_travel", "cambridge_estates", "ifai_mexico_trips", "noaa_pacific_inventory")


@pytest.fixture
def only_noaa(tool, monkeypatch, tmp_path):
    """Let the tool see one example alone: the others take longer."""
    folder = tmp_path / "examples"
    folder.mkdir()
    (folder / "noaa_pacific_inventory").symlink_to(tool.EXAMPLES / "noaa_pacific_inventory")
    monkeypatch.setattr(tool, "EXAMPLES", folder)
    return tool


def test_every_example_says_what_it_is(tool):
    folders = sorted(path for path in tool.EXAMPLES.iterdir() if path.is_dir())
    assert [path.name for path in folders] == list(EXAMPLES)
    for folder in folders:
        readme = (folder / "README.md").read_text("utf-8")
        assert "Source and licence" in readme
        assert "TEST DATA" in (folder / "saleve.toml").read_text("utf-8")


def test_it_names_rows_years_and_documents_for_programs(only_noaa, shared, tmp_path, capsys):
    only_noaa.main(shared / "data/real", tmp_path / "out", as_json=True)
    (found,) = json.loads(capsys.readouterr().out)
    assert found["files"][0]["rows"] == found["files"][0]["accepted"] == 13
    assert found["years"] == [{"year": 2023, "minimum": pytest.approx(6182.6), "optional": pytest.approx(374.6), "memo": None}]  # fmt: skip
    assert sorted(path.rsplit(".", 1)[1] for path in found["documents"]) == ["docx", "html", "pdf", "xlsx"]


def test_it_fails_when_an_example_fails(only_noaa, tmp_path, capsys):
    (tmp_path / "source").mkdir()
    with pytest.raises(typer.Exit) as stopped:
        only_noaa.main(tmp_path / "source", tmp_path / "out")
    assert stopped.value.exit_code == 1
    assert "FAILED" in capsys.readouterr().err


def test_it_says_when_the_real_files_are_not_there(tool, tmp_path, capsys):
    with pytest.raises(typer.Exit):
        tool.main(tmp_path / "nowhere", tmp_path / "out")
    assert "do not come with this repository" in capsys.readouterr().err.replace("\n", " ")
