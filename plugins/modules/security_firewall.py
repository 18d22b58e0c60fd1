#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table of nftables of the collection's own."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: security_firewall
version_added: "0.3.0"
author: "The baremetal.flink maintainers (@baremetal-flink)"
short_description: The firewall around the ports of the platform on a host
description:
  - For the role P(baremetal.flink.security#role), which hands it the rules that M(baremetal.flink.layer_preflight) has made of the inventory.
  - Writes the rules to C(/etc/baremetal.flink/firewall.nft), loads them in one step into the table C(inet baremetal_flink), and has the unit
    C(baremetal-flink-firewall.service) load them at boot before the network comes up. Other tables, and the rules of nftables.service, stay
    as they are.
  - The table is compared rule by rule with what the rules make, so one that was flushed or changed by hand is loaded again.
  - A warning says so where firewalld or ufw is active, since a packet must pass both.
options:
  state:
    description:
      - V(present) has the rules loaded, now and at boot.
      - V(absent) removes the table, the rules and the unit.
      - V(checked) changes nothing, and fails with what is wrong with the firewall.
    type: str
    choices: [present, absent, checked]
    default: present
  rules:
    description:
      - The rules, in the language of nft. They are read by C(nft -c) before anything is changed. Required unless O(state=absent).
    type: str
  ports:
    description:
      - The ports that they are about, for the warning.
    type: list
    elements: str
    default: []
attributes:
  check_mode:
    support: full
    description: Says what would change. A missing nft is taken as installed by an earlier task.
  diff_mode:
    support: full
    description: The differences of the two files.
notes:
  - Needs root, the package nftables, and a kernel with C(reject) in C(prerouting), 5.9 or newer.
seealso:
  - module: baremetal.flink.layer_preflight
"""

EXAMPLES = r"""
- name: Load the rules of the firewall, now and at boot
  baremetal.flink.security_firewall:
    rules: "{{ security_preflight.rules }}"
    ports: "{{ security_preflight.ports }}"

- name: Remove the firewall
  baremetal.flink.security_firewall:
    state: absent
"""

RETURN = r"""
changed_paths:
  description: Files that were changed, or would be.
  returned: unless O(state=checked)
  type: list
  elements: str
  sample: [/etc/baremetal.flink/firewall.nft]
loaded:
  description: Whether the rules were loaded, or would be, as those in the kernel were others.
  returned: unless O(state=checked)
  type: bool
  sample: true
beside:
  description: Other firewalls that are active on the host, of V(firewalld) and V(ufw).
  returned: unless O(state=checked)
  type: list
  elements: str
  sample: [firewalld]
"""

from ..module_utils.module import run_with_module
from ..module_utils.security.firewall import SPEC, core


def main() -> None:
    run_with_module(core=core, **SPEC)


if __name__ == "__main__":
    main()
