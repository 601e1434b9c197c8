"""What the codes of an inventory are called in a document."""

import hashlib
import re
import unicodedata
from functools import lru_cache

from saleve.language import _, active_language


def label(dimension: str, code: object) -> str:
    """Return the name of a source, category, haul ... ; a name given by the organisation stays as it is."""
    if code is None or code == "":
        return _("Not assigned")
    if dimension == "quality":
        return _quality(str(code))
    known = names_by_dimension().get(dimension, {}).get(str(code))
    if known:
        return known
    return str(code) if dimension in _GIVEN_BY_ORGANISATION else _readable(str(code))


def _quality(code: str) -> str:
    """Return the tiers of a method, separated by semicolons, in words."""
    known = names_by_dimension()["quality"]
    return "; ".join(known.get(part, _plain(part)) for part in code.split("; "))


def within_sentence(name: str) -> str:
    """Return the name as it stands within a sentence: a small letter first, unless it is an abbreviation or a code."""
    word = name.split(" ", maxsplit=1)[0]
    return name if word[1:] != word[1:].lower() else name[:1].lower() + name[1:]


def slug(code: object) -> str:
    """Return the code as it stands in the name of a figure: letters, digits, ``_`` and ``-``, at most 40 signs."""
    if code is None or code == "":
        return "unassigned"
    plain = unicodedata.normalize("NFKD", str(code)).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")
    if words and len(words) <= _LONGEST_SLUG:
        return words
    return f"{words[:30]}-{hashlib.sha256(str(code).encode()).hexdigest()[:8]}".lstrip("-")


_GIVEN_BY_ORGANISATION = {"unit", "site"}
_LONGEST_SLUG = 40


def _readable(code: str) -> str:
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]


def _plain(code: str) -> str:
    return code.replace("_", " ").replace("-", " ")


def names_by_dimension() -> dict[str, dict[str, str]]:
    """Return every code that has a name: dimension -> code -> name in the active language."""
    return _names(active_language())


@lru_cache
def _names(_language: str) -> dict[str, dict[str, str]]:
    """Return the names in the active language, which is the argument: a report asks thousands of times."""
    return {
        "source": {
            "air_travel": _("Air travel"),
            "electricity": _("Electricity"),
            "fuels": _("Fuels"),
            "district_energy": _("District heat and cooling"),
            "refrigerants": _("Refrigerants"),
            "reported_emissions": _("Figures taken over"),
            "ground_travel": _("Ground travel"),
            "vehicles": _("Vehicles"),
            "waste": _("Waste"),
            "water": _("Water"),
            "paper": _("Paper"),
            "hotels": _("Hotels"),
            "events": _("Events"),
            "procurement": _("Procurement"),
            "ict": _("Information technology"),
            "virtual_meetings": _("Virtual meetings"),
            "commuting": _("Commuting"),
            "offsets": _("Carbon offsets"),
            "facilities": _("Facilities"),
            "headcount": _("Headcount"),
            "floor_area": _("Floor area"),
        },
        "category": {
            "staff_mission": _("Staff missions"),
            "interpreter": _("Interpreters"),
            "consultant": _("Consultants"),
            "councillor": _("Councillors"),
            "fellow": _("Fellows"),
            "other_non_staff": _("Other non-staff"),
            "home_leave": _("Home leave"),
            "grid_losses": _("Losses in the grid"),
            "primary_fibre": _("Paper of new fibre"),
            "recycled_fibre": _("Paper of recycled fibre"),
            "participants_travel": _("Journeys of participants"),
            "venue_energy": _("Energy of the venue"),
            "remote_participation": _("Participation from afar"),
            "meal": _("Meals"),
            "meal_vegetarian": _("Vegetarian meals"),
            "metro_tram": _("Metro and tram"),
            "rental_car": _("Rental car"),
            "private_car": _("Private car"),
            "electric_car": _("Electric car"),
            "public_transport": _("Public transport"),
            "e_bike": _("Electric bicycle"),
            "road": _("Road, kind not known"),
            "telework": _("Work from home"),
        },
        "haul": {
            "short": _("Short haul"),
            "medium": _("Medium haul"),
            "long": _("Long haul"),
        },
        "cabin": {
            "economy": _("Economy"),
            "premium_economy": _("Premium economy"),
            "business": _("Business"),
            "first": _("First"),
            "average": _("Cabin not known (average seat)"),
        },
        "scope": {
            "1": _("Scope 1: burnt or released on site"),
            "2": _("Scope 2: purchased energy"),
            "3": _("Scope 3: official travel and other indirect emissions"),
        },
        "gas": {
            "co2": _("Carbon dioxide (CO₂)"),
            "ch4": _("Methane (CH₄)"),
            "n2o": _("Nitrous oxide (N₂O)"),
            "fgas": _("Fluorinated gases (HFC, PFC, SF₆, NF₃)"),
            "unsplit": _("Published as CO₂e only"),
        },
        "boundary": {
            "minimum": _("minimum boundary"),
            "optional": _("optional"),
            "memo": _("memo item"),
            "offset": _("offset"),
        },
        "state": {
            "complete": _("complete"),
            "partial": _("in part"),
            "missing": _("missing"),
            "not_computed": _("not computed"),
        },
        "quality": {
            "ticket": _("aircraft as on the ticket"),
            "route_table": _("aircraft of the organisation's route table"),
            "route_group_band": _("usual aircraft of the route group and distance"),
            "band": _("usual aircraft of the distance"),
            "not-computed": _("not computed"),
            "airport-unknown": _("not computed, airport unknown"),
            "lump-sum-without-average": _("lump sum without home place or average"),
            "lump-sum-journey": _("lump sum, flight to the home place"),
            "lump-sum-own-average": _("lump sum, own average"),
            "lump-sum-ticket-average": _("lump sum, average of ticketed home leave"),
            "no-factor": _("no factor held"),
            "supplied": _("figure taken over as supplied"),
            "refill": _("refilled amounts"),
            "national-factor": _("factor of the country"),
            "site-factor": _("own factor of the site"),
            "city-factor": _("own factor of the city"),
            "regional-average": _("factor of the region"),
            "world-average": _("average of the world"),
            "uk-factor-of-the-fuel": _("factor of the fuel, UK edition"),
            "ipcc-default": _("default factor of the IPCC"),
            "supplier-factor": _("factor of the supplier"),
            "factor-of-the-network": _("factor of the network"),
            "factor-of-another-year": _("factor of another year"),
            "estimated-amount": _("estimated amount"),
            "proxy-last-year": _("proxy: the same month of the year before"),
            "proxy-neighbours": _("proxy: the months before and after"),
            "proxy-per-person": _("proxy: use per person of other sites"),
            "proxy-per-m2": _("proxy: use per square metre of other sites"),
            "certificate": _("certificates"),
            "factor-of-another-country": _("factor of another country"),
            "median-of-countries": _("median of all countries held"),
            "country-not-known": _("country not known"),
            "average-car": _("average car"),
            "kind-of-vehicle-not-known": _("kind of vehicle not known"),
            "distance-from-places": _("distance taken from the places"),
            "distance-instead-of-fuel": _("distance, as the fuel is not known"),
            "energy-from-distance": _("energy taken from the distance"),
            "hybrid-taken-as-petrol": _("hybrid taken to burn petrol"),
            "only-cost-known": _("not computed, only its cost is known"),
            "distance-not-known": _("not computed, distance not known"),
            "origin-not-known": _("not computed, origin not known"),
            "local-journey": _("not computed, journey within the place"),
            "days-not-known": _("not computed, days not known"),
            "nobody-came": _("nobody came"),
            "no-direct-flight": _("no direct flight; UK factor of the distance"),
            "no-fuel": _("on foot or by bicycle"),
            "weeks-assumed": _("weeks a year assumed"),
            "hours-assumed": _("hours a day assumed"),
            "energy-of-network": _("energy of the network, wide range"),
            "own-renewable-power": _("own renewable power"),
            "no-residual-mix": _("average of the grid for want of a residual mix"),
            "renewable-without-certificates": _("called renewable, without certificates"),
            "calorific-basis-assumed": _("calorific basis assumed"),
            "converted-by-density-or-heating-value": _("amount converted"),
            "losses-of-another-country": _("grid losses of another country"),
            "treatment-not-stated": _("treatment not stated"),
            "energy-recovery-unknown": _("burnt, energy recovery not stated"),
            "own-water-source": _("own water, pumped with power that the bills count"),
            "water-by-lorry-or-bottle": _("water by lorry or in bottles"),
            "recycled-share-not-stated": _("share of recycled fibre not stated, taken as new"),
            "paper-weight-assumed": _("size or weight of the paper assumed"),
            "average-of-the-device": _("average device of its kind"),
            "perhaps-in-electricity-bills": _("perhaps in the electricity bills too"),
            "counted-by-quantity": _("counted elsewhere by quantity"),
            "counted-by-quantity-only": _("counted by quantity only, none loaded"),
            "buys-nothing": _("payments that buy nothing"),
            "tax-included": _("tax included in the amount"),
            "account-without-category": _("account without category"),
            "no-exchange-rate": _("no exchange rate"),
            "no-price-index": _("no price level"),
            "retired": _("certificates retired"),
            "retirement-date-missing": _("certificates without a day of retirement"),
            "aircraft-without-data": _("aircraft without seat data"),
            "mix-of-2019": _("aircraft mix of 2019"),
            "nearest-cabin": _("nearest cabin of the aircraft"),
            "cabin-default": _("cabin not known"),
            "place-metro": _("airport of a metropolitan code"),
            "place-city": _("airport of a named city"),
            "place-capital": _("airport of the capital"),
            "place-main_airport": _("main airport of the country"),
        },
        "indicator": {
            "co2e_t": _("Emissions"),
            "co2e_t_per_person": _("Emissions per person"),
            "co2e_kg_per_m2": _("Emissions of facilities per square metre"),
            "energy_kwh_per_m2": _("Energy per square metre"),
            "water_m3_per_person": _("Water per person"),
            "waste_kg_per_person": _("Waste per person"),
            "paper_kg_per_person": _("Paper per person"),
            "renewable_share_pct": _("Share of renewable electricity"),
            "recycling_share_pct": _("Share of waste recycled"),
            "area_m2_per_person": _("Floor area per person"),
            "trips_per_person": _("Air journeys per person"),
            "coverage_persons_pct": _("Coverage: persons at sites with complete data"),
            "coverage_sites_pct": _("Coverage: sites with complete data"),
            "coverage_periods_pct": _("Coverage: days with data"),
            "data_quality_pct": _("Data quality score"),
        },
        "emas": {
            "energy_mwh_per_person": _("Energy: total use"),
            "renewable_use_mwh_per_person": _("Energy: use of renewable electricity"),
            "renewable_generation_mwh_per_person": _("Energy: renewable electricity made on site"),
            "material_paper_t_per_person": _("Material: paper"),
            "water_m3_per_person": _("Water: total use"),
            "waste_t_per_person": _("Waste: total"),
            "waste_hazardous_kg_per_person": _("Waste: hazardous"),
            "land_m2_per_person": _("Land use"),
            "greenhouse_gases_t_co2e_per_person": _("Emissions: greenhouse gases"),
            "air_pollutants_kg_per_person": _("Emissions: air pollutants"),
            "office_energy_kwh_per_m2": _("Offices: energy per square metre"),
            "office_energy_kwh_per_person": _("Offices: energy per person"),
            "office_greenhouse_gases_kg_co2e_per_m2": _("Offices: greenhouse gases per square metre"),
            "office_greenhouse_gases_kg_co2e_per_person": _("Offices: greenhouse gases per person"),
            "office_water_m3_per_m2": _("Offices: water per square metre"),
            "office_water_m3_per_person": _("Offices: water per person"),
            "office_waste_kg_per_person": _("Offices: waste per person"),
        },
        "quantity": {
            "emissions": _("emissions of the minimum boundary"),
            "emissions_of_facilities": _("emissions of facilities"),
            "emissions_judged": _("emissions whose data have a known class"),
            "emissions_weighted": _("the same, weighted by class"),
            "energy": _("energy of buildings"),
            "electricity": _("electricity"),
            "renewable_electricity": _("renewable electricity, made or bought"),
            "renewable_generation": _("renewable electricity made on site"),
            "water": _("water used"),
            "waste": _("waste"),
            "waste_of_known_treatment": _("waste whose treatment is stated"),
            "waste_recycled": _("waste recycled, composted or digested"),
            "waste_hazardous": _("hazardous waste"),
            "paper": _("paper bought"),
            "air_journeys": _("air journeys"),
            "persons": _("persons"),
            "persons_covered": _("persons at sites with complete data"),
            "floor_area": _("floor area"),
            "sites": _("sites with expected data"),
            "sites_covered": _("sites with complete data"),
            "periods": _("days of the year, once for each metered source and site"),
            "periods_covered": _("days of them that have data"),
            "land": _("land (no source category of Salève holds it)"),
            "air_pollutants": _("air pollutants (no source category of Salève holds them)"),
        },
        "data_class": {
            "specific": _("measured activity and a specific factor"),
            "average": _("measured activity and an average factor"),
            "default": _("a default stood in for a part of the facts"),
            "proxy": _("a proxy, an estimate or a lump sum"),
        },
        "accounting_basis": {
            "direct": _("direct emissions"),
            "direct_generation": _("direct emissions of generation"),
            "direct_combustion": _("direct emissions of combustion"),
            "lifecycle_generation": _("life cycle of generation"),
            "lifecycle": _("life cycle"),
            "operation": _("operation of vehicle or building"),
            "supplier": _("as stated by the supplier"),
            "direct_release": _("direct release"),
            "end_of_life_cut_off": _("end of life, cut off at recycling and energy recovery"),
            "end_of_life_impacts": _("end of life, whole treatment"),
            "operation_of_utilities": _("running of the utilities"),
            "cradle_to_gate": _("making, from raw materials on"),
            "supply_chain": _("chain of suppliers"),
            "certificates_retired": _("certificates retired"),
            "as reported": _("as in the report taken over"),
        },
        "basis": {
            "location": _("location-based (average of the grid)"),
            "market": _("market-based (contracts and certificates)"),
        },
    }
