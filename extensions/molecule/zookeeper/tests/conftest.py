# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ensemble as its operator has it: a fleet, an inventory to change, a command to run, a client to look with."""

from __future__ import annotations

import re
import socket
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from kazoo.client import KazooClient

from tests.scenario import Operator

SCENARIO = Path(__file__).resolve().parents[1]


class Ensemble(Operator):
    """The group zookeeper on this scenario's fleet, and a look at its members."""

    looks_as_root = True

    def inventory(self, members=("node1", "node2", "node3"), ids=None, **host_vars):
        """The fleet with the group zookeeper, in this order; host_vars are of the form node2={...}."""
        ids = {"node1": 1, "node2": 2, "node3": 3} if ids is None else ids
        whole = self.fleet.inventory()
        hosts = whole["all"]["hosts"]
        ordered = list(members) + [host for host in hosts if host not in members]
        whole["all"]["hosts"] = {
            host: {**hosts.get(host, {}), **({"zookeeper_id": ids[host]} if host in ids else {}), **host_vars.get(host, {})}
            for host in ordered
        }
        whole["all"]["vars"] = yaml.safe_load((SCENARIO / "molecule.yml").read_text())["provisioner"]["inventory"]["group_vars"]["all"]
        if members:
            whole["all"]["children"] = {"zookeeper": {"hosts": {host: {} for host in members}}}
        return whole

    # -- the ensemble ----------------------------------------------------------------------------

    def mode(self, host):
        """leader, follower or standalone; None unless it serves."""
        try:
            with socket.create_connection((self.addresses[host], 2181), timeout=2) as connection:
                connection.sendall(b"srvr")
                answer = b"".join(iter(lambda: connection.recv(4096), b"")).decode()
        except OSError:
            return None
        found = re.search(r"^Mode: (\w+)$", answer, re.M)
        return found.group(1) if found else None

    def modes(self):
        return {host: self.mode(host) for host in self.addresses}

    def leader(self):
        return next((host for host, mode in self.modes().items() if mode == "leader"), None)

    def wait_for_modes(self, wanted, timeout=60):
        """Until the members are in these modes, whoever is in which."""
        end = time.monotonic() + timeout
        while sorted(map(str, self.modes().values())) != sorted(map(str, wanted)):
            assert time.monotonic() < end, f"waited {timeout} s for {wanted}: {self.modes()}"
            time.sleep(0.3)

    @contextmanager
    def client(self, *hosts, timeout=10):
        """A session with some members, by default any; its history is kept in ``states``."""
        servers = ",".join(f"{self.addresses[host]}:2181" for host in hosts or self.addresses)
        client = KazooClient(hosts=servers, timeout=timeout, connection_retry={"max_tries": -1, "max_delay": 1})
        client.states = []
        client.add_listener(client.states.append)
        client.start(timeout=30)
        try:
            yield client
        finally:
            client.stop()
            client.close()


@pytest.fixture(scope="session")
def operator(tmp_path_factory):
    return Ensemble("zookeeper", "playbooks/zookeeper.yml", tmp_path_factory.mktemp("inventories"))


@pytest.fixture(scope="session")
def scenario():
    return SCENARIO
