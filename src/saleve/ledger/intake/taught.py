"""A profile beside a sheet: used where the headers are the same, a question where they changed, else nothing."""

from collections.abc import Mapping

from saleve.language import _
from saleve.ledger.intake.contents import contradicts
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.findings import Findings
from saleve.ledger.intake.mapping import Cells, ColumnMapping
from saleve.ledger.intake.parsing.text import folded, squeezed
from saleve.ledger.profiles import Profile, ProfileChangedError, ProfileStore, resemblance
from saleve.method.schema import Category

_SHOWN_SAMPLES = 3


def profile_for(
    taught: Profile | ProfileStore | None, headers: tuple[str, ...], *, confirmed: bool = False
) -> Profile | None:
    """Return the profile that was taught on these headers, or None.

    Where the headers only resemble those of a profile: ProfileChangedError, or the profile of the headers that remain if a
    person has ``confirmed`` it.
    """
    if taught is None:
        return None
    found = taught.find(headers) if isinstance(taught, ProfileStore) else resemblance(taught, headers)
    if found is None or not (found.exact or found.near):
        return None
    if found.near and not confirmed:
        raise ProfileChangedError(found)
    return found.profile if found.exact else found.profile.adapted(headers)


def known_headers(taught: Profile | ProfileStore | None) -> frozenset[str]:
    """Return the squeezed headers of the profiles, by which a header row is recognised."""
    profiles = taught.list() if isinstance(taught, ProfileStore) else [taught] if taught else []
    return frozenset(squeezed(header) for profile in profiles for header in profile.headers)


def columns_of(
    profile: Profile | None, headers: tuple[str, ...], stated: Mapping[str, str]
) -> dict[str, str]:
    """Return header -> column as the profile knows it, under the file's own spelling; the user's word holds before it."""
    if profile is None:
        return dict(stated)
    spelled = {folded(header): header for header in headers}
    known = {
        spelled[folded(header)]: column
        for header, column in profile.columns.items()
        if folded(header) in spelled
    }
    return known | dict(stated)


def report_teaching(
    cells: Cells, mapping: ColumnMapping, profile: Profile | None, findings: Findings
) -> None:
    """Report the profile that was used and every column that was guessed."""
    if profile is not None:
        findings.add("profile-used", name=profile.name)
    for match in mapping.matches:
        if match.how == "content":
            samples = ", ".join(f"'{cell}'" for cell in cells[match.header][:_SHOWN_SAMPLES])
            findings.add("column-guessed", column=match.header, meaning=match.column, samples=samples)


def refuse_exchanged(
    cells: Cells, mapping: ColumnMapping, category: Category, profile: Profile | None
) -> None:
    """Refuse a file in which a header stands over cells of another kind than when the profile was taught."""
    taught = {folded(header) for header in profile.columns} if profile else set()
    for match in mapping.matches:
        shown = cells[match.header] if folded(match.header) in taught else []
        if profile and contradicts(shown, category.column(match.column)):
            message = _(
                "The profile '{profile}' says that '{header}' is {column}, but its cells are not, such as '{cell}'. "
                "Were headers exchanged? Correct them, or teach the profile again."
            )
            raise FileRefusedError(
                message.format(profile=profile.name, header=match.header, column=match.column, cell=shown[0])
            )
