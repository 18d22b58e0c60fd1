# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Submitting a release so that it runs once, whatever breaks in between."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from ...http_client import HttpError, TlsError, one_line, unavailable
from ...wait import Observation
from ..jar import UploadedJar
from ..rest import (
    TERMINAL_STATES,
    FlinkError,
    FlinkRest,
    Version,
    restore_body,
    run_body,
)
from .identity import Release
from .record import History, Pending
from .watch import JobFailed, Watch

#: The job's own program has failed; sending it again would not help.
OWN_FAULTS = ("ProgramInvocationException", "The main method caused an error", "ClassNotFoundException", "Could not get job jar",
              "ProgramParametrizationException", "FlinkIllegalArgument")
#: Nor would it for a savepoint that cannot be read.
STATE_FAULTS = ("Cannot find checkpoint or savepoint", "Failed to rollback to checkpoint/savepoint", "Cannot map checkpoint/savepoint state",
                "Could not retrieve checkpoint", "There is no operator for the state", "CheckpointException")
#: All that 1.5.0 says of a main method that throws, and 1.7.2 if it was to run and not to be planned.
WITHOUT_CAUSE = "The main method caused an error."
DUPLICATES = ("DuplicateJobSubmissionException", "already been submitted")
#: Since 1.10 the main method submits the job, so what keeps the cluster from taking it comes out of the main method as well, below this message.
NOT_TAKEN = "Failed to execute job '"
#: The cluster has taken the job and could not begin with it.
TAKEN = "JobInitializationException"
#: A JobManager that answers, and says 404 or 500 to the same submission so many times, means it.
REFUSALS = 3
PAUSE = 0.7


class Submitter:
    """Uploads and runs jars; ``remove`` takes away what was uploaded."""

    def __init__(self, history: History, watch: Watch, version: Version, allow_non_restored: bool) -> None:
        self._history = history
        self._watch = watch
        self._version = version
        self._allow_non_restored = allow_non_restored
        self._uploads: Dict[str, UploadedJar] = {}

    @property
    def _flink(self) -> FlinkRest:
        return self._watch.flink

    def job_graph(self, release: Release) -> None:
        """Have Flink build the job graph of a release, so that a jar that cannot work is found before anything is stopped.

        :raises JobFailed: its main method or its parameters are at fault.
        """
        refusals: List[HttpError] = []

        def build() -> Observation:
            try:
                self._flink.plan(self._version, self._uploaded(release), self._body(release), self._watch.patience.timeout)
            except TlsError:
                raise
            except HttpError as error:
                reason = own_fault(error)
                if reason or self._is_final(error, refusals):
                    raise JobFailed(reason or error.server_message or error.message, "", "", full_text(error)) from error
                self._uploads.pop(release.jar, None)
                return Observation(False, error.message)
            return Observation(True, "")

        self._watch.patience.wait(build, "the job graph of the jar")

    def submit(self, pending: Pending) -> str:
        """Run the release of a pending step, unless Flink has it already, and return the id of its job.

        :raises JobFailed: Flink does not take it, for a reason that will not pass.
        """
        run = pending.submitted
        refusals: List[HttpError] = []
        while True:
            known = self._watch.patience.ask(lambda: self.known(pending), "the jobs that Flink knows")
            if known:
                return known
            try:
                uploaded = self._watch.patience.ask(lambda: self._uploaded(run.release), "a JobManager that takes the jar")
                return self._flink.run(uploaded, self._body(run.release, run.job_id, pending.path), self._watch.patience.timeout)
            except TlsError:
                raise
            except HttpError as error:
                duplicate = any(each in full_text(error) for each in DUPLICATES)
                reason = self._duplicate(pending) if duplicate else own_fault(error)
                if duplicate and not reason:
                    return run.job_id
                if reason or self._is_final(error, refusals):
                    raise JobFailed(reason or error.server_message or error.message, run.job_id, "", full_text(error)) from error
                self._uploads.pop(run.release.jar, None)
                if not self._watch.patience.left:
                    raise
                self._watch.patience.sleep(PAUSE)

    def known(self, pending: Pending) -> Optional[str]:
        """The id of the job of a pending step, if Flink has it.

        :raises FlinkError: a version that chooses the ids itself has several new jobs.
        """
        run = pending.run
        if run and run.job_id:
            return run.job_id if self._flink.find(run.job_id) else None
        # 1.5 to 1.7: a submission whose answer was lost is a job that was not there before.
        new = [job["jid"] for job in self._flink.jobs() if job["jid"] not in pending.others and job["state"] not in TERMINAL_STATES]
        if len(new) > 1:
            raise FlinkError(f"Which of the jobs {', '.join(new)} was submitted cannot be told, as Flink {self._version.text} takes no ids; "
                             "cancel those that are not wanted and run again")
        return new[0] if new else None

    def others(self) -> List[str]:
        """The jobs that there are before a submission, for versions that choose the ids."""
        return [] if self.own_ids else [job["jid"] for job in self._watch.patience.ask(self._flink.jobs, "the list of jobs")]

    @property
    def own_ids(self) -> bool:
        return self._version.has("own_job_id")

    def remove(self) -> None:
        """Delete the uploaded jars."""
        for jar in self._uploads.values():
            self._flink.delete_jar(jar)
        self._uploads.clear()

    def _uploaded(self, release: Release) -> UploadedJar:
        jar = self._uploads.get(release.jar)
        if jar is None or jar.base != self._flink.base:
            path = self._history.jar(release.jar)
            if path is None:
                raise FlinkError(f"The jar of the release {release.digest[:12]} ({release.source}) is not in {self._history.home}/jars any more")
            jar = self._uploads[release.jar] = self._flink.upload(path, self._watch.patience.timeout)
        return jar

    def _body(self, release: Release, job_id: Optional[str] = None, path: Optional[str] = None) -> Dict[str, Any]:
        body = run_body(self._version, release.entry_class, release.arguments, release.parallelism, job_id or None)
        if path:
            body.update(restore_body(self._version, path, self._allow_non_restored))
        return body

    def _duplicate(self, pending: Pending) -> str:
        """Why a job that Flink calls submitted already cannot be waited for; empty if it can."""
        job_id = pending.run.job_id if pending.run else ""
        found = self._watch.patience.ask(lambda: self._flink.find(job_id), f"job {job_id}")
        return "" if found else f"Flink says that the job {job_id} was submitted already, and does not know it; run again to submit it under a new id"

    def _is_final(self, error: HttpError, refusals: List[HttpError]) -> bool:
        """Whether asking again would not help; ``refusals`` are those that may have been said by mistake."""
        doubtful = error.status in (404, 500) or upload_lost(error) or not_taken(error)
        if not (unavailable(error) or doubtful):
            return True
        if doubtful and self._answers():
            refusals.append(error)
        return len(refusals) >= REFUSALS

    def _answers(self) -> bool:
        try:
            self._flink.version()
        except HttpError:
            return False
        return True


def own_fault(error: HttpError) -> str:
    """Why the job itself is to blame; empty if Flink may be."""
    text = full_text(error)
    if not any(each in text for each in STATE_FAULTS) and (not_taken(error) or not any(each in text for each in OWN_FAULTS)):
        return ""
    said = one_line(error.server_message or error.message)
    return f"{said} This version of Flink tells no more; the log of the JobManager does" if said.endswith(WITHOUT_CAUSE) else said


def not_taken(error: HttpError) -> bool:
    """The main method has built the job, and the cluster did not take it: a leader was lost just then, or did not answer in time."""
    return NOT_TAKEN in full_text(error) and TAKEN not in full_text(error)


def upload_lost(error: HttpError) -> bool:
    """The JobManager does not have the jar (any more): it was started anew, or another one is asked now. 400 or 500, with or without a trace."""
    return "jar file" in full_text(error).lower() and "does not exist" in full_text(error)


def full_text(error: HttpError) -> str:
    """All that the server said, with stack traces."""
    errors = error.payload.get("errors") if isinstance(error.payload, dict) else None
    return "\n".join(str(each) for each in errors) if isinstance(errors, list) else error.server_message
