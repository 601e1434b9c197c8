"""The source categories, in the order in which an inventory lists them."""

from types import MappingProxyType, ModuleType

from saleve.method.activity import (
    air_travel,
    district_energy,
    electricity,
    floor_area,
    fuels,
    headcount,
    home_leave,
    ict,
    offsets,
    paper,
    procurement,
    refrigerants,
    reported_emissions,
    waste,
    water,
)

_MODULES: tuple[ModuleType, ...] = (
    air_travel,
    home_leave,
    electricity,
    fuels,
    district_energy,
    refrigerants,
    waste,
    water,
    paper,
    procurement,
    ict,
    offsets,
    headcount,
    floor_area,
    reported_emissions,
)

# name of the category -> its module, which has CATEGORY and normalise
CATEGORIES = MappingProxyType({module.CATEGORY.name: module for module in _MODULES})
