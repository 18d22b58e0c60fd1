#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dcos_package
short_description: Install a package of the DC/OS catalogue
version_added: "0.2.0"
description:
  - Installs a service from the DC/OS catalogue with its options, updates them, or uninstalls it, over Cosmos, and waits until it is healthy.
  - Options are checked against the config schema of the package before anything is sent. Cosmos takes unknown and misspelt options in silence;
    this module refuses them.
  - Compares version and effective options, that is with the defaults of the package, with those of the running service, and sends an update
    only when they differ.
  - When the service does not come up in time the message says why, in the words of DC/OS' Marathon.
author: "The baremetal.flink maintainers (@baremetal-flink)"
extends_documentation_fragment:
  - baremetal.flink.cosmos
  - baremetal.flink.http_client
attributes:
  check_mode:
    description: Logs in and asks, has Cosmos render the app of a new service or of new options, sends no change, and says what would change.
    support: full
  diff_mode:
    description: >-
      Shows version and effective options; values whose name looks like a password's, keystore's or keytab's, and O(secret_options), are hidden.
    support: full
options:
  name:
    description:
      - The package in the catalogue.
    type: str
    default: flink
  version:
    description:
      - Version of the package. Left out, a new service gets the newest, and one that is there keeps its own.
      - A running service can go only to versions that DC/OS names for it. Open source DC/OS refuses any change of version, and the Universe's
        C(flink) names none. Uninstall the service then, and install it anew.
    type: str
  options:
    description:
      - Options of the package, as C(dcos package describe --config) shows them.
      - Options that are left out keep the values that the service has; see O(exclusive). An option that is null goes back to the default.
      - Texts of digits are taken where a number is wanted, and C(true) and C(false) where a boolean is, as templates do not keep them apart.
    type: dict
    default: {}
  secret_options:
    description:
      - More options, none of which is ever shown, whatever its name. DC/OS itself keeps and shows them in plain text.
    type: dict
  exclusive:
    description:
      - Whether options that are not given go back to the defaults of the package.
    type: bool
    default: false
  app_id:
    description:
      - Id of the service's Marathon app. Left out, it is the one that the package makes of C(service.name) in O(options).
      - Prefer C(service.name). Cosmos refuses to update the options of a service whose id differs from it.
    type: str
  state:
    description:
      - V(present) installs the service, or brings it into line.
      - V(absent) uninstalls it, with its framework and, if asked for, its state in ZooKeeper.
    type: str
    choices: [present, absent]
    default: present
  wait:
    description:
      - Whether to wait until no deployment runs, as many tasks run as there are instances, and all are healthy if there are health checks.
        That is waited for even when nothing has changed, as an earlier run may have been interrupted.
      - With O(state=absent), whether to wait until the tasks have ended. Always so when a framework or state in ZooKeeper is to go.
    type: bool
    default: true
  timeout:
    description:
      - Seconds for all waiting of this task.
    type: int
    default: 600
  teardown:
    description:
      - Whether O(state=absent) tears down the Mesos framework that the service leaves behind, which ends all its tasks. Cosmos does that only for
        packages that label their app, and the Universe's C(flink) does not, so that its TaskManagers would live on until Mesos gives up.
      - The framework is the one whose web page is at a port of the service's task, or the one that O(framework) or O(zookeeper_state) names.
        It is torn down once its scheduler has disconnected; if another one is connected, the task fails and leaves it alone. If none is
        found for a package that brings one, a warning says so.
    type: bool
    default: true
  framework:
    description:
      - Id or name of the framework with O(state=absent), for one that cannot be found by its web page, or to finish an uninstallation that was
        interrupted.
    type: str
  zookeeper_state:
    description:
      - Flink's state in ZooKeeper that O(state=absent) deletes as a whole. B(Jobs that were not stopped with a savepoint are lost with it.)
        Left out, ZooKeeper is not touched.
      - Deleted only when the leading master says that the framework whose id is recorded there is completed, and no session holds a node of
        it. A record that the master does not know is left alone, as it may be another cluster's.
      - The Universe's C(flink) keeps state there only if C(service.extra-args) turn on high availability.
    type: dict
    suboptions:
      hosts:
        description: Members of the ensemble as a list or as one connect string, each as V(host:port); in DC/OS V(master.mesos:2181).
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
      mesos_workers_path:
        description: C(high-availability.zookeeper.path.mesos-workers) of the cluster.
        type: str
        default: /mesos-workers
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
            description: SASL mechanism.
            type: str
            choices: [DIGEST-MD5, GSSAPI]
            default: DIGEST-MD5
          username:
            description: Name of the user.
            type: str
          password:
            description: Password of the user.
            type: str
          service:
            description: Service name of the servers, for SASL.
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
requirements:
  - kazoo 2.8 or newer on the host that runs the module (package C(python3-kazoo)), with O(zookeeper_state)
seealso:
  - module: baremetal.flink.marathon_app_info
  - module: baremetal.flink.mesos_framework
  - module: baremetal.flink.flink_mesos_workers
"""

EXAMPLES = r"""
- name: Flink from the catalogue
  baremetal.flink.dcos_package:
    url: https://dcos.example.org
    ca_path: /etc/ssl/certs/dcos-ca.crt
    url_username: ops
    url_password: "{{ vault_dcos_password }}"
    name: flink
    version: 1.4.2-1.0
    options:
      service: {name: flink, slots: 2}
      task-managers: {count: 3, memory: 2048, heap: 1024}

- name: One more TaskManager, everything else as it is
  baremetal.flink.dcos_package:
    url: https://dcos.example.org
    token: "{{ vault_dcos_token }}"
    options:
      task-managers: {count: 4}

- name: Options that nobody shall see
  baremetal.flink.dcos_package:
    url: https://dcos.example.org
    token: "{{ vault_dcos_token }}"
    options:
      service: {principal: flink}
    secret_options:
      service: {secret: "{{ vault_mesos_secret }}"}

- name: Uninstall it, framework and state in ZooKeeper included
  baremetal.flink.dcos_package:
    url: https://dcos.example.org
    token: "{{ vault_dcos_token }}"
    name: flink
    state: absent
    zookeeper_state:
      hosts: [master.mesos:2181]
"""

RETURN = r"""
package:
  description: The package.
  returned: success
  type: str
  sample: flink
app_id:
  description: Id of the service's Marathon app; null with O(state=absent) when nothing was installed.
  returned: success
  type: str
  sample: /flink
version:
  description: Version after the task, in check mode the one that it would have; null with O(state=absent).
  returned: success
  type: str
  sample: 1.4.2-1.0
options:
  description: >-
    Effective options, secrets hidden. Empty with O(state=absent), and for a service whose options DC/OS has not kept.
  returned: success
  type: dict
  sample: {"service": {"name": "flink", "slots": 2, "secret": "******"}}
changed_options:
  description: Dotted paths of the options that differed; all of them for a new service.
  returned: success
  type: list
  elements: str
  sample: [task-managers.count]
created:
  description: Whether the service is new.
  returned: success
  type: bool
  sample: false
deployment_id:
  description: The Marathon deployment that an update started, null if none.
  returned: success
  type: str
  sample: abfb2f47-970a-4108-b21b-5885baa2ec77
notes:
  description: What the package says after its installation or uninstallation, null if nothing.
  returned: success
  type: str
  sample: DC/OS Flink is being installed.
tasks:
  description: Tasks of the service after the task; in check mode, at the moment.
  returned: success
  type: list
  elements: dict
  sample: [{"id": "flink.97af11e6", "host": "10.0.0.1", "ports": [31250, 31251], "state": "TASK_RUNNING"}]
framework:
  description: The framework of the service as it was before, as RV(baremetal.flink.mesos_info#module:frameworks) describes it, or null.
  returned: with O(state=absent)
  type: dict
  sample: {"id": "7a5dc192-590a-4113-b6ca-bfc8ee211296-0000", "name": "flink", "state": "active"}
torn_down:
  description: Whether the framework was, or in check mode would be, torn down.
  returned: with O(state=absent)
  type: bool
  sample: true
deleted:
  description: Nodes of ZooKeeper that were, or in check mode would be, deleted.
  returned: with O(state=absent)
  type: list
  elements: str
  sample: [/flink/default, /flink/default/mesos-workers, /flink/default/mesos-workers/frameworkId]
url:
  description: Address of the cluster.
  returned: success
  type: str
  sample: https://dcos.example.org
waited:
  description: Seconds that the task took with all waiting.
  returned: success
  type: float
  sample: 42.5
faults:
  description: Every fault of the options with its path.
  returned: when the options were refused before anything was sent
  type: list
  elements: str
  sample: ["service.slot: the package has no such option; did you mean service.slots?"]
error_type:
  description: The C(type) of Cosmos' error.
  returned: when Cosmos refused something
  type: str
  sample: VersionNotFound
reasons:
  description: Why the service did not come up.
  returned: when it did not
  type: list
  elements: str
  sample: ["1 of its instances wait for an offer; of the last 3 offers 3 have less than 1024 MiB of memory"]
"""

from ..module_utils.dcos.package import SPEC, core
from ..module_utils.module import run


def main() -> None:
    run(core=core, **SPEC)


if __name__ == "__main__":
    main()
