#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin kerberos_keytab."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kerberos_keytab
version_added: "0.3.0"
author: "The baremetal.flink maintainers (@baremetal-flink)"
short_description: Keytabs on hosts, with keys out of the realm
description:
  - Gives a host keytabs with the keys that their principals have. Principals that are missing are made, with keys of chance, on the host that has the
    database of the realm.
  - Keys travel from there through the controller, in memory and over the connections of Ansible, and are in no argument of a program, no output and no
    difference. On the KDC they are exported into a directory in memory for root alone, which is empty again before the task ends.
  - Keys that exist are never changed unless O(rotate) says so, so the keytabs that other hosts have stay good.
  - The same keys always give the same file; times in it are 0.
options:
  realm:
    description: The realm.
    type: str
    required: true
  keytabs:
    description: The keytabs of the host.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: The file. Its directory is made where it is missing.
        type: path
        required: true
      principals:
        description: Whose keys are in it, such as V(hdfs/node1.example.org); the realm may be left out.
        type: list
        elements: str
        default: []
      owner:
        description: Owner of the file.
        type: str
        default: root
      group:
        description: Its group. It is as it comes without one.
        type: str
        default: ""
      mode:
        description: Its mode.
        type: str
        default: "0400"
  kdc:
    description: The host of the inventory that has the database of the realm. It is connected to as a task with C(delegate_to) would.
    type: str
    default: ""
  given:
    description:
      - Keytabs on the controller that keys are taken from instead, for a realm that is not of this platform. They may be encrypted by ansible-vault.
      - Before the host gets any of it each principal that is missing there, or has no key of AES, is named.
    type: list
    elements: path
    default: []
  stash:
    description: Where the host gets the master key of the database, as a replica needs it.
    type: path
    default: ""
  rotate:
    description:
      - V(change) gives the principals of O(keytabs) another key, beside which the old ones stay. A key that is younger than an hour stays, so a run that was
        broken off can be run again, and hosts may share a principal.
      - V(purge) takes all keys but the newest away. Tickets that somebody got before the change are refused from then on.
    type: str
    choices: ["", change, purge]
    default: ""
  state:
    description:
      - V(absent) removes the files from the host. Principals stay in the realm.
      - V(checked) judges whether O(given) has the keys of all principals, and does nothing on the host.
    type: str
    choices: [present, absent, checked]
    default: present
attributes:
  check_mode:
    support: full
    description: Makes no principal, and says which would be made.
  diff_mode:
    support: none
    description: There is nothing in it that may be shown.
notes:
  - With C(pipelining) nothing of the keys is in a file of a host but the keytab itself.
seealso:
  - module: baremetal.flink.kerberos_realm
  - module: baremetal.flink.kerberos_info
  - module: baremetal.flink.kerberos_principals
"""

EXAMPLES = r"""
- name: A daemon proves who it is
  baremetal.flink.kerberos_keytab:
    realm: EXAMPLE.ORG
    kdc: "{{ groups['kdc'] | first }}"
    keytabs:
      - path: /etc/hadoop/hdfs.keytab
        principals: ["hdfs/{{ inventory_hostname }}", "HTTP/{{ inventory_hostname }}"]
        owner: hdfs

- name: A keytab out of a directory service
  baremetal.flink.kerberos_keytab:
    realm: EXAMPLE.ORG
    given: ["{{ inventory_dir }}/keytabs/{{ inventory_hostname }}.keytab"]
    keytabs:
      - path: /etc/hadoop/hdfs.keytab
        principals: ["hdfs/{{ inventory_hostname }}"]
        owner: hdfs
"""

RETURN = r"""
made:
  description: Principals that were made, or would be.
  returned: success
  type: list
  elements: str
  sample: [hdfs/node1@EXAMPLE.ORG]
rotated:
  description: Principals whose keys were changed, or would be.
  returned: success
  type: list
  elements: str
  sample: []
"""
