# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Flink's processes take connections from other hosts. On Mesos most of them have ports of the agents' tasks."""

from __future__ import annotations

import re
from typing import Any, Dict, Iterator, List, Mapping, Set, Tuple

from ..inventory import Inventory
from ..listeners import FLINK, WEB, Listener, listeners
from .cluster import Cluster
from .job_clusters import job_ports

REST = ("rest.port", "rest.bind-port", "web.port", "jobmanager.web.port")
JOBMANAGER = (*REST, "jobmanager.rpc.port", "jobmanager.rpc.bind-port", "high-availability.jobmanager.port", "blob.server.port")
TASKMANAGER = (
    "taskmanager.rpc.port", "taskmanager.rpc.bind-port", "taskmanager.data.port", "taskmanager.data.bind-port", "queryable-state.server.ports",
    "queryable-state.proxy.ports",
)
METRICS = "metrics.internal.query-service.port"
HISTORY = "historyserver.web.port"
INTERNAL_TLS, REST_TLS = "security.ssl.internal.enabled", "security.ssl.rest.enabled"
#: What the first of these encrypts.
INTERNAL = {*JOBMANAGER, *TASKMANAGER[:4], METRICS} - {*REST}
#: Reporters that wait to be asked; others connect to a port of somebody else's.
_REPORTER = re.compile(r"(metrics\.reporter\.[^.]+)\.port")
_SERVING = re.compile(r"\.(prometheus\.PrometheusReporter|jmx\.JMXReporter)(Factory)?\b")


def listening(inventory: Inventory) -> List[Listener]:
    """Ports of the processes of all clusters that the host may have a part of, by their settings."""
    session, options = Cluster(inventory), inventory.options
    settings: Mapping[str, Any] = options["flink_conf_settings"]
    tls = _with_tls(options, settings)
    if session.mesos:
        found = _of(settings, set(), [METRICS] if inventory.host in session.members else [])
    else:
        found = _of(settings, tls, _keys(settings, inventory.host in session.jobmanagers, inventory.host in session.taskmanagers))
        for job in options["flink_job_clusters"] or []:
            if job.get("state", "present") == "present":
                own = {**_job_settings(job), **(job.get("settings") or {})}
                workers = session.taskmanager_hosts[: job.get("taskmanagers")]
                found += _of(own, tls, _keys(own, inventory.host in session.jobmanagers, inventory.host in workers))
    if session.has_history_server:
        found += listeners(HISTORY, settings.get(HISTORY) or options["flink_history_server_port"], clients=True, speaks=FLINK, tls=HISTORY in tls)
    return found


def _with_tls(options: Mapping[str, Any], settings: Mapping[str, Any]) -> Set[str]:
    """The keys of ports that the inventory has TLS at."""
    def true(key: str) -> bool:
        return str(settings.get(key)).lower() == "true"

    found = set(INTERNAL) if options["flink_internal_tls"] or true(INTERNAL_TLS) else set()
    if options["flink_rest_tls"] or true(REST_TLS):
        found.update(REST, {HISTORY} if options["flink_rest_tls"] or true("historyserver.web.ssl.enabled") else ())
    return found


def _keys(settings: Mapping[str, Any], is_jobmanager: bool, is_taskmanager: bool) -> Iterator[str]:
    yield from JOBMANAGER if is_jobmanager else ()
    yield from TASKMANAGER if is_taskmanager else ()
    if is_jobmanager or is_taskmanager:
        yield METRICS
        for key in sorted(settings):
            match = _REPORTER.fullmatch(key)
            if match and _SERVING.search(_served_by(settings, match.group(1))):
                yield key


def _of(settings: Mapping[str, Any], tls: Set[str], keys: Any) -> List[Listener]:
    given = [key for key in keys if settings.get(key) not in (None, "")]
    return [one for key in given for one in listeners(key, settings[key], key in REST, _language(settings, key), key in tls)]


def _language(settings: Mapping[str, Any], key: str) -> str:
    reporter = _REPORTER.fullmatch(key)
    if reporter:
        return WEB if "Prometheus" in _served_by(settings, reporter.group(1)) else ""
    return FLINK if key in REST else ""


def _served_by(settings: Mapping[str, Any], reporter: str) -> str:
    return " ".join(str(settings.get(f"{reporter}.{what}", "")) for what in ("class", "factory.class"))


def _job_settings(job: Mapping[str, Any]) -> Dict[str, Any]:
    """What the role tells the processes of a job cluster of their ports."""
    port = job_ports(int(job.get("ports_from") or 0))
    named: Tuple[Tuple[str, str], ...] = (
        ("rest.port", "rest"), ("jobmanager.rpc.port", "jobmanager"), ("blob.server.port", "blob"), ("taskmanager.rpc.port", "taskmanager"),
        ("taskmanager.data.port", "data"), (METRICS, "metrics"))
    return {key: port[name] for key, name in named}
