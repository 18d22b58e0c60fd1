# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:

    DOCUMENTATION = r"""
options:
  namenodes:
    description:
      - Web addresses of all NameNodes as C(host), C(host:port) or URL; the port defaults to 9870.
      - A URL that starts with C(https) makes all of its traffic TLS, the DataNodes' included when HDFS is set up so.
    type: list
    elements: str
    required: true
  user:
    description:
      - HDFS user to act as, under HDFS's simple authentication. With O(kerberos_principal) it is not told to HDFS, which goes by the ticket.
    type: str
    default: hdfs
  kerberos_principal:
    description:
      - Who calls an HDFS that asks for Kerberos, such as C(hdfs/node1.example.org). Without a realm it is one of the default realm of
        C(/etc/krb5.conf).
      - Its ticket comes by O(kerberos_keytab), or is one that the user has whom the module runs as.
      - Excludes O(token) and O(url_username).
    type: str
    version_added: "0.3.0"
  kerberos_keytab:
    description:
      - File with the keys of O(kerberos_principal), on the host where the module runs.
    type: path
    version_added: "0.3.0"
requirements:
  - gssapi (the package python3-gssapi) on the host where the module runs, with O(kerberos_principal)
"""
