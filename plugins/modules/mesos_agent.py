#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mesos_agent
short_description: Drain, deactivate or reactivate a Mesos agent
version_added: "0.2.0"
description:
  - Brings an agent into a state on the leading master, and waits for it.
  - Works with masters from Mesos 1.9 on; older ones can do none of this and are refused.
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.mesos
  - baremetal.flink.http_client
attributes:
  check_mode:
    description: Says what would be done; does not wait.
    support: full
  diff_mode:
    description: Shows the state of the agent.
    support: full
options:
  agent:
    description:
      - Id, host name or IP address of the agent.
      - A host with more than one agent has to be told by the id.
    type: str
    required: true
  state:
    description:
      - With V(active) the agent's resources are offered. A drained or deactivated agent is reactivated. A drain cannot be called off, so an agent
        that is being drained is refused.
      - With V(deactivated) they are not offered, and its tasks run on. A draining or drained agent is deactivated already.
      - With V(drained) its tasks are killed too, each with the grace that its framework gives it, and frameworks start them elsewhere.
    type: str
    choices: [active, deactivated, drained]
    required: true
  grace_period:
    description:
      - With O(state=drained), the longest grace in seconds that a task gets between the polite and the hard kill.
      - Left out, each task gets what its framework has given it.
    type: int
  mark_gone:
    description:
      - With O(state=drained), whether the agent is marked gone when it is drained, so that its id can never register again.
      - Its daemon exits then; it comes back as a new agent once C(meta/slaves/latest) in its work directory is removed.
      - A later run does not find the agent any more and fails, saying so, unless O(missing_ok) is set.
    type: bool
    default: false
  missing_ok:
    description:
      - With O(state=drained), whether an agent that the leading master does not list is drained enough, so that a run that was interrupted after
        the drain can go on. A name that is misspelt is not found out then.
    type: bool
    default: false
  wait:
    description: With O(state=drained), whether to wait until the last task is gone. Without it the drain is only begun.
    type: bool
    default: true
  timeout:
    description:
      - Longest wait for a drain, in seconds. The message of a time-out names the tasks that are left; the drain goes on all the same.
    type: float
    default: 600
  interval:
    description: Time between two looks, in seconds.
    type: float
    default: 1
seealso:
  - module: baremetal.flink.mesos_info
"""

EXAMPLES = r"""
- name: Take an agent out before its host is rebooted
  baremetal.flink.mesos_agent:
    masters: "{{ groups['mesos_master'] | baremetal.flink.mesos_masters(hostvars) }}"
    agent: 10.0.0.4
    state: drained
    grace_period: 60

- name: Put it back
  baremetal.flink.mesos_agent:
    zookeeper: zk://10.0.0.1:2181,10.0.0.2:2181,10.0.0.3:2181/mesos
    agent: 10.0.0.4
    state: active
"""

RETURN = r"""
agent:
  description: The agent as RV(baremetal.flink.mesos_info#module:agents) describes it; null when it was marked gone.
  returned: success
  type: dict
  sample: {"id": "7a5dc192-590a-4113-b6ca-bfc8ee211296-S0", "hostname": "10.0.0.4", "state": "drained"}
state:
  description: Its state after the task, or V(gone); in check mode, the state that it would have.
  returned: success
  type: str
  sample: drained
waited:
  description: Seconds waited, when the agent did not get there in time.
  returned: failure of a wait
  type: float
  sample: 600.0
last_seen:
  description: The last state seen and the tasks that were left, when the agent did not get there in time.
  returned: failure of a wait
  type: str
  sample: "it is draining; tasks left: taskmanager-00001 (TASK_RUNNING) of framework flink (7a5dc192-590a-4113-b6ca-bfc8ee211296-0000)"
"""

from ..module_utils.mesos.agent import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
