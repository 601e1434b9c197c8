"""Why a sum of products moved: the effect of each factor by the logarithmic mean Divisia index, method I (LMDI-I).

Ang, B.W. (2004), Energy Policy 32; Ang, B.W. (2005), Energy Policy 33, 867-871: formula. Ang, B.W. and Liu, N. (2007), Energy Policy 35,
238-246, and Wood, R. and Lenzen, M. (2006), Energy Policy 34, 1326-1331: zero values by analytic limits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from saleve.language import _
from saleve.method.problems import SaleveError

Values = Sequence[float] | npt.NDArray[np.float64] | pl.Series
_Array = npt.NDArray[np.float64]
_NEAR = 0.5  # below this difference of logarithms the quotient of differences would lose digits


class DecompositionError(SaleveError, ValueError):
    """Factors that cannot be decomposed; a ``ValueError`` too, since the formula serves others than an inventory."""


def lmdi(
    start: Mapping[str, Values], end: Mapping[str, Values], *, multiplicative: bool = False
) -> dict[str, float]:
    """Return the effect of each factor on the change of V = sum over categories i of x1_i * x2_i * ... * xn_i.

    Additive, in the unit of V: effect_k = sum_i L(VT_i, V0_i) * ln(xT_ki / x0_ki), with the logarithmic mean
    L(a, b) = (a - b) / (ln a - ln b) and L(a, a) = a. The effects add up to VT - V0.
    Multiplicative, without unit: D_k = exp(sum_i w_i * ln(xT_ki / x0_ki)), w_i = L(VT_i, V0_i) / L(VT, V0). The effects multiply to VT / V0.

    ``start`` and ``end`` map the name of each factor to its values by category, in the same order of categories. Zeros are taken by their
    limits: a category that appears adds all it has to the factors that were zero, one that vanishes takes it away from those
    that became zero, equal parts where several did; a category without value in both has no effect.

    Raises ``DecompositionError`` for other names or lengths at the end than at the start, for values that are missing, negative or not
    finite, and, multiplicative, for a total of zero, which has no ratio.
    """
    names = _same_names(start, end)
    before, after = _table(names, start, _("start")), _table(names, end, _("end"))
    if before.shape != after.shape:
        message = _("The start has {start} categories and the end {end}. Give both the same, with zero where a category is absent.")  # fmt: skip
        raise DecompositionError(message.format(start=before.shape[1], end=after.shape[1]))
    effects = _additive(before, after)
    if multiplicative:
        effects = np.exp(effects / _mean_of_totals(before, after))
    return dict(zip(names, map(float, effects), strict=True))


def _additive(before: _Array, after: _Array) -> _Array:
    """Return the effect of each factor (rows of both tables), summed over categories (columns)."""
    was, became = before.prod(axis=0), after.prod(axis=0)
    both = (was > 0) & (became > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.log(after[:, both]) - np.log(before[:, both])
    lasting = (log_mean(became[both], was[both]) * ratios).sum(axis=1)
    appeared = _shared(before == 0, after > 0, np.where(was == 0, became, 0.0))
    vanished = _shared(after == 0, before > 0, np.where(became == 0, was, 0.0))
    effects: _Array = lasting + appeared - vanished
    return effects


def _shared(zero: npt.NDArray[np.bool_], there: npt.NDArray[np.bool_], amount: _Array) -> _Array:
    """Give each category's amount, in equal parts, to the factors that are zero on the one side and not on the other.

    This is the limit for one small number in the place of all zeros: ln(x / d) / sum of ln(x / d) tends to 1 / n as d tends to zero.
    """
    takes = zero & there
    number = takes.sum(axis=0)
    parts: _Array = (takes * (amount / np.maximum(number, 1))).sum(axis=1)
    return parts


def log_mean(a: _Array, b: _Array) -> _Array:
    """Return the logarithmic mean (a - b) / (ln a - ln b) of positive numbers; that of equal numbers is the number."""
    apart = np.log(a) - np.log(b)
    near = np.abs(apart) < _NEAR
    near_value = b * np.divide(np.expm1(apart), apart, out=np.ones_like(apart), where=near & (apart != 0))
    far_value = np.divide(a - b, apart, out=np.zeros_like(apart), where=~near)
    mean: _Array = np.where(near, near_value, far_value)
    return mean


def _mean_of_totals(before: _Array, after: _Array) -> float:
    was, became = before.prod(axis=0).sum(), after.prod(axis=0).sum()
    if was == 0 or became == 0:
        raise DecompositionError(_("A total of zero has no ratio. Ask for the additive effects instead."))
    return float(log_mean(np.array([became]), np.array([was]))[0])


def _same_names(start: Mapping[str, Values], end: Mapping[str, Values]) -> list[str]:
    if not start or set(start) != set(end):
        message = _("Start and end must name the same factors, one at least. Start: {start}. End: {end}.")
        raise DecompositionError(message.format(start=", ".join(start) or "-", end=", ".join(end) or "-"))
    return list(start)


def _table(names: list[str], factors: Mapping[str, Values], side: str) -> _Array:
    """Return the factors as a table, one row each."""
    rows = [_row(name, factors[name], side) for name in names]
    lengths = {name: len(row) for name, row in zip(names, rows, strict=True)}
    if len(set(lengths.values())) > 1:
        message = _("The factors of the {side} do not have the same categories: {lengths}.")
        listed = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise DecompositionError(message.format(side=side, lengths=listed))
    return np.array(rows)


def _row(name: str, values: Any, side: str) -> _Array:
    try:
        row = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    except (TypeError, ValueError):
        message = _("Factor {name} of the {side} must be a list of numbers, one for each category.")
        raise DecompositionError(message.format(name=name, side=side)) from None
    if not np.isfinite(row).all():
        message = _(
            "Factor {name} of the {side}: category {number} has no value. A missing value is not zero."
        )
        raise DecompositionError(message.format(name=name, side=side, number=_first(~np.isfinite(row))))
    if (row < 0).any():
        message = _("Factor {name} of the {side}: category {number} is negative, which has no logarithm.")
        raise DecompositionError(message.format(name=name, side=side, number=_first(row < 0)))
    return row


def _first(faulty: npt.NDArray[np.bool_]) -> int:
    """Return the place of the first fault, counted from one."""
    return int(np.argmax(faulty)) + 1
