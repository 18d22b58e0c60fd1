# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host in an inventory with a role's options, as the action layer_preflight hands them to the layer."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Sequence

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.baremetal.flink.plugins.module_utils.inventory import Inventory

UTILS = "ansible_collections.baremetal.flink.plugins.module_utils"
ROLES = Path(__file__).resolve().parents[3] / "roles"


def inventory(
    role: str, groups: Mapping[str, Sequence[str]], host: str = "n1", hosts: Optional[Mapping[str, Mapping[str, Any]]] = None,
    facts: Optional[Mapping[str, Any]] = None, **options: Any,
) -> Inventory:
    """With the defaults of the role that are no templates, what it computes as it is written, and on Debian 12 unless told otherwise."""
    known = {"os_family": "Debian", "distribution": "Debian", "distribution_major_version": "12", **(facts or {})}
    names = sorted({name for members in groups.values() for name in members} | {host})
    hostvars = {name: {"ansible_host": f"192.0.2.{number}", **(hosts or {}).get(name, {})} for number, name in enumerate(names, 1)}
    spec = _load(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    plain = {name: value for name, value in _load(role, "defaults/main.yml").items() if "{{" not in str(value)}
    given = {name: value for name, value in {**plain, **hostvars[host], **options}.items() if name in spec}
    checked = ArgumentSpecValidator({name: {key: value for key, value in one.items() if key != "default"} for name, one in spec.items()}).validate(given)
    assert not checked.error_messages
    variables: Dict[str, Any] = {}
    for path in sorted((ROLES / role / "vars").rglob("*.yml")):
        variables.update(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    computed = import_module(f"{UTILS}.{role}.preflight").COMPUTED
    judged = {**checked.validated_parameters, **{name: options.get(name, plain.get(name, variables.get(name))) for name in computed}}
    return Inventory(host, groups, hostvars, known, judged, variables[f"__{role}_families"][known["os_family"]])


def _load(role: str, path: str) -> Dict[str, Any]:
    loaded: Dict[str, Any] = yaml.safe_load((ROLES / role / path).read_text(encoding="utf-8"))
    return loaded
