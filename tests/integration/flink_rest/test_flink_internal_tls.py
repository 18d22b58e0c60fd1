# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Flinks with what the role sets for flink_internal_tls and flink_rest_tls: a job runs, and strangers get nothing at any port."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator
from urllib.parse import urlsplit

import pytest
import requests

from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import settings_for
from ansible_collections.baremetal.flink.plugins.module_utils.security.knock import Knock, Target
from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import RoleValues

from tests import downloads, knock
from tests.integration.ansible_module import run_module
from tests.integration.certificates import Certificates, Files
from tests.integration.flink_rest.flink_cluster import FlinkCluster
from tests.ports import free_ports

#: The oldest that is much used and the newest 1.x, with the jar of a job that ends; Maven has none of 2.x, which is in the scenario `flink`.
JOBS = {
    "1.12.5": "org.apache.flink:flink-examples-streaming_2.11:1.12.5:WordCount",
    "1.20.5": "org.apache.flink:flink-examples-streaming:1.20.0",
}
PART, REST = "security.ssl.internal.", "security.ssl.rest."


@dataclass
class Cluster:
    flink: FlinkCluster
    ports: Dict[str, int]
    own: Files
    server: Files
    caller: Files

    def rest(self, files: Files, **more: Any) -> Dict[str, Any]:
        """Options of a module that calls REST with a certificate."""
        return {"urls": [self.flink.url], "ca_path": str(files.trust), "client_cert": str(files.certificate), "client_key": str(files.key), **more}

    def knock(self, name: str, mine: Files | None = None, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> str:
        return knock.with_tls("127.0.0.1", self.ports[name], (mine.certificate, mine.key) if mine else None, newest)


@pytest.fixture(scope="module", name="cluster", params=JOBS)
def _cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    directory = tmp_path_factory.mktemp("flink")
    own = Certificates(directory / "own", "flink-flink", kind="rsa").make("flink-flink")
    platform, callers = (Certificates(directory / name, name, kind="rsa") for name in ("platform", "flink-clients"))
    server, caller = platform.make("flink-flink-rest", trusts=[callers]), callers.make("flink-flink-client", trusts=[platform])
    given = {"flink_version": request.param, "flink_cluster_manager": "standalone", "flink_internal_tls": True, "flink_rest_tls": True,
             "flink_preflight": {"java": {"major": 17}}}
    asked = RoleValues("flink", {"all": ["n1"]}, flink_zookeeper_quorum="", **given).value("__flink_conf_tls")
    data, rpc, *metrics = free_ports(4)
    flink = FlinkCluster(directory, request.param, {
        **settings_for(asked, request.param), f"{PART}keystore": own.keystore, f"{PART}truststore": own.truststore,
        **{f"{PART}{name}-password": own.store_password for name in ("keystore", "key")}, f"{PART}truststore-password": own.trust_password,
        f"{REST}keystore": server.keystore, f"{REST}truststore": server.truststore,
        **{f"{REST}{name}-password": server.store_password for name in ("keystore", "key")}, f"{REST}truststore-password": server.trust_password,
        "taskmanager.data.port": data, "taskmanager.rpc.port": rpc, "metrics.internal.query-service.port": ",".join(map(str, metrics)),
    })
    flink.calls = {"verify": str(caller.trust), "cert": (str(caller.certificate), str(caller.key))}
    of_jobmanager = {"rpc": flink.settings["jobmanager.rpc.port"], "blob": flink.settings["blob.server.port"]}
    try:
        # A TaskManager that comes before its JobManager tries again after 10 s.
        flink.start_process("jobmanager")
        flink.wait_for_free_slots(0, 120)
        flink.start_process("taskmanager")
        flink.wait_for_free_slots(flink.slots, 120)
        of_taskmanager = {"rpc of the TaskManager": rpc, "data": data, "metrics": metrics[0], "other metrics": metrics[1]}
        yield Cluster(flink, {**of_jobmanager, **of_taskmanager}, own, server, caller)
    finally:
        flink.stop()


@pytest.fixture(scope="module", name="stranger")
def _stranger(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """With a certificate for the same names, by another authority that is called the same."""
    return Certificates(tmp_path_factory.mktemp("stranger"), "flink-flink").make("flink-flink")


def test_a_job_runs_with_it(cluster: Cluster, tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text("to be or not to be\n", encoding="utf-8")
    # By an address that says nothing of TLS, as while it is turned on.
    ran = run_module("flink_check", arguments={
        **cluster.rest(cluster.caller, urls=[cluster.flink.url.partition("://")[2]], mixed_tls=True),
        "jar": str(downloads.maven_jar(JOBS[cluster.flink.version])),
        "entry_class": "org.apache.flink.streaming.examples.wordcount.WordCount", "arguments": ["--input", str(words), "--output", str(tmp_path / "counted")],
        "timeout": 180,
    })
    assert ran.get("ran") is True, ran
    written = [tmp_path / "counted", *(tmp_path / "counted").rglob("*")]
    assert "(be,2)" in "".join(path.read_text(encoding="utf-8") for path in written if path.is_file())


def test_strangers_are_let_in_at_no_port(cluster: Cluster, stranger: Files) -> None:
    for name, port in cluster.ports.items():
        assert cluster.knock(name, cluster.own) == knock.LET_IN, name
        # Akka closes the connection without the alert that says why.
        refused = {"nobody": cluster.knock(name), "stranger": cluster.knock(name, stranger), "plain": knock.plain("127.0.0.1", port),
                   "older": cluster.knock(name, cluster.own, ssl.TLSVersion.TLSv1_2)}
        assert [who for who, why in refused.items() if why == knock.LET_IN] == [], (name, refused)


def test_rest_asks_for_a_certificate_of_the_callers_authority(cluster: Cluster) -> None:
    with_it = run_module("flink_info", arguments=cluster.rest(cluster.caller))
    assert with_it["version"] == cluster.flink.version, with_it
    refused = {
        "nobody": {"urls": [cluster.flink.url], "ca_path": str(cluster.caller.trust)},
        # A host of the platform, as which the server itself is known.
        "platform": cluster.rest(cluster.server, ca_path=str(cluster.caller.trust)),
    }
    for who, arguments in refused.items():
        found = run_module("flink_info", arguments={**arguments, "retries": 0})
        assert found["failed"] and "set client_cert and client_key" in found["msg"], (who, found)
    with pytest.raises(ssl.SSLError):
        knock_at(cluster, ssl.TLSVersion.TLSv1_2)
    # In clear nothing is told but where TLS is spoken.
    plain = requests.get(cluster.flink.url.replace("https", "http") + "/overview", timeout=20, allow_redirects=False)
    assert (plain.status_code, plain.text, plain.headers["Location"]) == (301, "", f"{cluster.flink.url}/overview")


def knock_at(cluster: Cluster, newest: ssl.TLSVersion) -> None:
    """A handshake with REST, with the certificate that it asks for."""
    context = ssl.create_default_context(cafile=str(cluster.caller.trust))
    context.maximum_version = newest
    context.load_cert_chain(cluster.caller.certificate, cluster.caller.key)
    where = urlsplit(cluster.flink.url)
    with socket.create_connection((where.hostname, where.port), timeout=20) as raw:
        context.wrap_socket(raw, server_hostname=where.hostname).close()


def test_the_command_lists_jobs_with_a_file_of_its_own(cluster: Cluster, tmp_path: Path) -> None:
    conf = tmp_path / "client-conf"
    conf.mkdir()
    cluster.flink.configure(conf, {
        f"{REST}keystore": cluster.caller.keystore, f"{REST}truststore": cluster.caller.truststore,
    })
    command = [str(cluster.flink.home / "bin" / "flink"), "list"]
    switches = " ".join(cluster.flink.switches)
    environment = {**os.environ, "FLINK_CONF_DIR": str(conf), "FLINK_LOG_DIR": str(tmp_path), "JAVA_HOME": str(cluster.flink.java),
                   "JVM_ARGS": switches}
    listed = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert listed.returncode == 0 and "No running jobs." in listed.stdout, listed.stdout + listed.stderr
    # With the server's own file it would be refused.
    environment["FLINK_CONF_DIR"] = str(cluster.flink.directory / "conf")
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert refused.returncode != 0 and "No running jobs." not in refused.stdout


def test_passwords_are_in_no_log(cluster: Cluster) -> None:
    logs = [path.read_text(encoding="utf-8", errors="replace") for path in (cluster.flink.directory / "log").iterdir()]
    assert any(f"{PART}keystore-password" in text for text in logs)
    assert not any(cluster.own.store_password in text for text in logs)


def test_what_an_audit_gets_of_it(cluster: Cluster) -> None:
    """Nothing but which version it speaks, that a certificate is wanted, and until when the server's is valid."""
    rest = urlsplit(cluster.flink.url).port
    asked = [Target("x", "127.0.0.1", port, tls=True) for name, port in cluster.ports.items() if name not in ("metrics", "other metrics")]
    for target in [*asked, Target("x", "127.0.0.1", rest, "flink")]:
        got = Knock(5).at(target)
        assert (got.language, got.tls_versions, got.wants_certificate, got.data, got.told) == ("tls", ["1.3"], True, False, ""), target
        assert got.certificate_until is not None
