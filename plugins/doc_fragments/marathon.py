# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:

    DOCUMENTATION = r"""
options:
  urls:
    description:
      - Addresses of all Marathons as C(host), C(host:port) or URL; the port defaults to 8080.
      - Any of them will do, as one that does not lead passes requests on to the leader. When the leader is known and in this list, it
        is asked first.
    type: list
    elements: str
    required: true
  leader_timeout:
    description:
      - Seconds to go on asking while the Marathons answer that they have no leader. An election takes as long as the dead leader's
        ZooKeeper session, 10 seconds by default, and the start of the new one.
    type: int
    default: 30
  mesos_username:
    description:
      - Principal with which Mesos is asked what tasks wrote that do not come up, where its masters and agents authenticate who reads.
    type: str
    version_added: "0.2.0"
  mesos_password:
    description:
      - Secret of O(mesos_username).
    type: str
    version_added: "0.2.0"
notes:
  - Written for Marathon 1.9 to 1.11; what it answers was recorded from 1.11.26.
  - A request that changes something is sent again only when no Marathon can have acted on it. After a broken connection the app is read
    first.
"""
