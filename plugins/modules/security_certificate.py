#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin security_certificate."""

from __future__ import annotations

DOCUMENTATION = r"""
module: security_certificate
short_description: Certificate, key and trusted authorities of a daemon, as PEM and as stores of Java
version_added: "0.3.0"
description:
  - Gives a host a certificate for one identity, such as that of a ZooKeeper member, with its key and the authorities that it trusts.
  - With O(ca=own) authorities are kept in a directory of the controller and made when there is none. Keys and certificates of hosts are kept
    there as well. A certificate that will not do any more is issued anew, with another key, when fewer than O(renew_days) are left, when
    O(names), O(usages) or O(key_type) have changed, or when another generation of the authority issues.
  - With O(ca=given) certificate and key are files of the user's. They are judged before a host gets them, and each mistake is a sentence.
  - Files on the host are replaced atomically, the same content is not written again, and daemons are not restarted; whoever runs them does
    that, as with any other file.
  - No secret is in an argument of a program, in the results, in differences or in verbose output. With C(pipelining) no task leaves it in a
    temporary file on the host either; without it the module's arguments lie in one for as long as it runs.
  - Everything but writing the files happens on the controller.
options:
  identities:
    description:
      - Several identities of the host, in one round trip. Each is a dictionary with O(name), O(directory) and other options of this module, and
        has the task's for what it does not say itself.
      - O(state) is the task's alone. O(rotate) is for those with O(ca=own).
      - Without one in the list nothing is done.
    type: list
    elements: dict
  name:
    description:
      - The identity, a part of file names. On one host each identity has one set of names, which all tasks with this O(name) have to give.
      - It is in the subject of the certificate, as organizational unit.
      - Required, here or in each of O(identities).
    type: str
  state:
    description:
      - V(present) makes, renews and writes.
      - V(absent) removes the files from the host, and the host is not waited for any more when the authority gets another generation. The
        controller keeps its copies.
      - V(checked) changes nothing, and fails with a sentence for each thing that is wrong with the certificate on the host, such as fewer than
        O(warn_days) that are left.
    type: str
    choices: [present, absent, checked]
    default: present
  directory:
    description:
      - Directory on the host, of this identity alone. It is created with mode 0755 when it is missing, its parents too.
      - In it are C(certificate.pem), the certificate and those between it and the authority, and C(trust.pem), the trusted authorities.
        O(formats) says what is there besides.
      - Required, here or in each of O(identities).
    type: str
  owner:
    description: Owner of the files.
    type: str
    default: root
  group:
    description:
      - The group that may read the files with secrets, whose mode is 0640. Without one they have mode 0600.
    type: str
    default: ""
  formats:
    description:
      - V(pem) writes C(key.pem), and C(keystore.pem) with the key and the certificates in one file, as ZooKeeper takes it.
      - V(pkcs12) writes C(keystore.p12) with C(keystore.password), and C(truststore.p12), which everybody may read, with the password
        C(changeit). Java reads them from 8u301 and 11.0.12 on. The controller needs version 45 of C(cryptography) for them.
      - Files of a format that is not listed are removed.
    type: list
    elements: str
    choices: [pem, pkcs12]
    default: [pem]
  names:
    description:
      - Host names and addresses that the certificate is for, besides the host's name in the inventory, its C(ansible_host), and the first parts
        of both, which are always among them.
      - With O(ca=given) the certificate has to be for these and for the host's name in the inventory.
    type: list
    elements: str
    default: []
  usages:
    description: What the certificate is for. Daemons of one layer are servers and clients of each other.
    type: list
    elements: str
    choices: [server, client]
    default: [server, client]
  ca:
    description: Whether an authority of the platform's own issues, or certificate and key are files of the user's.
    type: str
    choices: [own, given]
    default: own
  ca_dir:
    description:
      - Absolute path of the directory on the controller that authorities, certificates and keys are kept in, with modes 0700 and 0600. Whoever
        has it can be any host, so keep it as secret as the inventory's passwords, and keep a copy.
      - Tasks and runs that use it at the same time wait for each other.
    type: path
    required: true
  ca_passphrase:
    description:
      - What all keys in O(ca_dir) are encrypted with (PKCS8). Keys that are not encrypted yet are, as soon as there is one. To change it,
        use C(openssl pkcs8).
      - Without this option it is the variable C(security_ca_passphrase), which callbacks do not see as they see a task's arguments.
    type: str
    default: ""
  ca_days:
    description: How many days an authority lasts that is made.
    type: int
    default: 3650
  authority:
    description:
      - The authority that issues, of those in O(ca_dir). Certificates of one are not accepted where another one is trusted.
    type: str
    default: platform
  trusts:
    description: The authorities that the host trusts for this identity. By default O(authority).
    type: list
    elements: str
    default: []
  rotate:
    description:
      - A step towards another generation of the authorities in O(authority) and O(trusts). Each step is one whole run, with all restarts.
      - V(trust) makes another generation and has it trusted beside the one that issues. V(issue) has all certificates issued by the newest one.
        V(retire) ends the trust in the old one.
      - A step that is done is not done again. One whose step before has not reached each host of the inventory is refused.
    type: str
    choices: ["", trust, issue, retire]
    default: ""
  key_type:
    description:
      - V(rsa) with 3072 bits, which works with the ciphers that all daemons have by default, or V(ecdsa) on the curve P-256, which is quicker.
    type: str
    choices: [rsa, ecdsa]
    default: rsa
  days:
    description: How many days a certificate lasts, at most until its authority ends.
    type: int
    default: 397
  renew_days:
    description: With fewer days left a certificate of O(ca=own) is issued anew.
    type: int
    default: 30
  warn_days:
    description: With fewer days left O(state=checked) fails, and O(state=present) warns.
    type: int
    default: 45
  given_authorities:
    description: File on the controller with the authorities that are trusted, as PEM, for O(ca=given).
    type: path
    default: ""
  given_certificate:
    description:
      - File on the controller with the host's certificate and, after it, those between it and an authority, as PEM, for O(ca=given).
    type: path
    default: ""
  given_key:
    description: File on the controller with its key, as PEM, for O(ca=given). One that ansible-vault has encrypted is opened.
    type: path
    default: ""
  given_key_passphrase:
    description: Passphrase of O(given_key). Without this option it is the variable C(security_given_key_passphrase).
    type: str
    default: ""
requirements:
  - cryptography >= 42 on the controller, 45 for O(formats) with V(pkcs12)
attributes:
  check_mode:
    description: Says what would be issued and written. An authority that is not there yet is made in memory and forgotten.
    support: full
  diff_mode:
    description: Shows certificates; of what is secret it only says that it differs.
    support: full
seealso:
  - module: baremetal.flink.host_files
author:
  - The baremetal.flink maintainers (@baremetal-flink)
"""

EXAMPLES = r"""
- name: Certificate of a ZooKeeper member
  baremetal.flink.security_certificate:
    name: zookeeper
    directory: /etc/zookeeper/tls
    group: zookeeper
    names: ["10.0.0.1"]
    ca_dir: "{{ inventory_dir }}/.security/ca"

- name: Key and trust stores for what is internal to one Flink cluster, which no other certificate is let in by
  baremetal.flink.security_certificate:
    name: flink-main
    authority: flink-main
    directory: /etc/flink/tls
    group: flink
    formats: [pkcs12]
    ca_dir: "{{ inventory_dir }}/.security/ca"

- name: A certificate that the company has made
  baremetal.flink.security_certificate:
    name: zookeeper
    directory: /etc/zookeeper/tls
    group: zookeeper
    ca: given
    ca_dir: "{{ inventory_dir }}/.security/ca"
    given_authorities: "{{ inventory_dir }}/security/company.pem"
    given_certificate: "{{ inventory_dir }}/security/{{ inventory_hostname }}.pem"
    given_key: "{{ inventory_dir }}/security/{{ inventory_hostname }}.key"

- name: Two identities of one host
  baremetal.flink.security_certificate:
    group: flink
    formats: [pkcs12]
    ca_dir: "{{ inventory_dir }}/.security/ca"
    identities:
      - name: flink-main
        authority: flink-main
        directory: /etc/flink/tls
      - name: flink-main-rest
        trusts: [flink-clients]
        directory: /etc/flink/rest-tls

- name: See whether the host's certificate lasts
  baremetal.flink.security_certificate:
    name: zookeeper
    state: checked
    directory: /etc/zookeeper/tls
    ca_dir: "{{ inventory_dir }}/.security/ca"
"""

RETURN = r"""
identities:
  description: C(files), C(names), C(fingerprint), C(trusted), C(not_after) and C(days_left) of each identity, by its name.
  returned: with O(state=present) and O(identities)
  type: dict
  sample: {flink-main: {days_left: 396, names: [node1.example.org, node1, 10.0.0.1]}}
done:
  description: What was done on the controller, and why; in check mode what would be. Empty when nothing was.
  returned: with O(state=present)
  type: list
  elements: str
  sample: ["The certificate zookeeper of node1 was issued by platform: the one it had ends in 12 days."]
changed_paths:
  description: Files on the host that were written or removed.
  returned: with O(state=present) and O(state=absent)
  type: list
  elements: str
  sample: [/etc/zookeeper/tls/certificate.pem]
files:
  description:
    - Paths on the host, by what is there. C(certificate) and C(trust); with V(pem) C(key) and C(bundle), the key and the certificates in one file;
      with V(pkcs12) C(keystore), C(truststore) and C(password), the file with the password of the key store.
  returned: with O(state=present), of one identity
  type: dict
  sample:
    certificate: /etc/zookeeper/tls/certificate.pem
    trust: /etc/zookeeper/tls/trust.pem
    key: /etc/zookeeper/tls/key.pem
    bundle: /etc/zookeeper/tls/keystore.pem
names:
  description: Host names and addresses that the certificate is for.
  returned: with O(state=present), of one identity
  type: list
  elements: str
  sample: [node1.example.org, node1, 10.0.0.1]
fingerprint:
  description: SHA-256 of the certificate.
  returned: with O(state=present), of one identity
  type: str
  sample: 5f0c6f9a7d3b1c0e5f0c6f9a7d3b1c0e5f0c6f9a7d3b1c0e5f0c6f9a7d3b1c0e
trusted:
  description: SHA-256 of each authority that is trusted.
  returned: with O(state=present), of one identity
  type: list
  elements: str
  sample: [0d9a0f2b7e0c4d7a0d9a0f2b7e0c4d7a0d9a0f2b7e0c4d7a0d9a0f2b7e0c4d7a]
not_after:
  description: When the certificate ends, in UTC.
  returned: with O(state=present), of one identity
  type: str
  sample: "2027-12-31T10:00:00Z"
days_left:
  description: Whole days until then.
  returned: with O(state=present), of one identity
  type: int
  sample: 396
"""
