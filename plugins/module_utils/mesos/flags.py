# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flags of a Mesos master or agent, judged before the daemon is restarted, and their environment variables.

Mesos 1.11 ignores a variable ``MESOS_*`` that it does not know, so a misspelt flag is silently without effect; one with a value that
it cannot read ends the daemon. Both are found here.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from ..errors import InputError
from .flag_table import MESOS
from .flag_values import (
    Flag,
    complaint,
    flag_of,
    is_endpoint,
    is_zk_url,
    nearest,
    shown,
    spelled,
)
from .isolation import isolation_problems
from .resources import as_flag, parse_attributes, parse_resources

ROLES = ("master", "agent")
#: They print something and end the daemon.
NOT_FOR_DAEMONS = ("help", "version")
#: Pairs of which only one may be given, as far as the table of flags has both for the role.
EXCLUSIVE = (
    ("ip", "ip_discovery_command"),
    ("ip6", "ip6_discovery_command"),
    ("modules", "modules_dir"),
    ("zk", "master_contender"),
    ("zk", "master_detector"),
    ("master", "master_detector"),
)


def mesos_flags(role: str) -> Dict[str, Flag]:
    """All flags of a master or an agent by name, and by deprecated name.

    :raises InputError: the role is neither.
    """
    if role not in ROLES:
        raise InputError(f"role is {role!r}; write master or agent")
    found: Dict[str, Flag] = {}
    for line in MESOS.splitlines():
        name, owner, kind, column = line.split(" ")
        if owner in (role, "both"):
            flag = flag_of(name, kind, column)
            found[name] = flag
            if "alias" in flag.traits:
                found[flag.traits["alias"]] = flag
    return found


def mesos_owned_faults(given: Mapping[str, Any], computed: Mapping[str, Any], variables: Mapping[str, str]) -> List[str]:
    """One sentence for each given flag that contradicts what a variable of the role says; ``variables`` names that variable for the flag."""

    def say(name: str, value: Any) -> str:
        return "nothing" if value is None else shown(name, value)

    return [
        f"The flag {name} is given as {say(name, given[name])}, and {variables[name]} says {say(name, computed.get(name))}: "
        f"set {variables[name]} instead of the flag."
        for name in sorted(given)
        if name in variables and given[name] is not None and str(given[name]) != str(computed.get(name))
    ]


def mesos_flag_problems(flags: Mapping[str, Any], role: str, complete: bool = True, masters: int = 0) -> List[str]:
    """One sentence for each flag that is unknown, of the other daemon, mistyped, or contradicts another one.

    A flag whose value is None counts as not given. ``complete`` says that the daemon gets no other flags, so that those which must be
    there are missed; ``masters``, if it is more than 0, is the number of masters that a quorum is judged by.

    :raises InputError: the role is neither master nor agent, or the flags are no dictionary.
    """
    known = mesos_flags(role)
    given = _given(flags)
    problems: List[str] = []
    for name, value in given.items():
        if name not in known:
            problems.append(_unknown(name, value, role, known))
        elif known[name].name in NOT_FOR_DAEMONS and spelled(value) not in ("false", "0"):
            problems.append(f"{name} makes a Mesos {role} print something and exit; leave it out")
        else:
            said = complaint(known[name], _flag_value(name, value)) or _special(known[name].name, value, given)
            problems += [f"{name} {said}"] if said else []
            if known[name].name != name and known[name].name in given:
                problems.append(f"{name} is the former name of {known[name].name}, and both are given; keep {known[name].name}")
    current = {known[name].name: value for name, value in given.items() if name in known}
    problems += [
        f"{one} and {other} exclude each other; keep one of them" for one, other in EXCLUSIVE if one in current and other in current
    ]
    problems += (_master_rules if role == "master" else _agent_rules)(current, complete)
    if role == "master" and masters:
        problems += _quorum(current, masters)
    return problems


def mesos_environment(flags: Mapping[str, Any]) -> Dict[str, str]:
    """The environment variables that stand for the flags, in order of their names; flags whose value is None are left out.

    :raises InputError: neither a master nor an agent knows a flag.
    """
    known = {**mesos_flags("master"), **mesos_flags("agent")}
    variables = {}
    for name, value in sorted(_given(flags).items()):
        if name not in known:
            raise InputError(_unknown(name, value, "", known))
        variables[f"MESOS_{name.upper()}"] = spelled(_flag_value(name, value))
    return variables


def _given(flags: Mapping[str, Any]) -> Dict[str, Any]:
    if not isinstance(flags, Mapping):
        raise InputError(f"flags must be a dictionary of flags and values, not {flags!r}")
    return {str(name): value for name, value in flags.items() if value is not None}


def _flag_value(name: str, value: Any) -> Any:
    """Resources and attributes may be written as dictionaries."""
    return as_flag(value) if name in ("resources", "attributes") and not isinstance(value, bool) else value


def _unknown(name: str, value: Any, role: str, known: Mapping[str, Flag]) -> str:
    other = {"master": "agent", "agent": "master"}.get(role)
    if other and name in mesos_flags(other):
        return f"{name} is a flag of a Mesos {other}, not of {'an' if role == 'agent' else 'a'} {role}; put it into the flags of the {other}"
    text = f"Mesos 1.11 has no flag {name}" + (f" for {'an' if role == 'agent' else 'a'} {role}" if role else "")
    if name.lower().lstrip("-").startswith("no-"):
        meant = nearest(name, known)
        return f"{text}; write {meant}: false" if meant else text
    meant = nearest(name, {**known, **(mesos_flags(other) if other else {})})
    if meant and meant not in known:
        return f"{text} (did you mean {meant}, a flag of the {other}?)"
    return f"{text} (did you mean {meant}?)" if meant else f"{text}; take it out"


def _special(name: str, value: Any, given: Mapping[str, Any]) -> Optional[str]:
    """Rules of single flags that their type does not tell."""
    text = spelled(value)
    if text.startswith("file://"):
        return None
    if name == "zk" and not is_zk_url(text):
        return f"is {shown(name, value)}; write zk://HOST:PORT,HOST:PORT,.../PATH"
    if name == "master" and not (is_zk_url(text) or is_endpoint(text)):
        return f"is {shown(name, value)}; write zk://HOST:PORT,HOST:PORT,.../PATH, or HOST:PORT of the only master"
    try:
        if name == "resources" and not text.startswith("/"):
            parse_resources(value, spelled(given.get("default_role") or "*"))
        elif name == "attributes":
            parse_attributes(value)
    except InputError as error:
        return f"cannot be read: {error}"
    return None


def _master_rules(flags: Mapping[str, Any], complete: bool) -> List[str]:
    problems = []
    if complete and ("master_contender" in flags) != ("master_detector" in flags):
        one, other = sorted(("master_contender", "master_detector"), key=lambda name: name not in flags)
        problems.append(f"{one} needs {other} as well")
    if complete and spelled(flags.get("registry", "replicated_log")) == "replicated_log":
        if "work_dir" not in flags:
            problems.append("work_dir is missing; the replicated log of a master is kept there")
        if "zk" in flags and "quorum" not in flags:
            problems.append("quorum is missing; with zk a master needs the majority of the number of masters")
    return problems


def _agent_rules(flags: Mapping[str, Any], complete: bool) -> List[str]:
    problems = []
    if complete and "work_dir" not in flags:
        problems.append("work_dir is missing; an agent keeps its tasks and what it recovers from there")
    if complete and "master" not in flags and "master_detector" not in flags:
        problems.append("master is missing; tell the agent zk://HOST:PORT,HOST:PORT,.../PATH of the masters")
    known = mesos_flags("agent")
    if any(complaint(known[name], flags[name]) for name in ("containerizers", "isolation", "launcher") if name in flags):
        # What cannot be read has been told.
        return problems
    return problems + isolation_problems({name: spelled(value) for name, value in flags.items()})


def _quorum(flags: Mapping[str, Any], masters: int) -> List[str]:
    text, needed = spelled(flags.get("quorum", "")), masters // 2 + 1
    if not text.isdigit() or int(text) == needed:
        return []
    why = "two halves could lead at once" if int(text) < needed else "fewer masters than possible may fail"
    return [f"quorum is {text}, but {masters} {'masters' if masters > 1 else 'master'} have the majority {needed}: {why}; write {needed}"]
