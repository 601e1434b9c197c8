"""Our own assumptions: each has a name, a unit, a meaning and a reason, and an organisation may set its own value."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from saleve.language import _
from saleve.method.problems import UnknownReferenceError
from saleve.method.reference.packages import table, words

_own: ContextVar[Mapping[str, float]] = ContextVar("saleve_own_assumptions", default=MappingProxyType({}))


@contextmanager
def assuming(own_values: Mapping[str, float]) -> Iterator[None]:
    """Let every assumption inside the block be the organisation's own, where it set one."""
    token = _own.set(own_values)
    try:
        yield
    finally:
        _own.reset(token)


def assumption(name: str, own_values: Mapping[str, float] | None = None) -> float:
    """Return the value of the assumption, or the organisation's own where it set one."""
    own = own_values or _own.get()
    if name in own:
        return own[name]
    held = dict(table("assumptions", "assumptions").select("assumption_id", "value").iter_rows())
    if name not in held:
        raise UnknownReferenceError(_("There is no assumption named '{name}'.").format(name=name))
    return float(held[name])


def assumption_names() -> tuple[str, ...]:
    """Return the names of all assumptions."""
    return words("assumptions", "assumptions", "assumption_id")
