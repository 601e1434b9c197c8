"""Starting the server: it takes no port that another program has."""

import socket

import pytest

from saleve.ems.settings import WorkspaceError
from saleve.ems.site.serving import _refuse_taken


def test_a_port_that_another_program_has_is_refused_with_what_to_do():
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as other:
        port = other.getsockname()[1]
        with pytest.raises(WorkspaceError, match=f"The port {port} of 127.0.0.1 cannot be used: .*--port"):
            _refuse_taken("127.0.0.1", port)


def test_a_free_port_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
    _refuse_taken("127.0.0.1", port)
