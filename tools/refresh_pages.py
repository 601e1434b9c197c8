"""Write what commands print today into the pages that show them: `python tools/refresh_pages.py docs/tutorial.md`.

Read the difference before you keep it: a page that changes is a product that changed. Blocks shortened by ... are run and left alone.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "docs"))

from pages import DOTS, ShownCommand, run, steps  # noqa: E402 - lives beside its tests


def refresh(page: Path) -> None:
    """Run the page's steps in an empty folder and replace what has changed."""
    text, done = page.read_text("utf-8"), 0
    with TemporaryDirectory() as folder:
        for step in steps(page):
            if not isinstance(step, ShownCommand):
                step.write(Path(folder))
                continue
            today = _today(step, Path(folder))
            start = text.index(_block(step, step.printed), done)
            kept = step.printed if DOTS in step.printed else today
            end = start + len(_block(step, step.printed))
            text = text[:start] + _block(step, kept) + text[end:]
            done = start + len(_block(step, kept))
    page.write_text(text, "utf-8")


def _today(step: ShownCommand, folder: Path) -> str:
    return "".join(f"{line}\n" for line in run(step, folder))


def _block(step: ShownCommand, printed: str) -> str:
    return f"$ {step.line}\n{printed}"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        refresh(Path(name))
