# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which processes read a key only when they start, judged from its prefix.

Where a key can matter to a process in any version or under any cluster manager, the process is named: on Mesos and YARN
the JobManager hands its configuration to the TaskManagers, so what concerns a TaskManager concerns the JobManager too.
"""

from __future__ import annotations

from typing import Iterable, List, Tuple

JOBMANAGER, TASKMANAGER, HISTORYSERVER, CLIENT = PROCESSES = ("jobmanager", "taskmanager", "historyserver", "client")

_CLUSTER = (JOBMANAGER, TASKMANAGER)
_NOT_HISTORY = (JOBMANAGER, TASKMANAGER, CLIENT)

# The first prefix that fits decides, so longer ones stand before shorter ones. What fits none concerns all.
RULES: Tuple[Tuple[str, Tuple[str, ...]], ...] = (
    ("env.java.opts.historyserver", (HISTORYSERVER,)),
    ("env.java.opts.jobmanager", (JOBMANAGER,)),
    ("env.java.opts.taskmanager", _CLUSTER),
    ("env.java.opts.client", (CLIENT,)),
    ("env.java.default-opts.jobmanager", (JOBMANAGER,)),
    ("env.java.default-opts.taskmanager", _CLUSTER),
    ("historyserver.", (HISTORYSERVER,)),
    ("jobmanager.archive.", (JOBMANAGER,)),
    ("jobmanager.memory.", (JOBMANAGER,)),
    ("jobmanager.heap.", (JOBMANAGER,)),
    ("jobmanager.execution.", (JOBMANAGER,)),
    ("jobmanager.scheduler", (JOBMANAGER,)),
    ("jobmanager.adaptive-scheduler.", (JOBMANAGER,)),
    ("jobmanager.bind-host", (JOBMANAGER,)),
    ("jobmanager.rpc.bind-port", (JOBMANAGER,)),
    ("jobmanager.", _NOT_HISTORY),
    ("scheduler-mode", (JOBMANAGER,)),
    ("taskmanager.", _CLUSTER),
    ("task.", _CLUSTER),
    ("high-availability", _NOT_HISTORY),
    ("recovery.", _NOT_HISTORY),
    ("zookeeper.", _NOT_HISTORY),
    ("akka.", _NOT_HISTORY),
    ("pekko.", _NOT_HISTORY),
    ("heartbeat.", _CLUSTER),
    ("resourcemanager.", _CLUSTER),
    ("slotmanager.", (JOBMANAGER,)),
    ("slot.", _CLUSTER),
    ("jobstore.", (JOBMANAGER,)),
    ("cluster.", _CLUSTER),
    ("mesos.", _CLUSTER),
    ("metrics.", _CLUSTER),
    ("containerized.master.", (JOBMANAGER, CLIENT)),
    ("containerized.taskmanager.", _NOT_HISTORY),
    ("rest.", (JOBMANAGER, CLIENT)),
    ("web.", (JOBMANAGER, CLIENT)),
    ("restart-strategy", (JOBMANAGER, CLIENT)),
    ("client.", (JOBMANAGER, CLIENT)),
    # From 1.20 on the names of what begins with "state." before.
    *((f"execution.checkpointing.{name}", _NOT_HISTORY) for name in (
        "cleaner", "create-subdir", "data-inline-threshold", "dir", "incremental", "local-backup", "num-retained", "savepoint-dir", "storage",
        "write-buffer-size",
    )),
    ("execution.state-recovery.", _NOT_HISTORY),
    ("execution.", (JOBMANAGER, CLIENT)),
    ("pipeline.", (JOBMANAGER, CLIENT)),
    ("parallelism.default", (JOBMANAGER, CLIENT)),
    ("state.", _NOT_HISTORY),
    ("table.", _NOT_HISTORY),
    ("python.", _NOT_HISTORY),
    ("query.", _NOT_HISTORY),
    ("queryable-state.", _NOT_HISTORY),
    ("yarn.", _NOT_HISTORY),
    ("kubernetes.", _NOT_HISTORY),
    ("blob.", _NOT_HISTORY),
)


def processes_reading(key: str) -> Tuple[str, ...]:
    """The processes that may behave differently once ``key`` has changed and they have been restarted."""
    for prefix, processes in RULES:
        if key.startswith(prefix):
            return processes
    return PROCESSES


def to_restart(keys: Iterable[str]) -> List[str]:
    """The processes to restart after all of ``keys`` have changed, always in the order of PROCESSES."""
    wanted = {process for key in keys for process in processes_reading(key)}
    return [process for process in PROCESSES if process in wanted]
