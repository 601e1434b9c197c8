"""What a ledger cannot do for a person, told in a sentence; a fault in one row is a finding, never an exception."""

from saleve.method.problems import SaleveError


class LedgerError(SaleveError):
    """A batch, row or version that the ledger does not have, or a ledger that cannot be used as it is."""


class EvidenceError(LedgerError):
    """A file that the evidence store does not hold (any more)."""
