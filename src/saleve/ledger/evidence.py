"""The evidence store: every file as it came, byte for byte, under its SHA-256, with who, when and what it covers.

A file is never altered. Where it holds personal data a retention clock runs; deleting the file then keeps its record, the
fact of deletion, and every row that the ledger took from it.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from saleve.language import _
from saleve.ledger.errors import EvidenceError

_BLOCK_BYTES = 1 << 20
_NOT_WRITABLE = 0o444
_AS_USUAL = 0o666  # less what the account's umask takes away
_OWNER_ONLY = 0o700


@dataclass(frozen=True, slots=True)
class Deletion:
    """When, by whom and why the bytes of a file were deleted."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one file; ``evidence_date`` is the day of the document itself, not of its upload."""

    sha256: str
    name: str
    size_bytes: int
    uploaded_at: datetime
    uploaded_by: str
    period_start: date | None = None
    period_end: date | None = None
    evidence_date: date | None = None
    personal: bool = False  # holds names or staff numbers
    keep_until: date | None = None  # the retention clock; None: for ever
    deletion: Deletion | None = None


@dataclass(frozen=True, slots=True)
class EvidenceStore:
    """The files of one workspace, in one folder."""

    folder: Path

    def keep(self, source: Path, evidence: Evidence) -> Evidence:
        """Keep a copy of the file and its record; a file that is kept already stays as it is, with its first record."""
        self.folder.mkdir(_OWNER_ONLY, parents=True, exist_ok=True)  # files hold names of persons
        place = self.folder / evidence.sha256
        self._clear_parts(evidence.sha256)
        if not place.exists():
            _copy_whole(source, place)
        if (known := self.find(evidence.sha256)) and known.deletion is None:
            return known
        self._write(evidence)
        return evidence

    def find(self, sha256: str) -> Evidence | None:
        """Return the record of a file, or None if it never came."""
        try:
            return _evidence(json.loads(self._record(sha256).read_text("utf-8")))
        except FileNotFoundError:
            return None

    def all(self) -> Iterator[Evidence]:
        """Yield every record, in the order of the hashes."""
        for path in sorted(self.folder.glob("*.json")):
            yield _evidence(json.loads(path.read_text("utf-8")))

    def path(self, sha256: str) -> Path:
        """Return where the bytes are; raises ``EvidenceError`` when they were deleted or never came."""
        place, known = self.folder / sha256, self.find(sha256)
        if place.is_file() and known and known.deletion is None:
            return place
        raise EvidenceError(self._why_not(sha256, known))

    def _why_not(self, sha256: str, known: Evidence | None) -> str:
        """Say why the bytes of a file are not here."""
        if known is None or known.deletion is None:
            return _("There is no file with the hash {hash} in the evidence store.").format(hash=sha256)
        message = _("The file {file} was deleted on {day}: {reason}. Its rows stay in the ledger.")
        return message.format(file=known.name, day=known.deletion.at.date(), reason=known.deletion.reason)

    def give_back(self, sha256: str, out: Path) -> Path:
        """Write the file as it came to ``out`` (a file name, or a folder for its own name) and return its place."""
        source, known = self.path(sha256), self.find(sha256)
        target = out / Path(known.name if known else sha256).name if out.is_dir() else out
        shutil.copyfile(source, target)
        return target

    def due(self, today: date) -> list[Evidence]:
        """Return the files whose retention has ended and whose bytes are still here."""
        return [one for one in self.all() if one.keep_until and one.keep_until < today and not one.deletion]

    def delete(self, sha256: str, deletion: Deletion) -> Evidence:
        """Delete the bytes and keep the record with the fact of deletion."""
        place, known = self.folder / sha256, self.find(sha256)
        if known is None or (known.deletion and not place.exists()):
            raise EvidenceError(self._why_not(sha256, known))
        told = known if known.deletion else replace(known, deletion=deletion)
        self._write(told)  # first the fact: where the process dies here, deleting again ends it
        place.unlink(missing_ok=True)
        self._clear_parts(sha256)
        return told

    def altered(self) -> list[Evidence]:
        """Return the files that are missing or no longer have the bytes that their name promises."""
        return [one for one in self.all() if not one.deletion and not self._intact(one)]

    def undeleted(self) -> list[Evidence]:
        """Return the files that were deleted by their record, and whose bytes are still here."""
        return [one for one in self.all() if one.deletion and (self.folder / one.sha256).exists()]

    def _clear_parts(self, sha256: str) -> None:
        """Remove what a process that died left of a file: it may hold names, and nobody would find it."""
        for left in self.folder.glob(f"{sha256}.*part"):
            left.unlink()

    def _intact(self, evidence: Evidence) -> bool:
        place = self.folder / evidence.sha256
        return place.is_file() and sha256_of(place) == evidence.sha256

    def _record(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.json"

    def _write(self, evidence: Evidence) -> None:
        text = json.dumps(asdict(evidence), ensure_ascii=False, indent=2, default=str)
        write_whole(self._record(evidence.sha256), text.encode())


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, without holding the file in memory."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def write_whole(path: Path, content: bytes, mode: int = _AS_USUAL) -> None:
    """Write a file so that a reader sees it whole or as it was before, whatever happens in between."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _copy_whole(source: Path, place: Path) -> None:
    beside = place.with_name(f"{place.name}.{os.getpid()}.part")
    digest = hashlib.sha256()
    with source.open("rb") as came, beside.open("wb") as kept:
        while block := came.read(_BLOCK_BYTES):
            digest.update(block)
            kept.write(block)
        kept.flush()
        os.fsync(kept.fileno())
    if digest.hexdigest() != place.name:
        beside.unlink()
        raise EvidenceError(_("The file {file} changed while it was read. Load it again.").format(file=source.name))  # fmt: skip
    beside.chmod(beside.stat().st_mode & _NOT_WRITABLE)  # who may not read the folder may not read the file
    beside.replace(place)


def _evidence(record: dict[str, Any]) -> Evidence:
    days = {
        name: date.fromisoformat(record[name]) if record[name] else None
        for name in ("period_start", "period_end", "evidence_date", "keep_until")
    }
    told = record["deletion"]
    deletion = told and Deletion(datetime.fromisoformat(told["at"]), told["by"], told["reason"])
    uploaded = datetime.fromisoformat(record["uploaded_at"])
    return Evidence(**{**record, **days, "uploaded_at": uploaded, "deletion": deletion})
