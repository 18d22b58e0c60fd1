# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an agent may recover what ran under its last settings: --reconfiguration_policy equal or additive.

Does not compare the domain's parts: it is equal, or set where none was.
"""

from __future__ import annotations

import json
from typing import Any, Dict, Optional

from ..resources import contains, from_json, json_value, show_ranges

REMEDY = """------------------------------------------------------------
To remedy this do as follows:
Step 1: rm -f {latest}
        This ensures agent doesn't recover old live executors.
Step 2: Restart the agent."""


def shown(value: Any) -> str:
    """A value in a sentence."""
    if isinstance(value, float):
        return f"{value:g}"
    return show_ranges(value) if isinstance(value, tuple) else "{" + ", ".join(sorted(value)) + "}"


def equal_problem(old: Dict[str, Any], new: Dict[str, Any]) -> Optional[str]:
    """Nothing may differ."""
    same = (
        all(old[key] == new[key] for key in ("hostname", "port"))
        and old.get("domain") == new.get("domain")
        and from_json(old["resources"]) == from_json(new["resources"])
        and {item["name"]: json_value(item) for item in old["attributes"]} == {item["name"]: json_value(item) for item in new["attributes"]}
    )
    if same:
        return None
    line = "-" * 60
    return f"Incompatible agent info detected.\n{line}\nOld agent info:\n{json.dumps(old)}\n{line}\nNew agent info:\n{json.dumps(new)}"


def additive_difference(old: Dict[str, Any], new: Dict[str, Any]) -> Optional[str]:
    """Things may be added, nothing may shrink or vanish."""
    for key in ("hostname", "port"):
        if old[key] != new[key]:
            return f"Configuration change not permitted under 'additive' policy: {key.capitalize()} changed from '{old[key]}' to '{new[key]}'"
    if old.get("domain") and old.get("domain") != new.get("domain"):
        return "Configuration change not permitted under 'additive' policy: Domain changed"
    mine = from_json(new["resources"])
    for (name, role), value in from_json(old["resources"]).items():
        prefix = "Configuration change not permitted under 'additive' policy: "
        kind = {float: "scalar", tuple: "ranges", frozenset: "set"}[type(value)]
        fresh = mine.get((name, role))
        if fresh is None:
            return f"{prefix}Resource '{name}({role}):{shown(value)}' was removed"
        if not contains({(name, role): fresh}, {(name, role): value}):
            verb = "decreased" if kind == "scalar" else "changed"
            return f"{prefix}Value of {kind} resource '{name}' {verb} from {shown(value)} to {shown(fresh)}"
    attributes = {item["name"]: json_value(item) for item in new["attributes"]}
    for item in old["attributes"]:
        prefix = f"Configuration change not permitted under 'additive' policy: Attribute '{item['name']}'"
        if item["name"] not in attributes:
            return f"{prefix} was removed"
        value, fresh = json_value(item), attributes[item["name"]]
        if isinstance(value, str) or isinstance(fresh, str):
            if value != fresh:
                return f"{prefix} changed from '{value}' to '{fresh}'"
        elif not contains({("a", "*"): fresh}, {("a", "*"): value}):
            return f"{prefix} changed from {shown(value)} to {shown(fresh)}"
    return None


def problem(policy: str, old: Dict[str, Any], new: Dict[str, Any], latest: str) -> Optional[str]:
    """Why the agent cannot go on with the state of the old settings."""
    found = additive_difference(old, new) if policy == "additive" else equal_problem(old, new)
    return None if found is None else found + "\n" + REMEDY.format(latest=latest)
