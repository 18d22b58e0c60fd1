# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""dcos_package and playbooks/dcos.yml against the stand-in of DC/OS, on a real ZooKeeper and the Mesos master's stand-in.

The AppMaster is a framework of that master and a session of that ZooKeeper; it lives a moment longer than its app, as the real one does.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

import pytest
from kazoo.client import KazooClient

from tests.integration.ansible_module import run_module
from tests.integration.zookeeper.ensemble import Ensemble, install
from tests.playbook import play
from tests.stand_ins.cosmos.api import Cluster
from tests.stand_ins.cosmos.server import Server
from tests.stand_ins.loopback import Daemon, Scheduler, unpacked

PATH = "/flink/default"
WORKERS = f"{PATH}/mesos-workers"
JOB = "0" * 31 + "1"
DYING = 0.5


class AppMaster:
    """What an app of the catalogue's flink does to Mesos and, with high availability turned on, to ZooKeeper."""

    def __init__(self, master: str, zookeeper: str) -> None:
        self.master = master
        self.keeper = KazooClient(zookeeper, timeout=4)
        self.scheduler: Optional[Scheduler] = None

    def start(self, app: Dict[str, Any]) -> None:
        """Register, or take the framework over as the one before has left it, and be the leader."""
        before = self.scheduler
        url = f"http://127.0.0.1:{app['tasks'][0]['ports'][0]}"
        self.scheduler = Scheduler(self.master, before.id if before else None, name="flink", hostname="127.0.0.1", webui_url=url).subscribe()
        self.scheduler.wait("SUBSCRIBED")
        if not self.keeper.connected:
            self.keeper.start()
            self.keeper.create(f"{WORKERS}/frameworkId", str(self.scheduler.id).encode(), makepath=True)
            self.keeper.create(f"{PATH}/jobgraphs/{JOB}", b"graph", makepath=True)
            self.keeper.create(f"{PATH}/leaderlatch/dispatcher_lock/_c_1-latch-", b"", ephemeral=True, sequence=True, makepath=True)

    def end(self, app: Dict[str, Any]) -> None:
        """Die after a while, unless a successor has come."""
        mine = self.scheduler

        def die() -> None:
            if mine is not None:
                mine.close()
            if self.scheduler is mine:
                self.keeper.stop()

        threading.Timer(DYING, die).start()


class Rack:
    """DC/OS at ``url``."""

    def __init__(self, server: Server, master: Daemon, zookeeper: str) -> None:
        self.server, self.master, self.zookeeper = server, master, zookeeper
        self.cluster = server.cluster
        self.login = {"url": server.url, "url_username": "ops", "url_password": "geheim"}

    def module(self, check: bool = False, **arguments: Any) -> Dict[str, Any]:
        return run_module("dcos_package", check=check, diff=True, arguments={**self.login, "timeout": 60, **arguments})

    def frameworks(self) -> Dict[str, List[str]]:
        """The ids of frameworks that run, and of those that are completed."""
        state = self.master.get("/state")
        return {name: [each["id"] for each in state[name]] for name in ("frameworks", "completed_frameworks")}

    def nodes(self) -> List[str]:
        keeper = KazooClient(self.zookeeper)
        keeper.start()
        try:
            return keeper.get_children("/flink")
        finally:
            keeper.stop()


@pytest.fixture(scope="module")
def rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    install()
    directory = tmp_path_factory.mktemp("dcos")
    with Ensemble(directory / "zookeeper", size=1) as ensemble:
        master = Daemon(unpacked(directory), "master", directory / "master", "--hostname=127.0.0.1").start()
        try:
            cluster = Cluster(users={"ops": "geheim"})
            appmaster = AppMaster(master.address, ensemble.servers[0])
            cluster.apps.on_start, cluster.apps.on_end = appmaster.start, appmaster.end
            with Server(cluster, mesos=master.address) as server:
                yield Rack(server, master, ensemble.servers[0])
        finally:
            master.end(9)


def test_a_service_from_its_installation_to_its_end(rack: Rack) -> None:
    options = {"service": {"slots": 2, "secret": "s3cret"}}
    done = rack.module(options=options)
    assert (done["failed"], done["changed"], done["created"], done["app_id"]) == (False, True, True, "/flink"), done
    assert done["options"]["service"]["secret"] == "******" and [each["state"] for each in done["tasks"]] == ["TASK_RUNNING"]
    shown = done["printed"].partition("localhost | ")[0]
    assert '+    "version": "1.4.2-1.0"' in shown and "s3cret" not in shown

    again = rack.module(options=options, version="1.4.2-1.0")
    assert (again["failed"], again["changed"], again["changed_options"]) == (False, False, []), again
    assert rack.cluster.changes == ["/package/install"]

    grown = rack.module(options={"task-managers": {"count": "3"}})
    assert (grown["failed"], grown["changed"], grown["changed_options"]) == (False, True, ["task-managers.count"]), grown
    assert grown["deployment_id"] and grown["options"]["service"]["slots"] == 2

    (framework,) = rack.frameworks()["frameworks"]
    gone = rack.module(state="absent", zookeeper_state={"hosts": [rack.zookeeper]})
    assert (gone["failed"], gone["changed"], gone["torn_down"], gone["framework"]["id"]) == (False, True, True, framework), gone
    assert f"{PATH}/jobgraphs/{JOB}" in gone["deleted"] and f"{WORKERS}/frameworkId" in gone["deleted"]
    assert gone["waited"] >= DYING and rack.cluster.apps.apps == {} and rack.nodes() == []
    assert rack.frameworks() == {"frameworks": [], "completed_frameworks": [framework]}


def test_the_playbook(rack: Rack, tmp_path: Path) -> None:
    rack.cluster.apps.on_start = rack.cluster.apps.on_end = lambda app: None
    variables = {
        "dcos_url": rack.server.url, "dcos_token": rack.cluster.token("ops"), "dcos_package_version": "1.4.1.-1",
        "dcos_package_options": {"service": {"name": "analytics", "slots": "2"}},
    }
    (tmp_path / "flink.json").write_text(json.dumps(variables), encoding="utf-8")
    run = play("playbooks/dcos.yml", "-e", f"@{tmp_path / 'flink.json'}", inventory=["localhost,"], timeout=60)
    assert run.status == 0 and run.changed == 1, run.text
    assert "flink 1.4.1.-1 is /analytics. Flink is being installed." in run.flat
    app = rack.cluster.apps.apps["/analytics"]
    assert app["env"]["FLINK_TASK_SLOTS"] == "2" and app["labels"]["DCOS_PACKAGE_VERSION"] == "1.4.1.-1"
