"""Reading the documentation as a test does: its pages, links, tables, and the files and commands that it shows."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from commands import output_of
from openpyxl import load_workbook

ROOT = Path(__file__).parents[2]
DOTS = "..."
FRONT = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
_FENCED = re.compile(r"^```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_CELLS = re.compile(r"^<!-- cells of (?P<path>\S+): (?P<cells>.+) -->$", re.MULTILINE)
_NAMED_FILE = re.compile(r"^`(?P<path>[\w./-]+)`\n\n\Z", re.MULTILINE)
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_NOT_IN_HEADING = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file that a page shows: a block below a line that is its path in backticks."""

    path: str
    content: str

    def write(self, folder: Path) -> None:
        path = folder / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.content, "utf-8")


@dataclass(frozen=True, slots=True)
class ShownCommand:
    """A command that a page shows after ``$``, and what it prints."""

    arguments: tuple[str, ...]
    printed: str
    line: str = ""  # as the page shows it


@dataclass(frozen=True, slots=True)
class TypedCells:
    """What a reader types into a workbook, said in a comment of the page: ``<!-- cells of again.xlsx: F2=GVA-VIE-GVA -->``."""

    path: str
    cells: dict[str, str]

    def write(self, folder: Path) -> None:
        book = load_workbook(folder / self.path)
        for place, value in self.cells.items():
            book.worksheets[0][place] = value
        book.save(folder / self.path)


def pages() -> list[Path]:
    """Return every page of the documentation that people read."""
    return [*(ROOT / name for name in FRONT), *sorted((ROOT / "docs").rglob("*.md"))]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def steps(page: Path) -> Iterator[ShownFile | ShownCommand | TypedCells]:
    """Yield the files, the ``saleve`` commands and the cells to type of a page in their order."""
    text, done = page.read_text("utf-8"), 0
    for block in _FENCED.finditer(text):
        yield from _typed(text[done : block.start()])
        done = block.end()
        named = _NAMED_FILE.search(text, 0, block.start())
        if named:
            yield ShownFile(named["path"], block["body"])
        elif block["kind"] == "console":
            yield from _commands(block["body"])


def _typed(text: str) -> Iterator[TypedCells]:
    for comment in _CELLS.finditer(text):
        pairs = (pair.split("=", 1) for pair in comment["cells"].split("; "))
        yield TypedCells(comment["path"], dict(pairs))


def _commands(body: str) -> Iterator[ShownCommand]:
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        program, *arguments = shlex.split(command)
        assert program == "saleve", f"only saleve commands are run: {command}"
        yield ShownCommand(tuple(arguments), printed, command)


def links(page: Path) -> list[str]:
    """Return the link targets of a page that lead to a file of the repository."""
    text = _FENCED.sub("", page.read_text("utf-8"))
    return [
        link["target"]
        for link in _LINK.finditer(text)
        if not link["target"].startswith(("http://", "https://", "mailto:"))
    ]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as code hosts make them."""
    text = _FENCED.sub("", page.read_text("utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {_NOT_IN_HEADING.sub("", heading.lower()).strip().replace(" ", "-") for heading in headings}


def table_rows(page: Path, marker: str = "") -> list[list[str]]:
    """Return the rows of the page's tables as cells, or of the table between ``<!-- marker: begin -->`` and its end."""
    text = page.read_text("utf-8")
    if marker:
        text = text.split(f"<!-- {marker}: begin -->")[1].split(f"<!-- {marker}: end -->")[0]
    lines = [
        line for line in text.splitlines() if line.startswith("|") and not re.fullmatch(r"[|\s:-]+", line)
    ]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def run(command: ShownCommand, folder: Path) -> list[str]:
    """Run the command in the folder and return the lines it prints."""
    return lines(output_of(command.arguments, folder))


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def filled(shown: list[str], printed: list[str]) -> list[str]:
    """Return what a page shows, three dots replaced by what was printed in their place: in a line, or instead of lines."""
    whole: list[str] = []
    for line, after in zip(shown, [*shown[1:], None], strict=True):
        rest = printed[len(whole) :]
        if line == DOTS:
            whole += rest[: _place(after, rest)]
        else:
            whole.append(rest[0] if rest and _alike(line, rest[0]) else line)
    return whole


def _place(line: str | None, printed: list[str]) -> int:
    found = (number for number, one in enumerate(printed) if line is not None and _alike(line, one))
    return next(found, len(printed))


def _alike(shown: str, printed: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, shown.split(DOTS))), printed) is not None
