# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Savepoints over REST, and finding one whose path nobody was told.

Flink 1.9 to 2.3 stop a job with a savepoint; 1.5 to 1.8 cancel it with one. The answer is fetched with a trigger id that only the
JobManager which took the request knows, so a savepoint is given a directory of its own: if that JobManager dies, it is found there.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, List, Mapping, Optional, Sequence
from urllib.parse import unquote, urlsplit

from ...errors import InputError
from ...hdfs.webhdfs import HdfsError, WebHdfs
from ...http_client import HttpError, one_line
from ..rest import SAVEPOINTS_DIR, FlinkError, FlinkRest, Version, failure_of, option_of

METADATA = "_metadata"
CHECKPOINT = "chk-"
CANONICAL = "canonical"
FORMATS = (CANONICAL, "native")


@dataclass(frozen=True)
class Outcome:
    """How a savepoint went: in progress while both are empty."""

    path: str = ""
    failure: str = ""


class TriggerUnknown(Exception):
    """The JobManager that answers has not taken the request, or has forgotten it."""


def check_format(version: Version, savepoint_format: str) -> None:
    """Judge the format of savepoints.

    :raises InputError: the cluster cannot write it.
    """
    if savepoint_format != CANONICAL and not version.has("savepoint_formats"):
        raise InputError(f"savepoint_format is {savepoint_format}, and Flink {version.text} writes savepoints in one format alone; leave it out")


def trigger_stop(flink: FlinkRest, version: Version, job_id: str, target: str, savepoint_format: str = CANONICAL) -> str:
    """Ask for a job to be stopped with a savepoint below ``target``, and return the trigger id.

    :raises HttpError: it was refused, or nobody knows whether it was taken (no status).
    """
    if version.has("stop_with_savepoint"):
        formats = {"formatType": savepoint_format.upper()} if version.has("savepoint_formats") else {}
        answer = flink.send("POST", f"/jobs/{job_id}/stop", {"targetDirectory": target, "drain": False, **formats})
    else:
        answer = flink.send("POST", f"/jobs/{job_id}/savepoints", {"target-directory": target, "cancel-job": True})
    return str(answer["request-id"])


def look(flink: FlinkRest, job_id: str, trigger: str) -> Outcome:
    """How far the savepoint is.

    :raises TriggerUnknown: another JobManager has taken over since.
    """
    try:
        answer = flink.get(f"/jobs/{job_id}/savepoints/{trigger}")
    except HttpError as error:
        if error.status == 404:
            raise TriggerUnknown from error
        raise
    if answer["status"]["id"] != "COMPLETED":
        return Outcome()
    operation = answer.get("operation") or {}
    if operation.get("location"):
        return Outcome(path=operation["location"])
    cause = operation.get("failure-cause") or {}
    return Outcome(failure=one_line(failure_of(str(cause.get("stack-trace") or cause.get("class") or ""))))


def base_directory(flink: FlinkRest, savepoint_dir: Optional[str]) -> str:
    """Where savepoints go: the option, or what the cluster has for a default.

    :raises InputError: neither says it.
    """
    base = savepoint_dir or option_of(flink.configuration(), SAVEPOINTS_DIR)
    if not base:
        raise InputError(f"savepoint_dir is not set, and the cluster has no {SAVEPOINTS_DIR[1]}; set one of them")
    return base.rstrip("/")


def newest_retained(flink: FlinkRest, job: Mapping[str, Any]) -> Optional[str]:
    """The last state of an ended job, if Flink names it and it is still there: a checkpoint that is retained, or a savepoint.

    A savepoint after which the job went on to take checkpoints is not its last state.
    """
    statistics = flink.checkpoints(job["jid"])
    latest = (statistics or {}).get("latest") or {}
    checkpoint, savepoint = latest.get("completed"), latest.get("savepoint")
    if savepoint and savepoint.get("external_path") and (not checkpoint or savepoint["id"] > checkpoint["id"]):
        return str(savepoint["external_path"])
    kept = (flink.checkpoint_settings(job["jid"]) or {}).get("externalization") or {}
    retained = kept.get("enabled") and (job["state"] == "FAILED" or (job["state"] == "CANCELED" and not kept.get("delete_on_cancellation")))
    path = str((checkpoint or {}).get("external_path") or "")
    return path if retained and path and not path.startswith("<") else None


def savepoint_of_stop(flink: FlinkRest, job_id: str, targets: Sequence[str]) -> Optional[str]:
    """The savepoint that a job which has ended was stopped with, as long as Flink remembers its statistics."""
    try:
        latest = (flink.checkpoints(job_id) or {}).get("latest") or {}
    except HttpError as error:
        if error.status is None or error.status >= 500:
            raise
        return None
    path = (latest.get("savepoint") or {}).get("external_path") or ""
    return path if any(_same_place(path, target) for target in targets) else None


def find_on_disk(targets: Sequence[str], hdfs: Optional[WebHdfs]) -> Optional[str]:
    """The complete savepoint in the newest of the directories that has one; those that no path or HDFS of here leads to are passed over.

    :raises FlinkError: this user may not look into a directory.
    """
    for target in reversed(targets):
        complete = _complete(target, hdfs)
        if complete:
            return f"{target}/{complete[-1]}"
    return None


def newest_checkpoint_on_disk(directory: str, hdfs: Optional[WebHdfs]) -> Optional[str]:
    """The complete checkpoint with the highest number in a job's directory, where Flink calls them ``chk-<number>``.

    :raises FlinkError: this user may not look into it.
    """
    numbers = [int(name[len(CHECKPOINT):]) for name in _complete(directory, hdfs) if name.startswith(CHECKPOINT) and name[len(CHECKPOINT):].isdigit()]
    return f"{directory}/{CHECKPOINT}{max(numbers)}" if numbers else None


def _complete(directory: str, hdfs: Optional[WebHdfs]) -> List[str]:
    """The names in a directory that have all of a savepoint or checkpoint; none when no path or HDFS of here leads to it."""
    parts = urlsplit(directory)
    if parts.scheme in ("", "file"):
        path = unquote(parts.path)
        try:
            names = sorted(os.listdir(path)) if os.path.isdir(path) else []
        except OSError as error:
            raise FlinkError(f"The savepoint in {path} cannot be looked for: {error.strerror}; run as a user who may read what Flink writes, "
                             "or give its path as start_from") from error
        return [name for name in names if os.path.isfile(os.path.join(path, name, METADATA))]
    if parts.scheme != "hdfs" or not hdfs:
        return []
    try:
        return [name for name in hdfs.names(parts.path) if METADATA in hdfs.names(f"{parts.path}/{name}")]
    except HdfsError as error:
        if error.details.get("exception") != "FileNotFoundException":
            raise
        return []


def _same_place(path: str, directory: str) -> bool:
    """Whether the path is below the directory; Flink writes file:/a for file:///a."""
    return _plain(path).startswith(_plain(directory) + "/")


def _plain(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{unquote(parts.path)}".rstrip("/")
