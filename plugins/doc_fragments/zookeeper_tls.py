# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option ``tls`` of the modules that speak to ZooKeeper, by sessions or by four-letter words."""

from __future__ import annotations


class ModuleDocFragment:
    """As TLS_SPEC of module_utils/zookeeper/tls.py."""

    DOCUMENTATION = r"""
options:
  tls:
    description: Left out, nothing is encrypted; an empty dictionary turns TLS on, 1.2 or newer, with the system's authorities.
    type: dict
    suboptions:
      ca_file:
        description: Certificate authorities of the servers, a PEM file on the host.
        type: path
      cert_file:
        description: Certificate of the client, a PEM file on the host, with its key unless that is in O(tls.key_file).
        type: path
      key_file:
        description: Private key of the client, a PEM file on the host.
        type: path
      key_password:
        description: Password of the private key.
        type: str
      verify:
        description: Whether the servers' certificates are checked, by authority and by name.
        type: bool
        default: true
      check_hostname:
        description: Whether the certificate must name the server as the task does.
        type: bool
        default: true
"""
