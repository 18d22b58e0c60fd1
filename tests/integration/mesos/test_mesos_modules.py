# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Mesos modules against three masters and an agent, which are stand-ins, on a real ZooKeeper.

The first test runs every module as a user does, the others in this process, which takes a tenth of the time.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.session import WORLD, session

from tests.integration.ansible_module import run_module
from tests.integration.zookeeper.ensemble import Ensemble, install
from tests.stand_ins.loopback import Daemon, Scheduler, eventually, unpacked

FLINK = Path(__file__).resolve().parents[2] / "fixtures" / "flink_znodes.json"
STUBBORN = "trap '' TERM; while :; do sleep 0.2; done"


class Cluster:
    """One ZooKeeper, three masters, one agent."""

    def __init__(self, ensemble: Ensemble, directory: Path) -> None:
        self.ensemble = ensemble
        self.url = f"zk://{ensemble.servers[0]}/mesos"
        home = unpacked(directory)
        self.masters = [
            Daemon(home, "master", directory / f"master{number}", f"--zk={self.url}", "--quorum=2", "--zk_session_timeout=4secs")
            for number in range(3)
        ]
        resources = "--resources=cpus:4;mem:1024;disk:100;ports:[31000-31009]"
        self.agent = Daemon(home, "agent", directory / "agent", f"--master={self.url}", resources, "--attributes=rack:r1")

    def start(self) -> "Cluster":
        for daemon in [*self.masters, self.agent]:
            daemon.start()
        return self

    def stop(self) -> None:
        for daemon in [self.agent, *self.masters]:
            daemon.end(9)

    @property
    def addresses(self) -> List[str]:
        return [master.address for master in self.masters]

    def module(self, name: str, check: bool = False, **arguments: Any) -> Dict[str, Any]:
        """The result of a module with `failed`; unless told otherwise it is told of all masters."""
        if "zookeeper" not in arguments:
            arguments.setdefault("masters", self.addresses)
        module = importlib.import_module(f"ansible_collections.baremetal.flink.plugins.modules.{name}")
        printed = io.StringIO()
        with patch_module_args({**arguments, "_ansible_check_mode": check}), contextlib.redirect_stdout(printed), pytest.raises(SystemExit) as ended:
            module.main()
        result = json.loads(printed.getvalue())
        return {**result, "failed": bool(ended.value.code)}

    def leading(self) -> Daemon:
        return eventually(lambda: [master for master in self.masters if master.get("/metrics/snapshot")["master/elected"] == 1], "a leader")[0]

    def standby(self) -> str:
        leading = self.leading().address
        return next(address for address in self.addresses if address != leading)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    install()
    with Ensemble(tmp_path_factory.mktemp("zookeeper"), size=1) as ensemble:
        running = Cluster(ensemble, tmp_path_factory.mktemp("mesos")).start()
        try:
            found = running.module("mesos_info", wait_for="agents", count=1, timeout=60)
            assert not found["failed"], found
            yield running
        finally:
            running.stop()


@pytest.fixture
def scheduler(cluster: Cluster) -> Iterator[Scheduler]:
    framework = Scheduler(cluster.leading().address, name="flink").subscribe()
    framework.wait("SUBSCRIBED")
    try:
        yield framework
    finally:
        framework.call("TEARDOWN")
        framework.close()


def test_every_module_runs_as_ansible_packs_it(cluster: Cluster) -> None:
    masters = {"masters": cluster.addresses}
    hosts = {"hosts": cluster.ensemble.servers}
    found = [
        run_module("mesos_info", arguments=masters),
        run_module("mesos_agent", arguments={**masters, "agent": "127.0.0.1", "state": "drained"}, check=True, diff=True),
        run_module("mesos_framework", arguments={"zookeeper": cluster.url, "framework": "nobody"}),
        run_module("flink_ha_info", arguments={**hosts, **masters}),
        run_module("flink_mesos_workers", arguments={**hosts, "zookeeper": cluster.url}),
    ]
    assert [one["failed"] for one in found] == [False] * 5, found
    assert [one["changed"] for one in found] == [False, True, False, False, False], found
    assert '+    "state": "drained"' in found[1]["printed"]


def test_the_cluster_is_healthy_however_it_is_asked(cluster: Cluster) -> None:
    by_name = cluster.module("mesos_info", wait_for="masters", ask_agents=True, timeout=60)
    assert by_name["healthy"] and by_name["problems"] == [] and len(by_name["masters"]) == 3, by_name
    assert [(one["state"], one["attributes"], one["resources"]["cpus"]) for one in by_name["agents"]] == [("active", {"rack": "r1"}, 4.0)]
    by_zookeeper = cluster.module("mesos_info", zookeeper=cluster.url, tasks=True)
    assert by_zookeeper["leader"] == by_name["leader"] and by_zookeeper["tasks"] == []
    assert sorted(one["url"] for one in by_zookeeper["masters"]) == sorted(f"http://{address}" for address in cluster.addresses)
    by_standby = cluster.module("mesos_info", masters=[cluster.standby()])
    assert by_standby["leader"] == by_name["leader"]


def test_an_agent_is_deactivated_and_reactivated(cluster: Cluster) -> None:
    standby = cluster.standby()

    def change(state: str, **more: Any) -> Dict[str, Any]:
        return cluster.module("mesos_agent", agent="127.0.0.1", state=state, masters=[standby], **more)

    assert change("active")["changed"] is False
    would = change("deactivated", check=True)
    assert would["changed"] and would["diff"]["after"] == {"state": "deactivated"}, would
    assert change("active", check=True)["changed"] is False
    assert [change("deactivated")[key] for key in ("changed", "state")] == [True, "deactivated"]
    assert change("deactivated")["changed"] is False
    assert [change("active")[key] for key in ("changed", "state")] == [True, "active"]


def test_a_drain_names_the_tasks_that_are_left_and_ends(cluster: Cluster, scheduler: Scheduler) -> None:
    scheduler.launch("worker-1", STUBBORN, kill_policy={"grace_period": {"nanoseconds": 8 * 10**9}})
    scheduler.status("worker-1", "TASK_RUNNING")
    running = cluster.module("mesos_info", tasks=True)["tasks"]
    assert [(one["framework"], one["id"], one["state"]) for one in running] == [("flink", "worker-1", "TASK_RUNNING")]
    late = cluster.module("mesos_agent", agent="127.0.0.1", state="drained", timeout=2)
    assert late["failed"] and late["changed"], late
    assert "it is draining; tasks left: worker-1 (TASK_" in late["msg"] and f"of framework flink ({scheduler.id})" in late["msg"]
    refused = cluster.module("mesos_agent", agent="127.0.0.1", state="active")
    assert refused["failed"] and "cannot call that off" in refused["msg"]
    done = cluster.module("mesos_agent", agent="127.0.0.1", state="drained", timeout=60)
    assert not done["failed"] and done["state"] == "drained" and done["changed"] is False, done
    assert cluster.module("mesos_agent", agent="127.0.0.1", state="drained")["changed"] is False
    assert cluster.module("mesos_agent", agent="127.0.0.1", state="deactivated")["changed"] is False
    back = cluster.module("mesos_agent", agent=done["agent"]["id"], state="active")
    assert back["changed"] and back["state"] == "active"


def test_agents_that_are_not_there(cluster: Cluster) -> None:
    found = cluster.module("mesos_agent", agent="10.9.9.9", state="drained")
    assert found["failed"] and "knows no agent 10.9.9.9" in found["msg"] and "127.0.0.1 (active)" in found["msg"]


def put_flink(cluster: Cluster, framework_id: str) -> None:
    """The recorded nodes of a Flink cluster with another framework id; nobody listens at its recorded leader."""
    params = {"hosts": cluster.ensemble.servers, "connect_timeout": 10, "auth": None, "tls": None}
    with session(params) as zookeeper:
        for entry in json.loads(FLINK.read_text(encoding="utf-8")):
            data = entry.get("data_head", "").encode("latin-1")
            if entry["path"].startswith("/flink") and zookeeper.stat(entry["path"]) is None:
                zookeeper.create(entry["path"], framework_id.encode() if entry["path"].endswith("/frameworkId") else data, WORLD)


def test_a_framework_that_was_torn_down_is_recognised_and_forgotten(cluster: Cluster, scheduler: Scheduler) -> None:
    put_flink(cluster, str(scheduler.id))
    hosts = {"hosts": cluster.ensemble.servers}
    found = cluster.module("flink_ha_info", **hosts, wait_for="registered", timeout=10)
    assert not found["failed"] and found["registration"]["registered"] and found["problems"] == [], found
    refused = cluster.module("flink_mesos_workers", **hosts)
    assert refused["failed"] and "is active on the leading Mesos master" in refused["msg"]

    assert cluster.module("mesos_framework", framework="flink", check=True)["changed"] is True
    assert cluster.module("mesos_info", wait_for="framework", framework="flink", timeout=0)["failed"] is False
    ended = cluster.module("mesos_framework", framework="flink")
    assert [ended[key] for key in ("changed", "state")] == [True, "completed"]
    assert cluster.module("mesos_framework", framework=scheduler.id)["changed"] is False

    vain = cluster.module("flink_ha_info", **hosts, zookeeper=cluster.url, wait_for="registered", timeout=30)
    assert vain["failed"] and "has removed framework" in vain["msg"] and vain["registration"]["torn_down"] == "restarting", vain
    would = cluster.module("flink_mesos_workers", **hosts, zookeeper=cluster.url, check=True)
    done = cluster.module("flink_mesos_workers", **hosts, zookeeper=cluster.url)
    assert would["changed"] and done["changed"] and done["deleted"] == would["deleted"], (would, done)
    assert cluster.module("flink_mesos_workers", **hosts)["changed"] is False
    after = cluster.module("flink_ha_info", **hosts)
    assert after["mesos_workers"] is None and after["registration"]["state"] == "none"


def test_another_master_leads_after_the_leader_was_killed(cluster: Cluster) -> None:
    old = cluster.leading()
    old.end(9)
    try:
        found = eventually(
            lambda: [one for one in [cluster.module("mesos_info", wait_for="leader", timeout=60)] if not one["failed"]], "a leader", 60
        )[0]
        assert not found["leader"]["url"].endswith(old.address)
        assert found["healthy"] is False
        assert any(f"master http://{old.address} does not answer: connection refused" in problem for problem in found["problems"])
        back = cluster.module("mesos_info", wait_for="agents", hostnames=["127.0.0.1"], timeout=60)
        assert not back["failed"], back
        assert cluster.module("mesos_agent", agent="127.0.0.1", state="active")["changed"] is False
    finally:
        old.start()
    assert cluster.module("mesos_info", wait_for="masters", count=3, timeout=60)["healthy"]
