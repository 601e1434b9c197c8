"""What pages show, computed once and kept: ``refresh`` computes, ``read`` reads, ``state_key`` tells whether anything moved (decision 9)."""

from saleve.ems.figures.holdings import USES
from saleve.ems.figures.reading import About, Figures, View, read
from saleve.ems.figures.refreshing import RefreshCancelledError, refresh
from saleve.ems.figures.state import State, state, state_key

__all__ = [
    "USES",
    "About",
    "Figures",
    "RefreshCancelledError",
    "State",
    "View",
    "read",
    "refresh",
    "state",
    "state_key",
]
