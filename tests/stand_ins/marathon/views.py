# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reads show: apps with their counts, tasks, groups, versions.

Does not compute taskStats' life times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Set

from .answers import message
from .model import PROVISIONED, RUNNING, STAGING, App
from .normal import service_ports
from .tracker import task_view

if TYPE_CHECKING:
    from .core import Core


def tasks(core: "Core", app_id: str) -> List[Dict[str, Any]]:
    """All tasks of an app."""
    shown = []
    for instance in core.state.by_app(app_id):
        app = core.state.spec(instance)
        ports = service_ports(app.spec) if app and app.spec["networks"][0]["mode"] != "host" else []
        view = task_view(instance, ports)
        if view is not None:
            shown.append(view)
    return shown


def counts(core: "Core", app_id: str) -> Dict[str, int]:
    """tasksStaged and the like."""
    instances = core.state.by_app(app_id)
    alive = [each for each in instances if each.condition == RUNNING]
    judged = [(each.task or {}).get("health") for each in alive]
    return {
        "tasksStaged": len([each for each in instances if each.condition in (PROVISIONED, STAGING)]),
        "tasksRunning": len(alive),
        "tasksHealthy": len([each for each in judged if each and each["alive"]]),
        "tasksUnhealthy": len([each for each in judged if each and not each["alive"]]),
    }


def app_info(core: "Core", app: App, embed: Set[str], version_info: bool = True) -> Dict[str, Any]:
    """An app with what is asked for besides."""
    shown = app.info()
    if not version_info:
        del shown["versionInfo"]
    if "counts" in embed:
        shown.update(counts(core, app.id))
    if "deployments" in embed:
        shown["deployments"] = [{"id": each.id} for each in core.state.deployments.values() if app.id in each.apps]
    if "readiness" in embed:
        shown["readinessCheckResults"] = []
    if "tasks" in embed:
        shown["tasks"] = tasks(core, app.id)
    if "lastTaskFailure" in embed and app.id in core.state.failures:
        shown["lastTaskFailure"] = core.state.failures[app.id]
    if "taskStats" in embed:
        shown["taskStats"] = statistics(core, app)
    return shown


def statistics(core: "Core", app: App) -> Dict[str, Any]:
    """Counts by version."""
    number = counts(core, app.id)
    stats = {"stats": {"counts": {name[5:].lower(): value for name, value in number.items()}}}
    return {"totalSummary": stats} if any(number.values()) else {}


def wanted(embed: List[str], prefix: str) -> Set[str]:
    """embed=app.tasks and apps.tasks are the same thing."""
    result: Set[str] = set()
    for each in embed:
        head, dot, name = each.partition(".")
        if dot and head in (prefix, prefix + "s"):
            result |= {"tasks", "lastTaskFailure"} if name == "failures" else {name}
    return result


def selected(core: "Core", query: Dict[str, List[str]]) -> List[App]:
    """Apps that match cmd, id and label of the query."""
    apps = list(core.state.apps.values())
    for word in query.get("cmd", []):
        apps = [each for each in apps if word in each.spec.get("cmd", "")]
    for word in query.get("id", []):
        apps = [each for each in apps if word in each.id]
    for selector in query.get("label", []):
        for part in selector.split(","):
            apps = [each for each in apps if _label(part.strip(), each.spec["labels"])]
    return apps


def _label(selector: str, labels: Dict[str, str]) -> bool:
    for operator in ("!=", "=="):
        if operator in selector:
            key, value = (each.strip() for each in selector.split(operator, 1))
            return (labels.get(key) == value) == (operator == "==")
    return selector in labels


def group(core: "Core", group_id: str) -> Optional[Dict[str, Any]]:
    """A group with its apps and groups; None when nothing is there."""
    prefix = group_id.rstrip("/") + "/"
    ids = [each for each in core.state.apps if each.startswith(prefix)]
    known = [each for each in core.state.groups if each == group_id or each.startswith(prefix)]
    if not ids and not known and group_id != "/":
        return None
    own = [core.state.apps[each] for each in ids if "/" not in each[len(prefix) :]]
    below = sorted({prefix + each[len(prefix) :].split("/")[0] for each in ids if "/" in each[len(prefix) :]})
    below += [each for each in sorted({prefix + each[len(prefix) :].split("/")[0] for each in known if each != group_id}) if each not in below]
    versions = [core.state.groups[each] for each in known] + [core.state.apps[each].version for each in ids]
    shown: Dict[str, Any] = {
        "id": group_id,
        "apps": [each.info() for each in own],
        "pods": [],
        "groups": [found for found in (group(core, each) for each in below) if found],
        "dependencies": [],
        "version": max(versions, default="1970-01-01T00:00:00.000Z"),
    }
    if group_id.count("/") == 1 and group_id != "/":
        shown["enforceRole"] = core.flags.new_group_enforce_role == "top"
    return shown


def versions(core: "Core", app_id: str) -> List[str]:
    """Newest first."""
    if app_id not in core.state.apps:
        raise message(404, f"App '{app_id}' does not exist", details=[])
    return sorted(core.state.history.get(app_id, {}), reverse=True)
