"""What the steps of a bridge and the kinds of changes are called in a document."""

from saleve.language import _


def step_name(step: str) -> str:
    """Return the step of a bridge in words."""
    names = {
        "correction": _("Corrected data"),
        "boundary": _("Boundary"),
        "factor_edition": _("Edition of factors"),
        "method": _("Method"),
        "headcount": _("Number of persons"),
        "flights_per_person": _("Flights per person"),
        "flights": _("Number of flights"),
        "mix_category": _("Mix of categories of traveller"),
        "mix_haul": _("Mix of hauls"),
        "mix_cabin": _("Mix of cabins"),
        "km_per_flight": _("Kilometres per flight"),
        "kg_per_km": _("kg CO₂e per passenger-kilometre"),
        "floor_area": _("Floor area"),
        "degree_days": _("Weather (degree days)"),
        "kwh_per_m2": _("Energy per square metre"),
        "energy_mix": _("Mix of energy"),
        "kg_per_kwh": _("kg CO₂e per kWh"),
        "activity": _("Amount"),
        "factor": _("kg CO₂e per unit"),
        "taken_over": _("Taken over as a total"),
        "data_came_or_went": _("Data of one year only"),
        "not_attributed": _("Not attributed"),
        "not_computed": _("Not computed"),
    }
    return names.get(step, step)


def trigger_name(trigger: str) -> str:
    """Return a kind of change to the base year in words."""
    names = {
        "structural_change": _("Change of structure"),
        "method_change": _("Change of method"),
        "error": _("Error"),
        "organic_growth": _("Organic growth"),
        "new_building": _("New or closed building"),
    }
    return names.get(trigger, trigger)


def break_name(kind: str) -> str:
    """Return a kind of break of a series in words."""
    names = {"perimeter": _("Perimeter"), "method": _("Method"), "meter": _("Meters")}
    return names.get(kind, kind)


def kind_name(kind: str) -> str:
    """Return a kind of restatement in words."""
    names = {
        "method": _("Another method"),
        "error": _("An error was corrected"),
        "structure": _("The structure of the organisation changed"),
        "factor_edition": _("Another edition of factors"),
    }
    return names.get(kind, kind)
