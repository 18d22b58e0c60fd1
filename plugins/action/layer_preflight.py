# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges inventory and settings of a layer in Python, then the host, in one round trip."""

from __future__ import annotations

import posixpath
from importlib import import_module
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

import yaml
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase

from ..module_utils.errors import CollectionError
from ..module_utils.inventory import Inventory, Verdict
from ..module_utils.layers import LAYERS
from ..plugin_utils.system_facts import SUBSET

UTILS = "ansible_collections.baremetal.flink.plugins.module_utils"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ActionModule(ActionBase):
    """Documented in plugins/modules/layer_preflight.py."""

    def run(self, tmp: Optional[str] = None, task_vars: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """Called by Ansible."""
        variables = task_vars or {}
        dummy, arguments = self.validate_argument_spec(
            {
                "layer": {"type": "str", "required": True, "choices": ["java", *LAYERS]},
                "look": {"type": "dict", "default": {}},
                "computed": {"type": "list", "elements": "str", "default": []},
                "part": {"type": "str", "choices": ["client"]},
            }
        )
        result: Dict[str, Any] = super().run(tmp, variables)
        layer = arguments["layer"]
        learned = self._learn(variables)
        if learned.get("failed"):
            return {**result, **learned}
        new = {name.replace("ansible_", "", 1): value for name, value in learned.get("ansible_facts", {}).items()}
        facts = {**variables.get("ansible_facts", {}), **new}
        verdict = self._judge(layer, facts, variables, arguments["computed"], arguments["part"] or "preflight")
        if verdict.faults:
            raise AnsibleActionFail(" ".join(verdict.faults))
        look = _joined(arguments["look"], verdict.look)
        seen = self._execute_module("baremetal.flink.host_preflight", {"layer": layer, **look}, task_vars=variables) if look else {"changed": False}
        result.update(seen)
        result.update(verdict.known)
        if verdict.after and not seen.get("failed"):
            found = _judged(verdict.after, seen)
            if found.faults:
                raise AnsibleActionFail(" ".join(found.faults))
            result.update(found.known)
        if learned:
            result["ansible_facts"] = learned["ansible_facts"]
        return result

    def _learn(self, variables: Mapping[str, Any]) -> Dict[str, Any]:
        """The distribution and the architecture, unless the run knows them."""
        if {"distribution_major_version", "architecture"} <= set(variables.get("ansible_facts", {})):
            return {}
        found: Dict[str, Any] = self._execute_module("ansible.legacy.setup", {"gather_subset": list(SUBSET)}, task_vars=dict(variables))
        return found

    def _judge(
        self, layer: str, facts: Mapping[str, Any], variables: Mapping[str, Any], computed: Sequence[str] = (), part: str = "preflight"
    ) -> Verdict:
        options, faults = self._options(variables)
        if faults:
            return Verdict(faults)
        # By their names, and not in the arguments of the task: there may be secrets in them.
        options.update({name: self._templar.template(variables[name]) for name in computed})
        families = self._templar.template(variables[f"__{layer}_families"])
        family = families.get(facts["os_family"])
        if family is None:
            return Verdict([f"This collection knows no packages for {facts['os_family']}, only for {' and '.join(families)}: use another host."])
        inventory = Inventory(
            host=str(variables["inventory_hostname"]), groups=variables["groups"], hostvars=variables["hostvars"],
            facts=facts, options=options, family=family,
        )
        return _judged(getattr(import_module(f"{UTILS}.{layer}.preflight"), part), inventory)

    def _options(self, variables: Mapping[str, Any]) -> "tuple[Dict[str, Any], List[str]]":
        """The role's options, each templated once and converted to its type; and what is wrong with them."""
        path = posixpath.join(variables["role_path"], "meta", "argument_specs.yml")
        with open(path, encoding="utf-8") as handle:
            spec = yaml.load(handle, Loader=LOADER)["argument_specs"]["main"]["options"]  # noqa: S506 - a safe loader
        given, faults = {}, []
        for name in spec:
            if name not in variables:
                continue
            try:
                given[name] = self._templar.template(variables[name])
            except AnsibleError as error:
                faults.append(f"{name}: {error}")
        # Defaults are the role's; those of the specification are documentation, and may be templates.
        typed = {name: {key: value for key, value in option.items() if key != "default"} for name, option in spec.items()}
        checked = ArgumentSpecValidator(typed).validate(given)
        return checked.validated_parameters, faults + [f"{message.rstrip('.')}." for message in checked.error_messages]


def _judged(judge: Callable[[Any], Verdict], given: Any) -> Verdict:
    """What a layer says of something; input that it cannot read is a fault like any other."""
    try:
        return judge(given)
    except CollectionError as error:
        return Verdict([error.message])


def _joined(given: Mapping[str, Any], computed: Mapping[str, Any]) -> Dict[str, Any]:
    """What the role and what the layer looks at: all of both lists, and of two other values the layer's."""
    lists = {key: [*given[key], *value] for key, value in computed.items() if isinstance(value, list) and key in given}
    return {**given, **computed, **lists}
