# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP of a Marathon, leading or not, with TLS or without: basic authentication, the proxy to the leader, the event stream.

Does not compress, and does not serve the web interface: / answers with one sentence.
"""

from __future__ import annotations

import base64
import html
import http.client
import queue
import socket
import ssl
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, List, Optional, Tuple

from .answers import Answer
from .ending import log

VIA, LEADER = "X-Marathon-Via", "X-Marathon-Leader"
NO_LEADER = "Could not determine the current leader"
HOP = ("connection", "transfer-encoding", "content-length", "host", "keep-alive")
UNAUTHORIZED = (
    '<html>\n<head>\n<meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>\n<title>Error 401 Unauthorized</title>\n</head>\n'
    "<body><h2>HTTP ERROR 401</h2>\n<p>Problem accessing {path}. Reason:\n<pre>    Unauthorized</pre></p>\n</body>\n</html>\n"
)


class Site:
    """What the handlers know. `answer` is the leader's API, None as long as this one does not lead; `context` is there to call the leader by TLS."""

    def __init__(self, me: str, credentials: Optional[Tuple[str, str]], read_timeout: float, connect_timeout: float,
                 context: Optional[ssl.SSLContext] = None) -> None:
        self.me, self.credentials, self.context = me, credentials, context
        self.scheme = "https" if context else "http"
        self.read_timeout, self.connect_timeout = read_timeout, connect_timeout
        self.answer: Optional[Callable[[str, str, str, Optional[bytes]], Answer]] = None
        self.events: Any = None
        self.leader: Callable[[], Optional[str]] = lambda: None
        self.origins: Optional[str] = None

    def allows(self, header: Optional[str]) -> bool:
        """Whether the Authorization header is the right one."""
        if self.credentials is None:
            return True
        scheme, space, encoded = (header or "").partition(" ")
        try:
            return scheme.lower() == "basic" and base64.b64decode(encoded).decode() == ":".join(self.credentials)
        except ValueError:
            return False

    def _connection(self, host: str, port: int) -> http.client.HTTPConnection:
        if self.context:
            return http.client.HTTPSConnection(host, port, timeout=self.connect_timeout, context=self.context)
        return http.client.HTTPConnection(host, port, timeout=self.connect_timeout)

    def proxy(self, method: str, target: str, headers: Any, body: bytes) -> Answer:
        """The leader's answer, or 502 and why there is none."""
        leader, via = self.leader(), headers.get(VIA) or ""
        mine = f"1.1 {self.me}"
        if mine in [each.strip() for each in via.split(",")]:
            return Answer(502, {"message": "Detected proxying loop."})
        if leader is None or leader == self.me:
            return Answer(502, {"message": NO_LEADER})
        sent = {name: value for name, value in headers.items() if name.lower() not in HOP}
        sent[VIA] = f"{via}, {mine}" if via else mine
        host, colon, port = leader.rpartition(":")
        connection = self._connection(host, int(port))
        try:
            connection.connect()
            connection.sock.settimeout(self.read_timeout)
            connection.request(method, target, body or None, sent)
            got = connection.getresponse()
            data = got.read()
        except (ssl.SSLError, http.client.BadStatusLine) as error:
            # Whatever is no fault of TCP: the leader speaks otherwise, or shows a certificate that is not trusted (forward of
            # AsyncUrlConnectionRequestForwarder.scala).
            log(f"Failed to proxy to the leader {self.scheme}://{leader}: {error}", "ERROR")
            return Answer(500, {"message": "Server Error"})
        except (OSError, http.client.HTTPException) as error:
            timed_out = isinstance(error, socket.timeout)
            return Answer(504 if timed_out else 502, {"message": f"Failed to proxy to the leader {leader}: {error or type(error).__name__}"})
        finally:
            connection.close()
        kept = {name: value for name, value in got.getheaders() if name.lower() not in HOP and name.lower() not in ("content-type", "server", "date")}
        kept[VIA] = mine
        kept.setdefault(LEADER, f"{self.scheme}://{leader}")
        return Answer(got.status, data, kept, got.getheader("Content-Type") or "")


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    site: Site

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Requests are not logged."""

    def _body(self) -> bytes:
        if "chunked" not in (self.headers.get("Transfer-Encoding") or ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts: List[bytes] = []
        while True:
            size = int(self.rfile.readline().split(b";")[0], 16)
            parts.append(self.rfile.read(size))
            self.rfile.readline()
            if size == 0:
                return b"".join(parts)

    def handle_any(self) -> None:
        """All methods come here."""
        body, site = self._body(), self.site
        url = urllib.parse.urlsplit(self.path)
        if not site.allows(self.headers.get("Authorization")):
            text = UNAUTHORIZED.format(path=html.escape(url.path))
            self.write(Answer(401, text, {"WWW-Authenticate": 'basic realm="null"'}, "text/html;charset=utf-8"))
        elif site.answer is None:
            if url.path.rstrip("/") == "/v2/events" and site.leader() not in (None, site.me):
                self.write(Answer(302, None, {"Location": f"{site.scheme}://{site.leader()}{self.path}"}, ""))
            else:
                self.write(site.proxy(self.command, self.path, self.headers, body))
        elif url.path.rstrip("/") == "/v2/events" and self.command == "GET":
            self._events(urllib.parse.parse_qs(url.query).get("event_type", []))
        elif url.path == "/":
            self.write(Answer(200, "A stand-in for tests, not Marathon.\n", {}, "text/plain"))
        else:
            self.write(site.answer(self.command, url.path, url.query, body))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any

    def _events(self, kinds: List[str]) -> None:
        if "text/event-stream" not in (self.headers.get("Accept") or ""):
            self.write(Answer(405, {"message": "Method Not Allowed"}))
            return
        site = self.site
        mine = site.events.subscribe()
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream;charset=utf-8")
        self.send_header(LEADER, f"{site.scheme}://{site.me}")
        self.end_headers()
        self.wfile.flush()
        site.events.publish("event_stream_attached", {"remoteAddress": self.client_address[0]})
        wanted = [f"event: {kind}\r\n".encode() for kind in kinds]
        try:
            while True:
                try:
                    record = mine.get(timeout=5)
                except queue.Empty:
                    record = b"\r\n"
                if record == b"\r\n" or not wanted or any(record.startswith(each) for each in wanted):
                    self.wfile.write(record)
                    self.wfile.flush()
        except OSError:
            site.events.unsubscribe(mine)

    def write(self, answer: Answer) -> None:
        """Send it."""
        data = answer.data()
        self.send_response(answer.status)
        if answer.content_type and (data or answer.status == 200):
            self.send_header("Content-Type", answer.content_type)
        headers: Dict[str, str] = dict(answer.headers)
        if self.site.origins:
            headers["Access-Control-Allow-Origin"] = self.site.origins
        for name, value in headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD" and answer.status != 204:
            self.wfile.write(data)
        self.wfile.flush()

    def handle(self) -> None:
        """A peer that vanishes is no fault."""
        try:
            super().handle()
        except (OSError, ValueError):
            self.close_connection = True


class Server(ThreadingHTTPServer):
    """A thread per connection."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
    context: Optional[ssl.SSLContext] = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        """In the connection's own thread: whoever does not come to the end of a handshake keeps nobody else waiting."""
        if not self.context:
            super().finish_request(request, client_address)
            return
        request.settimeout(30)
        with self.context.wrap_socket(request, server_side=True) as spoken:
            spoken.settimeout(None)
            super().finish_request(spoken, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke in the middle is not worth a traceback."""


def serve(site: Site, address: str, port: int, context: Optional[ssl.SSLContext] = None) -> Server:
    """Listen and answer in the background, by TLS with a context; OSError when the port is taken."""
    server = Server((address, port), type("SiteHandler", (Handler,), {"site": site}))
    server.context = context
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 3600}, name="http", daemon=True).start()
    return server
