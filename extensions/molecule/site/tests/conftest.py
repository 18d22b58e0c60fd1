"""What the tests of this scenario share: the fleet, its inventory, ansible-playbook on it, and Flink over REST and in ZooKeeper."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

import pytest
import requests
from kazoo.client import KazooClient

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

from tests.fleet.fleet import Fleet  # noqa: E402
from tests.fleet.look import over_ssh  # noqa: E402
from tests.on_hosts import OnHosts, zookeeper_of  # noqa: E402
from tests.playbook import play, play_until_green  # noqa: E402


class Flink(OnHosts):
    """One of the Flink clusters of the hosts: who leads it, and what it answers, whoever leads."""

    def __init__(self, fleet: Fleet, zookeeper: KazooClient, path: str, port: int) -> None:
        super().__init__(fleet, zookeeper)
        self.path = path
        self.port = port

    def leader(self) -> str:
        """The host whose dispatcher leads; during an election there is none, which is a LookupError."""
        found = re.search(rb"@([0-9.]+):\d+/", self.node(f"{self.path}/leader/dispatcher_lock"))
        if not found:
            raise LookupError(f"nobody leads {self.path}")
        return self.names[found.group(1).decode()]

    def rest(self, path: str):
        """An answer of the leader's own host."""
        leader = self.leader()
        address = next(address for address, name in self.names.items() if name == leader)
        answer = requests.get(f"http://{address}:{self.port}{path}", timeout=5)
        answer.raise_for_status()
        return answer.json()

    def running(self) -> list[str]:
        """Ids of the jobs that have not ended."""
        return [job["jid"] for job in self.rest("/jobs/overview")["jobs"] if job["state"] == "RUNNING"]

    def wait_for(self, probe, what: str, seconds: float = 120):
        """What `probe` returns, once that is something true."""
        deadline = time.monotonic() + seconds
        seen: object = None
        while time.monotonic() < deadline:
            try:
                seen = probe()
                if seen:
                    return seen
            except (requests.RequestException, LookupError, OSError) as error:
                seen = error
            time.sleep(0.5)
        raise AssertionError(f"waited {seconds} s for {what}, and saw {seen!r}")

    def checkpoint(self, job: str, after: int = 0) -> dict:
        """The job's latest checkpoint, once it has completed one after that number."""
        def probe():
            latest = (self.rest(f"/jobs/{job}/checkpoints")["latest"] or {}).get("completed")
            return latest if latest and latest["id"] > after else None
        return self.wait_for(probe, f"a checkpoint after {after}")

    def restored(self, job: str) -> dict:
        """The checkpoint or savepoint from which the job was restored."""
        return self.wait_for(lambda: self.rest(f"/jobs/{job}/checkpoints")["latest"]["restored"], "a job that was restored")


@pytest.fixture(scope="session")
def inventory() -> str:
    return os.environ["MOLECULE_INVENTORY_FILE"]


@pytest.fixture(scope="session")
def fleet() -> Fleet:
    return Fleet("site")


@pytest.fixture(scope="session")
def site(inventory):
    """Run a playbook of the collection on the fleet."""

    def run(playbook: str, *arguments: str, more: tuple[str, ...] = (), oldest: bool = False):
        return play(f"playbooks/{playbook}.yml", *arguments, inventory=[inventory, *more], oldest=oldest)

    return run


@pytest.fixture
def green(inventory):
    """verify.yml must be green in the end."""
    return lambda: play_until_green(inventory=[inventory])


@pytest.fixture(scope="session", params=["node1", "node2", "node3"])
def name(request) -> str:
    return request.param


@pytest.fixture(scope="session")
def host(fleet, name):
    return over_ssh(fleet, name)


@pytest.fixture(scope="session")
def zookeeper(fleet):
    with zookeeper_of(fleet) as client:
        yield client


@pytest.fixture(scope="session")
def session_cluster(fleet, zookeeper) -> Flink:
    return Flink(fleet, zookeeper, "/flink/default", 8081)
