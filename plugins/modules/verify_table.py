#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin verify_table."""

from __future__ import annotations

DOCUMENTATION = r"""
module: verify_table
short_description: Print what works and what does not, per layer and host
version_added: "0.1.0"
description:
  - Prints the table that the playbook C(verify.yml) ends with, from what that playbook noted on each host
    (C(verify_reached), C(verify_report)).
  - Runs on the controller alone, and fails when a line is neither V(ok) nor V(not asked).
options:
  layers:
    description: The inventory groups of each layer, by the layer's name.
    type: dict
    required: true
  profile:
    description:
      - C(security_profile) of the platform. With V(open), and with V(guarded) or V(secure), all of whose firewalls were found at work, and nobody
        in O(let_in), a line after the table says who reaches its ports. Without it there is no such line.
    type: str
    choices: [open, guarded, secure]
    version_added: "0.3.0"
  let_in:
    description: The addresses and networks that V(guarded) and V(secure) let in, C(security_clients) and C(security_operators).
    type: list
    elements: str
    default: []
    version_added: "0.3.0"
attributes:
  check_mode:
    description: Changes nothing in any mode.
    support: full
  diff_mode:
    description: Nothing is changed, so there is no difference to show.
    support: none
author:
  - The baremetal.flink maintainers (@baremetal-flink)
"""

EXAMPLES = r"""
- name: Layer, host, state, what is wrong
  baremetal.flink.verify_table:
    layers:
      zookeeper: [zookeeper]
      hdfs: [hdfs_namenode, hdfs_journalnode, hdfs_datanode]
    profile: open
"""

RETURN = r"""
rows:
  description: The lines of the table.
  returned: success
  type: list
  elements: dict
  contains:
    layer:
      description: The layer.
      type: str
      sample: zookeeper
    host:
      description: The inventory name of the host, or V((all\)) for what is wrong with the layer as a whole.
      type: str
      sample: node1
    state:
      description: V(ok), V(WRONG), V(DOWN) (no answer over ssh), or V(not asked) (left out by C(--limit) or C(--tags), or because a check
        of the whole layer had failed).
      type: str
      sample: ok
    wrong:
      description: What is wrong and what to do about it; empty when nothing is.
      type: str
      sample: ""
"""
