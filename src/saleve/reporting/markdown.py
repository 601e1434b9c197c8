"""From the template of a document to one Markdown that all four formats are made of.

Every value that enters the template is escaped, whoever wrote it: a site called ``<script>`` or ``a|b`` is printed as such. Only what
this module itself makes (``Markdown``) goes in as it is. A figure becomes a span with its name and value, linked to the annex.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from saleve.language import _ as translated
from saleve.reporting.chart import Chart
from saleve.reporting.formatting import (
    long_date,
    printed,
    printed_part,
    printed_range,
    signed,
    unit_in_table,
)
from saleve.reporting.labels import within_sentence
from saleve.reporting.records import Cell, Fact, Facts, Row, Table

DOCUMENTS = Path(__file__).parent / "documents"
# What pandoc reads: only what the templates use; nothing raw can enter.
DIALECT = (
    "markdown_strict-raw_html+all_symbols_escapable+bracketed_spans+fenced_divs+header_attributes"
    "+link_attributes+pipe_tables+table_captions+escaped_line_breaks+table_attributes"
)


class Markdown(str):
    """Text that is Markdown already and is not escaped again."""

    __slots__ = ()


def write_markdown(
    template: str, facts: Facts, charts: Mapping[str, Chart], context: Mapping[str, object]
) -> str:
    """Return the document of this template as Markdown, in the active language; ``context`` has its further names."""
    numbering = _Numbering()
    environment = _environment()
    environment.globals |= {
        "section": numbering.section,
        "paragraph": numbering.paragraph,
        "table": lambda name: markdown_table(facts.tables[name]) if name in facts.tables else Markdown(),
        "chart": lambda name: markdown_chart(charts[name]) if name in charts else Markdown(),
        "annex": lambda: annex_table(facts),
        "value": lambda name: fact.value if (fact := facts.get(name)) else None,
    }
    names = {"facts": facts, "header": facts.header, "year": facts.year, **context}
    text = environment.get_template(template).render(names)
    return re.sub(r"\n{3,}", "\n\n", text)


def escape(text: object) -> Markdown:
    """Return the text such that Markdown prints it as it stands, on one line."""
    if isinstance(text, Markdown):
        return text
    plain = re.sub(r"[\x00-\x20\x7f\u2028\u2029]+", " ", str(text))
    return Markdown(re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", plain))


def figure(fact: Fact, text: str | None = None) -> Markdown:
    """Return the figure as it is printed, with its name, full value and label for those who ask."""
    shown = printed(fact) if text is None else text
    value = "" if fact.value is None else f' value="{fact.value!r}"'
    return Markdown(
        f'[{escape(shown)}]{{.figure figure="{fact.id}"{value} title="{_attribute(_title(fact))}"}}'
    )


def markdown_table(table: Table) -> Markdown:
    """Return the table with its caption; the first column is words, the others are aligned by what they hold."""
    words = [_is_words(table, column) for column in range(len(table.headings))]
    dashes = [
        f":{'-' * width}" if wordy else f"{'-' * width}:"
        for width, wordy in zip(table.widths, words, strict=True)
    ]
    lines = [_line(escape(heading) for heading in table.headings), "|" + "|".join(dashes) + "|"]
    lines += [_line(_cells(row)) for row in table.rows]
    caption = f": {escape(table.title)} {{#table-{table.id.replace('_', '-')}}}"
    note = f"\n::: note\n{escape(table.note)}\n:::\n" if table.note else ""
    return Markdown("\n".join(["", *lines, "", caption, note]))


def markdown_chart(chart: Chart) -> Markdown:
    """Return the chart with its finding above, its measure below that, and its text for those who do not see it."""
    return Markdown(
        f"\n::: {{.chart #chart-{chart.id.replace('_', '-')}}}\n**{escape(chart.title)}**\n\n{escape(chart.subtitle)}\n\n"
        f"![{escape(chart.alt)}]({chart.id})\n:::\n"
    )


def annex_table(facts: Facts) -> Markdown:
    """Return the table of all figures: name, meaning, value, unit, range."""
    headings = (
        translated("Name"),
        translated("Figure"),
        translated("Value"),
        translated("Unit"),
        translated("95% range"),
    )
    lines = [
        _line(escape(heading) for heading in headings),
        f"|:{'-' * 34}|:{'-' * 30}|{'-' * 12}:|:{'-' * 11}|{'-' * 13}:|",
    ]
    lines += [_line(_annex_cells(fact)) for fact in facts]
    return Markdown("\n".join(["", *lines, ""]))


class _Numbering:
    """Sections 1, 2 ... and their paragraphs 1.1, 1.2 ..., counted as they come."""

    def __init__(self) -> None:
        self._section = 0
        self._paragraph = 0

    def section(self, title: str, name: str) -> Markdown:
        self._section, self._paragraph = self._section + 1, 0
        return Markdown(f'\n## {escape(title)} {{#{name} number="{self._section}"}}\n')

    def paragraph(self, caller: Callable[[], str]) -> Markdown:
        """Return the sentences as one numbered paragraph; none when there is nothing to say."""
        text = re.sub(r"[ \n]+", " ", str(caller())).strip()
        if not text:
            return Markdown()
        self._paragraph += 1
        number = f"{self._section}.{self._paragraph}"
        return Markdown(f'\n::: {{.numbered number="{number}"}}\n{text}\n:::\n')


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(DOCUMENTS),
        finalize=_finalise,
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=(), default=False),  # escaped for Markdown below
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "_": sentence,
        "size": lambda fact: figure(fact, printed_magnitude(fact)),
        "signed": lambda fact: figure(fact, signed(fact)),
        "range": lambda fact: Markdown(escape(printed_range(fact))),
        "heading": lambda title, name: Markdown(f"\n## {escape(title)} {{#{name}}}\n"),
        "lower": within_sentence,
        "line_end": lambda last: Markdown("" if last else "\\"),
        "long_date": long_date,
    }
    return environment


def sentence(message: str, /, **values: object) -> Markdown:
    """Return the sentence in the active language with its values filled in, each escaped; figures become spans."""
    filled = {name: _finalise(value) for name, value in values.items()}
    return Markdown(escape_sentence(translated(message)).format(**filled))


def escape_sentence(text: str) -> str:
    """Escape the sentence and leave its ``{placeholders}`` alone."""
    parts = re.split(r"(\{\w+\})", text)
    return "".join(part if re.fullmatch(r"\{\w+\}", part) else escape(part) for part in parts)


def printed_magnitude(fact: Fact) -> str:
    """Return the figure without its sign, for sentences that say rise or fall."""
    return printed(fact).lstrip("\u2212")


def _finalise(value: object) -> object:
    if isinstance(value, Markdown):
        return value
    if isinstance(value, Fact):
        return figure(value)
    return escape(value)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cells(row: Row) -> list[str]:
    cells = [escape(row.label), *(_cell(cell) for cell in row.cells)]
    return [f"**{cell}**" if cell else "" for cell in cells] if row.total else cells


def _cell(cell: Cell | str) -> str:
    if isinstance(cell, str):
        return escape(cell)
    text = printed_part(cell.fact, cell.part)
    return figure(cell.fact, text) if cell.part in {"value", "full"} else escape(text)


def _annex_cells(fact: Fact) -> list[str]:
    value = "" if fact.value is None else f' value="{fact.value!r}"'
    shown = printed_part(fact)
    return [
        f'[{escape(fact.id)}]{{.name figure="{fact.id}"}}',
        escape(fact.label if fact.value is not None else f"{fact.label}. {fact.reason}"),
        f'[{escape(shown)}]{{.value figure="{fact.id}"{value}}}',
        escape(unit_in_table(fact.unit)),
        escape(printed_range(fact)),
    ]


def _is_words(table: Table, column: int) -> bool:
    """Tell whether a column holds words (aligned at the start) rather than figures."""
    if column == 0:
        return True
    cells = [row.cells[column - 1] for row in table.rows]
    held = [cell for cell in cells if cell != ""]
    return not held or any(isinstance(cell, str) or cell.part == "unit" for cell in held)


def _title(fact: Fact) -> str:
    if fact.value is None:
        return f"{fact.label}: {fact.reason}"
    bounds = printed_range(fact)
    if not bounds:
        return fact.label
    return translated("{label}. 95% range: {bounds}").format(label=fact.label, bounds=bounds)


def _attribute(text: str) -> str:
    """Return the text as the value of an attribute: entities and escapes of Markdown mean nothing there."""
    return re.sub(r'["\\&|<>`]', lambda sign: f"&#{ord(sign.group())};", re.sub(r"\s+", " ", text))
