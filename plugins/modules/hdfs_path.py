#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: hdfs_path
short_description: Directories and small files in HDFS
version_added: "0.1.0"
description:
  - Creates, changes and removes directories and small text files in HDFS, with owner, group, mode, quotas and storage policy.
  - Speaks WebHDFS to whichever of the NameNodes is active, so no Hadoop client is needed.
  - Reads back what it wrote. A file is written beside its place and moved over it, so that no reader sees half of it.
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.webhdfs
  - baremetal.flink.http_client
attributes:
  check_mode:
    description: Reports what would change without changing it.
    support: full
  diff_mode:
    description: Shows state and properties of each path before and after, and the content of files of up to 64 KiB.
    support: full
options:
  path:
    description:
      - One path, in full.
    type: str
  paths:
    description:
      - Several paths in one call, in this order. Options left out are taken from those of the same name beside O(paths).
      - All of them are judged before the first is touched.
    type: list
    elements: dict
    suboptions:
      path:
        description: The path, in full.
        type: str
        required: true
      state:
        description: See O(state).
        type: str
        choices: [directory, file, absent]
      owner:
        description: See O(owner).
        type: str
      group:
        description: See O(group).
        type: str
      mode:
        description: See O(mode).
        type: raw
      content:
        description: See O(content).
        type: str
      recursive:
        description: See O(recursive).
        type: bool
      namespace_quota:
        description: See O(namespace_quota).
        type: int
      space_quota:
        description: See O(space_quota).
        type: str
      storage_policy:
        description: See O(storage_policy).
        type: str
  state:
    description:
      - V(directory) makes the directory and missing parents, the parents with mode 0755.
      - V(file) makes a file with O(content), or changes the properties of one that exists.
      - V(absent) removes the path. The root directory is never removed.
    type: str
    choices: [directory, file, absent]
    default: directory
  owner:
    description:
      - User that owns the path. Only the superuser of HDFS may change it.
    type: str
  group:
    description:
      - Group of the path.
    type: str
  mode:
    description:
      - Permissions in three or four octal digits as a string, such as V('0750') or V('1777'). A number is refused, as its meaning is uncertain.
      - New directories get V('0755') and new files V('0644') when it is not given.
    type: raw
  content:
    description:
      - Text of the file, of up to 1 MiB, in UTF-8.
    type: str
  recursive:
    description:
      - With O(state=absent), delete a directory that is not empty.
    type: bool
    default: false
  namespace_quota:
    description:
      - How many names the directory may hold, itself included, or V(-1) for no limit. Needs the superuser and HDFS 3.4 or newer.
    type: int
  space_quota:
    description:
      - How many bytes all replicas below the directory may take, as a number or such as V(10G), or V(-1) for no limit. Needs the superuser
        and HDFS 3.4 or newer.
    type: str
  storage_policy:
    description:
      - Storage policy of the path, such as V(HOT) or V(ALL_SSD), or V(inherit) to have the parent's.
    type: str
  wait:
    description:
      - Seconds to wait for a NameNode to become active and to leave safe mode, and for a DataNode that takes or has the content.
    type: int
    default: 60
  wait_for:
    description:
      - What HDFS must be like before the paths are looked at, in the words of M(baremetal.flink.hdfs_info); V(none) only looks at it. Whatever it
        is, what that module returns is in RV(hdfs), which spares a task of its own.
      - Left out, nothing but O(wait) counts, and RV(hdfs) is not returned.
    type: str
    choices: [none, active, writable, standby, redundant, healthy]
    version_added: "0.3.0"
  timeout:
    description:
      - Seconds that O(wait_for) waits; V(0) takes one look.
    type: int
    default: 60
    version_added: "0.3.0"
seealso:
  - module: baremetal.flink.hdfs_info
notes:
  - Owners and groups are names that HDFS stores; whether they exist on a host makes no difference to it.
"""

EXAMPLES = r"""
- name: Directories for Flink
  baremetal.flink.hdfs_path:
    namenodes: ["nn1:9870", "nn2:9870"]
    paths:
      - path: /flink
        owner: flink
        group: flink
        mode: "0750"
      - path: /tmp
        mode: "1777"

- name: A small file
  baremetal.flink.hdfs_path:
    namenodes: ["nn1:9870", "nn2:9870"]
    path: /flink/README
    state: file
    owner: flink
    content: |
      Flink keeps its checkpoints and its recovery data below this directory.

- name: A directory, once both NameNodes are up, and which DataNodes serve
  baremetal.flink.hdfs_path:
    namenodes: ["nn1:9870", "nn2:9870"]
    path: /flink
    wait_for: standby
  register: flink_directory    # flink_directory.hdfs.cluster.datanodes.nodes

- name: At most a million names and 10 TiB of disk
  baremetal.flink.hdfs_path:
    namenodes: ["nn1:9870"]
    path: /flink/checkpoints
    namespace_quota: 1000000
    space_quota: 10T

- name: Remove a directory and everything in it
  baremetal.flink.hdfs_path:
    namenodes: ["nn1:9870", "nn2:9870"]
    path: /flink/old
    state: absent
    recursive: true
"""

RETURN = r"""
hdfs:
  description: All that M(baremetal.flink.hdfs_info) returns, as it was before the paths were looked at.
  returned: with O(wait_for)
  type: dict
  sample: {"active": "http://nn1:9870", "standby": ["http://nn2:9870"], "down": [], "starting": [], "healthy": true, "problems": []}
namenode:
  description: Web address of the NameNode that served the call.
  returned: success
  type: str
  sample: http://nn1:9870
changed_paths:
  description: Paths that were changed, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [/flink]
results:
  description: Each path in the order given. Properties that the task is not about are not looked up.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: The path.
      type: str
      sample: /flink
    changed:
      description: Whether it was changed.
      type: bool
    state:
      description: What is there now (V(directory), V(file) or V(absent)).
      type: str
    owner:
      description: Its owner.
      type: str
    group:
      description: Its group.
      type: str
    mode:
      description: Four octal digits.
      type: str
      sample: "0750"
    length:
      description: Bytes of a file whose content was given.
      type: int
    namespace_quota:
      description: Limit of names, -1 for none, if a quota was given.
      type: int
    space_quota:
      description: Limit of bytes, -1 for none, if a quota was given.
      type: int
    storage_policy:
      description: Storage policy, if one was given.
      type: str
    before:
      description: The same properties before the call.
      type: dict
      sample: {"state": "absent"}
"""

from ..module_utils.hdfs.path import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
