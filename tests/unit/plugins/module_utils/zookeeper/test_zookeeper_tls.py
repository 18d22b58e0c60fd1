# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which servers are trusted over TLS, with a socket in place of a member."""

from __future__ import annotations

import contextlib
import datetime
import socket
import ssl
import threading

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.security import pki
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.info import four_letter_word, probe_member
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.tls import client_context, kazoo_handler

SRVR = b"Zookeeper version: 3.8.0\nMode: standalone\nNode count: 5\n"


def written(directory, name, names):
    """A file with key and certificate, and the authority's."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    authority = pki.make_authority(f"{name} authority", pki.make_key(pki.ECDSA), 3, now)
    key = pki.make_key(pki.ECDSA)
    certificate = pki.issue(authority, ("test", name, name), names, ["server", "client"], key, 2, now)
    (directory / f"{name}.pem").write_bytes(pki.key_text(key, "") + pki.certificate_text(certificate))
    (directory / f"{name}.ca").write_bytes(pki.certificate_text(authority.certificate))
    return directory / f"{name}.pem", directory / f"{name}.ca"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    directory = tmp_path_factory.mktemp("tls")
    return {name: written(directory, name, ["127.0.0.1"]) for name in ("member", "other")}


@pytest.fixture(scope="module")
def port(files):
    """Of a member that wants to see a certificate, and answers each word as srvr."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files["member"][0])
    context.load_verify_locations(files["member"][1])
    context.verify_mode = ssl.CERT_REQUIRED

    def serve(listener):
        with contextlib.suppress(OSError):
            while True:
                plain, dummy = listener.accept()
                with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as connection:
                    connection.recv(4)
                    connection.sendall(SRVR)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]


def options(files, **changed):
    tls = {"ca_file": str(files["member"][1]), "cert_file": str(files["member"][0]), "key_file": None, "key_password": None}
    return {**tls, "verify": True, "check_hostname": True, **changed}


def test_words_are_asked_over_tls(files, port):
    assert probe_member(f"127.0.0.1:{port}", four_letter_word(5, options(files))).mode == "standalone"


@pytest.mark.parametrize(
    ("host", "changed", "reason"),
    [
        ("localhost", {}, "is down (its certificate is not accepted: Hostname mismatch, certificate is not valid for 'localhost'"),
        ("localhost", {"check_hostname": False}, None),
        ("127.0.0.1", {"ca_file": "other"}, "is down (its certificate is not accepted: "),
        ("localhost", {"ca_file": "other", "verify": False}, None),
    ],
)
def test_whether_a_server_is_trusted(files, port, host, changed, reason):
    changed = {key: str(files[value][1]) if value == "other" else value for key, value in changed.items()}
    seen = probe_member(f"{host}:{port}", four_letter_word(5, options(files, **changed)))
    assert (seen.reason or "").startswith(reason or "") and bool(seen.reason) is bool(reason)


def test_a_client_without_a_certificate_is_told_so(files, port):
    seen = probe_member(f"127.0.0.1:{port}", four_letter_word(5, options(files, cert_file=None)))
    # Which of them it is depends on whether the word is sent before the answer to the handshake is there.
    assert not seen.up and ("certificate required" in seen.reason or "wants another certificate" in seen.reason or "broken pipe" in seen.reason)


def test_a_member_that_speaks_in_clear_is_suspected_to_do_so(files):
    def serve():
        connection, dummy = listener.accept()
        with connection:
            connection.recv(65536)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        seen = probe_member("127.0.0.1:%d" % listener.getsockname()[1], four_letter_word(5, options(files)))
    assert not seen.up and "it speaks in clear there" in seen.reason


@pytest.mark.parametrize("arguments", [{}, {"hostname": "127.0.0.1"}])
def test_kazoo_checks_the_name_that_was_given_and_not_the_address_behind_it(files, port, arguments):
    """Before 2.9 it does not say which name that was."""
    handler = kazoo_handler(client_context(options(files)), [("127.0.0.1", port)])
    handler.create_connection(address=("127.0.0.1", port), timeout=5, use_ssl=True, verify_certs=True, **arguments).close()
    handler = kazoo_handler(client_context(options(files)), [("localhost", port)])
    with pytest.raises(ssl.SSLCertVerificationError, match="localhost"):
        handler.create_connection(address=("127.0.0.1", port), timeout=5, **{name: "localhost" for name in arguments})


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"ca_file": "/nowhere/ca.pem"}, "tls.ca_file /nowhere/ca.pem cannot be read on the host; copy the file there first."),
        ({"ca_file": "README"}, "README has no certificate as PEM"),
        ({"key_file": "other"}, "are no certificate with its key as PEM, or tls.key_password is wrong"),
    ],
)
def test_files_that_are_no_use_are_named(files, tmp_path, changed, sentence):
    (tmp_path / "README").write_text("nothing")
    paths = {"README": str(tmp_path / "README"), "other": str(files["other"][0])}
    with pytest.raises(InputError, match=sentence.replace(".", r"\.")):
        client_context(options(files, **{option: paths.get(value, value) for option, value in changed.items()}))
