#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: flink_jobs_leave
short_description: Stop declared jobs with savepoints before a Flink becomes another minor version
version_added: "0.3.0"
description:
  - JobManagers with ZooKeeper recover the graphs of all jobs that run, and a graph that another minor version has written keeps them from
    starting. So no job may run while Flink becomes another minor version.
  - Stops the jobs that were declared with M(baremetal.flink.flink_job), each with a savepoint from which M(baremetal.flink.flink_job) starts it
    on the other version. A job that is not declared is named, and nothing is stopped then; nor is it where a job could not go on.
  - Does nothing where the cluster runs that minor version already, so that an interrupted upgrade can be run again.
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.declared_jobs
  - baremetal.flink.flink_rest
  - baremetal.flink.http_client
attributes:
  check_mode:
    description: Tells in RV(plan) what would be stopped, and refuses what would be refused.
    support: full
  diff_mode:
    description: The plan says it all.
    support: none
options:
  version:
    description: The version that Flink is to become, such as V(1.20.5).
    type: str
    required: true
  stop:
    description:
      - Whether to stop the jobs of O(jobs). Otherwise the task fails if any job runs, and a cluster of which nobody answers is only warned of.
    type: bool
    default: false
  jobs:
    description: The declared jobs.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the job, as in O(baremetal.flink.flink_job#module:name).
        type: str
        required: true
      savepoint_dir:
        description: Directory for its savepoint, where it has one of its own.
        type: str
      start_from:
        description:
          - Savepoint from which M(baremetal.flink.flink_job) will start it, as in O(baremetal.flink.flink_job#module:start_from), where that is not
            the one with which it is stopped. A job needs it on the way to an older version, which may not read what a newer one has written,
            and is refused with it on the way to a newer one.
        type: str
  savepoint_dir:
    description: Directory for savepoints, as in O(baremetal.flink.flink_job#module:savepoint_dir).
    type: str
seealso:
  - module: baremetal.flink.flink_job
  - module: baremetal.flink.flink_job_move
"""

EXAMPLES = r"""
- name: No job runs while Flink becomes 1.20
  baremetal.flink.flink_jobs_leave:
    zookeeper:
      hosts: "zk1:2181,zk2:2181,zk3:2181"
    version: 1.20.5
    stop: true
    jobs:
      - name: shop-counts
    savepoint_dir: hdfs://flink-hdfs/flink/savepoints
  register: leave

- name: What was, or would be, stopped
  ansible.builtin.debug:
    var: leave.plan
"""

RETURN = r"""
running_version:
  description: Version that the cluster runs; empty if nobody could tell.
  returned: success
  type: str
  sample: 1.12.5
plan:
  description: What is done, or would be in check mode, a sentence for each job that runs.
  returned: success
  type: list
  elements: str
  sample: ["shop-counts: stop 5f3b1c7d9a0e2c26b46b68ff6040a5e1 with a savepoint, and start it from there on Flink 1.20"]
stopped:
  description: The jobs that were stopped.
  returned: success, and when one could not be stopped
  type: list
  elements: dict
  contains:
    name:
      description: Name of the job.
      type: str
      sample: shop-counts
    job_id:
      description: Its id until now.
      type: str
      sample: 5f3b1c7d9a0e2c26b46b68ff6040a5e1
    savepoint:
      description: Where its state is.
      type: str
      sample: hdfs://flink-hdfs/flink/savepoints/shop-counts/5f3b-1/savepoint-5f3b1c-7a
jobs:
  description: Ids of the jobs that would not leave.
  returned: when there are any
  type: list
  elements: str
  sample: ["08b1d9ceda3e999e20e62d88d9a05143"]
"""

from ..module_utils.flink.job.leave import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
