#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: flink_job
short_description: Declare a job of a Flink cluster, and upgrade it without losing a record
version_added: "0.2.0"
description:
  - Runs a jar on a running Flink cluster under a name. The same jar with the same parameters is left alone; another one is an upgrade.
  - An upgrade builds the new job graph first, then stops the old job with a savepoint, starts the new one from it, and watches until it runs
    with all its tasks, has not failed for O(settle) seconds and has completed a checkpoint. If it does not work, the old release is started
    from the same savepoint and the task fails with the new one's own exception.
  - Each step is written down in O(history_dir) before it is done. A run that was interrupted is taken up by the next one from its
    savepoint; it never starts from nothing, and never runs the job twice.
  - From Flink 1.8 on, name and digest of what was submitted are kept in the id of the job itself, which survives the loss of a JobManager.
    For 1.5 to 1.7, which choose the ids, only the record in O(history_dir) knows them.
  - Flink 1.5.0 does not tell what a main method failed with; the message points to the JobManager's log then.
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.declared_jobs
  - baremetal.flink.flink_rest
  - baremetal.flink.http_client
attributes:
  action:
    description: Brings O(jar_src) to the host; everything else is done there.
    support: full
  check_mode:
    description: Says what would be done. Asks the cluster, and neither uploads nor writes anything.
    support: full
  diff_mode:
    description: Shows state, jar and parameters before and after, without the values of arguments that look like passwords.
    support: full
options:
  name:
    description:
      - Name of the job, unique in the cluster. Letters, digits, dots, dashes and underscores.
      - It need not be the name that the program gives itself, which Flink shows.
    type: str
    required: true
  state:
    description:
      - V(running) runs the job until it is told otherwise. It goes on from where V(stopped) left it.
      - V(finished) runs it once for each jar and set of parameters and waits for its end.
      - V(stopped) stops it with a savepoint, from which a later V(running) goes on.
      - V(cancelled) cancels it and gives its state up; a later V(running) begins anew.
    type: str
    choices: [running, finished, stopped, cancelled]
    default: running
  jar:
    description:
      - The jar, as a path on the host where the module runs, a URL (C(http), C(https), C(ftp), C(file)) or C(hdfs://).
      - A URL is fetched by every run, to see whether it has changed, unless O(jar_checksum) tells.
      - Needed for V(running) and V(finished), if O(jar_src) is not given.
    type: str
  jar_src:
    description:
      - The jar, as a path on the controller, looked for where M(ansible.builtin.copy) looks for its O(ansible.builtin.copy#module:src).
      - It is sent to the host only if O(history_dir) there does not have it yet.
      - Excludes O(jar) and O(jar_checksum).
    type: str
  jar_checksum:
    description:
      - SHA-256 of the jar as C(sha256:) and 64 hexadecimal digits. A jar with another one is refused, and one that is kept in O(history_dir)
        is not fetched again.
    type: str
  entry_class:
    description:
      - Class with the job, if the jar's manifest names none.
    type: str
  arguments:
    description:
      - Arguments of the job. Flink 1.5 and 1.6 take none with quotes or commas, and 3000 bytes of them, as they go into an address.
      - They are written to O(history_dir), which only its owner can read. Use C(no_log) for the task if some are secret.
    type: list
    elements: str
    default: []
  parallelism:
    description:
      - Parallelism of the job, if not that of the cluster or the program.
    type: int
  savepoint_dir:
    description:
      - Directory for savepoints, as Flink takes it (C(hdfs://...), C(file:///...)). Each savepoint gets a directory of its own in it, below the
        job's name.
      - Without it that of the cluster is taken (C(state.savepoints.dir), from 1.20 on C(execution.checkpointing.savepoint-dir)).
      - If a JobManager is lost in the moment in which a job has just been stopped, its savepoint is looked for there. For C(file:) the
        directory must be one that the host shares with the cluster, for C(hdfs:) O(hdfs) must be set.
    type: str
  savepoint_format:
    description:
      - What a savepoint is written in. V(canonical) is read by every state backend.
      - V(native), from Flink 1.15 on, is that of the job's own state backend, which another one cannot read.
    type: str
    choices: [canonical, native]
    default: canonical
    version_added: 0.3.0
  allow_non_restored:
    description:
      - Whether state in the savepoint that belongs to no operator of the new release is dropped instead of being an error.
    type: bool
    default: false
  start_from:
    description:
      - Savepoint or checkpoint to start from when no job of the name runs. It goes before everything that is known from the record.
    type: str
  restart:
    description:
      - What V(running) does with a job that has ended by itself, or that the cluster has forgotten.
      - V(from_state) starts it from the newest savepoint or retained checkpoint that Flink names for it, and fails if there is none.
      - V(from_nothing) begins anew in that case without asking.
      - V(never) leaves it alone and fails with the exception that it ended with.
      - How often Flink itself restarts a job that fails is for the program, or C(restart-strategy) of the cluster, to say.
    type: str
    choices: [from_state, from_nothing, never]
    default: from_state
  rollback:
    description:
      - Whether the old release is brought back when the new one does not work.
    type: bool
    default: true
  keep:
    description:
      - How many releases before the current one are kept in O(history_dir).
    type: int
    default: 3
  history_dir:
    description:
      - Directory on the host where the module runs, with a subdirectory for each job. It holds the record, readable only for its owner, and
        the jars of the last releases, as JobManagers lose theirs. Always run the module for a job on the same host, as the same user.
    type: path
    default: /var/lib/flink/jobs
  hdfs:
    description:
      - HDFS over WebHDFS, for an O(jar) in HDFS and to find a savepoint there.
  settle:
    description:
      - Seconds for which a job must run without a failure before it counts as working.
    type: int
    default: 10
  timeout:
    description:
      - Seconds for each single wait, of which an upgrade has four (the job graph, the savepoint, the new job, and the old one if it comes back), each
        of them including the time until another JobManager has taken over. For V(finished) the time for the whole job.
      - A checkpoint is waited for only if the job takes one at least every half of this time.
    type: int
    default: 300
seealso:
  - module: baremetal.flink.flink_info
  - module: baremetal.flink.flink_check
"""

EXAMPLES = r"""
- name: The shop's counts run, with the jar that was built on the controller
  baremetal.flink.flink_job:
    zookeeper:
      hosts: "zk1:2181,zk2:2181,zk3:2181"
    name: shop-counts
    jar_src: shop-counts-1.4.jar
    entry_class: com.example.ShopCounts
    arguments: [--topic, orders]
    parallelism: 4
    savepoint_dir: hdfs://flink-hdfs/flink/savepoints
    hdfs:
      namenodes: ["nn1:9870", "nn2:9870"]

- name: Count the words of yesterday once
  baremetal.flink.flink_job:
    urls: ["jm1:8081", "jm2:8081"]
    name: words-2021-03-04
    state: finished
    jar: https://repository.example.com/words-2.0.jar
    jar_checksum: sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    arguments: [--input, hdfs://flink-hdfs/words/2021-03-04]

- name: Stop it for the night
  baremetal.flink.flink_job:
    marathon:
      urls: ["marathon1:8080", "marathon2:8080"]
    name: shop-counts
    state: stopped
    savepoint_dir: hdfs://flink-hdfs/flink/savepoints
  register: night

- name: Where its state is
  ansible.builtin.debug:
    var: night.savepoint
"""

RETURN = r"""
action:
  description: What was done, or would be in check mode - V(none), V(started), V(upgraded), V(finished), V(stopped) or V(cancelled).
  returned: success
  type: str
  sample: upgraded
events:
  description: What happened on the way, in words, such as a step of an earlier run that was taken up.
  returned: always, once the cluster has answered
  type: list
  elements: str
  sample: ["stopped the job 1c2... with the savepoint hdfs://flink-hdfs/flink/savepoints/shop-counts/1c2-1/savepoint-1c2-5ab"]
job_id:
  description: Id of the job that runs, or ran last; null if none did.
  returned: success
  type: str
  sample: 5f3b1c7d9a0e2c26b46b68ff6040a5e1
job_state:
  description: State by the record - V(running), V(finished), V(stopped), V(cancelled), V(failed) or V(absent).
  returned: success
  type: str
  sample: running
release:
  description: The jar (its SHA-256), where it came from, its parameters, and the digest of all.
  returned: success
  type: dict
  sample:
    jar: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    source: shop-counts-1.4.jar
    entry_class: com.example.ShopCounts
    arguments: [--topic, orders]
    parallelism: 4
    digest: 9b9af6945c95f1a6c2d2d8e4e4b0ad8e7a1c7f7d51cbcd0f1ef8a2a4f2a9d3a1
savepoint:
  description: The last savepoint that was taken; after V(stopped) the one that the next start goes on from. Null if there is none.
  returned: success
  type: str
  sample: hdfs://flink-hdfs/flink/savepoints/shop-counts/1c2-1/savepoint-1c2-5ab
rolled_back:
  description: Whether the old release was brought back.
  returned: when a new release did not work and the old one does again
  type: bool
  sample: true
reason:
  description: What the new release failed with, in one line.
  returned: when a new release did not work
  type: str
  sample: "java.lang.IllegalStateException: no topic orders"
exception_trace:
  description: The whole stack trace of what a job failed with.
  returned: when a job does not work and no other was brought back
  type: str
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
"""

from ..module_utils.flink.job.declared import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
