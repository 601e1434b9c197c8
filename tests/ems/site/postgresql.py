"""A PostgreSQL server of its own for tests: in a temporary folder, on loopback, ended with the tests."""

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

_NEITHER_SAFE_NOR_SLOW = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Server:
    """A server that runs until the process of the tests ends; ``server.make("name")`` returns the address of a new database."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="saleve-postgresql-"))
        self.port = _free_port()
        self._user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
        if self._user:
            shutil.chown(self.folder, self._user)
        data = str(self.folder / "data")
        self._run("initdb", "--pgdata", data, "--username=saleve", "--auth=trust", "--no-sync", "-E", "UTF8")
        settings = ["listen_addresses=127.0.0.1", f"port={self.port}", "unix_socket_directories="]
        said = " ".join(f"-c {one}" for one in (*settings, *_NEITHER_SAFE_NOR_SLOW))
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "--wait", "--pgdata", data, "--log", log, "--options", said)
        atexit.register(self._end, data)

    def make(self, name: str) -> str:
        """Make a database; return its address as ``[site] database`` takes it."""
        self._run("createdb", "--host=127.0.0.1", f"--port={self.port}", "--username=saleve", name)
        return self.address(name)

    def address(self, name: str) -> str:
        """Return the address of a database."""
        return f"postgresql://saleve@127.0.0.1:{self.port}/{name}"

    def _end(self, data: str) -> None:
        self._run("pg_ctl", "stop", "--pgdata", data, "--mode", "immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *words: str) -> None:
        command = [_program(program), *words]
        group = {"user": self._user, "group": self._user, "extra_groups": []} if self._user else {}
        with tempfile.TemporaryFile("w+") as said:  # a server holds its output open: no pipe
            done = subprocess.run(command, stdout=said, stderr=said, check=False, cwd="/", **group)
            said.seek(0)
            assert done.returncode == 0, f"{program}: {said.read()}"


def _program(name: str) -> str:
    """Return the newest installed: Debian keeps the server's programs outside the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    path = str(found[-1]) if found else shutil.which(name)
    assert path, f"{name} is missing: install PostgreSQL (on Debian: apt-get install postgresql)"
    return path


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
