"""Make the reference data packages of Salève from the files of ``../shared/reference``.

``python tools/curate_reference.py [--into FOLDER] [PACKAGE ...]``: all packages, or those named. Packages that are not listed
here (airports, countries, assumptions, parameters of air travel) are kept by hand.
"""

import argparse
from pathlib import Path

from curation import (
    air_travel,
    aircraft,
    district,
    emas,
    fuels,
    grid,
    icao,
    ict,
    losses,
    paper,
    refrigerants,
    spending,
    travel,
    waste,
    water,
)
from curation.package import TARGET, write

PACKAGES = {
    "icao_calculator": icao.package,
    "aircraft_codes": aircraft.codes,
    "aircraft_seats": aircraft.seats,
    "aircraft_mix": aircraft.mix,
    "air_travel_desnz": air_travel.desnz,
    "air_travel_tim": air_travel.tim,
    "grid_intensity": grid.package,
    "fuels": fuels.package,
    "district_energy": district.package,
    "gwp": refrigerants.gwp,
    "refrigerants": refrigerants.refrigerants,
    "waste": waste.package,
    "water": water.package,
    "paper": paper.package,
    "spending": spending.package,
    "ict": ict.package,
    "grid_losses": losses.package,
    "ground_travel": travel.ground_travel,
    "hotels": travel.hotels,
    "commuting": travel.commuting,
    "events": travel.events,
    "virtual_meetings": travel.virtual_meetings,
    "emas_core_indicators": emas.package,
}


def main() -> None:
    """Write the packages named, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*", metavar="PACKAGE")
    parser.add_argument("--into", type=Path, default=TARGET)
    given = parser.parse_args()
    for name in given.packages or PACKAGES:
        write(PACKAGES[name](), given.into)
        print(name)


if __name__ == "__main__":
    main()
