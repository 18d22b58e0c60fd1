# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the packed Marathon stand-in on loopback, for tests. Does not start Mesos and ZooKeeper."""

from __future__ import annotations

import os
import signal
import subprocess
import tarfile
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

from tests.ports import free_ports

from .loopback import LIMIT, call
from .marathon.pack import TOP, pack


def unpacked_marathon(directory: Path) -> Path:
    """Packs and unpacks the archive; its top directory."""
    with tarfile.open(pack(directory)) as tar:
        tar.extractall(directory)
    return directory / TOP


class Marathon:
    """One process; its flags come by environment, as the role sets them."""

    def __init__(self, home: Path, library: Path, log: Path, port: int = 0, **flags: Any) -> None:
        self.home, self.log = home, log
        self.port = port or free_ports(1)[0]
        self.address = f"127.0.0.1:{self.port}"
        self.process: Optional[subprocess.Popen] = None
        values = {"hostname": "127.0.0.1", "http_address": "127.0.0.1", "http_port": self.port, **flags}
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(("MARATHON_", "PYTHON", "LIBPROCESS"))}
        self.environment.update({f"MARATHON_{name.upper()}": str(value) for name, value in values.items()})
        self.environment["MESOS_NATIVE_JAVA_LIBRARY"] = str(library)

    def start(self, *arguments: str, **environment: str) -> "Marathon":
        """Start it."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(self.home / "bin" / "marathon"), *arguments], stdout=log, stderr=log, env={**self.environment, **environment}
            )
        return self

    def wait(self) -> int:
        """The exit status of one that ends by itself."""
        assert self.process is not None
        return self.process.wait(LIMIT)

    def end(self, number: int = signal.SIGTERM) -> None:
        """Send a signal and wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(LIMIT)

    def call(self, method: str, path: str, body: Any = None, headers: Optional[Dict[str, str]] = None) -> Tuple[int, Dict[str, str], Any]:
        """Status, headers, body."""
        return call(self.address, path, body, headers=headers, method=method)

    def get(self, path: str) -> Any:
        """The body of a GET."""
        return self.call("GET", path)[2]

    def said(self) -> str:
        """Its log."""
        return self.log.read_text(errors="replace")
