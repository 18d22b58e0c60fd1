# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real ZooKeeper ensemble on free loopback ports, from Debian's jars."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Dict, List, Sequence

from tests.integration.quick_java import QUICK
from tests.ports import free_ports

JAR = Path("/usr/share/java/zookeeper.jar")
# The jar's manifest names its dependencies, except for one that writes a log and two of those that TLS needs.
CLASSPATH = ":".join(f"/usr/share/java/{name}.jar" for name in ("zookeeper", "slf4j-simple", "netty-codec", "netty-resolver"))


def install() -> None:
    """Install Debian's package `zookeeper` unless it is there; it brings no service and starts nothing."""
    if JAR.exists() and shutil.which("java"):
        return
    assert os.geteuid() == 0, f"{JAR} is missing: run as root, or type: apt-get install zookeeper default-jre-headless"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "zookeeper", "default-jre-headless"]):
        ran = subprocess.run(
            ["apt-get", "-q", *arguments], env=environment, check=False, capture_output=True, text=True, timeout=600
        )
        assert ran.returncode == 0, f"apt-get {' '.join(arguments)} failed: {ran.stdout[-2000:]}{ran.stderr[-2000:]}"


class Ensemble:
    """Members 1..size at 127.0.0.1, 127.0.0.2, ... with one client port, each one JVM with a small heap, below `home`."""

    def __init__(self, home: Path, size: int = 3, settings: Sequence[str] = (), jvm: Sequence[str] = ()) -> None:
        self.home = home
        self.ids = list(range(1, size + 1))
        self.port, data, election = free_ports(3, [f"127.0.0.{number}" for number in self.ids])
        self.peer_port, self.election_port = data, election
        self._settings = list(settings)
        self._jvm = list(jvm)
        self._peers = [f"server.{number}=127.0.0.{number}:{data}:{election}" for number in self.ids]
        self._processes: Dict[int, subprocess.Popen] = {}

    @property
    def servers(self) -> List[str]:
        """All members as host:port."""
        return [self.server(number) for number in self.ids]

    def server(self, number: int) -> str:
        """One member as host:port."""
        return f"127.0.0.{number}:{self.port}"

    def number(self, server: str) -> int:
        """The id of the member that listens at host:port."""
        return next(number for number in self.ids if self.server(number) == server)

    def start(self, number: int, reached: Sequence[str] = ()) -> None:
        """Start one member; it joins, or waits for a quorum, by itself. ``reached`` are lines that say on which port clients reach it, and how."""
        home = self.home / str(number)
        (home / "data").mkdir(parents=True, exist_ok=True)
        (home / "data" / "myid").write_text(f"{number}\n", encoding="ascii")
        lines = [
            f"dataDir={home}/data",
            *(reached or (f"clientPort={self.port}", f"clientPortAddress=127.0.0.{number}")),
            "tickTime=500",
            "initLimit=20",
            "syncLimit=10",
            "maxClientCnxns=0",
            "admin.enableServer=false",
            "4lw.commands.whitelist=srvr,mntr,conf,ruok",
            *(self._peers if len(self.ids) > 1 else []),
            *self._settings,
        ]
        (home / "zoo.cfg").write_text("\n".join(lines) + "\n", encoding="ascii")
        command = [shutil.which("java") or "java", "-Xmx64m", *QUICK]
        command += ["-Dzookeeper.jmx.log4j.disable=true", "-Dorg.slf4j.simpleLogger.defaultLogLevel=info"]
        command += self._jvm
        command += ["-cp", CLASSPATH, "org.apache.zookeeper.server.quorum.QuorumPeerMain", str(home / "zoo.cfg")]
        with open(home / "log", "ab") as log:
            self._processes[number] = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    def kill(self, number: int) -> None:
        """End one member as a power cut would."""
        process = self._processes.pop(number)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=20)

    def ended(self, number: int, timeout: float = 60) -> int:
        """The exit status of a member that ends by itself."""
        return self._processes[number].wait(timeout)

    def __enter__(self) -> "Ensemble":
        for number in self.ids:
            self.start(number)
        return self

    def __exit__(self, *_: object) -> None:
        for number in list(self._processes):
            self.kill(number)

    def logs(self) -> str:
        """The end of every member's log, for the message of a failed test."""
        parts = []
        for number in self.ids:
            log = self.home / str(number) / "log"
            parts.append(f"--- member {number}\n" + (log.read_text(errors="replace")[-1500:] if log.exists() else "no log"))
        return "\n".join(parts)
