# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The local authorizer: ACLs in JSON, first match wins, what no rule matches follows `permissive` (true unless said).

Judges the kinds below; reads those of quotas, roles, weights, reservations, volumes and containers and ignores them, as there is nothing of theirs here.
What is judged where is as in src/master/http.cpp, src/master/readonly_handler.cpp and src/slave/http.cpp.
"""

from __future__ import annotations

from typing import Any, Dict, Optional

from ..daemon import die
from ..web import Refused

OBJECTS = {
    "register_frameworks": "roles",
    "run_tasks": "users",
    "teardown_frameworks": "framework_principals",
    "register_agents": "agents",
    "view_frameworks": "users",
    "view_tasks": "users",
    "access_sandboxes": "users",
    "get_endpoints": "paths",
    "view_flags": "flags",
    "drain_agents": "agents",
    "deactivate_agents": "agents",
    "reactivate_agents": "agents",
    "mark_agents_gone": "agents",
    "update_maintenance_schedules": "machines",
    "start_maintenances": "machines",
    "stop_maintenances": "machines",
}


class Authorizer:
    """Built from --acls; without them everything is allowed."""

    def __init__(self, acls: Optional[Dict[str, Any]]) -> None:
        self.acls = acls or {}
        if not isinstance(self.acls, dict):
            die("Failed to parse --acls: expecting a JSON object")
        for action, objects in OBJECTS.items():
            for rule in self.acls.get(action, []):
                if "principals" not in rule or objects not in rule:
                    die(f"Failed to parse --acls: each rule of '{action}' needs 'principals' and '{objects}'")

    def allows(self, action: str, principal: Optional[str], objects: str, value: Optional[str]) -> bool:
        """Whether the principal may do it to the object."""
        for rule in self.acls.get(action, []):
            if matches(rule["principals"], principal) and matches(rule[objects], value):
                return grants(rule["principals"], principal) and grants(rule[objects], value)
        return bool(self.acls.get("permissive", True))

    def demand(self, action: str, principal: Optional[str], value: Optional[str] = None) -> None:
        """403 for who may not do it."""
        if not self.allows(action, principal, OBJECTS[action], value):
            raise Refused(403)


def matches(entity: Dict[str, Any], value: Optional[str]) -> bool:
    """ANY and NONE match all, values only themselves; a request without a principal only ANY and NONE."""
    return entity.get("type") in ("ANY", "NONE") or (value is not None and value in entity.get("values", []))


def grants(entity: Dict[str, Any], value: Optional[str]) -> bool:
    """NONE matches in order to refuse."""
    return entity.get("type") != "NONE" and matches(entity, value)
