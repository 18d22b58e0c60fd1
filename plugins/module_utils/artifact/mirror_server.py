# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that a mirror host runs for the time of a delivery: ``ROOT/files/SHA256/NAME`` below a path that nobody can guess.

It is written to the host as it is, so it uses the standard library alone. It ends by itself when nobody has asked for a while.
"""

from __future__ import annotations

import contextlib
import hmac
import http.server
import os
import re
import socket
import socketserver
import sys
import threading
import time
from typing import Any, Callable, Iterator, List, Optional
from urllib.parse import unquote

STALLED_SECONDS = 60
SHA256 = re.compile(r"^[0-9a-f]{64}$")


class Activity:
    """Since when nobody has asked for anything; a download that is under way is no silence."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._running = 0
        self._last = clock()

    @contextlib.contextmanager
    def during(self) -> Iterator[None]:
        """A request that is being answered."""
        with self._lock:
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1
                self._last = self._clock()

    def silence(self) -> float:
        """Seconds without a request."""
        with self._lock:
            return 0.0 if self._running else self._clock() - self._last


class Server(http.server.ThreadingHTTPServer):
    """Answers requests that know the token, each in a thread of its own."""

    # Many hosts begin at the same moment.
    request_queue_size = 512

    def __init__(self, root: str, address: str, port: int, token: str) -> None:
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.root = root
        self.token = token
        self.activity = Activity()
        super().__init__((address, port), Handler)

    def server_bind(self) -> None:
        """Without http.server's own, which asks DNS for a name that nothing needs, and waits for it where there is no DNS."""
        socketserver.TCPServer.server_bind(self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """One line in the journal instead of a stack trace: a host that goes away in the middle is nothing unusual."""
        sys.stderr.write(f"{client_address[0]}: {sys.exc_info()[1]}\n")

    def knows(self, token: str) -> bool:
        """Whether it is the token, in a time that does not tell how much of it is right."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    def locate(self, sha256: str, name: str) -> Optional[str]:
        """The file of a request; None when there is no such file."""
        if not SHA256.match(sha256) or "/" in name or name in ("", ".", ".."):
            return None
        path = os.path.join(self.root, "files", sha256, name)
        return path if os.path.isfile(path) else None


class Handler(http.server.BaseHTTPRequestHandler):
    """``/TOKEN/SHA256/NAME`` is a file, ``/TOKEN/`` says that the server is there, and all else does not exist."""

    server: Server
    server_version = "baremetal.flink"
    sys_version = ""
    timeout = STALLED_SECONDS

    def do_GET(self) -> None:
        """Send the file."""
        token, *rest = [unquote(part) for part in self.path.split("/")[1:]] or [""]
        if not self.server.knows(token):
            self.send_error(404)
            return
        with self.server.activity.during():
            if rest == [""]:
                self.send_response(204)
                self.end_headers()
                return
            path = self.server.locate(*rest) if len(rest) == 2 else None
            if path is None:
                self.send_error(404)
                return
            with open(path, "rb") as handle:
                self.send_response(200)
                self.send_header("Content-Type", "application/octet-stream")
                self.send_header("Content-Length", str(os.fstat(handle.fileno()).st_size))
                self.end_headers()
                self.connection.sendfile(handle)

    def log_message(self, format: str, *args: Any) -> None:
        """Who asked and what was answered, without the path: it holds the token."""
        sys.stderr.write(f"{self.client_address[0]}: {args[1] if len(args) > 1 else 'refused'}\n")


def tell_systemd(state: str) -> None:
    """Say to systemd, if it has started this, that the port is open."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
            link.connect("\0" + address[1:] if address.startswith("@") else address)
            link.sendall(state.encode())


def main(arguments: List[str]) -> int:
    """Serve until nobody has asked for ``idle`` seconds: ROOT ADDRESS PORT IDLE, the token being in the file ROOT/token."""
    root, address, port, idle = arguments
    with open(os.path.join(root, "token"), encoding="ascii") as handle:
        token = handle.read().strip()
    with Server(root, address, int(port), token) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        tell_systemd("READY=1")
        while server.activity.silence() < float(idle):
            time.sleep(min(1.0, float(idle)))
        server.shutdown()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
