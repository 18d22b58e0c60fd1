# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Flink clusters with a real ZooKeeper, and a job of one's own on them."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Any, Callable, Dict, Iterator, List, Optional

import pytest
import requests
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job.declared import core
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job.options import flink_job_argument_spec

from tests.integration.ansible_module import ROOT, run_module
from tests.integration.flink_job.counting_job import CountingJobs, Counts
from tests.integration.flink_job.ha_cluster import HaCluster
from tests.integration.zookeeper import ensemble

#: The module's core in a process of its own that can be killed.
CORE = f"""
import json, sys
from tests import conftest
from {core.__module__} import core
core(json.loads(sys.argv[1]), False, print)
"""


class Site:
    """A cluster, the releases of a job, and what is declared of it."""

    def __init__(self, cluster: HaCluster, jobs: CountingJobs, directory: Path, name: str) -> None:
        self.cluster = cluster
        self.name = name
        self.directory = directory
        self.jobs = jobs
        self.counts = Counts(directory / "counts")
        self.history = directory / "history"

    @property
    def savepoints(self) -> str:
        return (self.directory / "savepoints").as_uri()

    def arguments(self, jar: Optional[Path], **more: Any) -> Dict[str, Any]:
        return {
            "name": self.name,
            "zookeeper": {"hosts": self.cluster.zookeeper, "cluster_id": self.cluster.cluster_id},
            "history_dir": str(self.history),
            "savepoint_dir": self.savepoints,
            "parallelism": 2,
            "arguments": ["--dir", str(self.counts.directory)],
            "settle": 1,
            "timeout": 60,
            **({"jar": str(jar)} if jar else {}),
            **more,
        }

    def params(self, jar: Optional[Path], **more: Any) -> Dict[str, Any]:
        """The arguments as the module hands them to its core, with all defaults."""
        checked = ArgumentSpecValidator(flink_job_argument_spec()).validate(self.arguments(jar, **more))
        assert not checked.error_messages
        return checked.validated_parameters

    def declare(self, jar: Optional[Path] = None, check: bool = False, **more: Any) -> Dict[str, Any]:
        """What the module would return, without the seconds that Ansible itself takes."""
        warnings: List[str] = []
        try:
            result = core(self.params(jar, **more), check, warnings.append)
        except CollectionError as error:
            return {"changed": False, **error.details, "failed": True, "msg": error.message, "warnings": warnings}
        return {**result, "failed": False, "msg": "", "warnings": warnings}

    def run_module(self, jar_src: Path, **more: Any) -> Dict[str, Any]:
        """The same by Ansible, as a user calls it, with a jar of the controller."""
        return run_module("flink_job", arguments=self.arguments(None, jar_src=str(jar_src), **more))

    def play(self, playbook: str, own: Dict[str, Any], *options: str) -> str:
        """What a playbook prints, with variables of its own and this machine as the host of Flink."""
        variables = {
            "ansible_connection": "local",
            "ansible_become": False,
            "ansible_python_interpreter": sys.executable,
            "flink_cluster_manager": "standalone",
            "flink_zookeeper_quorum": ",".join(self.cluster.zookeeper),
            "flink_storage_url": self.directory.as_uri(),
            "flink_state_dir": str(self.directory / "state"),
            **own,
        }
        inventory = self.directory / "hosts.json"
        inventory.write_text(json.dumps({"flink_jobmanager": {"hosts": {"here": None}}}), encoding="utf-8")
        command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", str(inventory), "-e", json.dumps(variables)]
        ran = subprocess.run(
            [*command, f"playbooks/{playbook}.yml", *options],
            cwd=ROOT, env={**os.environ, "ANSIBLE_NOCOLOR": "1"}, capture_output=True, text=True, timeout=300, check=False,
        )
        return ran.stdout + ran.stderr

    def record(self) -> Dict[str, Any]:
        path = self.history / self.name / "record.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def during(self, moment: Callable[[Dict[str, Any]], bool], do: Callable[[], Any], jar: Path) -> Dict[str, Any]:
        """Declare a jar, and do something once the record says that the moment has come."""
        result: Dict[str, Any] = {}
        thread = Thread(target=lambda: result.update(self.declare(jar)))
        thread.start()
        self.wait(moment)
        do()
        thread.join()
        return result

    def killed(self, moment: Callable[[Dict[str, Any]], bool], jar: Path) -> None:
        """Declare a jar in a process that gets SIGKILL once the record says that the moment has come."""
        process = subprocess.Popen([sys.executable, "-c", CORE, json.dumps(self.params(jar))], cwd=ROOT)

        def come(record: Dict[str, Any]) -> bool:
            assert process.poll() is None, f"it ended with {process.returncode} before it could be killed: {record}"
            return moment(record)

        try:
            self.wait(come)
        finally:
            process.kill()
            process.wait(10)

    def wait(self, moment: Callable[[Dict[str, Any]], bool], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not moment(self.record()):
            assert time.monotonic() < deadline, f"the moment did not come: {self.record()}"
            time.sleep(0.005)

    def until(self, probe: Callable[[], Any], seconds: float = 90) -> None:
        """Wait until the probe says yes; while no JobManager can answer, it does not."""
        deadline = time.monotonic() + seconds
        while True:
            with contextlib.suppress(AssertionError, requests.RequestException, KeyError, ValueError):
                if probe():
                    return
            assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {self.cluster.jobs()}"
            time.sleep(0.3)

    def living(self) -> list:
        """Ids of the jobs of any name that have not ended."""
        return [job["jid"] for job in self.cluster.jobs() if job["state"] not in ("FINISHED", "FAILED", "CANCELED")]

    def finish(self, numbers: int) -> int:
        """Let the numbers end, wait for the job's end, and return what it has counted."""
        self.counts.end_at(numbers)
        deadline = time.monotonic() + 60
        while self.living():
            assert time.monotonic() < deadline, f"the job does not end: {self.cluster.jobs()}"
            time.sleep(0.2)
        return self.counts.final()


@pytest.fixture(scope="module", name="zookeeper")
def _zookeeper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list]:
    ensemble.install()
    with ensemble.Ensemble(tmp_path_factory.mktemp("zookeeper"), size=1) as running:
        yield running.servers


def started(zookeeper: list, directory: Path, version: str, cluster_id: str = "/default") -> Iterator[HaCluster]:
    """A running cluster, stopped when the generator is closed."""
    cluster = HaCluster(directory, zookeeper, version, cluster_id)
    try:
        yield cluster.start()
    finally:
        cluster.stop()


def while_stopping(record: Dict[str, Any]) -> bool:
    pending = record.get("pending")
    return bool(pending and pending["phase"] == "stopping" and pending["trigger"])


def while_starting(record: Dict[str, Any]) -> bool:
    pending = record.get("pending")
    return bool(pending and pending["phase"] == "starting")


def stopped(record: Dict[str, Any]) -> bool:
    return record.get("state") == "stopped"
