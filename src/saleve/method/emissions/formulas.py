"""The formula of each method in words, with its clause; the pages of docs/method say more."""

from saleve.language import _


def formula(method: str) -> str:
    """Return the formula of a method as the column ``method`` of a result names it."""
    exact = _formulas()
    if method in exact:
        return exact[method]
    begun = next((text for start, text in _families().items() if method.startswith(start)), None)
    if begun:
        return begun.format(method=method)
    return _("Taken over as it was computed elsewhere: {method}.").format(method=method)


def _formulas() -> dict[str, str]:
    return {
        "icao-13.1": _(
            "kg CO2 = passengers × 3.16 × fuel of the flight × passenger-to-cargo factor × area factor of the cabin"
            " ÷ (economy seat equivalents × passenger load factor). ICAO Carbon Emissions Calculator Methodology v13.1,"
            " section 3 and appendices A to C."
        ),
        "icao-9": _(
            "kg CO2 = passengers × 3.16 × fuel of the flight × passenger-to-cargo factor × cabin factor"
            " ÷ (economy seats × passenger load factor). ICAO Carbon Emissions Calculator Methodology v9, section 4."
        ),
        "tim": _(
            "kg CO2e = passengers × 3.1894 × fuel of the flight × passenger share × class factor ÷ (weighted seats × load"
            " factor), in the style of the Travel Impact Model with ICAO's fuel tables."
        ),
        "desnz": _(
            "kg CO2e = passengers × great circle distance × UK Government conversion factor of the year, without radiative"
            " forcing."
        ),
        "ghg-protocol-scope-2-location": _(
            "kg CO2e = kWh × average factor of the grid of the place and year. GHG Protocol Scope 2 Guidance, location-based"
            " method."
        ),
        "ghg-protocol-scope-2-market": _(
            "kg CO2e = kWh without certificate × factor of the supplier, else of the grid; kWh with certificate count zero."
            " GHG Protocol Scope 2 Guidance, market-based method."
        ),
        "ghg-protocol-scope-2": _(
            "kg CO2e = kWh × factor of the supplier, else of the network, else the national one. GHG Protocol Scope 2"
            " Guidance."
        ),
        "grid-losses": _(
            "kg CO2e = emission by location × share lost in transmission and distribution, scope 3. GHG Protocol Corporate"
            " Value Chain Standard (2011), category 3."
        ),
        "own-factor": _(
            "kg CO2e = amount × the factor of the organisation's own table, by site, supplier, city, country, region or world. Its"
            " source is told with the factor."
        ),
        "waste-uk-government": _(
            "kg CO2e = tonnes × UK Government factor of the stream and its treatment: landfill as it emits, other treatments"
            " up to the plant. GHG Protocol Corporate Value Chain Standard (2011), category 5."
        ),
        "waste-ademe": _(
            "kg CO2e = tonnes × factor of ADEME's Base Carbone for the stream and its whole treatment. GHG Protocol Corporate"
            " Value Chain Standard (2011), category 5."
        ),
        "water-by-volume": _(
            "kg CO2e = m3 supplied × factor of supply, m3 of sewage × factor of treatment. GHG Protocol Corporate Value Chain"
            " Standard (2011), categories 1 and 5."
        ),
        "own-water-source": _("Own water counts zero: the electricity bills hold the power of its pumps."),
        "paper-by-mass": _(
            "kg CO2e = tonnes of new fibre × its factor, tonnes of recycled fibre × its factor. GHG Protocol Corporate Value"
            " Chain Standard (2011), category 1."
        ),
        "spend-with-margins": _(
            "kg CO2e = amount × exchange rate of its year × price level of 2022 ÷ that of its year × factor of the sector, trade"
            " margins included. GHG Protocol Technical Guidance for Scope 3 (2013), category 1."
        ),
        "spend-without-margins": _(
            "kg CO2e = amount × exchange rate of its year × price level of 2022 ÷ that of its year × factor of the sector, without"
            " trade margins. GHG Protocol Technical Guidance for Scope 3 (2013), category 1."
        ),
        "counted-by-quantity": _("Counts zero here: another source or row counts the same by its quantity."),
        "buys-nothing": _("Counts zero: salaries, grants, taxes and the like buy no goods and services."),
        "device-made": _(
            "kg CO2e = devices bought × making of one device of the kind. GHG Protocol Corporate Value Chain Standard (2011),"
            " category 2."
        ),
        "kwh-by-location": _(
            "kg CO2e = kWh of data centres and cloud services outside the electricity bills × average factor of their grid."
            " GHG Protocol Corporate Value Chain Standard (2011), category 1."
        ),
        "offsets-retired": _("kg CO2e retired = certificates × 1,000 kg; never netted. ISO 14064-1:2018."),
        "own-renewable-power": _("kWh made on site from sun, wind or water count zero."),
        "no-fuel": _("Journeys on foot and by bicycle count zero."),
        "distance-grid": _(
            "kg CO2e = km × kWh per km of an electric car × average factor of the grid of the place and year."
        ),
        "room-nights": _(
            "kg CO2e = rooms × nights × factor of the country. GHG Protocol Scope 3 Standard, category 6 (hotel stays)."
        ),
        "telework-hours": _(
            "kg CO2e = days at home × hours a day × factor of an hour worked at home. GHG Protocol Scope 3 Standard, category 7."
        ),
        "participant-hours": _(
            "kg CO2e = participant-hours × kWh of one participant and hour × factor of the grid."
        ),
        "event-items": _(
            "kg CO2e = amount × factor: kWh of the venue at the grid of the place, meals, vegetarian meals, kg of paper."
        ),
    }


def _families() -> dict[str, str]:
    return {
        "uk-government": _(
            "kg CO2e = amount × (CO2 + CH4 + N2O factor of the fuel, with the calorific basis of its unit). UK Government"
            " conversion factors ({method})."
        ),
        "ipcc": _(
            "kg CO2 = amount × net calorific value × carbon content × 44 ÷ 12. IPCC 2006 Guidelines, volume 2, chapter 1"
            " ({method})."
        ),
        "distance-": _(
            "kg CO2e = passenger-km, or km of a car or taxi, × factor of the way to travel. GHG Protocol Scope 3 Standard,"
            " distance-based method ({method})."
        ),
        "mass-balance": _(
            "kg CO2e = (kg refilled − kg recovered) × global warming potential of the gas or blend. IPCC 2006 Guidelines,"
            " volume 3, chapter 7 ({method})."
        ),
    }
