# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS with certificates on both sides, as a server with Netty speaks it."""

from __future__ import annotations

import subprocess

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.security.knock import Knock, Target
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.session import ZooKeeperUnreachable, session

from tests.integration.zookeeper.conftest import wait_until
from tests.integration.zookeeper.ensemble import Ensemble, install
from tests.ports import free_ports


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    """Connection options that work; the server wants a certificate of the client."""
    install()
    home = tmp_path_factory.mktemp("zookeeper_tls")
    key, certificate, both = home / "key.pem", home / "certificate.pem", home / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=zookeeper"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    both.write_text(key.read_text() + certificate.read_text())
    [port] = free_ports(1)
    settings = [
        f"secureClientPort={port}",
        "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
        f"ssl.keyStore.location={both}",
        f"ssl.trustStore.location={certificate}",
        "ssl.clientAuth=need",
    ]
    with Ensemble(home, size=1, settings=settings) as server:
        wait_until(server, "quorum")
        tls = {"ca_file": str(certificate), "cert_file": str(certificate), "key_file": str(key), "key_password": None}
        tls.update(verify=True, check_hostname=True)
        yield {"hosts": [f"127.0.0.1:{port}"], "connect_timeout": 10, "auth": None, "tls": tls}


def test_a_session_over_tls(secure):
    with session(secure) as connection:
        assert connection.children("/") == ["zookeeper"]


def test_the_name_is_checked_when_asked_for(secure):
    elsewhere = {**secure, "hosts": [secure["hosts"][0].replace("127.0.0.1", "localhost")]}
    with session({**elsewhere, "tls": {**secure["tls"], "check_hostname": False}}) as connection:
        assert connection.stat("/") is not None
    with pytest.raises(ZooKeeperUnreachable, match="over TLS within 2 s .*certificate verify failed.*; check servers"):
        with session({**elsewhere, "connect_timeout": 2}):
            pass


def test_a_server_of_an_unknown_authority_is_not_trusted(secure):
    with pytest.raises(ZooKeeperUnreachable, match="certificate verify failed"):
        with session({**secure, "connect_timeout": 2, "tls": {**secure["tls"], "ca_file": None}}):
            pass


def test_a_missing_file_is_named(secure):
    with pytest.raises(InputError, match="tls.key_file /nowhere/key.pem cannot be read"):
        with session({**secure, "tls": {**secure["tls"], "key_file": "/nowhere/key.pem"}}):
            pass


def knocked(server):
    address, _colon, port = server.rpartition(":")
    return Knock(5).at(Target("x", address, int(port), "zookeeper"))


def test_what_an_audit_gets_of_a_member_in_clear(ensemble, connect):
    with connect() as connection:
        nodes = len(connection.children("/"))
    got = knocked(ensemble.servers[0])
    assert (got.state, got.language, got.data) == ("open", "clear", True)
    assert got.told.startswith("srvr answers (version 3.") and got.told.endswith(f"), and a session reads / ({nodes} nodes)")


def test_what_an_audit_gets_of_a_member_that_wants_certificates(secure):
    got = knocked(secure["hosts"][0])
    assert (got.language, got.tls_versions, got.wants_certificate, got.data, got.told) == ("tls", ["1.2"], True, False, "")
    assert got.certificate_until is not None
