"""The hash-chained log of everything that was written and of each reading of personal rows."""
