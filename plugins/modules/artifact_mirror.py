#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What artifact_release does on its mirror host."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: artifact_mirror
version_added: "0.3.0"
author: "The baremetal.flink maintainers (@baremetal-flink)"
short_description: Serves downloads to other hosts for the time of a delivery
description:
  - What M(baremetal.flink.artifact_release) does on its O(baremetal.flink.artifact_release#module:mirror_host). Not meant for tasks.
  - A transient unit of systemd, C(baremetal-flink-mirror-PORT), with a user of its own that exists no longer than the unit, serves files by
    HTTP, at one address and port, below a random path and without listings.
  - The unit ends with the last run that needs it, two minutes after the last request, or after an hour, whichever comes first, and takes
    the files along.
options:
  state:
    description:
      - V(present) takes the downloads in and serves them as soon as all are there; V(absent) ends it unless another run needs it.
    type: str
    choices: [present, absent]
    default: present
  address:
    description:
      - Address to listen at.
    type: str
    required: true
  port:
    description:
      - Port to listen at.
    type: int
    required: true
  root:
    description:
      - Directory for the files.
    type: path
    required: true
  lease:
    description:
      - Stands for the run that needs the mirror.
    type: str
    required: true
  downloads:
    description:
      - What shall be served.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description:
          - Where it lies, for the mirror to take; left out for what may be there already.
        type: path
      filename:
        description:
          - Its name.
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
attributes:
  check_mode:
    support: full
    description: Does nothing in check mode.
  diff_mode:
    support: none
    description: Nothing that it does lasts.
seealso:
  - module: baremetal.flink.artifact_release
"""

EXAMPLES = r"""
- name: End what a killed run has left, without waiting for two minutes
  baremetal.flink.artifact_mirror:
    state: absent
    address: 192.168.30.11
    port: 8765
    root: /var/cache
    lease: ""
"""

RETURN = r"""
base:
  description: Address below which the files are, as C(SHA256/NAME); empty as long as some are missing.
  returned: success
  type: str
  sample: http://192.168.30.11:8765/ZrYQ1n0a7VZtB9l0dJq3Gm8s4Yx2Kc6w
missing:
  description: SHA-256 of what has to be brought first.
  returned: success
  type: list
  elements: str
  sample: ["eff576bcf869b8edc4ac65b4e2ca53cdcfb301c3e7f706f89f1ff06657d92026"]
free:
  description: Bytes free in the temporary directory, as C(tmp), when something is missing.
  returned: success
  type: dict
  sample: {"tmp": 21474836480}
"""

from ..module_utils.artifact.mirror import SPEC, core
from ..module_utils.module import run_with_module


def main() -> None:
    run_with_module(core=core, **SPEC)


if __name__ == "__main__":
    main()
