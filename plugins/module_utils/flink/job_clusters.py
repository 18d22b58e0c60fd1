# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with ``flink_job_clusters``, judged on the controller before any host is touched.

A job cluster is a Flink cluster of its own with one job. Standalone, its processes share hosts with those of other clusters, so that it
needs ports of its own: ten in a row, in the order of PORTS, of which the last five are for metrics.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Sequence, Set

from ..errors import InputError

MESOS = "mesos"
STATES = ("present", "absent")
PORTS = ("rest", "jobmanager", "blob", "taskmanager", "data")
PORT_COUNT = 10
LARGEST_PORT = 65535
NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
#: Directories that the session cluster and its jobs have where each job cluster has one of its own name.
RESERVED = ("checkpoints", "completed-jobs", "ha", "jars", "jobs", "savepoints", "tmp")
CLASS = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*")
TYPES: Dict[str, type] = {
    "name": str,
    "state": str,
    "remove_data": bool,
    "jar": str,
    "entry_class": str,
    "arguments": list,
    "parallelism": int,
    "savepoint": str,
    "allow_non_restored": bool,
    "settings": dict,
    "jobmanager_memory": str,
    "taskmanager_memory": str,
    "taskmanager_slots": int,
    "taskmanagers": int,
    "taskmanager_cpus": float,
    "ports_from": int,
}
_WORDS = {str: "a text", bool: "true or false", list: "a list", int: "a whole number", float: "a number", dict: "a dictionary"}


def job_ports(first: int) -> Dict[str, Any]:
    """Ports by process out of ten in a row; ``metrics`` is a range as Flink reads it."""
    ports: Dict[str, Any] = {name: first + place for place, name in enumerate(PORTS)}
    return {**ports, "metrics": f"{first + len(PORTS)}-{first + PORT_COUNT - 1}"}


def job_cluster_problems(
    clusters: Any, cluster_manager: str, session_name: str, session_ports: Sequence[Any] = (), hosts: int = 0
) -> List[str]:
    """Sentences on what cannot work; empty when nothing.

    :param session_ports: ports of the session cluster, each a number or a range ``6125-6130``.
    :param hosts: how many hosts may have a TaskManager, for the standalone manager.
    """
    if not isinstance(clusters, list) or not all(isinstance(each, Mapping) for each in clusters):
        return ["flink_job_clusters must be a list of dictionaries, each with at least name, jar and entry_class"]
    problems: List[str] = []
    taken: Dict[int, str] = {port: session_name for each in session_ports for port in port_range(each)}
    seen: Set[str] = set()
    for place, cluster in enumerate(clusters, 1):
        name = cluster.get("name")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            problems.append(f"entry {place} of flink_job_clusters has the name {name!r}: use lower-case letters, digits and -, a letter first")
            continue
        what = f"job cluster {name}"
        if name == session_name or name in seen:
            problems.append(f"{what} has a name that another Flink cluster has: give it one of its own")
        if name in RESERVED:
            problems.append(f"{what} has the name of a directory of {session_name}, and would be mixed up with it: rename it")
        seen.add(name)
        faults = _wrong_types(cluster)
        if not faults and cluster.get("state", "present") == "present":
            faults = _wrong_values(cluster)
            faults += _wrong_on_mesos(cluster) if cluster_manager == MESOS else _wrong_standalone(cluster, hosts, taken)
        problems += [f"{what}: {fault}" for fault in faults]
    return problems


def port_range(ports: Any) -> range:
    """The ports in ``6125-6130``, or in a single number.

    :raises InputError: it is neither.
    """
    match = re.fullmatch(r"(\d+)(?:-(\d+))?", str(ports).strip())
    if not match:
        raise InputError(f"{ports!r} is no port and no range of ports such as 6125-6130")
    return range(int(match.group(1)), int(match.group(2) or match.group(1)) + 1)


def _wrong_types(cluster: Mapping[str, Any]) -> List[str]:
    unknown = sorted(str(key) for key in cluster if key not in TYPES)
    faults = [f"{', '.join(unknown)} is no option; there are {', '.join(sorted(TYPES))}"] if unknown else []
    for key, kind in TYPES.items():
        value = cluster.get(key)
        fits = isinstance(value, (int, float) if kind is float else kind) and (kind is bool or not isinstance(value, bool))
        if key in cluster and not fits:
            faults.append(f"{key} is {value!r}: write {_WORDS[kind]}")
    if cluster.get("state", "present") not in STATES:
        faults.append(f"state is {cluster['state']!r}: choose {' or '.join(STATES)}")
    return faults


def _wrong_values(cluster: Mapping[str, Any]) -> List[str]:
    faults = [f"{key} is missing" for key in ("jar", "entry_class") if not cluster.get(key)]
    if cluster.get("jar") and not (cluster["jar"].endswith(".jar") and cluster["jar"].startswith("/")):
        faults.append(f"jar is {cluster['jar']}: name a file on the controller that ends with .jar, by its absolute path")
    if cluster.get("entry_class") and not CLASS.fullmatch(cluster["entry_class"]):
        faults.append(f"entry_class is {cluster['entry_class']}: write the full name of the class with main(), as in org.example.Words")
    faults += [
        f"{key} is {cluster[key]}: it must be 1 or more"
        for key in ("parallelism", "taskmanager_slots", "taskmanagers")
        if key in cluster and cluster[key] < 1
    ]
    if any(not isinstance(each, (str, int, float)) or "\n" in str(each) for each in cluster.get("arguments", [])):
        faults.append("arguments must be texts or numbers without line breaks")
    if cluster.get("remove_data"):
        faults.append("remove_data is true, but it belongs to state absent: leave it out, or set state to absent")
    return faults


def _wrong_on_mesos(cluster: Mapping[str, Any]) -> List[str]:
    return [
        f"{key} is for the standalone manager only: on Mesos {why}"
        for key, why in (
            ("taskmanagers", "parallelism and taskmanager_slots decide how many TaskManagers Flink asks for"),
            ("ports_from", "Mesos chooses the ports"),
        )
        if key in cluster
    ]


def _wrong_standalone(cluster: Mapping[str, Any], hosts: int, taken: Dict[int, str]) -> List[str]:
    faults = ["taskmanager_cpus is for Mesos only: systemd does not count them"] if "taskmanager_cpus" in cluster else []
    if hosts and cluster.get("taskmanagers", 1) > hosts:
        faults.append(f"taskmanagers is {cluster['taskmanagers']}, and {hosts} hosts may have one: lower it, or put more hosts into flink_taskmanager")
    first = cluster.get("ports_from")
    if first is None:
        return [*faults, f"ports_from is missing: name the first of {PORT_COUNT} ports in a row that nothing else uses"]
    if not 1024 <= first <= LARGEST_PORT - PORT_COUNT + 1:
        return [*faults, f"ports_from is {first}: choose 1024 to {LARGEST_PORT - PORT_COUNT + 1}"]
    own = range(first, first + PORT_COUNT)
    others = sorted({taken[port] for port in own if port in taken})
    if others:
        faults.append(f"its ports {own[0]} to {own[-1]} are also those of {', '.join(others)}: choose another ports_from")
    taken.update({port: cluster["name"] for port in own})
    return faults
