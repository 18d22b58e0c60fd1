# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared jobs leave a cluster with savepoints before its Flink becomes another minor version; the logic of the module flink_jobs_leave.

JobManagers with ZooKeeper recover the graphs of all jobs that run, and one that another minor version has written keeps them from starting.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional

from ...errors import CollectionError, InputError
from ..rest import TERMINAL_STATES, FlinkError, FlinkRest, Version, flink_rest_argument_spec
from ..versions import minor_of, name_of, state_words
from .identity import check_name
from .lifecycle import Lifecycle, lifecycle_of
from .options import declared_jobs_argument_spec
from .record import History
from .watch import Watch, patience_of


def flink_jobs_leave_argument_spec() -> Dict[str, Dict[str, Any]]:
    """The options that plugins/modules/flink_jobs_leave.py documents."""
    return dict(
        version=dict(type="str", required=True),
        stop=dict(type="bool", default=False),
        jobs=dict(type="list", elements="dict", default=[], options=dict(
            name=dict(type="str", required=True), savepoint_dir=dict(type="str"), start_from=dict(type="str"))),
        savepoint_dir=dict(type="str"),
        **declared_jobs_argument_spec(),
        **flink_rest_argument_spec(),
    )


@dataclass
class Leaving:
    """A declared job that runs, as which one, and from where the inventory has it started instead of from what it leaves."""

    name: str
    life: Lifecycle
    job_id: str
    start_from: Optional[str] = None

    def words(self, running: str, version: str) -> str:
        """What becomes of it."""
        on = f"on Flink {name_of(minor_of(version))}"
        if self.start_from:
            return (f"{self.name}: stop {self.job_id} with a savepoint, which is kept, and start it from {self.start_from} {on}, "
                    "where all is done again that it did since")
        return f"{self.name}: stop {self.job_id} with a savepoint, and start it from there {on}. {state_words(running, version)}"

    @property
    def earlier(self) -> str:
        """The savepoint with which it left the version before this one, unless another jar has come since, whose stop has written a newer one."""
        last = self.life.record.last_savepoint
        return f"; {self.name} came with {last.path}, if its jar is the one of then" if last and last.job_id != self.job_id else ""


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
    wanted = minor_of(params["version"])
    for job in params["jobs"]:
        check_name(job["name"])
    if params["timeout"] <= 0:
        raise InputError(f"timeout is {params['timeout']}; it must be more than 0 seconds")
    flink = flink or FlinkRest.from_params(params)
    told: Dict[str, Any] = {"changed": False, "running_version": "", "plan": [], "stopped": []}
    try:
        running = patience_of(params["timeout"], clock, sleep).ask(flink.version, "a JobManager")
    except CollectionError as error:
        if params["stop"]:
            raise
        # A Flink that nobody can ask is one to be repaired, by another version perhaps.
        warn(f"No JobManager could tell which jobs run ({error.message}). If ZooKeeper has any, Flink {name_of(wanted)} does not start before they are gone.")
        return told
    told["running_version"] = running.text
    if minor_of(running.text) == wanted:
        return told
    with ExitStack() as stack:
        leaving: List[Leaving] = []
        down: List[str] = []
        for job in params["jobs"] if params["stop"] else []:
            history = stack.enter_context(History(params["history_dir"], job["name"], write=not check_mode).opened())
            watch = Watch(flink, patience_of(params["timeout"], clock, sleep), settle=0)
            own = {**params, "savepoint_dir": job.get("savepoint_dir") or params.get("savepoint_dir")}
            life = lifecycle_of(own, history, watch, running, now)
            if not check_mode:  # What an earlier run has begun, and did not see the end of.
                life.complete_begun(None)
            living = life.living()
            leaving += [Leaving(job["name"], life, living["jid"], job.get("start_from"))] if living else []
            if not living and not job.get("start_from"):
                life.check_readable(Version.of(params["version"]))
            if not living and life.record.resume:
                down.append(job["name"])
        _refuse_others(flink, running.text, wanted, leaving, params["stop"])
        _refuse_loss(running.text, wanted, leaving)
        told["changed"] = bool(leaving)
        told["plan"] = [each.words(running.text, params["version"]) for each in leaving]
        if not check_mode:
            _stop(leaving, down, running.text, told["stopped"])
    return told


def _stop(leaving: List[Leaving], down: List[str], running: str, stopped: List[Dict[str, Any]]) -> None:
    """Stop the jobs, one after the other, and note each in ``stopped``; ``down`` are those that were before.

    :raises FlinkError: one cannot be stopped. It runs on, and others are down, which is said.
    """
    for each in leaving:
        try:
            stopped.append({"name": each.name, "job_id": each.job_id, "savepoint": each.life.stop(each.job_id).path})
        except CollectionError as error:
            names = ", ".join([*down, *(job["name"] for job in stopped)])
            elsewhere = ", and without start_from, where they would begin" if any(one.start_from for one in leaving) else ""
            way = (f". Down by now, each with a savepoint that its next start goes on from: {names}. Run this again when {each.name} can be stopped, or have "
                   f"them started by the playbook jobs with flink_version {running}{elsewhere}" if names else "")
            details = {**error.details, "stopped": stopped, "changed": bool(stopped)}
            raise FlinkError(f"{each.name} does not leave: {error.message.rstrip('.')}{way}", **details) from error


def _refuse_others(flink: FlinkRest, running: str, wanted: int, leaving: List[Leaving], stop: bool) -> None:
    """:raises FlinkError: jobs run that would not leave."""
    known = {each.job_id for each in leaving}
    others = [job for job in flink.jobs() if job["state"] not in TERMINAL_STATES and job["jid"] not in known]
    if not others:
        return
    shown = ", ".join(f"{job['name']} ({job['jid']})" for job in others)
    way = ("declare them in flink_jobs, or stop them with `flink stop`" if stop else
           "the playbook upgrade_flink takes those of flink_jobs along with savepoints; stop others with `flink stop`")
    whose = "that flink_jobs does not name, " if stop else ""
    raise FlinkError(f"Flink {running} runs jobs {whose}whose graphs Flink {name_of(wanted)} cannot recover, and its JobManagers would not start: "
                     f"{shown}; {way}", jobs=[job["jid"] for job in others])


def _refuse_loss(running: str, wanted: int, leaving: List[Leaving]) -> None:
    """:raises FlinkError: jobs that run would not start from what they leave: an older version cannot read it, or start_from names something else."""
    older = wanted < minor_of(running)
    wrong = [each for each in leaving if bool(each.start_from) is not older]
    if not wrong:
        return
    shown = ", ".join(f"{each.name} ({each.job_id})" for each in wrong)
    if older:
        raise FlinkError(
            f"Flink {running} has jobs with state that Flink {name_of(wanted)} may not read, as no version promises to read what a newer one has written: "
            f"{shown}. They were not stopped. To go back, give each in flink_jobs as start_from a savepoint that Flink {name_of(wanted)} or an older one has "
            f"written, and all is done again from there{''.join(each.earlier for each in wrong)}", jobs=[each.job_id for each in wrong])
    raise FlinkError(
        f"flink_jobs has start_from for {shown}, which would go on from there, and lose what they have done since: take start_from out, and they go on from "
        "the savepoints with which they are stopped", jobs=[each.job_id for each in wrong])


SPEC: Dict[str, Any] = dict(
    argument_spec=flink_jobs_leave_argument_spec(),
    requirements=("requests",),
)
