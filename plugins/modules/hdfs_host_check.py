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
  - Tries the way on which the failover controller of the host would fence the NameNodes of others, without killing anything.
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
  fence:
    description:
      - What the failover controller of this host must be able to fence, and how the role C(hdfs) has it do so.
    type: dict
    version_added: "0.3.0"
    suboptions:
      user:
        description: The account that fences, here and there.
        type: str
        required: true
      identity_file:
        description: The private key with which ssh is let in.
        type: path
        required: true
      targets:
        description: The other NameNodes.
        type: list
        elements: dict
        required: true
        suboptions:
          host:
            description: Name of the host, for messages.
            type: str
            required: true
          address:
            description: Its address.
            type: str
            required: true
      may_be_down:
        description:
          - Addresses of hosts that may be switched off. One of them that ssh cannot reach is passed over if the port of its NameNode is silent
            too, as that counts as fenced. If the port answers, it is a problem like any other.
        type: list
        elements: str
        default: []
      command:
        description: The program that fences.
        type: path
        default: /usr/local/lib/hdfs/fence
      rpc_port:
        description: RPC port of the NameNodes.
        type: int
        default: 8020
      ssh_port:
        description: Port of ssh.
        type: int
        default: 22
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

- name: The failover controller of this host runs, and could take over from the NameNode of nn2
  baremetal.flink.hdfs_host_check:
    daemons:
      - unit: hdfs-zkfc.service
        address: "{{ ansible_host }}:8019"
    fence:
      user: hdfs
      identity_file: /var/lib/hadoop/.ssh/fence
      targets:
        - host: nn2
          address: 10.0.0.2
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
