"""Signatures of packs: whose a pack is, and that nobody altered it."""

import json
import shutil
import zipfile

import pytest
from offices import office

from saleve.ems import runs
from saleve.ems.ledgers import init_workspace, rotate_signing_key
from saleve.ems.packs import verify_pack, write_pack
from saleve.ems.signing import SigningError, known_fingerprints, public_file, signer
from saleve.ems.workspace import open_workspace


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = office(tmp_path_factory.mktemp("signed") / "office")
    runs.freeze(folder, 2024)
    return open_workspace(folder)


@pytest.fixture(scope="module")
def made(place, tmp_path_factory):
    return write_pack(place, "2024", tmp_path_factory.mktemp("out") / "pack.zip")


def contents(pack):
    with zipfile.ZipFile(pack) as opened:
        return {one: opened.read(one) for one in opened.namelist()}


def packed(target, files):
    with zipfile.ZipFile(target, "w") as written:
        for name, content in files.items():
            written.writestr(name, content)
    return target


def unsigned(files):
    return {name: one for name, one in files.items() if name not in ("pack.json.sig", "pack.json.pub")}


def test_a_pack_says_whose_it_is(place, made):
    proof = verify_pack(made.path, key=made.fingerprint)
    assert proof.holds
    assert proof.signed_by == made.fingerprint == signer(place.signing_key_file).fingerprint


def test_the_private_key_is_for_its_owner_alone_and_leaves_in_no_pack(place, made):
    path = place.signing_key_file
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent == place.folder
    assert not any(b"PRIVATE KEY" in content for content in contents(made.path).values())


def test_a_pack_holds_for_who_has_the_file_of_public_keys(place, made):
    assert verify_pack(made.path, key=str(public_file(place.signing_key_file))).holds


def test_a_fingerprint_is_read_in_capitals_and_with_blanks(made):
    told = " ".join(made.fingerprint[at : at + 4].upper() for at in range(0, 64, 4))
    assert known_fingerprints(told) == [made.fingerprint]


def test_an_altered_list_of_contents_breaks_the_signature(made, tmp_path):
    files = contents(made.path)
    told = {**json.loads(files["pack.json"]), "states": []}
    forged = packed(tmp_path / "forged.zip", {**files, "pack.json": json.dumps(told).encode()})
    proof = verify_pack(forged)
    assert proof.faults == ("The signature does not fit the pack: the pack or its signature was altered.",)
    assert proof.signed_by == ""


@pytest.mark.parametrize("content", [b"", b"x" * 64])
def test_an_altered_signature_is_told(made, tmp_path, content):
    forged = packed(tmp_path / "forged.zip", {**contents(made.path), "pack.json.sig": content})
    assert "signature was altered" in verify_pack(forged).faults[0]


def test_a_key_that_is_no_key_is_told(made, tmp_path):
    forged = packed(tmp_path / "forged.zip", {**contents(made.path), "pack.json.pub": b"Dear all"})
    assert "signature was altered" in verify_pack(forged).faults[0]


def test_a_forger_with_a_key_of_his_own_is_told_by_the_key_that_is_known(made, tmp_path):
    forger = signer(tmp_path / "forger.key")
    files = contents(made.path)
    told = {**json.loads(files["pack.json"]), "signed_by": forger.fingerprint}
    content = json.dumps(told).encode()
    signed = {"pack.json": content, "pack.json.sig": forger.sign(content), "pack.json.pub": forger.public_pem}
    forged = packed(tmp_path / "forged.zip", {**files, **signed})
    assert verify_pack(forged).signed_by == forger.fingerprint
    faults = verify_pack(forged, key=made.fingerprint).faults
    assert [forger.fingerprint in one for one in faults] == [True]


def test_another_key_under_the_contents_of_the_first_is_told(made, tmp_path):
    forger, files = signer(tmp_path / "forger.key"), contents(made.path)
    signed = {"pack.json.sig": forger.sign(files["pack.json"]), "pack.json.pub": forger.public_pem}
    forged = packed(tmp_path / "forged.zip", {**files, **signed})
    assert verify_pack(forged).faults == ("The pack names another key than the one that signed it.",)


def test_a_signature_that_was_taken_out_is_told(made, tmp_path):
    stripped = packed(tmp_path / "stripped.zip", unsigned(contents(made.path)))
    assert verify_pack(stripped).faults == ("The pack is not signed: nothing in it shows who made it.",)


def test_a_pack_of_before_there_were_signatures_holds_unless_a_key_is_asked_for(made, tmp_path):
    files = unsigned(contents(made.path))
    told = {**json.loads(files["pack.json"]), "format": "saleve-pack-1"}
    old = packed(tmp_path / "old.zip", {**files, "pack.json": json.dumps(told).encode()})
    assert verify_pack(old).holds
    assert not verify_pack(old, key=made.fingerprint).holds


def test_a_new_key_leaves_old_packs_verifiable(tmp_path):
    folder = office(tmp_path / "office")
    runs.freeze(folder, 2024)
    place = open_workspace(folder)
    old = write_pack(place, "2024", tmp_path / "old.zip")
    rotate_signing_key(place)
    new = write_pack(place, "2024", tmp_path / "new.zip")
    assert old.fingerprint != new.fingerprint
    keys = str(public_file(place.signing_key_file))
    assert [verify_pack(one.path, key=keys).holds for one in (old, new)] == [True, True]


def test_a_lost_private_key_is_never_replaced_in_silence(tmp_path):
    path = tmp_path / "signing.key"
    signer(path)
    path.unlink()
    with pytest.raises(SigningError, match="Put it back from your backup"):
        signer(path)


def test_a_damaged_private_key_is_told(tmp_path):
    path = tmp_path / "signing.key"
    signer(path)
    path.write_text("Dear all")
    with pytest.raises(SigningError, match="is damaged"):
        signer(path)


@pytest.mark.parametrize("told", ["letter.txt", "abc", "z" * 64])
def test_what_is_no_key_is_told(tmp_path, monkeypatch, told):
    (tmp_path / "letter.txt").write_text("Dear all")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SigningError):
        known_fingerprints(told)


def test_a_new_workspace_has_its_key_from_the_beginning(tmp_path):
    init_workspace(tmp_path / "new", "Example Office")
    place = open_workspace(tmp_path / "new")
    assert place.signing_key_file.is_file()
    assert not {path.name for path in place.ignored} & {"signing.key", "signing.key.pub"}


def test_a_copy_of_a_pack_elsewhere_needs_no_workspace(made, tmp_path):
    alone = shutil.copy(made.path, tmp_path / "alone.zip")
    assert verify_pack(alone, made.digest, made.fingerprint).holds
