#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: flink_mesos_workers
short_description: Forget a Mesos framework of Flink that Mesos has removed
version_added: "0.2.0"
description:
  - Flink's AppMaster keeps the id of its Mesos framework in ZooKeeper, to take the framework over after a failover. When the framework was
    torn down, or its failover time-out has passed, that id is stale. An AppMaster that runs gets no TaskManager any more, while Marathon
    and its REST server call it healthy. One that starts ends with C(Framework has been removed).
  - This module deletes the stale record, the C(mesos-workers) tree, so that the next AppMaster registers as a new framework. It does so only
    when the leading Mesos master says that the framework is completed.
  - A module of its own, because M(baremetal.flink.flink_ha_info), which finds the stale record, never changes anything.
  - Jobs and checkpoints are not touched. The files of the old workers stay in C(high-availability.storageDir).
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.zookeeper
  - baremetal.flink.zookeeper_tls
  - baremetal.flink.mesos
  - baremetal.flink.http_client
attributes:
  check_mode:
    description: Says whether the record would be deleted.
    support: full
  diff_mode:
    description: Shows the record.
    support: full
options:
  state:
    description:
      - With V(fresh) the next AppMaster registers as a new framework. A record without a framework id, or none at all, is fresh already.
      - Fails, and deletes nothing, when the framework is active or inactive on the leading master, when no master can be asked, and when the
        master does not know the id at all, as that may be another Mesos cluster.
    type: str
    choices: [fresh]
    default: fresh
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
seealso:
  - module: baremetal.flink.flink_ha_info
  - module: baremetal.flink.mesos_framework
"""

EXAMPLES = r"""
- name: Look whether the framework was torn down
  baremetal.flink.flink_ha_info:
    hosts: "{{ groups['zookeeper'] | baremetal.flink.zookeeper_connect(hostvars) }}"
    masters: "{{ groups['mesos_master'] | baremetal.flink.mesos_masters(hostvars) }}"
  register: flink_ha

- name: Let the next AppMaster register anew
  baremetal.flink.flink_mesos_workers:
    hosts: "{{ groups['zookeeper'] | baremetal.flink.zookeeper_connect(hostvars) }}"
    masters: "{{ groups['mesos_master'] | baremetal.flink.mesos_masters(hostvars) }}"
    state: fresh
  when: flink_ha.registration.state == 'completed'
"""

RETURN = r"""
path:
  description: The tree.
  returned: success
  type: str
  sample: /flink/default/mesos-workers
framework_id:
  description: The framework id that it held, or null.
  returned: success
  type: str
  sample: 7a5dc192-590a-4113-b6ca-bfc8ee211296-0000
deleted:
  description: Nodes that were deleted, or in check mode would be.
  returned: success
  type: list
  elements: str
  sample: [/flink/default/mesos-workers, /flink/default/mesos-workers/frameworkId]
restart_needed:
  description: Whether an AppMaster leads that still believes in the old framework, so that its app has to be restarted.
  returned: success
  type: bool
  sample: true
"""

from ..module_utils.flink.mesos_workers import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
