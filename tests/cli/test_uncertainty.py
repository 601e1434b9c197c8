"""`saleve compute --uncertainty` shows level, trend and contributions at the terminal."""

import sys

import pytest

from saleve.cli import main

SETTINGS = '[organisation]\nname = "X"\n[[sites]]\nname = "HQ"\ncountry = "CH"\n'
BILLS = "Site,From,To,Amount,Unit\nHQ,2023-01-01,2023-12-31,100000,kWh\nHQ,2024-01-01,2024-12-31,90000,kWh\n"


@pytest.mark.parametrize(
    ("more", "told"), [("", "grid."), ("[uncertainty]\napproach = 2\ndraws = 2000\n", "2000 draws")]
)
def test_level_trend_and_contributions_are_shown(tmp_path, monkeypatch, capsys, more, told):
    (tmp_path / "saleve.toml").write_text(SETTINGS + more, "utf-8")
    (tmp_path / "electricity.csv").write_text(BILLS, "utf-8")
    monkeypatch.setattr(sys, "argv", ["saleve", "compute", str(tmp_path), "--uncertainty"])
    with pytest.raises(SystemExit) as stopped:
        main()
    printed = " ".join(capsys.readouterr().out.split())
    assert not stopped.value.code
    assert "How sure level and trend are in 2024" in printed
    assert "Largest contributions to the uncertainty" in printed
    assert told in printed
