# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the daemons of HDFS take connections from other hosts."""

from __future__ import annotations

import re
from typing import List

from ..addresses import KERBEROS, secure_by_tickets
from ..inventory import Inventory
from ..listeners import WEB, WEBHDFS, Listener, listeners
from .inventory import members
from .preflight import PORTS

#: What readers and writers of files talk to, by RPC and by WebHDFS.
FOR_CLIENTS = ("namenode", "datanode")
#: Web servers, by the daemon; all else is Hadoop's RPC or its transfer of blocks.
SPEAKS = {"namenode": WEBHDFS, "journalnode": WEB, "datanode": WEB}
_IS_WEB = re.compile(r"hdfs_(data_|journal_)?http_port|dfs\..*\.https?[-.]address(\..+)?")
#: Settings by which a user may move a daemon to another port, or give it one more; the daemon is in the name.
_ADDRESS = re.compile(r"dfs\.(namenode|datanode|journalnode)\.(?!shared)[\w.-]*address(\..+)?")


def listening(inventory: Inventory) -> List[Listener]:
    """Ports of the host's daemons, with those that hdfs_site_settings give them."""
    options, found = inventory.options, []
    daemons = members(inventory.groups, inventory.host).daemons
    tickets = options["hdfs_authentication"] == KERBEROS or secure_by_tickets(inventory.hostvars[inventory.host])
    for daemon in daemons:
        for variable in PORTS[daemon]:
            found += listeners(variable, options[variable], daemon in FOR_CLIENTS, _language(daemon, variable), login=tickets)
    for key, value in sorted((options["hdfs_site_settings"] or {}).items()):
        match = _ADDRESS.fullmatch(key)
        if match and match.group(1) in daemons and value is not None:
            port = str(value).rpartition(":")[2]
            found += listeners(f"{key} of hdfs_site_settings", port, match.group(1) in FOR_CLIENTS, _language(match.group(1), key), login=tickets)
    return found


def _language(daemon: str, name: str) -> str:
    return SPEAKS[daemon] if _IS_WEB.fullmatch(name) else ""
