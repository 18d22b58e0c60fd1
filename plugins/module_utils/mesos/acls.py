# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what on Mesos with ``security_profile: secure``, unless the inventory says otherwise.

By message ACLs of include/mesos/authorizer/acls.proto of Mesos 1.11: what no rule matches is refused with ``permissive: false``. A principal that a
framework has can run tasks as its users, and see and read those; an operator can do the rest, and run nothing.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence

#: Kinds of rules by what they are about, the field beside ``principals``.
FIELDS = {
    "framework_principals": ("teardown_frameworks",),
    "reserver_principals": ("unreserve_resources",),
    "creator_principals": ("destroy_volumes",),
    "roles": ("reserve_resources", "create_volumes", "resize_volumes", "get_quotas", "update_quotas", "view_roles", "update_weights"),
    "paths": ("get_endpoints",),
    "users": ("view_frameworks", "view_tasks", "view_executors", "access_sandboxes", "view_containers"),
    "logs": ("access_mesos_logs",),
    "flags": ("view_flags",),
    "level": ("set_log_level",),
    "agents": ("drain_agents", "deactivate_agents", "reactivate_agents", "mark_agents_gone"),
    "machines": (
        "update_maintenance_schedules", "get_maintenance_schedules", "start_maintenances", "stop_maintenances", "get_maintenance_statuses"),
    "resource_providers": ("view_resource_providers",),
}  # fmt: skip
#: What a framework may do about its own users.
OF_ITS_USERS = ("view_frameworks", "view_tasks", "view_executors", "access_sandboxes")
ANY: Dict[str, Any] = {"type": "ANY"}


def default_acls(agent: str, operator: str, frameworks: Mapping[str, Sequence[str]]) -> Dict[str, Any]:
    """The lists, for masters and agents alike; ``frameworks`` are the users that the tasks of a principal may have."""
    rules: Dict[str, List[Dict[str, Any]]] = {
        "register_agents": [_rule([agent], "agents", ANY)],
        "register_frameworks": [_rule(sorted(frameworks), "roles", ANY)],
        "run_tasks": [_rule([name], "users", _values(users)) for name, users in sorted(frameworks.items())],
    }
    for field, kinds in FIELDS.items():
        for kind in kinds:
            rules[kind] = [_rule([operator], field, ANY)]
    for name, users in sorted(frameworks.items()):
        for kind in OF_ITS_USERS:
            rules[kind].append(_rule([name], "users", _values(users)))
        # One that is not allowed to end itself could not be renewed.
        rules["teardown_frameworks"].append(_rule([name], "framework_principals", _values([name])))
    return {"permissive": False, **{kind: rules[kind] for kind in sorted(rules)}}


def _rule(principals: Sequence[str], field: str, entity: Dict[str, Any]) -> Dict[str, Any]:
    return {"principals": _values(principals), field: entity}


def _values(names: Sequence[str]) -> Dict[str, Any]:
    return {"values": sorted(set(names))}
