"""What makes a whole file unreadable; a fault in one row is a problem in a table, never an exception."""

from saleve.method.problems import SaleveError


class FileRefusedError(SaleveError):
    """A file that cannot be read as a table; the message says what it is and what to do."""
