# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a job of Flink works: it runs, takes checkpoints, and does not fail again and again."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional

# By its whole name, by which pylint knows that it is an exception.
from ansible_collections.baremetal.flink.plugins.module_utils.flink.rest import FlinkError

from ...http_client import one_line, unavailable
from ...wait import Observation, Patience, WaitTimeout
from ..rest import TERMINAL_STATES, FlinkRest, failure_of

INTERVAL = 0.3
#: A job that has failed so many times without a checkpoint in between is in a loop.
LOOP_FAILURES = 3
#: A job that is not being cancelled so long after it was asked for is asked again. Seconds.
CANCEL_AGAIN = 2.0


class JobFailed(FlinkError):
    """A job does not work, and waiting would not help. ``reason`` is its own, without a full stop, ``trace`` the whole stack trace."""

    def __init__(self, reason: str, job_id: str, state: str, trace: str = "") -> None:
        self.reason = reason.rstrip(".")
        super().__init__(self.reason, job_id=job_id, state=state, exception_trace=trace)


class Vanished(FlinkError):
    """The cluster does not know the job: it never got it, or has forgotten it."""


def patience_of(timeout: float, clock: Callable[[], float], sleep: Callable[[float], None]) -> Patience:
    """A bound in seconds, within which JobManagers that cannot answer are waited for."""
    return Patience(timeout, clock, sleep, heals=unavailable, interval=INTERVAL)


class Watch:
    """Looks at jobs of one cluster."""

    def __init__(self, flink: FlinkRest, patience: Patience, settle: float) -> None:
        self.flink = flink
        self.patience = patience
        self._settle = settle

    def find(self, job_id: str) -> Optional[Dict[str, Any]]:
        """The job as Flink lists it; None when the cluster, which has a leader, does not know it."""
        return self.patience.ask(lambda: self.flink.find(job_id), f"what Flink knows of job {job_id}")

    def until_ended(self, job_id: str) -> Optional[Dict[str, Any]]:
        """Wait until a job has ended; None when Flink has forgotten it."""
        def probe() -> Observation:
            job = self.flink.find(job_id)
            return Observation(job is None or job["state"] in TERMINAL_STATES, f"it is {job['state'] if job else 'unknown'}", job)

        job: Optional[Dict[str, Any]] = self.patience.wait(probe, f"the end of job {job_id}")
        return job

    def until_cancelled(self, job_id: str) -> None:
        """Have a job cancelled and wait until it has ended. Flink 1.7.2 may lose the request when it is just restarting the job."""
        asked: List[float] = []

        def probe() -> Observation:
            job = self.flink.find(job_id)
            if job is None or job["state"] in TERMINAL_STATES:
                return Observation(True, "")
            now = self.patience.clock()
            if job["state"] != "CANCELLING" and (not asked or now - asked[-1] >= CANCEL_AGAIN):
                self.flink.cancel(job_id)
                asked.append(now)
            return Observation(False, f"it is {job['state']}")

        self.patience.wait(probe, f"the end of job {job_id}, which was cancelled")

    def until_finished(self, job_id: str) -> Dict[str, Any]:
        """Wait until a job has finished.

        :raises JobFailed: it ended in another way.
        :raises Vanished: Flink does not know it.
        """
        job = self.until_ended(job_id)
        if job is None:
            raise Vanished(f"Flink does not know the job {job_id}")
        if job["state"] != "FINISHED":
            raise self.failure(job_id, job["state"])
        return job

    def until_works(self, job_id: str) -> Dict[str, Any]:
        """Wait until the job runs with all its tasks, has not failed for ``settle`` seconds, and has completed a checkpoint since it last failed.

        A checkpoint is wanted only if one is due within half of the bound. A job that finishes well works too.

        :raises JobFailed: it has ended, restarts in a loop, or does not come to work within the bound.
        :raises Vanished: Flink does not know it.
        """
        look = _Look(self.flink, job_id, self._settle, self.patience)
        try:
            job: Dict[str, Any] = self.patience.wait(look.probe, f"job {job_id} to run well")
            return job
        except WaitTimeout as timeout:
            if not look.answered:
                raise FlinkError(f"Flink did not answer for {self.patience.timeout:g} s: {timeout.last.seen}", job_id=job_id) from timeout
            failing = f"; it failed with {look.reason}" if look.reason else ""
            raise JobFailed(
                f"it did not run well within {self.patience.timeout:g} s: {timeout.last.seen}{failing}", job_id, look.state, look.trace
            ) from timeout

    def works_now(self, job: Dict[str, Any]) -> bool:
        """One look: it runs, and what it failed with last, if anything, was before its last checkpoint."""
        if job["state"] != "RUNNING" or not all_tasks_run(job):
            return False
        failed = self.flink.last_failure(job["jid"]).timestamp
        return not failed or completed_at(self.flink.checkpoints(job["jid"])) > failed

    def failure(self, job_id: str, state: str) -> JobFailed:
        """Why a job ended as it did, in its own words."""
        if state == "CANCELED":
            return JobFailed("somebody cancelled it", job_id, state)
        trace = self.patience.ask(lambda: self.flink.root_exception(job_id), f"what job {job_id} failed with")
        return JobFailed(one_line(failure_of(trace)), job_id, state, trace)


class _Look:
    """What one wait has seen of a job so far."""

    def __init__(self, flink: FlinkRest, job_id: str, settle: float, patience: Patience) -> None:
        self._flink = flink
        self._job_id = job_id
        self._settle = settle
        self._patience = patience
        self._steady_since: Optional[float] = None
        self._failures: List[int] = []
        self.answered = False
        self.reason = ""
        self.trace = ""
        self.state = ""

    def probe(self) -> Observation:
        self.answered = False
        job = self._flink.find(self._job_id)
        self.answered = True
        if job is None:
            raise Vanished(f"Flink does not know the job {self._job_id}")
        self.state = job["state"]
        if self.state == "FINISHED":
            return Observation(True, "it has finished", job)
        self._note_failures()
        if self.state in TERMINAL_STATES:
            raise JobFailed(self.reason or ("somebody cancelled it" if self.state == "CANCELED" else "Flink names no exception"),
                            self._job_id, self.state, self.trace)
        checkpoints = self._flink.checkpoints(self._job_id)
        last = completed_at(checkpoints)
        since = [each for each in self._failures if each > last]
        if len(since) >= LOOP_FAILURES:
            raise JobFailed(f"it restarts in a loop, {len(since)} times without a checkpoint: {self.reason}", self._job_id, self.state, self.trace)
        if self.state != "RUNNING" or not all_tasks_run(job):
            self._steady_since = None
            tasks = job["tasks"]
            return Observation(False, f"it is {self.state}, {tasks['running'] + tasks['finished']} of {tasks['total']} tasks run", job)
        now = self._patience.clock()
        self._steady_since = now if self._steady_since is None else self._steady_since
        due = self._checkpoint_due(checkpoints)
        taken = last > max(self._failures, default=0)
        done = now - self._steady_since >= self._settle and (taken or not due)
        return Observation(done, f"it runs{'' if taken or not due else ' and has completed no checkpoint yet'}", job)

    def _note_failures(self) -> None:
        failure = self._flink.last_failure(self._job_id)
        if failure.timestamp and failure.timestamp not in self._failures:
            self._failures.append(failure.timestamp)
            self._steady_since = None
        if failure.trace:
            self.trace, self.reason = failure.trace, one_line(failure_of(failure.trace))

    def _checkpoint_due(self, checkpoints: Optional[Dict[str, Any]]) -> bool:
        if checkpoints is None:
            return False
        settings = self._flink.checkpoint_settings(self._job_id)
        return settings is not None and settings.get("interval", 0) / 1000 <= self._patience.timeout / 2


def all_tasks_run(job: Dict[str, Any]) -> bool:
    tasks = job["tasks"]
    return bool(tasks["total"] > 0 and tasks["running"] + tasks["finished"] == tasks["total"])


def completed_at(checkpoints: Optional[Dict[str, Any]]) -> int:
    """When the last completed checkpoint was acknowledged, in ms since 1970; 0 for none."""
    last = ((checkpoints or {}).get("latest") or {}).get("completed")
    return int(last.get("latest_ack_timestamp") or last.get("trigger_timestamp") or 0) if last else 0
