#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin layer_preflight."""

from __future__ import annotations

DOCUMENTATION = r"""
module: layer_preflight
short_description: Judge inventory, settings and host of one layer or of all before anything is touched
version_added: "0.2.0"
description:
  - For the roles and playbooks of this collection, which run it first of all.
  - Converts the variables of the role by its argument specification, judges them and the inventory on the controller, and ends with a
    sentence for each thing that cannot work. Then it looks at the host as M(baremetal.flink.host_preflight) does.
  - The distribution of the host is learned where the run does not know it.
options:
  layer:
    description:
      - The layer, which is the role's name.
      - Without one, all layers that the host takes part in by its groups, Kerberos where there is a realm, Java where one of them needs it, and the
        firewall around their ports, in one round trip. The variables of their roles must be those of the play, as C(import_role) makes them.
      - For V(security) with C(security_profile=guarded) or C(security_profile=secure), and always for O(part=audit), they must be known as well,
        as the layers say on which ports they listen.
    type: str
    choices: [java, kerberos, zookeeper, hdfs, mesos, marathon, flink, security]
  part:
    description:
      - What is judged instead of the daemons of the layer. V(client) is the software alone, for the layer V(mesos).
      - V(audit), for the layer V(security), judges nothing and returns where the layers of the host listen, whatever the profile is.
    type: str
    choices: [client, audit]
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
  register: zookeeper_preflight

- name: Judge inventory, settings and host for all that runs on it
  baremetal.flink.layer_preflight:
  register: preflight
"""

RETURN = r"""
layers:
  description: By their names, what each layer has for a result.
  returned: without O(layer)
  type: dict
  version_added: "0.3.0"
certain:
  description: V(false) when something was taken for what an earlier task would have put right, as check mode does with a missing Java.
  returned: where the host was looked at
  type: bool
ansible_facts:
  description: What was learned of the distribution.
  returned: when the run did not know it
  type: dict
layout:
  description: Who is what in the cluster, where it is reached, and what the daemons of the host need.
  returned: for the layer hdfs
  type: dict
clock_offset:
  description: How many seconds the clock of the host is ahead of the controller's, about.
  returned: for the layer kerberos, where there is a realm
  type: float
  version_added: "0.3.0"
electing:
  description: Whether the failover controller of the host has a place for the election in ZooKeeper; V(true) of a host without one.
  returned: for the layer hdfs
  type: bool
  version_added: "0.3.0"
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
state:
  description: Whether the host is to have a firewall, V(present) or V(absent).
  returned: for the layer security
  type: str
  version_added: "0.3.0"
due:
  description: Whether there is anything to do or to look at, V(false) for a host that is to have no firewall and has none, and without a realm.
  returned: for the layers kerberos and security
  type: bool
  version_added: "0.3.0"
rules:
  description: What is handed to M(baremetal.flink.security_firewall).
  returned: for the layer security
  type: str
  version_added: "0.3.0"
ports:
  description: The ports around which the firewall is, or ranges of them.
  returned: for the layer security
  type: list
  elements: str
  version_added: "0.3.0"
agent:
  description: What this host's Mesos agent is compared by, what it was last started with, and whether the two differ.
  returned: for the daemons of the layer mesos
  type: dict
  version_added: "0.3.0"
"""
