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
  - Before that it can wait for a JobManager and an elected leader, and see whether Flink has the processes of all hosts.
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
      - The jar, a file on the host where the module runs. Without it no job is run; all else is seen to.
    type: path
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
  members:
    description:
      - What is expected of hosts. While Flink lacks any of it, no job is run and O(require_jobs) is left alone; RV(missing) says what is lacking.
    type: list
    elements: dict
    default: []
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
  election:
    description:
      - Where a highly available cluster elects its leaders. Each of its components must have one, for which O(wait) seconds are left.
      - Needs the Python library C(kazoo) on the host where the module runs.
    type: dict
    version_added: 0.3.0
    suboptions:
      hosts:
        description:
          - Members of the ensemble as a list or as one connect string, each as V(host:port), V(host) meaning port 2181.
        type: list
        elements: str
        required: true
      root:
        description: C(high-availability.zookeeper.path.root) of the cluster.
        type: str
        default: /flink
      cluster_id:
        description: C(high-availability.cluster-id) of the cluster.
        type: str
        default: /default
      connect_timeout:
        description: Longest wait for a session, and for the answer to each request, in seconds.
        type: float
        default: 10
      auth:
        description: Who the session is for; left out, it is anonymous.
        type: dict
        suboptions:
          scheme:
            description: How the session proves who it is.
            type: str
            choices: [digest, sasl]
            default: digest
          mechanism:
            description: SASL mechanism, with the scheme V(sasl).
            type: str
            choices: [DIGEST-MD5, GSSAPI]
            default: DIGEST-MD5
          username:
            description: Name of the user; not needed with V(GSSAPI).
            type: str
          password:
            description: Password of the user.
            type: str
          service:
            description: Service name of the servers, with the scheme V(sasl).
            type: str
            default: zookeeper
      tls:
        description: Left out, the session is not encrypted; an empty dictionary turns TLS on with the system's authorities.
        type: dict
        suboptions:
          ca_file:
            description: Certificate authorities of the servers, a PEM file on the host.
            type: path
          cert_file:
            description: Certificate of the client, a PEM file on the host.
            type: path
          key_file:
            description: Private key of the client, a PEM file on the host.
            type: path
          key_password:
            description: Password of the private key.
            type: str
          verify:
            description: Whether the servers' certificates are checked.
            type: bool
            default: true
          check_hostname:
            description: Whether the certificate must name the server as C(hosts) does.
            type: bool
            default: true
  wait:
    description:
      - Seconds to wait until a JobManager answers, and then until leaders are elected, if O(election) is given. V(0) takes one look at each.
    type: int
    default: 0
    version_added: 0.3.0
  timeout:
    description:
      - Seconds from the upload until the job must have finished.
    type: int
    default: 60
seealso:
  - module: baremetal.flink.flink_info
  - module: baremetal.flink.flink_ha_info
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

- name: Count words once a leader is elected and both workers are there
  baremetal.flink.flink_check:
    urls: ["jm1:8081", "jm2:8081"]
    jar: /opt/flink/examples/streaming/WordCount.jar
    election: {hosts: ["zk1:2181", "zk2:2181", "zk3:2181"]}
    wait: 90
    members:
      - {name: worker1, taskmanager: 192.0.2.11}
      - {name: worker2, taskmanager: 192.0.2.12}
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
jobmanagers:
  description: Every JobManager that was asked, as in RV(baremetal.flink.flink_info#module:jobmanagers), before the check.
  returned: success
  type: list
  elements: dict
  sample: [{"url": "http://jm1:8081", "up": true, "reason": ""}]
taskmanagers:
  description: Registered TaskManagers, as in RV(baremetal.flink.flink_info#module:taskmanagers), before the check.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 10.0.0.1:42607-bf2a8f
      host: 10.0.0.1
      path: akka.tcp://flink@10.0.0.1:42607/user/rpc/taskmanager_0
      slots: 2
      slots_free: 1
      last_heartbeat: 1700000000
      cpu_cores: 16
      memory: 25276063744
missing:
  description: What Flink lacks of O(members), in sentences. While it lacks anything, no job is run.
  returned: success
  type: list
  elements: str
  sample: ["the TaskManager on worker2 is not registered with the JobManager at http://jm1:8081"]
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
