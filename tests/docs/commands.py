"""Runs commands in processes of their own: one process imports Salève once, and forks for each command.

A start of Python that imports everything takes a second and a half, a fork of one that has, a hundredth. No table was touched before
the fork: the threads that compute tables would not survive it.
"""

import atexit
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

PROGRAM = "saleve"
THREADS_OF_TABLES = "polars-0"


def output_of(arguments: tuple[str, ...], folder: Path) -> str:
    """Run ``saleve`` in the folder, in a terminal of 100 columns, and return what it printed, then what it complained of."""
    starter = _starter()
    with TemporaryDirectory() as said:
        starter.stdin.write(json.dumps([[PROGRAM, *arguments], str(folder), said]) + "\n")
        starter.stdin.flush()
        assert starter.stdout.readline() == "ended\n"
        return "".join(Path(said, stream).read_text("utf-8") for stream in ("printed", "complained"))


@cache
def _starter() -> subprocess.Popen[str]:
    """Return the process that forks; it ends when its input does."""
    surroundings = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    starter = subprocess.Popen([sys.executable, __file__], **pipes, text=True, env=surroundings)
    atexit.register(starter.stdin.close)
    return starter


def _serve() -> None:
    """Fork for each line of the input; the fork runs the command and ends as any command ends."""
    from saleve.cli import main
    from saleve.language import LANGUAGES, speaking, translated

    for language in LANGUAGES:
        with speaking(language):
            translated("")  # reads the catalogue
    assert THREADS_OF_TABLES not in {
        path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")
    }
    for line in sys.stdin:
        if not (child := os.fork()):
            _become(*json.loads(line))
            main()
            return
        os.waitpid(child, 0)
        sys.stdout.write("ended\n")
        sys.stdout.flush()


def _become(words: list[str], folder: str, said: str) -> None:
    sys.argv = words
    os.chdir(folder)
    for number, stream in enumerate(("printed", "complained"), 1):
        os.dup2(os.open(Path(said, stream), os.O_WRONLY | os.O_CREAT), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)


if __name__ == "__main__":
    _serve()
