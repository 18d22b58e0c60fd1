# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role hdfs says of inventory, settings and host before anything is touched."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Dict, List, Mapping

from ..addresses import KERBEROS
from ..inputs import input_faults, picked
from ..inventory import Inventory, Verdict
from ..zookeeper.client import client_faults, zookeeper_access
from . import cluster
from .inventory import DAEMONS, Members, layout, members
from .kerberos import java_faults, kerberos_faults, keytabs
from .native import native_faults

#: What the role computes and this judges: settings of both files, if some shall be final, and where things are.
COMPUTED = ("__hdfs_finals", "__hdfs_java_versions", "__hdfs_fence_key", "__hdfs_site_file", "__hdfs_zookeeper_certificate",
            "__hdfs_keytabs_directory", "__hdfs_realm", "__hdfs_web_certificate")
#: The ports of each daemon's unit, by their variables.
PORTS = {
    "namenode": ("hdfs_rpc_port", "hdfs_http_port"),
    "zkfc": ("hdfs_zkfc_port",),
    "journalnode": ("hdfs_journal_rpc_port", "hdfs_journal_http_port"),
    "datanode": ("hdfs_data_port", "hdfs_data_http_port", "hdfs_data_ipc_port"),
}
#: Variables of the environment that are not the user's to set, with what is. But for the first they are for Hadoop's start scripts, which
#: the units replace.
OWNED = {
    "JAVA_HOME": "hdfs_java_home",
    "HADOOP_OPTS": "hdfs_java_options",
    "HDFS_NAMENODE_OPTS": "hdfs_namenode_java_options",
    "HDFS_JOURNALNODE_OPTS": "hdfs_journalnode_java_options",
    "HDFS_ZKFC_OPTS": "hdfs_zkfc_java_options",
    "HDFS_DATANODE_OPTS": "hdfs_datanode_java_options",
    "HADOOP_CLIENT_OPTS": "hdfs_client_java_options",
    "HADOOP_HEAPSIZE*": "hdfs_namenode_heap_mb, hdfs_datanode_heap_mb and their like",
}
#: The DataNodes that the NameNodes let in.
INCLUDED = "/etc/hadoop/hosts.include"
#: Of what a JVM takes, by its heap.
MEMORY_BY_HEAP = 1.3
_ACL = "ha.zookeeper.acl"
#: What the role writes into the failover controller's unit when that is a user, whose election is his alone.
_CONTROLLER = "/etc/systemd/system/hdfs-zkfc.service"
_USER = re.compile(rf"-D {re.escape(_ACL)}=sasl:(\S+):rwcda")
_SOCKET = "dfs.domain.socket.path"


def preflight(inventory: Inventory) -> Verdict:
    """Called by layer_preflight."""
    options, known = inventory.options, members(inventory.groups, inventory.host)
    found = _faults(inventory, known)
    if found:
        return Verdict([f"HDFS cannot be set up: {' '.join(found)}"])
    known_layout = layout(inventory.groups, inventory.hostvars, inventory.host, options)
    by_name = options["hdfs_authentication"] == KERBEROS
    return Verdict(
        look={
            "layer": "HDFS",
            "own_address": known_layout["address"],
            "addresses": [known_layout["address_of"][host] for host in known.hosts],
            "allow_loopback": len(known.hosts) == 1,
            "java_home": options["hdfs_java_home"],
            "java_versions": options["__hdfs_java_versions"],
            "memory_mb": int(sum(options[f"hdfs_{daemon}_heap_mb"] for daemon in known.daemons) * MEMORY_BY_HEAP),
            "disk": [{"path": path, "free_mb": options["hdfs_free_mb"]} for path in known_layout["state_dirs"]],
            "ports": [
                {"port": options[port], "unit": f"hdfs-{daemon}.service"}
                for daemon, ports in PORTS.items() if daemon in known.daemons for port in ports],
            "packages": inventory.family["packages"] + _controller_packages(inventory, known) + (inventory.family["kerberos_packages"] if by_name else []),
            "account": known_layout["account"],
            "canonical": [known_layout["address_of"][host] for host in known.hosts] if by_name else [],
            "exists": [
                options["__hdfs_fence_key"], options["__hdfs_zookeeper_certificate"], options["__hdfs_web_certificate"],
                *(f"/etc/systemd/system/hdfs-{daemon}.service" for daemon in DAEMONS),
                *known_layout["marks"]["exists"]],
            "read": [f"{options['__hdfs_fence_key']}.pub", options["__hdfs_site_file"], INCLUDED, _CONTROLLER, *known_layout["marks"]["read"]],
        },
        known={
            "layout": known_layout,
            "keytabs": keytabs(known, options, known_layout["address"]) if by_name else [],
            "named_in_zookeeper": bool(options["hdfs_zookeeper_tls"] or options["hdfs_zookeeper_password"]),
        },
        after=partial(_after, inventory, known),
    )


def _after(inventory: Inventory, known: Members, seen: Mapping[str, Any]) -> Verdict:
    """A failover controller opens its port only after it has found its place for the election (DFSZKFailoverController's doRun), and ends without."""
    faults = java_faults(seen["java"]) if inventory.options["hdfs_authentication"] == KERBEROS else []
    if "zkfc" not in known.daemons:
        return Verdict(faults, known={"electing": True})
    faults += _shut_out(inventory.options, str(seen["contents"].get(_CONTROLLER) or ""))
    return Verdict(faults, known={"electing": "hdfs-zkfc.service" in seen["serving"]})


def _shut_out(options: Mapping[str, Any], unit: str) -> List[str]:
    """That failover controllers would be nobody or somebody else where the election is the user's of their unit alone; only he can open it."""
    found = _USER.search(unit)
    user = options["hdfs_zookeeper_user"] if options["hdfs_zookeeper_password"] else ""
    if not found or user == found[1]:
        return []
    return [
        f"The failover controllers of HDFS would be {user or 'nobody'} in ZooKeeper, where their election is for {found[1]} alone: run once with "
        f"hdfs_zookeeper_tls set to false, hdfs_zookeeper_user to {found[1]} and zookeeper_clients to plain_too, while zookeeper_users has {found[1]} as "
        "before, which opens it, and then as you want it."
    ]


def _controller_packages(inventory: Inventory, known: Members) -> List[str]:
    """Of a host with a failover controller."""
    options, family = inventory.options, inventory.family
    if "zkfc" not in known.daemons:
        return []
    sasl: List[str] = family["sasl_packages"] if options["hdfs_zookeeper_password"] else []
    return [*family["namenode_packages"], *sasl]


def _election_faults(inventory: Inventory, known: Members) -> List[str]:
    """What is wrong with how failover controllers shall call ZooKeeper."""
    options = inventory.options
    if not known.ha:
        return []
    java = {name: options[name] or [] for name in ("hdfs_java_options", "hdfs_zkfc_java_options", "hdfs_client_java_options")}
    found = client_faults("hdfs", options, zookeeper_access(inventory.groups, inventory.hostvars), java)
    closed = options["hdfs_zookeeper_tls"] and options["hdfs_zookeeper_password"]
    if closed and _ACL in (options["hdfs_core_settings"] or {}):
        found.append(f"hdfs_core_settings must not have {_ACL} beside hdfs_zookeeper_tls and a user, which set it; take it out.")
    return found


def _faults(inventory: Inventory, known: Members) -> List[str]:
    options = inventory.options
    places = cluster.Layout(
        known.namenodes, known.journalnodes, known.datanodes, options["hdfs_name_dirs"], options["hdfs_data_dirs"], options["hdfs_journal_dir"],
        options["hdfs_nameservice"],
    )
    written = {key for key, value in options["__hdfs_finals"].items() if value is not None}
    found = cluster.faults(
        places, inventory.host, known.grouped, options["hdfs_zookeeper_quorum"] if known.ha else "", options["hdfs_decommission"],
        options["hdfs_replication"], [key for key in options["hdfs_final_settings"] if key not in written],
    )
    found += _election_faults(inventory, known) + kerberos_faults(inventory, known)
    archived = (options["hdfs_archive_url"] or options["hdfs_archive_path"]) and options["hdfs_archive_checksum"]
    if options["hdfs_source"] == "archive" and not archived:
        found.append("hdfs_source is archive: set hdfs_archive_url or hdfs_archive_path, and hdfs_archive_checksum.")
    core, site = options["hdfs_core_settings"] or {}, options["hdfs_site_settings"] or {}
    judged = given(options)
    judged["paths"][f"{_SOCKET} of hdfs_site_settings"] = site.get(_SOCKET) or ""
    java = {daemon: options["hdfs_java_options"] + options[f"hdfs_{daemon}_java_options"] for daemon in DAEMONS}
    # The native library is asked for only where all values can be written.
    return found + (
        input_faults(judged) or native_faults(core, site, {**java, "client": options["hdfs_client_java_options"]}, options["hdfs_environment"] or {})
    )


def given(options: Mapping[str, Any]) -> Dict[str, Dict[str, Any]]:
    """What users hand to files and command lines of the daemons, for input_faults. Of directories only paths: cluster.faults names the others."""
    named = partial(picked, options)
    return {
        "settings": named("hdfs_core_settings", "hdfs_site_settings"),
        "accounts": named("hdfs_user"),
        "paths": {
            "hdfs_name_dirs": [path for path in options["hdfs_name_dirs"] if path.startswith("/")],
            "hdfs_data_dirs": [path for path in cluster.data_paths(options["hdfs_data_dirs"]) if path.startswith("/")],
            **named("hdfs_journal_dir", "hdfs_java_home"),
        },
        "java_options": named("hdfs_java_options", *(f"hdfs_{name}_java_options" for name in (*DAEMONS, "client"))),
        "environment": named("hdfs_environment"),
        "owned": OWNED,
    }
