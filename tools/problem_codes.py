"""Write docs/reference/problems.md from the codes of intake: `python tools/problem_codes.py`."""

import re
from pathlib import Path

from saleve.ledger.intake.codes import code_book

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "problems.md"
INTRODUCTION = """# What reading a file can report

This page is made from the code by `tools/problem_codes.py`; a test compares the two.

A problem names the row as the spreadsheet shows it, the column by its header, a code, what is the matter and what to do. An
**error** rejects the row. A **warning** asks you to look; the row is used. A **note** says what was done. Problems without a row
concern the file as a whole.

The checks of each source category (unknown airports, overlapping bills, missing amounts ...) add codes of their own; they are
described on the page of the category under `docs/method/`. What a rule may change in a value is listed in [repairs](repairs.md).

| Code | Severity | What it says | What to do |
|---|---|---|---|
"""


def page() -> str:
    """Return the whole page."""
    rows = [
        f"| `{code}` | {entry.severity} | {_shown(entry.message)} | {_shown(entry.suggestion or '')} |"
        for code, entry in sorted(code_book().items())
    ]
    return INTRODUCTION + "\n".join(rows) + "\n"


def _shown(text: str) -> str:
    """Return the text with an ellipsis for what is filled in, safe inside a table."""
    return re.sub(r"\{\w+\}", "…", text).replace("|", "\\|").strip()


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
