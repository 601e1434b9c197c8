"""The colours of charts and pages: one fixed colour for each source category, told apart without red and green and in grey.

Checked for colour blindness by lightness: neighbours in a chart also differ in brightness, and every bar has its name beside it.
"""

INK = "#1b2430"
QUIET = "#5a6673"
LINE = "#d5dbe1"
PAPER = "#ffffff"
ACCENT = "#14508f"
TARGET = "#a8410f"
EARLIER = "#7f9cbd"  # the accent, withdrawn

SOURCES = {
    "air_travel": "#14508f",
    "electricity": "#d99a00",
    "district_energy": "#b5472c",
    "fuels": "#6d4a32",
    "refrigerants": "#0f8f83",
    "ground_travel": "#5aa5dc",
    "water": "#3794a8",
    "waste": "#70783a",
    "events": "#8a5aa3",
    "procurement": "#a9668a",
    "ict": "#4c5d73",
    "commuting": "#b08a4a",
    "vehicles": "#2f6f4f",
    "hotels": "#c46f86",
    "virtual_meetings": "#7f86c9",
    "reported_emissions": "#5f7385",
}
OTHER = "#8b939c"

# What a page replaces in an inline chart, so that it follows the reader's light or dark theme.
THEMED = {
    INK: "var(--ink)",
    QUIET: "var(--quiet)",
    LINE: "var(--line)",
    PAPER: "var(--paper)",
    ACCENT: "var(--accent)",
    TARGET: "var(--target)",
    EARLIER: "var(--earlier)",
}


def colour_of(source: str) -> str:
    """Return the colour of a source category."""
    return SOURCES.get(source, OTHER)
