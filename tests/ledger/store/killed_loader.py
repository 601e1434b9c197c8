"""A process of its own that loads files, to be killed in the middle: it forks before any table was touched, but after the catalogues were read.

Reads lines ``folder path`` from standard input. For each it forks a child that warms up, says ``ready PID`` and loads the file.
"""

import os
import sys
from pathlib import Path

from ledger_books import Books

from saleve.language import LANGUAGES, speaking, translated
from saleve.ledger.intake.checking import check_file


def main() -> None:
    """Serve until the input ends."""
    for language in LANGUAGES:
        with speaking(language):
            translated("")  # reads the catalogue
    for line in sys.stdin:
        folder, path = line.split()
        if not (child := os.fork()):
            load(Books(Path(folder)), Path(path))
        os.waitpid(child, 0)
        say("gone")


def load(books: Books, path: Path) -> None:
    """Load one file, once the reading itself is warm, so that most of the time left is writing."""
    check_file(path)
    say(f"ready {os.getpid()}")
    books.load_path(path)
    say("loaded")
    os._exit(0)


def say(text: str) -> None:
    """Tell the test."""
    os.write(1, f"{text}\n".encode())


if __name__ == "__main__":
    main()
