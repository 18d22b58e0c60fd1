# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Flinks with what the role sets for flink_internal_tls: a job runs, and strangers get nothing at any port that is internal."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator

import pytest

from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import settings_for
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
PART = "security.ssl.internal."


@dataclass
class Cluster:
    flink: FlinkCluster
    ports: Dict[str, int]
    own: Files

    def knock(self, name: str, mine: Files | None = None, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> str:
        return knock.with_tls("127.0.0.1", self.ports[name], (mine.certificate, mine.key) if mine else None, newest)


@pytest.fixture(scope="module", name="cluster", params=JOBS)
def _cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    directory = tmp_path_factory.mktemp("flink")
    own = Certificates(directory / "own", "flink-flink", kind="rsa").make("flink-flink")
    given = {"flink_version": request.param, "flink_cluster_manager": "standalone", "flink_internal_tls": True, "flink_preflight": {"java": {"major": 17}}}
    asked = RoleValues("flink", {"all": ["n1"]}, flink_zookeeper_quorum="", **given).value("__flink_conf_tls")
    data, rpc, *metrics = free_ports(4)
    flink = FlinkCluster(directory, request.param, {
        **settings_for(asked, request.param), f"{PART}keystore": own.keystore, f"{PART}truststore": own.truststore,
        **{f"{PART}{name}-password": own.store_password for name in ("keystore", "key")}, f"{PART}truststore-password": own.trust_password,
        "taskmanager.data.port": data, "taskmanager.rpc.port": rpc, "metrics.internal.query-service.port": ",".join(map(str, metrics)),
    })
    of_jobmanager = {"rpc": flink.settings["jobmanager.rpc.port"], "blob": flink.settings["blob.server.port"]}
    try:
        # A TaskManager that comes before its JobManager tries again after 10 s.
        flink.start_process("jobmanager")
        flink.wait_for_free_slots(0, 120)
        flink.start_process("taskmanager")
        flink.wait_for_free_slots(flink.slots, 120)
        yield Cluster(flink, {**of_jobmanager, "rpc of the TaskManager": rpc, "data": data, "metrics": metrics[0], "other metrics": metrics[1]}, own)
    finally:
        flink.stop()


@pytest.fixture(scope="module", name="stranger")
def _stranger(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """With a certificate for the same names, by another authority that is called the same."""
    return Certificates(tmp_path_factory.mktemp("stranger"), "flink-flink").make("flink-flink")


def test_a_job_runs_with_it(cluster: Cluster, tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text("to be or not to be\n", encoding="utf-8")
    ran = run_module("flink_check", arguments={
        "urls": [cluster.flink.url], "jar": str(downloads.maven_jar(JOBS[cluster.flink.version])),
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


def test_passwords_are_in_no_log(cluster: Cluster) -> None:
    logs = [path.read_text(encoding="utf-8", errors="replace") for path in (cluster.flink.directory / "log").iterdir()]
    assert any(f"{PART}keystore-password" in text for text in logs)
    assert not any(cluster.own.store_password in text for text in logs)
