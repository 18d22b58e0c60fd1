# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts are KDCs, and where."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Sequence

from ..addresses import addresses, variables_of

GROUP = "kdc"


def kerberos_kdcs(groups: Mapping[str, Sequence[str]], hostvars: Mapping[str, Mapping[str, Any]]) -> List[Dict[str, str]]:
    """See kerberos_kdcs.yml."""
    hosts = list(groups.get(GROUP) or [])
    known = variables_of(hosts, hostvars)
    found = zip(hosts, addresses(hosts, known, "kerberos_address"))
    return [{"host": host, "address": address, "name": str(known[host].get("kerberos_host") or host)} for host, address in found]


def kerberos_endpoint(server: str, port: int) -> str:
    """See kerberos_endpoint.yml."""
    if re.fullmatch(r"\[[^]]+\]:\d+|[^:]+:\d+", server):
        return server
    return f"[{server}]:{port}" if ":" in server and not server.startswith("[") else f"{server}:{port}"
