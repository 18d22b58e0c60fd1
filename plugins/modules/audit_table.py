#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin audit_table."""

from __future__ import annotations

DOCUMENTATION = r"""
module: audit_table
short_description: Print what strangers get of the platform, and who reads its secrets
version_added: "0.3.0"
description:
  - Prints the table that the playbook C(audit.yml) ends with, from what that playbook noted on each host (C(security_audit_ports),
    C(security_audit_host), C(security_audit_knock)).
  - Runs on the controller alone, and fails when somebody got further than O(profile) lets him, and when a host of the run could not be tried.
options:
  profile:
    description: C(security_profile) of the platform.
    type: str
    choices: [open, guarded, secure]
    default: guarded
  clients:
    description: C(security_clients).
    type: list
    elements: str
    default: []
  operators:
    description: C(security_operators).
    type: list
    elements: str
    default: []
  controller:
    description: What M(baremetal.flink.security_knock) answered on the controller.
    type: list
    elements: dict
    default: []
  outsiders:
    description: Hosts that have noted in C(security_audit_knock) what they got.
    type: list
    elements: str
    default: []
  json:
    description: File on the controller that all of it is written to as JSON, readable for its owner alone. Also when the task fails.
    type: path
attributes:
  check_mode:
    description: Changes nothing on any host in any mode. O(json) is written in each.
    support: full
  diff_mode:
    description: Nothing is changed, so there is no difference to show.
    support: none
seealso:
  - module: baremetal.flink.security_knock
  - module: baremetal.flink.security_host_audit
author:
  - The baremetal.flink maintainers (@baremetal-flink)
"""

EXAMPLES = r"""
- name: Host, port or file or unit, who, state, what it got
  baremetal.flink.audit_table:
    profile: guarded
    operators: [203.0.113.7]
    outsiders: "{{ groups['security_outsiders'] | default([]) }}"
    json: audit.json
"""

RETURN = r"""
wide:
  description: Files with secrets that others can read than should.
  returned: success
  type: list
  elements: str
  sample: [/etc/zookeeper/jaas.conf on node1]
"""
