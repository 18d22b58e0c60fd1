# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared jobs leave a cluster with savepoints before its Flink becomes another minor version; the logic of the module flink_jobs_leave.

JobManagers with ZooKeeper recover the graphs of all jobs that run, and one that another minor version has written keeps them from starting.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional

from ...errors import CollectionError, InputError
from ...wait import Patience
from ..rest import TERMINAL_STATES, FlinkError, FlinkRest, flink_rest_argument_spec
from ..versions import minor_of, name_of, state_words
from .identity import check_name
from .lifecycle import Lifecycle, Policy
from .options import web_hdfs
from .record import History
from .stop import Stopper
from .submit import Submitter
from .watch import Watch, patience_of


def flink_jobs_leave_argument_spec() -> Dict[str, Dict[str, Any]]:
    """The options that plugins/modules/flink_jobs_leave.py documents."""
    return dict(
        version=dict(type="str", required=True),
        stop=dict(type="bool", default=False),
        jobs=dict(type="list", elements="dict", default=[], options=dict(name=dict(type="str", required=True), savepoint_dir=dict(type="str"))),
        savepoint_dir=dict(type="str"),
        history_dir=dict(type="path", default="/var/lib/flink/jobs"),
        hdfs=dict(type="dict", options=dict(namenodes=dict(type="list", elements="str", required=True), user=dict(type="str", default="hdfs"))),
        timeout=dict(type="int", default=300),
        **flink_rest_argument_spec(),
    )


@dataclass
class Leaving:
    """A declared job, and as which one it runs."""

    name: str
    life: Lifecycle
    job: Optional[Dict[str, Any]]


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
        running = patience_of(params["timeout"], clock, sleep).ask(flink.version, "a JobManager").text
    except CollectionError as error:
        if params["stop"]:
            raise
        # A Flink that nobody can ask is one to be repaired, by another version perhaps.
        warn(f"No JobManager could tell which jobs run ({error.message}). If ZooKeeper has any, Flink {name_of(wanted)} does not start before they are gone.")
        return told
    told["running_version"] = running
    if minor_of(running) == wanted:
        return told
    with ExitStack() as stack:
        leaving = [stack.enter_context(_opened(params, job, flink, patience_of(params["timeout"], clock, sleep), now, not check_mode))
                   for job in params["jobs"]] if params["stop"] else []
        _refuse_others(flink, running, wanted, leaving, params["stop"])
        for each in leaving:
            if each.job:
                told["plan"].append(f"{each.name}: stop {each.job['jid']} with a savepoint, and start it from there on Flink {name_of(wanted)}. "
                                    f"{state_words(running, params['version'])}")
        told["changed"] = bool(told["plan"])
        for each in leaving if not check_mode else []:
            if each.job:
                told["stopped"].append({"name": each.name, "job_id": each.job["jid"], "savepoint": each.life.stop(each.job["jid"]).path})
    return told


@contextmanager
def _opened(
    params: Mapping[str, Any], job: Mapping[str, Any], flink: FlinkRest, patience: Patience, now: Callable[[], float], write: bool
) -> Iterator[Leaving]:
    """A declared job, with its record held while it is worked on."""
    history = History(params["history_dir"], job["name"], write=write)
    with history.opened():
        watch, version = Watch(flink, patience, settle=0), patience.ask(flink.version, "a JobManager")
        stopper = Stopper(history, watch, version, job.get("savepoint_dir") or params.get("savepoint_dir"), lambda: web_hdfs(params))
        life = Lifecycle(history, watch, stopper, Submitter(history, watch, version, False), Policy(), now)
        if write:  # What an earlier run has begun, and did not see the end of.
            life.complete_begun(None)
        yield Leaving(job["name"], life, life.living())


def _refuse_others(flink: FlinkRest, running: str, wanted: int, leaving: List[Leaving], stop: bool) -> None:
    """:raises FlinkError: jobs run that would not leave."""
    known = {each.job["jid"] for each in leaving if each.job}
    others = [job for job in flink.jobs() if job["state"] not in TERMINAL_STATES and job["jid"] not in known]
    if not others:
        return
    shown = ", ".join(f"{job['name']} ({job['jid']})" for job in others)
    way = ("declare them in flink_jobs, or stop them with `flink stop`" if stop else
           "the playbook upgrade_flink takes those of flink_jobs along with savepoints; stop others with `flink stop`")
    whose = "that flink_jobs does not name, " if stop else ""
    raise FlinkError(f"Flink {running} runs jobs {whose}whose graphs Flink {name_of(wanted)} cannot recover, and its JobManagers would not start: "
                     f"{shown}; {way}", jobs=[job["jid"] for job in others])


SPEC: Dict[str, Any] = dict(
    argument_spec=flink_jobs_leave_argument_spec(),
    requirements=("requests",),
)
