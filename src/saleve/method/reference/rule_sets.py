"""Rule sets of inventories: each rule with the years it holds for, its clause and its quality (data package ``rule_sets``)."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import polars as pl

from saleve.method.reference.packages import table
from saleve.method.reference.suggestions import unknown

PACKAGE = "rule_sets"
RULE = pl.Schema(
    {
        "rule": pl.String,
        "subject": pl.String,  # of a boundary: a source category or a part of one, such as electricity:grid_losses
        "first_year": pl.Int64,  # null: no limit
        "last_year": pl.Int64,
        "value": pl.String,
        "clause": pl.String,
        "quality": pl.String,
    }
)


@dataclass(frozen=True, eq=False)
class RuleSet:
    """A named, dated and sourced set of rules; where two rules of one subject hold, the first of the table does."""

    name: str
    title: str
    dated: date | None
    source: str
    rules: pl.DataFrame  # RULE

    def held_in(self, year: int | None) -> pl.DataFrame:
        """Return the rules of a year, one for each rule and subject; without a year, those that hold without end."""
        return self.rules.filter(_holds(year)).unique(["rule", "subject"], keep="first", maintain_order=True)

    def over(self, base: "RuleSet") -> "RuleSet":
        """Return these rules with those of ``base`` for whatever they do not say."""
        return RuleSet(self.name, self.title, self.dated, self.source, pl.concat([self.rules, base.rules]))


@lru_cache
def rule_set(name: str) -> RuleSet:
    """Return a rule set that Salève ships.

    Raises ``UnknownReferenceError`` with the nearest names.
    """
    if name not in rule_set_names():
        raise unknown(name, rule_set_names())
    about = table(PACKAGE, "rule_sets").row(by_predicate=pl.col("rule_set") == name, named=True)
    rules = table(PACKAGE, "rules").filter(rule_set=name).select(RULE.names())
    return RuleSet(name, about["title"], about["dated"], about["source"], rules)


def rule_set_names() -> list[str]:
    """Return the names of the rule sets that Salève ships."""
    return table(PACKAGE, "rule_sets")["rule_set"].to_list()


def _holds(year: int | None) -> pl.Expr:
    if year is None:
        return pl.col("last_year").is_null()
    begun = pl.col("first_year").fill_null(year) <= year
    return begun & (pl.col("last_year").fill_null(year) >= year)
