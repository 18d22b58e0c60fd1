# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connection options of the modules that talk to the leading Mesos master."""

from __future__ import annotations


class ModuleDocFragment:
    """Options as in mesos_argument_spec of module_utils/mesos/masters.py, without those of the fragment http_client."""

    DOCUMENTATION = r"""
options:
  masters:
    description:
      - The Mesos masters as C(host), C(host:port) or URL; the port defaults to 5050.
      - Any of them will do, as a master that does not lead says who does; name all, so that those that are down do no harm.
      - Excludes O(zookeeper).
    type: list
    elements: str
  zookeeper:
    description:
      - Where the masters elect their leader, as the masters' own C(--zk) has it, V(zk://host:port,host:port/path). User and password of a
        digest may stand before the hosts.
      - Excludes O(masters). Masters that ask for TLS have to be named by O(masters).
    type: str
  leader_timeout:
    description:
      - Seconds to wait for a leading master while none leads, for example during an election; V(0) looks once.
    type: float
    default: 30
notes:
  - Works with Mesos 1.0 to 1.11. O(url_username) and O(url_password) are the principal and secret of HTTP authentication.
  - A request that changes something is not repeated once a master may have seen it. Others are repeated until O(leader_timeout) is over,
    whatever O(retries) says.
requirements:
  - kazoo 2.8 or newer on the host that runs the module (package C(python3-kazoo)), with O(zookeeper)
"""
