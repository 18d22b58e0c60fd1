#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: flink_conf
short_description: Write Flink's configuration so that Flink reads what was meant
version_added: "0.1.0"
description:
  - Writes C(flink-conf.yaml) for a Flink version from 1.2 to 1.20, or C(config.yaml) for one from 1.19 to 2.3, with the
    high-availability settings as options of their own and every other key in O(settings).
  - Knows the options of each version with their types and deprecated names. The same task writes the spelling that
    O(version) reads.
  - Refuses what Flink would cut, ignore or misread. C(flink-conf.yaml) is not YAML to Flink, which reads it line by line,
    cuts at every C(#), keeps quotes and skips a line without a colon and a space.
  - C(config.yaml) is YAML 1.2. Settings may be flat or in maps there, and are changed where they are; new ones are lines of
    their own. A file with anchors, aliases or tags, or one that Flink does not start with, is refused with its line. It is
    edited with PyYAML (C(python3-yaml)) on the host.
  - Comments, order and settings that are not asked for stay, unless O(exclusive=true). Of several lines with the same key
    the last one, which is the one that Flink uses, stays.
  - Deprecated spellings of a key that is written are replaced in place.
  - The file is replaced atomically, and only if its text changes.
extends_documentation_fragment:
  - ansible.builtin.files
options:
  path:
    description:
      - The file. Flink reads C(flink-conf.yaml) in its configuration directory up to 1.20, from 1.19 on C(config.yaml) where
        there is none, and from 2.0 on nothing else. A file of another name is what the version would prefer on a new host.
      - If this is a link, the file that it points to is written.
    type: path
    required: true
  version:
    description:
      - The Flink version that reads the file, for example V(1.12.5) or V(1.12).
      - Quote it, since V(1.10) without quotes is the number 1.1.
    type: str
    required: true
  high_availability:
    description:
      - The high-availability mode, V(NONE), V(zookeeper) or, from Flink 1.7, the class name of a factory. Case does not
        matter to the first two.
      - Written as C(high-availability), from 1.17 on as C(high-availability.type).
      - V(zookeeper) needs O(zookeeper_quorum) and O(storage_dir), here or already in the file.
    type: str
  zookeeper_quorum:
    description:
      - The ZooKeeper servers as C(host:port), a list or one string with commas.
      - Written as C(high-availability.zookeeper.quorum).
    type: list
    elements: str
  storage_dir:
    description:
      - The directory for the metadata of jobs, with its scheme, on a file system that all hosts share.
      - Without a scheme it is only taken if C(fs.default-scheme) is set.
      - Written as C(high-availability.storageDir).
    type: str
  cluster_id:
    description:
      - The name of this Flink cluster below O(zookeeper_root) and O(storage_dir). Flink's default is V(/default).
      - Written as C(high-availability.cluster-id).
    type: str
  zookeeper_root:
    description:
      - The znode below which Flink keeps everything. Starts with a slash; Flink's default is V(/flink).
      - Written as C(high-availability.zookeeper.path.root).
    type: str
  mesos_workers_path:
    description:
      - The znode, below the cluster's, in which the JobManager on Mesos keeps its framework id and its workers. Starts with
        a slash; Flink's default is V(/mesos-workers).
      - Written as C(recovery.zookeeper.path.mesos-workers) for Flink 1.2, which ignores the other name, and as
        C(high-availability.zookeeper.path.mesos-workers) from 1.3. Versions from 1.14 on know no Mesos, and it is refused.
    type: str
  zookeeper_acl:
    description:
      - Who may read and change Flink's znodes, anybody or only the session's own user, which must then be authenticated
        with SASL. Flink's default is V(open).
      - Written as C(high-availability.zookeeper.client.acl).
    type: str
    choices: [open, creator]
  zookeeper_session_timeout:
    description:
      - How long ZooKeeper waits for a silent Flink process before another takes over, in milliseconds. Flink's default is
        V(60000); the server caps it at 20 of its ticks unless told otherwise.
      - Written as C(high-availability.zookeeper.client.session-timeout).
    type: int
  zookeeper_connection_timeout:
    description:
      - How long to wait for a connection to ZooKeeper, in milliseconds. Flink's default is V(15000).
      - Written as C(high-availability.zookeeper.client.connection-timeout).
    type: int
  zookeeper_retry_wait:
    description:
      - The pause before a request to ZooKeeper is tried again, in milliseconds. Flink's default is V(5000).
      - Written as C(high-availability.zookeeper.client.retry-wait).
    type: int
  zookeeper_max_retry_attempts:
    description:
      - How often a request to ZooKeeper is tried again. Flink's default is V(3).
      - Written as C(high-availability.zookeeper.client.max-retry-attempts).
    type: int
  jobmanager_port:
    description:
      - The port, range or list of both for the JobManager's RPC, which under high availability replaces
        C(jobmanager.rpc.port). Flink's default, V(0), is any free port.
      - Written as C(high-availability.jobmanager.port).
    type: str
  settings:
    description:
      - Any other keys of Flink with their values, strings, numbers or booleans. V(null) removes a key.
      - A list is joined with the separator that the option takes, a comma, a semicolon, or a blank between options of a JVM.
      - A deprecated key is written under the name that O(version) gives it, with a warning, also where O(version) has dropped it.
      - For C(config.yaml) a map in a key, for example C(pipeline.global-job-parameters), is a key for each of its entries, which Flink reads
        from 1.14 on.
      - Values of keys that look like secrets are hidden wherever the module prints something (see O(secret_keys)).
    type: dict
    default: {}
  absent:
    description: Keys to remove, with the deprecated spellings that Flink would read in their place.
    type: list
    elements: str
    default: []
  unknown_keys:
    description:
      - What to do with a key in O(settings) that O(version) does not know. V(error) fails and names the nearest known key,
        V(warn) and V(allow) write it.
      - Keys of families that take any name are known, for example C(metrics.reporter.NAME.*), C(containerized.master.env.*),
        C(fs.*), C(s3.*) and C(swift.*).
      - A key that O(version) has dropped is refused with what replaces it.
      - A key that stands in the code of O(version) without being an option, so that nobody can tell whether it is read, is written with a warning,
        and so are those of the autoscaler and of Stateful Functions, C(job.autoscaler.*) and C(statefun.*).
      - Unless V(allow), unknown keys that are already in the file are named in a warning.
    type: str
    choices: [error, warn, allow]
    default: error
  exclusive:
    description:
      - Write the file from the arguments alone. Whatever else is in it goes, the comments too.
    type: bool
    default: false
  charset:
    description:
      - What Flink's JVMs take the file for. Flink decodes it with the platform's charset.
      - With V(ascii) keys and values must be ASCII, which every platform reads alike.
      - With V(utf-8) you say that all of Flink's JVMs run with UTF-8, for example under C(LANG=C.UTF-8).
    type: str
    choices: [ascii, utf-8]
    default: ascii
  secret_keys:
    description:
      - Parts of keys whose values are hidden too, in any case.
      - Always hidden are keys with C(password), C(secret), C(token), C(credential), C(apikey), C(access-key),
        C(fs.azure.account.key) and the like, passwords in URLs and in JVM options, whatever the version itself hides in its log.
    type: list
    elements: str
    default: []
  take_over:
    description:
      - Whether C(config.yaml) begins with what a C(flink-conf.yaml) beside it says, with its comments, its order, its owner
        and mode, and the names that keys have in O(version). Keys that O(version) does not know are named in a warning.
      - The old file is then renamed to C(flink-conf.yaml.taken-over), since Flink 1.19 and 1.20 would read it instead.
    type: bool
    default: false
    version_added: "0.3.0"
  make_directory:
    description: Make the directory of the file, and those above it, if they are not there, with mode V(0755) and the task's user as owner.
    type: bool
    default: false
    version_added: "0.3.0"
  backup:
    description: Keep a copy of the old file beside it when it changes.
    type: bool
    default: false
author:
  - The baremetal.flink maintainers (@baremetal-flink)
attributes:
  check_mode:
    support: full
    description: Reports what would change; a directory that does not exist yet is taken as one that an earlier task makes.
  diff_mode:
    support: full
    description: Shows the change of the text with secrets hidden.
notes:
  - The class C(GlobalConfiguration) of Flink 1.12.5 reads back what this module writes in one of the collection's tests.
"""

EXAMPLES = r"""
- name: Flink with ZooKeeper and HDFS behind it
  baremetal.flink.flink_conf:
    path: /etc/flink/flink-conf.yaml
    version: "1.12.5"
    high_availability: zookeeper
    zookeeper_quorum: "{{ groups['zookeeper'] | baremetal.flink.zookeeper_connect(hostvars) }}"
    storage_dir: hdfs://flink-hdfs/flink/ha
    cluster_id: /default
    zookeeper_root: /flink
    zookeeper_session_timeout: 10000
    settings:
      jobmanager.memory.process.size: 1600m
      taskmanager.memory.process.size: 4g
      taskmanager.numberOfTaskSlots: 4
      state.backend: rocksdb
      state.backend.incremental: true
      state.checkpoints.dir: hdfs://flink-hdfs/flink/checkpoints
      rest.port: 8081
    owner: root
    group: flink
    mode: "0640"
  register: flink_configuration

- name: Say what has to be restarted
  ansible.builtin.debug:
    msg: "restart {{ flink_configuration.restart | join(', ') }}"
  when: flink_configuration.restart | length > 0

- name: The AppMaster's path on Mesos, spelled as each version reads it
  baremetal.flink.flink_conf:
    path: /opt/flink-1.2.1/conf/flink-conf.yaml
    version: "1.2.1"
    high_availability: zookeeper
    zookeeper_quorum:
      - 10.0.0.1:2181
      - 10.0.0.2:2181
      - 10.0.0.3:2181
    storage_dir: hdfs://flink-hdfs/flink/ha
    mesos_workers_path: /mesos-workers

- name: Add a reporter, remove a key, keep everything else and a copy
  baremetal.flink.flink_conf:
    path: /etc/flink/flink-conf.yaml
    version: "1.12.5"
    settings:
      metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory
      metrics.reporter.prom.port: 9249-9260
      s3.secret-key: "{{ lookup('ansible.builtin.env', 'S3_SECRET_KEY') }}"
    absent:
      - taskmanager.heap.size
    backup: true

- name: Own the whole file, with a key that only a plug-in of ours reads
  baremetal.flink.flink_conf:
    path: /etc/flink/flink-conf.yaml
    version: "1.13"
    settings:
      jobmanager.rpc.address: 10.0.0.1
      parallelism.default: 2
      acme.audit.endpoint: https://audit.example.org/flink
    unknown_keys: warn
    exclusive: true
    mode: "0644"

- name: Write config.yaml of Flink 2.3, beginning with what the flink-conf.yaml of an older one says
  baremetal.flink.flink_conf:
    path: /etc/flink/config.yaml
    version: "2.3.0"
    take_over: true
    settings:
      taskmanager:
        numberOfTaskSlots: 4
"""

RETURN = r"""
taken_over:
  description: The C(flink-conf.yaml) that O(take_over) has put into O(path), null when there was none.
  returned: always
  type: str
  version_added: "0.3.0"
  sample: /etc/flink/flink-conf.yaml
path:
  description: The file that was written, behind any link.
  returned: success
  type: str
  sample: /etc/flink/flink-conf.yaml
version:
  description: The minor version whose options were used.
  returned: success
  type: str
  sample: "1.12"
settings:
  description: All settings as Flink reads them from the file now, as strings; secrets are hidden.
  returned: success
  type: dict
  sample:
    high-availability: zookeeper
    high-availability.zookeeper.quorum: 10.0.0.1:2181,10.0.0.2:2181,10.0.0.3:2181
    s3.secret-key: "******"
changed_keys:
  description: The keys whose value is another one to Flink, under their current names. Empty when only the text changed.
  returned: success
  type: list
  elements: str
  sample: [taskmanager.memory.process.size]
changes:
  description: The values of these keys before and after, null where there is none; secrets are hidden.
  returned: success
  type: dict
  sample:
    taskmanager.memory.process.size: {before: 1728m, after: 4g}
restart:
  description:
    - The processes that read the changed keys only when they start, any of C(jobmanager), C(taskmanager), C(historyserver)
      and C(client); C(client) stands for long-running ones such as a SQL client.
    - Judged from the keys' prefixes; in doubt a process is named.
  returned: success
  type: list
  elements: str
  sample: [jobmanager, taskmanager]
renamed:
  description: Keys that were given under a name that O(version) does not read any more or not yet, with the name that was written.
  returned: success
  type: dict
  sample: {recovery.zookeeper.quorum: high-availability.zookeeper.quorum}
duplicates:
  description: Keys that had more than one line in the file.
  returned: success
  type: list
  elements: str
  sample: []
backup_file:
  description: The copy of the old file.
  returned: O(backup=true) and the text changed
  type: str
  sample: /etc/flink/flink-conf.yaml.4711.2026-01-31@12:00:00~
"""

from ..module_utils.flink.conf.module import SPEC, core
from ..module_utils.module import run_with_module


def main() -> None:
    run_with_module(core=core, **SPEC)


if __name__ == "__main__":
    main()
