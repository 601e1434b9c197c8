"""What a file is, by its content and not by its name; and plain words for what it is not."""

import zipfile
from pathlib import Path
from typing import Literal

from saleve.language import _
from saleve.ledger.intake.errors import FileRefusedError

Format = Literal["text", "json", "parquet", "xlsx", "old workbook"]

LARGEST_WORKBOOK_BYTES = (
    100 * 1024 * 1024
)  # of its parts, unpacked; a spreadsheet of that size is better a CSV
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def recognised(path: Path, content: bytes) -> Format:
    """Return the format of the file by its beginning, or refuse it with what it is and what to do."""
    if not content.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise FileRefusedError(_("{file} is empty.").format(file=path.name))
    if content.startswith(_OLE):
        return _old_workbook(path, content)
    if content.startswith(b"PK"):
        return _packed_workbook(path)
    if content.startswith(b"PAR1"):
        return "parquet"
    _refuse_other(path, content)
    return "json" if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else "text"


def too_large(path: Path, size: int) -> str:
    """Say that a workbook is too large to be read."""
    message = _(
        "{file} holds {size} MB when unpacked; workbooks are read up to {limit} MB. Save each sheet as CSV and load that."
    )
    limit = LARGEST_WORKBOOK_BYTES // 1024**2
    return message.format(file=path.name, size=size // 1024**2, limit=limit)


def _old_workbook(path: Path, content: bytes) -> Format:
    if "EncryptedPackage".encode("utf-16-le") in content:
        message = _(
            "{file} is protected by a password. Open it, remove the password (File, Info, Protect Workbook), save it and load it again."
        )
        raise FileRefusedError(message.format(file=path.name))
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return "old workbook"
    raise FileRefusedError(_unknown(path, _("an old office document without sheets")))


def _packed_workbook(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names, size = archive.namelist(), sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as fault:
        message = _(
            "{file} is damaged: it cannot be unpacked. Open it in a spreadsheet, save it again, or fetch it once more from where it came."
        )
        raise FileRefusedError(message.format(file=path.name)) from fault
    if size > LARGEST_WORKBOOK_BYTES:
        raise FileRefusedError(too_large(path, size))
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names or "content.xml" in names:
        return "old workbook"
    what = _("a text document") if "word/document.xml" in names else _("a packed folder")
    raise FileRefusedError(_unknown(path, what))


def _refuse_other(path: Path, content: bytes) -> None:
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    kinds = {
        b"%PDF": _("a PDF document"),
        b"\x1f\x8b": _("a packed file (gzip)"),
        b"BZh": _("a packed file (bzip2)"),
        b"7z\xbc\xaf": _("a packed file (7z)"),
        b"Rar!": _("a packed file (rar)"),
        b"\x89PNG": _("a picture"),
        b"\xff\xd8\xff": _("a picture"),
        b"GIF8": _("a picture"),
        b"II*\x00": _("a picture"),
        b"SQLite format 3": _("a database"),
        b"{\\rtf": _("a text document"),
    }
    for magic, what in kinds.items():
        if start.startswith(magic):
            raise FileRefusedError(_unknown(path, what))
    lowered = start[:512].lower()
    if lowered.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<workbook")):
        raise FileRefusedError(_unknown(path, _("a web page or XML, whatever its name says")))


def _unknown(path: Path, what: str) -> str:
    message = _(
        "{file} is {what}, not a table. Salève reads CSV, TSV, XLSX, XLS, ODS, JSON and Parquet: open the file in a spreadsheet and save it as XLSX or CSV."
    )
    return message.format(file=path.name, what=what)
