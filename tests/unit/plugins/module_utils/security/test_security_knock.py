# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is learned at a port, from servers on loopback that answer as the daemons do. Firewalls are in tests/integration/security."""

from __future__ import annotations

import datetime
import socket
import ssl
import struct
import threading
import time
import warnings
from contextlib import contextmanager

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.security import pki, tls_look
from ansible_collections.baremetal.flink.plugins.module_utils.security.knock import Knock, Target, core
from ansible_collections.baremetal.flink.plugins.module_utils.security.tls_look import not_after

NOW = datetime.datetime(2026, 11, 29, tzinfo=datetime.timezone.utc)


@contextmanager
def server(answer):
    """A port of loopback at which `answer` is called with each connection, which is closed after that."""

    def serve():
        while True:
            try:
                connection, dummy = listening.accept()
            except OSError:
                return
            try:
                answer(connection)
            except (OSError, LookupError, ValueError, struct.error):
                # Somebody who only connects says nothing.
                pass
            finally:
                connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def knocked(port, speaks="", tls=False):
    return Knock(2, 1).at(Target("node1", "127.0.0.1", port, speaks, tls))


def http(*answers):
    """Answers by path: status, headers and body."""
    known = dict(answers)

    def answer(connection):
        path = connection.recv(4096).split()[1].decode()
        status, headers, body = known[path]
        lines = [f"HTTP/1.1 {status} x", *headers, f"Content-Length: {len(body)}", "", body]
        connection.sendall("\r\n".join(lines).encode())

    return answer


STANDBY = '{"RemoteException":{"exception":"StandbyException","message":"Operation category READ is not supported in state standby"}}'


@pytest.mark.parametrize(("speaks", "answers", "data", "told"), [
    ("flink", [("/config", (200, [], '{"flink-version":"1.12.5"}'))], True, "GET /config answers 200 (version 1.12.5)"),
    ("flink", [("/config", (404, [], "no"))], False, "GET /config answers 404"),
    ("webhdfs", [("/webhdfs/v1/?op=GETFILESTATUS", (200, [], "{}"))], True, "GET /webhdfs/v1/ answers 200"),
    ("webhdfs", [("/webhdfs/v1/?op=GETFILESTATUS", (403, [], STANDBY))], True, "GET /webhdfs/v1/ answers that this NameNode is standby"),
    ("webhdfs", [("/webhdfs/v1/?op=GETFILESTATUS", (401, ["WWW-Authenticate: Negotiate"], ""))], False, "GET /webhdfs/v1/ wants a login (Negotiate)"),
    ("mesos", [("/version", (200, [], '{"version":"1.11.0"}')), ("/state", (401, ["WWW-Authenticate: Basic realm=\"x\""], ""))], False,
     "GET /state wants a login (Basic)"),
    ("marathon", [("/v2/info", (200, [], '{"version":"1.11.24"}'))], True, "GET /v2/info answers 200 (version 1.11.24)"),
])  # fmt: skip
def test_http_in_clear(speaks, answers, data, told):
    with server(http(*answers)) as port:
        got = knocked(port, speaks)
    assert (got.state, got.language, got.data, got.told, got.source) == ("open", "clear", data, told, "127.0.0.1")


def test_whoever_is_sent_to_https_has_been_told_nothing():
    with server(http(("/config", (301, ["Location: https://192.0.2.11:8081/config"], "")))) as port:
        got = knocked(port, "flink")
    assert (got.state, got.language, got.data, got.told) == ("open", "", False, "")


def zookeeper(words, error=0, patience=4000):
    """A member that has three nodes, or refuses to tell of them."""

    def answer(connection):
        head = connection.recv(4)
        if head == b"srvr":
            return connection.sendall(words)
        length = struct.unpack(">i", head)[0]
        assert len(connection.recv(length)) == 45
        connection.sendall(struct.pack(">iiiqi", 36, 0, patience, 7, 16) + bytes(16))
        if not connection.recv(4096).endswith(b"/\0"):
            return None
        names = b"" if error else struct.pack(">i", 3) + b"".join(struct.pack(">i", 1) + name for name in (b"a", b"b", b"c"))
        connection.sendall(struct.pack(">iiqi", 16 + len(names), 1, 9, error) + names)
        return connection.recv(12)

    return answer


SRVR = b"Zookeeper version: 3.8.0-5a02a05, built on x\nMode: follower\n"
WHITELIST = b"srvr is not executed because it is not in the whitelist.\n"


@pytest.mark.parametrize(("answers", "data", "told"), [
    (zookeeper(SRVR), True, "srvr answers (version 3.8.0), and a session reads / (3 nodes)"),
    (zookeeper(WHITELIST), True, "a session reads / (3 nodes)"),
    (zookeeper(WHITELIST, -124), False, "a session is refused to read /: a session needs a login"),
    (zookeeper(SRVR, -102), True, "srvr answers (version 3.8.0), and a session is refused to read /: NoAuth"),
    (zookeeper(SRVR, patience=0), True, "srvr answers (version 3.8.0), no session"),
])  # fmt: skip
def test_zookeeper_in_clear(answers, data, told):
    with server(answers) as port:
        got = knocked(port, "zookeeper")
    assert (got.language, got.data, got.told) == ("clear", data, told)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """File with a certificate that lasts ten days, and its key."""
    authority = pki.make_authority("test", pki.make_key("ecdsa"), 30, NOW)
    key = pki.make_key("ecdsa")
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(pki.key_text(key) + pki.certificate_text(pki.issue(authority, ("x", "node1", "test"), ["node1"], ["server"], key, 10, NOW)))
    return path


def with_tls(path, answer, newest=ssl.TLSVersion.TLSv1_3, wants=False):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1_2, newest
    if wants:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(path)

    def serve(connection):
        with context.wrap_socket(connection, server_side=True) as client:
            answer(client)

    return serve


def test_what_is_told_by_tls_to_somebody_without_a_certificate(certificate):
    with server(with_tls(certificate, http(("/config", (200, [], "{}"))))) as port:
        got = knocked(port, "flink")
    assert (got.language, got.tls_versions, got.wants_certificate) == ("tls", ["1.2", "1.3"], False)
    assert (got.certificate_until, got.data, got.told) == ("2026-12-09T00:00:00Z", True, "GET /config answers 200")


@pytest.mark.parametrize(("newest", "versions"), [(ssl.TLSVersion.TLSv1_3, ["1.2", "1.3"]), (ssl.TLSVersion.TLSv1_2, ["1.2"])])
def test_a_certificate_that_is_wanted(certificate, newest, versions):
    """OpenSSL refuses with TLS 1.2 by the alert that is for everything."""
    with server(with_tls(certificate, lambda client: client.recv(1), newest, wants=True)) as port:
        got = knocked(port, tls=True)
    assert (got.language, got.tls_versions, got.wants_certificate) == ("tls", versions, True)
    assert (got.certificate_until, got.data, got.told) == ("2026-12-09T00:00:00Z", False, "")


def test_a_server_that_wants_a_certificate_only_after_the_handshake_has_the_time_of_the_caller(certificate, monkeypatch):
    """Where nothing can be asked; an answer to a question would come sooner or later anyway."""
    monkeypatch.setattr(tls_look, "AFTERTHOUGHT", 0.05)

    def late(client):
        time.sleep(0.3)
        client.unwrap()

    with server(with_tls(certificate, late)) as port:
        assert knocked(port, tls=True).wants_certificate
        assert not tls_look.look("127.0.0.1", port, 2, tls_look.AFTERTHOUGHT).wants


def test_somebody_who_is_let_in_without_a_certificate(certificate):
    with server(with_tls(certificate, lambda client: client.recv(1))) as port:
        got = Knock(0.5).at(Target("node1", "127.0.0.1", port, tls=True))
    assert (got.language, got.tls_versions, got.wants_certificate) == ("tls", ["1.2", "1.3"], False)


def says(words):
    """Reads the first words of a handshake, and answers these, or nothing before the end of the connection."""

    def answer(connection):
        connection.recv(4096)
        connection.sendall(words)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(4096)

    return answer


@pytest.mark.parametrize("words", [
    b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0\0\0\x10" + bytes(16), b"\x16\x03\x03\xff\xff" + bytes(99),
])  # fmt: skip
def test_a_port_without_tls_where_there_should_be_some(words):
    with server(says(words)) as port:
        got = knocked(port, tls=True)
        asked = knocked(port, "zookeeper", tls=True)
    assert (got.state, got.language, asked.state, asked.language) == ("open", "clear", "open", "")


def test_silence_is_neither_clear_nor_tls():
    """A daemon that is busy, or that is restarted meanwhile: the bytes that nobody reads reset the connection."""
    over = threading.Event()
    with server(lambda connection: over.wait(5)) as port:
        got = Knock(0.1, 0.1).at(Target("node1", "127.0.0.1", port, tls=True))
        over.set()
    assert (got.state, got.language, got.wants_certificate) == ("open", "", False)
    with server(lambda connection: connection.recv(1)) as port:
        assert (knocked(port, tls=True).language, knocked(port, "flink").language, knocked(port).language) == ("", "", "")


def test_old_versions_of_tls_are_asked_for_without_a_warning():
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        tls_look.context(ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
    assert said == []


def test_nobody_listens_and_nobody_knows_the_name(monkeypatch):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        assert knocked(held.getsockname()[1]).state == "closed"

    def unknown(*_arguments, **_options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    got = Knock(1).at(Target("node1", "node1.invalid", 1))
    assert (got.state, got.source) == ("unknown", "")


def test_the_result_has_an_answer_for_each_target():
    with server(lambda connection: None) as port:
        target = {"host": "a", "address": "127.0.0.1", "port": port, "speaks": "", "tls": False}
        result = core({"targets": [target], "timeout": 1.0, "patience": 1.0}, False, None)
    assert [(one["host"], one["state"]) for one in result["answers"]] == [("a", "open")] and not result["changed"]
    assert core({"targets": None, "timeout": 1.0, "patience": 1.0}, False, None)["answers"] == []
    with pytest.raises(InputError, match="timeout is 0; it must be more than 0 seconds"):
        core({"targets": [], "timeout": 0, "patience": 1.0}, False, None)


def test_the_end_of_a_certificate(certificate):
    assert not_after(ssl.PEM_cert_to_DER_cert(certificate.read_text()[certificate.read_text().index("-----BEGIN CERT"):])) == "2026-12-09T00:00:00Z"
    late = pki.make_authority("late", pki.make_key("ecdsa"), 9000, NOW).certificate
    assert late.not_valid_after_utc.year == 2051
    assert not_after(ssl.PEM_cert_to_DER_cert(pki.certificate_text(late).decode())) == late.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert not_after(b"") is None and not_after(b"\x30\x03\x02\x01\x01") is None
