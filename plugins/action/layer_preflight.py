# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges inventory and settings of one layer or of all in Python, then the host, in one round trip."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional

import yaml
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase

from ..module_utils.addresses import SECURE
from ..module_utils.errors import CollectionError
from ..module_utils.flink.members import flink_hosts
from ..module_utils.host.preflight import ANSWERED
from ..module_utils.inventory import Inventory, Verdict
from ..module_utils.layers import LAYERS
from ..module_utils.listeners import Listener
from ..module_utils.security.preflight import ACCOUNTS, LISTENING, OPEN, UNKNOWN, in_clear
from ..plugin_utils.filters import UTILS
from ..plugin_utils.once import Once
from ..plugin_utils.system_facts import SUBSET

ROLES = Path(__file__).resolve().parents[2] / "roles"
JAVA, KERBEROS, SECURITY = "java", "kerberos", "security"
AUDIT = "audit"
#: Layers whose daemons, or whose commands, run in a JVM.
IN_JVM = {"zookeeper", "hdfs", "marathon", "flink"}
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ActionModule(ActionBase):
    """Documented in plugins/modules/layer_preflight.py."""

    @cached_property
    def _known(self) -> Dict[str, Inventory]:
        """By layers, what has been put together for them."""
        return {}

    def run(self, tmp: Optional[str] = None, task_vars: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """Called by Ansible."""
        variables = task_vars or {}
        # What one layer goes by, others go by too.
        self._once = Once(self._templar, variables)
        dummy, arguments = self.validate_argument_spec(
            {"layer": {"type": "str", "choices": [JAVA, *LAYERS, SECURITY]}, "part": {"type": "str", "choices": ["client", AUDIT]}}
        )
        result: Dict[str, Any] = super().run(tmp, variables)
        one = arguments["layer"]
        self._make_passwords(variables)
        learned = self._learn(variables)
        if learned.get("failed"):
            return {**result, **learned}
        new = {name.replace("ansible_", "", 1): value for name, value in learned.get("ansible_facts", {}).items()}
        facts = {**variables.get("ansible_facts", {}), **new}
        verdicts: Dict[str, Verdict] = {}
        for layer in [one] if one else self._layers(variables):
            verdicts[layer] = _passed(self._judge(layer, facts, variables, arguments["part"] or "preflight"))
        looks = {layer: {"layer": layer, **verdict.look} for layer, verdict in verdicts.items() if verdict.look}
        seen = self._look(list(looks.values()), variables)
        if seen.get("failed"):
            return {**result, **seen}
        answers = dict(zip(looks, seen.pop("layers", [])))
        for layer, verdict in verdicts.items():
            known = {**answers.get(layer, {}), **verdict.known}
            if verdict.after:
                known.update(_passed(_judged(verdict.after, known)).known)
            answers[layer] = known
        result.update(seen)
        if learned:
            result["ansible_facts"] = learned["ansible_facts"]
        if one:
            return {**result, **answers[one]}
        return {**result, "layers": answers, "certain": all(answer.get("certain", True) for answer in answers.values())}

    def _make_passwords(self, variables: Mapping[str, Any]) -> None:
        """What a secure platform's passwords for Mesos and Marathon are derived from, before options with them are read."""
        if not in_clear(variables.get("groups") or {}):
            return
        profile, place, passphrase = (self._templar.template(variables.get(name) or "") for name in (
            "security_profile", "security_ca_dir", "security_ca_passphrase"))
        # The task itself is always one of check mode where all layers are judged, as it changes no host.
        if profile == SECURE and not variables.get("ansible_check_mode", self._task.check_mode):
            try:
                # It imports cryptography, which few need.
                import_module(f"{UTILS}.security.stores").make_secret(place or f"{variables.get('inventory_dir') or '.'}/.security/ca", str(passphrase))
            except CollectionError as error:
                raise AnsibleActionFail(error.message) from None

    def _layers(self, variables: Mapping[str, Any]) -> List[str]:
        """Those that the host takes part in, Java where one of them runs in a JVM, Kerberos where there is a realm, and the firewall around their ports."""
        host, groups = variables["inventory_hostname"], variables["groups"]
        try:
            flink = flink_hosts(groups, self._once.template(variables["flink_cluster_manager"]), clients=True)
        except CollectionError as error:
            raise AnsibleActionFail(f"{error.message}.") from None
        grouped = {layer for layer, names in LAYERS.items() if any(host in groups.get(name, []) for name in names)}
        found = [layer for layer in LAYERS if (host in flink if layer == "flink" else layer in grouped)]
        # A realm is for all hosts.
        if KERBEROS not in found and self._templar.template(variables.get("kerberos_realm") or ""):
            found = [KERBEROS, *found]
        return ([JAVA] if grouped & IN_JVM else []) + found + [SECURITY]

    def _look(self, looks: List[Dict[str, Any]], variables: Mapping[str, Any]) -> Dict[str, Any]:
        """At the host, for all layers in one round trip."""
        if not looks:
            return {"changed": False}
        found: Dict[str, Any] = self._execute_module("baremetal.flink.host_preflight", {**looks[0], "others": looks[1:]}, task_vars=dict(variables))
        if not found.get("failed"):
            first = {name: found.pop(name) for name in ANSWERED}
            found["layers"] = [first, *found.pop("others")]
        return found

    def _learn(self, variables: Mapping[str, Any]) -> Dict[str, Any]:
        """The distribution and the architecture, unless the run knows them."""
        if {"distribution_major_version", "architecture"} <= set(variables.get("ansible_facts", {})):
            return {}
        found: Dict[str, Any] = self._execute_module("ansible.legacy.setup", {"gather_subset": list(SUBSET)}, task_vars=dict(variables))
        return found

    def _judge(
        self, layer: str, facts: Mapping[str, Any], variables: Mapping[str, Any], part: str = "preflight"
    ) -> Verdict:
        inventory, faults = self._inventory(layer, facts, variables)
        if inventory is None:
            return Verdict(faults)
        if layer == SECURITY and (part == AUDIT or inventory.options["security_profile"] != OPEN):
            listening, faults = self._listening(facts, variables)
            if faults and part != AUDIT:
                return Verdict(faults)
            # Without security itself, which has no daemon and so no account.
            accounts = {name: _accounts(known.options) for name, known in self._known.items() if name != SECURITY}
            inventory = replace(inventory, options={**inventory.options, LISTENING: listening, UNKNOWN: faults, ACCOUNTS: accounts})
        return _judged(getattr(import_module(f"{UTILS}.{layer}.preflight"), part), inventory)

    def _listening(self, facts: Mapping[str, Any], variables: Mapping[str, Any]) -> "tuple[List[Listener], List[str]]":
        """On what the layers of the host take connections, and what is wrong where that cannot be told."""
        found: List[Listener] = []
        unknown: List[str] = []
        for layer in self._layers(variables):
            if layer not in LAYERS:
                continue
            inventory, faults = self._inventory(layer, facts, variables)
            unknown += faults
            try:
                found += import_module(f"{UTILS}.{layer}.ports").listening(inventory) if inventory else []
            except CollectionError as error:
                unknown.append(error.message)
        return found, unknown

    def _inventory(self, layer: str, facts: Mapping[str, Any], variables: Mapping[str, Any]) -> "tuple[Optional[Inventory], List[str]]":
        """What a layer is to judge, put together once; or what is wrong with the role's options."""
        if layer in self._known:
            return self._known[layer], []
        options, faults = self._options(layer, variables)
        if faults:
            return None, faults
        # By their names, and not in the arguments of the task: there may be secrets in them.
        computed = import_module(f"{UTILS}.{layer}.preflight").COMPUTED
        options.update({name: self._once.template(variables[name]) for name in computed})
        families = self._once.template(variables[f"__{layer}_families"])
        family = families.get(facts["os_family"])
        if family is None:
            return None, [f"This collection knows no packages for {facts['os_family']}, only for {' and '.join(families)}: use another host."]
        self._known[layer] = Inventory(
            host=str(variables["inventory_hostname"]), groups=variables["groups"], hostvars=variables["hostvars"],
            facts=facts, options=options, family=family,
        )
        return self._known[layer], []

    def _options(self, layer: str, variables: Mapping[str, Any]) -> "tuple[Dict[str, Any], List[str]]":
        """The role's options, each templated once and converted to its type; and what is wrong with them."""
        with open(ROLES / layer / "meta" / "argument_specs.yml", encoding="utf-8") as handle:
            spec = yaml.load(handle, Loader=LOADER)["argument_specs"]["main"]["options"]  # noqa: S506 - a safe loader
        given, faults = {}, []
        for name in spec:
            if name not in variables:
                continue
            try:
                given[name] = self._once.template(variables[name])
            except AnsibleError as error:
                faults.append(f"{name}: {error}")
        # Defaults are the role's; those of the specification are documentation, and may be templates.
        typed = {name: {key: value for key, value in option.items() if key != "default"} for name, option in spec.items()}
        checked = ArgumentSpecValidator(typed).validate(given)
        return checked.validated_parameters, faults + [f"{message.rstrip('.')}." for message in checked.error_messages]


def _accounts(options: Mapping[str, Any]) -> List[str]:
    """The users and groups that the daemons of a layer have, by the options of its role."""
    return sorted({str(value) for name, value in options.items() if value and re.fullmatch("[a-z]+_(user|group)", name)})


def _judged(judge: Callable[[Any], Verdict], given: Any) -> Verdict:
    """What a layer says of something; input that it cannot read is a fault like any other."""
    try:
        return judge(given)
    except CollectionError as error:
        return Verdict([error.message])


def _passed(verdict: Verdict) -> Verdict:
    """The verdict, if the run may go on."""
    if verdict.faults:
        raise AnsibleActionFail(" ".join(verdict.faults))
    return verdict
