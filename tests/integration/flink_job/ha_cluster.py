# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real, highly available Flink on loopback: two JobManagers that elect a leader in a real ZooKeeper, and a TaskManager."""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional

import requests
import yaml
from ansible_collections.baremetal.flink.plugins.module_utils.flink.ha_state import parse_leader
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import ZOOKEEPER_AUTO, flink
from kazoo.client import KazooClient
from kazoo.exceptions import NoNodeError

from tests import downloads
from tests.integration.ansible_module import ROOT
from tests.integration.flink_rest.flink_cluster import FlinkCluster
from tests.ports import free_ports

ROLE = yaml.safe_load((ROOT / "roles/flink/vars/main/configuration.yml").read_text(encoding="utf-8"))
JOBMANAGERS = ("jobmanager1", "jobmanager2")
#: What a JobManager of 1.15 or newer tells of whether it leads the jobs.
LEADERSHIP = re.compile(r"DefaultDispatcherRunner was (granted|revoked the) leadership")


def as_the_role_sets_it(version: str) -> Dict[str, str]:
    """What becomes of jobs that fail and of their checkpoints, with shorter delays between restarts."""
    grows = tuple(map(int, version.split(".")[:2])) >= (1, 13)
    delays = {"initial-backoff": "100 ms", "max-backoff": "200 ms"} if grows else {"delay": "100 ms"}
    strategy = "exponential-delay" if grows else "fixed-delay"
    # What follows from variables is left to the tests.
    plain = {key: value for key, value in ROLE["flink_conf_common"].items() if "{{" not in value}
    kept = {key: value for key, value in plain.items() if key.startswith("execution.checkpointing.")}
    return {**kept, **ROLE["flink_conf_restart"][strategy], **{f"restart-strategy.{strategy}.{key}": value for key, value in delays.items()}}


def as_kazoo(login: Mapping[str, Any]) -> Dict[str, Any]:
    """The same by kazoo, whose sessions live through a ZooKeeper that is away; empty where nothing is asked for."""
    if not login:
        return {}
    tls, auth = login["tls"], login["auth"]
    return {
        "use_ssl": True, "ca": tls["ca_file"], "certfile": tls["cert_file"], "keyfile": tls["key_file"],
        "sasl_options": {"mechanism": "DIGEST-MD5", "username": auth["username"], "password": auth["password"]},
    }  # fmt: skip


class HaCluster(FlinkCluster):
    """``zookeeper`` is the connect string of a running ensemble; ``cluster_id`` keeps the clusters in it apart.

    ``client`` is flink_zookeeper_client_version of the role, ``login`` what the filter zookeeper_client says where it calls by TLS and as a user.
    """

    def __init__(
        self, directory: Path, zookeeper: List[str], version: str = "1.12.5", cluster_id: str = "/default", client: str = ZOOKEEPER_AUTO,
        login: Optional[Mapping[str, Any]] = None,
    ) -> None:
        settings = {
            "high-availability": "zookeeper",
            "high-availability.zookeeper.quorum": ",".join(zookeeper),
            "high-availability.cluster-id": cluster_id,
            "high-availability.storageDir": (directory / "ha").as_uri(),
            "high-availability.zookeeper.client.session-timeout": 4000,
            "blob.server.port": 0,
            "web.refresh-interval": 300,
            **({"high-availability.zookeeper.client.acl": "creator", "zookeeper.sasl.disable": "false"} if login else {}),
            **as_the_role_sets_it(version),
        }
        # On Java 17 the ZooKeeper client that older ones bring along does not connect, or they need switches.
        java = 17 if tuple(map(int, version.split(".")[:2])) >= (1, 19) else 11
        super().__init__(directory, version, settings, slots=4, java=java)
        laid = flink(version).zookeeper_client(client, java)
        self.laid = [downloads.maven_jar(f"org.apache.flink:flink-shaded-zookeeper-3:{laid}")] if laid else []
        self.switches = [*self.switches, *(login or {}).get("java_options", [])]
        self.zookeeper, self.login = zookeeper, login
        self.cluster_id = cluster_id
        ports = free_ports(2 * len(JOBMANAGERS))
        self.rest_ports = dict(zip(JOBMANAGERS, ports))
        self.rpc_ports = dict(zip(JOBMANAGERS, ports[len(JOBMANAGERS):]))
        for name, port in self.rest_ports.items():
            own = {
                "rest.port": port,
                "high-availability.jobmanager.port": self.rpc_ports[name],
                "web.tmpdir": directory / f"web-{name}",
                "web.upload.dir": directory / f"upload-{name}",
            }
            conf = directory / f"conf-{name}"
            shutil.copytree(directory / "conf", conf)
            self.configure(conf, own)
            for key in ("web.tmpdir", "web.upload.dir"):
                Path(str(own[key])).mkdir()

    def start(self) -> "HaCluster":
        self.url = f"http://127.0.0.1:{self.rest_ports[JOBMANAGERS[0]]}"
        for name in JOBMANAGERS:
            self.start_jobmanager(name)
            if self.number < (1, 6):
                # Its REST server answers only if the JobManager that leads the jobs leads the resources as well.
                self.wait_for_free_slots(0)
        self.start_process("taskmanager")
        self.wait_for_free_slots(self.slots)
        return self

    def start_jobmanager(self, name: str) -> None:
        self.start_process(name, self.directory / f"conf-{name}")

    def leader(self) -> str:
        """Which JobManager runs the jobs; the REST server has an election of its own."""
        name = "dispatcher/connection_info" if self.number >= (1, 14) else "dispatcher_lock"
        lock = f"/flink{self.cluster_id}/leader/{name}"
        with self._asking() as client:
            found = parse_leader(client.get(lock)[0], lock)
        assert found is not None
        return next(name for name, port in self.rpc_ports.items() if port == found.port)

    def candidates(self) -> List[int]:
        """The sessions whose znodes stand in the election, the one that wins first; from 1.15 on."""
        found = {}
        with self._asking() as client, contextlib.suppress(NoNodeError):
            latch = f"/flink{self.cluster_id}/leader/latch"
            for name in client.get_children(latch):
                found[name.rpartition("-")[2]] = client.get(f"{latch}/{name}")[1].ephemeralOwner
        return [found[number] for number in sorted(found)]

    def elected(self) -> bool:
        """Whether the one that wins has made known, by its session, all that a leader has: REST server, dispatcher, resource manager."""
        candidates = self.candidates()
        with self._asking() as client, contextlib.suppress(NoNodeError):
            names = (f"/flink{self.cluster_id}/leader/{name}/connection_info" for name in ("rest_server", "dispatcher", "resource_manager"))
            return [client.get(name)[1].ephemeralOwner for name in names] == candidates[:1] * 3
        return False

    def leading(self) -> List[str]:
        """The JobManagers that lead the jobs by their own logs, whatever ZooKeeper has; from 1.15 on."""
        told = {name: LEADERSHIP.findall((self.directory / "log" / f"{name}.out").read_text(errors="replace")) for name in JOBMANAGERS}
        return [name for name, words in told.items() if words and words[-1] == "granted"]

    @contextlib.contextmanager
    def _asking(self) -> Iterator[KazooClient]:
        # A server that is just starting is tried again at once, and not after seconds.
        client = KazooClient(
            hosts=",".join(self.zookeeper), connection_retry={"max_tries": -1, "delay": 0.2, "backoff": 1}, **as_kazoo(self.login or {}))
        client.start(timeout=30)
        try:
            yield client
        finally:
            client.stop()
            client.close()

    def kill_leader(self) -> str:
        """SIGKILL for the leading JobManager; it is started again at once, as systemd would, and becomes the standby."""
        name = self.leader()
        self.kill_process(name)
        self.start_jobmanager(name)
        return name

    def log(self, what: str) -> str:
        return super().log(what if what in self.processes else JOBMANAGERS[0])

    def jobs(self) -> List[Dict[str, Any]]:
        """All jobs."""
        return self._ask("/jobs/overview")["jobs"]

    def checkpoints_of(self, job_id: str) -> Dict[str, Any]:
        """Flink's statistics of a job's checkpoints."""
        return self._ask(f"/jobs/{job_id}/checkpoints")

    def restarts_of(self, job_id: str) -> int:
        """How often this leader has restarted a job."""
        (told,) = self._ask(f"/jobs/{job_id}/metrics?get=numRestarts")
        return int(told["value"])

    def _ask(self, path: str) -> Any:
        """What any JobManager answers that can."""
        for port in self.rest_ports.values():
            try:
                answer = requests.get(f"http://127.0.0.1:{port}{path}", timeout=10)
            except requests.ConnectionError:
                continue
            if answer.ok:
                return answer.json()
        raise AssertionError(f"no JobManager answers {path}")
