# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platform on a fleet, seen from outside: commands on its hosts, and what ZooKeeper knows."""

from __future__ import annotations

import contextlib
import re
import subprocess
import time
from typing import Callable, Iterator, TypeVar

import requests
from kazoo.client import KazooClient
from kazoo.exceptions import NoNodeError

from .fleet.fleet import Fleet

#: Flink's examples, as the role flink has them on every host with Flink; which release's, a host's shell knows.
EXAMPLES = "org.apache.flink.streaming.examples"
JAR = "/opt/flink/examples/streaming/flink-examples-streaming*.jar"

#: What is raised while nobody leads, or who leads does not answer.
NOT_YET = (requests.RequestException, LookupError, ValueError, OSError)
Seen = TypeVar("Seen")


@contextlib.contextmanager
def zookeeper_of(fleet: Fleet) -> Iterator[KazooClient]:
    """A client that outlives the loss of any member."""
    for_ever = {"max_tries": -1, "max_delay": 1}
    hosts = ",".join(f"{host.address}:2181" for host in fleet.hosts())
    client = KazooClient(hosts=hosts, timeout=10, connection_retry=for_ever, command_retry=for_ever)
    client.start(timeout=30)
    try:
        yield client
    finally:
        client.stop()
        client.close()


def last_words(fleet: Fleet, lines: int = 12) -> str:
    """What each daemon of the platform wrote last, a line for each, with its host and unit before it."""
    units = "krb5-*.service zookeeper.service hdfs-*.service mesos-*.service marathon*.service *flink*.service"
    look = (f"for u in $(systemctl list-units --all --plain --no-legend {units} | cut -d' ' -f1); do "
            f"sudo journalctl --no-pager --output=short-iso --lines={lines} --unit=$u | cut -c1-300 | sed \"s/^/HOST $(hostname) $u: /\"; done")
    said = []
    for host in fleet.hosts():
        try:
            done = subprocess.run(fleet.ssh(host.name, look), capture_output=True, text=True, timeout=60, check=False)
            said.append(done.stdout or f"HOST {host.name}: {done.stderr}")
        except subprocess.TimeoutExpired:
            said.append(f"HOST {host.name}: does not answer")
    return "\n".join(said)


class OnHosts:
    """A fleet: commands on its hosts, and which host has which address."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.addresses = {host.name: host.address for host in fleet.hosts()}
        self.names = {address: name for name, address in self.addresses.items()}

    def on(self, host: str, command: str, timeout: float = 120) -> str:
        """What a command prints that must succeed."""
        done = subprocess.run(self.fleet.ssh(host, command), capture_output=True, text=True, timeout=timeout, check=False)
        assert done.returncode == 0, f"{command} on {host} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def begin(self, host: str, command: str) -> subprocess.Popen:
        """A command in the background."""
        return subprocess.Popen(self.fleet.ssh(host, command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def pid(self, host: str, unit: str) -> int:
        """The main process of a unit; 0 when there is none."""
        return int(self.on(host, f"systemctl show -P MainPID {unit}"))

    def wait_for(self, probe: Callable[[], Seen], what: str, seconds: float = 120) -> Seen:
        """What `probe` returns, once that is something true."""
        deadline = time.monotonic() + seconds
        seen: object = None
        while time.monotonic() < deadline:
            try:
                seen = probe()
                if seen:
                    return seen
            except NOT_YET as error:
                seen = error
            time.sleep(0.5)
        raise AssertionError(f"waited {seconds:.0f} s for {what}, and saw {seen!r}")


class Coordinated(OnHosts):
    """Hosts, and what their ZooKeeper knows."""

    def __init__(self, fleet: Fleet, zookeeper: KazooClient) -> None:
        super().__init__(fleet)
        self.zookeeper = zookeeper

    def node(self, path: str) -> bytes:
        """Data of a node. During a failover there is none; that is a LookupError."""
        try:
            return self.zookeeper.retry(self.zookeeper.get, path)[0]
        except NoNodeError as error:
            raise LookupError(path) from error


class Flink(Coordinated):
    """One of the Flink clusters of the hosts: who leads it, and what it answers, whoever leads."""

    def __init__(self, fleet: Fleet, zookeeper: KazooClient, path: str, port: int) -> None:
        super().__init__(fleet, zookeeper)
        self.path = path
        self.port = port

    def leader(self) -> str:
        """The host whose dispatcher leads; during an election there is none, which is a LookupError."""
        found = None
        # Up to 1.14, and from 1.15 on.
        for name in ("dispatcher_lock", "dispatcher/connection_info"):
            with contextlib.suppress(LookupError):
                found = found or re.search(rb"@([0-9.]+):\d+/", self.node(f"{self.path}/leader/{name}"))
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
