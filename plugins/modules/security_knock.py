#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries ports as somebody without login and certificate."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: security_knock
version_added: "0.3.0"
author: "The baremetal.flink maintainers (@baremetal-flink)"
short_description: Try ports of other hosts as a stranger
description:
  - For the playbook C(audit). It connects from the host of the task to ports of others, without login and certificate, and tells what came of it.
  - Where the language of a port is known it asks one harmless thing, in clear and if that is not understood by TLS. ZooKeeper is asked C(srvr) and
    for the names below C(/), Flink C(/config), WebHDFS the status of C(/), Mesos C(/version) and C(/state), Marathon C(/v2/info).
  - Needs nothing but Python on the host.
options:
  targets:
    description:
      - The ports. Without them it tries what the playbook has noted of all hosts of the platform (C(security_audit_ports),
        C(security_audit_host)).
    type: list
    elements: dict
    suboptions:
      host:
        description: Name of the host, for the result.
        type: str
        required: true
      address:
        description: Name or address that is connected to.
        type: str
        required: true
      port:
        description: The TCP port.
        type: int
        required: true
      speaks:
        description: What is spoken there. Without it a connection is all that is tried, unless O(targets[].tls).
        type: str
        choices: ["", zookeeper, flink, webhdfs, mesos, marathon, web]
        default: ""
      tls:
        description: Whether there should be TLS. Then its versions are tried, whatever O(targets[].speaks) is.
        type: bool
        default: false
  timeout:
    description: Seconds for each connection, and for each handshake of TLS.
    type: float
    default: 3.0
  patience:
    description: Seconds for each answer.
    type: float
    default: 10.0
attributes:
  check_mode:
    description: Changes nothing in any mode.
    support: full
  diff_mode:
    description: Nothing is changed, so there is no difference to show.
    support: none
notes:
  - A daemon may write into its log that somebody has connected and said nothing of use.
seealso:
  - module: baremetal.flink.audit_table
"""

EXAMPLES = r"""
- name: See what this host gets of another one
  baremetal.flink.security_knock:
    targets:
      - {host: node1, address: 192.0.2.11, port: 2181, speaks: zookeeper}
      - {host: node1, address: 192.0.2.11, port: 6123, tls: true}
"""

RETURN = r"""
answers:
  description: What came of each target.
  returned: success
  type: list
  elements: dict
  contains:
    host:
      description: As given.
      type: str
    address:
      description: As given.
      type: str
    port:
      description: As given.
      type: int
    source:
      description: The address from which the host of the task comes to the target; empty when there is no way.
      type: str
      sample: 192.0.2.77
    state:
      description: V(open), V(closed) (nothing listens), V(refused) (by a firewall, or there is no way), V(silent), or V(unknown) (the name).
      type: str
      sample: open
    language:
      description: V(clear), V(tls), or empty when that was not found out.
      type: str
      sample: clear
    data:
      description: Whether it was told anything without a login.
      type: bool
    told:
      description: What, in words.
      type: str
      sample: GET /config answers 200 (version 1.12.5)
    tls_versions:
      description: Versions of TLS that were taken.
      type: list
      elements: str
      sample: ["1.2", "1.3"]
    wants_certificate:
      description: Whether a certificate of the caller was wanted.
      type: bool
    certificate_until:
      description: When the certificate of the server ends.
      type: str
      sample: "2027-12-31T12:00:00Z"
"""

from ..module_utils.module import run
from ..module_utils.security.knock import SPEC, core


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
