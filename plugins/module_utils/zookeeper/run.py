# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of the role zookeeper has found on its hosts, and what follows from it for the members of the ensemble."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from ..inventory import pending
from ..layers import LAYERS
from .callers import move_faults
from .logins import jaas_file
from .rollout import zookeeper_disk_faults, zookeeper_plan, zookeeper_role_faults, zookeeper_running, zookeeper_servers
from .steps import configured, rolls, step_faults, step_of
from .transport import CERTIFICATE, ENCRYPTED, MODULE_TLS, PLAIN, STRICT, TLS_ONLY, transport, with_settings

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
    ``data_log_dir``, ``allow_outage``, ``flink_wait``, ``tls``, ``clients``, ``users`` and ``step``, that of the roll that is under way, empty for
    the first one. ``seen`` is what zookeeper_info says of the ensemble before anything is touched.

    The result has ``members``, ``outside`` (those that are not in this run), ``servers`` (as zookeeper_servers), ``addresses`` and ``observers``
    (as zookeeper_info wants them), ``own`` (the member on the host), ``is_first`` (whether it is the first in this run, whose host does what one
    does for all), ``may_be_down`` (the addresses of those outside); ``other_ports``, ``regrouped`` and ``parted`` (as zookeeper_running);
    ``has_data``, ``faults`` (what its disk contradicts), ``role_faults`` (why members cannot begin or cease to vote now), ``members_due`` (whether
    members have to be asked before anything is touched); ``pending`` (members that do not run, or run with older files), ``own_pending``, ``plan``
    (as zookeeper_plan) and ``spares_flink`` (whether a restart has to wait for Flink).

    Of TLS it has ``settings`` (all that zoo.cfg has besides what each option writes) and ``jaas`` (the file of the users); ``later_steps`` (those of
    the rolls that follow the first one), ``certificate_left`` (whether the host has a certificate that nothing uses after them) and ``unsettled``
    (whether it is one of both); ``tls`` (the option of modules that open sessions) and ``word_tls`` (of those that only ask words), empty where they
    call in clear; ``asker`` (the host that can ask the members now).

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
        # A host outside the group has no layers of the inventory as its clients.
        self.groups = groups if host in grouped else {}
        self.used = any(groups.get(group) for group in DISTURBED)
        self.servers = zookeeper_servers(self.members, hostvars, options["id"], options["client_port"])
        self.own = next(server for server in self.servers if server["host"] == host)
        # Without a judgement of its host, as in the playbook verify, a member is where the inventory wants it.
        judged = {member: hostvars[member].get("zookeeper_preflight") or {} for member in self.here}
        self.looks = {member: look for member, look in judged.items() if look.get("contents") is not None}
        looked = {member: (hostvars[member].get("zookeeper_configured") or {}).get("units") for member in self.here}
        self.units: Dict[str, Mapping[str, Any]] = {member: units["zookeeper"] for member, units in looked.items() if units}
        self.outside = [member for member in self.members if member not in self.here]
        self.target = STRICT if options["tls"] else PLAIN
        self.before = self.started()
        self.running_steps = [step_of(settings) for settings in self.before]
        self.steps = rolls(self.running_steps, self.target, alone=len(self.members) == 1)
        self.step = int(options["step"]) if str(options["step"]) else self.steps[0]

    def started(self) -> List[Mapping[str, str]]:
        """What the members that run were started with; while none does, what they are configured with."""
        for path in (STARTED, CONFIGURATION):
            texts = [look["contents"].get(path) for look in self.looks.values()]
            if any(texts):
                return [configured(text) for text in texts if text]
        return []

    def told(self, seen: Mapping[str, Any]) -> Dict[str, Any]:
        running = self.running()
        outage = bool(self.options["allow_outage"])
        due = pending(self.units)
        # What was looked at before the first roll tells nothing of a later one.
        parted = running["parted"] and self.step == self.steps[0]
        plan = self.plan(seen, outage, parted)
        faults = self.faults(running["parted"] and not outage)
        return {
            "members": self.members,
            "outside": self.outside,
            "servers": self.servers,
            "addresses": [server["server"] for server in self.servers],
            "observers": [server["server"] for server in self.servers if server["role"] == "observer"],
            "own": self.own,
            "is_first": self.here[:1] == [self.host],
            "may_be_down": [server["server"] for server in self.servers if server["host"] not in self.here],
            "other_ports": running["client_ports"],
            "regrouped": running["regrouped"],
            "parted": parted,
            "has_data": self.has_data(),
            "faults": faults,
            "members_due": bool(faults or running["regrouped"] or (not self.has_data() and self.outside)),
            "role_faults": zookeeper_role_faults(self.servers, self.here, seen, outage) if seen.get("members") else [],
            "pending": due,
            "own_pending": self.host in due,
            "plan": plan,
            "spares_flink": self.used and int(self.options["flink_wait"]) > 0 and any(turn["serves"] for turn in plan["in_turn"]),
            **self.transport(),
        }

    def transport(self) -> Dict[str, Any]:
        """How the members are reached, and what a change of that still takes."""
        users, contents = self.options["users"] or {}, (self.looks.get(self.host) or {}).get("contents", {})
        left = self.target == PLAIN and bool(contents.get(CERTIFICATE))
        tls = MODULE_TLS if self.step >= ENCRYPTED else {}
        # Where clients may come in clear, so do words: from then on a new member can ask before it has a certificate.
        only = self.options["clients"] == TLS_ONLY or any("secureClientPort" in settings for settings in self.before)
        word_tls = tls if only else {}
        able = [member for member, look in self.looks.items() if look["contents"].get(CERTIFICATE)] + self.outside
        return {
            "settings": self.settings(self.step),
            "jaas": jaas_file(users) if users else "",
            "later_steps": self.steps[1:],
            "certificate_left": left,
            "unsettled": left or len(self.steps) > 1,
            "tls": tls,
            "word_tls": word_tls,
            "asker": self.host if self.host in able or not able or not word_tls else able[0],
        }

    def settings(self, step: int) -> Dict[str, Any]:
        options = self.options
        return with_settings(transport(step, int(options["client_port"]), options["clients"], bool(options["users"])), options["settings"] or {})

    def running(self) -> Dict[str, Any]:
        options = self.options
        roles = {server["id"]: server["role"] for server in self.servers}
        return zookeeper_running(
            list(self.looks.values()), [STARTED, CONFIGURATION], options["client_port"], options["peer_port"], options["election_port"],
            roles, self.settings(self.steps[0]),
        )

    def has_data(self) -> bool:
        look = self.looks.get(self.host)
        return look is not None and any(look["exists"].values())

    def faults(self, parted: bool) -> List[str]:
        look = self.looks.get(self.host)
        if look is None:
            return []
        disk = zookeeper_disk_faults(look, self.own["id"], self.options["data_dir"], self.options["data_log_dir"], CONFIGURATION, parted)
        moves = move_faults(self.running_steps, self.target, self.options["clients"], self.groups, self.hostvars)
        return disk + step_faults(self.running_steps, self.target, self.outside) + moves

    def plan(self, seen: Mapping[str, Any], allow_outage: bool, parted: bool) -> Dict[str, Any]:
        units = {member: unit for member, unit in self.units.items() if member in self.looks}
        data = {member: self.looks[member]["exists"] for member in units}
        return zookeeper_plan(self.servers, units, data, seen, allow_outage, parted)
