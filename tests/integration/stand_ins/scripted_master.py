# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A master that says what a test tells it to, and remembers what it was told: the other side of the scheduler API, by hand."""

from __future__ import annotations

import json
import queue
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Dict, List, Optional, Tuple

SECONDS = 20
BREAK = object()
END = object()


class ScriptedMaster:
    """Listens on loopback. ``subscriptions`` and ``calls`` are queues of (headers, body); ``refuse`` answers the next SUBSCRIBE instead."""

    def __init__(self, master_info: Dict[str, Any], framework_id: str) -> None:
        self.framework_id = framework_id
        self.subscriptions: "queue.Queue[Tuple[Dict[str, str], Dict[str, Any]]]" = queue.Queue()
        self.calls: "queue.Queue[Tuple[Dict[str, str], Dict[str, Any]]]" = queue.Queue()
        self.refusals: List[Tuple[int, Dict[str, str], str]] = []
        self._events: "queue.Queue[Any]" = queue.Queue()
        self._streams = 0
        master = self

        class Handler(BaseHTTPRequestHandler):
            """One connection."""

            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                assert self.path == "/api/v1/scheduler"
                master.answer(self, dict(self.headers), body)

            def log_message(self, *_arguments: Any) -> None:
                """Nothing: the test looks at the queues."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.address = f"127.0.0.1:{self.port}"
        self.info = {**master_info, "port": self.port, "address": {"hostname": "127.0.0.1", "ip": "127.0.0.1", "port": self.port}}
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler, headers: Dict[str, str], body: Dict[str, Any]) -> None:
        """Called by the handler with every request."""
        if body["type"] == "SUBSCRIBE":
            self.subscriptions.put((headers, body))
            if self.refusals:
                self._plain(handler, *self.refusals.pop(0))
            else:
                self._stream(handler)
        else:
            self.calls.put((headers, body))
            self._plain(handler, 202, {}, "")

    def refuse(self, status: int, body: str = "", headers: Optional[Dict[str, str]] = None) -> None:
        """Answer a SUBSCRIBE to come with this, once."""
        self.refusals.append((status, headers or {}, body))

    def send(self, event: Any) -> None:
        """Put an event on the stream: BREAK cuts the connection, END ends the answer in order."""
        self._events.put(event)

    def subscribed(self) -> None:
        """Put the recorded first event on the stream."""
        subscribed = {"framework_id": {"value": self.framework_id}, "heartbeat_interval_seconds": 15.0, "master_info": self.info}
        self.send({"type": "SUBSCRIBED", "subscribed": subscribed})

    def subscription(self) -> Tuple[Dict[str, str], Dict[str, Any]]:
        """The next SUBSCRIBE: headers and body."""
        return self.subscriptions.get(timeout=SECONDS)

    def call(self) -> Dict[str, Any]:
        """The next other call, after its headers were found to name the stream."""
        headers, body = self.calls.get(timeout=SECONDS)
        assert headers["Mesos-Stream-Id"] == f"stream-{self._streams}"
        return body

    def close(self) -> None:
        """Stop listening and cut what is open."""
        self._server.shutdown()
        self._server.server_close()
        self.send(BREAK)

    @staticmethod
    def _plain(handler: BaseHTTPRequestHandler, status: int, headers: Dict[str, str], body: str) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body.encode())))
        handler.end_headers()
        handler.wfile.write(body.encode())

    def _stream(self, handler: BaseHTTPRequestHandler) -> None:
        self._streams += 1
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.send_header("Mesos-Stream-Id", f"stream-{self._streams}")
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        handler.close_connection = True
        while True:
            event = self._events.get()
            if event is END:
                handler.wfile.write(b"0\r\n\r\n")
                return
            if event is BREAK:
                handler.connection.shutdown(socket.SHUT_RDWR)
                return
            text = json.dumps(event).encode()
            record = b"%d\n%s" % (len(text), text)
            # A record may come in several chunks, and chunks hold parts of records.
            for part in (record[:7], record[7:]):
                handler.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            handler.wfile.flush()
