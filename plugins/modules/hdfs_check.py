#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: hdfs_check
short_description: Whether HDFS really stores a file
version_added: "0.2.0"
description:
  - Writes a file of random bytes through a DataNode, reads it back, compares and deletes it.
  - Where the NameNode writes its edits to a quorum of JournalNodes, each of them must have got these.
  - Nothing remains, so nothing is reported as changed.
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.webhdfs
  - baremetal.flink.http_client
attributes:
  check_mode:
    description: Finds the active NameNode and O(directory), and writes nothing.
    support: full
  diff_mode:
    description: Changes nothing, so there is nothing to show.
    support: none
options:
  directory:
    description:
      - Directory in HDFS that the user may write to.
    type: str
    default: /tmp
  size:
    description:
      - Size of the file, in bytes.
    type: int
    default: 4096
  wait:
    description:
      - Seconds to wait for a NameNode to become active and to leave safe mode, for a DataNode that takes the file, and then for JournalNodes that have
        missed edits.
      - One that has restarted takes part again from the next segment of edits on.
    type: int
    default: 0
  may_be_down:
    description:
      - Names or addresses of hosts whose JournalNodes need not get the edits, such as those that are switched off.
      - O(wait_for) does not wait for them either, as in M(baremetal.flink.hdfs_info).
    type: list
    elements: str
    default: []
  wait_for:
    description:
      - What HDFS must be like before the file is written, in the words of M(baremetal.flink.hdfs_info), which waits for the same.
      - Left out, only O(wait) counts.
    type: str
    choices: [active, writable, standby, redundant, healthy, datanodes, decommissioned]
    version_added: "0.3.0"
  datanodes:
    description:
      - How many DataNodes must be live at least, with O(wait_for).
    type: int
    version_added: "0.3.0"
  timeout:
    description:
      - Seconds that O(wait_for) waits; V(0) takes one look.
    type: int
    default: 60
    version_added: "0.3.0"
seealso:
  - module: baremetal.flink.hdfs_info
"""

EXAMPLES = r"""
- name: HDFS keeps what it is given
  baremetal.flink.hdfs_check:
    namenodes: [nn1, nn2]
    user: hdfs

- name: HDFS is in order, and keeps what it is given
  baremetal.flink.hdfs_check:
    namenodes: [nn1, nn2]
    wait_for: healthy
    datanodes: 3
    timeout: 120
    wait: 60
"""

RETURN = r"""
namenode:
  description: The active NameNode.
  returned: success
  type: str
  sample: http://nn1:9870
path:
  description: The file that was written and deleted.
  returned: success
  type: str
  sample: /tmp/.check-5f3a9f1c2b7d4e60
bytes:
  description: How much was written and read; 0 in check mode.
  returned: success
  type: int
  sample: 4096
seconds:
  description: How long it took.
  returned: success
  type: float
  sample: 0.112
problems:
  description: What is wrong with HDFS, in words, beside the other results of M(baremetal.flink.hdfs_info).
  returned: failure of O(wait_for)
  type: list
  elements: str
  sample: ["http://nn2:9870 is down (connection refused; nothing listens there)"]
last_seen:
  description: What was missing at the last look.
  returned: failure of O(wait_for), or of a JournalNode to get the edits
  type: str
  sample: http://nn2:9870 is down (connection refused; nothing listens there)
"""

from ..module_utils.hdfs.check import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
