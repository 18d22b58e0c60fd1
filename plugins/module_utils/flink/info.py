# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Flink cluster says about itself over REST, and waiting for it; the logic of the module flink_info."""

from __future__ import annotations

import re
import time
from typing import Any, Callable, Dict, List, Mapping, Optional

from ..errors import InputError
from ..http_client import HttpError, NoneAnswered
from ..wait import Observation, WaitTimeout, wait_for
from .absences import absences
from .job.faults import job_faults, observe
from .job.identity import job_prefix
from .recovery import Recovery, at_work
from .rest import (
    TERMINAL_STATES,
    FlinkError,
    FlinkRest,
    failure_of,
    flink_rest_argument_spec,
    reason_to_move,
    untried,
)

INTERVAL = 0.5
JOB_CONDITIONS = ("job_running", "job_finished", "job_checkpointed", "job_restored")
CONDITIONS = ("none", "rest", "taskmanagers", "member", "jobs", "recovered", *JOB_CONDITIONS)
TASKMANAGER_HOST = re.compile(r"@(\[[^\]]+\]|[^:/@]+):")


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    flink: Optional[FlinkRest] = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Dict[str, Any]:
    """What the module does; ``flink``, ``clock`` and ``sleep`` are given by tests."""
    condition = params.get("wait_for") or "none"
    count = 1 if params.get("count") is None else params["count"]
    if count < 1:
        raise InputError(f"count is {count}; it must be 1 or more")
    wanted_job = params.get("job")
    if condition in JOB_CONDITIONS and not wanted_job:
        raise InputError(f"wait_for is {condition}; say with job which one is meant, by its id or its name")
    if (condition == "recovered") != (params.get("before") is not None):
        raise InputError("wait_for: recovered and before belong together; give as before the at_work of an earlier look")
    if (condition == "member") != (params.get("member") is not None):
        raise InputError("wait_for: member and member belong together; say with member which processes of a host are meant")
    flink = flink or FlinkRest.from_params(params)
    started = clock()
    timeout = params.get("timeout") or 0
    if condition == "recovered":
        wait_until(Recovery(flink, params["before"], timeout, clock).probe, condition, timeout, clock, sleep)
    elif condition == "member":
        wait_until(lambda: _look_at_member(flink, params["member"]), condition, timeout, clock, sleep)
    elif condition == "rest":
        wait_for_rest(flink, timeout, clock, sleep)
    elif condition != "none":
        wait_until(lambda: _look(flink, condition, count, wanted_job), condition, timeout, clock, sleep)
    waited = clock() - started
    version = flink.version()
    if untried(version):
        warn(untried(version))
    overview, jobmanagers, taskmanagers, listed = flink.overview(), jobmanagers_of(flink), flink.taskmanagers(), flink.jobs()
    chosen = find_jobs(listed, wanted_job) if wanted_job else sorted(listed, key=lambda job: job["start-time"])
    faults = job_faults(flink, chosen, listed)
    return {
        "changed": False,
        "url": flink.base,
        "version": version.text,
        "waited": round(waited, 1),
        "overview": overview_of(overview),
        "jobmanagers": jobmanagers,
        "taskmanagers": [taskmanager_of(each) for each in taskmanagers],
        "jobs": [_job(flink, job, bool(wanted_job)) for job in chosen],
        "job_faults": [fault.as_result() for fault in faults],
        "at_work": at_work(taskmanagers, chosen, faults),
        "config": flink.configuration(),
    }


def overview_of(answer: Mapping[str, Any]) -> Dict[str, int]:
    """Flink's counts, under names that Jinja can spell with a dot."""
    return {
        "taskmanagers": answer["taskmanagers"],
        "slots_total": answer["slots-total"],
        "slots_available": answer["slots-available"],
        "jobs_running": answer["jobs-running"],
        "jobs_finished": answer["jobs-finished"],
        "jobs_cancelled": answer["jobs-cancelled"],
        "jobs_failed": answer["jobs-failed"],
    }


def taskmanager_of(answer: Mapping[str, Any]) -> Dict[str, Any]:
    path = str(answer.get("path", ""))
    host = TASKMANAGER_HOST.search(path)
    return {
        "id": answer["id"],
        "host": host.group(1).strip("[]") if host else None,
        "path": path,
        "slots": answer["slotsNumber"],
        "slots_free": answer["freeSlots"],
        # The field is called timeSinceLastHeartbeat, but holds milliseconds since 1970.
        "last_heartbeat": _seconds(answer.get("timeSinceLastHeartbeat")),
        "cpu_cores": answer.get("hardware", {}).get("cpuCores"),
        "memory": answer.get("hardware", {}).get("physicalMemory"),
    }


def find_jobs(jobs: List[Dict[str, Any]], wanted: str) -> List[Dict[str, Any]]:
    """The jobs with this id, own name or declared name; the one that is meant first: running before ended, and new before old."""
    found = [job for job in jobs if wanted in (job["jid"], job["name"]) or job["jid"].startswith(job_prefix(wanted))]
    return sorted(found, key=lambda job: (job["state"] in TERMINAL_STATES, -job["start-time"]))


def checkpoints_of(answer: Optional[Mapping[str, Any]]) -> Optional[Dict[str, Any]]:
    """Counts, the last completed checkpoint and the one that the job was restored from; None for a job that takes none."""
    if answer is None:
        return None
    counts, latest = answer["counts"], answer.get("latest") or {}
    last, restored = latest.get("completed"), latest.get("restored")
    return {
        "completed": counts["completed"],
        "failed": counts["failed"],
        "in_progress": counts["in_progress"],
        "restored": counts["restored"],
        "last": {
            "id": last["id"],
            "time": _seconds(last.get("latest_ack_timestamp") or last.get("trigger_timestamp")),
            "duration": last.get("end_to_end_duration", 0) / 1000,
            "bytes": last.get("state_size"),
            "path": last.get("external_path"),
        }
        if last
        else None,
        "restored_from": {
            "id": restored["id"],
            "time": _seconds(restored.get("restore_timestamp")),
            "savepoint": restored.get("is_savepoint"),
            "path": restored.get("external_path"),
        }
        if restored
        else None,
    }


def wait_until(
    look: Callable[[], Observation], condition: str, timeout: float, clock: Callable[[], float], sleep: Callable[[float], None]
) -> None:
    """Wait for a condition of a cluster, whoever leads it meanwhile.

    :raises FlinkError: it did not come to be within ``timeout`` seconds.
    """
    def probe() -> Observation:
        try:
            return look()
        except NoneAnswered as error:
            return Observation(False, error.message)
        except HttpError as error:
            if error.status != 404:
                raise
            return Observation(False, f"the job is not known (any more): {error.server_message}")

    started = clock()
    try:
        wait_for(probe, timeout, INTERVAL, condition, clock=clock, sleep=sleep)
    except WaitTimeout as timed_out:
        raise FlinkError(
            f"Flink is not as expected (wait_for {condition}) after {clock() - started:.0f} s: {timed_out.last.seen}", last_seen=timed_out.last.seen
        ) from timed_out


def wait_for_rest(flink: FlinkRest, timeout: float, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
    """Wait until a JobManager answers, which with high availability needs an elected leader.

    :raises FlinkError: none did within ``timeout`` seconds.
    """
    wait_until(lambda: Observation(bool(flink.version()), ""), "rest", timeout, clock, sleep)


def _look(flink: FlinkRest, condition: str, count: int, wanted_job: Optional[str]) -> Observation:
    flink.version()
    if condition == "taskmanagers":
        found = flink.overview()["taskmanagers"]
        return Observation(found >= count, f"{found} of {count} TaskManagers are registered")
    return observe(flink) if condition == "jobs" else _look_at_job(flink, condition, count, str(wanted_job))


def _look_at_member(flink: FlinkRest, member: Mapping[str, Any]) -> Observation:
    version, taskmanagers = flink.version().text, [taskmanager_of(each) for each in flink.taskmanagers()]
    missing = absences(member, flink.base, version, jobmanagers_of(flink) if member.get("jobmanager") else [], taskmanagers)
    return Observation(not missing, "; ".join(missing))


def _look_at_job(flink: FlinkRest, condition: str, count: int, wanted: str) -> Observation:
    jobs = flink.jobs()
    found = find_jobs(jobs, wanted)
    if not found:
        known = ", ".join(sorted({f"{job['name']} ({job['state']})" for job in jobs})) or "none"
        return Observation(False, f"there is no job {wanted}; known jobs: {known}")
    job = found[0]
    name = f"job {job['name']} ({job['jid']})"
    if condition == "job_finished":
        done, seen = job["state"] == "FINISHED", f"{name} is {job['state']}"
    elif condition == "job_running":
        tasks = job["tasks"]
        working = tasks["running"] + tasks["finished"]
        done = job["state"] == "RUNNING" and working == tasks["total"]
        seen = f"{name} is {job['state']}, {working} of {tasks['total']} tasks run"
        if job["state"] not in TERMINAL_STATES:
            seen = next((fault.message for fault in job_faults(flink, [job], jobs)), seen)
    else:
        which = "completed" if condition == "job_checkpointed" else "restored"
        checkpoints = flink.checkpoints(job["jid"])
        reached = checkpoints["counts"][which] if checkpoints else 0
        alive = condition == "job_checkpointed" or job["state"] == "RUNNING"
        done = reached >= count and alive
        seen = f"{name} is {job['state']}, {reached} of {count} checkpoints {which}"
        if checkpoints is None:
            seen += "; it takes no checkpoints, see execution.checkpointing.interval"
    if not done and job["state"] in TERMINAL_STATES:
        reason = f": {failure_of(flink.root_exception(job['jid']))}" if job["state"] == "FAILED" else ""
        raise FlinkError(f"Waiting for {condition} is in vain: {seen}{reason}", job_id=job["jid"], state=job["state"])
    return Observation(done, seen)


def jobmanagers_of(flink: FlinkRest) -> List[Dict[str, Any]]:
    """Every JobManager that may be asked, and whether it answers."""
    found = []
    for base in sorted(flink.bases):
        try:
            flink.ask(base, "/config")
        except HttpError as error:
            reason = reason_to_move(error)
            if reason is None:
                raise
            found.append({"url": base, "up": False, "reason": reason})
        else:
            found.append({"url": base, "up": True, "reason": ""})
    return found


def _job(flink: FlinkRest, job: Mapping[str, Any], detailed: bool) -> Dict[str, Any]:
    described: Dict[str, Any] = {
        "id": job["jid"],
        "name": job["name"],
        "state": job["state"],
        "start": _seconds(job["start-time"]),
        "end": _seconds(job["end-time"]) if job["end-time"] > 0 else None,
        "duration": job["duration"] / 1000,
        "tasks": job["tasks"],
    }
    if detailed or job["state"] not in TERMINAL_STATES:
        try:
            described["vertices"] = [_vertex(vertex) for vertex in flink.job(job["jid"])["vertices"]]
            described["checkpoints"] = checkpoints_of(flink.checkpoints(job["jid"]))
            if detailed:
                trace = flink.root_exception(job["jid"])
                described["exception"] = {"cause": failure_of(trace), "trace": trace} if trace else None
        except HttpError as error:
            # It ended and was forgotten between two calls.
            if error.status != 404:
                raise
    return described


def _vertex(vertex: Mapping[str, Any]) -> Dict[str, Any]:
    return {
        "id": vertex["id"],
        "name": vertex["name"],
        "parallelism": vertex["parallelism"],
        "state": vertex["status"],
        "tasks": {state.lower(): number for state, number in vertex["tasks"].items() if number},
    }


def _seconds(milliseconds: Optional[int]) -> Optional[int]:
    return milliseconds // 1000 if milliseconds is not None and milliseconds >= 0 else None


#: What is expected of a host.
MEMBER: Dict[str, Any] = dict(
    name=dict(type="str", required=True),
    version=dict(type="str"),
    jobmanager=dict(type="str"),
    taskmanager=dict(type="str"),
    slots=dict(type="int"),
)

SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        job=dict(type="str"),
        wait_for=dict(type="str", choices=list(CONDITIONS), default="none"),
        count=dict(type="int", default=1),
        before=dict(
            type="dict",
            options=dict(taskmanagers=dict(type="int", default=0), jobs=dict(type="list", elements="str", default=[])),
        ),
        member=dict(
            type="dict",
            options={**MEMBER, "other_than": dict(type="list", elements="str", default=[])},
        ),
        timeout=dict(type="int", default=60),
        **flink_rest_argument_spec(),
    ),
    requirements=("requests",),
)
