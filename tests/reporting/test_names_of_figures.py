"""The reference page lists every name that a report can print."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "figures.md"


def documented() -> list[re.Pattern[str]]:
    """Return the names of the page as patterns, those of shares too."""
    names = re.findall(r"^\| `([^`]+)` \|", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    words = [re.sub(r"<[a-z]+>", "~", name) for name in names]
    return [
        re.compile(re.escape(word).replace("\\~", "~").replace("~", r"[a-z0-9_-]+") + r"(\.share)?")
        for word in words
    ]


def test_every_figure_of_a_report_is_in_the_reference(facts):
    patterns = documented()
    unknown = [fact.id for fact in facts if not any(pattern.fullmatch(fact.id) for pattern in patterns)]

    assert unknown == []


def test_every_name_of_the_reference_occurs_in_a_full_report(facts):
    rare = {
        "with_range",
        "without_range",
        "with_data",
        "lost",
        "reconciliation",
        "new",
        "simulated",
        "like_for_like",
    }  # only of data that differ or lack a range, or where the organisation asks for them
    names = [fact.id for fact in facts]
    unused = [
        pattern.pattern for pattern in documented() if not any(pattern.fullmatch(name) for name in names)
    ]

    assert all(any(word in pattern for word in rare) for pattern in unused)
