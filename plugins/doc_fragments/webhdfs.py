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
      - HDFS user to act as, under HDFS's simple authentication. Kerberos is not supported.
    type: str
    default: hdfs
"""
