#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mesos_framework
short_description: Tear down a Mesos framework
version_added: "0.2.0"
description:
  - Ends a framework on the leading master. All of its tasks are killed, and its id can never register again.
  - A framework that is completed already, or that the master does not know, is left alone.
  - The scheduler itself runs on. Stop what starts it first, for example its Marathon app, and for Flink's AppMaster clear the stale record
    afterwards with M(baremetal.flink.flink_mesos_workers).
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.mesos
  - baremetal.flink.http_client
attributes:
  check_mode:
    description: Says whether the framework would be torn down.
    support: full
  diff_mode:
    description: Shows the state of the framework.
    support: full
options:
  framework:
    description:
      - Id or name of the framework. A name that more than one running framework has is refused.
    type: str
    required: true
  state:
    description: A framework can only be ended here; to start one is up to its scheduler.
    type: str
    choices: [absent]
    default: absent
seealso:
  - module: baremetal.flink.mesos_info
  - module: baremetal.flink.flink_mesos_workers
"""

EXAMPLES = r"""
- name: End a framework that nobody runs any more
  baremetal.flink.mesos_framework:
    masters: "{{ groups['mesos_master'] | baremetal.flink.mesos_masters(hostvars) }}"
    framework: 7a5dc192-590a-4113-b6ca-bfc8ee211296-0000
    state: absent
"""

RETURN = r"""
framework:
  description: The framework as RV(baremetal.flink.mesos_info#module:frameworks) describes it, or null when the master does not know it.
  returned: success
  type: dict
  sample: {"id": "7a5dc192-590a-4113-b6ca-bfc8ee211296-0000", "name": "flink", "state": "completed"}
state:
  description: V(completed) or V(unknown) after the task; in check mode, the state that it would have.
  returned: success
  type: str
  sample: completed
"""

from ..module_utils.mesos.framework import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
