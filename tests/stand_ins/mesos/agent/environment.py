# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment of a task, before the variables of its own command.

Does not set MESOS_NATIVE_JAVA_LIBRARY: there is no library.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Dict

if TYPE_CHECKING:
    from .run import Run


def environment(run: "Run") -> Dict[str, str]:
    """What the command finds in its environment, before its own variables."""
    agent, flags = run.agent, run.agent.flags
    if flags.executor_environment_variables is not None:
        made = {name: str(value) for name, value in flags.executor_environment_variables.items()}
    else:
        made = {name: value for name, value in os.environ.items() if not name.startswith(("LIBPROCESS_", "MESOS_", "NOTIFY_", "INVOCATION_"))}
    made.setdefault("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    made.update(
        {
            "LIBPROCESS_IP": agent.info["ip"],
            "LIBPROCESS_PORT": "0",
            "MESOS_AGENT_ENDPOINT": f"{agent.info['ip']}:{agent.info['port']}",
            "MESOS_ALLOCATION_ROLE": run.role,
            "MESOS_CHECKPOINT": "1" if run.framework.get("checkpoint") else "0",
            "MESOS_CONTAINER_IP": agent.info["ip"],
            "MESOS_DIRECTORY": str(run.sandbox),
            "MESOS_EXECUTOR_ID": run.id,
            "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD": flags.shown()["executor_shutdown_grace_period"],
            "MESOS_FRAMEWORK_ID": run.framework_id,
            "MESOS_HTTP_COMMAND_EXECUTOR": "0",
            "MESOS_SANDBOX": str(run.sandbox),
            "MESOS_SLAVE_ID": agent.id,
            "MESOS_SLAVE_PID": agent.pid,
            "MESOS_TASK_ID": run.id,
            "PWD": str(run.sandbox),
        }
    )
    if run.framework.get("checkpoint"):
        made["MESOS_RECOVERY_TIMEOUT"] = flags.shown()["recovery_timeout"]
        made["MESOS_SUBSCRIPTION_BACKOFF_MAX"] = flags.shown()["executor_reregistration_timeout"]
    return made
