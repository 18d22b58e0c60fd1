#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zookeeper_info
short_description: Tell, or wait for, the state of a ZooKeeper ensemble
version_added: "0.1.0"
description:
  - Asks every member of an ensemble who it is and what it does, tolerates members that are down, and says whether the
    ensemble has its quorum.
  - Can wait until the ensemble is in a given state, polling on the host itself.
  - Uses the four-letter words C(srvr), and C(mntr), C(conf) and C(ruok) where the server allows them; it needs no Python
    library and no session.
options:
  servers:
    description:
      - All members of the ensemble, each as V(host:port), V(host) meaning port 2181, or one connect string.
      - A chroot at the end of a connect string is ignored.
      - The majority is counted over this list, so name all members, also those that are down.
    type: list
    elements: str
    required: true
  observers:
    description:
      - Those of O(servers) that observe and do not vote. One that serves says so itself; of one that is down nothing else tells.
    type: list
    elements: str
    default: []
    version_added: "0.2.0"
  wait_for:
    description:
      - The state to wait for.
      - V(none) looks once and never fails over what it sees.
      - V(quorum) is one leader with a majority in sync, or the only server serving.
      - V(serving) is a quorum with every member serving.
      - V(synced) is a quorum with every member serving and in sync with the leader, which takes C(mntr) to be exact.
      - V(member) is a quorum with O(member) serving in it.
    type: str
    choices: [none, quorum, serving, synced, member]
    default: none
  member:
    description: The member to wait for with O(wait_for=member), written as in O(servers).
    type: str
  other_ports:
    description:
      - Ports on which a member is looked for that does not answer on its own, as while the client port of an ensemble is changed.
      - It counts under its name in O(servers) then.
    type: list
    elements: int
    default: []
    version_added: "0.2.0"
  timeout:
    description: Longest wait, in seconds; V(0) looks once and fails unless the state is there.
    type: float
    default: 60
  interval:
    description: Time between two looks, in seconds.
    type: float
    default: 1
  connect_timeout:
    description: Longest wait for one answer of one member, in seconds.
    type: float
    default: 5
  tls:
    version_added: "0.3.0"
extends_documentation_fragment:
  - baremetal.flink.zookeeper_tls
author:
  - The baremetal.flink maintainers (@baremetal-flink)
attributes:
  check_mode:
    support: full
    description: Changes nothing in any mode.
  diff_mode:
    support: none
    description: Changes nothing, so there is nothing to show.
seealso:
  - module: baremetal.flink.zookeeper_path
"""

EXAMPLES = r"""
- name: Look at the ensemble
  baremetal.flink.zookeeper_info:
    servers: "{{ groups['zookeeper'] | baremetal.flink.zookeeper_connect(hostvars) }}"
  register: zookeeper

- name: Show the order of a rolling restart, leader last
  ansible.builtin.debug:
    var: zookeeper.restart_order

- name: Wait until this host has come back into the quorum
  baremetal.flink.zookeeper_info:
    servers:
      - 10.0.0.1:2181
      - 10.0.0.2:2181
      - 10.0.0.3:2181
    wait_for: member
    member: 10.0.0.2:2181
    timeout: 120

- name: Look at an ensemble of the role zookeeper that takes nothing but TLS, from one of its hosts
  baremetal.flink.zookeeper_info:
    servers: [10.0.0.1, 10.0.0.2, 10.0.0.3]
    tls:
      ca_file: /etc/zookeeper/tls/trust.pem
      cert_file: /etc/zookeeper/tls/certificate.pem
      key_file: /etc/zookeeper/tls/key.pem
"""

RETURN = r"""
leader:
  description: The leader as host:port, or null without one.
  returned: success
  type: str
  sample: 10.0.0.2:2181
followers:
  description: The followers, as host:port.
  returned: success
  type: list
  elements: str
  sample: [10.0.0.1:2181, 10.0.0.3:2181]
observers:
  description: The observers, as host:port.
  returned: success
  type: list
  elements: str
  sample: []
standalone:
  description: Servers that serve alone, without an ensemble.
  returned: success
  type: list
  elements: str
  sample: []
down:
  description: Servers that do not serve, whether they cannot be reached or wait for a quorum.
  returned: success
  type: list
  elements: str
  sample: []
quorum:
  description: Whether the ensemble can serve; one leader with a majority in sync, or the only server serving.
  returned: success
  type: bool
  sample: true
in_sync:
  description: Number of voters in sync, the leader included; 0 without a leader.
  returned: success
  type: int
  sample: 3
restart_order:
  description: All servers in the order of a safe rolling restart; those that do not serve first, the leader last.
  returned: success
  type: list
  elements: str
  sample: [10.0.0.1:2181, 10.0.0.3:2181, 10.0.0.2:2181]
members:
  description: What each server said; a value is null where the server does not tell it or is down.
  returned: success
  type: dict
  sample:
    10.0.0.2:2181:
      server: 10.0.0.2:2181
      up: true
      serving: true
      mode: leader
      id: 2
      version: 3.8.0
      zxid: "0x100000002"
      connections: 3
      znodes: 12
      synced_followers: 2
      ok: true
      reason: null
waited:
  description: Seconds waited, when the state did not come in time.
  returned: failure of a wait
  type: float
  sample: 60.0
last_seen:
  description: The last state seen, when the state did not come in time.
  returned: failure of a wait
  type: str
  sample: 10.0.0.1:2181 is down (connection refused)
"""

from ..module_utils.module import run
from ..module_utils.zookeeper.info import SPEC, core


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
