"""The source categories, in the order in which an inventory lists them."""

from types import MappingProxyType, ModuleType

from saleve.method.activity import (
    air_travel,
    commuting,
    district_energy,
    electricity,
    events,
    floor_area,
    fuels,
    ground_travel,
    headcount,
    home_leave,
    hotels,
    ict,
    offsets,
    paper,
    procurement,
    refrigerants,
    reported_emissions,
    vehicles,
    virtual_meetings,
    waste,
    water,
)

_MODULES: tuple[ModuleType, ...] = (
    air_travel,
    home_leave,
    ground_travel,
    electricity,
    fuels,
    district_energy,
    refrigerants,
    vehicles,
    waste,
    water,
    paper,
    hotels,
    events,
    procurement,
    ict,
    virtual_meetings,
    commuting,
    offsets,
    headcount,
    floor_area,
    reported_emissions,
)

# name of the category -> its module, which has CATEGORY and normalise
CATEGORIES = MappingProxyType({module.CATEGORY.name: module for module in _MODULES})
