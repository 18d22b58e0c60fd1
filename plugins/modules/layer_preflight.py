#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin layer_preflight."""

from __future__ import annotations

DOCUMENTATION = r"""
module: layer_preflight
short_description: Judge inventory, settings and host of a layer before anything is touched
version_added: "0.2.0"
description:
  - For the roles of this collection, each of which runs it first of all, from within.
  - Converts the variables of the role by its argument specification, judges them and the inventory on the controller, and ends with a
    sentence for each thing that cannot work. Then it looks at the host as M(baremetal.flink.host_preflight) does.
  - The distribution of the host is learned where the run does not know it.
options:
  layer:
    description: The layer, which is the role's name.
    type: str
    required: true
    choices: [java, zookeeper, hdfs, mesos, marathon, flink]
  look:
    description:
      - What to look at on the host, as options of M(baremetal.flink.host_preflight). Those that the layer computes are added; of
        lists all is looked at.
    type: dict
    default: {}
  computed:
    description:
      - Names of variables that the layer judges as they are, computed ones of the role or options that are not to be converted.
    type: list
    elements: str
    default: []
    version_added: "0.3.0"
  part:
    description:
      - What is judged instead of the daemons of the layer. V(client) is the software alone, for the layer V(mesos).
    type: str
    choices: [client]
    version_added: "0.3.0"
attributes:
  check_mode:
    description: Changes nothing in any mode.
    support: full
  diff_mode:
    description: Nothing is changed, so there is no difference to show.
    support: none
seealso:
  - module: baremetal.flink.host_preflight
author:
  - The baremetal.flink maintainers (@baremetal-flink)
"""

EXAMPLES = r"""
- name: Judge inventory, settings and host
  baremetal.flink.layer_preflight:
    layer: zookeeper
    look:
      disk:
        - path: /var/lib/zookeeper
          free_mb: 512
  register: zookeeper_preflight
"""

RETURN = r"""
ansible_facts:
  description: What was learned of the distribution.
  returned: when the run did not know it
  type: dict
layout:
  description: Who is what in the cluster, where it is reached, and what the daemons of the host need.
  returned: for the layer hdfs
  type: dict
packaged:
  description: Whether the layer comes as a package of the distribution.
  returned: for the layer zookeeper
  type: bool
source:
  description: Where Java comes from, the option O(baremetal.flink.java#role:main:java_source) without V(auto).
  returned: for the layer java
  type: str
  version_added: "0.3.0"
target:
  description: Where the link to Java leads.
  returned: for the layer java, when Java comes as a package or is there
  type: str
  version_added: "0.3.0"
pypi:
  description: Version and checksum of the wheel with Java.
  returned: for the layer java, when Java comes from PyPI
  type: dict
  version_added: "0.3.0"
flags:
  description: What the layer tells its daemons by itself, by the names of their flags, for Mesos below the names of the daemons.
  returned: for the daemons of the layers mesos and marathon
  type: dict
  version_added: "0.3.0"
agent:
  description: What this host's Mesos agent is compared by, what it was last started with, and whether the two differ.
  returned: for the daemons of the layer mesos
  type: dict
  version_added: "0.3.0"
"""
