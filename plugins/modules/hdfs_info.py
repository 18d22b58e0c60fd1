#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: hdfs_info
short_description: State of HDFS and its NameNodes, and waiting for it
version_added: "0.1.0"
description:
  - Asks every NameNode over JMX who is active, and the active one about DataNodes, blocks, capacity and journals.
  - A NameNode that does not answer is reported, not an error.
  - Can wait until HDFS is as expected, for rolling restarts and checks.
  - Failover controllers and JournalNodes are asked on their RPC ports, which the host that runs this must reach. A JournalNode that has
    restarted is told only when the next edit was written; M(baremetal.flink.hdfs_check) writes some.
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.webhdfs
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
      - V(none) takes one look.
      - V(active) waits until exactly one NameNode is active, in safe mode or not.
      - V(writable) waits until besides it is not in safe mode.
      - V(standby) waits until one NameNode is active and every other one of O(namenodes) is standby.
      - V(redundant) waits until besides any one daemon may stop without harm. No safe mode, in standby neither; standbys that have read
        the latest edits; failover controllers that answer; JournalNodes that answer and have missed no edit; no missing or corrupt block,
        no lost directory, and at least one live DataNode.
      - V(healthy) waits until besides RV(problems) is empty, which means no lost disk of a DataNode and room on each of them.
      - V(datanodes) waits until one NameNode is active and O(datanodes) DataNodes are live.
      - V(decommissioned) waits until one NameNode is active and no DataNode is on its way out, so that those which leave are empty.
      - V(serving) waits until one NameNode is active and O(datanode) has registered with every NameNode that is up.
    type: str
    choices: [none, active, writable, standby, redundant, healthy, datanodes, decommissioned, serving]
    default: none
  datanode:
    description:
      - Web address of the DataNode that V(serving) waits for, as C(host), C(host:port) or URL; the port defaults to 9864.
    type: str
    version_added: "0.3.0"
  datanodes:
    description:
      - How many DataNodes must be live at least, and heard of within 15 seconds. Counts with every O(wait_for) but V(none).
    type: int
  may_be_down:
    description:
      - What V(standby), V(redundant) and V(healthy) do not wait for, such as hosts that are switched off. A NameNode written as in
        O(namenodes), with all that runs on its host; or the name or address of another host, without a port.
    type: list
    elements: str
    default: []
  timeout:
    description:
      - Seconds to wait; V(0) takes one look and fails if HDFS is not as expected.
    type: int
    default: 60
seealso:
  - module: baremetal.flink.hdfs_path
"""

EXAMPLES = r"""
- name: Who is active
  baremetal.flink.hdfs_info:
    namenodes: ["nn1:9870", "nn2:9870"]
  register: hdfs

- name: Restart the standby NameNodes first
  ansible.builtin.debug:
    msg: "{{ hdfs.standby + [hdfs.active] }}"

- name: Wait until a restarted NameNode is standby again
  baremetal.flink.hdfs_info:
    namenodes: ["nn1:9870", "nn2:9870"]
    wait_for: standby
    timeout: 120

- name: The rest of HDFS is in order while the host of one NameNode is repaired
  baremetal.flink.hdfs_info:
    namenodes: ["nn1:9870", "nn2:9870"]
    may_be_down: ["nn2:9870"]
    wait_for: healthy

- name: HDFS is fit for work, with three DataNodes
  baremetal.flink.hdfs_info:
    namenodes: ["nn1:9870", "nn2:9870"]
    wait_for: healthy
    datanodes: 3
"""

RETURN = r"""
active:
  description: Web address of the active NameNode; null when none is active, or more than one.
  returned: always
  type: str
  sample: http://nn1:9870
standby:
  description: Web addresses of the NameNodes in standby, observers among them.
  returned: always
  type: list
  elements: str
  sample: [http://nn2:9870]
down:
  description: Web addresses of the NameNodes that do not answer.
  returned: always
  type: list
  elements: str
  sample: []
starting:
  description: Web addresses of the NameNodes that are starting or stopping.
  returned: always
  type: list
  elements: str
  sample: []
healthy:
  description: Whether RV(problems) is empty.
  returned: always
  type: bool
problems:
  description: What is wrong, in words. A dead DataNode alone is not a problem, as its blocks are replicated elsewhere.
  returned: always
  type: list
  elements: str
  sample: ["http://nn2:9870 is down (connection refused; nothing listens there)"]
waited:
  description: Seconds until HDFS was as expected.
  returned: success
  type: float
  sample: 3.1
namenodes:
  description: Every NameNode in the order of O(namenodes).
  returned: always
  type: list
  elements: dict
  contains:
    url:
      description: Its web address.
      type: str
      sample: http://nn1:9870
    state:
      description: V(active), V(standby), V(observer), V(initializing), V(stopping), or V(starting) while it loads its image, or V(down).
      type: str
      sample: active
    reason:
      description: Why it is down or starting.
      type: str
      sample: ""
    rpc_address:
      description: Address for clients.
      type: str
      sample: nn1:8020
    safe_mode:
      description: Whether it is in safe mode.
      type: bool
    safe_mode_reason:
      description: What it says about safe mode.
      type: str
    version:
      description: Version of HDFS.
      type: str
      sample: 3.4.1
    cluster_id:
      description: Identity of the HDFS, made when it was formatted.
      type: str
      sample: CID-20955f31-6c87-42c2-a892-a6e86b933ad6
    started:
      description: When it started, in seconds since 1970.
      type: int
      sample: 1700000000
    last_transition:
      description: When it last became active or standby, in seconds since 1970; null if it never did.
      type: int
      sample: 1700000000
    startup_percent:
      description: Progress of its start.
      type: float
      sample: 100.0
    transactions:
      description: Last transaction applied or written, and that of the last checkpoint.
      type: dict
      sample: {"LastAppliedOrWrittenTxId": "8", "MostRecentCheckpointTxId": "0"}
    journals:
      description: Where it keeps its edits, as it sees them. V(journalnodes) lists the members of a quorum, and
        V(members) what each of them has of the segment that is being written.
      type: list
      elements: dict
      sample: [{"manager": "QJM to [10.0.0.1:8485]", "required": true, "disabled": false, "stream": "", "journalnodes": ["10.0.0.1:8485"],
        "members": [{"address": "10.0.0.1:8485", "written": 12, "behind": 0, "behind_ms": 0, "in_sync": true}]}]
    failover_controller:
      description: Where the failover controller beside it listens; missing without automatic failover.
      type: str
      sample: nn1:8019
    edits_age:
      description: Seconds since it last read edits as a standby; 0 when it is active.
      type: int
      sample: 12
    transactions_since_checkpoint:
      description: How many transactions the next start has to repeat.
      type: int
      sample: 8
    failed_directories:
      description: Its directories on disk that have failed.
      type: list
      elements: str
      sample: []
cluster:
  description: HDFS as the active NameNode sees it; null when none is active.
  returned: always
  type: dict
  contains:
    capacity:
      description: Bytes in total, used and remaining.
      type: dict
      sample: {"total": 270553174016, "used": 24576, "remaining": 83226890240}
    datanodes:
      description: Counts (V(live), V(dead), V(decommissioning), V(decommissioned), V(stale), V(failed_volumes)) and V(nodes), each with
        name, address, live, admin_state, last_contact in seconds, version, blocks, failed_volumes, capacity and remaining bytes.
      type: dict
      sample: {"live": 3, "dead": 0, "decommissioning": 0, "decommissioned": 0, "stale": 0, "failed_volumes": 0, "nodes": []}
    blocks:
      description: Counts of blocks.
      type: dict
      sample: {"total": 120, "missing": 0, "corrupt": 0, "under_replicated": 0, "pending_deletion": 0}
    files:
      description: How many files and directories there are.
      type: int
      sample: 42
"""

from ..module_utils.hdfs.info import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
