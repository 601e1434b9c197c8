"""Write docs/reference/repairs.md from the rules of the code: `python tools/repair_rules.py`."""

from pathlib import Path

from saleve.method.activity.repairs import repair_rules

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "repairs.md"
INTRODUCTION = """# Repairs: the rules that may change a value

This page is made from the code by `tools/repair_rules.py`; a test compares the two.

A row of which a rule changed a value is **repaired**: it counts, and each change is listed with its row, column, rule, the value
before and the value after. Every rule can be switched off by its name; nothing is then changed in silence.

| Rule | What it changes | Where it is switched off |
|---|---|---|
"""


def page() -> str:
    """Return the whole page."""
    rows = [
        f"| `{name}` | {rule.changes} | {rule.switched_off} |"
        for name, rule in sorted(repair_rules().items())
    ]
    return INTRODUCTION + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
