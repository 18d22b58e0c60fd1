# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does Flink really run a job: uploads a jar, runs it to its end and takes it away; the logic of the module flink_check."""

from __future__ import annotations

import os
import secrets
import time
import zipfile
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from ..errors import CollectionError, InputError, clean_up
from ..http_client import HttpError
from ..wait import Observation, WaitTimeout, wait_for
from ..zookeeper.session import ARGUMENT_SPEC
from .absences import absences
from .ha_info import await_leader
from .info import MEMBER, find_jobs, jobmanagers_of, overview_of, taskmanager_of, wait_for_rest, wait_until
from .jar import UploadedJar
from .job.faults import job_faults, observe
from .rest import (
    TERMINAL_STATES,
    FlinkError,
    FlinkRest,
    Version,
    failure_of,
    flink_rest_argument_spec,
    run_body,
)

INTERVAL = 0.3
CANCEL_SECONDS = 30.0
LEAST_REQUEST_SECONDS = 1.0


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    flink: Optional[FlinkRest] = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Dict[str, Any]:
    """What the module does; ``flink``, ``clock`` and ``sleep`` are given by tests."""
    _check(params)
    members = params.get("members") or []
    if not members:
        _check_jar(params)
    flink = flink or FlinkRest.from_params(params)
    wait = params.get("wait") or 0
    if wait:
        wait_for_rest(flink, wait, clock, sleep)
    if params.get("election"):
        await_leader(params["election"], wait)
    version = flink.version()
    result = _seen(flink, version, members)
    if result["missing"]:
        return {**result, "reason": "; ".join(result["missing"])}
    if members:
        # Not before: where another release runs than should, that is what is wrong, and not that this host lacks its jar.
        _check_jar(params)
    reason = _why_not(params, result["overview"], check_mode)
    if reason:
        return {**result, "reason": reason, "job_faults": _faults(flink, params, check_mode, clock, sleep)}
    deadline = clock() + params["timeout"]
    jar = flink.upload(params["jar"], params["timeout"])
    try:
        job = _Trial(flink, version, params, deadline, clock, sleep).run(jar)
    except Exception as error:
        clean_up(error, lambda: flink.delete_jar(jar), f"the uploaded jar {jar.jar_id}")
        raise
    flink.delete_jar(jar)
    return {
        **result,
        "ran": True,
        "reason": "",
        "job_id": job["jid"],
        "job_name": job["name"],
        "state": job["state"],
        "duration": job["duration"] / 1000,
        "job_faults": _faults(flink, params, check_mode, clock, sleep),
    }


def _seen(flink: FlinkRest, version: Version, members: Sequence[Mapping[str, Any]]) -> Dict[str, Any]:
    """What the cluster has before a job is run, and what it misses of the members."""
    overview, jobmanagers = overview_of(flink.overview()), jobmanagers_of(flink)
    taskmanagers = [taskmanager_of(each) for each in flink.taskmanagers()]
    missing = [sentence for member in members for sentence in absences(member, flink.base, version.text, jobmanagers, taskmanagers)]
    return {
        "changed": False,
        "url": flink.base,
        "version": version.text,
        "overview": overview,
        "jobmanagers": jobmanagers,
        "taskmanagers": taskmanagers,
        # That another version runs is the same for all of them.
        "missing": list(dict.fromkeys(missing)),
        "ran": False,
        "job_faults": [],
    }


def _why_not(params: Mapping[str, Any], overview: Mapping[str, int], check_mode: bool) -> str:
    """Why no job is run; empty if one is."""
    if not params.get("jar"):
        return "no jar was given"
    free, total, needed = overview["slots_available"], overview["slots_total"], params.get("parallelism") or 1
    if params.get("require_free_slots", True) and free < needed:
        return f"{free} of {total} slots are free" + (f", the job needs {needed}" if needed > 1 else "")
    return f"check mode: no job was submitted; {free} of {total} slots are free" if check_mode else ""


def _faults(
    flink: FlinkRest, params: Mapping[str, Any], check_mode: bool, clock: Callable[[], float], sleep: Callable[[float], None]
) -> List[Dict[str, Any]]:
    """The cluster's jobs that should run and do not. If they have to, those between two attempts are waited for.

    :raises FlinkError: they have to, and one does not.
    """
    if params.get("require_jobs") and not check_mode:
        wait_until(lambda: observe(flink), "jobs", params["timeout"], clock, sleep)
    jobs = flink.jobs()
    return [fault.as_result() for fault in job_faults(flink, jobs, jobs)]


class _Trial:
    """One run of an uploaded jar."""

    def __init__(
        self,
        flink: FlinkRest,
        version: Version,
        params: Mapping[str, Any],
        deadline: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._flink = flink
        self._version = version
        self._params = params
        self._deadline = deadline
        self._clock = clock
        self._sleep = sleep

    def run(self, jar: UploadedJar) -> Dict[str, Any]:
        """The finished job; a job that does not finish in time is cancelled."""
        # With an id of our own the job can be found and cancelled even if the answer to its submission is lost.
        own_id = secrets.token_hex(16) if self._version.has("own_job_id") else None
        arguments = [str(argument) for argument in self._params.get("arguments") or []]
        body = run_body(self._version, self._params.get("entry_class"), arguments, self._params.get("parallelism"), own_id)
        try:
            job_id = self._flink.run(jar, body, max(LEAST_REQUEST_SECONDS, self._deadline - self._clock()))
        except HttpError as error:
            left = f"; {self._stop(own_id)}" if own_id and error.status is None and error.sent else ""
            raise FlinkError(
                f"Flink did not start the job of {self._params['jar']}: {error.server_message or error.message}{left}",
                url=error.url,
                status=error.status,
            ) from error
        return self._wait(job_id)

    def _wait(self, job_id: str) -> Dict[str, Any]:
        def probe() -> Observation:
            return self._look(job_id)

        try:
            observation = wait_for(
                probe, max(0.0, self._deadline - self._clock()), INTERVAL, f"job {job_id}", clock=self._clock, sleep=self._sleep
            )
        except WaitTimeout as timeout:
            failing = self._last_failure(job_id)
            advice = f"it keeps failing with {failing}" if failing else "raise timeout if the job is that long"
            raise FlinkError(
                f"The job {job_id} did not finish within {self._params['timeout']} s: {timeout.last.seen}; {advice}; {self._stop(job_id)}",
                job_id=job_id,
            ) from timeout
        job: Dict[str, Any] = observation.value
        if job["state"] == "FAILED":
            trace = self._flink.root_exception(job_id)
            raise FlinkError(f"The job {job['name']} ({job_id}) failed: {failure_of(trace)}", job_id=job_id, state="FAILED", exception_trace=trace)
        if job["state"] != "FINISHED":
            raise FlinkError(f"The job {job['name']} ({job_id}) is {job['state']}: somebody cancelled it", job_id=job_id, state=job["state"])
        return job

    def _look(self, job_id: str) -> Observation:
        try:
            found = find_jobs(self._flink.jobs(), job_id)
        except HttpError as error:
            if error.status is not None and error.status < 500:
                raise
            return Observation(False, error.message)
        if not found:
            return Observation(False, "Flink does not list it")
        job = found[0]
        tasks = ", ".join(f"{number} {state}" for state, number in job["tasks"].items() if number and state != "total")
        return Observation(job["state"] in TERMINAL_STATES, f"it is {job['state']} with tasks {tasks or 'not yet made'}", job)

    def _last_failure(self, job_id: str) -> str:
        """Why a job that is restarted again and again fails; empty if it did not, or Flink cannot tell now."""
        try:
            trace = self._flink.root_exception(job_id)
        except HttpError:
            return ""
        return failure_of(trace) if trace else ""

    def _stop(self, job_id: str) -> str:
        """Cancel the job and say in words how that went; the first error is the one that matters."""
        try:
            self._flink.cancel(job_id)
            wait_for(lambda: self._look(job_id), CANCEL_SECONDS, INTERVAL, "the cancellation", clock=self._clock, sleep=self._sleep)
        except CollectionError as error:
            return f"it could not be cancelled ({error.message}), look after job {job_id}"
        return "it was cancelled"


def _check_jar(params: Mapping[str, Any]) -> None:
    jar = params.get("jar")
    if not jar:
        return
    if not os.path.isfile(jar):
        raise InputError(f"jar: {jar} is not a file on this host")
    if not os.access(jar, os.R_OK):
        raise InputError(f"jar: {jar} cannot be read by the user that the module runs as")
    if not jar.endswith(".jar"):
        raise InputError(f"jar: Flink takes only files whose name ends in .jar, and {jar} does not")
    if not zipfile.is_zipfile(jar):
        raise InputError(f"jar: {jar} is not a jar (or cut off): it does not read as a zip archive; fetch it again")


def _check(params: Mapping[str, Any]) -> None:
    if params["timeout"] <= 0:
        raise InputError(f"timeout is {params['timeout']}; it must be more than 0 seconds")
    if params.get("parallelism") is not None and params["parallelism"] < 1:
        raise InputError(f"parallelism is {params['parallelism']}; it must be 1 or more")
    if (params.get("wait") or 0) < 0:
        raise InputError(f"wait is {params['wait']}; it must be 0 seconds or more")


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        jar=dict(type="path"),
        entry_class=dict(type="str"),
        arguments=dict(type="list", elements="str", default=[]),
        parallelism=dict(type="int"),
        require_free_slots=dict(type="bool", default=True),
        require_jobs=dict(type="bool", default=False),
        members=dict(type="list", elements="dict", default=[], options=MEMBER),
        election=dict(
            type="dict",
            options=dict(
                **ARGUMENT_SPEC,
                root=dict(type="str", default="/flink"),
                cluster_id=dict(type="str", default="/default"),
            ),
        ),
        wait=dict(type="int", default=0),
        timeout=dict(type="int", default=60),
        **flink_rest_argument_spec(),
    ),
    requirements=("requests",),
)
