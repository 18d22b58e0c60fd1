#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: hdfs_host_check
short_description: Whether HDFS's daemons of a host run, answer and have room
version_added: "0.2.0"
description:
  - Asks systemd for each unit, each daemon on its RPC port, and the file systems how much room they have.
  - A daemon that is stopped or hangs is found here at once. NameNodes take minutes to miss a DataNode, and never miss a failover controller.
author: "The baremetal.flink maintainers (@baremetal-flink)"
attributes:
  check_mode:
    description: Never changes anything, so it works the same.
    support: full
  diff_mode:
    description: Never changes anything, so there is nothing to show.
    support: none
options:
  daemons:
    description:
      - The daemons that this host runs.
    type: list
    elements: dict
    required: true
    suboptions:
      unit:
        description: Name of its unit.
        type: str
        required: true
      address:
        description: Address and RPC port that it listens on.
        type: str
        required: true
  directories:
    description:
      - The directories that they write to.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: The directory.
        type: path
        required: true
      free_mb:
        description: MiB that must be free there.
        type: int
        required: true
      reason:
        description: What happens with less, in words for the person who has to make room.
        type: str
        required: true
  timeout:
    description:
      - Seconds to wait until all is well; V(0) takes one look.
    type: int
    default: 30
seealso:
  - module: baremetal.flink.hdfs_info
"""

EXAMPLES = r"""
- name: The DataNode of this host serves
  baremetal.flink.hdfs_host_check:
    daemons:
      - unit: hdfs-datanode.service
        address: "{{ ansible_host }}:9867"
    directories:
      - path: /var/lib/hadoop/data
        free_mb: 1200
        reason: HDFS puts no more blocks there
"""

RETURN = r"""
problems:
  description: What is wrong, in words; empty in success.
  returned: always
  type: list
  elements: str
  sample: ["hdfs-datanode.service is inactive: `systemctl start hdfs-datanode.service`"]
"""

from ..module_utils.hdfs.host_check import SPEC, core
from ..module_utils.module import run_with_module


def main() -> None:
    run_with_module(core=core, **SPEC)


if __name__ == "__main__":
    main()
