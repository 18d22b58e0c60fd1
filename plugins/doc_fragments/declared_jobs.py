# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:

    DOCUMENTATION = r"""
options:
  history_dir:
    description: The directory that M(baremetal.flink.flink_job) was given for these jobs, on the host where it ran.
    type: path
    default: /var/lib/flink/jobs
  hdfs:
    description: HDFS over WebHDFS, for a jar or a savepoint that is there, as in O(baremetal.flink.flink_job#module:hdfs).
    type: dict
    suboptions:
      namenodes:
        description: The NameNodes' web servers as C(host), C(host:port) or URL; the port defaults to 9870.
        type: list
        elements: str
        required: true
      user:
        description: HDFS user, unless the ticket of O(hdfs.kerberos_principal) says who calls.
        type: str
        default: hdfs
      ca_path:
        description: Certificate of the authority that HDFS' web servers go by, where it is not that of O(ca_path).
        type: path
        version_added: "0.3.0"
      kerberos_principal:
        description: Who calls an HDFS that asks for Kerberos, as in O(baremetal.flink.hdfs_path#module:kerberos_principal).
        type: str
        version_added: "0.3.0"
      kerberos_keytab:
        description: File with the keys of O(hdfs.kerberos_principal), on the host where the module runs.
        type: path
        version_added: "0.3.0"
  timeout:
    description: Seconds for each single wait.
    type: int
    default: 300
"""
