"""A figure and what it rests on, in a few plain sentences."""

from collections.abc import Iterator

from saleve.language import _
from saleve.method.explain import Explanation
from saleve.method.reference.citations import cited
from saleve.reporting.formatting import amount, percent, printed, with_unit
from saleve.reporting.records import Fact


def in_words(fact: Fact, explanation: Explanation | None) -> str:
    """Return what a person would say of the figure: how much, of how many rows, by which factors, how far estimated."""
    return " ".join(_sentences(fact, explanation))


def _sentences(fact: Fact, explanation: Explanation | None) -> Iterator[str]:
    yield _("{label}: {value}.").format(label=fact.label, value=printed(fact))
    if explanation is None:
        if fact.derivation:
            yield _("It is computed from other figures: {derivation}.").format(
                derivation=fact.derivation.rstrip(".")
            )
        return
    yield _("Rows of files that it adds up: {rows}.").format(rows=amount(explanation.all_rows, 0))
    sources = dict.fromkeys(_sources(explanation))
    if sources:
        yield _("Its factors and methods come from: {sources}.").format(sources="; ".join(sources))
    if explanation.total.estimated_share is not None:
        yield _("{share} of it rests on estimates.").format(
            share=percent(100 * explanation.total.estimated_share)
        )
    if explanation.total.not_computed_rows:
        yield _("Rows without a figure, missing and not zero: {rows}.").format(rows=amount(explanation.total.not_computed_rows, 0))  # fmt: skip
    yield from _largest(explanation)


def _sources(explanation: Explanation) -> Iterator[str]:
    for factor_id in explanation.factors["factor_id"]:
        found = cited(factor_id)
        yield ", ".join(text for text in (found.title, found.edition) if text)


def _largest(explanation: Explanation) -> Iterator[str]:
    if explanation.rows.is_empty() or explanation.rows["kg_co2e"][0] is None:
        return
    row = explanation.rows.row(0, named=True)
    told = _("The first row shown is row {row} of {file}: {what}, {emission}.")
    emission = with_unit(amount(row["kg_co2e"], 0), "kg_co2e")
    yield told.format(row=row["source_row"], file=row["source_file"], what=row["what"], emission=emission)
