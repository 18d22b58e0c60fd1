# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a restarted Mesos agent would refuse to recover from, found before the restart.

An agent of Mesos 1.11 compares what it is told with what it wrote down at its last start (``meta/slaves/<id>/slave.info``). With
``reconfiguration_policy`` equal any difference ends it with "Incompatible agent info detected"; with additive it may grow: scalars
not smaller, ranges and sets a superset, attributes of text the same, new ones allowed, a domain where there was none.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Optional, Tuple

from ..errors import InputError
from .resources import Amount, parse_attributes, parse_resources

POLICIES = ("equal", "additive")
#: What an agent finds out by itself unless it is told.
DETECTED = ("cpus", "mem", "disk", "ports")
DEFAULT_PORT = "5051"
_NOUNS = {"scalar": "a number", "ranges": "ranges", "set": "a set", "text": "a text"}


def agent_change(
    old_flags: Optional[Mapping[str, Any]],
    new_flags: Mapping[str, Any],
    policy: str = "equal",
    running: Optional[Mapping[str, Any]] = None,
) -> List[str]:
    """One sentence for each change that the agent could not recover from; none when it can.

    The flags are spelled as flags or as environment variables ``MESOS_*``. Without ``old_flags`` there is nothing to recover.
    ``running``, what the agent's or the master's HTTP API says of the agent (hostname, port, resources, attributes), tells what the old
    flags left to the agent.

    :raises InputError: the policy is none, or resources or attributes cannot be read.
    """
    if policy not in POLICIES:
        raise InputError(f"policy is {policy!r}; write equal or additive")
    if not old_flags:
        return []
    old, new = _Agent(old_flags, running or {}), _Agent(new_flags, {})
    return [
        *_hostname(old, new),
        *_same("port", old.port, new.port),
        *_resources(old, new, policy),
        *_attributes(old, new, policy),
        *_domain(old, new, policy),
    ]


class _Agent:
    """What the flags make of an agent."""

    def __init__(self, flags: Mapping[str, Any], running: Mapping[str, Any]) -> None:
        self.flags = {_flag_name(name): value for name, value in flags.items() if value is not None}
        self.running = running

    def get(self, name: str) -> Any:
        return self.flags.get(name)

    @property
    def port(self) -> str:
        return str(self.get("advertise_port") or self.get("port") or self.running.get("port") or DEFAULT_PORT)

    @property
    def hostname(self) -> Optional[str]:
        """None when the agent finds it out."""
        named = self.get("hostname") or self.running.get("hostname")
        return str(named) if named else None

    @property
    def hostname_source(self) -> Tuple[str, str]:
        """What an agent without a hostname flag takes its name from."""
        lookup = str(self.get("hostname_lookup")).lower() not in ("false", "0")
        return str(lookup), str(self.get("advertise_ip") or self.get("ip") or "")

    def resources(self) -> Dict[str, Amount]:
        """What the agent is told, and what it is known to have found out."""
        found = self._told()
        for name, value in (self.running.get("resources") or {}).items():
            if _detected(name, found):
                found.update(parse_resources({name: value}))
        return found

    def told(self, name: str) -> bool:
        return name in self._told()

    def _told(self) -> Dict[str, Amount]:
        given = self.get("resources")
        return parse_resources(given, str(self.get("default_role") or "*")) if given else {}


def _flag_name(name: str) -> str:
    return name[len("MESOS_") :].lower() if name.startswith("MESOS_") else name


def _elsewhere(value: Any) -> bool:
    """Whether the flag's value is in a file on the host."""
    return isinstance(value, str) and value.strip().startswith(("file://", "/"))


def _unread(name: str, old: _Agent, new: _Agent) -> Optional[List[str]]:
    """What can be said when one of the two values is in a file; None when both can be read."""
    before, after = old.get(name), new.get(name)
    if not _elsewhere(before) and not _elsewhere(after):
        return None
    if before == after:
        return []
    return [f"{name} changes from {before or 'nothing'} to {after or 'nothing'}, and what is in that file cannot be compared here; write it in line"]


def _same(what: str, before: str, after: str) -> List[str]:
    return [] if before == after else [f"{what} changes from {before} to {after}, which no policy allows; keep {before}"]


def _hostname(old: _Agent, new: _Agent) -> List[str]:
    before, after = old.hostname, new.hostname
    if before and after:
        return _same("hostname", before, after)
    if old.get("hostname") is None and new.get("hostname") is None:
        if old.hostname_source == new.hostname_source:
            return []
        return [
            "hostname is left to the agent, and what it finds it out from (ip, advertise_ip, hostname_lookup) changes; "
            "set hostname to its present name"
        ]
    if after:
        return [f"hostname changes from what the agent found out to {after}, which may be another name; compare it with the running agent"]
    return [f"hostname changes from {before} to what the agent finds out, which may be another name; keep {before}"]


def _resources(old: _Agent, new: _Agent, policy: str) -> List[str]:
    unread = _unread("resources", old, new)
    if unread is not None:
        return unread
    before, after = old.resources(), new.resources()
    problems = []
    for name in sorted({*before, *after}):
        if name in before and name in after:
            problems += _difference(f"resource {name}", before[name], after[name], policy)
        elif name in before:
            if not _detected(name, after):
                problems.append(f"resource {name} ({before[name]}) is taken away; keep it")
            elif old.told(name):
                problems.append(
                    f"resource {name} was {before[name]} and is left to what the agent detects, which may be another amount; "
                    f"keep {name}:{before[name]}"
                )
        elif _detected(name, before):
            problems.append(f"resource {name} was what the agent detected and is set to {after[name]}; compare it with the running agent")
        elif policy == "equal":
            problems.append(f"resource {name} ({after[name]}) is new")
    return problems


def _base(name: str) -> str:
    """cpus for cpus(role)"""
    return name.partition("(")[0]


def _detected(name: str, told: Mapping[str, Amount]) -> bool:
    """Whether the agent finds out how much it has of this resource, given what it is told."""
    return _base(name) in DETECTED and all(_base(other) != _base(name) for other in told)


def _attributes(old: _Agent, new: _Agent, policy: str) -> List[str]:
    unread = _unread("attributes", old, new)
    if unread is not None:
        return unread
    before, after = (parse_attributes(agent.get("attributes") or "") for agent in (old, new))
    problems = []
    for name in sorted({*before, *after}):
        if name not in after:
            problems.append(f"attribute {name} ({_list(before[name])}) is taken away; keep it")
        elif name not in before:
            if policy == "equal":
                problems.append(f"attribute {name} ({_list(after[name])}) is new")
        elif len(before[name]) == len(after[name]) == 1:
            problems += _difference(f"attribute {name}", before[name][0], after[name][0], policy)
        elif before[name] != after[name]:
            problems.append(f"attribute {name} changes from {_list(before[name])} to {_list(after[name])}")
    return problems


def _list(amounts: Tuple[Amount, ...]) -> str:
    return ", ".join(str(amount) for amount in amounts)


def _difference(what: str, before: Amount, after: Amount, policy: str) -> List[str]:
    if before == after:
        return []
    if before.kind != after.kind:
        return [f"{what} changes from {_NOUNS[before.kind]} ({before}) to {_NOUNS[after.kind]} ({after})"]
    if policy == "equal":
        return [f"{what} changes from {before} to {after}"]
    if after.covers(before):
        return []
    if before.kind == "scalar":
        return [f"{what} decreases from {before} to {after}; it may only grow"]
    if before.kind == "text":
        return [f"{what} changes from {before} to {after}; a text must stay the same"]
    return [f"{what} changes from {before} to {after}, which leaves something out; it may only grow"]


def _domain(old: _Agent, new: _Agent, policy: str) -> List[str]:
    unread = _unread("domain", old, new)
    if unread is not None:
        return unread
    before, after = (_json(agent.get("domain")) for agent in (old, new))
    if before == after or (policy == "additive" and before is None):
        return []
    if before is None:
        return ["domain is new"]
    return ["domain is taken away; keep it" if after is None else "domain changes; an agent keeps the one it has"]


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value or None
    try:
        return json.loads(value) if value.strip() else None
    except ValueError as error:
        raise InputError(f"domain is no JSON: {error}") from None
