"""Opening a workspace as a site: database made or moved on, static files collected, the server started."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from saleve.ems.acts import account
from saleve.ems.figures import read
from saleve.ems.settings import WorkspaceError, read_settings
from saleve.ems.site.configuration import FOLDER_VARIABLE
from saleve.ems.staging import forget_old
from saleve.language import _

_INTERACTIVE = "vega.js"  # Vega, Vega-Lite and their embedding, as vl-convert ships them

_OWNER_FILE, _OWNER_FOLDER = 0o600, 0o700


def prepare(folder: Path) -> None:
    """Let this process use the site of the folder and serve its pages: database, and the files that pages load."""
    read_settings(folder)  # a mistake in saleve.toml is told in words before anything is made
    make_files(folder / ".site" / "made")
    open_database(folder)
    from django.core.management import call_command  # noqa: PLC0415 - after the settings

    call_command("collectstatic", interactive=False, verbosity=0, clear=False)


def open_database(folder: Path) -> None:
    """Let this process use the site of the folder, with the database at its newest form."""
    connect(folder)
    from django.conf import settings  # noqa: PLC0415 - after the settings
    from django.core.management import call_command  # noqa: PLC0415

    keep_private(folder, settings.DATABASES["default"]["NAME"])
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def connect(folder: Path) -> None:
    """Load Django with the settings of the folder."""
    read_settings(folder)  # a mistake in saleve.toml is told in words before anything starts
    os.environ[FOLDER_VARIABLE] = str(folder.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "saleve.ems.site.settings"
    import django  # noqa: PLC0415 - the command line must start without it

    django.setup()


def serve(*, host: str = "127.0.0.1", port: int = 8000, workers: int = 2) -> None:
    """Answer until the person stops it, with a worker for long work beside; ``prepare`` comes before.

    The server divides into workers by copying its process. A process that has loaded Polars must not be copied: its threads are not,
    and the copy waits for them for ever. So a fresh process is the server, and this one waits for its end.
    """
    from saleve.ems.jobs.worker import Beside  # noqa: PLC0415 - the command line must start without it

    _let_signals_end_waiting()
    _refuse_taken(host, port)
    _put_in_order()
    said = ["--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers)]
    said += ["--blocking-threads", "4", "--no-ws", "--respawn-failed-workers", "--log-level", "warning"]
    command = [sys.executable, "-m", "granian", *said, "saleve.ems.site.wsgi:application"]
    sys.stdout.flush()
    server = subprocess.Popen(command, start_new_session=True)  # Ctrl-C reaches this process alone
    with Beside(), suppress(KeyboardInterrupt):
        server.wait()
    server.terminate()
    server.wait()


def _let_signals_end_waiting() -> None:
    """Have Ctrl-C, and the end that a service manager asks for, interrupt this process while it waits.

    Polars puts a handler of its own in front of Python's, after which the system takes up waiting again and Python never looks.
    """
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.default_int_handler)


def _refuse_taken(host: str, port: int) -> None:
    """Refuse a port on which another program answers: the server would share it in silence, and half of the answers be the other's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as fault:
        text = _("The port {port} of {host} cannot be used: {reason}. Stop the program that uses it, or choose another with --port.")  # fmt: skip
        reason = fault.strerror or str(fault)
        raise WorkspaceError(text.format(port=port, host=host, reason=reason)) from None


def _put_in_order() -> None:
    """Forget files that waited too long; put the computation in line where pages would show nothing, or an earlier state."""
    from django.conf import settings  # noqa: PLC0415 - after the settings

    from saleve.ems.jobs.starting import refresh_figures  # noqa: PLC0415

    forget_old(settings.WORKSPACE)
    kept = read(settings.WORKSPACE)
    if kept is None or kept.stale:
        refresh_figures(account())


def keep_private(folder: Path, name: str | Path) -> None:
    """Let nobody but the owner of the folder open the database in it (sessions, passwords as hashes), and files that were brought."""
    (folder / ".site").mkdir(exist_ok=True)
    (folder / ".site").chmod(_OWNER_FOLDER)
    if isinstance(name, Path):  # SQLite; what it writes beside takes the mode of its file
        name.touch(_OWNER_FILE)
        name.chmod(_OWNER_FILE)


def make_files(folder: Path) -> None:
    """Write the script of interactive charts from the installed package, once for each version of it."""
    path, mark = folder / "made" / _INTERACTIVE, folder.with_name("vega.version")
    current = version("vl-convert-python")
    if path.is_file() and mark.is_file() and mark.read_text("ascii") == current:
        return
    import vl_convert  # noqa: PLC0415 - takes a second

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(vl_convert.javascript_bundle(), "utf-8")  # type: ignore[call-arg]
    mark.write_text(current, "ascii")
