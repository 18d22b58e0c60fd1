# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Flink session cluster on loopback: a JobManager (or several, with ZooKeeper), and one TaskManager that can be stopped and started.

Versions from 1.9 on run from their distribution. Of 1.5 to 1.8 there are only the modules that it is made of.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional

import requests
import yaml

from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import traits

from tests import downloads
from tests.integration.loopback import DIE_WITH_PARENT, wait_for_servers
from tests.integration.quick_java import QUICK
from tests.integration.small_flink import MEMORY
from tests.ports import free_ports

SLOTS = 2
#: Names that options have since the file is config.yaml; the older ones would stand above a key of their own there.
NEWER_NAMES = {key: f"{key}.type" for key in ("high-availability", "restart-strategy", "state.backend")}
#: What the start scripts run and pass on. They start a JVM or two for each process, to read the configuration and to divide its memory, so the
#: tests do without them; those of roles have them.
CLASSES = {
    "jobmanager": ["org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint", "--executionMode", "cluster"],
    "taskmanager": ["org.apache.flink.runtime.taskexecutor.TaskManagerRunner"],
}
LOGGING = ("-Dorg.slf4j.simpleLogger.defaultLogLevel=info", "-Dlog4j.configurationFile={}", "-Dlog4j.configuration={}")


class FlinkCluster:
    """Processes, configuration, logs and uploaded jars below one directory; the distribution is not written to."""

    def __init__(
        self, directory: Path, version: str = "1.12.5", more: Optional[Mapping[str, Any]] = None, slots: int = SLOTS, java: int = 17
    ) -> None:
        self.directory = directory
        self.version = version
        number = self.number = tuple(int(part) for part in version.split(".")[:2])
        self.yaml = number >= (1, 19)
        distribution = number >= (1, 9)
        self.home = downloads.flink_home(version) if distribution else downloads.flink_modules(version)
        # Counts memory in another way, and does not run on Java 17.
        old = number < (1, 10)
        self.java = downloads.java_home(java)
        self.slots = slots
        rpc, rest, blob = free_ports(3)
        self.url = f"{'https' if str((more or {}).get('security.ssl.rest.enabled')) == 'true' else 'http'}://127.0.0.1:{rest}"
        #: What requests is told besides: whom to trust, and whose certificate to show.
        self.calls: Dict[str, Any] = {}
        self.processes: Dict[str, "subprocess.Popen[bytes]"] = {}
        #: Jars that the role lays into lib/, which the start scripts put before flink-dist.
        self.laid: List[Path] = []
        self.checkpoints = directory / "checkpoints"
        if distribution:
            shutil.copytree(self.home / "conf", directory / "conf")
        else:
            (directory / "conf").mkdir()
        settings = {
            "jobmanager.rpc.address": "127.0.0.1",
            "jobmanager.rpc.port": rpc,
            "jobmanager.bind-host": "127.0.0.1",
            "blob.server.port": blob,
            "rest.address": "127.0.0.1",
            "rest.bind-address": "127.0.0.1",
            "rest.port": rest,
            "taskmanager.host": "127.0.0.1",
            "taskmanager.bind-host": "127.0.0.1",
            "taskmanager.numberOfTaskSlots": slots,
            **MEMORY,
            # What the start scripts would work out.
            "taskmanager.cpu.cores": slots,
            "taskmanager.memory.task.off-heap.size": 0,
            "taskmanager.memory.framework.off-heap.size": "64m",
            "taskmanager.memory.jvm-overhead.min": "64m",
            "taskmanager.memory.jvm-overhead.max": "64m",
            "state.backend": "hashmap" if self.yaml else "filesystem",
            "execution.checkpointing.interval": "500 ms",
            # With checkpoints, jobs that fail are restarted for ever unless this is said.
            "restart-strategy": "fixed-delay",
            "restart-strategy.fixed-delay.attempts": 3,
            "restart-strategy.fixed-delay.delay": "300 ms",
            "state.checkpoints.dir": self.checkpoints.as_uri(),
            "io.tmp.dirs": directory / "tmp",
            "web.tmpdir": directory / "web",
            "web.upload.dir": directory / "upload",
            "heartbeat.interval": 1000,
            "heartbeat.timeout": 5000,
            **({"taskmanager.memory.size": "32m"} if old and distribution else {}),
            **({"taskmanager.hostname": "127.0.0.1"} if number < (1, 6) else {}),
            **(more or {}),
        }
        if old:
            settings = {key: value for key, value in settings.items() if ".memory." not in key or key == "taskmanager.memory.size"}
        self.switches = traits(version)["java_switches"] if java == 17 else []
        if self.yaml:
            own = yaml.safe_load((self.home / "conf" / "config.yaml").read_text(encoding="utf-8"))
            self.switches = own["env"]["java"]["opts"]["all"].split()
        self.settings = settings
        self.configure(directory / "conf", {})
        for name in ("tmp", "web", "upload", "log"):
            (directory / name).mkdir()

    def configure(self, conf: Path, more: Mapping[str, Any]) -> None:
        """Write a configuration: a line with key and value for each setting, which the readers of all versions understand."""
        settings = {**self.settings, **more}
        named = {NEWER_NAMES.get(key, key) if self.yaml else key: value for key, value in settings.items()}
        lines = [f"{key}: {value}" for key, value in named.items()]
        (conf / ("config.yaml" if self.yaml else "flink-conf.yaml")).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def start(self) -> "FlinkCluster":
        self.start_process("jobmanager")
        self.start_process("taskmanager")
        self.wait_for_free_slots(self.slots)
        return self

    def start_process(self, what: str, conf: Optional[Path] = None) -> None:
        """``what`` is jobmanager or taskmanager, with a number behind it where there are several."""
        environment = {
            **os.environ,
            "FLINK_CONF_DIR": str(conf or self.directory / "conf"),
            "FLINK_PLUGINS_DIR": str(self.home / "plugins"),
        }
        with open(self.directory / "log" / f"{what}.out", "ab") as out:
            self.processes[what] = subprocess.Popen(
                DIE_WITH_PARENT + self._command(what.rstrip("0123456789"), conf or self.directory / "conf"),
                env=environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def _command(self, what: str, conf: Path) -> List[str]:
        started, *more = CLASSES[what]
        classpath = ":".join(map(str, (conf, self.home / "patch", *self.laid, self.home / "lib" / "*")))
        logging = [each.format((conf / "log4j-console.properties").as_uri()) for each in LOGGING]
        switches = [*self.switches, *QUICK, "-Xmx256m", f"-Dlog.file={self.directory / 'log' / what}.log", *logging]
        return [str(self.java / "bin" / "java"), *switches, "-cp", classpath, started, "--configDir", str(conf), *more]

    def stop_process(self, what: str) -> None:
        process = self.processes.pop(what)
        # One that has died by itself must not keep the others from being stopped.
        if process.poll() is not None:
            return
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(15)

    def kill_process(self, what: str) -> None:
        """End it as a power cut would."""
        process = self.processes.pop(what)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(15)

    def wait_for_free_slots(self, slots: int, seconds: float = 60) -> None:
        wait_for_servers(
            lambda: requests.get(f"{self.url}/overview", timeout=5, **self.calls).json().get("slots-available") == slots,
            f"{slots} free slots", self.processes, self.log, seconds)

    def jars(self) -> List[str]:
        return [jar["name"] for jar in requests.get(f"{self.url}/jars", timeout=10, **self.calls).json()["files"]]

    def log(self, what: str) -> str:
        return (self.directory / "log" / f"{what}.out").read_text(encoding="utf-8", errors="replace")[-3000:]

    def stop(self) -> None:
        for what in list(self.processes):
            self.stop_process(what)
