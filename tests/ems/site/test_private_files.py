"""The files of a site belong to the account that runs it."""

import stat

from saleve.ems.site.serving import keep_private


def _mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_database_that_everybody_could_read_becomes_its_owners_alone(tmp_path):
    (tmp_path / ".site").mkdir()
    (tmp_path / "db.sqlite3").touch(0o644)

    keep_private(tmp_path, tmp_path / "db.sqlite3")

    assert (_mode(tmp_path / "db.sqlite3"), _mode(tmp_path / ".site")) == (0o600, 0o700)
