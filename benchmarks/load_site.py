"""Makes a workspace ready for ``load.py``: database and figures; with roles as further arguments one signed-in person for each.

Prints the cookies of their sessions as JSON: signing in by password is limited in number, and is no page that is read.
"""

import json
import sys
from pathlib import Path

from saleve.ems.figures import refresh
from saleve.ems.site.serving import prepare


def main() -> None:
    """Prepare the folder, or sign people in."""
    folder, roles = Path(sys.argv[1]), sys.argv[2:]
    prepare(folder)
    if roles:
        print(json.dumps([_cookie(number, role) for number, role in enumerate(roles)]))
    else:
        refresh(folder)


def _cookie(number: int, role: str) -> str:
    from django.conf import settings  # noqa: PLC0415 - after the settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    from saleve.ems.people.accounts import Given, invite  # noqa: PLC0415
    from saleve.ems.people.permissions import Role, Scope  # noqa: PLC0415

    held = Role(role)
    scope = (
        Scope(categories=frozenset({"electricity", "air_travel"})) if held is Role.FOCAL_POINT else Scope()
    )
    person = invite(f"load-{number}@example.org", f"Person {number}", [Given(held, scope)])[0]
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


if __name__ == "__main__":
    main()
