"""Two one-host clusters and what an operator has: ansible-playbook, ssh, REST."""

from __future__ import annotations

import json
import os
import re
import time
import urllib.request

import pytest

from tests.scenario import Operator


class Clusters(Operator):
    """What Flink says over REST."""

    @property
    def authorities(self):
        """security_ca_dir, as molecule.yml has it."""
        return os.path.join(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "ca")

    def has_internal_tls(self, node):
        """Whether the JobManager that runs was started with it."""
        return {"key": "security.ssl.internal.enabled", "value": "true"} in self.rest(node, "/jobmanager/config")

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
def operator(tmp_path_factory):
    return Clusters("flink", "extensions/molecule/flink/converge.yml", tmp_path_factory.mktemp("inventories"))


@pytest.fixture(scope="session", params=["node1", "node2"])
def name(request):
    return request.param


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
