#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Principals and their keys."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kerberos_principals
version_added: "0.3.0"
author: "The baremetal.flink maintainers (@baremetal-flink)"
short_description: Principals of a realm and their keys, on the host that has its database
description:
  - For M(baremetal.flink.kerberos_keytab), which runs it on the KDC. Its result has keys in it, so a task that runs it by itself needs C(no_log).
  - Makes principals that are missing, with keys of chance, and returns the keys of all. Runs for several hosts wait for each other.
options:
  realm:
    description: The realm.
    type: str
    required: true
  principals:
    description: The principals, with their realm.
    type: list
    elements: str
    required: true
  rotate:
    description: V(change) gives those that are there another key, unless theirs is younger than an hour; V(purge) takes away all keys but the newest.
    type: str
    choices: ["", change, purge]
    default: ""
  stash:
    description: Whether the master key of the database is returned as well.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    description: Makes no principal, and says which would be made.
  diff_mode:
    support: none
    description: There is nothing in it that may be shown.
seealso:
  - module: baremetal.flink.kerberos_keytab
"""

EXAMPLES = r"""
- name: Have the principals of a service before its hosts are there
  baremetal.flink.kerberos_principals:
    realm: EXAMPLE.ORG
    principals: [app/desk1.example.org@EXAMPLE.ORG, app/desk2.example.org@EXAMPLE.ORG]
  delegate_to: "{{ groups['kdc'] | first }}"
  run_once: true
  no_log: true
"""

RETURN = r"""
made:
  description: Principals that were made, or would be.
  returned: success
  type: list
  elements: str
  sample: [app/desk1.example.org@EXAMPLE.ORG]
rotated:
  description: Principals whose keys were changed, or would be.
  returned: success
  type: list
  elements: str
  sample: []
keytab:
  description: A keytab with the keys of all that are there, in base 64; the same keys are always the same bytes.
  returned: success
  type: str
stash:
  description: The file of the master key, in base 64; empty unless it was asked for.
  returned: success
  type: str
"""

from ..module_utils.kerberos.principals import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
