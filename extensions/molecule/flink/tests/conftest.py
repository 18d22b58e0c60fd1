"""Two one-host clusters and what an operator has: ansible-playbook, ssh, REST."""

from __future__ import annotations

import json
import os
import re
import sys
import time
import urllib.request
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(PROJECT))

from tests.fleet.fleet import Fleet  # noqa: E402
from tests.fleet.look import over_ssh  # noqa: E402
from tests.playbook import play, play_and_kill  # noqa: E402

CONVERGE = "extensions/molecule/flink/converge.yml"


class Operator:
    """What one can do to the fleet, and see of it."""

    def __init__(self) -> None:
        self.inventory = os.environ["MOLECULE_INVENTORY_FILE"]
        self.fleet = Fleet("flink")
        self.addresses = {host.name: host.address for host in self.fleet.hosts()}

    def play(self, variables=None, *arguments, playbook=CONVERGE):
        extra = ["-e", json.dumps(variables)] if variables else []
        return play(playbook, *extra, *arguments, inventory=[self.inventory])

    def play_with_groups(self, groups, directory, *arguments):
        path = directory / "groups.json"
        children = {group: {"hosts": {member: {} for member in members}} for group, members in groups.items()}
        path.write_text(json.dumps({"all": {"children": children}}))
        return play("extensions/molecule/flink/flink_alone.yml", *arguments, inventory=[self.inventory, str(path)])

    def kill_while_playing(self, variables, at):
        return play_and_kill(CONVERGE, "-e", json.dumps(variables), inventory=[self.inventory], at=at)

    def rest(self, node, path, port=8081):
        with urllib.request.urlopen(f"http://{self.addresses[node]}:{port}{path}", timeout=10) as answer:
            return json.load(answer)

    def wait_for_taskmanager(self, node, other_than=None, seconds=90):
        """Seconds until a single TaskManager other than the given one is registered, and its id.

        A killed one stays registered until its heartbeats are missed.
        """
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            try:
                found = [each["id"] for each in self.rest(node, "/taskmanagers")["taskmanagers"] if each["id"] != other_than]
            except OSError:
                found = []
            if len(found) == 1:
                return time.monotonic() - started, found[0]
            time.sleep(0.5)
        raise AssertionError(f"no single TaskManager other than {other_than} on {node} within {seconds} s: {found}")


@pytest.fixture(scope="session")
def operator():
    return Operator()


@pytest.fixture(scope="session", params=["node1", "node2"])
def name(request):
    return request.param


@pytest.fixture
def host(operator, name):
    return over_ssh(operator.fleet, name)


@pytest.fixture
def process(host):
    """Main process id and command line of a unit."""

    def look(unit):
        pid = host.check_output("systemctl show --property=MainPID --value %s", unit)
        return int(pid), host.check_output("ps -o args= -p %s", pid)

    return look


def heap_of(command: str) -> int:
    """Bytes of -Xmx."""
    return int(re.search(r"-Xmx(\d+) ", command).group(1))
