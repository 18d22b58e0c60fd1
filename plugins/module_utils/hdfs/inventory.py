# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is what in HDFS, and where it is reached. Out of whole, sorted groups, so that neither --limit nor the order of the inventory changes
anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Sequence

from ..addresses import KERBEROS, addresses, hdfs_nameservice
from ..layers import LAYERS
from .cluster import Layout

#: In the order in which they must start, each with the variable of the port on which it answers.
RPC_PORTS = {
    "journalnode": "hdfs_journal_rpc_port", "namenode": "hdfs_rpc_port", "zkfc": "hdfs_zkfc_port", "datanode": "hdfs_data_ipc_port"}
DAEMONS = tuple(RPC_PORTS)
STATE_DIR = "/var/lib/hadoop"
PROXY_PROVIDER = "org.apache.hadoop.hdfs.server.namenode.ha.ConfiguredFailoverProxyProvider"
#: Room in MiB below which a daemon of edits is not in order.
EDITS_MB = 512
#: What a DataNode needs beyond the room that it leaves to others.
BLOCKS_MB = 256


@dataclass(frozen=True)
class Members:
    """The hosts of each daemon, by inventory name, as ``host`` sees them; a host of an inventory without groups is an HDFS of its own."""

    host: str
    grouped: bool
    namenodes: List[str]
    journalnodes: List[str]
    datanodes: List[str]

    @property
    def ha(self) -> bool:
        return len(self.namenodes) > 1

    @property
    def hosts(self) -> List[str]:
        return sorted({*self.namenodes, *self.journalnodes, *self.datanodes})

    @property
    def daemons(self) -> List[str]:
        """Those of the host, in the order in which they must start; a failover controller runs beside each of several NameNodes."""
        of = {"journalnode": self.journalnodes, "namenode": self.namenodes, "zkfc": self.namenodes if self.ha else [], "datanode": self.datanodes}
        return [daemon for daemon in DAEMONS if self.host in of[daemon]]


def members(groups: Mapping[str, Sequence[str]], host: str) -> Members:
    """Who is what, for one host."""
    grouped = any(groups.get(name) for name in LAYERS["hdfs"])

    def of(group: str) -> List[str]:
        return sorted(groups.get(group, [])) if grouped else [host]

    return Members(host, grouped, of("hdfs_namenode"), sorted(groups.get("hdfs_journalnode", [])), of("hdfs_datanode"))


def layout(
    groups: Mapping[str, Sequence[str]], hostvars: Mapping[str, Mapping[str, Any]], host: str, options: Mapping[str, Any]
) -> Dict[str, Any]:
    """What the role's tasks and files need to know of the inventory, for one host.

    :param options: of the role, by their names.
    :returns: of the cluster who is what and where it is reached; of the host its daemons, and what they need.
    """
    known = members(groups, host)
    address_of = dict(zip(known.hosts, addresses(known.hosts, hostvars, "hdfs_address")))
    address_of.setdefault(host, addresses([host], hostvars, "hdfs_address")[0])
    places = Layout(
        known.namenodes, known.journalnodes, known.datanodes, list(options["hdfs_name_dirs"]), list(options["hdfs_data_dirs"]),
        options["hdfs_journal_dir"], options["hdfs_nameservice"])
    rpc, http = ({name: f"{address_of[name]}:{options[port]}" for name in known.namenodes} for port in ("hdfs_rpc_port", "hdfs_http_port"))
    # From the host's name, never from its place in a list: an id outlives every change of the inventory.
    ids = {name: re.sub("[^A-Za-z0-9]", "_", name) for name in known.namenodes}
    url = hdfs_nameservice(groups, hostvars, places.nameservice, int(options["hdfs_rpc_port"])) if known.grouped else f"hdfs://{rpc[host]}"
    units = [f"hdfs-{daemon}.service" for daemon in known.daemons]
    # By Kerberos on the same ports, and never in clear.
    scheme = "https" if options["hdfs_authentication"] == KERBEROS else "http"
    endpoints = {name: f"https://{endpoint}" if scheme == "https" else endpoint for name, endpoint in http.items()}
    return {
        "namenodes": known.namenodes,
        "journalnodes": known.journalnodes,
        "datanodes": known.datanodes,
        "hosts": known.hosts,
        "ha": known.ha,
        "name_dirs": places.name_dirs,
        "data_dirs": places.data_dirs,
        "journal_dir": places.journal_dir,
        "nameservice": places.nameservice,
        "marks": {"exists": places.marks(), "read": places.journal_identity()},
        "url": url,
        "address_of": address_of,
        "id_of": ids,
        "endpoints": list(endpoints.values()),
        "host_of_url": {f"{scheme}://{endpoint}": name for name, endpoint in http.items()},
        "scheme": scheme,
        "web_addresses": list(http.values()),
        "journal_endpoints": sorted(f"{address_of[name]}:{options['hdfs_journal_rpc_port']}" for name in known.journalnodes),
        "datanode_addresses": sorted(address_of[name] for name in known.datanodes),
        "excluded_addresses": [address_of[name] for name in sorted(options["hdfs_decommission"]) if name in address_of],
        "site": _namenode_settings(known, places.nameservice, ids, rpc, http, scheme) if known.ha else {},
        "address": address_of[host],
        **{f"is_{daemon}": daemon in known.daemons for daemon in DAEMONS},
        "units": units,
        "wanted_units": _wanted_units(units),
        "daemons": [{"unit": unit, "address": f"{address_of[host]}:{options[RPC_PORTS[name]]}"} for unit, name in zip(units, known.daemons)],
        "fence_targets": [{"host": name, "address": address_of[name]} for name in known.namenodes if "zkfc" in known.daemons and name != host],
        "data_paths": places.data_paths,
        "state_dirs": _state_dirs(known, places),
        "room": _room(known, places, int(options["hdfs_data_reserved_mb"])),
        "account": _account(known, options),
    }


def _wanted_units(units: Sequence[str]) -> List[Dict[str, Any]]:
    """The host's units and what is left of others, for host_units. A JournalNode that left goes only after the restarts."""
    others = sorted({f"hdfs-{daemon}.service" for daemon in DAEMONS if daemon != "journalnode"} - set(units))
    return [{"name": unit, "state": "started", "enabled": True} for unit in units] + [{"name": unit, "state": "absent"} for unit in others]


def _account(known: Members, options: Mapping[str, Any]) -> Dict[str, str]:
    """The daemons' user. A fence arrives through ssh and runs in a shell; there is no password to log in with."""
    return {"name": options["hdfs_user"], "home": STATE_DIR, "shell": "/bin/sh" if "zkfc" in known.daemons else "/usr/sbin/nologin"}


def _state_dirs(known: Members, places: Layout) -> List[str]:
    """Where the host's daemons keep what must not be lost."""
    of = {"namenode": places.name_dirs, "journalnode": [places.journal_dir], "datanode": places.data_paths}
    return list(dict.fromkeys(path for daemon, paths in of.items() if daemon in known.daemons for path in paths))


def _namenode_settings(
    known: Members, nameservice: str, ids: Mapping[str, str], rpc: Mapping[str, str], http: Mapping[str, str], scheme: str
) -> Dict[str, str]:
    """The settings of several NameNodes whose names have the name service in them, and which of them the host's is."""
    return {
        f"dfs.ha.namenodes.{nameservice}": ",".join(ids.values()),
        f"dfs.client.failover.proxy.provider.{nameservice}": PROXY_PROVIDER,
        **{f"dfs.namenode.rpc-address.{nameservice}.{ids[name]}": endpoint for name, endpoint in rpc.items()},
        **{f"dfs.namenode.{scheme}-address.{nameservice}.{ids[name]}": endpoint for name, endpoint in http.items()},
        **({"dfs.ha.namenode.id": ids[known.host]} if known.host in ids else {}),
    }


def _room(known: Members, places: Layout, reserved_mb: int) -> List[Dict[str, Any]]:
    """What the daemons need to go on, for hdfs_host_check."""
    edits = "with less than 100 MiB the NameNode takes no more edits"
    journal = "without room the JournalNode takes no more edits"
    blocks = f"hdfs_data_reserved_mb is {reserved_mb}, so that HDFS puts no more blocks there"
    needs = {
        "namenode": (places.name_dirs, EDITS_MB, edits),
        "journalnode": ([places.journal_dir], EDITS_MB, journal),
        "datanode": (places.data_paths, reserved_mb + BLOCKS_MB, blocks),
    }
    return [
        {"path": path, "free_mb": free_mb, "reason": reason}
        for daemon, (paths, free_mb, reason) in needs.items() if daemon in known.daemons for path in paths]
