# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role zookeeper says of inventory, settings and host before anything is touched."""

from __future__ import annotations

from functools import partial
from typing import Any, List, Mapping

from ..addresses import addresses
from ..inputs import input_faults, picked
from ..inventory import Inventory, Verdict
from .callers import caller_faults
from .rollout import zookeeper_faults
from .transport import CERTIFICATE, transport_faults

PORTS = ("client", "peer", "election", "admin", "metrics", "jmx")
#: Variables of the environment that are not the user's to set, with what is. But for the first they are for ZooKeeper's start scripts, which
#: the unit replaces.
OWNED = {
    "JAVA_HOME": "zookeeper_java_home",
    "JVMFLAGS": "zookeeper_java_options",
    "SERVER_JVMFLAGS": "zookeeper_java_options",
    "ZK_SERVER_HEAP": "zookeeper_heap_mb",
    "ZOO_DATADIR": "zookeeper_data_dir",
}
#: What the role computes and this judges.
COMPUTED = ("__zookeeper_account", "__zookeeper_configuration", "__zookeeper_started")
#: Of a JVM of a member besides its heap.
BESIDES_HEAP_MB = 128


def members(inventory: Inventory) -> List[str]:
    """The ensemble of the host; a host outside the group is one of its own."""
    grouped = list(inventory.groups.get("zookeeper", []))
    return grouped if inventory.host in grouped else [inventory.host]


def packaged(inventory: Inventory) -> bool:
    """Whether ZooKeeper comes from the distribution."""
    source = inventory.options["zookeeper_source"]
    if source != "auto":
        return bool(source == "package")
    known = inventory.family["package_since"]
    since = known.get(inventory.facts["distribution"], known.get("*"))
    return since is not None and int(inventory.facts["distribution_major_version"]) >= int(since)


def preflight(inventory: Inventory) -> Verdict:
    """Called by layer_preflight."""
    options, package = inventory.options, packaged(inventory)
    found = _faults(inventory, package)
    if found:
        return Verdict(found)
    hosts, directories = members(inventory), [options["zookeeper_data_dir"], options["zookeeper_data_log_dir"]]
    ports = [options[f"zookeeper_{name}_port"] for name in PORTS] + [int((options["zookeeper_settings"] or {}).get("secureClientPort") or 0)]
    return Verdict(
        look={
            "own_address": options["zookeeper_address"],
            "addresses": addresses(hosts, inventory.hostvars, "zookeeper_address"),
            "allow_loopback": len(hosts) == 1,
            "java_home": options["zookeeper_java_home"],
            "java_versions": options["zookeeper_java_versions"],
            "memory_mb": options["zookeeper_heap_mb"] + BESIDES_HEAP_MB,
            "disk": [{"path": path, "free_mb": options["zookeeper_free_mb"]} for path in directories],
            "ports": [{"port": port, "unit": "zookeeper"} for port in ports if port],
            "packages": _packages(inventory, package),
            "read": [f"{directories[0]}/myid", options["__zookeeper_configuration"], options["__zookeeper_started"], CERTIFICATE],
            "exists": [f"{path}/version-2/*" for path in directories],
            "account": options["__zookeeper_account"],
        },
        known={"packaged": package},
    )


def _packages(inventory: Inventory, package: bool) -> List[str]:
    family = inventory.family
    sasl: List[str] = family["sasl_packages"] if inventory.options["zookeeper_users"] else []
    return [*family["client_packages"], *(family["packages"] if package else []), *sasl]


def _faults(inventory: Inventory, package: bool) -> List[str]:
    options = inventory.options
    layout = {
        "address": options["zookeeper_address"],
        "ports": {f"zookeeper_{name}_port": options[f"zookeeper_{name}_port"] for name in PORTS},
        "tick_ms": options["zookeeper_tick_ms"],
        "init_ticks": options["zookeeper_init_ticks"],
        "sync_ticks": options["zookeeper_sync_ticks"],
        "max_session_ms": options["zookeeper_max_session_timeout_ms"],
        "java_options": options["zookeeper_java_options"],
    }
    found = zookeeper_faults(
        members(inventory), inventory.hostvars, options["zookeeper_id"], options["zookeeper_allow_even"],
        options["zookeeper_four_letter_words"], options["zookeeper_settings"], layout,
    )
    found += transport_faults(options, members(inventory), inventory.hostvars, package)
    found += caller_faults(options, inventory.groups, inventory.hostvars)
    found += input_faults(given(options))
    if package and not inventory.family["packages"]:
        found.append(
            f"zookeeper_source is package, but this collection knows no ZooKeeper package for {inventory.facts['distribution']}; set "
            "zookeeper_source to archive."
        )
    if options["zookeeper_metrics_port"] and (package or not any(part.get("source") in ("url", "file") for part in options["zookeeper_parts"])):
        found.append(
            "zookeeper_metrics_port needs the metrics provider in the archive of Apache; set zookeeper_source to archive and give that in "
            "zookeeper_parts as url or file."
        )
    return found


def given(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """What users hand to files and command lines of the daemon, for input_faults."""
    named = partial(picked, options)
    return {
        "settings": named("zookeeper_settings"),
        "accounts": named("zookeeper_user", "zookeeper_group"),
        "paths": named("zookeeper_data_dir", "zookeeper_data_log_dir", "zookeeper_java_home"),
        "java_options": named("zookeeper_java_options"),
        "environment": named("zookeeper_environment"),
        "owned": OWNED,
    }
