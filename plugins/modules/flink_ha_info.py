#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: flink_ha_info
short_description: Tell what a highly available Flink cluster keeps in ZooKeeper
version_added: "0.1.0"
description:
  - Reads the leaders, the candidates, the jobs with their checkpoints and the record of Mesos workers that Flink, of any version since
    1.2, keeps in ZooKeeper.
  - Can wait for a leader, and after a failover for another leader than the lost one, polling on the host itself.
  - With O(masters) or O(zookeeper) it compares the record of Mesos workers with the leading Mesos master. The two ways in which a framework that
    was torn down shows, an AppMaster that runs on without ever getting a TaskManager, and one that ends with C(Framework has been removed)
    whenever it starts, are told in RV(problems).
  - It never changes anything; a stale record is deleted by M(baremetal.flink.flink_mesos_workers).
  - Whether a leader answers is for M(baremetal.flink.flink_info) to say.
options:
  root:
    description: C(high-availability.zookeeper.path.root) of the cluster.
    type: str
    default: /flink
  cluster_id:
    description: C(high-availability.cluster-id) of the cluster.
    type: str
    default: /default
  mesos_workers_path:
    description: C(high-availability.zookeeper.path.mesos-workers) of the cluster.
    type: str
    default: /mesos-workers
  wait_for:
    description:
      - The state to wait for.
      - V(none) looks once and never fails over what it sees.
      - >-
        V(leader) is a leader for the dispatcher, the resource manager and the REST server; for Flink before 1.5, which elects
        one for all, a leading JobManager.
      - >-
        V(registered) is a framework id in the record of Mesos workers that the leading Mesos master lists as active. It needs O(masters) or
        O(zookeeper), and fails at once for a framework that was torn down.
    type: str
    choices: [none, leader, registered]
    default: none
  not_leader:
    description:
      - With O(wait_for=leader), an address that must not lead any more.
      - A host or V(host:port) rules out every component there, a whole address such as V(http://10.0.0.1:8081) only itself.
    type: str
  timeout:
    description: Longest wait, in seconds; V(0) looks once and fails unless the state is there.
    type: float
    default: 60
  interval:
    description: Time between two looks, in seconds.
    type: float
    default: 0.5
extends_documentation_fragment:
  - baremetal.flink.zookeeper
  - baremetal.flink.zookeeper_tls
  - baremetal.flink.mesos
  - baremetal.flink.http_client
author:
  - The baremetal.flink maintainers (@baremetal-flink)
attributes:
  check_mode:
    support: full
    description: Changes nothing in any mode.
  diff_mode:
    support: none
    description: Changes nothing, so there is nothing to show.
seealso:
  - module: baremetal.flink.flink_mesos_workers
  - module: baremetal.flink.mesos_info
  - module: baremetal.flink.zookeeper_path
"""

EXAMPLES = r"""
- name: Look at what Flink keeps in ZooKeeper
  baremetal.flink.flink_ha_info:
    hosts: "{{ groups['zookeeper'] | baremetal.flink.zookeeper_connect(hostvars) }}"
  register: flink_ha

- name: Wait until another JobManager than the lost one leads
  baremetal.flink.flink_ha_info:
    hosts: 10.0.0.1:2181,10.0.0.2:2181,10.0.0.3:2181
    wait_for: leader
    not_leader: 10.0.0.1
    timeout: 90

- name: Wait until the AppMaster has registered with Mesos
  baremetal.flink.flink_ha_info:
    hosts: "{{ groups['zookeeper'] | baremetal.flink.zookeeper_connect(hostvars) }}"
    masters: "{{ groups['mesos_master'] | baremetal.flink.mesos_masters(hostvars) }}"
    wait_for: registered
    timeout: 180
"""

RETURN = r"""
path:
  description: Where the cluster keeps its nodes.
  returned: success
  type: str
  sample: /flink/default
exists:
  description: Whether it has any.
  returned: success
  type: bool
  sample: true
leaders:
  description: The elected leader of each component that has one.
  returned: success
  type: dict
  sample:
    rest_server:
      address: http://10.0.0.1:8081
      host: 10.0.0.1
      port: 8081
      session_id: 25a0589b-08f3-415e-8f48-1ec9fd7481d8
      path: /flink/default/leader/rest_server_lock
candidates:
  description: How many processes stand for election for each component, the leader included.
  returned: success
  type: dict
  sample:
    dispatcher: 2
    resource_manager: 2
    rest_server: 2
rest_url:
  description: >-
    Where the leading REST server answers, or null. Flink before 1.5 does not tell; with O(masters) or O(zookeeper) it is then the web server that
    the active framework has named to Mesos.
  returned: success
  type: str
  sample: http://10.0.0.1:8081
jobs:
  description: >-
    The jobs by id; whether Flink would recover it (job_graph), its state in the registry of running jobs, which versions from 1.15 on do not
    have, its leader, the numbers of the retained checkpoints, and the number that the next checkpoint gets.
  returned: success
  type: dict
  sample:
    f0888102eaef21d1fc5370a89093bbe1:
      state: RUNNING
      job_graph: true
      leader: null
      checkpoints: [41]
      latest_checkpoint: 41
      checkpoint_counter: 42
mesos_workers:
  description: Flink's record of its Mesos framework, or null. framework_id is null until Mesos has given one.
  returned: success
  type: dict
  sample:
    path: /flink/default/mesos-workers
    framework_id: 7a5dc192-590a-4113-b6ca-bfc8ee211296-0000
    task_count: 1
    workers: [taskmanager-00001]
registration:
  description: >-
    What the leading Mesos master says of that framework id; null when it was not asked, or no master leads. state is V(active), V(inactive),
    V(completed), V(unknown) for an id that it does not list, or V(none) without an id. torn_down, null unless state is completed, is V(running)
    when the AppMaster's REST server answers nevertheless, and V(restarting) when it does not. framework is as M(baremetal.flink.mesos_info)
    describes it.
  returned: success, and failure over a framework that was torn down
  type: dict
  sample:
    state: active
    registered: true
    framework_id: 7a5dc192-590a-4113-b6ca-bfc8ee211296-0000
    framework: {"id": "7a5dc192-590a-4113-b6ca-bfc8ee211296-0000", "name": "flink", "state": "active"}
    torn_down: null
problems:
  description: What is wrong with the registration and what to do, one sentence each.
  returned: success, and failure over a framework that was torn down
  type: list
  elements: str
  sample: []
waited:
  description: Seconds waited, when the state did not come in time.
  returned: failure of a wait
  type: float
  sample: 60.0
last_seen:
  description: The last state seen, when the state did not come in time.
  returned: failure of a wait
  type: str
  sample: no leader for dispatcher, resource_manager
"""

from ..module_utils.flink.ha_info import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
