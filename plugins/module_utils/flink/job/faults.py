# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of a Flink cluster that should run and do not, and what each can be started from.

A job is at fault when it has failed for good and nobody has started it anew since, when it is between two attempts or before the first, when one that takes
checkpoints has tasks that do not run, and when it has failed within the last STEADY seconds and completed no checkpoint since: a job that
restarts for ever looks healthy in between. What somebody cancelled is no fault.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ...http_client import HttpError, one_line
from ...wait import Observation
from ..rest import TERMINAL_STATES, FlinkError, FlinkRest, failure_of
from .identity import PART
from .savepoint import newest_retained
from .watch import all_tasks_run, completed_at

#: From 1.12 on a job is INITIALIZING, without tasks and checkpoints, until its master has read what it goes on from.
BETWEEN_ATTEMPTS = ("INITIALIZING", "FAILING", "RESTARTING")
#: A job that has run so long since it failed last is taken for one that works. Seconds.
STEADY = 15.0


@dataclass(frozen=True)
class JobFault:
    """A job that does not run. ``checkpoint`` is what it can go on from; ``final`` says that Flink has given it up."""

    id: str
    name: str
    state: str
    reason: str
    checkpoint: Optional[str]
    final: bool

    @property
    def message(self) -> str:
        told = f"the job {self.name} ({self.id}) is {self.state}: {self.reason}"
        if not self.final:
            return told + (f"; its last checkpoint is {self.checkpoint}" if self.checkpoint else "")
        if not self.checkpoint:
            return f"{told}; it has left no checkpoint to go on from"
        return (f"{told}; its last checkpoint is {self.checkpoint}: the next run of the playbook jobs starts a declared job from there, "
                f"`flink run -s {self.checkpoint}` with its jar any other")

    def as_result(self) -> Dict[str, Any]:
        return {**asdict(self), "message": self.message}


def job_faults(flink: FlinkRest, chosen: Sequence[Mapping[str, Any]], known: Sequence[Mapping[str, Any]]) -> List[JobFault]:
    """What is at fault among the chosen jobs, oldest first; ``known`` are all that the cluster knows."""
    found = (_fault(flink, job, known) for job in sorted(chosen, key=lambda job: job["start-time"]))
    return [fault for fault in found if fault]


def observe(flink: FlinkRest) -> Observation:
    """Whether no job is at fault.

    :raises FlinkError: one was given up, which waiting does not change.
    """
    jobs = flink.jobs()
    faults = job_faults(flink, jobs, jobs)
    told = "; ".join(fault.message for fault in faults)
    if any(fault.final for fault in faults):
        raise FlinkError(told[:1].upper() + told[1:], job_faults=[fault.as_result() for fault in faults])
    return Observation(not faults, told)


def _fault(flink: FlinkRest, job: Mapping[str, Any], jobs: Sequence[Mapping[str, Any]]) -> Optional[JobFault]:
    if job["state"] in TERMINAL_STATES and (job["state"] != "FAILED" or _started_anew(job, jobs)):
        return None
    try:
        reason = _reason(flink, job)
        return JobFault(job["jid"], job["name"], job["state"], reason, _checkpoint(flink, job), job["state"] == "FAILED") if reason else None
    except HttpError as error:
        # It ended and was forgotten between two calls.
        if error.status != 404:
            raise
        return None


def _started_anew(job: Mapping[str, Any], jobs: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a job of the same name, its own or the declared one, was started after this one had ended."""
    return any(
        other["start-time"] >= job["end-time"] and (other["name"] == job["name"] or other["jid"][:PART] == job["jid"][:PART])
        for other in jobs if other["jid"] != job["jid"]
    )


def _reason(flink: FlinkRest, job: Mapping[str, Any]) -> str:
    """What is wrong with a job; empty when nothing is."""
    failed = flink.last_failure(job["jid"])
    cause = one_line(failure_of(failed.trace)) if failed.trace else ""
    if job["state"] == "FAILED":
        return cause or "Flink names no exception"
    if job["state"] in BETWEEN_ATTEMPTS:
        return f"{_tasks(job)}" + (f"; it failed with {cause}" if cause else "")
    checkpoints = flink.checkpoints(job["jid"])
    # A batch job runs its tasks one after the other.
    if not all_tasks_run(dict(job)) and flink.checkpoint_settings(job["jid"]) is not None:
        return f"{_tasks(job)}" + (f"; it failed with {cause}" if cause else "")
    now = job["start-time"] + job["duration"]
    if failed.timestamp > max(completed_at(checkpoints), now - STEADY * 1000):
        return f"it has failed within the last {STEADY:.0f} s, and completed no checkpoint since: {cause}"
    return ""


def _tasks(job: Mapping[str, Any]) -> str:
    tasks = job["tasks"]
    return f"{tasks['running'] + tasks['finished']} of {tasks['total']} tasks run"


def _checkpoint(flink: FlinkRest, job: Mapping[str, Any]) -> Optional[str]:
    if job["state"] == "FAILED":
        return newest_retained(flink, job)
    last = ((flink.checkpoints(job["jid"]) or {}).get("latest") or {}).get("completed") or {}
    path = str(last.get("external_path") or "")
    return path if path and not path.startswith("<") else None
