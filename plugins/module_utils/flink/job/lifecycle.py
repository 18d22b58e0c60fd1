# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a declared job: start, upgrade with a way back, stop, cancel; each step can be taken up where a killed run left it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional

from ...wait import WaitTimeout
from ..rest import TERMINAL_STATES, FlinkError, Version
from .identity import Release, job_prefix, new_job_id
from .options import web_hdfs
from .record import (
    RETURNING,
    STARTING,
    STOPPING,
    History,
    Pending,
    Record,
    Run,
    Savepoint,
)
from .savepoint import CANONICAL, newest_retained
from .stop import Ended, StopFailed, Stopper
from .submit import Submitter
from .watch import JobFailed, Vanished, Watch

#: A job that Flink does not know for so long is not just being taken over by another leader. Seconds.
UNKNOWN_SECONDS = 10.0
#: A job that Flink forgets while it is watched, as a JobManager without high availability does, is submitted again so often.
SUBMISSIONS = 3


@dataclass(frozen=True)
class Policy:
    """How a job is started and brought back. ``restart``: from_state, from_nothing or never."""

    restart: str = "from_state"
    start_from: Optional[str] = None
    rollback: bool = True
    keep: int = 3


class Lifecycle:
    """What is done with one job. Everything that changes it is written into ``events`` in words."""

    def __init__(
        self,
        history: History,
        watch: Watch,
        stopper: Stopper,
        submitter: Submitter,
        policy: Policy,
        version: Version,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._history = history
        self._version = version
        self._watch = watch
        self._stopper = stopper
        self.submitter = submitter
        self._policy = policy
        self._now = now
        self.events: List[str] = []

    @property
    def record(self) -> Record:
        return self._history.record

    @property
    def _under_way(self) -> Pending:
        if self.record.pending is None:
            raise AssertionError("nothing is under way")
        return self.record.pending

    def living(self) -> Optional[Dict[str, Any]]:
        """The job of this name that has not ended, as Flink lists it.

        :raises FlinkError: there are several.
        """
        known = {run.job_id for run in (self.record.current, self.record.pending and self.record.pending.run) if run and run.job_id}
        prefix = job_prefix(self.record.name) if self.submitter.own_ids else None
        jobs = self._watch.patience.ask(self._watch.flink.jobs, "the list of jobs")
        listed = [job for job in jobs if job["jid"] in known or (prefix and job["jid"].startswith(prefix))]
        # The list leaves out a job whose master is just being elected.
        missing = [self._watch.find(job_id) for job_id in sorted(known - {job["jid"] for job in listed})]
        found = [job for job in [*listed, *missing] if job and job["state"] not in TERMINAL_STATES]
        if len(found) > 1:
            shown = ", ".join(f"{job['jid']} ({job['state']})" for job in found)
            raise FlinkError(f"Several jobs of the name {self.record.name} run: {shown}; cancel those that are not wanted")
        return found[0] if found else None

    def complete_begun(self, wanted: Optional[Release], to_end: bool = False) -> None:
        """Finish what an earlier run has begun; ``wanted`` is the release that is declared now, None if none shall run.

        :raises FlinkError: the release that is wanted was tried by that run and did not work.
        """
        pending = self.record.pending
        if pending is None:
            return
        self._watch.patience.renew()
        if pending.phase == STOPPING:
            self._complete_begun_stop()
            return
        run = pending.run
        there = self._watch.patience.ask(lambda: self.submitter.known(pending), "the jobs that Flink knows")
        same = wanted is not None and run is not None and run.release.digest == wanted.digest
        if there or same or (pending.phase == RETURNING and wanted is not None):
            self.events.append(f"took up the start of the release {run.release.digest[:12] if run else ''} that an earlier run had begun")
            self._bring_up(wanted, to_end)
            return
        # It never reached Flink, and something else is wanted now; where to start from is in the record.
        self.record.pending = None
        self._history.save()

    def note_finished(self) -> None:
        """Note that the current job has come to its end by itself, if it has."""
        record = self.record
        if record.state != "running" or record.current is None or record.resume:
            return
        job = self._watch.find(record.current.job_id)
        left = self._left_by(job) if job else None
        if job and job["state"] == "FINISHED" and not left:
            record.state = "finished"
            self._history.save()

    def stop(self, job_id: str) -> Savepoint:
        """Stop a job with a savepoint, which the next start goes on from."""
        self._watch.patience.renew()
        self._stopper.begin(job_id)
        try:
            path = self._stopper.run()
        except StopFailed:
            self.record.pending = None
            self._history.save()
            raise
        except Ended:
            self._note_ended()
            raise
        return self._note_stopped(job_id, path)

    def cancel(self, job: Dict[str, Any]) -> None:
        """Cancel a job and give its state up."""
        self._watch.patience.renew()
        self._cancel(job["jid"])
        self.record.pending = self.record.resume = None
        self.record.state = "cancelled"
        self._history.save()
        self.events.append(f"cancelled the job {job['jid']}")

    def launch(self, release: Release, path: Optional[str], back_to: Optional[Run], to_end: bool = False) -> None:
        """Start a release from a savepoint (or from nothing) and see that it works; else bring ``back_to`` back.

        :raises FlinkError: it does not work.
        """
        run = Run(release, self._new_id(release), int(self._now()))
        if path and not self.record.resume:
            self.record.resume = Savepoint(path, "", int(self._now()))
        self.record.pending = Pending(phase=STARTING, run=run, path=path, back_to=back_to, others=self.submitter.others())
        self._history.save()
        self._bring_up(release, to_end)

    def start_point(self) -> Optional[str]:
        """From which savepoint or checkpoint the next start goes on; None is nothing.

        :raises FlinkError: it ran, and what it left cannot be told: it is never started from nothing for want of knowledge.
        """
        record, policy = self.record, self._policy
        if policy.start_from:
            return policy.start_from
        if record.resume:
            self.check_readable(self._version)
            return record.resume.path
        if record.current is None or record.state in ("", "cancelled", "finished") or policy.restart == "from_nothing":
            return None
        job_id = record.current.job_id
        job = self._watch.find(job_id)
        told = f"The job {record.name} ({job_id}) {'is ' + job['state'] if job else 'is not known to Flink any more'}"
        reason = f": {self._watch.failure(job_id, 'FAILED').reason}" if job and job["state"] == "FAILED" else ""
        path = self._left_by(job) if job else self._left_by_forgotten(job_id)
        if policy.restart == "never":
            way = f"; its last checkpoint is {path}: give it as start_from, or restart: from_state" if path else ""
            raise FlinkError(f"{told}{reason}. restart is never, so it was left alone{way}", job_id=job_id, checkpoint=path)
        if path:
            self.events.append(f"{told}{reason}")
            return path
        last = f"; its last savepoint is {record.last_savepoint.path}, of a time before it ran on" if record.last_savepoint else ""
        raise FlinkError(f"{told}{reason}. It has left no checkpoint or savepoint that could be found{last}. Give a path as start_from, or restart: "
                         "from_nothing to begin anew", job_id=job_id)

    def check_readable(self, version: Version) -> None:
        """:raises FlinkError: the job has left its state to the next start, and a newer Flink than this version has written it."""
        left = self.record.resume
        if left and left.is_newer_than(version):
            raise FlinkError(
                f"The job {self.record.name} was stopped by Flink {left.version} with the savepoint {left.path}, and no version promises to read what a newer "
                f"one has written. To go on with Flink {version.text}, give it as start_from a savepoint that this version or an older one has written, and "
                "all is done again from there", job_id=left.job_id, savepoint=left.path)

    def _complete_begun_stop(self) -> None:
        pending = self._under_way
        try:
            path = self._stopper.found()
        except Ended:
            self._note_ended()
            raise
        if path:
            self.events.append("took up the stop that an earlier run had begun")
            self._note_stopped(pending.job_id, path)
        else:
            self.record.pending = None
            self._history.save()

    def _bring_up(self, wanted: Optional[Release], to_end: bool = False) -> None:
        """Drive the pending start, or return, to its end."""
        pending = self._under_way
        try:
            ended = self._submit_and_watch(pending, to_end)
        except JobFailed as failure:
            self._handle_failed_release(pending, failure)
            return self._bring_up(wanted)  # the release from before; its own failure ends in an exception
        self._record_as_current(pending, ended)
        if pending.phase == RETURNING and pending.failed and (wanted is None or wanted.digest == pending.failed.digest):
            raise FlinkError(
                f"The release {pending.failed.digest[:12]} of {self.record.name} does not work: {pending.reason}. The one from before, "
                f"{pending.submitted.release.digest[:12]}, is back from the savepoint {pending.path} and runs as job {pending.submitted.job_id}",
                changed=True, rolled_back=True, job_id=pending.submitted.job_id, savepoint=pending.path, reason=pending.reason)

    def _submit_and_watch(self, pending: Pending, to_end: bool) -> bool:
        """Whether the job has finished already; otherwise it runs well."""
        run = pending.submitted
        for attempt in range(1, SUBMISSIONS + 1):
            self._watch.patience.renew()
            run.job_id = self.submitter.submit(pending)
            self._history.save()
            try:
                job = self._watch.until_finished(run.job_id) if to_end else self._watch.until_works(run.job_id)
                return bool(job["state"] == "FINISHED")
            except Vanished as error:
                if attempt == SUBMISSIONS:
                    raise FlinkError(f"Flink forgets the job {run.job_id} of {self.record.name} again and again; a JobManager that restarts without "
                                     "high availability loses its jobs", job_id=run.job_id) from error
                if not self.submitter.own_ids:
                    run.job_id = ""
        raise AssertionError("the last attempt returns or raises")

    def _handle_failed_release(self, pending: Pending, failure: JobFailed) -> None:
        """The pending release does not work: turn to the one from before, or end here.

        :raises FlinkError: there is no way back.
        """
        run = pending.submitted
        # An earlier run may have noted why, and cancelled it.
        if pending.phase == STARTING:
            pending.reason = pending.reason or failure.reason
            self._history.save()
        if run.job_id:
            self._cancel(run.job_id)
        name, digest = self.record.name, run.release.digest[:12]
        back_to = pending.back_to
        lost = ""
        if back_to and not self._policy.rollback:
            lost = "rollback is false"
        elif back_to and not self._history.jar(back_to.release.jar):
            lost = f"its jar is not in {self._history.home}/jars"
        if back_to and not lost:
            back = Run(back_to.release, self._new_id(back_to.release), int(self._now()))
            self.record.pending = Pending(phase=RETURNING, run=back, path=pending.path, failed=run.release, reason=pending.reason,
                                          others=self.submitter.others())
            self._history.save()
            self.events.append(f"the release {digest} does not work: {pending.reason}")
            return
        record = self.record
        record.pending, record.state = None, "failed"
        if not pending.path and record.current:
            # What ran before had been given up, so the next start begins anew as well.
            record.previous, record.current = [record.current, *record.previous], None
        self._history.save()
        details = {"job_id": run.job_id, "exception_trace": failure.details.get("exception_trace", ""), "savepoint": pending.path, "reason": pending.reason}
        kept = f"; its state is kept in {pending.path}, and the next start goes on from there" if pending.path else ""
        if pending.phase == RETURNING:
            raise FlinkError(f"{name} does not run: the new release does not work ({pending.reason}), nor does the one from before, {digest} "
                             f"({failure.reason}){kept}", changed=True, **details)
        if back_to:
            raise FlinkError(f"The release {digest} of {name} does not work: {pending.reason}. The one from before, {back_to.release.digest[:12]}, "
                             f"was not brought back, as {lost}{kept}", changed=True, **details)
        raise FlinkError(f"The job {name} ({run.job_id or digest}) does not work: {pending.reason}{kept}", changed=True, **details)

    def _record_as_current(self, pending: Pending, ended: bool) -> None:
        """The pending release works: it is the current one now."""
        record, run = self.record, pending.submitted
        before = [each for each in (record.current, *record.previous) if each and each.release.digest != run.release.digest]
        record.current, record.previous = run, before
        record.state = "finished" if ended else "running"
        record.resume = record.pending = None
        self._history.prune(self._policy.keep)
        self._history.save()

    def _note_stopped(self, job_id: str, path: str) -> Savepoint:
        record = self.record
        record.resume = record.last_savepoint = Savepoint(path, job_id, int(self._now()), self._under_way.version)
        record.state, record.pending = "stopped", None
        self._history.save()
        self.events.append(f"stopped the job {job_id} with the savepoint {path}")
        return record.resume

    def _note_ended(self) -> None:
        self.record.pending = None
        self._history.save()

    def _cancel(self, job_id: str) -> None:
        """Cancel a job and wait until it has ended."""
        self._watch.patience.renew()
        try:
            self._watch.until_cancelled(job_id)
        except WaitTimeout as timeout:
            raise FlinkError(f"The job {job_id} was cancelled and does not end: {timeout.last.seen}; look at its TaskManagers, then run again",
                             job_id=job_id) from timeout

        job = self._watch.find(job_id)
        left = self._left_by(job) if job else None
        if left:
            self.events.append(f"the cancelled job {job_id} has left its checkpoints, the last of them in {left}; nothing deletes them")

    def _left_by(self, job: Mapping[str, Any]) -> Optional[str]:
        """The last state of a job that has ended, as long as Flink knows it."""
        return self._watch.patience.ask(lambda: newest_retained(self._watch.flink, job), "what the job has left")

    def _left_by_forgotten(self, job_id: str) -> Optional[str]:
        """The newest checkpoint of a job that the cluster does not know.

        :raises FlinkError: it knows it after all; a second one must not be started beside it.
        """
        patience = self._watch.patience
        until = patience.clock() + UNKNOWN_SECONDS
        while patience.clock() < until:
            patience.sleep(1.0)
            if self._watch.find(job_id):
                raise FlinkError(f"Flink takes over the job {self.record.name} ({job_id}) just now; run again", job_id=job_id)
        return self._stopper.kept_checkpoint(job_id)

    def _new_id(self, release: Release) -> str:
        """Empty where Flink chooses it."""
        if not self.submitter.own_ids:
            return ""
        used = [run.at for run in (self.record.current, *self.record.previous, self.record.pending and self.record.pending.run) if run]
        return new_job_id(self.record.name, release, max([int(self._now()), *(at + 1 for at in used)]))


def lifecycle_of(
    params: Mapping[str, Any], history: History, watch: Watch, version: Version, now: Callable[[], float], policy: Policy = Policy()
) -> Lifecycle:
    """That of a job of which the options of a module say how it is stopped and submitted."""
    stopper = Stopper(history, watch, version, params.get("savepoint_dir"), lambda: web_hdfs(params), params.get("savepoint_format") or CANONICAL)
    return Lifecycle(history, watch, stopper, Submitter(history, watch, version, params.get("allow_non_restored") or False), policy, version, now)
