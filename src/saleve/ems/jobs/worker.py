"""The worker process: beside the server, ended with it, started anew when it falls; one at a time in a workspace.

``python -m saleve.ems.jobs.worker`` is started by ``Beside``; its standard input is a pipe whose end means that the server is gone.
"""

import fcntl
import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_PAUSE_SECONDS = 2.0  # before a worker that fell is started anew
_ASKS_SECONDS = 0.5  # between two looks at what waits
_LOCK_FILE = Path(".site") / "worker.lock"


class Beside:
    """Context: a worker runs as long as it is open."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._process:
            self._process.terminate()
        self._watcher.join(timeout=_PAUSE_SECONDS * 2)

    def _watch(self) -> None:
        while not self._over.is_set():
            command = [sys.executable, "-m", "saleve.ems.jobs.worker"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
            self._process.wait()
            self._over.wait(_PAUSE_SECONDS)


def main() -> None:
    """Do jobs until the server is gone."""
    threading.Thread(target=_end_with_server, daemon=True).start()
    import django  # noqa: PLC0415 - the server must not load it twice

    django.setup()
    from django.conf import settings  # noqa: PLC0415

    with (settings.WORKSPACE / _LOCK_FILE).open("w") as lock:
        fcntl.flock(
            lock, fcntl.LOCK_EX
        )  # another server of this workspace has its own worker: wait until it is gone
        _work()


def _work() -> None:
    from django.core.management import call_command  # noqa: PLC0415
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415

    from saleve.ems.jobs.running import give_back_lost  # noqa: PLC0415

    logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
    DBTaskResult.objects.running().delete()  # of workers that are gone; the jobs know what to do
    give_back_lost()
    call_command("db_worker", interval=_ASKS_SECONDS, reload=False, verbosity=0)


def _end_with_server() -> None:
    """End at once: a commit of the ledger is whole or not there, and a job left behind begins anew."""
    while os.read(0, 1):  # not through sys.stdin: Python cannot end while a thread waits there
        continue
    time.sleep(0.1)
    os._exit(0)


if __name__ == "__main__":
    main()
