"""The platform on Mesos as its operator has it: playbooks, ZooKeeper's word on who leads, and a job that takes checkpoints."""

from __future__ import annotations

import contextlib
import re
import time

import pytest
import requests

from tests.on_hosts import EXAMPLES, JAR, Coordinated
from tests.scenario import Operator

APPMASTER = "'^[^ ]*java .*MesosSessionClusterEntrypoint'"
AGENTS = ("node1", "node2", "node3")
TASKMANAGER = "'^[^ ]*java .*MesosTaskExecutorRunner'"


class Platform(Coordinated):
    """Who leads what, and Flink over REST wherever its AppMaster is at the moment."""

    def processes(self, pattern: str) -> dict[str, str]:
        """Ids of the processes of a pattern, by host."""
        found = {name: self.on(name, f"pgrep -f {pattern} || true") for name in self.names.values() if self.fleet.host(name).running()}
        return {name: pids for name, pids in found.items() if pids}

    def pids(self, pattern: str) -> set[tuple[str, str]]:
        """Host and id of each process of a pattern."""
        return {(name, pid) for name, pids in self.processes(pattern).items() for pid in pids.split()}

    def framework(self, cluster: str = "default") -> str:
        return self.node(f"/flink/{cluster}/mesos-workers/frameworkId").decode()

    def first(self, path: str) -> bytes:
        """Data of the lowest node of an election."""
        return self.node(f"{path}/{min(self.zookeeper.retry(self.zookeeper.get_children, path), key=lambda name: name[-10:])}")

    def leading_master(self) -> str:
        names = [name for name in self.zookeeper.retry(self.zookeeper.get_children, "/mesos") if name.startswith("json.info_")]
        data = self.node(f"/mesos/{min(names)}").decode()
        return self.names[re.search(r'"ip":"([0-9.]+)"', data.replace(" ", "")).group(1)]

    def master_url(self) -> str:
        """Where the leading master answers."""
        return f"http://{self.addresses[self.leading_master()]}:5050"

    @staticmethod
    def _get(url: str):
        answer = requests.get(url, timeout=5)
        answer.raise_for_status()
        return answer.json()

    def active_agents(self) -> int:
        """Agents that the leading master can use."""
        return int(self._get(f"{self.master_url()}/metrics/snapshot")["master/slaves_active"])

    def registered(self, host: str) -> bool:
        """Whether the agent of a host says that a master knows it."""
        return self._get(f"http://{self.addresses[host]}:5051/metrics/snapshot")["slave/registered"] == 1

    def tear_down(self, framework: str) -> None:
        """End a framework, as somebody who does not know Flink's record of it would."""
        requests.post(f"{self.master_url()}/teardown", data={"frameworkId": framework}, timeout=10).raise_for_status()

    def lead_elsewhere(self, host: str, seconds: float = 90) -> None:
        """Have another host's master lead, and know all agents."""
        if self.leading_master() == host:
            self.on(host, "sudo systemctl restart mesos-master")
        self.wait_for(lambda: self.leading_master() != host and self.active_agents() == len(AGENTS), f"another master than that of {host}", seconds)

    def leading_marathon(self) -> str:
        address = self.first("/marathon/leader-curator").decode().split(":", maxsplit=1)[0]
        return self.names.get(address, address)

    def rest_leader(self) -> tuple[str, str]:
        """URL and address of the leading REST server, out of Java's serialised form."""
        found = re.search(rb"http://([0-9.]+):\d+", self.node("/flink/default/leader/rest_server_lock"))
        return found.group().decode(), found.group(1).decode()

    def rest(self, path: str):
        return self._get(self.rest_leader()[0] + path)

    def idle(self) -> bool:
        """Whether Flink has started more TaskManagers than its jobs use; they end by themselves after a while."""
        known = self.rest("/taskmanagers")["taskmanagers"]
        return len(known) != len(self.pids(TASKMANAGER)) or any(each["freeSlots"] == each["slotsNumber"] for each in known)

    def appmaster_host(self) -> str:
        return self.names[self.rest_leader()[1]]

    def app(self, seconds: float = 90) -> dict:
        """The AppMaster's app as a leading Marathon has it; during an election there is none."""
        def look():
            for address in self.names:
                with contextlib.suppress(requests.RequestException):
                    answer = requests.get(f"http://{address}:8080/v2/apps//flink/appmaster", timeout=5)
                    if answer.ok:
                        return answer.json()["app"]
            return None

        return self.wait_for(look, "a Marathon that leads", seconds)


class Job:
    """Flink's StateMachineExample, which takes a checkpoint every two seconds."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        started = platform.on("node1", f"sudo flink run --detached --class={EXAMPLES}.statemachine.StateMachineExample {JAR} --error-rate 0 --sleep 1")
        self.id = re.search(r"JobID ([0-9a-f]{32})", started).group(1)

    def checkpoints(self) -> tuple[int, int]:
        """Numbers of the latest checkpoint, and of the one it was restored from; zero for none."""
        latest = self.platform.rest(f"/jobs/{self.id}/checkpoints")["latest"]
        return tuple(int((latest[name] or {}).get("id", 0)) for name in ("completed", "restored"))

    def wait_for(self, condition, what: str, seconds: float = 240) -> float:
        """Seconds until a condition on checkpoints() holds."""
        began = time.monotonic()
        seen: object = None
        while time.monotonic() - began < seconds:
            try:
                seen = self.checkpoints()
                if condition(*seen):
                    return time.monotonic() - began
            except (requests.RequestException, AttributeError, LookupError, OSError) as error:
                seen = error
            time.sleep(0.5)
        raise AssertionError(f"waited {seconds} s for {what}, and saw {seen!r}")

    def goes_on(self, after: int, restored: bool) -> float:
        """Seconds until it has taken another checkpoint, after it was restored from one if that is expected."""
        def met(latest: int, origin: int) -> bool:
            return latest > max(after, origin) and (origin >= after or not restored)
        return self.wait_for(met, f"a checkpoint after {after}")


@pytest.fixture(scope="session")
def operator(tmp_path_factory):
    return Operator("site_mesos", "playbooks/site.yml", tmp_path_factory.mktemp("inventories"))


@pytest.fixture(scope="session")
def platform(operator, zookeeper):
    return Platform(operator.fleet, zookeeper)


@pytest.fixture(scope="session")
def job(platform):
    return Job(platform)
