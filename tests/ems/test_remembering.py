"""What pages ask for with every request is done once, and again when it is another."""

import os

from saleve.ems.remembering import made_once, remembered
from saleve.language import speaking

_read = []


def _text(path):
    _read.append(path)
    return path.read_text("utf-8")


def _written(path, text, age_ns):
    path.write_text(text, "utf-8")
    about = path.stat()
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns - age_ns))
    return path


def test_a_settled_file_is_read_once(tmp_path):
    path = _written(tmp_path / "a", "one", 10**10)
    before = len(_read)
    assert [remembered(path, _text) for _time in range(3)] == ["one"] * 3
    assert len(_read) == before + 1


def test_a_changed_file_is_read_anew(tmp_path):
    path = _written(tmp_path / "b", "one", 10**10)
    remembered(path, _text)
    _written(path, "two", 10**10 - 1)
    assert remembered(path, _text) == "two"


def test_a_file_changed_just_now_is_not_yet_remembered(tmp_path):
    path = _written(tmp_path / "c", "one", 0)
    before = len(_read)
    remembered(path, _text)
    remembered(path, _text)
    assert len(_read) == before + 2


def test_what_is_made_of_a_key_is_made_once_in_each_language():
    made = []
    for language in ("en", "fr", "en"):
        with speaking(language):
            made_once(("test", 1), lambda: made.append(1) or object())
    assert len(made) == 2
