"""What is said of a year beside its three series."""

import pytest

from saleve.ems.changes import note_of_series


@pytest.mark.parametrize(
    ("not_frozen", "said"),
    [
        (["district_energy", "fuels"], "At the year's own factors: District heat and cooling, Fuels."),
        ([], ""),
        (None, "There is no inventory for this year."),
    ],
)
def test_a_year_says_which_sources_it_counts_at_its_own_factors(not_frozen, said):
    assert note_of_series(not_frozen) == said
