"""Every method that a result can name has its formula with its clause."""

import pytest

from saleve.method.emissions.aviation.parameters import METHODS
from saleve.method.emissions.formulas import formula

OTHERS = (
    "ghg-protocol-scope-2",
    "ghg-protocol-scope-2-location",
    "ghg-protocol-scope-2-market",
    "own-renewable-power",
    "own-factor",
    "uk-government-2024",
    "ipcc-2006",
    "mass-balance-AR5-kyoto",
)


@pytest.mark.parametrize("method", [*METHODS, *OTHERS])
def test_a_method_of_ours_is_not_described_as_taken_over(method):
    assert not formula(method).startswith("Taken over")


def test_a_figure_taken_over_names_who_computed_it():
    assert formula("ICAO calculator 3") == "Taken over as it was computed elsewhere: ICAO calculator 3."
