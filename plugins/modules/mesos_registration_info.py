#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mesos_registration_info
short_description: Whether a scheduler may register with Mesos once more as declared
version_added: "0.2.0"
description:
  - Reads the framework id that a scheduler keeps in ZooKeeper, asks the leading master which principal, user and checkpointing that framework has, and
    compares. Mesos 1.9 and newer let none of them change, and a scheduler that tries is refused, or ignored.
  - Does not fail when nobody can tell. O(settings) says then which principal is in use.
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.mesos
  - baremetal.flink.http_client
attributes:
  check_mode:
    description: Never changes anything, so it works the same.
    support: full
  diff_mode:
    description: Never changes anything, so there is nothing to show.
    support: none
options:
  record:
    description: Where the scheduler keeps its framework id, as C(zk://HOST:PORT,.../PATH). Nodes below are looked at too.
    type: str
    required: true
  scheduler:
    description: What messages call it.
    type: str
    required: true
  principal:
    description: Principal that it would register with; empty for none.
    type: str
    default: ""
  authenticates:
    description:
      - Whether it has a secret, and authenticates with it.
      - If not, O(principal) is for the day on which masters ask for it, and a framework that was registered without a principal keeps to none.
    type: bool
    default: false
  user:
    description: User of its tasks that name none.
    type: str
    required: true
  checkpoint:
    description: Whether its tasks survive a restart of their agent; left out, it is not compared.
    type: bool
  renew_with:
    description: Name of the variable that lets it register as a new framework, for messages.
    type: str
    required: true
  settings:
    description: Where the scheduler's settings on the host have the principal in use.
    type: dict
    suboptions:
      path:
        description: File of lines C(NAME=VALUE).
        type: path
        required: true
      name:
        description: Name of the setting.
        type: str
        required: true
seealso:
  - module: baremetal.flink.mesos_framework
  - module: baremetal.flink.mesos_info
"""

EXAMPLES = r"""
- name: Ask Mesos what the framework of Marathon is registered with
  baremetal.flink.mesos_registration_info:
    zookeeper: zk://10.0.0.1:2181,10.0.0.2:2181,10.0.0.3:2181/mesos
    record: zk://10.0.0.1:2181,10.0.0.2:2181,10.0.0.3:2181/marathon/state/framework-id
    scheduler: Marathon
    principal: marathon
    user: root
    renew_with: marathon_renew_framework
"""

RETURN = r"""
principal:
  description: Principal to register with; empty for none.
  returned: success
  type: str
  sample: marathon
faults:
  description: Why Mesos would not take the registration, in a sentence with the way out. Empty when it would.
  returned: success
  type: list
  elements: str
  sample: []
known:
  description: Whether Mesos could be asked, or there is no framework yet.
  returned: success
  type: bool
  sample: true
reason:
  description: Why it could not.
  returned: success
  type: str
  sample: ""
framework_id:
  description: The id that the scheduler keeps, or null.
  returned: success
  type: str
  sample: 7a5dc192-590a-4113-b6ca-bfc8ee211296-0000
framework:
  description: The framework as RV(baremetal.flink.mesos_info#module:frameworks) describes it, or null.
  returned: success
  type: dict
  sample: {"id": "7a5dc192-590a-4113-b6ca-bfc8ee211296-0000", "name": "marathon", "principal": "marathon", "user": "root", "checkpoint": true}
"""

from ..module_utils.mesos.registration_info import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
