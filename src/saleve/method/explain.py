"""From a figure to its formula, factors, editions and rows."""
