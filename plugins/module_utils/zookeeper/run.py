# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of the role zookeeper has found on its hosts, and what follows from it for the members of the ensemble."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from ..inventory import pending
from ..layers import LAYERS
from .rollout import zookeeper_disk_faults, zookeeper_plan, zookeeper_role_faults, zookeeper_running, zookeeper_servers

CONFIGURATION = "/etc/zookeeper/zoo.cfg"
#: What the process was started with, which its unit keeps there: a run that was killed may have left the configuration a newer one.
STARTED = "/run/zookeeper/zoo.cfg"
#: Groups of hosts whose jobs end when their connections to ZooKeeper are suspended.
DISTURBED = ("flink_jobmanager", "flink_mesos", "mesos_agent")


def zookeeper_run(
    groups: Mapping[str, Sequence[str]],
    hostvars: Mapping[str, Mapping[str, Any]],
    host: str,
    in_run: Sequence[str],
    options: Mapping[str, Any],
    seen: Optional[Mapping[str, Any]] = None,
) -> Dict[str, Any]:
    """The ensemble of ``host`` as the inventory wants it, and how its members among ``in_run`` differ from that.

    ``options`` are those of the role, without their prefix: ``id``, ``client_port``, ``peer_port``, ``election_port``, ``settings``, ``data_dir``,
    ``data_log_dir``, ``allow_outage`` and ``flink_wait``. ``seen`` is what zookeeper_info says of the ensemble before anything is touched.

    The result has ``members``, ``outside`` (those that are not in this run), ``servers`` (as zookeeper_servers), ``addresses`` and ``observers``
    (as zookeeper_info wants them), ``own`` (the member on the host), ``is_first`` (whether it is the first in this run, whose host does what one
    does for all), ``may_be_down`` (the addresses of those outside); ``other_ports``, ``regrouped`` and ``parted`` (as zookeeper_running);
    ``has_data``, ``faults`` (what its disk contradicts), ``role_faults`` (why members cannot begin or cease to vote now); ``pending`` (members that do
    not run, or run with older files), ``own_pending``, ``plan`` (as zookeeper_plan) and ``spares_flink`` (whether a restart has to wait for Flink).

    :raises InputError: as zookeeper_servers.
    """
    return _Run(groups, hostvars, host, in_run, options).told(seen or {})


class _Run:
    """The members in this run, and what its steps have registered on their hosts."""

    def __init__(
        self,
        groups: Mapping[str, Sequence[str]],
        hostvars: Mapping[str, Mapping[str, Any]],
        host: str,
        in_run: Sequence[str],
        options: Mapping[str, Any],
    ) -> None:
        grouped = list(groups.get(LAYERS["zookeeper"][0]) or [])
        # A host outside the group is an ensemble of its own.
        self.members = grouped if host in grouped else [host]
        self.here = [member for member in self.members if member in in_run]
        self.host, self.hostvars, self.options = host, hostvars, options
        self.used = any(groups.get(group) for group in DISTURBED)
        self.servers = zookeeper_servers(self.members, hostvars, options["id"], options["client_port"])
        self.own = next(server for server in self.servers if server["host"] == host)
        # Without a judgement of its host, as in the playbook verify, a member is where the inventory wants it.
        judged = {member: hostvars[member].get("zookeeper_preflight") or {} for member in self.here}
        self.looks = {member: look for member, look in judged.items() if look.get("contents") is not None}
        looked = {member: (hostvars[member].get("zookeeper_configured") or {}).get("units") for member in self.here}
        self.units: Dict[str, Mapping[str, Any]] = {member: units["zookeeper"] for member, units in looked.items() if units}

    def told(self, seen: Mapping[str, Any]) -> Dict[str, Any]:
        running = self.running()
        outage = bool(self.options["allow_outage"])
        due = pending(self.units)
        plan = self.plan(seen, outage, running["parted"])
        return {
            "members": self.members,
            "outside": [member for member in self.members if member not in self.here],
            "servers": self.servers,
            "addresses": [server["server"] for server in self.servers],
            "observers": [server["server"] for server in self.servers if server["role"] == "observer"],
            "own": self.own,
            "is_first": self.here[:1] == [self.host],
            "may_be_down": [server["server"] for server in self.servers if server["host"] not in self.here],
            "other_ports": running["client_ports"],
            "regrouped": running["regrouped"],
            "parted": running["parted"],
            "has_data": self.has_data(),
            "faults": self.faults(running["parted"] and not outage),
            "role_faults": zookeeper_role_faults(self.servers, self.here, seen, outage) if seen.get("members") else [],
            "pending": due,
            "own_pending": self.host in due,
            "plan": plan,
            "spares_flink": self.used and int(self.options["flink_wait"]) > 0 and any(turn["serves"] for turn in plan["in_turn"]),
        }

    def running(self) -> Dict[str, Any]:
        options = self.options
        roles = {server["id"]: server["role"] for server in self.servers}
        return zookeeper_running(
            list(self.looks.values()), [STARTED, CONFIGURATION], options["client_port"], options["peer_port"], options["election_port"],
            roles, options["settings"],
        )

    def has_data(self) -> bool:
        look = self.looks.get(self.host)
        return look is not None and any(look["exists"].values())

    def faults(self, parted: bool) -> List[str]:
        look = self.looks.get(self.host)
        if look is None:
            return []
        return zookeeper_disk_faults(look, self.own["id"], self.options["data_dir"], self.options["data_log_dir"], CONFIGURATION, parted)

    def plan(self, seen: Mapping[str, Any], allow_outage: bool, parted: bool) -> Dict[str, Any]:
        units = {member: unit for member, unit in self.units.items() if member in self.looks}
        data = {member: self.looks[member]["exists"] for member in units}
        return zookeeper_plan(self.servers, units, data, seen, allow_outage, parted)
