# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TaskInfo of an app's task: command, environment, ports, health check.

Does not do images, volumes, secrets, readiness of containers and executors of one's own: with `executor` set it still runs the command.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional

from .model import App, Instance
from .normal import port_fields
from .offer_match import Match

NANOSECONDS = 10**9
LABEL_LENGTH = 1024


def environment(app: App, instance: Instance, host: str, ports: List[int], prefix: Optional[str]) -> Dict[str, str]:
    """What the task finds in its environment; the app's own values win."""
    spec = app.spec
    variables: Dict[str, str] = {
        "MARATHON_APP_ID": spec["id"],
        "MARATHON_APP_VERSION": instance.version,
        "MARATHON_APP_RESOURCE_CPUS": str(float(spec["cpus"])),
        "MARATHON_APP_RESOURCE_MEM": str(float(spec["mem"])),
        "MARATHON_APP_RESOURCE_DISK": str(float(spec["disk"])),
        "MARATHON_APP_RESOURCE_GPUS": str(spec["gpus"]),
        "MESOS_TASK_ID": instance.task_id,
    }
    image = ((spec.get("container") or {}).get("docker") or {}).get("image")
    if image:
        variables["MARATHON_APP_DOCKER_IMAGE"] = image
    labels = {re.sub(r"[^A-Z0-9_]", "_", key.upper()): value for key, value in spec["labels"].items() if len(value) < LABEL_LENGTH}
    variables["MARATHON_APP_LABELS"] = " ".join(sorted(labels))
    variables.update({f"MARATHON_APP_LABEL_{key}": value for key, value in labels.items()})
    variables.update({(prefix or "") + key: value for key, value in port_variables(spec, ports).items()})
    variables[(prefix or "") + "HOST"] = host
    variables.update({key: value for key, value in spec.get("env", {}).items() if isinstance(value, str)})
    return variables


def port_variables(spec: Dict[str, Any], ports: List[int]) -> Dict[str, str]:
    """PORT0, PORT, PORTS, PORT_<declared> and PORT_<NAME>."""
    variables = {f"PORT{number}": str(port) for number, port in enumerate(ports)}
    if ports:
        variables["PORT"] = str(ports[0])
        variables["PORTS"] = ",".join(map(str, ports))
    key = "port" if spec["networks"][0]["mode"] == "host" else "containerPort"
    fields = [each for each in port_fields(spec) if key == "port" or each.get("hostPort") is not None]
    for each, port in zip(fields, ports):
        if each.get(key):
            variables[f"PORT_{each[key]}"] = str(port)
        if each.get("name"):
            variables["PORT_" + re.sub(r"[^A-Z0-9_]", "_", each["name"].upper())] = str(port)
    return variables


def health_check(spec: Dict[str, Any], ports: List[int]) -> Optional[Dict[str, Any]]:
    """The check that the agent makes, if one of them is the agent's."""
    for each in spec.get("healthChecks", []):
        protocol = each["protocol"]
        if protocol != "COMMAND" and not protocol.startswith("MESOS_"):
            continue
        result: Dict[str, Any] = {
            "delay_seconds": float(each["delaySeconds"]),
            "interval_seconds": float(each["intervalSeconds"]),
            "timeout_seconds": float(each["timeoutSeconds"]),
            "consecutive_failures": each["maxConsecutiveFailures"],
            "grace_period_seconds": float(each["gracePeriodSeconds"]),
        }
        if protocol == "COMMAND":
            return {**result, "type": "COMMAND", "command": {"shell": True, "value": each["command"]["value"]}}
        port = check_port(each, ports)
        if protocol == "MESOS_TCP":
            return {**result, "type": "TCP", "tcp": {"port": port}}
        scheme = "https" if protocol == "MESOS_HTTPS" else "http"
        return {**result, "type": "HTTP", "http": {"port": port, "path": each.get("path", "/"), "scheme": scheme}}
    return None


def check_port(check: Dict[str, Any], ports: List[int]) -> int:
    """The port that a check looks at."""
    return check["port"] if "port" in check else ports[check["portIndex"]]


def task_info(app: App, instance: Instance, offer: Dict[str, Any], match: Match, prefix: Optional[str], user: str) -> Dict[str, Any]:
    """For LAUNCH."""
    spec = app.spec
    variables = environment(app, instance, offer["hostname"], match.ports, prefix)
    command: Dict[str, Any] = {
        "environment": {"variables": [{"name": name, "value": value, "type": "VALUE"} for name, value in sorted(variables.items())]},
        "uris": [
            {
                "value": each["uri"],
                "extract": each["extract"],
                "executable": each["executable"],
                "cache": each["cache"],
                **({"output_file": each["destPath"]} if "destPath" in each else {}),
            }
            for each in spec.get("fetch", [])
        ],
        "user": spec.get("user") or user,
    }
    if "cmd" in spec:
        command.update({"shell": True, "value": spec["cmd"]})
    else:
        command.update({"shell": False, "value": spec["args"][0], "arguments": spec["args"]} if "args" in spec else {"shell": False})
    info: Dict[str, Any] = {
        "name": ".".join(reversed(spec["id"].strip("/").split("/"))),
        "task_id": {"value": instance.task_id},
        "agent_id": offer["agent_id"],
        "resources": match.resources,
        "command": command,
    }
    if spec["labels"]:
        info["labels"] = {"labels": [{"key": key, "value": value} for key, value in spec["labels"].items()]}
    if "taskKillGracePeriodSeconds" in spec:
        info["kill_policy"] = {"grace_period": {"nanoseconds": spec["taskKillGracePeriodSeconds"] * NANOSECONDS}}
    check = health_check(spec, match.ports)
    if check:
        info["health_check"] = check
    container = spec.get("container") or {}
    if container.get("docker", {}).get("image"):
        info["container"] = {"type": container["type"], container["type"].lower(): {"image": container["docker"]["image"]}}
    names = [each.get("name") for each in port_fields(spec)]
    info["discovery"] = {
        "visibility": "FRAMEWORK",
        "name": info["name"],
        "ports": {"ports": [{"number": port, "protocol": "tcp", **({"name": name} if name else {})} for port, name in zip(match.ports, names)]},
    }
    return info
