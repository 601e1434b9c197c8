"""`saleve serve`, `saleve verify-log` and `saleve people`: the site of a workspace. Django is loaded here, when a command asks for it."""

from pathlib import Path
from typing import Annotated

import typer

from saleve.cli.printing import print_table, say
from saleve.ems.settings import WorkspaceError
from saleve.language import _

group = typer.Typer(help="People with an account at the site.", no_args_is_help=True)
PORT = 8000
Folder = Annotated[Path, typer.Argument(help="The folder with saleve.toml.")]
Port = Annotated[int, typer.Option(help="Where the site answers.")]


def serve(
    folder: Folder,
    *,
    port: Port = PORT,
    host: Annotated[str, typer.Option(help="The address of this machine to answer at.")] = "127.0.0.1",
) -> None:
    """Open the web pages of a workspace, until Ctrl-C."""
    from saleve.ems.site.serving import prepare  # noqa: PLC0415

    prepare(folder)
    _serve(host, port)


def verify_log(folder: Folder) -> None:
    """Prove that no entry of the audit log was changed or taken out; print number and hash of the last one, to be noted elsewhere."""
    from saleve.ems.site.serving import open_database  # noqa: PLC0415

    open_database(folder)
    from saleve.ems.audit_log.log import verify  # noqa: PLC0415

    proof = verify()
    if proof.fault:
        text = _("{fault} The {count} entries before it hold.")
        raise WorkspaceError(text.format(fault=proof.fault, count=proof.entries))
    text = _("The audit log holds. Entries: {count}; hash of the last: {hash}")
    say(text.format(count=proof.entries, hash=proof.last))


@group.command("invite")
def invite(
    folder: Folder,
    email: Annotated[str, typer.Argument(help="The address with which the person signs in.")],
    *,
    name: Annotated[str, typer.Option(help="The name that others see.")] = "",
    role: Annotated[list[str], typer.Option(help="A role; several times for several.")],
    port: Port = PORT,
) -> None:
    """Make an account and print the link by which the person chooses a password."""
    from saleve.ems.site.serving import open_database  # noqa: PLC0415

    open_database(folder)
    from saleve.ems.people.accounts import Given, invite  # noqa: PLC0415
    from saleve.ems.people.permissions import Role  # noqa: PLC0415

    unknown = sorted(set(role) - {one.value for one in Role})
    if unknown:
        text = _("There is no role {role}. Roles are: {roles}.")
        raise WorkspaceError(text.format(role=unknown[0], roles=", ".join(Role)))
    _person, secret = invite(email, name, [Given(Role(one)) for one in role])
    _say_link(secret, port)


@group.command("link")
def link(
    folder: Folder,
    email: Annotated[str, typer.Argument(help="Whose.")],
    *,
    forget_second_factor: Annotated[bool, typer.Option(help="The person lost it.")] = False,
    port: Port = PORT,
) -> None:
    """Print a new link by which a person chooses a password."""
    from saleve.ems.site.serving import open_database  # noqa: PLC0415

    open_database(folder)
    from saleve.ems.people.accounts import find_person, forget_second_factors, new_link  # noqa: PLC0415

    person = find_person(email)
    if forget_second_factor:
        forget_second_factors(person)
    _say_link(new_link(person), port)


@group.command("list")
def list_people(folder: Folder) -> None:
    """List everybody with an account."""
    from saleve.ems.site.serving import open_database  # noqa: PLC0415

    open_database(folder)
    from saleve.ems.people.models import Person  # noqa: PLC0415

    words = {"active": _("active"), "invited": _("invited"), "closed": _("deactivated")}
    rows = [
        (
            person.email,
            person.name,
            ", ".join(grant.role for grant in person.grants.all()),
            words[person.state],
        )
        for person in Person.objects.prefetch_related("grants")
    ]
    print_table(
        _("People"),
        [(_("E-mail"), "left"), (_("Name"), "left"), (_("Roles"), "left"), (_("State"), "left")],
        rows,
    )


def serve_demo(folder: Path, *, port: int = PORT) -> None:
    """Make an account for each role, print its new password once, and open the site."""
    from saleve.ems.site.serving import prepare  # noqa: PLC0415

    prepare(folder)
    from saleve.ems.people.demo import make_demo_accounts  # noqa: PLC0415

    headings = [(_("Role"), "left"), (_("E-mail"), "left"), (_("Password"), "left")]
    print_table(_("Accounts of the demonstration; passwords are shown once"), headings, make_demo_accounts())
    _serve("127.0.0.1", port)


def _serve(host: str, port: int) -> None:
    from saleve.ems.site.serving import serve as answer  # noqa: PLC0415

    say(
        _("The site is open at {address} until you press Ctrl-C.").format(address=f"http://{host}:{port}"),
        "bold",
    )
    answer(host=host, port=port)


def _say_link(secret: str, port: int) -> None:
    say(_("Hand this link over; it works once, within seven days, while the site is open:"))
    say(f"http://127.0.0.1:{port}/invitations/{secret}/")


COMMANDS = (serve, verify_log)
