# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a Flink cluster does again what it did before something under it was restarted, such as a member of ZooKeeper."""

from __future__ import annotations

import time
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Set

from ..wait import Observation
from .job.faults import JobFault
from .job.watch import all_tasks_run
from .rest import TERMINAL_STATES, FlinkError, FlinkRest, failure_of

#: A job that a cluster with a leader has not known for so long has ended, and was forgotten with the leader from before. Seconds.
FORGOTTEN_AFTER = 60.0


def at_work(taskmanagers: Sequence[Mapping[str, Any]], jobs: Sequence[Mapping[str, Any]], faults: Sequence[JobFault]) -> Dict[str, Any]:
    """What a later wait has to find again. On Mesos idle TaskManagers go by themselves, so only those with work count."""
    at_fault = {fault.id for fault in faults}
    return {
        "taskmanagers": sum(each["freeSlots"] < each["slotsNumber"] for each in taskmanagers),
        "jobs": sorted(job["jid"] for job in jobs if job["state"] == "RUNNING" and job["jid"] not in at_fault),
    }


class Recovery:
    """Looks for what was ``at_work``: a leader, the TaskManagers, the jobs, and of each job a checkpoint completed since the first look.

    A checkpoint is wanted only if one is due within half of ``timeout`` seconds, and all tasks only of a job that takes checkpoints: a batch
    job runs them one after the other.
    """

    def __init__(self, flink: FlinkRest, before: Mapping[str, Any], timeout: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._flink = flink
        self._taskmanagers = int(before.get("taskmanagers") or 0)
        self._jobs: List[str] = list(before.get("jobs") or [])
        self._timeout = timeout
        self._clock = clock
        self._first: Dict[str, int] = {}
        self._missing_since: Dict[str, float] = {}
        self._ended: Set[str] = set()

    def probe(self) -> Observation:
        """One look.

        :raises FlinkError: a job has failed for good.
        """
        found = self._flink.overview()["taskmanagers"]
        waits = [reason for reason in map(self._look, self._jobs) if reason]
        # On Mesos the TaskManagers of a job that has ended go with it.
        if found < self._taskmanagers and not self._ended:
            waits.insert(0, f"{found} of {self._taskmanagers} TaskManagers that had work are registered")
        return Observation(not waits, "; ".join(waits))

    def _look(self, job_id: str) -> str:
        """What is waited for at one job; empty when it works or has ended well."""
        job = self._flink.find(job_id)
        if job is None:
            since = self._missing_since.setdefault(job_id, self._clock())
            if self._clock() - since < FORGOTTEN_AFTER:
                return f"job {job_id} is not known (any more)"
            self._ended.add(job_id)
            return ""
        self._missing_since.pop(job_id, None)
        name = f"the job {job['name']} ({job_id})"
        if job["state"] == "FAILED":
            raise FlinkError(f"T{name[1:]} has FAILED: {failure_of(self._flink.root_exception(job_id))}", job_id=job_id, state="FAILED")
        if job["state"] in TERMINAL_STATES:
            self._ended.add(job_id)
            return ""
        if job["state"] != "RUNNING" or not (all_tasks_run(job) or self._flink.checkpoint_settings(job_id) is None):
            tasks = job["tasks"]
            return f"{name} is {job['state']}, {tasks['running'] + tasks['finished']} of {tasks['total']} tasks run"
        latest = (self._flink.checkpoints(job_id) or {}).get("latest") or {}
        last = _number(latest.get("completed"))
        first = self._first.setdefault(job_id, max(last, _number(latest.get("restored"))))
        return "" if last > first or not self._due(job_id) else f"{name} runs and has completed no checkpoint yet"

    def _due(self, job_id: str) -> bool:
        settings = self._flink.checkpoint_settings(job_id)
        return settings is not None and settings.get("interval", 0) / 1000 <= self._timeout / 2


def _number(checkpoint: Optional[Mapping[str, Any]]) -> int:
    return int((checkpoint or {}).get("id") or 0)
