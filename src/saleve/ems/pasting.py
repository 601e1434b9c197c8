"""Cells copied out of a spreadsheet as a file: between tabs they become CSV, anything else stays as it was pasted."""

import csv
import io


def as_file(name: str, pasted: str) -> tuple[str, bytes]:
    """Return a file name and the content; a comma or a line within a cell of a spreadsheet stays within it."""
    text = pasted.strip("\r\n")
    if "\t" in text:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t")
        written = io.StringIO(newline="")
        csv.writer(written).writerows(rows)
        text = written.getvalue()
    return f"{name.strip().removesuffix('.csv')}.csv", text.encode()
