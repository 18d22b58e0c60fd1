# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates on hosts, by ansible-playbook on the local host; judged by OpenSSL and by Java."""

from __future__ import annotations

import getpass
import grp
import os
import socket
import stat
import subprocess
from pathlib import Path

import pytest
from playbook_runs import run_hosts

from tests.integration.certificates import Certificates
from tests.playbook import OLDEST

HOSTS = ["node1.example.org", "node2.example.org"]
PASSPHRASE = "kept-in-the-vault"
GROUP = grp.getgrgid(os.getgid()).gr_name
PASSWORD = "{{ 'zk' | baremetal.flink.security_store_password(inventory_hostname, security_ca_dir, security_ca_passphrase) }}"


def bring(directory: Path, *options: str, python=None, state="present", more=(), **variables):
    """One run of the role on both hosts; ``more`` are further identities."""
    identity = {"name": "zk", "directory": "%s/{{ inventory_hostname }}" % directory, "formats": ["pem", "pkcs12"], "owner": getpass.getuser(),
                "group": GROUP, "names": ["localhost", "127.0.0.1"]}
    given = {"security_identities": [identity, *more], "security_certificate_state": state, "security_ca_dir": str(directory / "ca"),
             "security_ca_passphrase": PASSPHRASE, **variables}
    role = {"ansible.builtin.include_role": {"name": "baremetal.flink.security", "tasks_from": "certificates"}}
    conf = {"path": "%s/{{ inventory_hostname }}.conf" % directory, "content": PASSWORD, "secret": True, "mode": "0600"}
    told = {"baremetal.flink.host_files": {"entries": [conf]}, "when": "security_certificate_state == 'present'"}
    return run_hosts(directory, {"block": [role, told]}, HOSTS, *options, variables=given, **({"python": python} if python else {}))


def openssl(*arguments, **more):
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False, timeout=30, **more)


@pytest.fixture(scope="module")
def brought(tmp_path_factory):
    """Both hosts after the first run, which told all it could."""
    directory = tmp_path_factory.mktemp("certificates")
    foretold = bring(directory, "--check")
    assert (foretold.failed, foretold.changed) == (0, 2) and not list(directory.glob("node*")) and not (directory / "ca").exists(), foretold.output
    run = bring(directory, "-vvv", "--diff")
    assert (run.failed, run.changed) == (0, 2), run.output
    return directory, run.output


def secrets(directory):
    """Every line of every private key, and every password."""
    for host in HOSTS:
        yield from (directory / host / "key.pem").read_text().splitlines()[1:-1]
        yield (directory / host / "keystore.password").read_text()
    yield PASSPHRASE


def test_nothing_secret_is_told_and_nobody_else_can_read_it(brought):
    directory, said = brought
    assert [secret for secret in secrets(directory) if secret in said] == []
    modes = {name: stat.S_IMODE((directory / HOSTS[0] / name).stat().st_mode) for name in os.listdir(directory / HOSTS[0])}
    assert modes == {"certificate.pem": 0o644, "trust.pem": 0o644, "truststore.p12": 0o644, "key.pem": 0o640, "keystore.pem": 0o640,
                     "keystore.p12": 0o640, "keystore.password": 0o640}
    assert b"BEGIN PRIVATE KEY" not in b"".join(path.read_bytes() for path in (directory / "ca").rglob("*") if path.is_file())
    written = [path for path in (directory / "home").rglob("*") if path.is_file()]
    leftover = [path for path in written if any(secret in path.read_text("latin-1") for secret in secrets(directory))]
    assert leftover == []


def test_openssl_takes_them_for_what_they_are(brought):
    directory, dummy = brought
    for host in HOSTS:
        files = directory / host
        for purpose, name in (("sslserver", ["-verify_hostname", host]), ("sslclient", ["-verify_ip", "127.0.0.1"])):
            judged = openssl("verify", "-x509_strict", "-purpose", purpose, *name, "-CAfile", files / "trust.pem", files / "certificate.pem")
            assert judged.stdout.endswith(": OK\n"), judged.stderr


def test_java_reads_the_stores(brought):
    directory, dummy = brought
    files = directory / HOSTS[0]
    fingerprint = openssl("x509", "-in", files / "certificate.pem", "-noout", "-fingerprint", "-sha256").stdout.partition("=")[2].strip()
    for store, password, kind in (("keystore", ["-storepass:file", files / "keystore.password"], "zk, "), ("truststore", ["-storepass", "changeit"], "ca-")):
        listed = subprocess.run(
            ["keytool", "-J-XX:TieredStopAtLevel=1", "-list", "-storetype", "PKCS12", "-keystore", files / f"{store}.p12", *password],
            capture_output=True, text=True, check=True).stdout
        assert "contains 1 entry" in listed and f"\n{kind}" in listed
        assert ("PrivateKeyEntry" in listed and fingerprint in listed) if store == "keystore" else "trustedCertEntry" in listed
    assert (directory / f"{HOSTS[0]}.conf").read_text() == (files / "keystore.password").read_text()


@pytest.fixture(scope="module")
def server(brought):
    """Shows one host's certificate and asks for one of the same authority."""
    directory, dummy = brought
    files = directory / HOSTS[0]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", files / "certificate.pem", "-key", files / "key.pem", "-cert_chain",
               files / "trust.pem", "-CAfile", files / "trust.pem", "-Verify", "2", "-verify_return_error", "-www", "-tls1_2"]
    process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for line in process.stdout:
            if line.startswith("ACCEPT"):
                break
        yield port
    finally:
        process.kill()
        process.wait()


def ask(port, trust, *certificate):
    return openssl("s_client", "-ign_eof", "-connect", f"127.0.0.1:{port}", "-CAfile", trust, "-verify_return_error",
                   "-verify_hostname", HOSTS[0], *certificate, input="GET / HTTP/1.0\r\n\r\n")


def test_hosts_let_each_other_in_and_nobody_else(brought, server, tmp_path):
    directory, dummy = brought
    other = directory / HOSTS[1]
    let_in = ask(server, other / "trust.pem", "-cert", other / "certificate.pem", "-key", other / "key.pem")
    assert "HTTP/1.0 200" in let_in.stdout and "Verify return code: 0 (ok)" in let_in.stdout, let_in.stderr
    assert "HTTP/1.0 200" not in ask(server, other / "trust.pem").stdout
    stranger = Certificates(tmp_path).make("stranger")
    assert "HTTP/1.0 200" not in ask(server, other / "trust.pem", "-cert", stranger.certificate, "-key", stranger.key).stdout
    assert "certificate verify failed" in ask(server, stranger.trust, "-cert", other / "certificate.pem", "-key", other / "key.pem").stderr


def test_later_runs_change_nothing_until_they_are_told_to(brought):
    directory, dummy = brought
    before = {path: path.read_bytes() for path in directory.glob("node*/*")}
    again = bring(directory, python=OLDEST / "python")
    assert (again.failed, again.changed) == (0, 0), again.output
    foretold = bring(directory, "--check", security_ca_rotate="trust")
    assert foretold.changed == 1 and {path: path.read_bytes() for path in before} == before, foretold.output
    warned = "{{ 400 if inventory_hostname == '%s' else 45 }}" % HOSTS[0]
    judged = bring(directory, state="checked", security_certificate_warn_days=warned)
    said = " ".join(judged.output.split())
    assert f"The certificate {directory}/{HOSTS[0]}/certificate.pem ends in 396 days, on " in said and f"{directory}/{HOSTS[1]}/certificate.pem" not in said
    assert said.count("failed=1") == said.count("failed=0") == 1
    gone = bring(directory, "--limit", HOSTS[1], state="absent")
    assert gone.changed == 1 and list((directory / HOSTS[1]).iterdir()) == []


def test_several_identities_come_are_judged_and_go_in_one_step(brought):
    directory, dummy = brought
    of_flink = {"ca": "own", "authority": "flink-main", "owner": getpass.getuser(), "formats": ["pkcs12"]}
    more = [{"name": name, "directory": "%s/{{ inventory_hostname }}-%s" % (directory, name), **of_flink} for name in ("internal", "rest")]
    places = [directory / f"{HOSTS[0]}-{name}" for name in ("internal", "rest")]
    first = bring(directory, "--limit", HOSTS[0], more=more)
    assert (first.failed, first.changed) == (0, 1) and all((place / "keystore.p12").is_file() for place in places), first.output
    issuers = [openssl("x509", "-in", place / "certificate.pem", "-noout", "-issuer").stdout for place in (directory / HOSTS[0], *places)]
    assert "platform" in issuers[0] and all("flink-main" in issuer for issuer in issuers[1:])
    assert bring(directory, "--limit", HOSTS[0], more=more).changed == 0
    # With fewer days left than verify warns of, the run that brings them says so, once for each.
    (places[1] / "certificate.pem").unlink()
    judged = " ".join(bring(directory, "--limit", HOSTS[0], more=more, state="checked", security_certificate_warn_days=400).output.split())
    assert f"There is no certificate {places[1]}/certificate.pem on the host; run once more." in judged
    assert all(f"The certificate {place}/certificate.pem ends in 396 days" in judged for place in (directory / HOSTS[0], places[0]))
    warned = bring(directory, "--limit", HOSTS[0], more=more, security_certificate_warn_days=400)
    said = " ".join(warned.output.split())
    assert warned.changed == 1 and said.count("ends in 396 days") == 3, warned.output
    assert bring(directory, "--limit", HOSTS[0], more=more, state="absent").changed == 1
    assert [list(place.iterdir()) for place in places] == [[], []]
