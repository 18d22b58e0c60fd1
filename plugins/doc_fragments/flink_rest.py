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
    type: list
    elements: str
    required: true
notes:
  - Works with Flink 1.5 to 1.13. Older versions have another REST API and are refused.
"""
