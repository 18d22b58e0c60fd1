# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connection options of the modules that open a ZooKeeper session."""

from __future__ import annotations


class ModuleDocFragment:
    """Options as in ARGUMENT_SPEC of module_utils/zookeeper/session.py."""

    DOCUMENTATION = r"""
options:
  hosts:
    description:
      - Members of the ensemble as a list or as one connect string, each as V(host:port), V(host) meaning port 2181.
      - A chroot at the end keeps all paths below it.
    type: list
    elements: str
    required: true
  connect_timeout:
    description: Longest wait for a session, and for the answer to each request, in seconds.
    type: float
    default: 10
  auth:
    description: Who the session is for; left out, it is anonymous.
    type: dict
    suboptions:
      scheme:
        description: How the session proves who it is.
        type: str
        choices: [digest, sasl]
        default: digest
      mechanism:
        description: SASL mechanism, with O(auth.scheme=sasl).
        type: str
        choices: [DIGEST-MD5, GSSAPI]
        default: DIGEST-MD5
      username:
        description: Name of the user; not needed with V(GSSAPI), which takes the Kerberos ticket of the task's user.
        type: str
      password:
        description: Password of the user.
        type: str
      service:
        description: Service name of the servers, with O(auth.scheme=sasl).
        type: str
        default: zookeeper
requirements:
  - kazoo 2.8 or newer on the host that runs the module (package C(python3-kazoo))
  - pure-sasl there for O(auth.scheme=sasl)
"""
