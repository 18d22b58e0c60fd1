# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/metrics/snapshot of the master.

Names that the real one has and that nothing here can move (operations, queues, revocable resources) are there and stay zero.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Dict

from ..resources import total

if TYPE_CHECKING:
    from .master import Master

OPERATIONS = ("create", "create_disk", "destroy", "destroy_disk", "grow_volume", "reserve", "shrink_volume", "unreserve")
OUTCOMES = ("dropped", "error", "failed", "finished", "gone_by_operator", "pending", "recovering", "total", "unreachable")
ZERO = [
    "dropped_messages", "event_queue_dispatches", "event_queue_http_requests", "event_queue_messages", "http_cache_hits",
    "invalid_executor_to_framework_messages", "invalid_framework_to_executor_messages",
    "invalid_operation_status_update_acknowledgements", "invalid_operation_status_updates", "invalid_status_update_acknowledgements",
    "invalid_status_updates", "operator_event_stream_subscribers", "recovery_slave_removals", "slave_registrations", "slave_removals",
    "slave_removals/reason_registered", "slave_removals/reason_unhealthy", "slave_removals/reason_unregistered",
    "slave_reregistrations", "slave_shutdowns_canceled", "slave_shutdowns_completed", "slave_shutdowns_scheduled",
    "slave_unreachable_canceled", "slave_unreachable_completed", "slave_unreachable_scheduled",
    "valid_executor_to_framework_messages", "valid_framework_to_executor_messages",
    "valid_operation_status_update_acknowledgements", "valid_operation_status_updates", "valid_status_update_acknowledgements",
    "valid_status_updates",
]  # fmt: skip
LIVE = ("staging", "starting", "running", "killing", "unreachable")
ENDED = ("finished", "failed", "killed", "lost", "error", "dropped", "gone", "gone_by_operator")


def system() -> Dict[str, float]:
    """What libprocess tells about the host."""
    memory = {}
    with open("/proc/meminfo", encoding="ascii") as file:
        for line in file:
            name, colon, value = line.partition(":")
            memory[name] = float(value.split()[0]) * 1024
    load = os.getloadavg()
    return {
        "system/cpus_total": float(os.cpu_count() or 1),
        "system/load_1min": load[0],
        "system/load_5min": load[1],
        "system/load_15min": load[2],
        "system/mem_free_bytes": memory["MemFree"],
        "system/mem_total_bytes": memory["MemTotal"],
    }


class Metrics:
    """Computed when asked for."""

    def __init__(self, master: "Master") -> None:
        self.master = master

    def snapshot(self) -> Dict[str, float]:
        """All metrics by name."""
        master = self.master
        with master.lock:
            values = {f"master/{name}": 0.0 for name in ZERO}
            for name in OPERATIONS:
                values.update({f"master/operations/{name}/{outcome}": 0.0 for outcome in OUTCOMES})
            values.update({f"master/operations/{outcome}": 0.0 for outcome in OUTCOMES})
            values.update({f"master/{name}": value for name, value in master.counts.items() if not name.startswith("tasks/")})
            values["master/elected"] = 1.0 if master.elected else 0.0
            values["master/uptime_secs"] = time.time() - master.start_time
            self._agents(values)
            self._frameworks(values)
            values["registrar/log/ensemble_size"] = float(len(master.registrar.ensemble()))
            values["registrar/log/recovered"] = 1.0 if master.registrar.recovered.is_set() else 0.0
            values["registrar/queued_operations"] = 0.0
            if master.elected:
                values["registrar/registry_size_bytes"] = float(len(str(master.replica.data["registry"])))
        values.update(system())
        return dict(sorted(values.items()))

    def _agents(self, values: Dict[str, float]) -> None:
        agents = list(self.master.agents.all.values())
        values["master/slaves_active"] = float(sum(agent.active for agent in agents))
        values["master/slaves_inactive"] = float(sum(not agent.active for agent in agents))
        values["master/slaves_connected"] = float(sum(agent.connected for agent in agents))
        values["master/slaves_disconnected"] = float(sum(not agent.connected for agent in agents))
        values["master/slaves_unreachable"] = float(len(self.master.agents.unreachable))
        for name in ("cpus", "mem", "disk", "gpus"):
            everything = sum(total(agent.total, name) for agent in agents if agent.active)
            used = sum(total(self.master.views.used(agent), name) for agent in agents)
            values[f"master/{name}_total"], values[f"master/{name}_used"] = float(everything), float(used)
            values[f"master/{name}_percent"] = used / everything if everything else 0.0
            for part in ("total", "used", "percent"):
                values[f"master/{name}_revocable_{part}"] = 0.0

    def _frameworks(self, values: Dict[str, float]) -> None:
        frameworks = list(self.master.frameworks.all.values())
        values["master/frameworks_active"] = float(sum(each.active for each in frameworks))
        values["master/frameworks_inactive"] = float(sum(not each.active for each in frameworks))
        values["master/frameworks_connected"] = float(sum(each.connected for each in frameworks))
        values["master/frameworks_disconnected"] = float(sum(not each.connected for each in frameworks))
        values["master/outstanding_offers"] = float(len(self.master.offers.all))
        tasks = [task for each in frameworks for task in each.tasks.values()]
        for name in LIVE:
            values[f"master/tasks_{name}"] = float(sum(task.state == f"TASK_{name.upper()}" for task in tasks))
        values["master/tasks_unreachable"] = float(sum(len(each.unreachable) for each in frameworks))
        for name in ENDED:
            values[f"master/tasks_{name}"] = self.master.counts.get(f"tasks/task_{name}", 0.0)
        if not self.master.flags.publish_per_framework_metrics:
            return
        for framework in frameworks:
            prefix = f"master/frameworks/{framework.info['name']}/{framework.id}"
            values[f"{prefix}/subscribed"] = 1.0 if framework.connected else 0.0
            values.update({f"{prefix}/{name}": value for name, value in framework.counts.items()})
            mine = list(framework.tasks.values())
            for name in (*LIVE[:4], "unreachable"):
                values[f"{prefix}/tasks/active/task_{name}"] = float(sum(task.state == f"TASK_{name.upper()}" for task in mine))
            for name in ENDED:
                values[f"{prefix}/tasks/terminal/task_{name}"] = float(sum(t.state == f"TASK_{name.upper()}" for t in framework.completed))
