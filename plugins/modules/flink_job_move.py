#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: flink_job_move
short_description: Take declared jobs from one Flink cluster to another by savepoint
version_added: "0.2.0"
description:
  - Moves jobs that were declared with M(baremetal.flink.flink_job), one by one. The target builds the graph of each while it still runs; a jar
    that the target's Flink cannot load ends the task there, and nothing was stopped. Then it is stopped with a savepoint on the source, started
    from it on the target with the jar that is kept in O(history_dir), and watched until it works as M(baremetal.flink.flink_job) means it.
  - A job that does not work on the target is started again on the source from the same savepoint, and the task fails there;
    jobs after it stay untouched.
  - A job that runs on the target already is left alone, so the task can be repeated. A run that was interrupted is taken up by the next.
  - The way back after all went well is the same task with O(source) and O(target) exchanged.
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.declared_jobs
  - baremetal.flink.http_client
attributes:
  check_mode:
    description: Tells the plan, in RV(plan).
    support: full
  diff_mode:
    description: The plan says it all.
    support: none
options:
  source:
    description: The cluster that the jobs run on, named by exactly one of the suboptions.
    type: dict
    required: true
    suboptions: &cluster
      urls:
        description: REST addresses of all JobManagers as C(host), C(host:port) or URL; the port defaults to 8081.
        type: list
        elements: str
      zookeeper:
        description: Where the cluster writes who leads, as in O(baremetal.flink.flink_job#module:zookeeper).
        type: dict
        suboptions:
          hosts:
            description: Members of the ensemble as a list or as one connect string.
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
      marathon:
        description: The Marathon app that is the cluster's AppMaster, as in O(baremetal.flink.flink_job#module:marathon).
        type: dict
        suboptions:
          urls:
            description: Addresses of all Marathons as C(host), C(host:port) or URL; the port defaults to 8080.
            type: list
            elements: str
            required: true
          app:
            description: Id of the app.
            type: str
            default: /flink/appmaster
          port_name:
            description: Name of the port of the app at which Flink's REST server listens.
            type: str
            default: rest
          leader_timeout:
            description: Seconds to go on asking while the Marathons answer that they have no leader.
            type: int
            default: 30
          url_username:
            description: User name for basic authentication with Marathon.
            type: str
          url_password:
            description: Password of that user.
            type: str
  target:
    description: The cluster that the jobs shall run on, named by exactly one of the suboptions.
    type: dict
    required: true
    suboptions: *cluster
  jobs:
    description:
      - The jobs, in the order in which they are moved; all that have a record in O(history_dir) if empty.
      - Each is a name, or a dictionary with C(name) and what shall be another on the target, as a jar often has to be that was built for
        another version of Flink - C(jar), C(jar_checksum), C(entry_class), C(arguments) and C(parallelism), as in
        M(baremetal.flink.flink_job). A job that does not work there comes back as what it was.
    type: list
    elements: raw
    default: []
  savepoint_dir:
    description:
      - Directory for savepoints that both clusters can read, as in O(baremetal.flink.flink_job#module:savepoint_dir).
    type: str
  allow_non_restored:
    description:
      - Whether state in the savepoint that belongs to no operator is dropped instead of being an error.
    type: bool
    default: false
  settle:
    description:
      - Seconds for which a job must run without a failure before it counts as working.
    type: int
    default: 10
seealso:
  - module: baremetal.flink.flink_job
notes:
  - Both clusters must run Flink 1.8 to 2.3, the target not an older one than the source. What Flink's table of compatible savepoints says of
    the two versions stands in RV(plan).
"""

EXAMPLES = r"""
- name: Off Mesos
  baremetal.flink.flink_job_move:
    source:
      marathon:
        urls: ["marathon1:8080", "marathon2:8080"]
    target:
      urls: ["jm1:8081", "jm2:8081"]
    savepoint_dir: hdfs://flink-hdfs/flink/savepoints
    jobs:
      - shop-counts
      - name: shop-alerts
        jar: /srv/jars/shop-alerts-2.0.jar
  register: move

- name: What was, or would be, done
  ansible.builtin.debug:
    msg: "{{ move.plan | map(attribute='words') | list }}"
"""

RETURN = r"""
plan:
  description: For each job what is done, or would be in check mode.
  returned: always, once both clusters have answered
  type: list
  elements: dict
  contains:
    name:
      description: Name of the job.
      type: str
      sample: shop-counts
    step:
      description: V(move), V(there already) or V(does not run).
      type: str
      sample: move
    words:
      description: The same with every step, and the way back.
      type: str
      sample: "shop-counts: stop 5f3b... with a savepoint into hdfs://flink-hdfs/flink/savepoints; start shop-counts-1.4.jar (9b9af6945c95) ..."
    job_id:
      description: Id of the job, after the move that on the target.
      type: str
      sample: 5f3b1c7d9a0e2c26b46b68ff6040a5e1
    savepoint:
      description: The savepoint that it was moved with.
      type: str
      sample: hdfs://flink-hdfs/flink/savepoints/shop-counts/5f3b-1/savepoint-5f3b1c-7a
left:
  description: Jobs of the source that were not declared with M(baremetal.flink.flink_job), which stay there.
  returned: success
  type: list
  elements: str
  sample: ["Streaming WordCount (08b1d9ceda3e999e20e62d88d9a05143)"]
source:
  description: Address and version of the source.
  returned: success
  type: dict
  sample: {"url": "http://jm0:31002", "version": "1.9.3"}
target:
  description: Address and version of the target.
  returned: success
  type: dict
  sample: {"url": "http://jm1:8081", "version": "1.12.5"}
rolled_back:
  description: Whether the job that did not work on the target runs on the source again.
  returned: when a job did not work on the target
  type: bool
  sample: true
"""

from ..module_utils.flink.job.move import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
