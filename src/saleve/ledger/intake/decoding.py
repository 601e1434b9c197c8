"""Bytes to text: which encoding a file is in, and how many of its characters are broken; long files block by block."""

import codecs
import io
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from charset_normalizer import from_bytes

from saleve.language import _
from saleve.ledger.intake.errors import FileRefusedError

BLOCK_BYTES = 16 * 1024**2  # what is held of a long text file at a time
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
class Text:
    """A text file as UTF-8 without byte order mark, to be read from its start as often as wanted."""

    source: Path | BinaryIO | bytes
    start: int  # where the text begins, after a byte order mark
    encoding: str  # in which the file is
    broken: int  # characters that could not be read
    quotes: int  # quotation marks in all
    line_feeds: bool  # False: the lines end in another way

    def blocks(self) -> Iterator[bytes]:
        """Yield the content in blocks."""
        with _opened(self.source) as file:
            file.seek(self.start)
            while block := file.read(BLOCK_BYTES):
                yield block


@dataclass(slots=True)
class _Scan:
    """What one look at all bytes shows."""

    size: int = 0
    zeros: int = 0
    quotes: int = 0
    line_feeds: bool = False
    unicode: bool = True
    broken: int = 0  # as UTF-8
    characters: int = 0  # outside ASCII, as UTF-8
    signs: int = 0


def decoded(path: Path, source: Path | bytes) -> Text:
    """Return the file as UTF-8; refuses what is no text.

    Order of belief: byte order mark; zero bytes of UTF-16; UTF-8, as a whole or with few broken characters; Western Windows
    text, whose letters outside ASCII stand singly among others; else the best of the encodings of our six languages by
    letter frequency.
    """
    start = next(_blocks(source))[:4096]
    for mark, encoding in _BOMS.items():
        if start.startswith(mark):
            return _transcoded(path, source, encoding, len(mark))
    if (zeros := start.count(0)) > len(start) // 4:
        return _transcoded(path, source, "utf-16-le" if start[1::2].count(0) > zeros // 2 else "utf-16-be")
    found = _scanned(_blocks(source))
    if found.zeros:
        return _without_zeros(path, source, start, found)
    if found.unicode:
        return _as_it_is(source, found)
    return _transcoded(path, source, _encoding(path, _blocks(source), found))


def not_text(path: Path) -> str:
    """Say that the file is neither text nor a workbook."""
    message = _("{file} is neither text nor a workbook that Salève knows. Save it as XLSX or CSV UTF-8.")
    return message.format(file=path.name)


def _opened(source: Path | BinaryIO | bytes) -> "_Opened":
    return _Opened(source)


class _Opened:
    """The file for reading; a temporary one stays open, since closing it deletes it."""

    def __init__(self, source: Path | BinaryIO | bytes) -> None:
        self._own = isinstance(source, bytes | Path)
        if isinstance(source, bytes):
            self.file: BinaryIO = io.BytesIO(source)
        else:
            self.file = source.open("rb") if isinstance(source, Path) else source

    def __enter__(self) -> BinaryIO:
        return self.file

    def __exit__(self, *_fault: object) -> None:
        if self._own:
            self.file.close()


def _blocks(source: Path | bytes, start: int = 0) -> Iterator[bytes]:
    yield from Text(source, start, "", 0, 0, line_feeds=True).blocks()


def _scanned(blocks: Iterable[bytes]) -> _Scan:
    found = _Scan()
    strict: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    for block in blocks:
        _count_signs(found, block)
        strict = _still_unicode(strict, block)
    found.unicode = strict is not None and _still_unicode(strict, b"", final=True) is not None
    return found


def _count_signs(found: _Scan, block: bytes) -> None:
    found.size += len(block)
    found.zeros += block.count(0)
    found.quotes += block.count(b'"')
    found.line_feeds = found.line_feeds or b"\n" in block


def _still_unicode(
    strict: codecs.IncrementalDecoder | None, block: bytes, *, final: bool = False
) -> codecs.IncrementalDecoder | None:
    if strict is None or (block.isascii() and not final and not strict.getstate()[0]):
        return strict
    try:
        strict.decode(block, final)
    except UnicodeDecodeError:
        return None
    return strict


def _as_it_is(
    source: Path | BinaryIO | bytes, found: _Scan, encoding: str = "utf-8", broken: int = 0
) -> Text:
    return Text(source, 0, encoding, broken, found.quotes, line_feeds=found.line_feeds)


def _without_zeros(path: Path, source: Path | bytes, start: bytes, found: _Scan) -> Text:
    """Read text in which a few zero bytes stand, as a damaged export has them."""
    if found.zeros > found.size // 1000 + 1 or re.search(rb"[\x01-\x08\x0e-\x1a]", start):
        raise FileRefusedError(not_text(path))
    blocks = (block.replace(b"\x00", b"?") for block in _blocks(source))
    if found.unicode:
        return _as_it_is(_kept(blocks, found.size), found, broken=found.zeros)
    encoding = _encoding(path, (block.replace(b"\x00", b"?") for block in _blocks(source)), found)
    return _rewritten(path, blocks, encoding, found.size, zeros=found.zeros)


def _encoding(path: Path, blocks: Iterable[bytes], found: _Scan) -> str:
    kept = list(_first(blocks, _SEARCHED_BYTES))
    content = b"".join(kept)
    lenient = codecs.getincrementaldecoder("utf-8")("replace")
    text = lenient.decode(content, final=len(content) == found.size)
    broken, whole = text.count(_BROKEN), len(re.findall(r"[^\x00-\x7f]", text))
    return "utf-8" if broken <= _BROKEN_SHARE * whole else _old_encoding(path, content)


def _first(blocks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield about the first bytes that are wanted, from the first on that hold a letter outside ASCII."""
    taken = 0
    for block in blocks:
        if taken or not block.isascii():
            yield block[: size - taken]
            taken += len(block)
        if taken >= size:
            return


def _transcoded(path: Path, source: Path | bytes, encoding: str, start: int = 0) -> Text:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    return _rewritten(path, _blocks(source, start), encoding, size)


def _rewritten(path: Path, blocks: Iterable[bytes], encoding: str, size: int, *, zeros: int = 0) -> Text:
    """Write the text as UTF-8 to a place of its own, counting what could not be read."""
    seen = _Scan()
    text = _kept(_recoded(blocks, encoding, seen), size)
    if seen.broken and seen.broken > _BROKEN_SHARE * seen.characters + seen.signs // 1000 + 1:
        message = _(
            "{file} cannot be read as text: its characters are broken ({encoding}). Open it in a spreadsheet and save it as CSV UTF-8."
        )
        raise FileRefusedError(message.format(file=path.name, encoding=encoding))
    return _as_it_is(text, seen, encoding, seen.broken + zeros)


def _recoded(blocks: Iterable[bytes], encoding: str, seen: _Scan) -> Iterator[bytes]:
    lenient = codecs.getincrementaldecoder(encoding)("replace")
    for block in blocks:
        yield _noted(lenient.decode(block), seen)
    yield _noted(lenient.decode(b"", final=True), seen)


def _noted(text: str, seen: _Scan) -> bytes:
    seen.signs += len(text)
    seen.broken += text.count(_BROKEN)
    seen.characters += 0 if text.isascii() else len(re.findall(r"[^\x00-\x7f]", text))
    content = text.encode("utf-8", "replace")
    _count_signs(seen, content)
    return content


def _kept(blocks: Iterable[bytes], size: int) -> BinaryIO | bytes:
    """Keep the blocks in memory if they are few, else in a temporary file that ends with the reading."""
    if size <= BLOCK_BYTES:
        return b"".join(blocks)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the text that is read from it
    file.writelines(blocks)
    return file


def _old_encoding(path: Path, content: bytes) -> str:
    high = re.findall(rb"[\x80-\xff]+", content)
    text = b"".join(high).decode("cp1252", errors="replace")
    singly = sum(map(len, high)) / max(len(high), 1) <= 1.6
    if singly and len(_WESTERN.findall(text)) >= 0.95 * len(text):
        return "cp1252"
    lines = [line for line in content.splitlines() if not line.isascii()]
    best = from_bytes(b"\n".join(lines)[:_SAMPLE_BYTES], cp_isolation=_OTHER_ENCODINGS).best()
    if best is None:
        raise FileRefusedError(not_text(path))
    return best.encoding
