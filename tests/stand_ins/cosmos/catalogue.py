# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packages that the stand-in has. Defaults and revisions of flink are those of the Universe; the limits of its options are not all."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional

FLINK = json.loads((Path(__file__).parent / "data" / "flink.json").read_text(encoding="utf-8"))
LATEST = FLINK["versions"][-1]
PORTS = 5


def packages() -> Dict[str, List[Dict[str, Any]]]:
    """The definitions of every package, oldest first."""
    return {
        "flink": [_flink(version, number) for number, version in enumerate(FLINK["versions"])],
        "flink-cli": [{"packagingVersion": "3.0", "name": "flink-cli", "version": "1.0.0", "releaseVersion": 0, "maintainer": "nobody"}],
    }


def _flink(version: str, release: int) -> Dict[str, Any]:
    return {
        "packagingVersion": "3.0",
        "name": "flink",
        "version": version,
        "releaseVersion": release,
        "minDcosReleaseVersion": "1.9",
        "maintainer": "nobody",
        "framework": True,
        "marathon": {"v2AppMustacheTemplate": base64.b64encode(b"see app() in catalogue.py").decode()},
        "config": FLINK["config"],
        "postInstallNotes": "Flink is being installed.",
        "postUninstallNotes": "Flink is being uninstalled.",
    }


def defaults(schema: Mapping[str, Any]) -> Dict[str, Any]:
    """The default of every option that has one."""
    found = {}
    for name, option in schema.get("properties", {}).items():
        if "default" in option:
            found[name] = option["default"]
        elif "properties" in option:
            below = defaults(option)
            if below:
                found[name] = below
    return found


def deep_merge(target: Any, fragment: Any) -> Any:
    """The second over the first, as circe's deepMerge."""
    if not (isinstance(target, dict) and isinstance(fragment, dict)):
        return fragment
    return {**target, **{name: deep_merge(target.get(name), value) for name, value in fragment.items()}}


def app(definition: Mapping[str, Any], resolved: Mapping[str, Any], options: Mapping[str, Any], app_id: Optional[str]) -> Dict[str, Any]:
    """The Marathon app of a service, as the Universe's template has it: no instances, no strategy, no label with a framework's name."""
    service, master, workers = resolved["service"], resolved["app-master"], resolved["task-managers"]
    return {
        "id": app_id or service["name"],
        "cpus": master["cpus"],
        "mem": master["memory"],
        "cmd": "/sbin/init.sh",
        "env": {
            "DCOS_SERVICE_NAME": service["name"],
            "FLINK_TASK_SLOTS": str(service["slots"]),
            "FLINK_DISPATCHER_MESOS_SECRET": service["secret"],
            "FLINK_TASK_MANAGER_COUNT": str(workers["count"]),
        },
        "container": {"type": "DOCKER", "docker": {"image": f"mesosphere/dcos-flink:{definition['version']}", "network": "HOST", "forcePullImage": True}},
        "ports": [0] * PORTS,
        "healthChecks": [
            {"protocol": "HTTP", "path": "/", "portIndex": 0, "gracePeriodSeconds": 5, "intervalSeconds": 60, "timeoutSeconds": 10,
             "maxConsecutiveFailures": 3},
        ],
        "labels": {
            "DCOS_SERVICE_NAME": service["name"],
            "DCOS_SERVICE_SCHEME": "http",
            "DCOS_SERVICE_PORT_INDEX": "0",
            "DCOS_PACKAGE_NAME": definition["name"],
            "DCOS_PACKAGE_VERSION": definition["version"],
            "DCOS_PACKAGE_SOURCE": "https://universe.example.org/repo",
            "DCOS_PACKAGE_OPTIONS": encoded({name: value for name, value in options.items() if value is not None}),
            "DCOS_PACKAGE_DEFINITION": encoded(definition),
        },
    }


def encoded(value: Any) -> str:
    """JSON in a label."""
    return base64.b64encode(json.dumps(value).encode()).decode()


def decoded(label: Optional[str]) -> Any:
    """What encoded() made; None for a label that is not there."""
    return None if label is None else json.loads(base64.b64decode(label))
