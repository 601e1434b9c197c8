"""Our own assumptions: each has a name, a unit, a meaning and a reason, and an organisation may set its own value."""

from collections.abc import Mapping

from saleve.language import _
from saleve.method.problems import UnknownReferenceError
from saleve.method.reference.packages import table


def assumption(name: str, own_values: Mapping[str, float] | None = None) -> float:
    """Return the value of the assumption, or the organisation's own where it set one."""
    if own_values and name in own_values:
        return own_values[name]
    held = dict(table("assumptions", "assumptions").select("assumption_id", "value").iter_rows())
    if name not in held:
        raise UnknownReferenceError(_("There is no assumption named '{name}'.").format(name=name))
    return float(held[name])


def assumption_names() -> tuple[str, ...]:
    """Return the names of all assumptions."""
    return tuple(table("assumptions", "assumptions")["assumption_id"])
