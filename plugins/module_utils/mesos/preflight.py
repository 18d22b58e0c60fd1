# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role mesos says of inventory, settings and host before anything is touched, and the flags that it computes."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, Dict, List, Mapping

from ..addresses import addresses, mesos_quorum
from ..inputs import input_faults, null_faults, repository_faults
from ..inventory import Inventory, Verdict
from ..zookeeper.digest import OPEN, change, login_faults, marks
from .flags import mesos_environment, mesos_flag_problems, mesos_owned_faults
from .host_needs import mesos_host_needs
from .rollout import mesos_containment, mesos_layout_faults, numbers
from .run import STARTED_PORT

#: What the role computes and this judges.
COMPUTED = ("__mesos_account", "__mesos_masters_outside", "__mesos_zookeeper")
CONF_DIR = "/etc/mesos"
MASTER_LINK, AGENT_LINK = f"{CONF_DIR}/master-work-dir", f"{CONF_DIR}/agent-work-dir"
MOUNTS = "/proc/mounts"
MASTER_SECURITY = {
    "credentials": f"{CONF_DIR}/master-credentials.json",
    "authenticate_frameworks": True,
    "authenticate_agents": True,
    "authenticate_http_frameworks": True,
    "http_framework_authenticators": "basic",
    "authenticate_http_readonly": True,
    "authenticate_http_readwrite": True,
}
AGENT_SECURITY = {
    "credential": f"{CONF_DIR}/agent-credential.json",
    "http_credentials": f"{CONF_DIR}/agent-credentials.json",
    "authenticate_http_readonly": True,
    "authenticate_http_readwrite": True,
}
#: Flags that other settings of the role decide, and which ones.
MASTER_OWNED = {
    "acls": "mesos_acls",
    "credentials": "mesos_credentials",
    "ip": "mesos_address",
    "port": "mesos_master_port",
    "work_dir": "mesos_master_work_dir",
    "zk": "mesos_zookeeper_url",
}
AGENT_OWNED = {
    "acls": "mesos_agent_acls",
    "credential": "mesos_agent_principal",
    "http_credentials": "mesos_credentials",
    "ip": "mesos_address",
    "master": "mesos_zookeeper_url",
    "port": "mesos_agent_port",
    "reconfiguration_policy": "mesos_agent_change",
    "work_dir": "mesos_agent_work_dir",
}
#: What an agent can recover from is compared by these, with what it was last started with.
IDENTITY = ("hostname", "port", "resources", "attributes", "domain", "default_role", "advertise_port")
#: Options of which none is an empty map or list.
COLLECTIONS = (
    "mesos_packages", "mesos_libraries", "mesos_master_flags", "mesos_agent_flags", "mesos_environment", "mesos_agent_resources",
    "mesos_agent_attributes", "mesos_credentials", "mesos_acls", "mesos_agent_acls",
)
#: Variables of the environment that are not the user's to set, with what is.
OWNED = {
    "MESOS_*": "mesos_master_flags or mesos_agent_flags",
    "LIBPROCESS_IP": "mesos_address",
    "LIBPROCESS_PORT": "mesos_master_port or mesos_agent_port",
}


class Mesos:
    """A host of Mesos, or one that has its software alone."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory, self.options, self.host = inventory, inventory.options, inventory.host
        self.masters, self.agents = (sorted(inventory.groups.get(group, [])) for group in ("mesos_master", "mesos_agent"))
        self.is_master, self.is_agent = self.host in self.masters, self.host in self.agents
        self.packaged = self.options["mesos_source"] == "package"
        self.home = self.options["mesos_package_prefix"] if self.packaged else "/opt/mesos"
        self.secured = bool(self.options["mesos_credentials"])
        self.master_log = f"{self.options['mesos_master_work_dir']}/replicated_log/*"
        self.agent_mark = f"{self.options['mesos_agent_work_dir']}/meta/slaves/latest"
        self.identity_file = f"{self.options['mesos_agent_work_dir']}/last-start.json"
        self.zookeeper: Mapping[str, Any] = self.options["__mesos_zookeeper"]

    @property
    def address(self) -> str:
        return addresses([self.host], self.inventory.hostvars, "mesos_address")[0]

    def packages(self) -> List[str]:
        family, options = self.inventory.family, self.options
        found = family["client_packages"] + family["libraries"] + options["mesos_libraries"]
        found += family["login_packages"] if self.zookeeper["login"] or options["mesos_zookeeper_acl"] == OPEN else []
        return list(found + ((options["mesos_packages"] or family["packages"]) if self.packaged else []))

    def master_flags(self, address: str) -> Dict[str, Any]:
        """What the role tells a master at this address, without the user's own flags."""
        options = self.options
        return _given({
            "ip": address,
            "hostname": self.address,
            "port": options["mesos_master_port"],
            "zk": options["mesos_zookeeper_url"],
            "quorum": mesos_quorum(self.masters) if self.masters else 0,
            "work_dir": options["mesos_master_work_dir"],
            "cluster": options["mesos_cluster"],
            # Packages have their directories compiled in.
            "webui_dir": None if self.packaged else f"{self.home}/share/mesos/webui",
            **(MASTER_SECURITY if self.secured else {}),
            "acls": f"file://{CONF_DIR}/acls.json" if options["mesos_acls"] else None,
        })

    def agent_flags(self, address: str, containment: Mapping[str, Any]) -> Dict[str, Any]:
        """What the role tells an agent at this address on a host with this containment, without the user's own flags."""
        options = self.options
        return _given({
            "ip": address,
            "hostname": self.address,
            "port": options["mesos_agent_port"],
            "master": options["mesos_zookeeper_url"],
            "work_dir": options["mesos_agent_work_dir"],
            "launcher_dir": None if self.packaged else f"{self.home}/libexec/mesos",
            "launcher": containment["launcher"] if options["mesos_launcher"] == "auto" else options["mesos_launcher"],
            "isolation": containment["isolation"] if options["mesos_isolation"] == "auto" else options["mesos_isolation"],
            "systemd_enable_support": containment["systemd"],
            "resources": self.resources(),
            "attributes": options["mesos_agent_attributes"] or None,
            "reconfiguration_policy": "equal" if options["mesos_agent_change"] == "refuse" else "additive",
            **(AGENT_SECURITY if self.secured else {}),
            "acls": f"file://{CONF_DIR}/agent-acls.json" if options["mesos_agent_acls"] else None,
        })

    def resources(self) -> Dict[str, Any]:
        return {"ports": self.options["mesos_agent_ports"], **self.options["mesos_agent_resources"]}

    def needs(self) -> List[Dict[str, str]]:
        """What the flags that users gave need of the host; what is found out by itself fits it."""
        options, version = self.options, self.options["mesos_version"]
        found: List[Dict[str, str]] = []
        if self.is_master:
            found += mesos_host_needs(options["mesos_master_flags"], "master", version)
        if self.is_agent:
            chosen = {name: options[f"mesos_{name}"] for name in ("launcher", "isolation") if options[f"mesos_{name}"] != "auto"}
            found += mesos_host_needs({"work_dir": options["mesos_agent_work_dir"], **chosen, **options["mesos_agent_flags"]}, "agent", version)
        return found

    @staticmethod
    def moved_from(link: str, seen: Mapping[str, Any], work_dir: str, mark: str) -> str:
        """The work directory that a daemon was last set up with, where it would find nothing in this one; else empty."""
        before: str = seen["links"][link] or ""
        return before if before != work_dir and not seen["exists"][mark] else ""


def _given(flags: Mapping[str, Any]) -> Dict[str, Any]:
    return {name: value for name, value in flags.items() if value not in ("", None)}


def _without_url(flags: Mapping[str, Any]) -> Dict[str, Any]:
    """What may be printed with the result of the task; there may be a password in the URL of ZooKeeper."""
    return {name: value for name, value in flags.items() if name not in ("zk", "master")}


def preflight(inventory: Inventory) -> Verdict:
    """Called by layer_preflight."""
    mesos, options = Mesos(inventory), inventory.options
    found = null_faults(options, COLLECTIONS) or _faults(mesos)
    if found:
        return Verdict(found)
    daemons = [(mesos.is_master, "master"), (mesos.is_agent, "agent")]
    everyone = (mesos.masters, mesos.agents)
    return Verdict(
        look={
            "layer": "Mesos",
            "own_address": mesos.address,
            "addresses": list(dict.fromkeys(one for hosts in everyone for one in addresses(hosts, inventory.hostvars, "mesos_address"))),
            "disk": [{"path": options[f"mesos_{name}_work_dir"], "free_mb": options["mesos_free_mb"]} for here, name in daemons if here],
            "ports": [{"port": options[f"mesos_{name}_port"], "unit": f"mesos-{name}.service"} for here, name in daemons if here],
            "exists": [mesos.master_log, mesos.agent_mark],
            "read": [MOUNTS, mesos.identity_file, STARTED_PORT, *(marks(CONF_DIR) if mesos.is_master else [])],
            "links": [MASTER_LINK, AGENT_LINK],
            "packages": mesos.packages(),
            "programs": inventory.family["programs"] if mesos.is_agent else {},
            "needs": mesos.needs(),
            "account": options["__mesos_account"],
        },
        after=partial(_after, mesos),
    )


def client(inventory: Inventory) -> Verdict:
    """Called by layer_preflight for a host that only needs libmesos, such as one of Marathon."""
    found = null_faults(inventory.options, COLLECTIONS)
    if found:
        return Verdict(found)
    mesos = Mesos(inventory)
    return Verdict(_source_faults(mesos), look={"layer": "Mesos", "packages": mesos.packages()})


def _after(mesos: Mesos, seen: Mapping[str, Any]) -> Verdict:
    """What the host's answer means."""
    options, address = mesos.options, seen["own_ipv4"]
    if not address:
        return Verdict([
            f"{mesos.address} has no IPv4 address on {mesos.host}, and Mesos listens on IPv4 alone: set mesos_address to an IPv4 address of this "
            "host, or to a name that has one."
        ])
    flags: Dict[str, Any] = {"master": {}, "agent": {}}
    agent: Dict[str, Any] = {"differs": False, "noted": True}
    faults = []
    zookeeper: Dict[str, Any] = {}
    if mesos.is_master:
        turn = change("mesos", CONF_DIR, mesos.zookeeper, seen, options["__mesos_masters_outside"] or [])
        faults += turn.faults
        zookeeper = turn.known
        flags["master"] = _without_url(mesos.master_flags(address))
        moved = mesos.moved_from(MASTER_LINK, seen, options["mesos_master_work_dir"], mesos.master_log)
        if moved and not options["mesos_allow_registry_reset"]:
            faults.append(
                f"mesos_master_work_dir moves from {moved} to {options['mesos_master_work_dir']}, where {mesos.host} has no registry: stop "
                "mesos-master there, move the directory and run again, or take the change back."
            )
    if mesos.is_agent:
        containment = mesos_containment(seen["contents"][MOUNTS] or "", options["mesos_version"])
        computed = mesos.agent_flags(address, containment)
        flags["agent"] = _without_url(computed)
        every_flag = {**computed, **options["mesos_agent_flags"]}
        faults += _agent_faults(mesos, every_flag, containment)
        agent = agent if faults else _identity(mesos, every_flag, seen)
    return Verdict(faults, known={
        "flags": flags, "agent": agent, "holds_registry": mesos.is_master and seen["exists"][mesos.master_log], **zookeeper})


def _identity(mesos: Mesos, flags: Mapping[str, Any], seen: Mapping[str, Any]) -> Dict[str, Any]:
    """What the agent is compared by when it restarts, and what it was last started with."""
    work_dir = mesos.options["mesos_agent_work_dir"]
    identity = mesos_environment({name: value for name, value in flags.items() if name in IDENTITY})
    try:
        before = json.loads(seen["contents"][mesos.identity_file] or "{}")
    except ValueError:
        # The host lost its power while the file was written; the agent itself is asked where it runs.
        before = {}
    moved = mesos.moved_from(AGENT_LINK, seen, work_dir, mesos.agent_mark)
    return {
        "identity": identity,
        "before": before,
        "moved_from": moved,
        "work_dir": work_dir,
        "differs": bool(moved) or (seen["exists"][mesos.agent_mark] and before != identity),
        "noted": before == identity and seen["links"][AGENT_LINK] == work_dir,
    }


def _agent_faults(mesos: Mesos, flags: Mapping[str, Any], containment: Mapping[str, Any]) -> List[str]:
    faults = [containment["fault"]] if containment["fault"] else []
    if flags.get("launcher") == "linux" and numbers(mesos.options["mesos_version"]) < numbers("1.12") and containment["cgroups"] != 1:
        which = "launcher of mesos_agent_flags" if mesos.options["mesos_agent_flags"].get("launcher") else "mesos_launcher"
        faults.append(
            f"{which} is linux, and this host has no control groups of version 1 that Mesos could use: leave it out, or set it to posix."
        )
    return faults + [f"The agent would not start: {problem}." for problem in mesos_flag_problems(flags, "agent", True)]


def _faults(mesos: Mesos) -> List[str]:
    options = mesos.options
    faults = mesos_layout_faults(mesos.masters, mesos.agents, mesos.host, options["mesos_zookeeper_url"], options["mesos_allow_even"])
    faults += _source_faults(mesos) + _flag_faults(mesos) + _security_faults(mesos)
    return faults + login_faults("mesos", options) + input_faults(given(options))


def _source_faults(mesos: Mesos) -> List[str]:
    options, faults = mesos.options, []
    archived = options["mesos_archive_path"] or (options["mesos_archive_url"] and options["mesos_archive_checksum"])
    if not mesos.packaged and not archived:
        faults.append(
            "mesos_source is archive: nobody publishes archives of Mesos any more, so set mesos_archive_path, or mesos_archive_url and "
            "mesos_archive_checksum, to one of your own (docs/mesos.md says where binaries can be had)."
        )
    return faults + repository_faults(options, "mesos")


def _flag_faults(mesos: Mesos) -> List[str]:
    options = mesos.options
    master, agent, attributes = options["mesos_master_flags"], options["mesos_agent_flags"], options["mesos_agent_attributes"]
    # What the host would be told with credentials; that it has none is another sentence.
    as_master = {**mesos.master_flags(mesos.address), **MASTER_SECURITY, "acls": None}
    as_agent = {**mesos.agent_flags(mesos.address, mesos_containment("")), **AGENT_SECURITY, "acls": None}
    faults = mesos_owned_faults(master, as_master, MASTER_OWNED) + mesos_owned_faults(agent, as_agent, AGENT_OWNED)
    faults += [f"mesos_master_flags: {problem}." for problem in mesos_flag_problems(master, "master", False, len(mesos.masters))]
    faults += [f"mesos_agent_flags: {problem}." for problem in mesos_flag_problems(agent, "agent", False)]
    told = {"resources": mesos.resources(), **({"attributes": attributes} if attributes else {})}
    return faults + [
        f"mesos_agent_resources, mesos_agent_attributes or mesos_agent_ports: {problem}." for problem in mesos_flag_problems(told, "agent", False)
    ]


def _security_faults(mesos: Mesos) -> List[str]:
    options = mesos.options
    principals = dict.fromkeys((options["mesos_agent_principal"], options["mesos_operator_principal"]))
    faults = [
        f'mesos_credentials has no secret for the principal "{name}": add it, or set mesos_agent_principal and mesos_operator_principal to '
        "principals that are there."
        for name in principals if mesos.secured and name not in options["mesos_credentials"]
    ]
    faults += [
        f"{name} need mesos_credentials: without them nobody has a principal."
        for name in ("mesos_acls", "mesos_agent_acls") if options[name] and not mesos.secured
    ]  # fmt: skip
    return faults


def given(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """What users hand to files and command lines of the daemons, for input_faults."""
    master = options["mesos_master_flags"]
    return {
        "accounts": {"mesos_user": options["mesos_user"]},
        "paths": {
            "mesos_master_work_dir": options["mesos_master_work_dir"],
            "mesos_agent_work_dir": options["mesos_agent_work_dir"],
            "log_dir of mesos_master_flags": (master.get("log_dir") or "") if isinstance(master, Mapping) else "",
        },
        "environment": {"mesos_environment": options["mesos_environment"]},
        "owned": OWNED,
    }
