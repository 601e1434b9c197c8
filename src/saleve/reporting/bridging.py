"""Figures of why the total moved: the bars of the bridge from the year before, and from the base year, to the report's year."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from saleve.language import _
from saleve.method.base_year import like_for_like
from saleve.method.bridges import SWAPS, Bridge
from saleve.method.inventory import Inventory
from saleve.method.planning.target_path import Target
from saleve.reporting.labels import label, slug, within_sentence
from saleve.reporting.making import in_tonnes
from saleve.reporting.records import Fact
from saleve.reporting.steps import step_name

SMALL = 0.005  # of the larger total: a step below it stands with the other small ones
REST = "rest"


def compared_years(years: Iterable[int], target: Target | None, year: int) -> dict[str, int]:
    """Return the years that a report compares its own with: ``previous``, and ``base`` where that is another."""
    earlier = [other for other in years if other < year]
    compared = {"previous": max(earlier)} if earlier else {}
    if target and target.base_year in earlier and target.base_year != compared["previous"]:
        compared["base"] = target.base_year
    return compared


def bridge_groups(
    found: Mapping[str, Bridge], decimals: int, most: int | None = None
) -> dict[str, tuple[Fact, ...]]:
    """Return, for each bridge, the steps that are shown and, apart, the small ones that stand together in ``rest``.

    ``most``: how many are shown, those of the largest effect.
    """
    groups: dict[str, tuple[Fact, ...]] = {}
    for name, one in found.items():
        steps = tuple(_steps(one, name, decimals))
        sizes = sorted((abs(fact.value or 0.0) for fact in steps), reverse=True)
        least = SMALL * max(abs(one.start_kg), abs(one.end_kg)) / 1000
        if most and len(sizes) > most:
            least = max(least, sizes[most - 1])
        small = tuple(fact for fact in steps if abs(fact.value or 0.0) < least)
        shown = tuple(fact for fact in steps if fact not in small)
        groups[f"bridge_{name}"] = (*shown, *_rest(one, name, small, decimals))
        groups[f"bridge_{name}_small"] = small
    return groups


def changes_like_for_like(inventory: Inventory, compared: dict[str, int], year: int) -> Iterator[Fact]:
    """Yield the change over the data that are complete in both years, where that is not all of them."""
    for name, start_year in compared.items():
        table = like_for_like(inventory, start_year, year)
        counted = table.filter("counted")
        if len(counted) in (0, len(table)):
            continue
        before, now = (float(counted[column].sum()) for column in ("start_kg", "end_kg"))
        text = _("Change from {base} to {year} of the data that are complete in both years")
        yield Fact(
            id=f"{year}.change.{name}.like_for_like",
            value=100 * (now / before - 1) if before else None,
            unit="percent",
            label=text.format(base=start_year, year=year),
            decimals=1,
            reason=_("The earlier year has no emissions of such data."),
            derivation=_("Sources and sites that are complete in both years"),
        )


def _steps(found: Bridge, name: str, decimals: int) -> Iterator[Fact]:
    text = _("{subject}, {step}: effect on the change from {base} to {year}")
    part, exchanged = (
        _("Part of {year}.total − {base}.total by LMDI-I"),
        _("{base} computed once more with one thing changed"),
    )
    years = {"base": found.start_year, "year": found.end_year}
    for row in found.steps.iter_rows(named=True):
        words = {"subject": label("source", row["subject"]), "step": within_sentence(step_name(row["step"]))}
        yield Fact(
            id=f"{found.end_year}.bridge.{name}.{slug(row['subject'])}.{row['step']}",
            value=in_tonnes(row["effect_kg"]),
            unit="t_co2e",
            label=text.format(**words, **years),
            short_label=_("{subject}: {step}").format(**words),
            decimals=decimals,
            derivation=". ".join(
                filter(None, [(exchanged if row["step"] in SWAPS else part).format(**years), row["note"]])
            ),
        )


def _rest(found: Bridge, name: str, small: tuple[Fact, ...], decimals: int) -> Iterator[Fact]:
    """Put the small steps together; one of them stands as it is."""
    if len(small) == 1:
        yield replace(small[0])
    elif small:
        text = _("Smaller steps together: effect on the change from {base} to {year}")
        yield Fact(
            id=f"{found.end_year}.bridge.{name}.{REST}",
            value=sum(fact.value or 0.0 for fact in small),
            unit="t_co2e",
            label=text.format(base=found.start_year, year=found.end_year),
            short_label=_("{count} smaller steps").format(count=len(small)),
            decimals=decimals,
            derivation=" + ".join(fact.id for fact in small),
        )
