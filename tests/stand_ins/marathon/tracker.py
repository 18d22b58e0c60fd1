# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of tasks: status updates, kills, unreachable agents, health, and the views of tasks.

Time is as in the real one: a lost task becomes inactive when a status of it is handled (InstanceUpdater), never by itself, and one that
is inactive is forgotten by a timer (ExpungeOverdueLostTasksActor). All timers start with the election (schedulePeriodicOperations).
Does not keep statistics of life times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Set, Tuple

from .model import INACTIVE, KILLING, PROVISIONED, RUNNING, SCHEDULED, STAGING, UNREACHABLE, App, Instance, new_instance, stamp

if TYPE_CHECKING:
    from .core import Core

TERMINAL = ("TASK_FINISHED", "TASK_FAILED", "TASK_KILLED", "TASK_ERROR", "TASK_LOST", "TASK_DROPPED", "TASK_GONE", "TASK_GONE_BY_OPERATOR",
            "TASK_UNKNOWN")  # fmt: skip
FAILED = tuple(state for state in TERMINAL if state not in ("TASK_FINISHED", "TASK_KILLED"))
CONDITIONS = {"TASK_STAGING": STAGING, "TASK_STARTING": STAGING, "TASK_RUNNING": RUNNING, "TASK_KILLING": KILLING}


class Timer:
    """Due after a delay, and then at an interval; both in milliseconds."""

    def __init__(self, now: float, delay: int, interval: int) -> None:
        self.next = now + delay / 1000
        self._interval = interval / 1000

    def due(self, now: float) -> bool:
        """Whether it is time, once for each time."""
        if now < self.next:
            return False
        self.next = now + self._interval
        return True


class Tracker:
    """All calls hold the core's lock."""

    def __init__(self, core: "Core") -> None:
        self.core = core
        self._kills: Dict[str, float] = {}
        self.to_scale: Set[str] = set()
        now, flags = core.now(), core.flags
        self._scaling = Timer(now, flags.scale_apps_initial_delay, flags.scale_apps_interval)
        self._reconciling = Timer(now, flags.reconciliation_initial_delay, flags.reconciliation_interval)
        self._expunging = Timer(now, flags.task_lost_expunge_initial_delay, flags.task_lost_expunge_interval)

    def find(self, task_id: str) -> Optional[Instance]:
        """The instance whose present task this is."""
        instance = self.core.state.instances.get(task_id.rpartition("._app.")[0])
        return instance if instance and instance.task_id == task_id and instance.task else None

    def update(self, status: Dict[str, Any]) -> None:
        """One status of Mesos."""
        task_id, state = status["task_id"]["value"], status["state"]
        agent_id = (status.get("agent_id") or {}).get("value")
        instance = self.find(task_id)
        if instance is None or not instance.live:
            if state not in TERMINAL and state != "TASK_UNREACHABLE":
                self.core.call("KILL", task_id={"value": task_id}, **({"agent_id": {"value": agent_id}} if agent_id else {}))
        elif state in TERMINAL:
            self._ended(instance, state, status)
        elif state == "TASK_UNREACHABLE":
            self._unreachable(instance, status)
        else:
            self._alive(instance, state, status)
        if "uuid" in status:
            self.core.call("ACKNOWLEDGE", agent_id={"value": agent_id}, task_id={"value": task_id}, uuid=status["uuid"])

    def _publish(self, instance: Instance, state: str, message: str) -> None:
        task = instance.task or {}
        self.core.events.publish(
            "status_update_event",
            {
                "slaveId": task.get("agent_id"),
                "taskId": instance.task_id,
                "taskStatus": state,
                "message": message,
                "appId": instance.app_id,
                "host": task.get("host"),
                "ipAddresses": task.get("ips", []),
                "ports": task.get("ports", []),
                "version": instance.version,
            },
        )

    def _alive(self, instance: Instance, state: str, status: Dict[str, Any]) -> None:
        task = instance.task
        assert task is not None
        # One that came back while its successor runs makes one too many until the next scaling (ScaleAppUpdateStepImpl looks at losses only).
        task.pop("unreachable_since", None)
        if state == "TASK_STAGING" and instance.condition in (STAGING, RUNNING, KILLING):
            return
        instance.condition = CONDITIONS.get(state, instance.condition)
        task["state"] = state
        for info in (status.get("container_status") or {}).get("network_infos", []):
            task["ips"] = [{"ipAddress": each["ip_address"], "protocol": each.get("protocol", "IPv4")} for each in info.get("ip_addresses", [])]
        if state == "TASK_RUNNING" and "started" not in task:
            task["started"], task["started_at"] = self.core.stamp(), self.core.now()
            self._publish(instance, state, status.get("message", ""))
        if "healthy" in status:
            self.health(instance, bool(status["healthy"]), status.get("message") or "")

    def _ended(self, instance: Instance, state: str, status: Dict[str, Any]) -> None:
        task, now = instance.task, self.core.now()
        assert task is not None
        app = self.core.state.spec(instance)
        message = status.get("message", "")
        task["state"] = state
        self._publish(instance, state, message)
        if state in FAILED:
            self.core.state.failures[instance.app_id] = {
                "appId": instance.app_id,
                "host": task["host"],
                "message": message,
                "state": state,
                "taskId": instance.task_id,
                "timestamp": stamp(now),
                "version": instance.version,
                "slaveId": task["agent_id"],
            }
        self._kills.pop(instance.id, None)
        if instance.stopping or app is None:
            del self.core.state.instances[instance.id]
            return
        if state != "TASK_KILLED":
            self.core.queue.died(app)
        instance.condition, instance.since, instance.ready = SCHEDULED, now, False
        current = self.core.state.apps.get(instance.app_id)
        if current and current.is_current(instance.version):
            instance.version = current.version
        for key in ("staged", "staged_at", "started", "started_at", "health", "unreachable_since"):
            task.pop(key, None)
        task["ports"] = []

    def _unreachable(self, instance: Instance, status: Dict[str, Any]) -> None:
        task, app = instance.task, self.core.state.spec(instance)
        assert task is not None
        if instance.condition == INACTIVE:
            return
        if instance.condition != UNREACHABLE:
            instance.condition, task["state"] = UNREACHABLE, "TASK_UNREACHABLE"
            told = (status.get("unreachable_time") or {}).get("nanoseconds")
            task["unreachable_since"] = told / 1e9 if told else self.core.now()
            self._publish(instance, "TASK_UNREACHABLE", status.get("message", ""))
        strategy = app.spec["unreachableStrategy"] if app else "disabled"
        lost = self.core.now() - task["unreachable_since"]
        if not isinstance(strategy, dict) or lost < strategy["inactiveAfterSeconds"]:
            return
        instance.condition = INACTIVE
        self.to_scale.add(instance.app_id)
        if lost >= strategy["expungeAfterSeconds"]:
            del self.core.state.instances[instance.id]

    def _expunge(self) -> bool:
        """Forget the inactive ones whose time is over."""
        overdue = []
        for instance in self.core.state.instances.values():
            app = self.core.state.spec(instance)
            strategy = app.spec["unreachableStrategy"] if app else "disabled"
            if instance.condition != INACTIVE or not isinstance(strategy, dict):
                continue
            if self.core.now() - (instance.task or {})["unreachable_since"] >= strategy["expungeAfterSeconds"]:
                overdue.append(instance)
        for instance in overdue:
            del self.core.state.instances[instance.id]
            self.to_scale.add(instance.app_id)
        return bool(overdue)

    def health(self, instance: Instance, alive: bool, cause: str) -> None:
        """The outcome of a health check."""
        task = instance.task
        assert task is not None
        health = task.setdefault("health", {"alive": False, "consecutiveFailures": 0, "instanceId": instance.id, "known": False})
        if not health["known"] or health["alive"] != alive:
            event = {"appId": instance.app_id, "instanceId": instance.id, "taskId": instance.task_id, "version": instance.version, "alive": alive}
            self.core.events.publish("health_status_changed_event", event)
        health["known"], health["alive"] = True, alive
        if alive:
            health.setdefault("firstSuccess", self.core.stamp())
            health["lastSuccess"] = self.core.stamp()
            health["consecutiveFailures"] = 0
        else:
            health["lastFailure"], health["lastFailureCause"] = self.core.stamp(), cause
            health["consecutiveFailures"] += 1

    def is_ready(self, instance: Instance, app: App) -> bool:
        """Running, healthy where somebody checks, ready where somebody asks."""
        if instance.condition != RUNNING or not instance.task:
            return False
        if app.spec.get("healthChecks") and not (instance.task.get("health") or {}).get("alive"):
            return False
        return not app.spec.get("readinessChecks") or instance.ready

    def stop(self, instance: Instance) -> None:
        """Kill its task; the instance goes when Mesos says so."""
        if not instance.live or instance.condition in (UNREACHABLE, INACTIVE):
            if instance.live:
                self._kill(instance)
            self._kills.pop(instance.id, None)
            self.core.state.instances.pop(instance.id, None)
            return
        instance.stopping = True
        self._kill(instance)

    def _kill(self, instance: Instance) -> None:
        task = instance.task or {}
        self.core.call("KILL", task_id={"value": instance.task_id}, agent_id={"value": task.get("agent_id", "")})
        self._kills[instance.id] = self.core.now() + self.core.flags.kill_retry_timeout / 1000

    def restart(self, instance: Instance) -> None:
        """Kill the task, the instance gets another."""
        if instance.live:
            self._kill(instance)

    def surplus(self, app: App, count: int) -> List[Instance]:
        """Which instances go first when there are too many."""
        youngest = app.spec["killSelection"] == "YOUNGEST_FIRST"
        ranks = {SCHEDULED: 0, INACTIVE: 1, UNREACHABLE: 2, PROVISIONED: 3, STAGING: 4}

        def order(each: Instance) -> Tuple[int, float]:
            begun = (each.task or {}).get("staged_at", each.since)
            return ranks.get(each.condition, 5), -begun if youngest else begun

        return sorted((each for each in self.core.state.by_app(app.id) if not each.stopping), key=order)[: max(0, count)]

    def scale(self, app: App, count: int) -> bool:
        """Add or stop instances until there are `count`; whether anything was done."""
        active = [each for each in self.core.state.by_app(app.id) if each.counts]
        for _extra in range(count - len(active)):
            instance = new_instance(app.id, app.version, self.core.now())
            self.core.state.instances[instance.id] = instance
        goes = self.surplus(app, len(active) - count)
        for instance in goes:
            self.stop(instance)
        return len(active) != count

    def rescale(self) -> bool:
        """Apps that lost or regained instances, unless a deployment works on them; all apps at the scale interval."""
        now = self.core.now()
        changed = self._expunging.due(now) and self._expunge()
        if self._scaling.due(now):
            self.to_scale |= set(self.core.state.apps)
        if self._reconciling.due(now) and self.core.connected:
            self.core.reconcile()
        busy = {app_id for each in self.core.state.deployments.values() for app_id in each.apps}
        for app_id in list(self.to_scale - busy):
            self.to_scale.discard(app_id)
            if app_id in self.core.state.apps:
                app = self.core.state.apps[app_id]
                changed = self.scale(app, app.spec["instances"]) or changed
        return changed

    def repeat_kills(self) -> None:
        """Say kills again that had no effect."""
        for instance_id, due in list(self._kills.items()):
            if instance_id not in self.core.state.instances:
                del self._kills[instance_id]
            elif self.core.now() >= due:
                self._kill(self.core.state.instances[instance_id])

    def next_due(self) -> float:
        """When one of these is due."""
        return min([*self._kills.values(), self._scaling.next, self._reconciling.next, self._expunging.next])


def task_view(instance: Instance, service_ports: List[int]) -> Optional[Dict[str, Any]]:
    """As /v2/tasks shows a task; None when there has been none yet."""
    task = instance.task
    if task is None:
        return None
    health = task.get("health")
    shown = {
        "appId": instance.app_id,
        "healthCheckResults": [{key: value for key, value in health.items() if key != "known"}] if health else [],
        "host": task["host"],
        "id": instance.task_id,
        "ipAddresses": task.get("ips", []),
        "ports": task["ports"],
        "servicePorts": service_ports,
        "slaveId": task["agent_id"],
        "state": task["state"],
    }
    for key, name in (("staged", "stagedAt"), ("started", "startedAt")):
        if key in task:
            shown[name] = task[key]
    if "staged" in task:
        shown["version"] = instance.version
    return {**shown, "localVolumes": [], "role": task["role"]}
