#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: marathon_app_info
short_description: State of a Marathon and its apps, and waiting for them
version_added: "0.2.0"
description:
  - Asks Marathon for its leader, apps, tasks, deployments and for what waits for offers, and says in words why an app is not running.
  - Can wait until a leader is elected or apps are as expected.
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.marathon
  - baremetal.flink.http_client
attributes:
  check_mode:
    description: Never changes anything, so it works the same. It waits in check mode too.
    support: full
  diff_mode:
    description: Never changes anything, so there is nothing to show.
    support: none
options:
  id:
    description:
      - Id of one app. Without it, O(label) and O(prefix) all apps are returned.
    type: str
  label:
    description:
      - Only apps that this label selector of Marathon's takes, such as V(team==data), V(team in (data, web\)) or V(team).
    type: str
  prefix:
    description:
      - Only apps in this group and the groups below it; V(/flink) takes C(/flink) and C(/flink/jobmanager), not C(/flink2).
    type: str
  wait_for:
    description:
      - V(none) takes one look.
      - V(leader) waits until a Marathon leads.
      - V(deployed) waits until no deployment of the chosen apps runs.
      - V(running) waits until as many tasks of the chosen apps run as they have instances.
      - V(healthy) waits until they are healthy as well; an app without health checks is healthy when it runs.
      - An app that does not exist is waited for, except with V(none).
    type: str
    choices: [none, leader, deployed, running, healthy]
    default: none
  timeout:
    description:
      - Seconds to wait; V(0) takes one look and fails if Marathon is not as expected.
    type: int
    default: 60
seealso:
  - module: baremetal.flink.marathon_app
"""

EXAMPLES = r"""
- name: Wait until Flink's AppMaster is healthy
  baremetal.flink.marathon_app_info:
    urls: ["marathon1:8080", "marathon2:8080", "marathon3:8080"]
    id: /flink/default
    wait_for: healthy
    timeout: 300
  register: marathon

- name: Show where it runs
  ansible.builtin.debug:
    msg: "{{ marathon.tasks[0].host }}:{{ marathon.tasks[0].ports[0] }}"

- name: Why are apps not running?
  baremetal.flink.marathon_app_info:
    urls: ["marathon1:8080"]
    prefix: /flink
  register: marathon

- name: Show the reasons
  ansible.builtin.debug:
    msg: "{{ marathon.apps | rejectattr('ready') | items2dict(key_name='id', value_name='reasons') }}"
"""

RETURN = r"""
url:
  description: Address of the Marathon that answered, or of the leader if it is in O(urls).
  returned: success
  type: str
  sample: http://marathon1:8080
waited:
  description: Seconds until Marathon was as expected.
  returned: success
  type: float
  sample: 12.1
leader:
  description: The leading Marathon, as it names itself.
  returned: success
  type: str
  sample: marathon1:8080
version:
  description: Version of Marathon.
  returned: success
  type: str
  sample: 1.11.26
framework_id:
  description: Id of Marathon as a Mesos framework.
  returned: success
  type: str
  sample: e0f03e3f-3aed-4ac3-8a87-4872dfb936bc-0000
config:
  description: Marathon's own configuration as C(/v2/info) shows it.
  returned: success
  type: dict
  sample: {"mesos_role": "*", "local_port_min": 10000, "features": []}
marathons:
  description: Every Marathon of O(urls), whether it answers (V(up)) and otherwise why not (V(reason)).
  returned: success
  type: list
  elements: dict
  sample: [{"url": "http://marathon1:8080", "up": true, "reason": "", "version": "1.11.26", "leader": "marathon1:8080"}]
apps:
  description:
    - The chosen apps in the order of their ids, as Marathon shows them, with whether they run as declared (V(ready)), V(state) in words,
      the V(last_failure) in words and the V(reasons) why they do not run.
    - Values whose name looks like a password's are hidden.
  returned: success
  type: list
  elements: dict
  sample:
    - id: /flink/default
      instances: 1
      tasksRunning: 0
      ready: false
      state: 0 of 1 instances run
      last_failure: "the last task to fail was TASK_FAILED on 10.0.0.1 at 2026-11-23T16:06:04.930Z: Command exited with status 3"
      reasons: ["1 of its instances wait for an offer; of the last 3 offers 3 have less than 8 cpus"]
tasks:
  description: Tasks of the chosen apps, as Marathon shows them.
  returned: success
  type: list
  elements: dict
  sample: [{"appId": "/flink/default", "host": "10.0.0.1", "ports": [31001, 31002], "state": "TASK_RUNNING"}]
deployments:
  description: All deployments that run, as Marathon shows them, with their V(state) in words.
  returned: success
  type: list
  elements: dict
  sample: [{"id": "f30ffea1-c71f-42c1-b991-1b14eebe07b9", "affectedApps": ["/flink/default"], "currentStep": 2, "totalSteps": 2}]
queue:
  description: Apps that wait for offers, how many tasks of them (V(count)), the seconds before the next start (V(delay)), and why they wait.
  returned: success
  type: list
  elements: dict
  sample: [{"id": "/flink/default", "count": 1, "delay": 0, "overdue": true, "since": "2026-11-23T16:05:50.366Z", "reason": ""}]
"""

from ..module_utils.marathon.app_info import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
