# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platform on a fleet, seen from outside: commands on its hosts, and what ZooKeeper knows."""

from __future__ import annotations

import contextlib
import subprocess
from typing import Iterator

from kazoo.client import KazooClient
from kazoo.exceptions import NoNodeError

from .fleet.fleet import Fleet

#: Flink's examples, as the role flink has them on every host with Flink.
EXAMPLES = "org.apache.flink.streaming.examples"
JAR = "/opt/flink/examples/streaming/flink-examples-streaming_2.11-1.12.5.jar"


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


class OnHosts:
    """A fleet, its ZooKeeper, and which host has which address."""

    def __init__(self, fleet: Fleet, zookeeper: KazooClient) -> None:
        self.fleet = fleet
        self.zookeeper = zookeeper
        self.names = {host.address: host.name for host in fleet.hosts()}

    def on(self, host: str, command: str) -> str:
        """What a command prints that must succeed."""
        return subprocess.run(self.fleet.ssh(host, command), check=True, capture_output=True, text=True, timeout=120).stdout.strip()

    def node(self, path: str) -> bytes:
        """Data of a node. During a failover there is none; that is a LookupError."""
        try:
            return self.zookeeper.retry(self.zookeeper.get, path)[0]
        except NoNodeError as error:
            raise LookupError(path) from error
