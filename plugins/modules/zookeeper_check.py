#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: zookeeper_check
short_description: Whether every member of a ZooKeeper ensemble has what is written
version_added: "0.2.0"
description:
  - Writes a znode through the first member, reads it back through each, compares and deletes it.
  - Nothing remains, so nothing is reported as changed.
  - Can wait first, on the host itself, until a member serves in the quorum. Where each host of an ensemble does so for its own member, one of
    them does the trial and the others set O(trial=false).
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.zookeeper
  - baremetal.flink.zookeeper_tls
attributes:
  check_mode:
    description: Opens a session with every member and finds O(directory), and writes nothing.
    support: full
  diff_mode:
    description: Changes nothing, so there is nothing to show.
    support: none
options:
  directory:
    description:
      - Znode below which the user may create one.
    type: str
    default: /
  trial:
    description:
      - Whether something is written and read. Without that this only waits, and opens no session.
    type: bool
    default: true
    version_added: "0.3.0"
  wait_for:
    description:
      - V(none) begins the trial at once, and needs every member of O(hosts).
      - V(member) waits before until there is a quorum with O(member) serving in it, as M(baremetal.flink.zookeeper_info) does, with the same
        options. The trial then gives the others the rest of O(timeout) to serve, and reads through those that do; one that still does not
        is a warning. If O(member) does not serve, the others are tried all the same before the task fails.
      - Members are asked with the four-letter word C(srvr), over TLS where O(tls) is given.
    type: str
    choices: [none, member]
    default: none
    version_added: "0.3.0"
  member:
    description: The member to wait for with O(wait_for=member), written as in O(hosts).
    type: str
    version_added: "0.3.0"
  may_be_down:
    description:
      - Those of O(hosts) that a trial with O(wait_for=member) does not wait for, such as members on hosts that are switched off. It reads
        through those of them that serve.
    type: list
    elements: str
    default: []
    version_added: "0.3.0"
  observers:
    description:
      - Those of O(hosts) that observe and do not vote, for the majority that O(wait_for) asks for.
    type: list
    elements: str
    default: []
    version_added: "0.3.0"
  other_ports:
    description:
      - Ports on which O(wait_for) looks for a member that does not answer on its own.
    type: list
    elements: int
    default: []
    version_added: "0.3.0"
  timeout:
    description: Longest wait of O(wait_for), in seconds; V(0) looks once.
    type: float
    default: 60
    version_added: "0.3.0"
  interval:
    description: Time between two looks of O(wait_for), in seconds.
    type: float
    default: 1
    version_added: "0.3.0"
notes:
  - With O(wait_for=none) a member of O(hosts) that does not answer is a failure, unlike in the other modules, which are content with any member.
seealso:
  - module: baremetal.flink.zookeeper_info
"""

EXAMPLES = r"""
- name: Every member has what is written
  baremetal.flink.zookeeper_check:
    hosts: [10.0.0.1, 10.0.0.2, 10.0.0.3]

- name: The member of this host serves, and every member has what the first host of the play writes
  baremetal.flink.zookeeper_check:
    hosts: [10.0.0.1, 10.0.0.2, 10.0.0.3]
    wait_for: member
    member: "{{ ansible_host }}"
    trial: "{{ inventory_hostname == ansible_play_hosts | first }}"
"""

RETURN = r"""
path:
  description: The znode that was written and deleted.
  returned: success, with O(trial)
  type: str
  sample: /.check-5f3a9f1c2b7d4e60
members:
  description: The members through which it was read.
  returned: success, with O(trial)
  type: list
  elements: str
  sample: ["10.0.0.1:2181", "10.0.0.2:2181", "10.0.0.3:2181"]
seconds:
  description: How long it took.
  returned: success, with O(trial)
  type: float
  sample: 0.087
waited:
  description: Seconds waited, when the member did not come in time.
  returned: failure of a wait
  type: float
  sample: 60.0
last_seen:
  description: The last state seen, when the member did not come in time.
  returned: failure of a wait
  type: str
  sample: 10.0.0.1:2181 is down (connection refused)
"""

from ..module_utils.module import run
from ..module_utils.zookeeper.check import SPEC, core


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
