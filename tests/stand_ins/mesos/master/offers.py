# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The allocator: who is offered what, filters of declined offers, and ACCEPT.

Offers everything free on an agent to the framework with the smallest dominant share; runs after a change, at most once per
allocation interval. Does not do quotas, weights, offer constraints, GPUs filtering, inverse offers or random sorters.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from ..daemon import LOG
from ..resources import ANY, Pool, add, contains, parse_resources, to_json, total
from .model import Agent, Filter, Framework, Offer, free

if TYPE_CHECKING:
    from .master import Master

DEFAULT_REFUSE_SECONDS = 5.0


class Offers:
    """All calls but `run` hold the master's lock."""

    def __init__(self, master: "Master") -> None:
        self.master = master
        self.all: Dict[str, Offer] = {}
        self._changed = threading.Event()
        self._next = 0
        self._filter_end: Optional[int] = None
        text = master.flags.min_allocatable_resources or ""
        self._minimum = [parse_resources(part) for part in text.split("|") if part]
        threading.Thread(target=self.run, name="allocator", daemon=True).start()

    def wake(self) -> None:
        """Something changed that may make an offer possible."""
        self._changed.set()

    def run(self) -> None:
        """The allocator's thread; it sleeps until a change or the end of a filter."""
        while True:
            self._changed.wait()
            self._changed.clear()
            with self.master.lock:
                nearest = self.allocate() if self.master.serving else None
            self.master.timers.cancel(self._filter_end)
            if nearest is not None:
                self._filter_end = self.master.timers.after(max(0.05, nearest - time.monotonic()), self.wake)
            time.sleep(min(1.0, self.master.flags.allocation_interval))

    def share(self, framework: Framework) -> float:
        """Its dominant share."""
        used = framework.used()
        agents = self.master.agents.all.values()
        shares = [0.0]
        for name in ("cpus", "mem", "disk"):
            everything = sum(total(agent.total, name) for agent in agents)
            if everything:
                shares.append(total(used, name) / everything)
        return max(shares)

    def allocate(self) -> Optional[float]:
        """Make the offers that can be made; when the next filter ends."""
        now = time.monotonic()
        nearest: Optional[float] = None
        frameworks = self.master.frameworks.all
        batches: Dict[str, List[Offer]] = {}
        for framework in frameworks.values():
            framework.filters = [each for each in framework.filters if each.until > now]
        for agent in self.master.agents.all.values():
            if not agent.active:
                continue
            candidates = sorted((each for each in frameworks.values() if each.active), key=self.share)
            for framework in candidates:
                for role in framework.roles:
                    if role in framework.suppressed:
                        continue
                    pool = {key: value for key, value in free(agent, frameworks, self.all).items() if key[1] in (ANY, role)}
                    if not pool or (self._minimum and not any(contains(strip(pool), minimum) for minimum in self._minimum)):
                        continue
                    refusing = [each for each in framework.filters if each.agent_id == agent.id and contains(each.resources, pool)]
                    if refusing:
                        until = min(each.until for each in refusing)
                        nearest = until if nearest is None else min(nearest, until)
                        continue
                    batches.setdefault(framework.id, []).append(self._make(framework, agent, role, pool))
        for framework_id, offers in batches.items():
            framework = frameworks[framework_id]
            LOG.info(f"Sending {len(offers)} offers to framework {framework_id} ({framework.info['name']})")
            framework.count("offers/sent")
            framework.send({"type": "OFFERS", "offers": {"offers": [self.json(offer) for offer in offers]}})
        return nearest

    def _make(self, framework: Framework, agent: Agent, role: str, pool: Pool) -> Offer:
        offer = Offer(f"{self.master.id}-O{self._next}", framework, agent, role, pool)
        self._next += 1
        self.all[offer.id] = offer
        if self.master.flags.offer_timeout:
            offer.timer = self.master.timers.after(self.master.flags.offer_timeout, lambda: self._expire(offer.id))
        return offer

    def _expire(self, offer_id: str) -> None:
        with self.master.lock:
            if offer_id in self.all:
                self.rescind([self.all[offer_id]])

    def json(self, offer: Offer) -> Dict[str, Any]:
        """An Offer message."""
        agent = offer.agent
        shown: Dict[str, Any] = {
            "id": {"value": offer.id},
            "framework_id": {"value": offer.framework.id},
            "agent_id": {"value": agent.id},
            "hostname": agent.info["hostname"],
            "url": {
                "scheme": "http",
                "address": {"hostname": agent.info["hostname"], "ip": agent.ip, "port": agent.info["port"]},
                "path": "/slave(1)",
            },
            "resources": to_json(offer.resources, offer.role),
            "allocation_info": {"role": offer.role},
        }
        if agent.info.get("attributes"):
            shown["attributes"] = agent.info["attributes"]
        return shown

    def drop(self, offers: List[Offer]) -> None:
        """Take offers back without a word."""
        for offer in offers:
            self.all.pop(offer.id, None)
            self.master.timers.cancel(offer.timer)
        self.wake()

    def rescind(self, offers: List[Offer]) -> None:
        """Take offers back and tell the schedulers."""
        self.drop(offers)
        for offer in offers:
            offer.framework.count("offers/rescinded")
            offer.framework.send({"type": "RESCIND", "rescind": {"offer_id": {"value": offer.id}}})

    def rescind_silently(self, framework: Framework) -> None:
        """The scheduler is gone, or forgot its offers."""
        self.drop(self.of(framework=framework))

    def of(self, framework: Optional[Framework] = None, agent: Optional[Agent] = None) -> List[Offer]:
        """Outstanding offers of a framework, of an agent."""
        return [
            offer
            for offer in self.all.values()
            if (framework is None or offer.framework is framework) and (agent is None or offer.agent is agent)
        ]

    def decline(self, framework: Framework, ids: List[str], filters: Dict[str, Any]) -> None:
        """DECLINE, and what remains of ACCEPT."""
        for offer_id in ids:
            offer = self.all.get(offer_id)
            if offer is None or offer.framework is not framework:
                LOG.warning(f"Ignoring decline of offer {offer_id}: it is no longer valid")
                continue
            self._filter(framework, offer.agent, offer.resources, filters)
            self.drop([offer])
            framework.count("offers/declined")

    def _filter(self, framework: Framework, agent: Agent, resources: Pool, filters: Dict[str, Any]) -> None:
        seconds = min(float(filters.get("refuse_seconds", DEFAULT_REFUSE_SECONDS)), 365 * 86400.0)
        if seconds > 0 and resources:
            framework.filters.append(Filter(agent.id, resources, time.monotonic() + seconds))

    def revive(self, framework: Framework, roles: List[str]) -> None:
        """REVIVE: all filters end."""
        framework.filters = []
        framework.suppressed -= set(roles or framework.roles)
        self.wake()

    def accept(self, framework: Framework, call: Dict[str, Any]) -> None:
        """ACCEPT: launch on the offers of one agent."""
        ids = [item["value"] for item in call.get("offer_ids", [])]
        operations = call.get("operations", [])
        tasks = [info for operation in operations if operation.get("type") == "LAUNCH" for info in operation["launch"]["task_infos"]]
        groups = [operation for operation in operations if operation.get("type") == "LAUNCH_GROUP"]
        found = [self.all[offer_id] for offer_id in ids if offer_id in self.all and self.all[offer_id].framework is framework]
        problem = None
        missing = [offer_id for offer_id in ids if offer_id not in {offer.id for offer in found}]
        if not ids:
            problem = "No offers specified"
        elif missing:
            problem = f"Offer {missing[0]} is no longer valid"
        elif len({offer.agent.id for offer in found}) > 1:
            problem = "Aggregated offers must belong to one single agent"
        elif len({offer.role for offer in found}) > 1:
            problem = "Aggregated offers must be allocated to the same role"
        self.drop(found)
        if problem is not None:
            state = "TASK_DROPPED" if framework.partition_aware else "TASK_LOST"
            for info in tasks:
                status = self.master.tasks.status(
                    info["task_id"]["value"], state, f"Task launched with invalid offers: {problem}", "REASON_INVALID_OFFERS",
                    agent_id=info.get("agent_id"),
                )  # fmt: skip
                self.master.tasks.tell(framework, status)
            return
        agent, role = found[0].agent, found[0].role
        pool: Pool = {}
        for offer in found:
            pool = add(pool, offer.resources)
        framework.count("offers/accepted")
        for group in groups:
            for info in group["launch_group"]["task_group"]["tasks"]:
                status = self.master.tasks.status(
                    info["task_id"]["value"], "TASK_ERROR", "The stand-in launches no task groups", "REASON_TASK_GROUP_INVALID",
                    agent_id={"value": agent.id},
                )  # fmt: skip
                self.master.tasks.tell(framework, status)
        left = self.master.tasks.launch(framework, agent, role, tasks, pool)
        self._filter(framework, agent, left, call.get("filters") or {})


def strip(pool: Pool) -> Pool:
    """Scalars of all roles together."""
    return {(name, ANY): total(pool, name) for name, role in pool if isinstance(pool[(name, role)], float)}
