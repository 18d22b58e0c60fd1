# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draining, deactivating and reactivating an agent, and tearing down a framework; the logic of mesos_agent and mesos_framework.

Mesos can do so from 1.9 on. A drained or draining agent gets no offers, as a deactivated one does; a drain cannot be called off, only
followed by a reactivation once it is over.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any, Callable, Dict, List, Mapping, Optional

from ..errors import InputError
from ..http_client import HttpError
from ..wait import Observation, WaitTimeout, check_positive, wait_for
from .masters import DRAINING_SINCE, ONE_WAY, MesosError, MesosMasters, NoLeader, mesos_argument_spec
from .state import COMPLETED, Agent, Framework, agents, frameworks, tasks

STATES = ("active", "deactivated", "drained")
#: The master answers before it has done what it was told, but soon after.
SETTLE = 10.0
SHOWN_TASKS = 5
_COMMANDS = {"active": "REACTIVATE_AGENT", "deactivated": "DEACTIVATE_AGENT", "drained": "DRAIN_AGENT"}
#: States of an agent that are what was wanted already.
_REACHED = {"active": ("active",), "deactivated": ("deactivated", "draining", "drained"), "drained": ("drained",)}


class AgentChange:
    """Brings one agent into a state. Grace period, time-out and interval in seconds."""

    def __init__(
        self,
        masters: MesosMasters,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._masters = masters
        self._clock = clock
        self._sleep = sleep

    def run(self, params: Mapping[str, Any], check_mode: bool) -> Dict[str, Any]:
        """What the module mesos_agent does.

        :raises MesosError: the agent is not there, or cannot get there from the state that it is in.
        :raises WaitTimeout: it is not drained in time; the message names the tasks that are left.
        """
        state, grace = params["state"], params.get("grace_period")
        check_positive("interval", params["interval"])
        if grace is not None and grace < 0:
            raise InputError(f"grace_period is {grace}; it must not be negative")
        for option in ("mark_gone", "missing_ok"):
            if params.get(option) and state != "drained":
                raise InputError(f"{option} goes with state drained, not with {state}; leave it out")
        leader = self._masters.leader()
        if leader.number < DRAINING_SINCE:
            raise MesosError(
                f"The leading master {leader.url} is Mesos {leader.version}, which can neither drain nor deactivate an agent; "
                "that takes 1.9 or newer, so upgrade the masters, or stop the agent's daemon"
            )
        missing_ok = bool(params.get("missing_ok"))
        found = self._find(params["agent"], missing_ok)
        if found is None:
            return {"changed": False, "agent": None, "state": "gone", "diff": {"before": {"state": "gone"}, "after": {"state": "gone"}}}
        before = found
        needed = before.state not in _REACHED[state]
        if needed:
            self._refuse(before, state)
        if state == "drained" and params.get("mark_gone") and before.drain_state and not before.mark_gone:
            raise MesosError(
                f"Agent {before.hostname} ({before.id}) is {before.state} already, by a drain that does not mark it gone; "
                "reactivate it when it is drained, and drain it again"
            )
        commanded = needed and before.state != "draining"
        if commanded and not check_mode:
            self._command(before, state, grace, bool(params.get("mark_gone")))
        after: Optional[Agent] = before
        if needed and not check_mode:
            after = self._settle(before, params)
        return self._result(before, after, state, commanded, check_mode, bool(params.get("mark_gone")))

    def _find(self, wanted: str, missing_ok: bool) -> Optional[Agent]:
        listed = agents(self._masters)
        found = [agent for agent in listed if agent.id == wanted] or _newest([agent for agent in listed if wanted in agent.names])
        if len(found) > 1:
            said = ", ".join(f"{agent.id} (port {agent.port}, {agent.state})" for agent in found)
            raise MesosError(f"{wanted} is the host of {len(found)} Mesos agents; give the id of one of them: {said}")
        if found:
            return found[0]
        if missing_ok:
            return None
        known = ", ".join(f"{agent.hostname} ({agent.state})" for agent in listed) or "none"
        raise MesosError(
            f"The leading master knows no agent {wanted}; it never registered, is unreachable, or was marked gone. Agents that it knows: {known}"
        )

    @staticmethod
    def _refuse(agent: Agent, state: str) -> None:
        name = f"Agent {agent.hostname} ({agent.id})"
        if agent.state == "disconnected":
            raise MesosError(f"{name} is registered, but does not talk to the leading master; start its daemon and run again")
        if agent.state == "recovered":
            raise MesosError(f"{name} has not come back since the leading master changed; start its daemon, or wait, and run again")
        if agent.state == "draining" and state == "active":
            raise MesosError(f"{name} is being drained, and Mesos cannot call that off; wait until it is drained and run again")

    def _command(self, agent: Agent, state: str, grace: Optional[int], mark_gone: bool) -> None:
        kind = _COMMANDS[state]
        body: Dict[str, Any] = {"agent_id": {"value": agent.id}}
        if state == "drained":
            if grace is not None:
                body["max_grace_period"] = {"seconds": grace}
            body["mark_gone"] = mark_gone
        try:
            self._masters.command(kind, **body)
        except HttpError as error:
            if error.status is None or error.status not in (400, 403, 409):
                raise
            why = error.server_message or f"status {error.status}"
            raise MesosError(f"The leading master refuses {kind} for agent {agent.hostname} ({agent.id}): {why}") from error

    def _settle(self, agent: Agent, params: Mapping[str, Any]) -> Optional[Agent]:
        """Wait until the agent is in the state; None when it was marked gone. Without ``wait`` a drain only has to begin."""
        state, mark_gone = params["state"], bool(params.get("mark_gone"))
        reached = (*_REACHED[state], "draining") if not params["wait"] else _REACHED[state]
        timeout = params["timeout"] if state == "drained" and params["wait"] else SETTLE

        def probe() -> Observation:
            try:
                now = next((one for one in agents(self._masters) if one.id == agent.id), None)
                if now is None and mark_gone:
                    return Observation(True, "marked gone")
                if now is None:
                    return Observation(False, "the leading master does not list it any more; is its daemon running?")
                left = self._left(agent.id) if now.state == "draining" and now.state not in reached else ""
            except NoLeader as error:
                return Observation(False, error.message)
            gone_next = mark_gone and now.state == "drained" and params["wait"]
            return Observation(now.state in reached and not gone_next, f"it is {now.state}{left}", now)

        what = f"agent {agent.hostname} ({agent.id}) to be {state}"
        try:
            last: Optional[Agent] = wait_for(probe, timeout, params["interval"], what, clock=self._clock, sleep=self._sleep).value
            return last
        except WaitTimeout as late:
            # It was told all the same.
            late.details["changed"] = True
            raise

    def _left(self, agent_id: str) -> str:
        """Which tasks of which frameworks keep an agent from being drained."""
        found = [task for task in tasks(self._masters) if task.agent_id == agent_id]
        if not found:
            return "; no task runs there, so an operation or the acknowledgement of a status update is outstanding"
        by_framework: Dict[str, List[str]] = {}
        for task in found:
            by_framework.setdefault(f"{task.framework} ({task.framework_id})", []).append(f"{task.id} ({task.state})")
        return "; tasks left: " + "; ".join(f"{_some(names)} of framework {framework}" for framework, names in by_framework.items())

    @staticmethod
    def _result(
        before: Agent, after: Optional[Agent], state: str, changed: bool, check_mode: bool, mark_gone: bool
    ) -> Dict[str, Any]:
        wanted = state if changed and check_mode else (after.state if after else "gone")
        if mark_gone and changed and check_mode:
            wanted = "gone"
        header = f"agent {before.hostname} ({before.id})"
        return {
            "changed": changed,
            "agent": asdict(after) if after else None,
            "state": wanted,
            "diff": {
                "before_header": header,
                "after_header": header,
                "before": {"state": before.state},
                "after": {"state": wanted},
            },
        }


def _newest(found: List[Agent]) -> List[Agent]:
    """One agent for each address and port: an agent that came back with a new id leaves its old self behind for a while."""
    by_address: Dict[Any, Agent] = {}
    for agent in sorted(found, key=lambda one: one.registered or 0):
        by_address[(agent.hostname, agent.port)] = agent
    return sorted(by_address.values(), key=lambda agent: agent.id)


def tear_down(
    masters: MesosMasters,
    wanted: str,
    check_mode: bool,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Dict[str, Any]:
    """What the module mesos_framework does: the framework and its tasks end, unless it is completed or unknown already.

    :raises MesosError: several frameworks have this name, or the master refuses.
    """
    known = frameworks(masters)
    framework = _one_framework(known, wanted)
    running = framework is not None and not framework.completed
    after: Optional[Framework] = framework
    if framework is not None and running and not check_mode:
        _tear_down(masters, framework)

        def probe() -> Observation:
            try:
                now = next((one for one in frameworks(masters) if one.id == framework.id), None)
            except NoLeader as error:
                return Observation(False, error.message)
            return Observation(now is None or now.completed, f"it is {now.state if now else 'unknown'}", now)

        what = f"framework {framework.name} ({framework.id}) to be completed"
        after = wait_for(probe, SETTLE, 0.5, what, clock=clock, sleep=sleep).value
    before_state = framework.state if framework else "unknown"
    after_state = COMPLETED if running else before_state
    header = f"framework {framework.name} ({framework.id})" if framework else f"framework {wanted}"
    return {
        "changed": running,
        "framework": asdict(after) if after else None,
        "state": after_state,
        "diff": {
            "before_header": header,
            "after_header": header,
            "before": {"state": before_state},
            "after": {"state": after_state},
        },
    }


def _one_framework(known: List[Framework], wanted: str) -> Optional[Framework]:
    by_id = [framework for framework in known if framework.id == wanted]
    if by_id:
        return by_id[0]
    named = [framework for framework in known if framework.name == wanted]
    running = [framework for framework in named if not framework.completed]
    if len(running) > 1:
        said = ", ".join(f"{one.id} ({one.state}, of {one.user or 'no user'} on {one.hostname or 'an unknown host'})" for one in running)
        raise MesosError(f"{wanted} is the name of {len(running)} frameworks; give the id of one of them: {said}")
    return next(iter(running or named), None)


def _tear_down(masters: MesosMasters, framework: Framework) -> None:
    try:
        masters.command("TEARDOWN", framework_id={"value": framework.id})
    except HttpError as error:
        # It went by itself in the meantime: what the next look shows counts.
        if error.status == 400 and "No framework found" in error.server_message:
            return
        if error.status not in (400, 403):
            raise
        why = error.server_message or f"status {error.status}"
        raise MesosError(f"The leading master refuses to tear down framework {framework.name} ({framework.id}): {why}") from error


def _some(names: List[str]) -> str:
    more = len(names) - SHOWN_TASKS
    return ", ".join(names[:SHOWN_TASKS]) + (f" and {more} more" if more > 0 else "")


def core(params: Mapping[str, Any], check_mode: bool, warn: Callable[[str], None]) -> Dict[str, Any]:
    return AgentChange(MesosMasters.from_params(params)).run(params, check_mode)


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        agent=dict(type="str", required=True),
        state=dict(type="str", choices=list(STATES), required=True),
        grace_period=dict(type="int"),
        mark_gone=dict(type="bool", default=False),
        missing_ok=dict(type="bool", default=False),
        wait=dict(type="bool", default=True),
        timeout=dict(type="float", default=600),
        interval=dict(type="float", default=1),
        **mesos_argument_spec(),
    ),
    requirements=("requests",),
    **ONE_WAY,
)
