"""Write the table of packages into ``docs/reference/data.md``, between its two markers, from the packages themselves."""

from pathlib import Path
from typing import Any

from saleve.method.reference.packages import descriptor, package_names, table

PAGE = Path(__file__).parents[1] / "docs/reference/data.md"
BEGIN, END = "<!-- packages: begin -->", "<!-- packages: end -->"


def main() -> None:
    """Write the table anew; the words around it stay."""
    before, rest = PAGE.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    lines = [_header(), *(_line(name) for name in package_names())]
    PAGE.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}", "utf-8")


def _header() -> str:
    names = ["Package", "What", "Source", "Edition", "Licence", "Accounting basis", "Applies to", "Rows"]
    return "| " + " | ".join(names) + " |\n" + "| --- " * len(names) + "|"


def _line(name: str) -> str:
    about = descriptor(name)
    rows = "<br>".join(
        f"{entry['name']}: {table(name, entry['name']).height}" for entry in about["resources"]
    )
    licences = "; ".join(entry["title"] for entry in about["licenses"])
    source = about["sources"][0]["title"]
    cells = [
        f"`{name}`",
        about["title"],
        source,
        about["version"],
        licences,
        about["accounting_basis"],
        _period(about),
        rows,
    ]
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _period(about: dict[str, Any]) -> str:
    first, last = about.get("valid_from"), about.get("valid_to")
    return f"{first or '...'} to {last or '...'}" if first or last else "no limit, or per record"


if __name__ == "__main__":
    main()
