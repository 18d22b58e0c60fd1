# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether variables that the documentation sets exist, with values that the roles take and the daemons know."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Callable, Dict, FrozenSet, Iterator, List, Mapping, Tuple

import yaml
from ansible.errors import AnsibleError
from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.plan import problems
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import DEFAULTS
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.flags import marathon_flag_problems
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.flags import mesos_flag_problems

from .arguments import BUILTIN, OURS, argument_faults
from .sources import ROOT

ROLES = tuple(sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir()))
#: What a reader's own inventory may hold besides: Ansible's words, and secrets out of a vault.
FOREIGN = ("ansible_", "vault_")
#: Settings of ansible.cfg that begin as a role is called.
OF_ANSIBLE = ("host_key_checking",)
INCLUDES = {BUILTIN + name for name in ("include_role", "import_role")}
#: Flags and settings that a role hands on to a daemon: what the collection itself would refuse.
PASSED_ON: Dict[str, Callable[[Mapping[str, Any]], List[str]]] = {
    "mesos_master_flags": lambda flags: mesos_flag_problems(flags, "master", complete=False),
    "mesos_agent_flags": lambda flags: mesos_flag_problems(flags, "agent", complete=False),
    "marathon_flags": lambda flags: marathon_flag_problems(flags, complete=False),
    # Of one of the versions that the role takes by itself: an example is for either cluster manager.
    "flink_settings": lambda settings: min((problems(settings, version) for version in DEFAULTS.values()), key=len),
}


@lru_cache(maxsize=None)
def entry_points(role: str) -> Mapping[str, Mapping[str, Any]]:
    """The argument specs of a role, by entry point."""
    text = (ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["argument_specs"]


@lru_cache(maxsize=None)
def role_options() -> Dict[str, Mapping[str, Any]]:
    """Every variable of every role, with its option."""
    return {name: option for role in ROLES for point in entry_points(role).values() for name, option in (point.get("options") or {}).items()}


@lru_cache(maxsize=None)
def playbook_variables() -> FrozenSet[str]:
    """Variables that playbooks read and have a default for, or insist on, such as ``teardown_confirm``."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "playbooks").rglob("*.yml")))
    return frozenset(re.findall(r"\b([a-z]+_[a-z_]+) (?:\| default\(|is defined)", text))


def is_ours(name: str) -> bool:
    """Whether a variable's name claims to be one of a role."""
    return name.startswith(tuple(f"{role}_" for role in ROLES)) and name not in OF_ANSIBLE


def name_faults(name: str, strict: bool) -> List[str]:
    """Why there is no such variable. ``strict`` also refuses names that do not claim to be a role's."""
    if name in role_options() or name in playbook_variables() or (not strict and not is_ours(name)):
        return []
    if strict and name.startswith(FOREIGN):
        return []
    return [f"{name} is a variable of no role and no playbook"]


def variable_faults(variables: Mapping[str, Any], strict: bool = False) -> List[str]:
    """What is wrong with the names and values of variables; each is one sentence."""
    faults = []
    for name, value in variables.items():
        faults += name_faults(name, strict)
        option = role_options().get(name)
        if option:
            faults += [f"{name}: {fault}" for fault in argument_faults({name: value}, {"argument_spec": {name: _validated(option)}})]
        if name in PASSED_ON and isinstance(value, dict):
            try:
                faults += [f"{name}: {problem}" for problem in PASSED_ON[name](value)]
            except CollectionError as error:
                faults.append(f"{name}: {error}")
    return faults


def _validated(option: Mapping[str, Any]) -> Dict[str, Any]:
    """What the validator takes of an option; for roles it is Ansible itself that leaves the rest out."""
    kept = {key: value for key, value in option.items() if key in ("type", "elements", "choices", "required")}
    if option.get("options"):
        kept["options"] = {name: _validated(inner) for name, inner in option["options"].items()}
    return kept


def inventory_variables(groups: Mapping[str, Any]) -> Iterator[Tuple[str, Any]]:
    """Every variable of hosts and groups in an inventory."""
    for group in groups.values():
        yield from (group or {}).get("vars", {}).items()
        for host in ((group or {}).get("hosts") or {}).values():
            yield from (host or {}).items()
        yield from inventory_variables((group or {}).get("children") or {})


def _role_faults(role: str, point: str, variables: Mapping[str, Any]) -> List[str]:
    if not role.startswith(OURS):
        return [f"role {role}: name a role of this collection in full, {OURS}ROLE"]
    short = role[len(OURS):]
    if short not in ROLES:
        return [f"the collection has no role {short}"]
    if not (ROOT / "roles" / short / "tasks" / f"{point}.yml").is_file():
        return [f"role {short} has no tasks_from {point}"]
    known = entry_points(short).get(point, {}).get("options", {})
    foreign = [name for name in variables if is_ours(name) and name.startswith(f"{short}_") and name not in known and name not in role_options()]
    return [f"role {short} has no variable {name}" for name in foreign]


def used_variables(value: Any) -> List[str]:
    """Faults in the roles that plays or tasks use, and in all their ``vars``, wherever they are."""
    faults: List[str] = []
    if isinstance(value, list):
        for item in value:
            faults += used_variables(item)
        return faults
    if not isinstance(value, dict):
        return faults
    for role in value.get("roles", []) if isinstance(value.get("roles"), list) else []:
        named = role if isinstance(role, dict) else {"role": role}
        faults += _role_faults(named["role"], "main", named.get("vars", {}))
    for include in INCLUDES & set(value):
        if "name" not in value[include]:
            raise AnsibleError(f"{include} needs the name of a role")
        faults += _role_faults(value[include]["name"], value[include].get("tasks_from", "main"), value.get("vars", {}))
    if isinstance(value.get("vars"), dict):
        faults += variable_faults(value["vars"])
    for inner in value.values():
        faults += used_variables(inner)
    return faults
