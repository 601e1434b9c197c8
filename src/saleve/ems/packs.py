"""Packs: one file from which another machine, without the workspace, computes a run again.

A pack holds the manifest, the rows of the year, the factors, the cells and a report. ``pack.json`` names the SHA-256 of each file, and the
digest of the pack is the SHA-256 of ``pack.json``. ``pack.json`` is signed with the key of the organisation (Ed25519, RFC 8032): whoever knows
that key from a trusted place knows who made the pack and that no byte was changed.
"""

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from saleve.ems.comparing import differing_cells
from saleve.ems.explaining import activities_of
from saleve.ems.manifests import Manifest
from saleve.ems.proofs import Proof, again, method_moved, named_rightly
from saleve.ems.run_states import RunError, Step, state_name
from saleve.ems.runs import MANIFEST, Run, hash_of, load, open_run, parquet_bytes
from saleve.ems.signing import Signer, fingerprint, is_signed, known_fingerprints, signer
from saleve.ems.small_groups import SmallGroups, small_groups
from saleve.ems.workspace import Workspace
from saleve.language import _
from saleve.ledger.committing import held
from saleve.ledger.evidence import write_whole
from saleve.method.inventory import Inventory
from saleve.method.problems import SaleveError
from saleve.method.reference.citations import cited
from saleve.reporting.pack_report import pack_report

FORMAT = "saleve-pack-2"
UNSIGNED = "saleve-pack-1"  # of before there were signatures
CONTENTS = "pack.json"
SIGNATURE, PUBLIC_KEY = "pack.json.sig", "pack.json.pub"
_LEFT_OUT = ("traveller", "document_number", "original_document")  # no figure needs them
_MOST_BYTES = 4 * 1024**3  # a pack that claims to be larger is not opened


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was written."""

    path: Path
    digest: str
    run: str
    merged: int  # groups that were put together, since they were too small
    smallest: int  # travellers of a group that is shown
    fingerprint: str  # of the key that signed it


def write_pack(
    workspace: Workspace, name: str, out: Path | None = None, *, smallest: int | None = None
) -> Pack:
    """Write the pack of a run and return it; the same run gives the same bytes."""
    run = open_run(workspace, name)
    activities = {one: collected(rows) for one, rows in activities_of(workspace, run.manifest).items()}
    groups = small_groups(activities, smallest or workspace.privacy.smallest_group)
    inventory = load(run)
    shown = replace(inventory, cells=groups.cells(inventory.cells))
    files = dict(_files(run, shown, activities, groups))
    key = _signer(workspace)
    contents = _canonical(_told(run, files, groups, key))
    signed = {CONTENTS: contents, SIGNATURE: key.sign(contents), PUBLIC_KEY: key.public_pem}
    path = out or workspace.folder / "reports" / f"pack-{run.year}-{run.id}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, _zipped({**signed, **files}))
    return Pack(path, hash_of(contents), run.name, len(groups.merged), groups.smallest, key.fingerprint)


def verify_pack(path: Path, digest: str | None = None, key: str | None = None) -> Proof:
    """Compute a pack again from what it holds and compare every cell; nothing else than the pack is read.

    ``key``: a file of public keys, or a fingerprint, that the verifier has from elsewhere; one of them must have signed.
    """
    known = None if key is None else known_fingerprints(key)
    files = _unzipped(path)
    told, manifest = _json(files, CONTENTS), _json(files, MANIFEST)
    _must_name(told, ("run", "files", "states"))
    _must_name(manifest, ("year", "rules", "method", "editions"))
    name = f"{manifest['year']}/{told['run']}"
    faults = [
        *_digest_told(files, digest),
        *_signature_faults(files, told, known),
        *_altered(files, told),
        *named_rightly(manifest, told["run"]),
    ]
    signed_by = _signed_by(files)
    try:
        cells = pl.read_parquet(files["tables/cells.parquet"])
        activities = {one: pl.read_parquet(content) for one, content in _under(files, "activity/")}
        differing = differing_cells(cells, again(activities, manifest))
    except (KeyError, SaleveError, pl.exceptions.PolarsError) as fault:
        faults.append(_("It cannot be computed again: {reason}").format(reason=str(fault).partition("\n")[0]))
        moved = tuple(method_moved(manifest))
        return Proof(name, "", 0, tuple(faults), moved, pl.DataFrame(), signed_by, hash_of(files[CONTENTS]))
    state = state_name(told["states"][-1]["state"]) if told["states"] else ""
    return Proof(
        name,
        state,
        len(cells),
        tuple(faults),
        tuple(method_moved(manifest)),
        differing,
        signed_by,
        hash_of(files[CONTENTS]),
    )


def _signer(workspace: Workspace) -> Signer:
    with held(workspace.stores.ledger):  # of two first packs one makes the key
        return signer(workspace.signing_key_file)


def _files(
    run: Run, shown: Inventory, activities: Mapping[str, pl.DataFrame], groups: SmallGroups
) -> Iterator[tuple[str, bytes]]:
    yield MANIFEST, (run.folder / MANIFEST).read_bytes()
    for name in run.manifest["tables"]:
        same = name != "cells" or not groups.merged
        content = (run.folder / f"{name}.parquet").read_bytes() if same else parquet_bytes(shown.cells)
        yield f"tables/{name}.parquet", content
    for category, rows in activities.items():
        if len(rows):
            yield f"activity/{category}.parquet", parquet_bytes(_without_persons(groups.rows(category, rows)))
    yield "factors.csv", _factors(shown.cells).encode()
    yield "report.md", pack_report(shown, run.manifest["organisation"], run.name, groups.by_category).encode()


def collected(rows: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Return rows in plain text and in an order that does not depend on the machine."""
    whole = rows.lazy().cast({pl.Categorical: pl.String}).collect()
    first = [
        one for one in ("batch", "source_file", "source_sheet", "source_row", "leg") if one in whole.columns
    ]
    rest = [one for one, kind in whole.schema.items() if one not in first and not kind.is_nested()]
    return whole.sort([*first, *rest], nulls_last=True)


def _without_persons(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.drop(one for one in _LEFT_OUT if one in rows.columns)


def _factors(cells: pl.DataFrame) -> str:
    """Return the factors and methods of the cells as CSV, with edition, source and clause."""
    used = cells["factor_id"].drop_nulls().unique().sort().to_list()
    named = [(one, cited(one)) for one in used]
    rows = [
        (
            one,
            about.kg_co2e_per_unit,
            about.unit,
            about.place,
            about.edition,
            about.title,
            about.clause,
            about.licence,
        )
        for one, about in named
    ]
    columns = ("factor_id", "kg_co2e_per_unit", "unit", "place", "edition", "source", "clause", "licence")
    schema = {name: pl.Float64 if name == "kg_co2e_per_unit" else pl.String for name in columns}
    return pl.DataFrame(rows, schema=schema, orient="row").write_csv()


def _told(run: Run, files: Mapping[str, bytes], groups: SmallGroups, key: Signer) -> dict[str, Any]:
    steps = [step for step in run.log.steps() if step.run == run.id]
    return {
        "format": FORMAT,
        "run": run.id,
        "signed_by": key.fingerprint,
        "files": {name: hash_of(content) for name, content in files.items()},
        "states": [_step(step) for step in steps],
        "small_groups": {"smallest": groups.smallest, "merged": len(groups.merged)},
    }


def _step(step: Step) -> dict[str, str]:
    """Who did it stays in the organisation."""
    return {"state": step.state, "at": step.at.isoformat(), "reason": step.reason}


def _canonical(told: Mapping[str, Any]) -> bytes:
    return (json.dumps(told, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Return the files as a zip that depends on nothing but them: no times, no compression of this machine's library."""
    place = BytesIO()
    with zipfile.ZipFile(place, "w", zipfile.ZIP_STORED) as pack:
        for name in sorted(files):
            about = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            about.create_system, about.external_attr = 3, 0o644 << 16
            pack.writestr(about, files[name])
    return place.getvalue()


def _unzipped(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as pack:
            if sum(one.file_size for one in pack.infolist()) > _MOST_BYTES:
                raise RunError(_("{file} is larger than any pack. It was not opened.").format(file=path))
            return {one.filename: pack.read(one) for one in pack.infolist()}
    except (zipfile.BadZipFile, zlib.error) as fault:
        message = _("{file} is no pack, or it is damaged. Ask for it again.")
        raise RunError(message.format(file=path)) from fault


def _json(files: Mapping[str, bytes], name: str) -> Manifest:
    try:
        return dict(json.loads(files[name]))
    except (KeyError, ValueError, TypeError) as fault:
        message = _("The pack lacks {file}, or it cannot be read. Ask for the pack again.")
        raise RunError(message.format(file=name)) from fault


def _must_name(told: Manifest, keys: tuple[str, ...]) -> None:
    lacking = [key for key in keys if key not in told]
    if lacking:
        message = _("The pack is not whole: it does not name {key}. Ask for the pack again.")
        raise RunError(message.format(key=lacking[0]))


def _under(files: Mapping[str, bytes], start: str) -> Iterator[tuple[str, bytes]]:
    for name, content in files.items():
        if name.startswith(start):
            yield name.removeprefix(start).removesuffix(".parquet"), content


def _digest_told(files: Mapping[str, bytes], digest: str | None) -> Iterator[str]:
    found = hash_of(files[CONTENTS])
    if digest and found != digest.strip().lower():
        yield _("The digest of the pack is {found}, not {told}: it is another pack.").format(
            found=found, told=digest
        )


def _signature_faults(
    files: Mapping[str, bytes], told: Manifest, known: Sequence[str] | None
) -> Iterator[str]:
    """Yield what is wrong with the signature; a pack of before there were signatures lacks one without fault, if no key is asked for."""
    if SIGNATURE not in files and PUBLIC_KEY not in files:
        if known is not None or told.get("format") != UNSIGNED:
            yield _("The pack is not signed: nothing in it shows who made it.")
        return
    found = _signed_by(files)
    if not found:
        yield _("The signature does not fit the pack: the pack or its signature was altered.")
    elif found != told.get("signed_by"):
        yield _("The pack names another key than the one that signed it.")
    elif known is not None and found not in known:
        message = _("The pack is signed with the key {found}, which is not the one that you named: somebody else made it, or the key was changed since.")  # fmt: skip
        yield message.format(found=found)


def _signed_by(files: Mapping[str, bytes]) -> str:
    """Return the fingerprint of the key whose signature holds; else nothing."""
    public = files.get(PUBLIC_KEY, b"")
    return fingerprint(public) if is_signed(files[CONTENTS], files.get(SIGNATURE, b""), public) else ""


def _altered(files: Mapping[str, bytes], told: Manifest) -> Iterator[str]:
    for name, sha256 in told["files"].items():
        if name not in files:
            yield _("The pack lacks {file}.").format(file=name)
        elif hash_of(files[name]) != sha256:
            yield _("{file} in the pack was altered.").format(file=name)
    for name in sorted(set(files) - set(told["files"]) - {CONTENTS, SIGNATURE, PUBLIC_KEY}):
        yield _("{file} does not belong to the pack.").format(file=name)
