#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zookeeper_path
short_description: Manage a ZooKeeper node or a tree of nodes
version_added: "0.1.0"
description:
  - Creates a persistent node with its missing parents, sets its data and access control list, or deletes it.
  - Compares first and writes only what differs, each write bound to the version that was read, so that what another client
    wrote in between is never lost; the task fails instead and can be run again.
  - Never touches C(/zookeeper), and never deletes C(/).
options:
  path:
    description: Absolute path of the node, below the chroot of O(hosts) if it has one.
    type: str
    required: true
  state:
    description: Whether the node is there.
    type: str
    choices: [present, absent]
    default: present
  data:
    description:
      - What the node holds, as O(encoding) says.
      - Left out, an existing node keeps its data and a new one is empty.
    type: str
  encoding:
    description: How O(data) is written; V(text) becomes UTF-8, V(base64) stands for any bytes.
    type: str
    choices: [text, base64]
    default: text
  secret:
    description: Whether the data is kept out of the result and the diff. Set C(no_log) on the task to hide its arguments too.
    type: bool
    default: false
  acl:
    description:
      - The whole access control list of the node, in any order.
      - Left out, an existing node keeps its list and a new one is open to the world, as is ZooKeeper's custom.
      - Missing parents are created with the same list.
    type: list
    elements: dict
    suboptions:
      scheme:
        description: Kind of O(acl[].id). V(auth) stands for the user of O(auth) and takes no id, V(world) takes none either.
        type: str
        choices: [world, auth, digest, ip, sasl, x509]
        required: true
      id:
        description: Who is meant; a user for V(digest) and V(sasl), an address or network for V(ip), a subject for V(x509).
        type: str
      password:
        description: Password of a V(digest) user. Without it O(acl[].id) must be written as V(user:hash).
        type: str
      permissions:
        description: What they may do.
        type: list
        elements: str
        choices: [all, read, write, create, delete, admin]
        default: [all]
  recursive:
    description:
      - With O(state=absent), delete everything below the node too; up to 1000 nodes go in one transaction.
      - With O(state=present), apply O(acl) to everything below the node too.
    type: bool
    default: false
  allow_ephemeral:
    description:
      - Whether ephemeral nodes may be written or deleted.
      - Such a node belongs to a session that is alive, for example to a leader; without this option the task fails and names it.
    type: bool
    default: false
  version:
    description: The version that the data must have for the task to go on.
    type: int
extends_documentation_fragment:
  - baremetal.flink.zookeeper
  - baremetal.flink.zookeeper_tls
author:
  - The baremetal.flink maintainers (@baremetal-flink)
attributes:
  check_mode:
    support: full
    description: Says exactly what would be done.
  diff_mode:
    support: full
    description: Shows state, data, access control list and the nodes created or deleted.
seealso:
  - module: baremetal.flink.zookeeper_info
  - module: baremetal.flink.flink_ha_info
"""

EXAMPLES = r"""
- name: Make the chroot of an application
  baremetal.flink.zookeeper_path:
    hosts: "{{ groups['zookeeper'] | baremetal.flink.zookeeper_connect(hostvars) }}"
    path: /flink

- name: Keep a setting that only one user may change
  baremetal.flink.zookeeper_path:
    hosts: [10.0.0.1, 10.0.0.2, 10.0.0.3]
    auth:
      username: flink
      password: "{{ flink_zookeeper_password }}"
    path: /settings/mode
    data: primary
    acl:
      - scheme: auth
      - scheme: world
        permissions: [read]

- name: Forget a removed Mesos framework id
  baremetal.flink.zookeeper_path:
    hosts: 10.0.0.1:2181,10.0.0.2:2181,10.0.0.3:2181
    path: /flink/default/mesos-workers
    state: absent
    recursive: true
"""

RETURN = r"""
path:
  description: The node.
  returned: success
  type: str
  sample: /settings/mode
exists:
  description: Whether the node is there after the task; in check mode, whether it would be.
  returned: success
  type: bool
  sample: true
data:
  description: What it holds; null when it is absent, not printable UTF-8 text, or secret.
  returned: success
  type: str
  sample: primary
data_base64:
  description: What it holds, in base64; null when it is absent or secret.
  returned: success
  type: str
  sample: cHJpbWFyeQ==
acl:
  description: Its access control list.
  returned: success
  type: list
  elements: dict
  sample:
    - scheme: world
      id: anyone
      permissions: [read]
stat:
  description: >-
    ZooKeeper's record of the node, times in milliseconds since 1970; null when the node is not there, which it is not yet
    when check mode would create it.
  returned: success
  type: dict
  sample:
    czxid: 4294967298
    mzxid: 4294967298
    ctime: 1700000000000
    mtime: 1700000000000
    version: 0
    cversion: 0
    aversion: 0
    ephemeral_owner: 0
    data_length: 7
    children_count: 0
created:
  description: Nodes that were created, parents first.
  returned: success
  type: list
  elements: str
  sample: [/settings, /settings/mode]
deleted:
  description: Nodes that were deleted.
  returned: success
  type: list
  elements: str
  sample: []
acl_changed:
  description: Nodes whose access control list was changed.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ..module_utils.module import run
from ..module_utils.zookeeper.path import SPEC, core


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
