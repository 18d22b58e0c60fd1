# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The session's beginning, against sockets that speak as much of the protocol as that takes."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError, ZooKeeperError
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.session import ZooKeeperUnreachable, session

AUTH_XID, AUTH_FAILED = -4, -115
USER = {"scheme": "digest", "username": "flink", "password": "wrong"}


def refuse_credentials(connection):
    """Begin a session, and answer the credentials that follow with an error."""
    _message(connection)
    _send(connection, struct.pack("!iiqi16sb", 0, 10000, 1, 16, b"", 0))
    _message(connection)
    _send(connection, struct.pack("!iqi", AUTH_XID, 0, AUTH_FAILED))


def hang_up(connection):
    """End the connection in the middle of the session's beginning."""
    _message(connection)


def _message(connection):
    (size,) = struct.unpack("!i", connection.recv(4, socket.MSG_WAITALL))
    connection.recv(size, socket.MSG_WAITALL)


def _send(connection, body):
    connection.sendall(struct.pack("!i", len(body)) + body)


@contextlib.contextmanager
def member(behaviour):
    """The address of a server that treats each connection with ``behaviour``."""

    def serve(listener):
        with contextlib.suppress(OSError):
            while True:
                connection, _peer = listener.accept()
                # The first look is only whether something listens.
                with connection, contextlib.suppress(OSError, struct.error):
                    behaviour(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield "127.0.0.1:%d" % listener.getsockname()[1]


def test_refused_credentials_are_told_at_once():
    started = time.monotonic()
    with member(refuse_credentials) as server, pytest.raises(ZooKeeperError, match="refused the credentials; correct auth.username and auth.password"):
        with session({"hosts": [server], "connect_timeout": 30, "auth": USER}):
            pytest.fail("there is a session")
    assert time.monotonic() - started < 15


def test_the_last_complaint_is_part_of_the_message():
    with member(hang_up) as server, pytest.raises(ZooKeeperUnreachable, match=r"within 1 s \(Connection dropped: .*\); start a majority of the members"):
        with session({"hosts": [server], "connect_timeout": 1}):
            pytest.fail("there is a session")


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_time_out_that_cannot_be_is_refused(seconds):
    with pytest.raises(InputError, match=f"connect_timeout is {seconds}; it must be more than 0 seconds"):
        with session({"hosts": ["a"], "connect_timeout": seconds}):
            pytest.fail("there is a session")
