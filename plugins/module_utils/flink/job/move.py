# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking declared jobs from one Flink cluster to another by savepoint, one by one; the logic of the module flink_job_move."""

from __future__ import annotations

import os
import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Callable, ContextManager, Dict, List, Mapping, Optional, Sequence

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ...errors import CollectionError, InputError
from ...http_client import http_argument_spec
from ...wait import Patience
from ..endpoint import endpoint_argument_spec
from ..rest import TERMINAL_STATES, FlinkError, FlinkRest, Version
from ..versions import state_words
from .identity import Release, check_name, job_prefix
from .jar import Jar, fetched
from .lifecycle import Lifecycle, lifecycle_of
from .options import declared_jobs_argument_spec, web_hdfs
from .record import RETURNING, STARTING, STOPPING, History
from .submit import Submitter
from .watch import JobFailed, Watch, patience_of

MOVE, THERE, NOT_RUNNING = "move", "there already", "does not run"


def flink_job_move_argument_spec() -> Dict[str, Dict[str, Any]]:
    """The options that plugins/modules/flink_job_move.py documents."""
    cluster = dict(type="dict", required=True, options=endpoint_argument_spec())
    return dict(
        source=cluster,
        target=cluster,
        jobs=dict(type="list", elements="raw", default=[]),
        savepoint_dir=dict(type="str"),
        allow_non_restored=dict(type="bool", default=False),
        settle=dict(type="int", default=10),
        **declared_jobs_argument_spec(),
        **http_argument_spec(),
    )


def other_release_spec() -> Dict[str, Dict[str, Any]]:
    """What may be said of a job that is another release on the target."""
    return dict(
        name=dict(type="str", required=True),
        jar=dict(type="str"),
        jar_checksum=dict(type="str"),
        entry_class=dict(type="str"),
        arguments=dict(type="list", elements="str"),
        parallelism=dict(type="int"),
    )


def wanted_jobs(jobs: Sequence[Any], history_dir: str) -> List[Dict[str, Any]]:
    """The jobs that are meant, each with its name and, where it shall be another release on the target, with what differs.

    :raises InputError: one is neither a name nor such options.
    """
    wanted = []
    for job in jobs or recorded(history_dir):
        given = job if isinstance(job, dict) else {"name": job}
        checked = ArgumentSpecValidator(other_release_spec()).validate(dict(given))
        unknown = sorted(set(given) - set(other_release_spec()))
        if unknown or checked.error_messages:
            why = f"{', '.join(unknown)} is no option of a job that is moved" if unknown else "; ".join(checked.error_messages)
            raise InputError(f"jobs: {given.get('name', 'a job without a name')}: {why.rstrip('.')}; write its name, or a dictionary with "
                             f"{', '.join(other_release_spec())}")
        wanted.append({"name": check_name(str(given["name"])), **{key: value for key, value in checked.validated_parameters.items() if value is not None}})
    return wanted


@dataclass
class Side:
    """One of the two clusters, for one job."""

    flink: FlinkRest
    version: Version
    life: Lifecycle
    submitter: Submitter
    watch: Watch


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    source: Optional[FlinkRest] = None,
    target: Optional[FlinkRest] = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.time,
) -> Dict[str, Any]:
    """What the module does; the clusters, ``clock``, ``sleep`` and ``now`` are given by tests."""
    source = source or FlinkRest.from_params({**params, **params["source"]})
    target = target or FlinkRest.from_params({**params, **params["target"]})
    versions = {}
    for name, flink in (("source", source), ("target", target)):
        versions[name] = patience_of(params["timeout"], clock, sleep).ask(flink.version, f"a JobManager of the {name}")
        if not versions[name].has("own_job_id"):
            raise InputError(f"The {name} runs Flink {versions[name].text}; jobs are moved from 1.8 on, older versions cannot tell which job is which")
    if source.base == target.base:
        raise InputError(f"source and target are the same cluster, {source.base}; name two")
    plan: List[Dict[str, Any]] = []
    moved = False
    for job in wanted_jobs(params["jobs"], params["history_dir"]):
        history = History(params["history_dir"], job["name"], write=not check_mode)
        with history.opened(), _jar(params, job, history, not check_mode) as jar:
            here, there = (_side(params, history, flink, versions[key], patience_of(params["timeout"], clock, sleep), now)
                           for key, flink in (("source", source), ("target", target)))
            move = Move(job, history, here, there, jar)
            plan.append(move.plan(params["savepoint_dir"]))
            if check_mode or plan[-1]["step"] != MOVE:
                continue
            try:
                plan[-1].update(move.run())
                moved = True
            except CollectionError as error:
                error.details.update(plan=plan, changed=moved or error.details.get("changed", True))
                raise
    left = undeclared(source, params["history_dir"])
    if left:
        warn(f"These jobs of {source.base} were not declared with flink_job, so their jars are not known, and they stay: {', '.join(left)}")
    return {
        "changed": moved or any(each["step"] == MOVE for each in plan),
        "plan": plan,
        "left": left,
        "source": {"url": source.base, "version": versions["source"].text},
        "target": {"url": target.base, "version": versions["target"].text},
    }


class Move:
    """One job on its way. Its record is the one that flink_job keeps, so a run that was killed is taken up by the next."""

    def __init__(self, job: Mapping[str, Any], history: History, source: Side, target: Side, jar: Optional[Jar] = None) -> None:
        self._job = job
        self._name: str = job["name"]
        self._history = history
        self._source = source
        self._target = target
        self._jar = jar

    def _there(self, release: Release) -> Release:
        """What the job shall be on the target: what it is, but for what was said of it."""
        changes: Dict[str, Any] = {key: self._job[key] for key in ("entry_class", "arguments", "parallelism") if key in self._job}
        if self._jar:
            changes.update(jar=self._jar.digest, source=self._jar.source)
        return replace(release, **changes)

    def plan(self, savepoint_dir: Optional[str]) -> Dict[str, Any]:
        """What is to be done with the job, in words, without doing it.

        :raises FlinkError: the job runs on both clusters.
        """
        record = self._history.record
        here, there = self._source.life.living(), self._target.life.living()
        if here and there:
            raise FlinkError(f"The job {self._name} runs on both clusters, as {here['jid']} and {there['jid']}; cancel the one that is not wanted")
        source, target = self._source.flink.base, self._target.flink.base
        told: Dict[str, Any] = {"name": self._name, "job_id": (here or there or {}).get("jid"), "from": source, "to": target}
        if there and not record.pending:
            return {**told, "step": THERE, "words": f"{self._name} runs on {target} already, as {there['jid']}"}
        if not here and not there and not record.pending and not record.resume:
            return {**told, "step": NOT_RUNNING, "words": f"{self._name} runs on neither cluster ({record.state or 'never ran'}); nothing to move"}
        if record.current is None or not self._history.jar(record.current.release.jar):
            raise FlinkError(f"The jar of {self._name} is not in {self._history.home}/jars; run flink_job for it on this host first")
        if record.resume and not here:
            self._target.life.check_readable(self._target.version)
        where = savepoint_dir or "the source's state.savepoints.dir"
        kept = f"take up the savepoint {record.resume.path}" if record.resume else "take up what an earlier run has begun"
        stop = f"stop {here['jid']} with a savepoint into {where}" if here else kept
        release = self._there(record.current.release)
        words = (f"{self._name}: {stop}; start {release.source} ({release.digest[:12]}) from it on {target} (Flink {self._target.version.text}); "
                 f"if it does not work there, back to {source} from the same savepoint. "
                 f"{state_words(self._source.version.text, self._target.version.text)}")
        return {**told, "step": MOVE, "words": words}

    def run(self) -> Dict[str, Any]:
        """Move the job, or bring it back and fail.

        :raises FlinkError: it does not work on the target; it was not stopped, it runs on the source again, or the message says where its state is.
        """
        record = self._history.record
        self._complete_begun()
        if self._jar and self._jar.path:
            self._history.keep(self._jar.path, self._jar.digest)
        here = self._source.life.living()
        if here:
            try:
                self._try_graph(here["jid"])
                self._source.life.stop(here["jid"])
            except CollectionError:
                self._target.submitter.remove()
                raise
        if record.current is None:
            raise AssertionError("the plan has seen a release")
        release = record.current.release
        there = self._target.life.living()
        if there is None:
            if record.resume is None:
                raise FlinkError(f"{self._name} runs on neither cluster, and no savepoint of it is known; nothing was started")
            path = record.resume.path
            try:
                self._target.life.launch(self._there(release), path, None)
            except FlinkError as failure:
                if record.pending:
                    raise  # nobody answers; the next run goes on
                self._return(release, path, failure)
            finally:
                self._target.submitter.remove()
        done = record.current
        return {"job_id": done.job_id, "savepoint": record.last_savepoint.path if record.last_savepoint else None}

    def _try_graph(self, job_id: str) -> None:
        """Have the target build the job's graph while the job still runs: a jar that this Flink cannot load costs no stop.

        :raises FlinkError: it cannot.
        """
        if self._history.record.current is None or self._target.life.living():
            return
        self._target.watch.patience.renew()
        try:
            self._target.submitter.job_graph(self._there(self._history.record.current.release))
        except CollectionError as error:
            error.details["changed"] = bool(self._source.life.events or self._target.life.events)
            reason = error.reason if isinstance(error, JobFailed) else error.message.rstrip(".")
            raise FlinkError(
                f"{self._name} cannot work on {self._target.flink.base} (Flink {self._target.version.text}): {reason}. "
                f"It was not stopped, and runs on {self._source.flink.base} as job {job_id}",
                **{**error.details, "job_id": job_id, "reason": reason}) from error

    def _return(self, release: Any, path: str, failure: FlinkError) -> None:
        try:
            self._source.life.launch(release, path, None)
        finally:
            self._source.submitter.remove()
        run = self._history.record.current
        source, target = self._source.flink.base, self._target.flink.base
        reason, was = failure.details.get("reason") or failure.message, failure.details.get("job_id")
        raise FlinkError(
            f"{self._name} does not work on {target}{f' as job {was}' if was else ''}: {reason}. It is back on {source} from the savepoint {path} as "
            f"job {run.job_id if run else ''}", rolled_back=True, reason=reason)

    def _complete_begun(self) -> None:
        """Finish what an earlier run has begun, on the cluster on which it has begun it."""
        pending = self._history.record.pending
        if pending is None:
            return
        if pending.phase == STOPPING:
            self._source.life.complete_begun(None)
        elif pending.phase in (STARTING, RETURNING):
            for side in (self._target, self._source):
                if self._knows(side, pending):
                    side.life.complete_begun(None)
                    return
            self._target.life.complete_begun(None)

    @staticmethod
    def _knows(side: Side, pending: Any) -> bool:
        return bool(side.watch.patience.ask(lambda: side.submitter.known(pending), "the jobs that Flink knows"))


def _jar(params: Mapping[str, Any], job: Mapping[str, Any], history: History, need_bytes: bool) -> ContextManager[Optional[Jar]]:
    """Another jar for the target, if one is named."""
    if "jar" not in job:
        return nullcontext()
    return fetched(job["jar"], job.get("jar_checksum"), history.jar, lambda: web_hdfs(params), need_bytes)


def recorded(history_dir: str) -> List[str]:
    """Names of the jobs that have a record, in order."""
    if not os.path.isdir(history_dir):
        raise InputError(f"history_dir: {history_dir} is not a directory on this host; run where flink_job has run for these jobs")
    return sorted(name for name in os.listdir(history_dir) if os.path.isfile(os.path.join(history_dir, name, "record.json")))


def undeclared(flink: FlinkRest, history_dir: str) -> List[str]:
    """Jobs that run on the source and have no record: name and id, as Flink has them."""
    known = tuple(job_prefix(name) for name in recorded(history_dir)) if os.path.isdir(history_dir) else ()
    running = [job for job in flink.jobs() if job["state"] not in TERMINAL_STATES]
    return [f"{job['name']} ({job['jid']})" for job in running if not job["jid"].startswith(known or ("-",))]


def _side(params: Mapping[str, Any], history: History, flink: FlinkRest, version: Version, patience: Patience, now: Callable[[], float]) -> Side:
    watch = Watch(flink, patience, params["settle"])
    life = lifecycle_of(params, history, watch, version, now)
    return Side(flink, version, life, life.submitter, watch)


SPEC: Dict[str, Any] = dict(
    argument_spec=flink_job_move_argument_spec(),
    requirements=("requests",),
)
