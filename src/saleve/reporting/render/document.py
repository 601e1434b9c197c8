"""What every renderer is given."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pypandoc

from saleve.reporting.markdown import DIALECT
from saleve.reporting.records import Facts

ASSETS = Path(__file__).parent
_FILTER = ASSETS / "figures.lua"


@dataclass(frozen=True)
class Document:
    """A document ready to render: its Markdown, the figures in it, and the folder of its pictures."""

    title: str
    markdown: str
    facts: Facts
    pictures: Path
    language: str
    reference_docx: Path | None = None


def convert(document: Document, to: str, *options: str) -> str:
    """Return the Markdown in another format of pandoc, with our meaning of its spans and blocks."""
    command = [
        pypandoc.get_pandoc_path(),
        f"--from={DIALECT}",
        f"--to={to}",
        f"--lua-filter={_FILTER}",
        f"--resource-path={document.pictures}",
        "--columns=20",  # every table takes the full width, divided as its Markdown says
        "--wrap=none",
        *options,
    ]
    done = subprocess.run(
        command, input=document.markdown, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout
