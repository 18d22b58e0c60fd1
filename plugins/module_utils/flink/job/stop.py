# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stopping a job with a savepoint so that neither a killed module nor a killed JobManager loses it."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Tuple

from ...hdfs.webhdfs import WebHdfs
from ...http_client import HttpError, unavailable
from ...wait import Observation, WaitTimeout
from ..rest import CHECKPOINTS_DIR, TERMINAL_STATES, FlinkError, FlinkRest, Version, option_of
from .record import STOPPING, History, Pending
from .savepoint import (
    CANONICAL,
    TriggerUnknown,
    base_directory,
    find_on_disk,
    look,
    newest_checkpoint_on_disk,
    newest_retained,
    savepoint_of_stop,
    trigger_stop,
)
from .watch import INTERVAL, Watch, all_tasks_run

#: So many savepoints may fail before the stop is given up; the job runs on then.
ATTEMPTS = 3
#: A job that still runs so long after its savepoint was completed has gone on.
GOES_ON_SECONDS = 10


class StopFailed(FlinkError):
    """No savepoint could be taken; the job runs on."""


class Ended(FlinkError):
    """The job has ended, and not with a savepoint of ours."""


class Stopper:
    """Stops one job with a savepoint. What it has begun is in the record before it is done, so it can be called again at any time."""

    def __init__(
        self, history: History, watch: Watch, version: Version, savepoint_dir: Optional[str], hdfs: Callable[[], Optional[WebHdfs]],
        savepoint_format: str = CANONICAL
    ) -> None:
        self._history = history
        self._watch = watch
        self._version = version
        self._savepoint_dir = savepoint_dir
        self._hdfs = hdfs
        self._format = savepoint_format

    @property
    def _flink(self) -> FlinkRest:
        return self._watch.flink

    @property
    def _pending(self) -> Pending:
        pending = self._history.record.pending
        if pending is None or pending.phase != STOPPING:
            raise AssertionError("no stop is under way")
        return pending

    def begin(self, job_id: str) -> None:
        """Note that the job is to be stopped."""
        self._history.record.pending = Pending(phase=STOPPING, job_id=job_id, version=self._version.text)
        self._history.save()

    def run(self) -> str:
        """Stop the job of the pending step and return the path of the savepoint.

        :raises StopFailed: it could not be taken, and the job runs on.
        :raises Ended: the job has ended by itself.
        """
        patience = self._watch.patience
        failures: List[str] = []
        while True:
            path = self._savepoint_of_begun(failures)
            if path:
                return path
            if len(failures) >= ATTEMPTS or (failures and not patience.left):
                raise StopFailed(f"No savepoint of the job {self._pending.job_id} could be taken, so it was not stopped: {failures[-1]}",
                                 job_id=self._pending.job_id)
            job = self._wait_until_running()
            if job:
                self._trigger(job, failures)

    def found(self) -> Optional[str]:
        """What has become of a stop that an earlier run has begun: the savepoint's path, or None when the job runs on.

        :raises Ended: the job has ended by itself.
        """
        return self._savepoint_of_begun([])

    def _savepoint_of_begun(self, failures: List[str]) -> Optional[str]:
        """Wait for the savepoint that was triggered. Its path if the job has ended with it; None if the job lives and none is under way."""
        pending = self._pending
        if pending.trigger:
            path, failure = self._outcome(pending)
            if path and self._ends(pending.job_id, pending.started):
                return path
            # The job has gone on, from the savepoint or from an older checkpoint: what was written is not its last state.
            pending.trigger = None
            self._history.save()
            if failure or path:
                failures.append(failure or f"the job went on after its savepoint {path}")
        job = self._watch.find(pending.job_id)
        if job is not None and job["state"] not in TERMINAL_STATES:
            return None
        return self._rescued(pending, job)

    def _outcome(self, pending: Pending) -> Tuple[str, str]:
        """Path and failure of the savepoint that was triggered; both empty when nobody will ever tell."""
        ended_at: List[float] = []

        def probe() -> Observation:
            try:
                outcome = look(self._flink, pending.job_id, str(pending.trigger))
            except TriggerUnknown:
                return Observation(True, "", ("", ""))
            if outcome.path or outcome.failure:
                return Observation(True, "", (outcome.path, outcome.failure))
            # A REST server that outlives the leader which it had asked waits for its answer for ever.
            job = self._flink.find(pending.job_id)
            if job is None or job["state"] in TERMINAL_STATES:
                ended_at.append(self._watch.patience.clock())
                lost = ended_at[-1] - ended_at[0] > GOES_ON_SECONDS
            else:
                lost = job["start-time"] != pending.started
            return Observation(lost, "it is in progress", ("", ""))

        try:
            path, failure = self._watch.patience.wait(probe, f"the savepoint of job {pending.job_id}")
            return path, failure
        except WaitTimeout as timeout:
            raise FlinkError(
                f"The savepoint of job {pending.job_id} was not completed within {self._watch.patience.timeout:g} s: {timeout.last.seen}; "
                "run again to go on waiting for it, with a higher timeout", job_id=pending.job_id) from timeout

    def _ends(self, job_id: str, started: int) -> bool:
        """Whether the job ends after its savepoint; it is running again if something went wrong in between."""
        seen = {"again": 0}

        def probe() -> Observation:
            job = self._flink.find(job_id)
            if job is None or job["state"] in TERMINAL_STATES:
                return Observation(True, "", True)
            # A JobManager that takes over may restore the job; it runs with all its tasks then, and does not end.
            running = job["state"] == "RUNNING" and all_tasks_run(job)
            seen["again"] = seen["again"] + 1 if running else 0
            gone_on = running and (job["start-time"] != started or seen["again"] * INTERVAL > GOES_ON_SECONDS)
            return Observation(gone_on, f"it is {job['state']}", False)

        return bool(self._watch.patience.wait(probe, f"the end of job {job_id} after its savepoint"))

    def _rescued(self, pending: Pending, job: Optional[Dict[str, Any]]) -> str:
        """The savepoint of a job that ended while nobody could tell its path."""
        path = None
        if pending.targets:
            if job is not None:
                path = self._watch.patience.ask(lambda: savepoint_of_stop(self._flink, pending.job_id, pending.targets), "the job's statistics")
            path = path or find_on_disk(pending.targets, self._hdfs())
        if path:
            return path
        if job is None and pending.targets:
            raise Ended(
                f"The job {pending.job_id} is gone, a JobManager was lost while it was being stopped, and its savepoint cannot be looked for from "
                f"here: look into {', '.join(reversed(pending.targets))} and give its path as start_from", job_id=pending.job_id)
        state = f"is {job['state']}" if job else "is not known to Flink any more"
        raise Ended(f"The job {pending.job_id} {state} and was not stopped with a savepoint", job_id=pending.job_id)

    def kept_checkpoint(self, job_id: str) -> Optional[str]:
        """The newest checkpoint of a job that Flink has forgotten, where the cluster keeps them; None if there is none, or no way to it.

        One that finished has left none, so this is what a job left that failed, was cancelled, or was lost with its JobManager.
        """
        base = option_of(self._watch.patience.ask(self._flink.configuration, "the cluster's configuration"), CHECKPOINTS_DIR)
        return newest_checkpoint_on_disk(f"{base.rstrip('/')}/{job_id}", self._hdfs()) if base else None

    def _wait_until_running(self) -> Optional[Dict[str, Any]]:
        """The job once it runs, as one that is just being restored takes no savepoint; None if it has ended."""
        job_id = self._pending.job_id

        def probe() -> Observation:
            job = self._flink.find(job_id)
            if job is None or job["state"] in TERMINAL_STATES:
                return Observation(True, "")
            return Observation(job["state"] == "RUNNING" and all_tasks_run(job), f"it is {job['state']}", job)

        try:
            job: Optional[Dict[str, Any]] = self._watch.patience.wait(probe, f"job {job_id} to run, so that a savepoint can be taken")
            return job
        except WaitTimeout as timeout:
            failed = self._watch.patience.ask(lambda: self._flink.last_failure(job_id), "its last failure")
            reason = f", it failed with {self._watch.failure(job_id, 'FAILED').reason}" if failed.trace else ""
            retained = self._watch.patience.ask(lambda: newest_retained(self._flink, {"jid": job_id, "state": "CANCELED"}), "its checkpoints")
            way = (f"its last checkpoint outlives it: cancel it (state: cancelled) and give start_from: {retained}" if retained
                   else "cancel it (state: cancelled) to give its state up")
            raise StopFailed(f"The job {job_id} does not run, so no savepoint can be taken: {timeout.last.seen}{reason}; {way}", job_id=job_id) from timeout

    def _trigger(self, job: Dict[str, Any], failures: List[str]) -> None:
        pending = self._pending
        base = self._watch.patience.ask(lambda: base_directory(self._flink, self._savepoint_dir), "the cluster's configuration")
        target = f"{base}/{self._history.record.name}/{pending.job_id}-{len(pending.targets) + 1}"
        pending.targets.append(target)
        pending.started = job["start-time"]
        self._history.save()
        try:
            pending.trigger = trigger_stop(self._flink, self._version, pending.job_id, target, self._format)
            self._history.save()
        except HttpError as error:
            if not unavailable(error) and error.status != 404:
                failures.append(error.server_message or error.message)
            elif not self._watch.patience.left:
                raise
            self._watch.patience.sleep(0.5)
