"""The rules that may change a value of a file: each has a name, is listed with what it did, and can be switched off."""

from dataclasses import dataclass

from saleve.language import _


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule changes, and what becomes of the row where the rule is switched off."""

    changes: str
    switched_off: str


def repair_rules() -> dict[str, Rule]:
    """Return every rule by its name, in the active language."""
    rejected = _("The row is rejected.")
    left = _("The value stays as it is, with a warning.")
    return {
        "code-lower-case": Rule(
            _("A place code in small letters is read in capitals: gva as GVA."), rejected
        ),
        "code-superseded": Rule(
            _(
                "A place code that was not in use on the day of travel is read as the airport that follows it."
            ),
            rejected,
        ),
        "currency-renamed": Rule(
            _("An obsolete currency code is read as the present code of the same money: MXP as MXN."), left
        ),
        "date-next-year": Rule(
            _(
                "A return in January after a departure in December is put into the next year, where the dates have no year."
            ),
            left,
        ),
        "date-serial": Rule(_("A spreadsheet's count of days is turned into the date."), rejected),
        "iata-digit-for-letter": Rule(
            _("A digit in an airport code is read as the letter it looks like: G0A as GOA, J1B as JIB."),
            rejected,
        ),
        "icao-to-iata": Rule(
            _("A code of four letters is read as the airport's code of three letters: LSGG as GVA."), rejected
        ),
        "merged-filled-down": Rule(
            _("The value of a cell that is merged downwards is given to each of its rows."),
            _("The lower rows stay empty there, with a warning."),
        ),
        "refrigerant-letter-completed": Rule(
            _(
                "A refrigerant without its last letter is read as the only one that it can be: R-410 as R-410A."
            ),
            rejected,
        ),
    }
