#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mesos_info
short_description: State of a Mesos cluster, and waiting for it
version_added: "0.2.0"
description:
  - Tells which master leads, how each master is, which agents and frameworks there are, and on request the tasks.
  - Judges the cluster. It is healthy when exactly one master is elected, every master has recovered its registry and sees at least a quorum of
    replicas, and every agent is registered.
  - Can wait for a leader, for the masters, for agents, or for a framework.
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.mesos
  - baremetal.flink.http_client
attributes:
  check_mode:
    description: Never changes anything, so it works the same. It waits in check mode too.
    support: full
  diff_mode:
    description: Never changes anything, so there is nothing to show.
    support: none
options:
  wait_for:
    description:
      - V(none) takes one look. A cluster without a leader is reported, not an error.
      - V(leader) waits until a leading master answers.
      - V(masters) waits until every master, and at least O(count) of them, is healthy and one of them leads.
      - V(agents) waits until O(count) agents, and those of O(hostnames), are registered and connected.
      - V(framework) waits until O(framework) is active.
    type: str
    choices: [none, leader, masters, agents, framework]
    default: none
  count:
    description:
      - How many masters or agents to wait for. Left out, all masters that are named or stand for election, and one agent unless O(hostnames)
        names them.
    type: int
  hostnames:
    description: Agents to wait for, each by the host name or IP address that it registers with, or by its id.
    type: list
    elements: str
  framework:
    description: Id or name of the framework to wait for.
    type: str
  timeout:
    description: Longest wait, in seconds; V(0) takes one look and fails if the cluster is not as expected.
    type: float
    default: 60
  interval:
    description: Time between two looks, in seconds.
    type: float
    default: 1
  tasks:
    description: Whether tasks are returned too. It makes the master write down its whole state, which is large on a large cluster.
    type: bool
    default: false
  ask_agents:
    description:
      - Whether each agent is asked, at its own port, whether it is registered. Without it the leading master's word is enough.
      - With O(wait_for=agents) those of O(hostnames), or all, have to say so. After a restart of an agent this is what to wait for, as the master
        takes a while to notice that an agent has gone.
      - Agents that ask for other credentials than the masters count as not healthy then.
    type: bool
    default: false
  may_refuse:
    description:
      - Masters that may refuse the credentials, with 401 or 403, because they still run with others. They count as masters that are up, and who leads is
        asked of them in a way that needs no credentials.
      - Any other master that refuses them is a failure.
    type: list
    elements: str
    default: []
seealso:
  - module: baremetal.flink.mesos_agent
  - module: baremetal.flink.mesos_framework
"""

EXAMPLES = r"""
- name: Wait for the masters
  baremetal.flink.mesos_info:
    masters: "{{ groups['mesos_master'] | baremetal.flink.mesos_masters(hostvars) }}"
    wait_for: masters
    timeout: 120

- name: Wait until two agents are back
  baremetal.flink.mesos_info:
    zookeeper: zk://10.0.0.1:2181,10.0.0.2:2181,10.0.0.3:2181/mesos
    wait_for: agents
    hostnames: [10.0.0.4, 10.0.0.5]
  register: mesos

- name: Refuse to go on with a sick cluster
  ansible.builtin.assert:
    that: mesos.healthy
    fail_msg: "{{ mesos.problems | join('; ') }}"
"""

RETURN = r"""
healthy:
  description: Whether the cluster is healthy.
  returned: success
  type: bool
  sample: true
problems:
  description: Why it is not, one sentence each.
  returned: success
  type: list
  elements: str
  sample: ["master http://10.0.0.2:5050 does not answer: connection refused; nothing listens there"]
leader:
  description: The leading master, or null.
  returned: success
  type: dict
  sample: {"url": "http://10.0.0.1:5050", "id": "7a5dc192-590a-4113-b6ca-bfc8ee211296", "hostname": "10.0.0.1", "version": "1.11.0"}
masters:
  description: Every master that is named or stands for election. What it does not tell is null.
  returned: success
  type: list
  elements: dict
  contains:
    url:
      description: Where it answers.
      type: str
      sample: http://10.0.0.1:5050
    up:
      description: Whether it answers.
      type: bool
      sample: true
    reason:
      description: Why it does not, or with RV(masters[].refused) what it answers.
      type: str
      sample: ""
    refused:
      description: Whether it has refused the credentials, as O(may_refuse) lets it. It tells nothing then but whether it leads.
      type: bool
      sample: false
    elected:
      description: Whether it is elected.
      type: bool
      sample: true
    recovered:
      description: Whether it has recovered its registry.
      type: bool
      sample: true
    ensemble_size:
      description: How many replicas of the registry it sees, itself included.
      type: int
      sample: 3
    quorum:
      description: Its C(--quorum).
      type: int
      sample: 2
    version:
      description: Its version.
      type: str
      sample: 1.11.0
    uptime:
      description: Seconds since its start.
      type: float
      sample: 820.7
    unreachable_agents:
      description: How many agents it has given up, if it leads.
      type: int
      sample: 0
unreachable_agents:
  description: How many agents the leading master has given up; it does not list them.
  returned: success
  type: int
  sample: 0
agents:
  description: The agents that the leading master lists, by host name.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: 7a5dc192-590a-4113-b6ca-bfc8ee211296-S0
    hostname:
      description: Its host name.
      type: str
      sample: 10.0.0.4
    address:
      description: IP address that it talks from.
      type: str
      sample: 10.0.0.4
    port:
      description: Its port.
      type: int
      sample: 5051
    state:
      description: >-
        V(active), V(deactivated), V(draining), V(drained), V(disconnected), or V(recovered), which has not come back since the leader changed.
      type: str
      sample: active
    active:
      description: Whether its resources are offered.
      type: bool
      sample: true
    deactivated:
      description: Whether an operator has deactivated or drained it.
      type: bool
      sample: false
    drain_state:
      description: Mesos' own word, V(DRAINING), V(DRAINED) or null.
      type: str
      sample: null
    mark_gone:
      description: Whether the drain marks it gone.
      type: bool
      sample: false
    version:
      description: Its version.
      type: str
      sample: 1.11.0
    resources:
      description: All of its resources, roles added up; memory and disk in MB.
      type: dict
      sample: {"cpus": 4.0, "disk": 20000.0, "mem": 8192.0, "ports": "[31000-32000]"}
    used:
      description: What tasks have of them.
      type: dict
      sample: {"cpus": 1.5, "mem": 2048.0, "ports": "[31000-31001]"}
    attributes:
      description: Its attributes.
      type: dict
      sample: {"rack": "r1"}
    registered:
      description: When it registered last, in seconds since 1970.
      type: int
      sample: 1795449277
frameworks:
  description: The frameworks that the leading master knows, completed ones last.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: 7a5dc192-590a-4113-b6ca-bfc8ee211296-0000
    name:
      description: Its name.
      type: str
      sample: flink
    state:
      description: V(active), V(inactive), which may come back until its failover time-out, or V(completed).
      type: str
      sample: active
    active:
      description: Whether it gets offers.
      type: bool
      sample: true
    connected:
      description: Whether its scheduler is connected.
      type: bool
      sample: true
    recovered:
      description: Whether it has not come back since the leading master changed.
      type: bool
      sample: false
    completed:
      description: Whether it has ended or was torn down, so that its id can never register again.
      type: bool
      sample: false
    user:
      description: User that its tasks run as unless they say so.
      type: str
      sample: root
    principal:
      description: Principal that it registered with.
      type: str
      sample: null
    checkpoint:
      description: Whether its tasks survive a restart of their agent.
      type: bool
      sample: true
    roles:
      description: Its roles.
      type: list
      elements: str
      sample: ["*"]
    hostname:
      description: Host of its scheduler.
      type: str
      sample: 10.0.0.4
    webui_url:
      description: Its web page.
      type: str
      sample: http://10.0.0.4:31768
    failover_timeout:
      description: Seconds that Mesos waits for its scheduler to come back.
      type: float
      sample: 60.0
tasks:
  description: Tasks that run or wait for an acknowledgement, by framework.
  returned: with O(tasks)
  type: list
  elements: dict
  sample:
    - id: taskmanager-00001
      name: taskmanager-00001
      state: TASK_RUNNING
      framework: flink
      framework_id: 7a5dc192-590a-4113-b6ca-bfc8ee211296-0000
      agent_id: 7a5dc192-590a-4113-b6ca-bfc8ee211296-S0
      resources: {"cpus": 0.5, "disk": 0.0, "gpus": 0.0, "mem": 1024.0, "ports": "[31000-31001]"}
waited:
  description: Seconds until the cluster was as expected, or until the wait was given up.
  returned: success, and failure of a wait
  type: float
  sample: 2.5
last_seen:
  description: The last state seen, when the cluster was not as expected in time.
  returned: failure of a wait
  type: str
  sample: "registered agents: 1 of 2"
"""

from ..module_utils.mesos.info import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
