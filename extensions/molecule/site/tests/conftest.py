"""The platform as its operator has it, and Flink over REST and in ZooKeeper."""

from __future__ import annotations

import re

import pytest
import requests
from kazoo.client import KazooClient

from tests.fleet.fleet import Fleet
from tests.on_hosts import Coordinated
from tests.scenario import Operator


class Flink(Coordinated):
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
        answer = requests.get(f"http://{self.addresses[self.leader()]}:{self.port}{path}", timeout=5)
        answer.raise_for_status()
        return answer.json()

    def running(self) -> list[str]:
        """Ids of the jobs that have not ended."""
        return [job["jid"] for job in self.rest("/jobs/overview")["jobs"] if job["state"] == "RUNNING"]

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
def operator(tmp_path_factory):
    return Operator("site", "playbooks/site.yml", tmp_path_factory.mktemp("inventories"))


@pytest.fixture(scope="session")
def fleet(operator) -> Fleet:
    return operator.fleet


@pytest.fixture(scope="session")
def session_cluster(fleet, zookeeper) -> Flink:
    return Flink(fleet, zookeeper, "/flink/default", 8081)
