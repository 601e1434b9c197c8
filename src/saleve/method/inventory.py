"""The greenhouse-gas inventory of an organisation: cells, totals, ranges, indicators, completeness."""
