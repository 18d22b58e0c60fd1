# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it takes to bring Flink's release to bare hosts, by push and from a mirror host."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.fleet.fleet import Fleet
from tests.playbook import ROOT

from .runs import Timed, floor, timed

HOSTS = (1, 5, 10)
WAYS = {"push": {}, "pull from a host": {"artifact_delivery": "pull", "artifact_mirror_host": "node1"}}
RELEASE = {
    "artifact_name": "flink", "artifact_version": "1.12.5",
    "artifact_parts": [{"source": "pypi", "package": "apache-flink", "version": "1.12.5", "include": ["*/deps"], "strip": 2,
                        "checksum": "sha256:eff576bcf869b8edc4ac65b4e2ca53cdcfb301c3e7f706f89f1ff06657d92026"}],
}  # fmt: skip


def deliveries(fleet: Fleet) -> Iterator[tuple[int, str, Timed]]:
    """Hosts, way and run of each; the controller has the release in its cache, and its connections to the hosts are open."""
    play = [{"name": "Deliver", "hosts": "all", "gather_facts": False, "become": True, "roles": [{"role": "baremetal.flink.artifact", **RELEASE}]}]
    with tempfile.NamedTemporaryFile("w", suffix=".yml", dir=ROOT / ".cache") as file:
        json.dump(play, file)
        file.flush()
        for hosts in HOSTS:
            fleet.create(hosts)
            inventory = Path(fleet.directory) / "inventory.json"
            inventory.write_text(json.dumps(fleet.inventory()))
            floor(1, [str(inventory)])
            if hosts == HOSTS[0]:
                timed(file.name, [str(inventory)])
            for way, variables in WAYS.items():
                for host in fleet.hosts():
                    subprocess.run(fleet.ssh(host.name, "sudo sh -c 'rm -rf /opt/flink /opt/flink-* /opt/.flink*; sync'"), check=True)
                yield hosts, way, timed(file.name, [str(inventory)], "-e", json.dumps(variables))
