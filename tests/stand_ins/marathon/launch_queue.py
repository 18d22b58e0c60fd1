# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances that wait for an offer, the back-off of apps whose tasks die, and what became of the offers.

Does not limit launches by launch tokens, and looks at offers one at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .model import PROVISIONED, SCHEDULED, App, Instance, Rate, stamp
from .offer_match import REASONS, match, remainder
from .task_info import task_info

if TYPE_CHECKING:
    from .core import Core


@dataclass
class Record:
    """What /v2/queue tells about an app's offers."""

    since: float
    processed: int = 0
    unused: int = 0
    last_used: Optional[float] = None
    last_unused: Optional[float] = None
    rejected: List[Optional[str]] = field(default_factory=list)
    unused_offers: Dict[str, Dict[str, Any]] = field(default_factory=dict)


class LaunchQueue:
    """All calls hold the core's lock."""

    def __init__(self, core: "Core") -> None:
        self.core = core
        self.rates: Dict[str, Rate] = {}
        self.records: Dict[str, Record] = {}
        self._revived: Optional[float] = None
        self._asking = False
        self._reviving: set = set()
        self._roles: List[str] = []
        self._queued: set = set()

    def waiting(self) -> Dict[str, List[Instance]]:
        """Instances without a task, by app."""
        result: Dict[str, List[Instance]] = {}
        for each in sorted(self.core.state.instances.values(), key=lambda one: (one.since, one.id)):
            if each.condition == SCHEDULED and not each.stopping and self.core.state.spec(each):
                result.setdefault(each.app_id, []).append(each)
        return result

    def delay(self, app_id: str) -> float:
        """Seconds until the app may be launched again."""
        rate = self.rates.get(app_id)
        return max(0.0, rate.until - self.core.now()) if rate else 0.0

    def died(self, app: App) -> None:
        """A task ended: wait longer each time, and start afresh after a long quiet."""
        now = self.core.now()
        spec = app.spec
        rate = self.rates.get(app.id)
        if rate is None or now > rate.until + spec["maxLaunchDelaySeconds"]:
            rate = self.rates[app.id] = Rate()
        grown = rate.delay * spec["backoffFactor"] if rate.delay else float(spec["backoffSeconds"])
        rate.delay = min(grown, float(spec["maxLaunchDelaySeconds"]))
        rate.until = now + rate.delay

    def reset(self, app_id: str) -> None:
        """No back-off, and nothing is known about offers."""
        self.rates.pop(app_id, None)
        self.records.pop(app_id, None)

    def next_due(self) -> Optional[float]:
        """When a delay ends, or offers may be asked for again."""
        now = self.core.now()
        delays = {app_id: self.rates[app_id].until if app_id in self.rates else 0.0 for app_id in self.waiting()}
        times = [until for until in delays.values() if until > now]
        ready = {app_id for app_id, until in delays.items() if until <= now}
        if ready and self.core.connected and self._revived is not None and (ready - self._reviving):
            times.append(max(now, self._revived + self.core.flags.min_revive_offers_interval / 1000))
        elif ready and self.core.connected and self._revived is None:
            times.append(now)
        return min(times, default=None)

    def forget_master(self) -> None:
        """A new subscription begins without filters and not suppressed."""
        self._revived = None
        self._asking = True
        self._reviving = set()

    def roles(self) -> List[str]:
        """All roles that apps use, and the default one."""
        return sorted({self.core.flags.mesos_role} | {app.spec["role"] for app in self.core.state.apps.values()})

    def tell_master(self) -> None:
        """REVIVE when an app can use offers that it has not been shown, SUPPRESS when nothing waits."""
        core = self.core
        waiting = self.waiting()
        for app_id in waiting:
            if app_id not in self._queued:
                self.records.setdefault(app_id, Record(core.now())).since = core.now()
        self._queued = set(waiting)
        self.records = {app_id: record for app_id, record in self.records.items() if app_id in core.state.apps}
        if not core.connected:
            return
        if self.roles() != self._roles:
            # The first time too: ReviveOffersStreamLogic begins with no roles.
            core.call("UPDATE_FRAMEWORK", framework_info=None)
            self._roles = self.roles()
        ready = {app_id for app_id in waiting if self.delay(app_id) <= 0}
        self._reviving &= ready
        if ready - self._reviving:
            interval = core.flags.min_revive_offers_interval / 1000
            if self._revived is None or core.now() - self._revived >= interval:
                core.call("REVIVE")
                self._revived, self._asking = core.now(), True
                self._reviving = set(ready)
        elif not waiting and self._asking and core.flags.suppress_offers:
            core.call("SUPPRESS")
            self._asking = False

    def offer(self, offer: Dict[str, Any]) -> None:
        """Launch what fits, give the rest back."""
        core = self.core
        infos: List[Dict[str, Any]] = []
        left = offer
        for app_id, instances in self.waiting().items():
            if self.delay(app_id) > 0:
                continue
            for instance in instances:
                info = self._try(instance, left) if len(infos) < core.flags.max_instances_per_offer else None
                if info is None:
                    break
                infos.append(info)
                left = remainder(left, info["resources"])
        if infos:
            operations = [{"type": "LAUNCH", "launch": {"task_infos": infos}}]
            core.call("ACCEPT", offer_ids=[offer["id"]], operations=operations, filters={"refuse_seconds": 0})
        else:
            core.call("DECLINE", offer_ids=[offer["id"]], filters={"refuse_seconds": core.flags.decline_offer_duration / 1000})

    def _try(self, instance: Instance, offer: Dict[str, Any]) -> Optional[Dict[str, Any]]:
        core, now = self.core, self.core.now()
        app = core.state.spec(instance)
        if app is None:
            return None
        placed = [
            each.task
            for each in core.state.by_app(instance.app_id)
            if each.live and each.counts and each.task and each.id != instance.id and app.is_current(each.version)
        ]
        found, reasons = match(offer, app.spec, placed, core.flags.accepted_resource_roles_default_behavior, core.choose)
        record = self.records.setdefault(instance.app_id, Record(now))
        record.processed += 1
        record.rejected.append(reasons[0] if reasons else None)
        if found is None:
            record.unused += 1
            record.last_unused = now
            record.unused_offers[offer["agent_id"]["value"]] = {"offer": offer, "reason": reasons, "timestamp": stamp(now)}
            return None
        record.last_used = now
        record.unused_offers.pop(offer["agent_id"]["value"], None)
        instance.attempt += 1
        instance.condition, instance.ready = PROVISIONED, False
        instance.task = {
            "id": instance.task_id,
            "host": offer["hostname"],
            "agent_id": offer["agent_id"]["value"],
            "attributes": offer.get("attributes", []),
            "ports": found.ports,
            "role": app.spec["role"],
            "state": "TASK_STAGING",
            "staged": stamp(now),
            "staged_at": now,
        }
        return task_info(app, instance, offer, found, core.flags.env_vars_prefix, core.flags.mesos_user)

    def view(self, lasting_offers: bool) -> Dict[str, Any]:
        """/v2/queue."""
        shown: List[Dict[str, Any]] = []
        for app_id, instances in self.waiting().items():
            app = self.core.state.spec(instances[0])
            if app is None:
                continue
            record = self.records.get(app_id) or Record(self.core.now())
            delay = self.delay(app_id)
            entry: Dict[str, Any] = {
                "count": len(instances),
                "role": app.spec["role"],
                "delay": {"timeLeftSeconds": int(delay), "overdue": delay <= 0},
                "since": stamp(record.since),
                "processedOffersSummary": self._summary(record),
                "app": app.info(),
            }
            if lasting_offers:
                entry["lastUnusedOffers"] = [
                    {"offer": offer_view(each["offer"]), "reason": each["reason"], "timestamp": each["timestamp"]}
                    for each in record.unused_offers.values()
                ]
            shown.append(entry)
        return {"queue": shown}

    def _summary(self, record: Record) -> Dict[str, Any]:
        summary: Dict[str, Any] = {"processedOffersCount": record.processed, "unusedOffersCount": record.unused}
        if record.last_unused is not None:
            summary["lastUnusedOfferAt"] = stamp(record.last_unused)
        if record.last_used is not None:
            summary["lastUsedOfferAt"] = stamp(record.last_used)
        summary["rejectSummaryLastOffers"] = funnel([each["reason"][0] for each in record.unused_offers.values()])
        summary["rejectSummaryLaunchAttempt"] = funnel(record.rejected)
        return summary


def funnel(outcomes: List[Optional[str]]) -> List[Dict[str, Any]]:
    """An offer that one reason rejects does not reach the next."""
    left = len(outcomes)
    rows = []
    for reason in REASONS:
        declined = sum(1 for each in outcomes if each == reason)
        rows.append({"reason": reason, "declined": declined, "processed": left})
        left -= declined
    return rows


def offer_view(offer: Dict[str, Any]) -> Dict[str, Any]:
    """An offer in Marathon's form."""
    resources = []
    for each in offer["resources"]:
        shown: Dict[str, Any] = {"name": each["name"], "role": each.get("role", "*")}
        if "scalar" in each:
            shown["scalar"] = each["scalar"]["value"]
        elif "ranges" in each:
            shown["ranges"] = each["ranges"]["range"]
        resources.append(shown)
    attributes = []
    for each in offer.get("attributes", []):
        value = {"text": each["text"]["value"]} if "text" in each else {"scalar": each["scalar"]["value"]} if "scalar" in each else {}
        attributes.append({"name": each["name"], **value})
    return {
        "id": offer["id"]["value"],
        "hostname": offer["hostname"],
        "agentId": offer["agent_id"]["value"],
        "resources": resources,
        "attributes": attributes,
    }
