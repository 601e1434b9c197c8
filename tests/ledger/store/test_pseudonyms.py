"""A name becomes one pseudonym in every spelling; without the key nobody can tell whose."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleve.ledger.errors import LedgerError
from saleve.ledger.pseudonyms import KeyRing, new_key_ring, read_key_ring, write_key_ring

RING = KeyRing((b"1" * 32,))


def test_spellings_of_one_name_have_one_pseudonym():
    assert len({RING.pseudonym(name) for name in ("José Pérez", "JOSE  PEREZ", " josé pérez ")}) == 1


@given(first=st.text(min_size=1), second=st.text(min_size=1))
def test_different_names_never_meet(first, second):
    from saleve.ledger.intake.parsing.text import folded

    same = folded(first) == folded(second)
    assert (RING.pseudonym(first) == RING.pseudonym(second)) == same


def test_another_key_gives_another_pseudonym():
    assert RING.pseudonym("Jane Doe") != KeyRing((b"2" * 32,)).pseudonym("Jane Doe")


def test_a_pseudonym_stays_what_it_is():
    once = RING.pseudonym("Jane Doe")
    assert RING.pseudonym(once) == once


def test_a_new_key_is_told_by_its_number_and_the_old_one_is_kept():
    ring = RING.rotated()
    assert ring.keys[0] == RING.keys[0]
    assert (RING.pseudonym("x")[:3], ring.pseudonym("x")[:3]) == ("p1-", "p2-")


def test_keys_come_back_from_their_file_which_only_the_owner_reads(tmp_path):
    ring = new_key_ring().rotated()
    path = tmp_path / "keys" / "pseudonyms.key"
    write_key_ring(path, ring)
    assert read_key_ring(path) == ring
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_lost_key_is_told_with_what_to_do(tmp_path):
    with pytest.raises(LedgerError, match=r"is missing\. Put it back from your backup"):
        read_key_ring(tmp_path / "pseudonyms.key")


@pytest.mark.parametrize("content", ["", "zz\n", "ab\n", "é\n"])
def test_a_damaged_key_is_told(tmp_path, content):
    path = tmp_path / "pseudonyms.key"
    path.write_text(content, "utf-8")
    with pytest.raises(LedgerError, match="is damaged"):
        read_key_ring(path)


def test_a_file_of_keys_is_never_readable_by_others_while_it_is_written(tmp_path, monkeypatch):
    seen = []
    replace = Path.replace
    monkeypatch.setattr(
        Path, "replace", lambda part, to: (seen.append(part.stat().st_mode), replace(part, to))[1]
    )
    write_key_ring(tmp_path / "keys", new_key_ring())
    assert [mode & 0o077 for mode in seen] == [0]
