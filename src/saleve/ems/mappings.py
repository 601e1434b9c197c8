"""Teaching what the headers of a sender mean, once; and templates that need no teaching."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from saleve.ems.workspace import Workspace
from saleve.language import _, for_reader
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.parsing.dates import Order
from saleve.ledger.intake.parsing.numbers import Evidence
from saleve.ledger.profiles import Profile
from saleve.ledger.proposing import Proposal, propose
from saleve.ledger.templates import write_template


@dataclass(frozen=True, slots=True)
class Taught:
    """What a person says of files with these headers beside their columns."""

    name: str
    columns: Mapping[str, str]
    constants: Mapping[str, str]
    category: str | None = None
    decimal_sign: Evidence | None = None
    date_order: Order | None = None
    missing_words: tuple[str, ...] = ()
    of_this_file: Mapping[str, str] = field(default_factory=dict)  # constants that are not to be kept


def propose_mapping(
    workspace: Workspace,
    path: Path,
    *,
    category: str | None = None,
    columns: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
) -> Proposal:
    """Return how a file would be read: each header with its column, how that is known, and sample values."""
    return propose(path, category=category, columns=columns, constants=constants, profiles=workspace.profiles)


def teach(workspace: Workspace, path: Path, taught: Taught) -> tuple[Path, Profile]:
    """Keep what was said of the headers of this file for all files with the same headers; return the file that holds it."""
    if not taught.name.strip():
        raise FileRefusedError(for_reader(_("Give the mapping a name: --name, such as Agency export."), _("Give the mapping a name, such as Agency export.")))  # fmt: skip
    proposal = propose(
        path,
        category=taught.category,
        columns=taught.columns,
        constants={**taught.of_this_file, **taught.constants},
        profiles=workspace.profiles,
    )
    if proposal.category is None:
        raise FileRefusedError(for_reader(_("Say of which category the file is: --category."), _("Choose of which source category the file is.")))  # fmt: skip
    if proposal.missing:
        message = for_reader(
            _("No header stands for {columns}, which is required. Say which with --column HEADER=COLUMN."),
            _("No header stands for {columns}, which is required. Choose it beside one of the headers."),
        )
        raise FileRefusedError(message.format(columns=", ".join(proposal.missing)))
    known = proposal.taught(taught.name)
    profile = replace(
        known,
        columns={**known.columns, **taught.columns},
        constants={**known.constants, **taught.constants},
        decimal_sign=taught.decimal_sign or known.decimal_sign,
        date_order=taught.date_order or known.date_order,
        missing_words=taught.missing_words or known.missing_words,
    )
    return workspace.profiles.save(profile), profile


def make_template(workspace: Workspace | None, category: str, language: str, out: Path) -> Path:
    """Write the fill-in template of a category; in a workspace its sites become a drop-down."""
    sites = [site.name for site in workspace.sites] if workspace else []
    return write_template(category, language, out, sites=sites)
