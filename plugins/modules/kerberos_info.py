#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tickets, from each KDC."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kerberos_info
version_added: "0.3.0"
author: "The baremetal.flink maintainers (@baremetal-flink)"
short_description: Whether a host gets tickets, and from which KDCs
description:
  - Gets a ticket with a keytab of the host as its C(krb5.conf) has it, and one from each of O(kdcs) with none of the others to help. The tickets are
    thrown away.
  - Of a KDC that gives none it says what its answer means for whoever runs it.
options:
  realm:
    description: The realm.
    type: str
    required: true
  kdcs:
    description: KDCs that are asked by themselves, with a port if it is not 88.
    type: list
    elements: str
    default: []
  keytab:
    description: The keytab on the host.
    type: path
    required: true
  principal:
    description: Whose ticket it is, by default that of the first key of O(keytab).
    type: str
    default: ""
  wait_for:
    description: V(served) waits until every one of them gives a ticket.
    type: str
    choices: [none, served]
    default: none
  timeout:
    description: Longest wait in seconds.
    type: float
    default: 30
  interval:
    description: Seconds between looks.
    type: float
    default: 2
attributes:
  check_mode:
    support: full
    description: Never changes anything, so it works the same.
  diff_mode:
    support: none
    description: Never changes anything, so there is nothing to show.
seealso:
  - module: baremetal.flink.kerberos_keytab
"""

EXAMPLES = r"""
- name: Both KDCs give tickets to this host
  baremetal.flink.kerberos_info:
    realm: EXAMPLE.ORG
    kdcs: [192.0.2.11, "192.0.2.12:88"]
    keytab: /etc/baremetal.flink/host.keytab
    wait_for: served
"""

RETURN = r"""
principal:
  description: Whose tickets were asked for.
  returned: success
  type: str
  sample: host/node1@EXAMPLE.ORG
own:
  description: What the host's own C(krb5.conf) led to.
  returned: success
  type: dict
  sample: {"kdc": "", "serves": true, "seconds": 0.012, "seen": "krb5.conf of this host gives a ticket"}
kdcs:
  description: Each of O(kdcs), in the same form.
  returned: success
  type: list
  elements: dict
  sample: [{"kdc": "192.0.2.11", "serves": true, "seconds": 0.011, "seen": "KDC 192.0.2.11 gives a ticket"}]
waited:
  description: Seconds waited, when not all of them served in time.
  returned: failure of a wait
  type: float
  sample: 30.0
last_seen:
  description: Those that gave no ticket, and what that means.
  returned: failure of a wait
  type: str
  sample: "KDC 192.0.2.12 gives no ticket: kinit: Cannot contact any KDC for realm 'EXAMPLE.ORG' while getting initial credentials"
"""

from ..module_utils.kerberos.info import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
