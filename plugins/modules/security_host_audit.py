#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host itself tells an audit."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: security_host_audit
version_added: "0.3.0"
author: "The baremetal.flink maintainers (@baremetal-flink)"
short_description: Who the daemons of a host run as, where they listen, and who reads its secrets
description:
  - For the playbook C(audit). It looks at the units of the platform on the host, at the sockets on which their processes take connections, and
    at the files that hold secrets. Which files these are is a table of the collection's.
options: {}
attributes:
  check_mode:
    description: Changes nothing in any mode.
    support: full
  diff_mode:
    description: Nothing is changed, so there is no difference to show.
    support: none
notes:
  - Run it as root; other users do not see which process holds a socket.
seealso:
  - module: baremetal.flink.audit_table
"""

EXAMPLES = r"""
- name: See who reads secrets on the host
  baremetal.flink.security_host_audit:
  register: seen
"""

RETURN = r"""
units:
  description: The units of the platform.
  returned: success
  type: list
  elements: dict
  contains:
    unit:
      description: Its name.
      type: str
      sample: zookeeper.service
    user:
      description: The user that it runs as.
      type: str
      sample: zookeeper
    active:
      description: Its state.
      type: str
      sample: active
    exposure:
      description: Of C(systemd-analyze security), from 0 (confined) to 10; null where that does not tell.
      type: float
      sample: 2.6
    level:
      description: The same in a word.
      type: str
      sample: OK
    ports:
      description: TCP ports on which its processes listen, without those of loopback.
      type: list
      elements: int
      sample: [2181, 3888]
listening:
  description: All TCP ports of the host on which something listens, without those of loopback.
  returned: success
  type: list
  elements: int
  sample: [22, 2181, 3888]
files:
  description: The files with secrets that are there.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: The file.
      type: str
      sample: /etc/zookeeper/jaas.conf
    layer:
      description: Whose it is.
      type: str
      sample: zookeeper
    holds:
      description: What is in it.
      type: str
      sample: passwords of users
    group_reads:
      description: Whether the group of the daemons may read it.
      type: bool
    mode:
      description: Its mode.
      type: str
      sample: "0640"
    owner:
      description: Its owner.
      type: str
      sample: root
    group:
      description: Its group.
      type: str
      sample: zookeeper
"""

from ..module_utils.module import run_with_module
from ..module_utils.security.host_audit import SPEC, core


def main() -> None:
    run_with_module(core=core, **SPEC)


if __name__ == "__main__":
    main()
