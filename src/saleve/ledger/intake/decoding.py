"""Bytes to text: which encoding a file is in, and how many of its characters are broken."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from saleve.language import _
from saleve.ledger.intake.errors import FileRefusedError

_SAMPLE_BYTES = 256 * 1024
_SEARCHED_BYTES = 16 * 1024**2
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_OTHER_ENCODINGS = ["cp1252", "cp1250", "cp1251", "koi8_r", "cp866", "cp1256", "iso8859_6", "gb18030", "big5", "mac_roman", "cp850", "cp437"]  # fmt: skip
# What Western text holds beside ASCII; anything else in a cp1252 reading means that it is another encoding
_WESTERN = re.compile(r"[À-ÖØ-öø-ÿŒœŠšŽžŸ€‚„…†‰‹›‘’“”•–—™\u00a0¡£§©ª«¬®°±²³´µ·º»¼½¾¿×]")
_BROKEN = "\ufffd"  # what stands where a character could not be read
_BROKEN_SHARE = 0.1  # of the characters outside ASCII: with more, the encoding is not this one


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text file as UTF-8 without byte order mark."""

    content: bytes
    encoding: str  # in which the file is
    broken: int = 0  # characters that could not be read


def decoded(path: Path, content: bytes) -> Decoded:
    """Return the content as UTF-8; refuses what is no text.

    Order of belief: byte order mark; zero bytes of UTF-16; UTF-8, as a whole or with few broken characters; Western Windows
    text, whose letters outside ASCII stand singly among others; else the best of the encodings of our six languages by
    letter frequency.
    """
    for mark, encoding in _BOMS.items():
        if content.startswith(mark):
            return _transcoded(path, content[len(mark) :], encoding)
    start = content[:4096]
    if (zeros := start.count(0)) > len(start) // 4:
        return _transcoded(path, content, "utf-16-le" if start[1::2].count(0) > zeros // 2 else "utf-16-be")
    if zeros := content.count(0):
        return _without_zeros(path, content, zeros)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _transcoded(path, content, "utf-8" if _damaged_utf8(content) else _old_encoding(path, content))
    return Decoded(content, "utf-8")


def _without_zeros(path: Path, content: bytes, zeros: int) -> Decoded:
    """Read text in which a few zero bytes stand, as a damaged export has them."""
    if zeros > len(content) // 1000 + 1 or re.search(rb"[\x01-\x08\x0e-\x1a]", content[:4096]):
        raise FileRefusedError(not_text(path))
    rest = decoded(path, content.replace(b"\x00", b"?"))
    return Decoded(rest.content, rest.encoding, rest.broken + zeros)


def not_text(path: Path) -> str:
    """Say that the file is neither text nor a workbook."""
    message = _("{file} is neither text nor a workbook that Salève knows. Save it as XLSX or CSV UTF-8.")
    return message.format(file=path.name)


def _damaged_utf8(content: bytes) -> bool:
    text = content.decode("utf-8", errors="replace")
    broken, whole = text.count(_BROKEN), len(re.findall(r"[^\x00-\x7f]", text))
    return broken <= _BROKEN_SHARE * whole


def _transcoded(path: Path, content: bytes, encoding: str) -> Decoded:
    text = content.decode(encoding, errors="replace")
    broken = text.count(_BROKEN)
    if broken and broken > _BROKEN_SHARE * len(re.findall(r"[^\x00-\x7f]", text)) + len(text) // 1000 + 1:
        message = _(
            "{file} cannot be read as text: its characters are broken ({encoding}). Open it in a spreadsheet and save it as CSV UTF-8."
        )
        raise FileRefusedError(message.format(file=path.name, encoding=encoding))
    return Decoded(text.encode("utf-8"), encoding, broken)


def _old_encoding(path: Path, content: bytes) -> str:
    high = re.findall(rb"[\x80-\xff]+", content[:_SEARCHED_BYTES]) or re.findall(rb"[\x80-\xff]+", content)
    text = b"".join(high).decode("cp1252", errors="replace")
    singly = sum(map(len, high)) / len(high) <= 1.6
    if singly and len(_WESTERN.findall(text)) >= 0.95 * len(text):
        return "cp1252"
    lines = [line for line in content[:_SEARCHED_BYTES].splitlines() if not line.isascii()]
    best = from_bytes(b"\n".join(lines)[:_SAMPLE_BYTES], cp_isolation=_OTHER_ENCODINGS).best()
    if best is None:
        raise FileRefusedError(not_text(path))
    return best.encoding
