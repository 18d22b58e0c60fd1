#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin host_reach."""

from __future__ import annotations

DOCUMENTATION = r"""
module: host_reach
short_description: Learn the system of a host or the state of its units, or that the host is silent
version_added: "0.2.0"
description:
  - Learns distribution, package manager and architecture as M(ansible.builtin.setup) does, or the state of units as
    M(baremetal.flink.host_units) does, in one round trip.
  - A host that does not answer within a bound is unreachable. An open ssh connection to a host that has lost its power or its network
    would otherwise be waited for as long as TCP tries, which is a quarter of an hour, unless ssh is told better (C(ServerAliveInterval)).
options:
  within:
    description: Seconds in which the host must have answered, to log in and to run Python.
    type: int
    default: 30
  units:
    description: Units to look at. Without them the system is looked at.
    type: list
    elements: str
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
- name: Find out who answers
  baremetal.flink.host_reach:
    within: 60
  register: host_reach
"""

RETURN = r"""
ansible_facts:
  description: Without O(units), the facts C(distribution), C(distribution_version), C(os_family), C(pkg_mgr), C(architecture) and those that belong to them.
  returned: when the host answers
  type: dict
  sample:
    os_family: Debian
    pkg_mgr: apt
units:
  description: With O(units), what M(baremetal.flink.host_units) returns by that name.
  returned: when the host answers
  type: dict
unit_faults:
  description: With O(units), by layer what is wrong with its units on the host, for those of which something is.
  returned: when the host answers
  type: dict
  version_added: "0.3.0"
  sample: {}
units_coming:
  description: With O(units), by layer its units that are about to run, or to end.
  returned: when the host answers
  type: dict
  version_added: "0.3.0"
  sample: {"zookeeper": ["zookeeper.service"]}
"""
