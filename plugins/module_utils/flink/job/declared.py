# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job is declared, and the cluster made to run it; the logic of the module flink_job."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from typing import Any, Callable, Dict, Mapping, Optional

from ...errors import CollectionError
from ..rest import FlinkError, FlinkRest, untried
from .identity import Release, job_prefix, runs_release
from .jar import Jar, fetched
from .lifecycle import Policy, lifecycle_of
from .options import WITH_JAR, check_options, flink_job_argument_spec, web_hdfs
from .record import History, Run, Savepoint
from .savepoint import check_format
from .watch import JobFailed, Watch, patience_of


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    flink: Optional[FlinkRest] = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.time,
) -> Dict[str, Any]:
    """What the module does; ``flink``, ``clock``, ``sleep`` and ``now`` are given by tests."""
    check_options(params)
    history = History(params["history_dir"], params["name"], write=not check_mode)
    with ExitStack() as stack:
        jar = None
        if params["state"] in WITH_JAR:
            jar = stack.enter_context(fetched(params["jar"], params.get("jar_checksum"), history.jar, lambda: web_hdfs(params), not check_mode))
        stack.enter_context(history.opened())
        flink = flink or FlinkRest.from_params(params)
        patience = patience_of(params["timeout"], clock, sleep)
        return DeclaredJob(params, history, jar, Watch(flink, patience, params["settle"]), warn, now).converge(check_mode)


class DeclaredJob:
    """What the task says, what the record says and what Flink says of one job."""

    def __init__(
        self, params: Mapping[str, Any], history: History, jar: Optional[Jar], watch: Watch, warn: Callable[[str], None], now: Callable[[], float]
    ) -> None:
        self._params = params
        self._history = history
        self._jar = jar
        self._watch = watch
        self._warn = warn
        self._now = now
        self._version = watch.patience.ask(watch.flink.version, "a JobManager")
        if untried(self._version):
            warn(untried(self._version))
        check_format(self._version, params["savepoint_format"])
        policy = Policy(params["restart"], params.get("start_from"), params["rollback"], params["keep"])
        self._life = lifecycle_of(params, history, watch, self._version, now, policy)
        self._wanted = self._release(jar) if jar else None
        self._action = "none"

    def converge(self, check_mode: bool) -> Dict[str, Any]:
        """Make it so, or in check mode tell what would be done."""
        before = self._shown()
        if check_mode:
            return self._foretell(before)
        if self._jar and self._jar.path:
            self._history.keep(self._jar.path, self._jar.digest)
        try:
            getattr(self, f"_{self._params['state']}")()
        except CollectionError as error:
            error.details.setdefault("events", self._life.events)
            error.details.setdefault("changed", bool(self._life.events))
            raise
        finally:
            self._life.submitter.remove()
        return self._result(before, self._shown(), bool(self._life.events) or self._action != "none")

    def _running(self) -> None:
        wanted = self._need()
        self._life.complete_begun(wanted)
        job, record = self._life.living(), self._history.record
        if job is None:
            self._life.note_finished()
            if record.state == "finished" and record.current and record.current.release.digest == wanted.digest:
                return
            self._start(wanted)
        elif self._is(job, wanted):
            self._adopt(job, wanted)
            if not self._watch.patience.ask(lambda: self._watch.works_now(job), f"job {job['jid']}"):
                self._watch.patience.renew()
                try:
                    self._watch.until_works(job["jid"])
                except JobFailed as failure:
                    raise self._told(failure, f"The job {record.name} ({job['jid']}) is the declared one and does not work: {failure.reason}") from failure
        else:
            self._upgrade(job, wanted)

    def _finished(self) -> None:
        wanted = self._need()
        self._life.complete_begun(wanted, to_end=True)
        job, record = self._life.living(), self._history.record
        if job is not None:
            if not self._is(job, wanted):
                raise FlinkError(f"Another release of {record.name} still runs as job {job['jid']}; wait for its end, or cancel it (state: cancelled)",
                                 job_id=job["jid"])
            self._adopt(job, wanted)
        if job is None and self._was_finished(wanted):
            return
        self._watch.patience.renew()
        if job is None:
            self._life.launch(wanted, self._params.get("start_from"), None, to_end=True)
        else:
            try:
                self._watch.until_finished(job["jid"])
            except JobFailed as failure:
                raise self._told(failure, f"The job {record.name} ({job['jid']}) has not come to its end: {failure.reason}") from failure
            record.state = "finished"
            self._history.save()
        self._action = "finished"

    def _stopped(self) -> None:
        self._life.complete_begun(None)
        job = self._life.living()
        if job is not None:
            self._adopt(job, None)
            self._life.stop(job["jid"])
            self._action = "stopped"

    def _cancelled(self) -> None:
        job = self._life.living()
        record = self._history.record
        if job is not None:
            self._life.cancel(job)
            self._action = "cancelled"
        elif record.pending or record.resume:
            record.pending = record.resume = None
            record.state = "cancelled"
            self._history.save()
            self._action = "cancelled"

    def _start(self, wanted: Release) -> None:
        record = self._history.record
        path = self._life.start_point()
        back_to = record.current if path and record.current and record.current.release.digest != wanted.digest else None
        try:
            self._life.submitter.job_graph(wanted)
        except JobFailed as failure:
            kept = f"; its state is kept in {path}, and the next start goes on from there" if path else ""
            raise self._told(failure, f"The release {wanted.digest[:12]} of {record.name} does not work: {failure.reason}. It was not started{kept}",
                             savepoint=path) from failure
        self._life.launch(wanted, path, back_to)
        self._action = "started"

    def _upgrade(self, job: Dict[str, Any], wanted: Release) -> None:
        record = self._history.record
        self._adopt(job, None)
        if record.current is None or not self._history.jar(record.current.release.jar):
            self._warn(f"The jar that the job {job['jid']} was started with is not in {self._history.home}/jars: if the new release does not work, the "
                       "old one cannot be brought back, only its savepoint is kept.")
        try:
            self._life.submitter.job_graph(wanted)
        except JobFailed as failure:
            raise self._told(failure, f"The release {wanted.digest[:12]} of {record.name} does not work: {failure.reason}. The one that runs was not stopped",
                             job_id=job["jid"]) from failure
        savepoint = self._life.stop(job["jid"])
        self._life.launch(wanted, savepoint.path, record.current)
        self._action = "upgraded"

    @staticmethod
    def _told(failure: JobFailed, sentence: str, **more: Any) -> FlinkError:
        """The failure by a sentence that names the job and says what has become of it."""
        return FlinkError(sentence, **{**failure.details, "reason": failure.reason, **more})

    def _foretell(self, before: Dict[str, Any]) -> Dict[str, Any]:
        record, state = self._history.record, self._params["state"]
        job = self._life.living()
        if record.pending:
            self._warn(f"An earlier run was interrupted while it was {record.pending.phase} the job; the next run takes that up first.")
        action = "none"
        if state == "cancelled":
            action = "cancelled" if job or record.pending or record.resume else "none"
        elif state == "stopped":
            action = "stopped" if job else "none"
        elif job is None:
            self._life.note_finished()
            done = self._was_finished(self._need()) if state == "finished" else (
                record.state == "finished" and record.current and record.current.release.digest == self._need().digest)
            if not done:
                action = "finished" if state == "finished" else "started"
                if state == "running":
                    self._life.start_point()
        elif not self._is(job, self._need()):
            action = "upgraded"
        self._action = action
        shown = {**before, "state": state}
        if self._wanted and action != "none":
            shown["release"] = self._wanted.public()
        return self._result(before, shown if action != "none" else before, action != "none" or record.pending is not None)

    def _need(self) -> Release:
        if self._wanted is None:
            raise AssertionError("this state has a jar")
        return self._wanted

    def _is(self, job: Mapping[str, Any], release: Release) -> bool:
        """Whether the job was made from the release: its id says so, or the record, for versions that choose the ids."""
        if self._life.submitter.own_ids:
            return runs_release(job["jid"], release)
        current = self._history.record.current
        return current is not None and current.job_id == job["jid"] and current.release.digest == release.digest

    def _was_finished(self, release: Release) -> bool:
        record = self._history.record
        if record.current and record.current.release.digest == release.digest and record.state == "finished":
            return True
        jobs = self._watch.patience.ask(self._watch.flink.jobs, "the list of jobs")
        ids = {record.current.job_id} if record.current else set()
        return any(job["state"] == "FINISHED" and self._is(job, release) and (job["jid"] in ids or self._ours(job)) for job in jobs)

    def _ours(self, job: Mapping[str, Any]) -> bool:
        return self._life.submitter.own_ids and job["jid"].startswith(job_prefix(self._params["name"]))

    def _adopt(self, job: Mapping[str, Any], release: Optional[Release]) -> None:
        """Take over into the record a job that this host has not started: its id has told its name."""
        record = self._history.record
        if record.current and record.current.job_id == job["jid"]:
            return
        known = [run.release for run in (record.current, *record.previous) if run and runs_release(job["jid"], run.release)]
        release = release or (known[0] if known else None)
        if release is None:
            if record.current:
                record.previous.insert(0, record.current)
            record.current = None
            return
        record.current = Run(release, job["jid"], int(job["start-time"] // 1000))
        record.state, record.resume = "running", None
        self._history.save()

    def _release(self, jar: Jar) -> Release:
        params = self._params
        arguments = [str(each) for each in params["arguments"]]
        return Release(jar.digest, params.get("jar_src") or jar.source, params.get("entry_class"), arguments, params.get("parallelism"))

    def _shown(self) -> Dict[str, Any]:
        record = self._history.record
        return {"name": record.name, "state": record.state or "absent", "release": record.current.release.public() if record.current else None}

    def _result(self, before: Dict[str, Any], after: Dict[str, Any], changed: bool) -> Dict[str, Any]:
        record = self._history.record
        savepoint: Optional[Savepoint] = record.resume or record.last_savepoint
        result = {
            "changed": changed,
            "action": self._action,
            "events": self._life.events,
            "url": self._watch.flink.base,
            "version": self._version.text,
            "job_id": record.current.job_id if record.current else None,
            "job_state": record.state or "absent",
            "release": record.current.release.public() if record.current else None,
            "savepoint": savepoint.path if savepoint else None,
            "diff": {"before": _text(before), "after": _text(after)},
        }
        return result


def _text(shown: Mapping[str, Any]) -> str:
    return json.dumps(shown, indent=2, sort_keys=True) + "\n"


SPEC: Dict[str, Any] = dict(
    argument_spec=flink_job_argument_spec(),
    requirements=("requests",),
)
