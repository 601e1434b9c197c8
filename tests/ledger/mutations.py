"""Damage that files suffer: seeded, so that file number n is the same on every machine."""

import io
import random
import zipfile
import zlib
from collections.abc import Callable

ENCODINGS = (
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "cp1252",
    "cp1251",
    "koi8_r",
    "gb18030",
    "mac_roman",
    "utf-32",
)
ENDINGS = (".csv", ".xlsx", ".xls", ".ods", ".json", ".jsonl", ".parquet", ".txt", ".pdf", "")
Damage = Callable[[bytes, random.Random, list[bytes]], bytes]


def _place(content: bytes, chance: random.Random) -> int:
    return chance.randrange(len(content) + 1)


def flip_bytes(content: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    changed = bytearray(content)
    for _number in range(chance.randint(1, 12)):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut_off(content: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    return content[: _place(content, chance)] if chance.random() < 0.7 else content[_place(content, chance) :]


def cut_out(content: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    start = _place(content, chance)
    return content[:start] + content[start + chance.randint(1, 200) :]


def splice(content: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    other = chance.choice(others)
    return content[: _place(content, chance)] + other[_place(other, chance) :]


def repeat_lines(content: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    lines = content.splitlines(keepends=True)
    for _number in range(chance.randint(1, 4)):
        if lines:
            lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return b"".join(lines)


def lose_lines(content: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    return b"".join(line for line in content.splitlines(keepends=True) if chance.random() < 0.7)


def insert_zeros(content: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    for _number in range(chance.choice((1, 1, 2, 40))):
        start = _place(content, chance)
        content = content[:start] + b"\x00" * chance.choice((1, 1, 3)) + content[start:]
    return content


def insert_signs(content: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    signs = (b'"', b'""', b'"\n', b'",', b',"', b"\r", b"\r\r\n", b"\n\n", b"\t", b";", b",,,,", b" \n", b"\xa0", b"\xff", b"\xc3", b"\xef\xbb\xbf",
             b"sep=;\n", b"\x1a", "\u2028".encode(), "\ufeff".encode(), b"'", b"\\", b"{", b"]", b"\xed\xa0\x80")  # fmt: skip
    for _number in range(chance.randint(1, 5)):
        start = _place(content, chance)
        content = content[:start] + chance.choice(signs) + content[start:]
    return content


def huge_cell(content: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    start = _place(content, chance)
    filling = chance.choice((b"9", b"x", b"1,", b"a b", b'"', b"-", b"(", b"[", b"1.", b"\n", b"/"))
    return content[:start] + filling * chance.choice((300, 5_000, 100_000)) + content[start:]


def strange_values(content: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    values = (b"9" * 400, b"1e999", b"-1e-999", b"NaN", b"inf", b"0000-00-00", b"31/02/2024", b"99999", b"2958466", b"9999-12-31", b"12/31/9999",
              b"1.2.3", b"--5", b"1e5", "١٢٣".encode(), "三月".encode(), b"#REF!", b"=1+1", b"Total", b"GVA-GVA", b"GVA-" * 50, b"%s{0}{cell}", b"\\N")  # fmt: skip
    cells = content.split(b",")
    for _number in range(chance.randint(1, 6)):
        cells[chance.randrange(len(cells))] = chance.choice(values)
    return b",".join(cells)


def other_encoding(content: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(chance.choice(ENCODINGS), "replace")


def damage_zip(content: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """Lose, empty, cut, or swap a member, or change its text; what is no zip is cut."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, ValueError, KeyError):
        return cut_off(content, chance, others)
    name = chance.choice(sorted(members))
    change = chance.choice((insert_signs, flip_bytes, cut_off, cut_out, strange_xml, strange_xml, None))
    changed = b"" if change is None else change(members[name], chance, others)
    if chance.random() < 0.2:
        del members[name]
    else:
        members[name] = changed
    return zipped(members)


def strange_xml(content: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    old, new = chance.choice((
        (b'r="A', b'r="ZZZZZ'), (b'r="', b'r="-'), (b't="s"', b't="e"'), (b"<v>", b"<v>9999999999"), (b'ref="', b'ref="A1:XFD1048576'),
        (b"<row ", b'<row hidden="1" '), (b"<c ", b'<c s="99999" '), (b"sheetData", b"sheetdata"), (b'Target="', b'Target="../../'), (b"<v>", b"<v>nan"),
        (b'r="1"', b'r="1048577"'), (b'name="', b'name="&#0;'), (b"<f>", b"<f><f>"), (b'encoding="UTF-8"', b'encoding="UTF-16"'), (b"number-columns-repeated=", b"x="),
    ))  # fmt: skip
    return content.replace(old, new)


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return buffer.getvalue()


TEXT_DAMAGE: tuple[Damage, ...] = (
    flip_bytes, cut_off, cut_out, splice, repeat_lines, lose_lines, insert_zeros, insert_signs, insert_signs, huge_cell, strange_values, strange_values, other_encoding,
)  # fmt: skip
PACKED_DAMAGE: tuple[Damage, ...] = (
    flip_bytes,
    cut_off,
    splice,
    insert_zeros,
    damage_zip,
    damage_zip,
    damage_zip,
    damage_zip,
)


def mutated(seeds: list[tuple[str, bytes]], number: int) -> tuple[str, bytes]:
    """Return the name ending and the content of damaged file ``number``."""
    chance = random.Random(number)  # noqa: S311 - reproducible on purpose
    ending, content = seeds[number % len(seeds)]
    kinds = PACKED_DAMAGE if content[:2] in {b"PK", b"PA", b"\xd0\xcf"} else TEXT_DAMAGE
    others = [other for _ending, other in seeds]
    for _round in range(chance.choice((1, 1, 2, 3))):
        content = chance.choice(kinds)(content, chance, others)
    return chance.choice(ENDINGS) if chance.random() < 0.2 else ending, content
