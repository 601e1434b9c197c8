"""Tables that share their totals: which hidden sum follows from the sums that are shown, by adding and subtracting alone.

Each table of two ways can be safe by itself and still give a figure away together with another (linked tables; Hundepool et al.,
Statistical Disclosure Control, Wiley 2012). A sum follows from others exactly when it lies in the space that they span.
"""

import numpy as np
import numpy.typing as npt

Sums = npt.NDArray[
    np.bool_
]  # one row for each sum, one column for each part; true where the sum holds the part
_NOTHING = 1e-9  # what solving leaves of zero, relative
_MISSED = 1e-4  # of a part: what a sum that follows misses at most; any other misses far more


def given_away(shown: Sums, secret: Sums) -> dict[int, list[int]]:
    """Return, for each secret sum that follows from shown ones, the shown sums from which it does; both by their row."""
    if not len(shown) or not len(secret):
        return {}
    parts = np.unique(np.vstack([shown, secret]), axis=1).astype(
        float
    )  # parts that are always together are one
    known, asked = parts[: len(shown)], parts[len(shown) :]
    sizes, ways = np.linalg.eigh(known @ known.T)
    real = sizes > sizes.max() * _NOTHING
    share = ways[:, real] @ ((ways[:, real].T @ (known @ asked.T)) / sizes[real, None])  # of each shown sum
    missed = np.abs(known.T @ share - asked.T).max(axis=0)
    return {
        number: np.flatnonzero(np.abs(share[:, number]) > _MISSED).tolist()
        for number in np.flatnonzero(missed < _MISSED).tolist()
    }
