# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One harmless question in each language of the platform, by somebody without a login.

With the standard library alone: hosts of strangers belong to no layer, so that nothing is installed on them.
"""

from __future__ import annotations

import http.client
import re
import socket
import struct
from dataclasses import dataclass
from typing import Callable, Dict, Optional, Tuple

from ..listeners import FLINK, MARATHON, MESOS, WEB, WEBHDFS, ZOOKEEPER

#: Opens another connection to the port that is asked.
Connect = Callable[[], socket.socket]
#: Bytes that are read of an answer.
ENOUGH = 4096
#: What is asked for, the last of it being what a login would be wanted for.
PATHS: Dict[str, Tuple[str, ...]] = {
    FLINK: ("/config",), WEBHDFS: ("/webhdfs/v1/?op=GETFILESTATUS",), MESOS: ("/version", "/state"), MARATHON: ("/v2/info",), WEB: ("/",),
}
_GET_CHILDREN, _CLOSE = 8, -11
#: Of ZooKeeper's KeeperException.Code.
_REFUSALS = {-102: "NoAuth", -115: "AuthFailed", -124: "a session needs a login"}


@dataclass(frozen=True)
class Told:
    """What a server said to a stranger: ``data`` when it told him something, and in ``words`` what."""

    data: bool
    words: str


def ask(language: str, name: str, connect: Connect) -> Optional[Told]:
    """The server's answer; None where it is none in this language. ``name`` is that of the host, for HTTP."""
    return _zookeeper(connect) if language == ZOOKEEPER else _http(PATHS[language], name, connect)


def _http(paths: Tuple[str, ...], name: str, connect: Connect) -> Optional[Told]:
    told = None
    for path in paths:
        try:
            with connect() as connection:
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {name}\r\nAccept: application/json, */*\r\nConnection: close\r\n\r\n".encode())
                response = http.client.HTTPResponse(connection, method="GET")
                response.begin()
                body = response.read(ENOUGH)
        except (OSError, http.client.HTTPException):
            return told
        # Flink's server with TLS, called in clear, says where it is, and nothing else.
        if 300 <= response.status < 400 and str(response.getheader("Location")).startswith("https:"):
            return told
        told = _judged(path, response.status, body.decode("utf-8", errors="replace"), dict(response.getheaders()))
    return told


def _judged(path: str, status: int, body: str, headers: Dict[str, str]) -> Told:
    asked = f"GET {path.partition('?')[0]}"
    if status < 400:
        version = re.search(r'"(?:flink-)?version" ?: ?"([\w.+-]+)"', body)
        return Told(True, f"{asked} answers {status}{f' (version {version.group(1)})' if version else ''}")
    if status in (401, 407):
        scheme = next((value.split()[0] for key, value in headers.items() if key.lower() == "www-authenticate" and value.split()), "")
        return Told(False, f"{asked} wants a login{f' ({scheme})' if scheme else ''}")
    # It would have wanted a login before it said so.
    if "StandbyException" in body:
        return Told(True, f"{asked} answers that this NameNode is standby")
    return Told(False, f"{asked} answers {status}")


def _zookeeper(connect: Connect) -> Optional[Told]:
    """By `srvr`, which tells who the member is, and by a session, in which everything could be read and written that no list guards."""
    try:
        with connect() as connection:
            connection.sendall(b"srvr")
            word = _all_of(connection).decode("utf-8", errors="replace")
    except OSError:
        word = ""
    version = re.match(r"Zookeeper version: ([\w.]+)", word)
    try:
        with connect() as connection:
            children = _children(connection)
    except (OSError, struct.error):
        # One that is a member without a quorum takes no session.
        return Told(True, f"srvr answers (version {version.group(1)}), no session") if version else None
    said = f"srvr answers (version {version.group(1)}), and " if version else ""
    if children < 0:
        return Told(bool(version), f"{said}a session is refused to read /: {_REFUSALS.get(children, children)}")
    return Told(True, f"{said}a session reads / ({children} nodes)")


def _children(connection: socket.socket) -> int:
    """How many nodes are below /, by a session of its own that is closed again; a negative number is ZooKeeper's refusal."""
    _send(connection, struct.pack(">iqiqi", 0, 0, 4000, 0, 16) + bytes(16) + b"\0")
    dummy, patience = struct.unpack_from(">ii", _receive(connection))
    if patience <= 0:
        raise OSError("the session was refused")
    _send(connection, struct.pack(">iii", 1, _GET_CHILDREN, 1) + b"/" + b"\0")
    answer = _receive(connection)
    dummy, dummy, error = struct.unpack_from(">iqi", answer)
    count = error or struct.unpack_from(">i", answer, 16)[0]
    _send(connection, struct.pack(">ii", 2, _CLOSE))
    return int(count)


def _send(connection: socket.socket, packet: bytes) -> None:
    connection.sendall(struct.pack(">i", len(packet)) + packet)


def _receive(connection: socket.socket) -> bytes:
    (length,) = struct.unpack(">i", _exactly(connection, 4))
    if not 0 < length < 2**20:
        raise OSError("that is no packet of ZooKeeper's")
    return _exactly(connection, length)


def _exactly(connection: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        more = connection.recv(count - len(found))
        if not more:
            raise OSError("the server closed the connection")
        found += more
    return found


def _all_of(connection: socket.socket) -> bytes:
    found = b""
    while len(found) < ENOUGH:
        more = connection.recv(ENOUGH)
        if not more:
            break
        found += more
    return found
