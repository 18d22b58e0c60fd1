#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge a host before anything is touched."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: host_preflight
version_added: "0.1.0"
author: "The baremetal.flink maintainers (@baremetal-flink)"
short_description: Judge a host before a layer is set up on it
description:
  - Looks at everything that a layer needs of a host in one round trip and fails with all problems at once, each with what to change.
  - Reads only; it never changes anything and never reports a change.
options:
  layer:
    description:
      - Name of the layer, for messages.
    type: str
    required: true
  own_address:
    description:
      - Name or address by which others reach this host. It must resolve to an address of one of its interfaces, and not to
        loopback.
    type: str
  addresses:
    description:
      - Names and addresses that must resolve from here, and not to loopback.
    type: list
    elements: str
    default: []
  allow_loopback:
    description:
      - Whether names may resolve to loopback, as on a single host.
    type: bool
    default: false
  resolve:
    description:
      - Names whose addresses as this host sees them are returned.
    type: list
    elements: str
    default: []
    version_added: "0.3.0"
  canonical:
    description:
      - Names whose addresses, as this host sees them, must be called by these names and no others, as Kerberos asks for.
    type: list
    elements: str
    default: []
    version_added: "0.3.0"
  java_home:
    description:
      - Where Java is. Its version is returned when it is there.
    type: path
  java_versions:
    description:
      - Major versions of Java that will do. Empty when the layer needs no Java.
    type: list
    elements: int
    default: []
  memory_mb:
    description:
      - Memory that the host must have, in MiB.
    type: int
    default: 0
  disk:
    description:
      - Free space that is needed. For a path that does not exist yet its nearest parent is measured.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description:
          - Absolute path.
        type: path
        required: true
      free_mb:
        description:
          - Free space in MiB.
        type: int
        required: true
  ports:
    description:
      - TCP ports that must be free, or held by the layer's own unit.
    type: list
    elements: dict
    default: []
    suboptions:
      port:
        description:
          - Port number.
        type: int
        required: true
      unit:
        description:
          - The systemd unit that may hold it; C(.service) may be left out.
          - A unit of a layer's name that this collection has not written is a problem, unless it belongs to one of O(packages).
        type: str
  commands:
    description:
      - Commands that must be there.
    type: list
    elements: str
    default: []
  read:
    description:
      - Small text files to return.
    type: list
    elements: path
    default: []
  exists:
    description:
      - Paths or patterns; whether there is such a path is returned.
    type: list
    elements: path
    default: []
  links:
    description:
      - Symbolic links; where each of them leads is returned.
    type: list
    elements: path
    default: []
    version_added: "0.2.0"
  packages:
    description:
      - Packages of the distribution; those that are not installed are returned, so that a task that installs them can be left out.
    type: list
    elements: str
    default: []
  programs:
    description:
      - Programs that daemons of the host call, each with the package that has it. The packages of those that are not on the path of a
        unit are returned with the missing ones of O(packages), whatever package a program that is there came with.
    type: dict
    default: {}
    version_added: "0.2.0"
  needs:
    description:
      - What settings need of the host. Each of them that is not there is a problem.
    type: list
    elements: dict
    default: []
    version_added: "0.2.0"
    suboptions:
      kind:
        description:
          - V(program) is on the path of a unit, V(path) exists, V(socket) takes connections, V(library) is found by the dynamic linker,
            V(line) is a file with a line that matches, and V(filesystem) a path on a file system of this type.
        type: str
        choices: [program, path, socket, library, line, filesystem]
        required: true
      name:
        description:
          - Program, path or library.
        type: str
        required: true
      pattern:
        description:
          - Regular expression for V(line), type for V(filesystem).
        type: str
      without:
        description:
          - What is wrong when it is not there, and what to change.
        type: str
        required: true
  nftables:
    description:
      - Whether the host must be able to have rules of nftables. That its kernel is too old, has no nftables, or lets nobody load rules, as in a
        container, is a problem. Whether the program C(nft) is there is not looked at.
    type: bool
    default: false
    version_added: "0.3.0"
  account:
    description:
      - A system user; whether it is there as described is returned.
    type: dict
    suboptions:
      name:
        description:
          - Login name.
        type: str
        required: true
      group:
        description:
          - Primary group. Not looked at unless given.
        type: str
      home:
        description:
          - Home directory. Not looked at unless given.
        type: str
      shell:
        description:
          - Login shell. Not looked at unless given.
        type: str
  others:
    description:
      - More layers to look at in the same round trip, each with the options of this module; values are taken as they are, so numbers
        are to be numbers.
    type: list
    elements: dict
    default: []
    version_added: "0.3.0"
attributes:
  check_mode:
    support: full
    description: >-
      A missing Java, another version, and what O(needs) does not find are warnings then, since an earlier task would have installed it.
  diff_mode:
    support: none
    description: Nothing is changed.
notes:
  - Run it as root; other users do not see which process holds a port.
"""

EXAMPLES = r"""
- name: Judge the host
  baremetal.flink.host_preflight:
    layer: zookeeper
    own_address: "{{ ansible_host | default(inventory_hostname) }}"
    allow_loopback: true
    memory_mb: 256
    disk:
      - path: /var/lib/zookeeper
        free_mb: 100
    ports:
      - port: 2181
        unit: zookeeper
    read: [/var/lib/zookeeper/myid]
    exists: ["/var/lib/zookeeper/version-2/*"]
    programs: {curl: curl}
    needs:
      - kind: program
        name: docker
        without: containerizers has docker, and there is no program docker; install Docker, or take docker out
"""

RETURN = r"""
java:
  description: The Java at O(java_home), null when there is none or none was asked for. C(modules) is empty where it does not tell them.
  returned: success
  type: dict
  sample: {"home": "/opt/java", "version": "17.0.15", "major": 17, "modules": [java.base, jdk.security.jgss]}
own_ipv4:
  description: The IPv4 address of an interface that O(own_address) stands for, null when there is none or none was asked for.
  returned: success
  type: str
  version_added: "0.3.0"
  sample: 192.0.2.1
contents:
  description: The text of each path in O(read), null for those that are absent.
  returned: success
  type: dict
  sample: {"/var/lib/zookeeper/myid": "1\n"}
exists:
  description: Whether there is a path for each element of O(exists).
  returned: success
  type: dict
  sample: {"/var/lib/zookeeper/version-2/*": true}
links:
  description: The target of each of O(links) as it is written there, null for what is no link.
  returned: success
  type: dict
  version_added: "0.2.0"
  sample: {"/opt/java": "/usr/lib/jvm/java-17-openjdk-amd64"}
serving:
  description: The units of O(ports) that hold one of their ports.
  returned: success
  type: list
  elements: str
  version_added: "0.3.0"
  sample: [zookeeper.service]
missing_packages:
  description: Which of O(packages) are not installed, and the packages of missing O(programs).
  returned: success
  type: list
  elements: str
  sample: [python3-kazoo]
account_fits:
  description: Whether the user of O(account) is there as described; V(true) when none was asked for.
  returned: success
  type: bool
  sample: true
resolved:
  description: The addresses of each of O(resolve), sorted.
  returned: success
  type: dict
  version_added: "0.3.0"
  sample: {"node1.example.com": ["192.0.2.1"]}
clock:
  description: The time by the clock of the host, in seconds since 1970.
  returned: success
  type: float
  version_added: "0.3.0"
  sample: 1628244000.25
nodename:
  description: How the host calls itself.
  returned: success
  type: str
  version_added: "0.3.0"
  sample: node1
certain:
  description: V(false) when something was taken for what an earlier task would have put right, as check mode does with a missing Java.
  returned: success
  type: bool
  sample: true
others:
  description: Of each of O(others), the results that there are for the first.
  returned: success
  type: list
  elements: dict
  version_added: "0.3.0"
  sample: []
problems:
  description: What stands in the way, one sentence each.
  returned: failure
  type: list
  elements: str
  sample: ["TCP port 2181 is held by java (process 4711, other.service); stop it or choose another port"]
"""

from ..module_utils.host.preflight import SPEC, core
from ..module_utils.module import run_with_module


def main() -> None:
    run_with_module(core=core, **SPEC)


if __name__ == "__main__":
    main()
