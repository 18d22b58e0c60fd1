# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kerberos over HTTP: who is asked for a ticket, what a server is sent, and what is said when there is none. The library is played."""

from __future__ import annotations

import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any, Dict, Iterator, List, Optional, Tuple

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils import negotiate
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpClient, HttpError, HttpSettings
from ansible_collections.baremetal.flink.plugins.module_utils.negotiate import Negotiate, NoTicket, is_asked_for
from ansible_collections.baremetal.flink.tests.unit.fakes.tls import make_certificates

GOOD = "Negotiate dGlja2V0IG9mIGhkZnM="


class GSSError(Exception):
    """As the library's, with the words of the mechanism."""

    def __init__(self, minor: str) -> None:
        super().__init__(f"Major (851968): Unspecified GSS failure., Minor (1): {minor}")
        self.min_code = 2529639068 if "any KDC" in minor else 1 if minor else 0
        self.minor = minor

    def get_all_statuses(self, code: int, is_major: bool) -> List[str]:
        return [self.minor]


class Library(SimpleNamespace):
    """What is used of gssapi; ``asked`` is how."""

    def __init__(self, fails: str = "") -> None:
        asked: List[Dict[str, Any]] = []

        def credentials(**given: Any) -> str:
            asked.append(given)
            if fails:
                raise GSSError(fails)
            return "credentials"

        super().__init__(
            asked=asked, Credentials=credentials, Name=lambda text, kind: f"{kind}:{text}",
            NameType=SimpleNamespace(kerberos_principal="principal", hostbased_service="service"), OID=SimpleNamespace(from_int_seq=str),
            SecurityContext=lambda **given: asked.append(given) or SimpleNamespace(step=lambda: b"ticket of hdfs"),
            exceptions=SimpleNamespace(GSSError=GSSError))


class Guarded(BaseHTTPRequestHandler):
    """Lets in who shows the ticket, and then his cookie."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.seen.append((self.headers.get("Authorization"), self.headers.get("Cookie")))  # type: ignore[attr-defined]
        welcome = self.server.takes == self.headers.get("Authorization") or self.headers.get("Cookie") == "hadoop.auth=ann"  # type: ignore[attr-defined]
        self.send_response(200 if welcome else 401)
        if welcome:
            self.send_header("Set-Cookie", "hadoop.auth=ann; HttpOnly")
        else:
            self.send_header("WWW-Authenticate", "Negotiate")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""


@pytest.fixture(name="tls", scope="module")
def _tls(tmp_path_factory: pytest.TempPathFactory) -> Tuple[str, str, str]:
    return make_certificates(tmp_path_factory.mktemp("tls"))


def serving(handler: Any, tls: Optional[Tuple[str, str, str]]) -> Iterator[HTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.seen, server.takes, server.ca_path = [], GOOD, ""  # type: ignore[attr-defined]
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls[1], tls[2])
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.ca_path = tls[0]  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(name="server")
def _server(tls: Tuple[str, str, str]) -> Iterator[HTTPServer]:
    yield from serving(Guarded, tls)


@pytest.fixture(name="in_clear")
def _in_clear() -> Iterator[HTTPServer]:
    yield from serving(Guarded, None)


@pytest.fixture(name="false_friend")
def _false_friend(server: Any, tls: Tuple[str, str, str]) -> Iterator[HTTPServer]:
    class Elsewhere(Guarded):
        def do_GET(self) -> None:
            self.send_response(307)
            self.send_header("Location", url(server))
            self.send_header("Content-Length", "0")
            self.end_headers()

    yield from serving(Elsewhere, tls)


@pytest.fixture(name="library")
def _library(monkeypatch: pytest.MonkeyPatch) -> Library:
    library = Library()
    monkeypatch.setattr(negotiate, "gssapi", library)
    return library


def client(server: Any = None, **given: Any) -> HttpClient:
    trust = {"ca_path": server.ca_path} if server and server.ca_path else {}
    return HttpClient(HttpSettings(retries=0, **trust, **given))


def url(server: Any) -> str:
    return f"{'https' if server.ca_path else 'http'}://127.0.0.1:{server.server_port}/jmx"


def test_a_server_that_asks_gets_a_ticket_once_and_then_its_cookie(server: Any, library: Library) -> None:
    caller = client(server, kerberos_principal="hdfs/a")
    assert caller.json("GET", url(server)) == {} and caller.json("GET", url(server)) == {}
    assert server.seen == [(None, None), (GOOD, None), (None, "hadoop.auth=ann")]
    assert [one["name"] for one in library.asked] == ["principal:hdfs/a", "service:HTTP@127.0.0.1"] and "store" not in library.asked[0]


def test_a_cookie_that_has_ended_is_left_out(server: Any, library: Library) -> None:
    caller = client(server, kerberos_principal="hdfs/a")
    caller._session.cookies.set("hadoop.auth", "old", domain="127.0.0.1")
    assert caller.json("GET", url(server)) == {}
    assert server.seen == [(None, "hadoop.auth=old"), (GOOD, None)]


def test_a_ticket_that_is_not_taken_is_sent_once(server: Any, library: Library) -> None:
    server.takes = "another"
    with pytest.raises(HttpError, match="does not take the ticket: compare the clocks, and the principal HTTP/HOST") as raised:
        client(server, kerberos_principal="hdfs/a").json("GET", url(server))
    assert raised.value.status == 401 and len(server.seen) == 2


def test_a_server_that_asks_somebody_who_has_no_principal_says_what_to_set(server: Any) -> None:
    with pytest.raises(HttpError, match="the server asks for Kerberos: set kerberos_principal, and kerberos_keytab unless"):
        client(server).json("GET", url(server))
    assert len(server.seen) == 1


def test_who_gets_no_ticket_is_told_why(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(negotiate, "gssapi", Library("Cannot contact any KDC for realm 'X'"))
    with pytest.raises(HttpError) as raised:
        client(server, kerberos_principal="hdfs/a").json("GET", url(server))
    assert raised.value.message.endswith(
        "the server asks for Kerberos, and hdfs/a gets no ticket for HTTP/127.0.0.1 by a ticket of the user that the module runs as: Cannot contact any "
        "KDC for realm 'X'")
    # Another look, or another server, may find one that answers.
    assert raised.value.status is None and not raised.value.sent


def test_a_ticket_that_is_refused_will_be_so_again(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(negotiate, "gssapi", Library("Server not found in Kerberos database"))
    with pytest.raises(HttpError) as raised:
        client(server, kerberos_principal="hdfs/a").json("GET", url(server))
    assert raised.value.status == 401


def test_a_ticket_is_shown_by_tls_alone(in_clear: Any, library: Library) -> None:
    with pytest.raises(HttpError, match="a ticket is shown by TLS alone: write https:// in its URL"):
        client(kerberos_principal="hdfs/a").json("GET", url(in_clear))
    assert in_clear.seen == [(None, None)] and library.asked == []


def test_no_other_server_is_shown_a_ticket_at_the_bidding_of_one(server: Any, false_friend: Any, library: Library) -> None:
    with pytest.raises(HttpError, match=f"sent the request on to {url(server)}, which gets no ticket; call that one") as raised:
        client(server, kerberos_principal="hdfs/a").json("GET", url(false_friend))
    assert raised.value.status == 401 and server.seen == [(None, None)] and library.asked == []


def test_tickets_of_a_keytab_stay_in_memory() -> None:
    library = Library()
    caller = Negotiate("hdfs/a", "/etc/hdfs.keytab", library)
    assert caller.token("a") == caller.token("b") == GOOD
    (acquired,) = [one for one in library.asked if "store" in one]
    assert acquired["store"]["client_keytab"] == "FILE:/etc/hdfs.keytab" and acquired["store"]["ccache"].startswith("MEMORY:")
    with pytest.raises(NoTicket, match="by the keytab /etc/hdfs.keytab: no such key"):
        Negotiate("hdfs/a", "/etc/hdfs.keytab", Library("no such key")).token("a")


def test_without_the_library_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(negotiate, "gssapi", None)
    with pytest.raises(InputError, match="needs the Python library gssapi on the host where the module runs: install its package python3-gssapi"):
        client(kerberos_principal="hdfs/a")


@pytest.mark.parametrize(("given", "sentence"), [
    ({"kerberos_keytab": __file__}, "kerberos_keytab needs kerberos_principal"),
    ({"kerberos_principal": "a", "kerberos_keytab": "/nonexistent"}, "kerberos_keytab: /nonexistent cannot be read on this host"),
    ({"kerberos_principal": "a", "validate_certs": False}, "kerberos_principal needs validate_certs"),
    ({"kerberos_principal": "a", "token": "t"}, "kerberos_principal excludes token and url_username"),
    ({"kerberos_principal": "a", "url_username": "u"}, "kerberos_principal excludes token and url_username"),
])
def test_what_does_not_go_together(library: Library, given: Dict[str, str], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        client(**given)


@pytest.mark.parametrize(("header", "asked"), [
    ("Negotiate", True), ("negotiate", True), ('Basic realm="x", Negotiate', True), ("Negotiate oRQwEqADCgEB", True), ('Basic realm="x"', False), ("", False)])
def test_what_a_server_asks_for(header: str, asked: bool) -> None:
    assert is_asked_for(header) is asked
