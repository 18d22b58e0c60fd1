# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Flink that keeps jobs, savepoints and a leader in memory, and fails a test that would lose or double a record."""

from __future__ import annotations

import contextlib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional

from ansible_collections.baremetal.flink.plugins.module_utils.flink.jar import UploadedJar
from ansible_collections.baremetal.flink.plugins.module_utils.flink.rest import TERMINAL_STATES, Failure, Version
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpError, NoneAnswered

URL = "http://a:8081"


class Killed(BaseException):
    """The process of the module is killed."""


class Time:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class FakeJob:
    jid: str
    behaviour: str
    path: Optional[str]
    started: int
    state: str = "RUNNING"
    failures: int = 0
    savepoint: Optional[str] = None
    running: int = 2


def jar(directory: Path, name: str, behaviour: str = "good") -> str:
    """A jar: good, main (the main method throws), open (no task can be opened) or failed (the job fails for good)."""
    path = directory / f"{name}.jar"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("behaviour.txt", behaviour)
        archive.writestr("name.txt", name)
    return str(path)


class FakeFlink:
    """What is used of FlinkRest. ``before`` is called before each call, with its name, and may kill something."""

    def __init__(self, time: Time, version: str = "1.12.5") -> None:
        self.time = time
        self.text = version
        self.base = URL
        self.known: Dict[str, FakeJob] = {}
        self.jars: Dict[str, str] = {}
        self.triggers: Dict[str, str] = {}
        self.last_savepoint: Optional[str] = None
        self.savepoint_format: Optional[str] = None
        self.submitted = 0
        self.away = 0
        self.ha = True
        self.retains = False
        self.checkpoints_dir = ""
        self.lost_cancels = 0
        self.before: Callable[[str], None] = lambda name: None
        self.after: Callable[[str], None] = lambda name: None

    @property
    def living(self) -> List[FakeJob]:
        return [job for job in self.known.values() if job.state not in TERMINAL_STATES]

    def lose_leader(self) -> None:
        """The leading JobManager dies; the next one knows the jobs that had not ended, and no trigger, jar or ended job."""
        self.away = 4
        self.triggers.clear()
        self.jars.clear()
        self.known = {job.jid: job for job in self.living} if self.ha else {}
        for job in self.known.values():
            job.started += 7

    def version(self) -> Version:
        self._call("version")
        number = self.text.split(".")
        return Version(self.text, (int(number[0]), int(number[1])))

    def configuration(self) -> Dict[str, str]:
        self._call("configuration")
        return {"state.savepoints.dir": "s3://default", **({"state.checkpoints.dir": self.checkpoints_dir} if self.checkpoints_dir else {})}

    def jobs(self) -> List[Dict[str, Any]]:
        self._call("jobs")
        return [self._listed(job) for job in self.known.values()]

    def find(self, job_id: str) -> Optional[Dict[str, Any]]:
        self._call("find")
        return self._listed(self.known[job_id]) if job_id in self.known else None

    def checkpoints(self, job_id: str) -> Optional[Dict[str, Any]]:
        self._call("checkpoints")
        if job_id not in self.known:
            return None
        job = self.known[job_id]
        works = job.behaviour == "good"
        taken = {"id": 3, "latest_ack_timestamp": int(self.time.now * 1000), "external_path": "s3://checkpoints/3"} if works else None
        savepoint = {"id": 4, "external_path": job.savepoint} if job.savepoint else None
        return {"counts": {}, "latest": {"completed": taken, "savepoint": savepoint}}

    def checkpoint_settings(self, job_id: str) -> Optional[Dict[str, Any]]:
        self._call("checkpoint_settings")
        if job_id not in self.known:
            return None
        return {"interval": 500, "externalization": {"enabled": self.retains, "delete_on_cancellation": False}}

    def last_failure(self, job_id: str) -> Failure:
        self._call("last_failure")
        job = self._known(job_id)
        if job.behaviour == "good":
            return Failure("", 0)
        job.failures += 1
        if job.behaviour == "failed":
            job.state = "FAILED"
        return Failure("a.B: wrapped\n\tat a.B\nCaused by: a.C: made to fail\n\tat c.D\n", job.failures)

    def root_exception(self, job_id: str) -> str:
        return self.last_failure(job_id).trace

    def upload(self, path: str, timeout: float) -> UploadedJar:
        self._call("upload")
        with zipfile.ZipFile(path) as archive:
            self.jars[path] = archive.read("behaviour.txt").decode()
        self.after("upload")
        return UploadedJar(URL, path)

    def delete_jar(self, uploaded: UploadedJar) -> None:
        # FlinkRest takes a JobManager that is gone, or has lost the jar, for one that has deleted it.
        with contextlib.suppress(HttpError):
            self._call("delete_jar")
        self.jars.pop(uploaded.jar_id, None)

    def plan(self, version: Version, uploaded: UploadedJar, body: Mapping[str, Any], timeout: float) -> Dict[str, Any]:
        self._call("plan")
        self._main(uploaded)
        return {}

    def run(self, uploaded: UploadedJar, body: Mapping[str, Any], timeout: float) -> str:
        self._call("run")
        self._main(uploaded)
        path, job_id = body.get("savepointPath"), body.get("jobId") or f"{self.submitted:032x}"
        assert not self.living, f"would run twice: {self.living}"
        assert job_id not in self.known, "an id was used again"
        if self.last_savepoint:
            assert path == self.last_savepoint, f"started from {path}, and the last state is in {self.last_savepoint}"
        self.submitted += 1
        self.known[job_id] = FakeJob(job_id, self.jars[uploaded.jar_id], path, int(self.time.now * 1000))
        self.after("run")
        return job_id

    def cancel(self, job_id: str) -> None:
        self._call("cancel")
        job = self._known(job_id)
        if self.lost_cancels:
            self.lost_cancels -= 1
            return
        job.state = "CANCELED" if job.state not in TERMINAL_STATES else job.state
        self.after("cancel")

    def send(self, method: str, path: str, body: Mapping[str, Any]) -> Dict[str, Any]:
        self._call("stop")
        job = self._known(path.split("/")[2])
        assert path.endswith("/stop") == ("targetDirectory" in body)
        target = body.get("targetDirectory") or body["target-directory"]
        self.savepoint_format = body.get("formatType")
        trigger = f"t{len(self.triggers)}-{target}"
        job.savepoint = self.triggers[trigger] = self.last_savepoint = f"{target}/savepoint-1"
        if target.startswith("file://"):
            (Path(target[7:]) / "savepoint-1").mkdir(parents=True)
            (Path(target[7:]) / "savepoint-1" / "_metadata").write_bytes(b"")
        job.state = "FINISHED" if path.endswith("/stop") else "CANCELED"
        self.after("stop")
        return {"request-id": trigger}

    def get(self, path: str) -> Any:
        self._call("look")
        trigger = path.split("/savepoints/", 1)[1]
        if trigger not in self.triggers:
            raise HttpError("unknown", URL, 404)
        return {"status": {"id": "COMPLETED"}, "operation": {"location": self.triggers[trigger]}}

    def _main(self, uploaded: UploadedJar) -> None:
        if uploaded.jar_id not in self.jars:
            raise HttpError("no such jar", URL, 404)
        if self.jars[uploaded.jar_id] == "main":
            raise HttpError("400", URL, 400, "a.C: made to fail", {"errors": ["ProgramInvocationException: The main method caused an error"]})

    def _known(self, job_id: str) -> FakeJob:
        if job_id not in self.known:
            raise HttpError("unknown job", URL, 404)
        return self.known[job_id]

    def _call(self, name: str) -> None:
        self.before(name)
        if self.away:
            self.away -= 1
            raise NoneAnswered("JobManager", [(URL, "connection refused")], [])

    @staticmethod
    def _listed(job: FakeJob) -> Dict[str, Any]:
        tasks = {"total": 2, "running": job.running, "finished": 0}
        return {"jid": job.jid, "name": "own name", "state": job.state, "start-time": job.started, "end-time": -1, "duration": 1, "tasks": tasks}
