"""Make the reference data packages of Salève from the files of ``../shared/reference``.

Run ``python tools/curate_reference.py`` (all packages) or name the packages to make anew.
"""

import sys

from curation import air_travel, aircraft, district, fuels, grid, icao, refrigerants
from curation.package import write

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
}


def main(names: list[str]) -> None:
    """Write the packages named, or all of them."""
    for name in names or PACKAGES:
        write(PACKAGES[name]())
        print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
