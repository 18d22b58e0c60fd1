# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP side of libprocess: routes, JSON and plain answers, basic authentication per realm, RecordIO streams.

Does not do TLS, compression, JSONP or protobuf bodies (415 for those).
"""

from __future__ import annotations

import base64
import json
import socket
import struct
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, List, Optional, Tuple

from .daemon import LOG

TEXT = "text/plain; charset=utf-8"
REASONS = {
    200: "OK", 202: "Accepted", 307: "Temporary Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 409: "Conflict", 415: "Unsupported Media Type",
    500: "Internal Server Error", 503: "Service Unavailable",
}  # fmt: skip


@dataclass
class Response:
    """Status, body, headers; a body of None has no content type."""

    status: int
    body: Optional[bytes] = None
    content_type: Optional[str] = None
    headers: Dict[str, str] = field(default_factory=dict)


def answer_json(value: Any, status: int = 200) -> Response:
    """JSON in Mesos' compact form."""
    return Response(status, json.dumps(value, separators=(",", ":")).encode(), "application/json")


def answer_text(status: int, text: Optional[str] = None) -> Response:
    """A sentence; without one, the status as libprocess spells it."""
    return Response(status, (f"{status} {REASONS[status]}." if text is None else text).encode(), TEXT)


class Refused(Exception):
    """Carries the response out of any depth."""

    def __init__(self, status: int, text: Optional[str] = None) -> None:
        super().__init__(text or REASONS[status])
        self.response = answer_text(status, text)


class Stream:
    """A chunked response that stays open; each record is its length, a newline and JSON, in one chunk."""

    SEND_SECONDS = 10

    def __init__(self, handler: "Handler", headers: Dict[str, str]) -> None:
        self._socket = handler.connection
        self._lock = threading.Lock()
        self.open = True
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", self.SEND_SECONDS, 0))
        lines = ["HTTP/1.1 200 OK", "Transfer-Encoding: chunked", *(f"{name}: {value}" for name, value in headers.items())]
        self._write("\r\n".join(lines + ["", ""]).encode())

    def _write(self, data: bytes) -> bool:
        with self._lock:
            if not self.open:
                return False
            try:
                self._socket.sendall(data)
                return True
            except OSError:
                self.open = False
        self.shut()
        return False

    def send(self, event: Any) -> bool:
        """False when the other side is gone."""
        body = json.dumps(event, separators=(",", ":")).encode()
        record = str(len(body)).encode() + b"\n" + body
        return self._write(f"{len(record):x}\r\n".encode() + record + b"\r\n")

    def close(self) -> None:
        """End the response properly."""
        self._write(b"0\r\n\r\n")
        self.open = False
        self.shut()

    def shut(self) -> None:
        """Wake the thread that waits for the end of the connection."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            self.open = False

    def wait_closed(self) -> None:
        """Block until the other side hangs up."""
        try:
            while self._socket.recv(4096):
                continue
        except OSError:
            pass
        self.open = False


@dataclass
class Request:
    """One request; `stream` turns its connection into an event stream."""

    method: str
    path: str
    query: Dict[str, str]
    headers: Any
    body: bytes
    handler: "Handler"
    principal: Optional[str] = None

    def json(self, what: str) -> Dict[str, Any]:
        """The body as a JSON object; 4xx as the servers answer them."""
        kind = (self.headers.get("Content-Type") or "").split(";")[0].strip()
        if not kind:
            raise Refused(400, "Expecting 'Content-Type' to be present")
        if kind != "application/json":
            raise Refused(415, "Expecting 'Content-Type' of application/json or application/x-protobuf")
        accepted = {part.split(";")[0].strip() for part in (self.headers.get("Accept") or "*/*").split(",")}
        if not accepted & {"*/*", "application/*", "application/json"}:
            raise Refused(406, "Expecting 'Accept' to allow application/json or application/x-protobuf")
        try:
            value = json.loads(self.body)
        except ValueError as error:
            raise Refused(400, f"Failed to parse body into JSON: {error}") from error
        if not isinstance(value, dict):
            raise Refused(400, f"Failed to convert JSON into {what} protobuf: Expecting a JSON object")
        return value

    def form(self) -> Dict[str, str]:
        """The body as form fields."""
        return dict(urllib.parse.parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def stream(self, headers: Dict[str, str]) -> Stream:
        """Start an endless answer."""
        self.handler.close_connection = True
        return Stream(self.handler, headers)


@dataclass(frozen=True)
class Route:
    """What answers a path."""

    function: Callable[[Request], Optional[Response]]
    realm: Optional[str] = None
    methods: Tuple[str, ...] = ("GET", "HEAD", "POST", "PUT", "DELETE")
    leader_only: bool = False


class Site:
    """All routes of a daemon, and who may use them. `before` sees what a handler would, of those that libprocess has let in (redirects)."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.routes: Dict[str, Route] = {}
        self.realms: Dict[str, Dict[str, str]] = {}
        self.before: Callable[[Route, Request], Optional[Response]] = lambda route, request: None

    def add(self, path: str, function: Callable[[Request], Optional[Response]], **options: Any) -> None:
        """One path, with and without the daemon's prefix."""
        self.routes[path] = Route(function, **options)

    def find(self, path: str) -> Optional[Route]:
        """The route of a path, with or without the daemon's prefix."""
        path = urllib.parse.unquote(path).rstrip("/") or "/"
        if path in self.routes:
            return self.routes[path]
        short = path[len(self.prefix) :] if path.startswith(self.prefix + "/") else None
        return self.routes.get(short) if short else None

    def authenticate(self, realm: Optional[str], request: Request) -> Optional[Response]:
        """401, or nothing and the principal is known."""
        users = self.realms.get(realm) if realm else None
        if users is None:
            return None
        scheme, space, encoded = (request.headers.get("Authorization") or "").partition(" ")
        if scheme.lower() == "basic":
            try:
                principal, colon, secret = base64.b64decode(encoded).decode().partition(":")
            except ValueError:
                principal, secret = "", ""
            if principal in users and users[principal] == secret:
                request.principal = principal
                return None
        refusal = answer_text(401)
        refusal.headers["WWW-Authenticate"] = f'Basic realm="{realm}"'
        return refusal

    def answer(self, request: Request) -> Optional[Response]:
        """The response; None when the route has written its own."""
        route = self.find(request.path)
        if route is None:
            return answer_text(404)
        early = self.authenticate(route.realm, request) or self.before(route, request)
        if early is not None:
            return early
        if request.method not in route.methods:
            wanted = ", ".join(f"'{method}'" for method in route.methods)
            return answer_text(405, f"Expecting one of {{ {wanted} }}, but received '{request.method}'")
        return route.function(request)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    site: Site

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: the daemons log what they do, not each request."""

    def body(self) -> bytes:
        """The request's body, chunked or not."""
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
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        request = Request(self.command, url.path, query, self.headers, self.body(), self)
        try:
            response = self.site.answer(request)
        except Refused as refusal:
            response = refusal.response
        except (ConnectionError, BrokenPipeError):
            raise
        except Exception as error:  # a fault of the stand-in: visible, and it goes on
            LOG.error(f"{self.command} {self.path} failed: {type(error).__name__}: {error}")
            response = answer_text(500, f"{type(error).__name__}: {error}")
        if response is not None:
            self.write(response)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_any

    def write(self, response: Response) -> None:
        """Send it."""
        body = response.body or b""
        self.send_response(response.status, REASONS.get(response.status))
        if response.content_type:
            self.send_header("Content-Type", response.content_type)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def handle(self) -> None:
        """Until the connection ends; a peer that vanishes is no fault."""
        try:
            super().handle()
        except OSError:
            self.close_connection = True


class Server(ThreadingHTTPServer):
    """A thread per connection, blocked in recv most of its life."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke in the middle is not worth a traceback."""


def serve(site: Site, bind: str, port: int) -> Server:
    """Listen and answer in the background. OSError when the port is taken."""
    server = Server((bind, port), type("SiteHandler", (Handler,), {"site": site}))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 3600}, name="http", daemon=True).start()
    return server
