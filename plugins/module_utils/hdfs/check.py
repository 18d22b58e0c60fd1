# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether HDFS keeps what it is given, and every JournalNode the edits of it; the logic of the module hdfs_check."""

from __future__ import annotations

import secrets
import time
from typing import Any, Callable, Dict, Mapping, Sequence

from ..errors import clean_up
from ..wait import Observation, WaitTimeout, wait_for
from .info import CONDITIONS
from .info import core as await_hdfs
from .problems import addresses_of, is_spared, of_journals
from .webhdfs import HdfsError, WebHdfs, hdfs_path, webhdfs_argument_spec

MODE = "0600"
INTERVAL = 1.0


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Dict[str, Any]:
    """Wait for HDFS where that is asked for, then write, read, compare and delete a file; in check mode only find the active NameNode.

    :raises HdfsError: HDFS is not as expected, refused one of these, or returned something else than was written, or a JournalNode has not got the edits.
    """
    if params.get("wait_for"):
        await_hdfs(params, check_mode, warn, clock=clock, sleep=sleep)
    hdfs = WebHdfs.from_params(params)
    directory = hdfs_path(params["directory"])
    if hdfs.status(directory) is None:
        raise HdfsError(f"HDFS has no directory {directory}; create it, or set directory to one that is there")
    path = f"{directory.rstrip('/')}/.check-{secrets.token_hex(8)}"
    result = {"changed": False, "namenode": hdfs.active, "path": path, "bytes": 0 if check_mode else params["size"], "seconds": 0.0}
    if check_mode:
        return result
    content = secrets.token_bytes(params["size"])
    began = clock()
    try:
        hdfs.write(path, content, MODE)
        found = hdfs.read(path)
    except HdfsError as error:
        # A write that failed half-way leaves a file as well.
        clean_up(error, lambda: hdfs.delete(path, recursive=False), path)
        raise
    hdfs.delete(path, recursive=False)
    if found != content:
        raise HdfsError(
            f"HDFS returned {len(found)} bytes that differ from the {len(content)} bytes written to {path}; look at hdfs fsck /", path=path
        )
    seconds = round(clock() - began, 3)
    _await_journals(hdfs, params.get("wait") or 0, addresses_of(params.get("may_be_down") or []), clock, sleep)
    return {**result, "namenode": hdfs.active, "seconds": seconds}


def _await_journals(hdfs: WebHdfs, wait: float, spared: Sequence[str], clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
    """A NameNode finds out that a JournalNode has restarted or hangs when it writes, and not before."""
    def probe() -> Observation:
        found = of_journals({"url": hdfs.active, "journals": hdfs.journals()}, {})
        late = [problem.text for problem in found if not is_spared(problem, (), spared)]
        return Observation(not late, "; ".join(late))

    try:
        wait_for(probe, wait, INTERVAL, "the JournalNodes", clock=clock, sleep=sleep)
    except WaitTimeout as timeout:
        raise HdfsError(f"A file was written and read, but not every JournalNode has its edits: {timeout.last.seen}", last_seen=timeout.last.seen) from timeout


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        directory=dict(type="str", default="/tmp"),
        size=dict(type="int", default=4096),
        wait=dict(type="int", default=0),
        may_be_down=dict(type="list", elements="str", default=[]),
        wait_for=dict(type="str", choices=[condition for condition in CONDITIONS if condition not in ("none", "serving")]),
        datanodes=dict(type="int"),
        timeout=dict(type="int", default=60),
        **webhdfs_argument_spec(),
    ),
    requirements=("requests",),
)
