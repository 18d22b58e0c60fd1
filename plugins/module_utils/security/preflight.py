# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role security says of inventory and settings before anything is touched, and the rules of the firewall."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any, Dict, List, Mapping, Sequence

from ..addresses import KERBEROS, SECURE, agreed, variables_of
from ..inventory import Inventory, Verdict
from ..layers import LAYERS
from ..listeners import Listener
from . import rules
from .firewall import RULES_FILE, UNIT_FILE

#: The variable by which a layer whose daemons change together may stop for that.
ALLOW_STOP = "security_allow_stop"
OPEN, GUARDED = "open", "guarded"
PROFILES = (OPEN, GUARDED, SECURE)
#: The other value of security_authentication than KERBEROS.
DIGEST = "digest"
#: Layers whose daemons and clients speak in clear, with each other and with ZooKeeper. Who comes has to show a password with ``secure``. HDFS speaks in
#: clear too, and believes whoever comes, unless it has Kerberos.
IN_CLEAR = ("mesos", "marathon")
#: What the role computes and this judges.
COMPUTED = ()
#: The option under which the action hands over what the layers of the host listen on.
LISTENING = "__security_listening"
#: For audit besides: what cannot be told of them, and the users and groups of each layer's daemons.
UNKNOWN, ACCOUNTS = "__security_unknown", "__security_accounts"
SSH = {"ansible_port": 22, "hdfs_fence_ssh_port": 22}


def preflight(inventory: Inventory) -> Verdict:
    """Called by layer_preflight. Of an open host it only wants to know whether there is a firewall to remove."""
    look: Dict[str, Any] = {"layer": "The firewall", "exists": [RULES_FILE, UNIT_FILE]}
    profile = inventory.options["security_profile"]
    if inventory.options["security_authentication"] == KERBEROS and profile != SECURE:
        return Verdict([
            f"security_authentication is {KERBEROS}, which counts with security_profile: {SECURE} alone, and that is {profile}: set it to {SECURE}, "
            f"or leave security_authentication out and set hdfs_authentication: {KERBEROS}."])
    if profile == OPEN:
        return Verdict(look=look, after=_opened)
    listening: List[Listener] = inventory.options[LISTENING]
    known = variables_of(rules.platform_hosts(inventory.groups), inventory.hostvars)
    agreed(list(known), known, "security_profile", GUARDED)
    agreed(list(known), known, "security_authentication", DIGEST)
    variables = known.get(inventory.host) or inventory.hostvars[inventory.host]
    faults = rules.ssh_faults(listening, {name: variables.get(name) or port for name, port in SSH.items()})
    if faults or not listening:
        return Verdict(faults, look=look, after=_opened)
    who = {name: rules.networks(f"security_{name}", inventory.options[f"security_{name}"]) for name in (rules.OPERATORS, rules.CLIENTS)}
    names = rules.platform_names(known)
    look.update(packages=inventory.family["packages"], nftables=True, resolve=[name for name in names if not rules.is_address(name)])
    return Verdict(look=look, after=partial(_guarded, names, listening, who))


def in_clear(groups: Mapping[str, Sequence[str]]) -> List[str]:
    """Layers of an inventory that speak in clear and have ZooKeeper do so with them, whatever the profile is."""
    return [layer for layer in IN_CLEAR if any(groups.get(name) for name in LAYERS[layer])]


def audit(inventory: Inventory) -> Verdict:
    """For the playbook audit: where the layers of the host listen, whatever the profile is, and what cannot be told of that."""
    options = inventory.options
    return Verdict(known={
        "listening": [asdict(one) for one in options[LISTENING]], "unknown": options[UNKNOWN], "accounts": options[ACCOUNTS],
        **{name: options[f"security_{name}"] for name in ("profile", rules.OPERATORS, rules.CLIENTS)}})


def _opened(seen: Mapping[str, Any]) -> Verdict:
    """The firewall goes where there is one."""
    return Verdict(known={"state": "absent", "due": any(seen["exists"].values()), "rules": "", "ports": []})


def _guarded(
    names: Sequence[str], listening: Sequence[Listener], who: Mapping[str, Sequence[rules.Network]], seen: Mapping[str, Any]
) -> Verdict:
    """The rules, with what names stand for on the host."""
    everyone = {rules.PLATFORM: rules.addresses_of(names, seen["resolved"]), **who}
    return Verdict(known={"state": "present", "due": True, "rules": rules.rules(listening, everyone), "ports": rules.port_words(listening)})
