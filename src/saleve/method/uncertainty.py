"""Error propagation with shared factors treated as correlated (IPCC 2006 Guidelines, vol. 1, ch. 3, approach 1)."""
