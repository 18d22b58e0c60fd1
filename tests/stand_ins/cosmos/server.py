# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP of the stand-in: a thread per connection, on loopback. /mesos goes to a master where one is named, as the Admin Router has it."""

from __future__ import annotations

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Optional
from urllib.parse import unquote, urlsplit

from .api import Cluster, Lost, Reply

HOP = ("connection", "transfer-encoding", "content-length", "host", "authorization")


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Server"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Requests are not logged."""

    def handle_any(self) -> None:
        """GET and POST come here."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(urlsplit(self.path).path)
        try:
            if path.startswith("/mesos/") and self.server.mesos:
                status, headers, data = self._mesos(self.server.mesos, path[len("/mesos"):], body)
            else:
                with self.server.lock:
                    status, headers, data = self.server.cluster.answer(self.command, path, dict(self.headers.items()), body)
        except Lost:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any

    def _mesos(self, master: str, path: str, body: bytes) -> Reply:
        connection = http.client.HTTPConnection(master, timeout=10)
        try:
            connection.request(self.command, path, body or None, {name: value for name, value in self.headers.items() if name.lower() not in HOP})
            got = connection.getresponse()
            return got.status, {"Content-Type": got.getheader("Content-Type") or "text/plain"}, got.read()
        finally:
            connection.close()


class Server(ThreadingHTTPServer):
    """Listens from its making on; ``with`` ends it."""

    daemon_threads = True

    def __init__(self, cluster: Cluster, port: int = 0, mesos: Optional[str] = None) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.cluster, self.mesos = cluster, mesos
        self.lock = threading.RLock()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name="cosmos", daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
