#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: zookeeper_check
short_description: Whether every member of a ZooKeeper ensemble has what is written
version_added: "0.2.0"
description:
  - Writes a znode through the first member, reads it back through each, compares and deletes it.
  - Nothing remains, so nothing is reported as changed.
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.zookeeper
attributes:
  check_mode:
    description: Opens a session with every member and finds O(directory), and writes nothing.
    support: full
  diff_mode:
    description: Changes nothing, so there is nothing to show.
    support: none
options:
  directory:
    description:
      - Znode below which the user may create one.
    type: str
    default: /
notes:
  - A member of O(hosts) that does not answer is a failure, unlike in the other modules, which are content with any member.
seealso:
  - module: baremetal.flink.zookeeper_info
"""

EXAMPLES = r"""
- name: Every member has what is written
  baremetal.flink.zookeeper_check:
    hosts: [10.0.0.1, 10.0.0.2, 10.0.0.3]
"""

RETURN = r"""
path:
  description: The znode that was written and deleted.
  returned: success
  type: str
  sample: /.check-5f3a9f1c2b7d4e60
members:
  description: The members through which it was read.
  returned: success
  type: list
  elements: str
  sample: ["10.0.0.1:2181", "10.0.0.2:2181", "10.0.0.3:2181"]
seconds:
  description: How long it took.
  returned: success
  type: float
  sample: 0.087
"""

from ..module_utils.module import run
from ..module_utils.zookeeper.check import SPEC, core


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
