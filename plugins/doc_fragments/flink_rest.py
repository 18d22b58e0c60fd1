# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:

    DOCUMENTATION = r"""
options:
  urls:
    description:
      - REST addresses of all JobManagers as C(host), C(host:port) or URL; the port defaults to 8081.
      - With high availability any of them answers for the cluster, so those that are down do no harm.
      - Exactly one of O(urls), O(zookeeper) and O(marathon) is given.
    type: list
    elements: str
  zookeeper:
    description:
      - Where a highly available cluster writes who leads. The leading REST server is asked, and looked up again when it does not answer,
        so a wait goes on under the next leader.
      - Needs the Python library C(kazoo) on the host where the module runs.
    type: dict
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
  marathon:
    description:
      - The Marathon app that is the cluster's AppMaster. The port of its running instances is asked, and looked up again when nobody answers.
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
        description: User name for basic authentication with Marathon; that of Flink is a separate option.
        type: str
      url_password:
        description: Password of that user.
        type: str
  mixed_tls:
    description:
      - Whether some JobManagers may speak TLS and others not, as while C(flink_rest_tls) of the role C(flink) is turned on or off. Each address
        of O(urls) is asked by https then and, where that is not spoken, by http, whichever of them it says; and the files of
        O(ca_path), O(client_cert) and O(client_key) are used if they exist.
      - Who is between them could have the module speak in clear, so leave it off when all of them speak the same.
    type: bool
    default: false
    version_added: "0.3.0"
notes:
  - Works with Flink 1.5 to 2.3. Older versions have another REST API and are refused.
"""
