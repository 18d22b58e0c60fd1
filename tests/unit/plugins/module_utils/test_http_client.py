# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP client: retries, credentials, TLS, and errors in words."""

from __future__ import annotations

import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Iterator, List, Tuple

import pytest
import requests
import responses
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import (
    Failover,
    HttpClient,
    HttpError,
    HttpSettings,
    NoneAnswered,
    PlainServerError,
    TlsError,
    base_url,
    http_argument_spec,
    java_cause,
    server_message_of,
)
from ansible_collections.baremetal.flink.plugins.module_utils.urls import public_url
from ansible_collections.baremetal.flink.tests.unit.fakes.tls import make_certificates

URL = "http://server:1234/thing"


def client(**settings: Any) -> Tuple[HttpClient, List[float]]:
    pauses: List[float] = []
    return HttpClient(HttpSettings(**settings), sleep=pauses.append), pauses


@responses.activate
def test_an_answer_is_given_back() -> None:
    responses.get(URL, json={"a": 1})
    assert client()[0].json("GET", URL, params={"op": "x y"}) == {"a": 1}
    assert responses.calls[0].request.url == URL + "?op=x+y"


class KeepsAlive(BaseHTTPRequestHandler):
    """Answers with the port that the connection comes from, never says that it will close it, and is slow to do so."""

    protocol_version = "HTTP/1.1"

    def parse_request(self) -> bool:
        good = super().parse_request()
        self.close_connection = False
        return good

    def do_GET(self) -> None:
        body = str(self.client_address[1]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Nothing to the console."""


def test_nothing_is_sent_on_a_connection_that_was_to_be_closed() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), KeepsAlive)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url, http = f"http://127.0.0.1:{server.server_port}/", client()[0]
        first, second, third = (http.json("GET", url, headers=headers) for headers in (None, {"Connection": "close"}, None))
        assert first == second != third
    finally:
        server.shutdown()
        server.server_close()


@responses.activate
@pytest.mark.parametrize("status", [502, 503, 504])
def test_temporary_failures_of_repeatable_calls_are_repeated(status: int) -> None:
    responses.get(URL, status=status)
    responses.get(URL, status=status)
    responses.get(URL, json={})
    http, pauses = client(retries=2)
    assert http.json("GET", URL) == {}
    assert len(responses.calls) == 3 and pauses == [0.25, 0.5]


@responses.activate
def test_repetition_is_bounded() -> None:
    responses.get(URL, body=requests.exceptions.ConnectionError("Connection refused"))
    http, pauses = client(retries=3)
    with pytest.raises(HttpError, match="nothing listens there") as caught:
        http.request("GET", URL)
    assert len(responses.calls) == 4 and len(pauses) == 3 and not caught.value.sent


@responses.activate
@pytest.mark.parametrize(("method", "status"), [("POST", 503), ("PATCH", 503), ("GET", 500), ("GET", 404), ("DELETE", 403)])
def test_other_calls_are_made_once(method: str, status: int) -> None:
    responses.add(method, URL, status=status)
    with pytest.raises(HttpError) as caught:
        client(retries=5)[0].request(method, URL)
    assert caught.value.status == status and len(responses.calls) == 1


@responses.activate
def test_a_post_that_got_no_answer_is_not_repeated_and_may_have_been_seen() -> None:
    responses.post(URL, body=requests.exceptions.ReadTimeout())
    with pytest.raises(HttpError, match="connected, but no answer within 7 s") as caught:
        client(request_timeout=7)[0].request("POST", URL)
    assert caught.value.sent and len(responses.calls) == 1


@responses.activate
def test_a_connection_that_is_not_made_in_time() -> None:
    responses.get(URL, body=requests.exceptions.ConnectTimeout())
    with pytest.raises(HttpError, match="no connection within 5 s; is the host up") as caught:
        client(retries=0)[0].request("GET", URL)
    assert not caught.value.sent


@responses.activate
@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (401, {"message": "Invalid login"}, "answered 401 Unauthorized: Invalid login; check url_username and url_password, or token"),
        (404, {"errors": ["Job 1 not found"]}, "answered 404 Not Found: Job 1 not found"),
        (500, {"RemoteException": {"exception": "IOException", "message": "disk\nfull"}}, "answered 500 Internal Server Error: disk full"),
        (422, {"message": "bad", "details": [{"path": "/id"}]}, 'bad [{"path": "/id"}]'),
        (400, ["odd"], '["odd"]'),
    ],
)
def test_the_servers_own_words_are_told(status: int, body: Any, sentence: str) -> None:
    responses.get(URL, json=body, status=status)
    with pytest.raises(HttpError) as caught:
        client()[0].request("GET", URL)
    assert sentence in str(caught.value) and URL in str(caught.value)
    assert caught.value.payload == body and caught.value.details["status"] == status


@responses.activate
def test_the_words_of_a_page_are_told_without_its_markup() -> None:
    page = "<html><head><title>Error 403</title><style>a{}</style></head><body><h2>Not &lt;yours&gt;</h2></body></html>"
    responses.get(URL, body=page, status=403, content_type="text/html")
    with pytest.raises(HttpError, match="403 Forbidden: Not <yours>$"):
        client()[0].request("GET", URL)


@responses.activate
def test_an_answer_that_is_not_json() -> None:
    responses.get(URL, body="<html>Welcome to nginx</html>", content_type="text/html")
    with pytest.raises(HttpError, match=r"not JSON \(Welcome to nginx\); is the right service listening there\?"):
        client()[0].json("GET", URL)


@responses.activate
def test_credentials_are_sent_and_never_shown() -> None:
    responses.get(URL, status=401)
    with pytest.raises(HttpError) as caught:
        client(url_username="ann", url_password="s3cret")[0].request("GET", URL, params={"delegation": "t0ken"})
    assert responses.calls[0].request.headers["Authorization"] == "Basic YW5uOnMzY3JldA=="
    assert "s3cret" not in str(caught.value) and "t0ken" not in str(caught.value) + str(caught.value.details)
    with pytest.raises(HttpError):
        client(token="abc")[0].request("GET", URL)
    assert responses.calls[1].request.headers["Authorization"] == "Bearer abc"


@responses.activate
def test_another_authorization_replaces_the_credentials() -> None:
    responses.get(URL, json={})
    for settings in ({"url_username": "ann", "url_password": "s3cret"}, {"token": "abc"}):
        mine = client(**settings)[0]
        for header in (None, "token=jwt"):
            mine.authorize(header)
            mine.request("GET", URL)
            assert responses.calls[-1].request.headers.get("Authorization") == header


def test_the_environment_s_proxy_is_used_only_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with pytest.raises(HttpError) as direct:
        client(retries=0)[0].request("GET", "http://name.invalid/")
    with pytest.raises(HttpError) as through_proxy:
        client(retries=0, use_proxy=True)[0].request("GET", "http://name.invalid/")
    assert "does not resolve" in str(direct.value)
    assert "does not resolve" not in str(through_proxy.value)


class Raw:
    """Answers every connection on loopback with the same bytes, and counts the requests; with no bytes it hangs up at once."""

    def __init__(self, answer: bytes) -> None:
        self.asked = 0
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection = self._socket.accept()[0]
            except OSError:
                return
            with connection:
                if self._answer:
                    connection.recv(65536)
                    self.asked += 1
                    connection.sendall(self._answer.replace(b"PORT", str(self.port).encode()))

    def stop(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.mark.parametrize(
    ("head", "body", "sentence"),
    [
        (b"200 OK\r\nContent-Length: 100", b"{", "the answer broke off after 1 bytes, 99 were still to come$"),
        (b"200 OK\r\nTransfer-Encoding: chunked", b"5\r\nab", "the answer broke off after 2 bytes"),
        (b"200 OK\r\nTransfer-Encoding: chunked", b"", "the answer (broke off|cannot be read)"),
        (b"200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2", b"{}", "the answer cannot be read: "),
        (b"307 Go\r\nLocation: http://127.0.0.1:PORT/\r\nContent-Length: 0", b"", "is redirected again and again"),
    ],
)
def test_a_broken_answer_is_one_to_a_request_that_was_sent(head: bytes, body: bytes, sentence: str) -> None:
    server = Raw(b"HTTP/1.1 " + head + b"\r\nConnection: close\r\n\r\n" + body)
    try:
        with pytest.raises(HttpError, match=sentence) as caught:
            client()[0].request("POST", f"http://127.0.0.1:{server.port}/")
        assert caught.value.sent and caught.value.status is None and "(" not in caught.value.reason.partition(":")[0]
        assert server.asked == (1 if head.startswith(b"200") else 31)
    finally:
        server.stop()


@pytest.mark.parametrize("url", ["http://", "nothing", "ftp://server/", "http://.a/"])
def test_what_cannot_be_sent_was_not_sent(url: str) -> None:
    with pytest.raises(HttpError) as caught:
        client(retries=0)[0].request("POST", url)
    assert not caught.value.sent


def test_a_server_that_hangs_up_in_the_handshake_is_asked_again() -> None:
    server = Raw(b"")
    try:
        http, pauses = client(retries=2)
        with pytest.raises(HttpError, match="(closed the connection during the TLS handshake|connection broke)") as caught:
            http.request("GET", f"https://127.0.0.1:{server.port}/")
        assert not isinstance(caught.value, TlsError) and not caught.value.sent and len(pauses) == 2
    finally:
        server.stop()


@responses.activate
def test_credentials_go_before_those_of_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine server login other password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    responses.get(URL, status=307, headers={"Location": URL + "/2"})
    responses.get(URL + "/2", json={})
    http = client(use_proxy=True, token="abc")[0]
    http.request("GET", URL)
    assert [call.request.headers["Authorization"] for call in responses.calls] == ["Bearer abc", "Bearer abc"]
    http.authorize(None)
    http.request("GET", URL)
    assert "Authorization" not in responses.calls[-1].request.headers


def test_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(HttpError, match="connection refused; nothing listens there"):
            client(retries=0)[0].request("GET", f"http://127.0.0.1:{unused.getsockname()[1]}/")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"ca_path": "/nonexistent/ca.pem"}, "ca_path: /nonexistent/ca.pem cannot be read"),
        ({"client_cert": "/nonexistent/c.pem"}, "client_cert: /nonexistent/c.pem cannot be read"),
        ({"client_key": __file__}, "client_key needs client_cert"),
        ({"token": "t", "url_username": "u"}, "exclude each other"),
        ({"url_password": "p"}, "url_password needs url_username"),
        ({"request_timeout": 0}, "must be more than 0 seconds"),
        ({"retries": -1}, "must not be negative"),
    ],
)
def test_settings_that_cannot_work(settings: Any, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        HttpClient(HttpSettings(**settings))


def test_settings_come_from_the_documented_options() -> None:
    params = {name: option.get("default") for name, option in http_argument_spec().items()}
    assert HttpSettings.from_params(params) == HttpSettings()
    assert HttpSettings.from_params({**params, "validate_certs": False, "retries": 0}) == HttpSettings(validate_certs=False, retries=0)


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("nn1", "http://nn1:9870"),
        ("nn1:1234", "http://nn1:1234"),
        ("[fd00::1]", "http://[fd00::1]:9870"),
        ("[fd00::1]:99", "http://[fd00::1]:99"),
        ("https://nn1:9871/", "https://nn1:9871"),
        ("https://gateway/flink/", "https://gateway/flink"),
    ],
)
def test_addresses(address: str, url: str) -> None:
    assert base_url(address, 9870) == url


@pytest.mark.parametrize("address", ["", "nn1:port", "ftp://nn1", "http://", "nn1 nn2", "http://nn1/?a=b", "nn1:99999"])
def test_bad_addresses(address: str) -> None:
    with pytest.raises(InputError, match="is not host:port or"):
        base_url(address, 9870)


def test_credentials_do_not_belong_into_an_address() -> None:
    for address in ("http://ann:s3cret@nn1:1", "ann:s3cret@nn1:99999", "http://ann:s3cret@[nn1", "nn1?token=s3cret", "http://nn1/?token=s3cret"):
        with pytest.raises(InputError, match="url_username|is not host:port") as caught:
            base_url(address, 9870)
        assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://a:b@h:1/p?op=X&token=abc&user.name=u", "http://h:1/p?op=X&token=********&user.name=u"),
        ("http://a:b@[h/p", "http://[h/p"),
        ("hdfs:///jars/a.jar", "hdfs:///jars/a.jar"),
        ("/jars/a@b#1?.jar", "/jars/a@b#1?.jar"),
    ],
)
def test_public_url(url: str, shown: str) -> None:
    assert public_url(url) == shown


def test_the_innermost_cause_of_a_stack_trace() -> None:
    trace = "<Exception on server side:\njava.A: outer\n\tat x(A.java:1)\nCaused by: java.B: inner\nsecond line\n\tat y(B.java:2)\n\t... 3 more\n"
    assert java_cause(trace) == "java.B: inner\nsecond line"
    assert java_cause("plain words ") == "plain words"
    assert server_message_of({"errors": ["Internal server error.", trace]}) == "java.B: inner second line"
    assert server_message_of({}) == "" and server_message_of(None) == ""


def test_failover_asks_the_next_and_remembers_who_answered() -> None:
    asked: List[str] = []

    def send(base: str) -> str:
        asked.append(base)
        if base == "a":
            raise HttpError("down", "a", sent=False)
        return base

    servers = Failover(["a", "b"], "server")
    assert servers.call(send, lambda error: "is down") == "b"
    assert servers.call(send, lambda error: "is down") == "b"
    assert asked == ["a", "b", "b"] and servers.bases == ["b", "a"]
    with pytest.raises(HttpError, match="^down$"):
        Failover(["a"], "server").call(send, lambda error: None)
    with pytest.raises(NoneAnswered, match="No server could serve the request: a: is down") as caught:
        Failover(["a"], "server").call(send, lambda error: "is down")
    assert caught.value.sent is False
    with pytest.raises(InputError):
        Failover([], "server")


class TlsServer:
    """An HTTPS server on loopback with its own authority."""

    def __init__(self, directory: Path, ask_for_certificate: bool = False) -> None:
        self.ca_path, self.cert, self.key = make_certificates(directory)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        # The refusal of a missing certificate comes within the handshake only up to 1.2.
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        if ask_for_certificate:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca_path)
        self._server = HTTPServer(("127.0.0.1", 0), Quiet)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class Quiet(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:
        """Not on the screen of the tests."""


@pytest.fixture(name="tls")
def _tls(tmp_path: Path) -> Iterator[TlsServer]:
    server = TlsServer(tmp_path)
    yield server
    server.stop()


@pytest.fixture(name="mutual_tls")
def _mutual_tls(tmp_path: Path) -> Iterator[TlsServer]:
    server = TlsServer(tmp_path, ask_for_certificate=True)
    yield server
    server.stop()


def test_tls_with_the_right_authority(tls: TlsServer) -> None:
    assert client(ca_path=tls.ca_path)[0].json("GET", f"https://127.0.0.1:{tls.port}/") == {}
    with pytest.warns(Warning, match="Unverified HTTPS request"):
        assert client(validate_certs=False)[0].json("GET", f"https://127.0.0.1:{tls.port}/") == {}


def test_the_authority_of_the_environment_does_not_replace_ours(tls: TlsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", tls.cert)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    url = f"https://127.0.0.1:{tls.port}/"
    assert client(ca_path=tls.ca_path, use_proxy=True)[0].json("GET", url) == {}
    with pytest.warns(Warning, match="Unverified HTTPS request"):
        assert client(validate_certs=False, use_proxy=True)[0].json("GET", url) == {}


def test_tls_with_an_unknown_authority_is_said_once(tls: TlsServer) -> None:
    http, pauses = client(retries=3)
    with pytest.raises(TlsError, match="the server's certificate is not accepted .*set ca_path to the authority that issued it"):
        http.request("GET", f"https://127.0.0.1:{tls.port}/")
    assert pauses == []


def test_tls_for_another_name(tls: TlsServer) -> None:
    with pytest.raises(TlsError, match="certificate is not accepted"):
        client(ca_path=tls.ca_path)[0].request("GET", f"https://localhost:{tls.port}/")


def test_a_client_certificate(mutual_tls: TlsServer) -> None:
    url = f"https://127.0.0.1:{mutual_tls.port}/"
    assert client(ca_path=mutual_tls.ca_path, client_cert=mutual_tls.cert, client_key=mutual_tls.key)[0].json("GET", url) == {}
    with pytest.raises(TlsError, match="the server refused the TLS connection .*set client_cert and client_key"):
        client(ca_path=mutual_tls.ca_path, retries=0)[0].request("GET", url)


def test_plain_http_where_tls_was_asked_for() -> None:
    plain = HTTPServer(("127.0.0.1", 0), Quiet)
    thread = threading.Thread(target=plain.serve_forever, daemon=True)
    thread.start()
    try:
        with pytest.raises(PlainServerError, match="does not speak TLS on this port .*write http instead of https"):
            client(retries=0)[0].request("GET", f"https://127.0.0.1:{plain.server_address[1]}/")
    finally:
        plain.shutdown()
        plain.server_close()
        thread.join(5)


@responses.activate
def test_a_redirect_that_would_lose_what_is_sent_is_said() -> None:
    # As Flink does with a call in clear when it speaks TLS.
    responses.post("http://a:8081/jobs/1/stop", status=301, headers={"Location": "https://a:8081/jobs/1/stop"})
    responses.get("https://a:8081/jobs/1/stop", status=404, json={"errors": ["Not found."]})
    with pytest.raises(HttpError, match="redirects to https://a:8081/jobs/1/stop, where a POST cannot follow; name that address") as caught:
        client()[0].request("POST", "http://a:8081/jobs/1/stop", json_body={})
    assert not caught.value.sent
    responses.get("http://a:8081/overview", status=301, headers={"Location": "https://a:8081/overview"})
    responses.get("https://a:8081/overview", json={"taskmanagers": 1})
    assert client()[0].json("GET", "http://a:8081/overview") == {"taskmanagers": 1}
