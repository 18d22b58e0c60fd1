#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: marathon_app
short_description: Declare an app to Marathon
version_added: "0.2.0"
description:
  - Creates, changes, scales, restarts, suspends or deletes an app, and waits until it runs.
  - Compares first, in the form that Marathon itself gives to an app, so that an app in old fields, with ports that Marathon assigned or
    with another order where order means nothing is unchanged. An unchanged app is not sent, as Marathon would make a deployment of it.
  - Checks everything before anything is sent. Marathon takes unknown and misspelt fields in silence; this module refuses them.
  - When an app does not come up in time the message says why, from the last failed task, the offers that were refused, the failing
    health checks, the running deployment, and the last lines on stderr of a task that is not healthy or has failed, as its agent serves
    them.
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.marathon
  - baremetal.flink.http_client
attributes:
  check_mode:
    description: Asks Marathon, sends no change, and says what would change.
    support: full
  diff_mode:
    description: Shows the app before and after as Marathon has it; values whose name looks like a password's are hidden.
    support: full
options:
  app:
    description:
      - Fields of the app as Marathon's REST API names them, such as C(container), C(healthChecks), C(portDefinitions), C(constraints).
      - Deprecated fields are understood too (C(ports), C(uris), C(ipAddress), C(container.docker.network),
        C(container.docker.portMappings)) and sent as those that replace them, but not C(container.docker.credential), which Marathon
        refuses.
      - Fields that are left out keep the values that the app has; see O(exclusive). A field that is given is managed as a whole, so
        C(labels) are all labels.
      - A field that is null goes back to Marathon's default.
      - Fields that only Marathon writes (C(version), C(versionInfo), C(tasks...), C(deployments), C(lastTaskFailure)) are ignored, so an
        app as another Marathon shows it can be given.
      - Whole numbers are taken where a text is wanted, and texts of digits where a number is wanted, as templates do not keep them apart.
    type: dict
    default: {}
  id:
    description:
      - Id of the app; V(flink/jobmanager) and V(/flink/jobmanager) are the same. Required here or in O(app).
    type: str
  cmd:
    description:
      - Command for a shell. Excludes O(args).
    type: str
  args:
    description:
      - Command and its arguments, or arguments for the entry point of an image, without a shell. Excludes O(cmd).
    type: list
    elements: str
  instances:
    description:
      - How many tasks run. Left out, a new app has 1 and one that is there keeps its number.
    type: int
  cpus:
    description:
      - Processors of each task, at least 0.001. A new app has 1 by default.
    type: float
  mem:
    description:
      - Memory of each task in MiB. A new app has 128 by default.
    type: float
  disk:
    description:
      - Disk of each task in MiB. A new app has 0 by default.
    type: float
  user:
    description:
      - User that the tasks run as; without it Marathon's C(--mesos_user).
    type: str
  role:
    description:
      - Mesos role whose resources the app takes; without it Marathon's C(--mesos_role) or what its group demands.
    type: str
  env:
    description:
      - Environment variables; those in O(app) are kept beside them.
    type: dict
  secret_env:
    description:
      - Environment variables that are never shown, whatever their names. Marathon itself keeps and shows them in plain text.
      - Variables that the app has and the task does not give are not shown either, as they may be secret.
    type: dict
  labels:
    description:
      - Labels; those in O(app) are kept beside them.
      - With V(MARATHON_SINGLE_INSTANCE_APP=true) and no C(upgradeStrategy) a strategy of 0 and 0 is added, as Marathon demands.
    type: dict
  exclusive:
    description:
      - Whether fields that are not given go back to Marathon's defaults, C(instances) to 1 among them. All fields but C(role), and the
        service ports that Marathon assigned.
      - Marathon cannot do that at once with C(executorResources) that stay and a C(cmd), C(container), C(check), C(user),
        C(taskKillGracePeriodSeconds), C(tty) or C(acceptedResourceRoles) that goes; the task fails then.
    type: bool
    default: false
  state:
    description:
      - V(present) makes the app as declared.
      - V(absent) deletes the app.
      - V(restarted) makes the app as declared, and starts new tasks even if nothing has changed; such a task is always changed.
      - V(suspended) makes the app as declared with no instances. Set O(instances) with V(present) to go on.
    type: str
    choices: [present, absent, restarted, suspended]
    default: present
  wait:
    description:
      - Whether to wait until no deployment of the app runs, as many tasks run as there are instances, and all are healthy if there are
        health checks. That is waited for even when nothing has changed, as an earlier run may have been interrupted.
      - With O(state=absent), whether to wait until the tasks have ended.
    type: bool
    default: true
  timeout:
    description:
      - Seconds for all waiting of this task, locks included. Marathon itself never gives up.
    type: int
    default: 300
  on_lock:
    description:
      - What to do when a running deployment holds the app.
      - V(wait) waits until it has ended, and compares again.
      - V(force) cancels it without rolling it back, and goes on.
      - V(fail) fails, and says who holds it.
    type: str
    choices: [wait, force, fail]
    default: wait
  rollback_on_failure:
    description:
      - Whether an app that does not come up in time is brought back to what it was before. The task fails nonetheless.
      - An app that is new has nothing before it and is removed again.
    type: bool
    default: false
notes:
  - A change of C(executorResources) alone is not noticed by Marathon; this module restarts the app for it.
  - Marathon forgets C(executorResources) and C(resourceLimits) at each update that does not name them; this module names them.
  - With O(rollback_on_failure) the time-out holds once more for the rollback.
seealso:
  - module: baremetal.flink.marathon_app_info
"""

EXAMPLES = r"""
- name: Run a service with a health check
  baremetal.flink.marathon_app:
    urls: ["marathon1:8080", "marathon2:8080", "marathon3:8080"]
    id: /tools/web
    cmd: python3 -m http.server $PORT0
    instances: 2
    cpus: 0.1
    mem: 64
    app:
      portDefinitions: [{port: 0, name: web}]
      healthChecks: [{protocol: MESOS_HTTP, portIndex: 0, path: /, gracePeriodSeconds: 30}]
      constraints: [[hostname, UNIQUE]]
    rollback_on_failure: true

- name: Scale it
  baremetal.flink.marathon_app:
    urls: ["marathon1:8080", "marathon2:8080", "marathon3:8080"]
    id: /tools/web
    instances: 4

- name: A password that is never shown
  baremetal.flink.marathon_app:
    urls: ["marathon1:8080"]
    id: /tools/web
    env:
      DATABASE: db1
    secret_env:
      DATABASE_LOGIN: "{{ database_login }}"

- name: Restart it over a deployment that hangs
  baremetal.flink.marathon_app:
    urls: ["marathon1:8080"]
    id: /tools/web
    state: restarted
    on_lock: force

- name: Keep the definition, but run nothing
  baremetal.flink.marathon_app:
    urls: ["marathon1:8080"]
    id: /tools/web
    state: suspended

- name: Delete it
  baremetal.flink.marathon_app:
    urls: ["marathon1:8080"]
    id: /tools/web
    state: absent
"""

RETURN = r"""
app_id:
  description: The app.
  returned: success
  type: str
  sample: /tools/web
app:
  description: The app as Marathon shows it after the task, secrets hidden; in check mode, as it would be. Empty with O(state=absent).
  returned: success
  type: dict
  sample: {"id": "/tools/web", "cmd": "python3 -m http.server $PORT0", "instances": 2, "tasksRunning": 2, "version": "2026-11-23T16:04:46.975Z"}
tasks:
  description: Tasks of the app after the task; in check mode, at the moment.
  returned: success
  type: list
  elements: dict
  sample: [{"id": "tools_web.instance-97af11e6._app.1", "host": "10.0.0.1", "ports": [31250], "state": "TASK_RUNNING"}]
created:
  description: Whether the app is new.
  returned: success
  type: bool
  sample: false
restarted:
  description: Whether Marathon was asked to restart the app. A change of its definition starts new tasks without being asked.
  returned: success
  type: bool
  sample: false
changed_fields:
  description: Paths of the fields that differed; of a new app the names of the fields that were given.
  returned: success
  type: list
  elements: str
  sample: [env.A, container.docker.image]
deployment_id:
  description: The last deployment that the task started, null if none.
  returned: success
  type: str
  sample: abfb2f47-970a-4108-b21b-5885baa2ec77
url:
  description: Address of the Marathon that answered, or of the leader if it is in O(urls).
  returned: success
  type: str
  sample: http://marathon1:8080
waited:
  description: Seconds that the task took with all waiting.
  returned: success
  type: float
  sample: 4.2
faults:
  description: Every fault of the app with its path.
  returned: when the app was refused before anything was sent
  type: list
  elements: str
  sample: ["healthCheks: Marathon has no such field here; did you mean healthChecks?"]
reasons:
  description: Why the app did not come up.
  returned: when it did not
  type: list
  elements: str
  sample: ["the last task to fail was TASK_FAILED on 10.0.0.1 at 2026-11-23T16:06:04.930Z: Command exited with status 3"]
last_task_failure:
  description: The last failure as Marathon shows it, null if there was none.
  returned: when the app did not come up
  type: dict
  sample: {"host": "10.0.0.1", "message": "Command exited with status 3", "state": "TASK_FAILED"}
rollback:
  description: What came of the rollback.
  returned: when the app did not come up and O(rollback_on_failure) is set
  type: str
  sample: it was rolled back to the definition before
"""

from ..module_utils.marathon.app import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
