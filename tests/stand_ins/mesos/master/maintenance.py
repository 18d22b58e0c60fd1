# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The maintenance schedule, machines that are down, and the agents on them.

Does not send inverse offers: a machine that is scheduled is draining, and nobody is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List

from ..web import Refused

if TYPE_CHECKING:
    from .master import Master

MODES = ("up", "draining", "down")


def same(left: Dict[str, Any], right: Dict[str, Any]) -> bool:
    """Both hostname and ip count."""
    return (left.get("hostname", "").lower(), left.get("ip")) == (right.get("hostname", "").lower(), right.get("ip"))


def check_machines(machines: Any) -> List[Dict[str, Any]]:
    """Machine ids, each with a hostname or an ip, none twice."""
    if not isinstance(machines, list) or not machines:
        raise Refused(400, "List of machines is empty")
    for number, machine in enumerate(machines):
        if not machine.get("hostname") and not machine.get("ip"):
            raise Refused(400, "Both 'hostname' and 'ip' for a machine are empty")
        if any(same(machine, other) for other in machines[:number]):
            raise Refused(400, f"Machine '{machine}' is included more than once")
    return machines


def check_schedule(schedule: Any) -> Dict[str, Any]:
    """Windows of machines and times in nanoseconds."""
    if not isinstance(schedule, dict):
        raise Refused(400, "Failed to convert JSON into maintenance::Schedule: expecting a JSON object")
    for window in schedule.get("windows", []):
        check_machines(window.get("machine_ids"))
        start = ((window.get("unavailability") or {}).get("start") or {}).get("nanoseconds")
        if not isinstance(start, int):
            raise Refused(400, "Missing required field 'unavailability.start.nanoseconds'")
    return schedule


class Maintenance:
    """All calls hold the master's lock."""

    def __init__(self, master: "Master") -> None:
        self.master = master
        self.schedule: Dict[str, Any] = {}
        self.downs: List[Dict[str, Any]] = []

    def scheduled(self) -> List[Dict[str, Any]]:
        """All machines of the schedule."""
        return [machine for window in self.schedule.get("windows", []) for machine in window["machine_ids"]]

    def status(self) -> Dict[str, Any]:
        """Who drains and who is down; nothing when nobody does."""
        draining = [machine for machine in self.scheduled() if not any(same(machine, down) for down in self.downs)]
        shown: Dict[str, Any] = {}
        if draining:
            shown["draining_machines"] = [{"id": machine} for machine in draining]
        if self.downs:
            shown["down_machines"] = self.downs
        return shown

    def replace(self, schedule: Dict[str, Any]) -> None:
        """The whole schedule; a machine that is down must stay in it."""
        machines = [machine for window in schedule.get("windows", []) for machine in window["machine_ids"]]
        for down in self.downs:
            if not any(same(down, machine) for machine in machines):
                raise Refused(400, f"Machine '{down.get('hostname', '')}' is deactivated and cannot be removed from the schedule")
        self.schedule = schedule
        self.master.changed()

    def down(self, machines: Any) -> None:
        """Maintenance begins: agents on these machines are removed."""
        for machine in check_machines(machines):
            if not any(same(machine, each) for each in self.scheduled()):
                raise Refused(400, f"Machine '{machine.get('hostname', '')}' is not part of a maintenance schedule")
            if any(same(machine, each) for each in self.downs):
                raise Refused(400, f"Machine '{machine.get('hostname', '')}' is not in DRAINING mode and cannot be brought down")
        self.downs += machines
        for agent in list(self.master.agents.all.values()):
            if any(same(machine, {"hostname": agent.info["hostname"], "ip": agent.ip}) for machine in machines):
                agent.send({"type": "shutdown", "message": "Operator initiated 'Machine DOWN'"})
                self.master.agents.remove(agent, "TASK_LOST", "Operator initiated 'Machine DOWN'", "reason_unregistered")
        self.master.changed()

    def up(self, machines: Any) -> None:
        """Maintenance ends: the machines leave the schedule."""
        for machine in check_machines(machines):
            if not any(same(machine, each) for each in self.downs):
                raise Refused(400, f"Machine '{machine.get('hostname', '')}' is not in DOWN mode and cannot be brought up")
        self.downs = [down for down in self.downs if not any(same(down, machine) for machine in machines)]
        windows = []
        for window in self.schedule.get("windows", []):
            left = [machine for machine in window["machine_ids"] if not any(same(machine, up) for up in machines)]
            if left:
                windows.append({**window, "machine_ids": left})
        self.schedule = {"windows": windows} if windows else {}
        self.master.changed()
