#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: flink_check
short_description: Whether Flink really runs a job
version_added: "0.1.0"
description:
  - Uploads a jar to a running Flink cluster, runs a job of it that ends by itself, waits until it has finished and deletes the jar.
  - Nothing remains but the job in Flink's history, so nothing is reported as changed. A job that does not finish in time is cancelled.
  - A cluster without a free slot is not disturbed; RV(ran) is then V(false) and RV(reason) says so.
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.flink_rest
  - baremetal.flink.http_client
attributes:
  check_mode:
    description: Asks the cluster for version and slots, and does not submit the job.
    support: full
  diff_mode:
    description: Changes nothing, so there is nothing to show.
    support: none
options:
  jar:
    description:
      - The jar, a file on the host where the module runs.
    type: path
    required: true
  entry_class:
    description:
      - Class with the job, if the jar's manifest names none.
    type: str
  arguments:
    description:
      - Arguments of the job. Flink 1.5 and 1.6 take none with quotes.
    type: list
    elements: str
    default: []
  parallelism:
    description:
      - Parallelism of the job, and how many slots must be free.
    type: int
  require_free_slots:
    description:
      - Whether slots must be free before the job is submitted. Set it to V(false) where Flink gets its TaskManagers only when a job needs
        them, as on Mesos.
    type: bool
    default: true
  require_jobs:
    description:
      - Whether the jobs that the cluster has must run as well. One that Flink has given up is an error; one between two attempts is waited for,
        for O(timeout) seconds after the job of O(jar).
    type: bool
    default: false
    version_added: 0.2.0
  timeout:
    description:
      - Seconds from the upload until the job must have finished.
    type: int
    default: 60
seealso:
  - module: baremetal.flink.flink_info
"""

EXAMPLES = r"""
- name: Count words
  baremetal.flink.flink_check:
    urls: ["jm1:8081", "jm2:8081"]
    jar: /opt/flink/examples/streaming/WordCount.jar
    timeout: 90
  register: check

- name: Say how it went
  ansible.builtin.debug:
    msg: "{{ 'ran in ' ~ check.duration ~ ' s' if check.ran else 'did not run: ' ~ check.reason }}"
"""

RETURN = r"""
ran:
  description: Whether a job ran. A job that ran and did not finish well is a failure of the task.
  returned: success
  type: bool
  sample: true
reason:
  description: Why no job ran.
  returned: success
  type: str
  sample: 0 of 6 slots are free
job_id:
  description: Id of the job.
  returned: when a job ran
  type: str
  sample: 08b1d9ceda3e999e20e62d88d9a05143
job_name:
  description: Name of the job.
  returned: when a job ran
  type: str
  sample: Streaming WordCount
state:
  description: How the job ended.
  returned: when a job ran
  type: str
  sample: FINISHED
duration:
  description: Seconds that the job ran, by Flink's own clock.
  returned: when a job ran
  type: float
  sample: 0.11
url:
  description: REST address of the JobManager that answered.
  returned: success
  type: str
  sample: http://jm1:8081
version:
  description: Version of Flink.
  returned: success
  type: str
  sample: 1.12.5
overview:
  description: Counts of TaskManagers, slots and jobs before the check.
  returned: success
  type: dict
  sample:
    {"taskmanagers": 3, "slots_total": 6, "slots_available": 6, "jobs_running": 0, "jobs_finished": 2, "jobs_cancelled": 0, "jobs_failed": 0}
job_faults:
  description:
    - Jobs of the cluster that should run and do not, each with the checkpoint that it can go on from, as in
      RV(baremetal.flink.flink_info#module:job_faults).
  returned: success, and when O(require_jobs) fails for a job that Flink has given up
  type: list
  elements: dict
  sample:
    - id: 08b1d9ceda3e999e20e62d88d9a05143
      name: Streaming WordCount
      state: FAILED
      reason: "java.io.IOException: no topic orders"
      checkpoint: hdfs://flink-hdfs/flink/checkpoints/08b1d9ceda3e999e20e62d88d9a05143/chk-37
      final: true
      message: >-
        the job Streaming WordCount (08b1d9ceda3e999e20e62d88d9a05143) is FAILED: java.io.IOException: no topic orders; its last checkpoint is ...
exception_trace:
  description: The whole stack trace of what the job failed with.
  returned: when the job failed
  type: str
"""

from ..module_utils.flink.check import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
