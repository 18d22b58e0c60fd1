#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: flink_info
short_description: State of a Flink cluster and its jobs, and waiting for it
version_added: "0.1.0"
description:
  - Asks Flink over REST about its version, TaskManagers, slots, jobs, checkpoints and configuration.
  - Any JobManager will do; those of O(urls) that do not answer are reported in RV(jobmanagers), not an error.
  - Can wait until the cluster or a job is as expected.
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.flink_rest
  - baremetal.flink.http_client
attributes:
  check_mode:
    description: Never changes anything, so it works the same. It waits in check mode too.
    support: full
  diff_mode:
    description: Never changes anything, so there is nothing to show.
    support: none
options:
  job:
    description:
      - Id or name of a job, the one that its program gives it or the one that M(baremetal.flink.flink_job) declares. Only jobs with it are
        returned, with exceptions; the one that runs, or else the newest, comes first.
    type: str
  wait_for:
    description:
      - V(none) takes one look.
      - V(rest) waits until a JobManager answers, which with high availability needs an elected leader.
      - V(taskmanagers) waits until O(count) TaskManagers are registered.
      - V(member) waits until Flink has the processes of one host, given as O(member).
      - V(jobs) waits until no job is at fault, as RV(job_faults) tells; a job that Flink has given up is an error at once.
      - V(recovered) waits until what was RV(at_work) in an earlier look, given as O(before), is at work again, after a member of ZooKeeper was
        restarted for example. A job is again at work when all of its tasks run and it has completed a checkpoint since the wait began, if one
        is due within half of O(timeout).
      - V(job_running) waits until the job and all of its tasks run.
      - V(job_finished) waits until the job has finished.
      - V(job_checkpointed) waits until O(count) checkpoints are completed since the job was last started or recovered.
      - V(job_restored) waits until the job runs after it was restored from a checkpoint or savepoint O(count) times.
      - A job that ends in another way than the one waited for is an error at once, with its exception.
    type: str
    choices: [none, rest, taskmanagers, member, jobs, recovered, job_running, job_finished, job_checkpointed, job_restored]
    default: none
  count:
    description:
      - How many TaskManagers, checkpoints or restorations to wait for.
    type: int
    default: 1
  before:
    description:
      - With O(wait_for=recovered), the RV(at_work) of an earlier look.
    type: dict
    version_added: 0.2.0
    suboptions:
      taskmanagers:
        description: How many TaskManagers had work.
        type: int
        default: 0
      jobs:
        description: Ids of the jobs that ran.
        type: list
        elements: str
        default: []
  member:
    description:
      - With O(wait_for=member), what is expected of a host.
    type: dict
    version_added: 0.3.0
    suboptions:
      name:
        description: The host, for the sentences.
        type: str
        required: true
      version:
        description: The version that has to run.
        type: str
      jobmanager:
        description: REST address of its JobManager, one of O(urls), which has to answer.
        type: str
      taskmanager:
        description: Host of its TaskManager as in RV(taskmanagers), which has to be registered.
        type: str
      slots:
        description: How many slots the TaskManager has to have.
        type: int
      other_than:
        description: Ids of TaskManagers that do not count, such as the one of a process that was restarted and is still listed.
        type: list
        elements: str
        default: []
  timeout:
    description:
      - Seconds to wait; V(0) takes one look and fails if Flink is not as expected.
    type: int
    default: 60
seealso:
  - module: baremetal.flink.flink_check
  - module: baremetal.flink.flink_ha_info
  - module: baremetal.flink.flink_job
notes:
  - Flink keeps statistics of a job for up to C(web.refresh-interval), 3 seconds by default, so checkpoints appear with that delay.
"""

EXAMPLES = r"""
- name: Wait for three TaskManagers
  baremetal.flink.flink_info:
    urls: ["jm1:8081", "jm2:8081"]
    wait_for: taskmanagers
    count: 3
  register: flink

- name: Show the free slots
  ansible.builtin.debug:
    msg: "{{ flink.overview.slots_available }} of {{ flink.overview.slots_total }} slots are free"

- name: Wait until the TaskManager of one host is registered
  baremetal.flink.flink_info:
    urls: ["jm1:8081", "jm2:8081"]
    wait_for: member
    member: {name: worker1, taskmanager: 192.0.2.11, slots: 2}

- name: Restart a member of ZooKeeper only while all jobs have what they had
  baremetal.flink.flink_info:
    urls: ["jm1:8081", "jm2:8081"]
    wait_for: recovered
    before: "{{ flink.at_work }}"
    timeout: 300

- name: The job went on from its checkpoint after a JobManager was lost
  baremetal.flink.flink_info:
    urls: ["jm1:8081", "jm2:8081"]
    job: State machine job
    wait_for: job_restored
    timeout: 120
"""

RETURN = r"""
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
waited:
  description: Seconds until Flink was as expected.
  returned: success
  type: float
  sample: 2.5
overview:
  description: Counts of TaskManagers, slots and jobs.
  returned: success
  type: dict
  sample:
    {"taskmanagers": 3, "slots_total": 6, "slots_available": 4, "jobs_running": 1, "jobs_finished": 2, "jobs_cancelled": 0, "jobs_failed": 0}
jobmanagers:
  description: Every JobManager that was asked, whether it answers (V(up)) and otherwise why not (V(reason)).
  returned: success
  type: list
  elements: dict
  sample: [{"url": "http://jm1:8081", "up": true, "reason": ""}]
taskmanagers:
  description: Registered TaskManagers.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: 10.0.0.1:42607-bf2a8f
    host:
      description: Host of its RPC address.
      type: str
      sample: 10.0.0.1
    path:
      description: Its RPC address.
      type: str
      sample: akka.tcp://flink@10.0.0.1:42607/user/rpc/taskmanager_0
    slots:
      description: Its slots.
      type: int
      sample: 2
    slots_free:
      description: Its free slots.
      type: int
      sample: 1
    last_heartbeat:
      description: When it was last heard of, in seconds since 1970.
      type: int
      sample: 1700000000
    cpu_cores:
      description: Processors of its host.
      type: int
      sample: 16
    memory:
      description: Bytes of memory of its host.
      type: int
      sample: 25276063744
jobs:
  description: Jobs that the cluster remembers, oldest first, or those with O(job).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: 08b1d9ceda3e999e20e62d88d9a05143
    name:
      description: Its name.
      type: str
      sample: Streaming WordCount
    state:
      description: Its state, in Flink's own words.
      type: str
      sample: RUNNING
    start:
      description: When it was started, in seconds since 1970.
      type: int
      sample: 1700000000
    end:
      description: When it ended, in seconds since 1970; null while it runs.
      type: int
      sample: 1700000060
    duration:
      description: Seconds that it has run.
      type: float
      sample: 60.2
    tasks:
      description: Number of tasks in each state, and in total.
      type: dict
      sample: {"total": 2, "running": 2}
    vertices:
      description: Operators with id, name, parallelism, state and number of tasks in each state. For jobs that have not ended, and with O(job).
      type: list
      elements: dict
    checkpoints:
      description: >-
        Counts (V(completed), V(failed), V(in_progress), V(restored)), V(last) completed one and the one that the job was V(restored_from);
        null for a job that takes none. For jobs that have not ended, and with O(job).
      type: dict
      sample:
        completed: 12
        failed: 0
        in_progress: 0
        restored: 1
        last: {"id": 37, "time": 1700000050, "duration": 0.12, "bytes": 4096, "path": "hdfs://flink-hdfs/flink/checkpoints/08b1/chk-37"}
        restored_from: {"id": 25, "time": 1700000010, "savepoint": false, "path": "hdfs://flink-hdfs/flink/checkpoints/08b1/chk-25"}
    exception:
      description: V(cause) in one line and the whole V(trace) of what it failed with, or null. With O(job).
      type: dict
job_faults:
  description:
    - Jobs that should run and do not, of those in RV(jobs).
    - One that has failed for good and was not started anew since, one between two attempts or before the first, one that takes checkpoints and
      has tasks that do not run, and one that has failed within the last 15 s and completed no checkpoint since.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: 08b1d9ceda3e999e20e62d88d9a05143
    name:
      description: Its name.
      type: str
      sample: Streaming WordCount
    state:
      description: Its state, in Flink's own words.
      type: str
      sample: FAILED
    reason:
      description: What is wrong with it, in one line.
      type: str
      sample: "java.io.IOException: no topic orders"
    checkpoint:
      description: Path of its last checkpoint or savepoint, as O(baremetal.flink.flink_job#module:start_from) takes it; null if there is none.
      type: str
      sample: hdfs://flink-hdfs/flink/checkpoints/08b1d9ceda3e999e20e62d88d9a05143/chk-37
    final:
      description: Whether Flink has given the job up, and will not start it again by itself.
      type: bool
      sample: true
    message:
      description: All of this in a sentence, with the way to start it again.
      type: str
at_work:
  description: How many TaskManagers have work, and which jobs run without a fault; for O(before) of a later look.
  returned: success
  type: dict
  sample: {"taskmanagers": 2, "jobs": ["08b1d9ceda3e999e20e62d88d9a05143"]}
config:
  description: Effective configuration of the JobManager that answered; Flink hides passwords.
  returned: success
  type: dict
  sample: {"high-availability": "zookeeper"}
"""

from ..module_utils.flink.info import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
