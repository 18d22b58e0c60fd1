# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which order Mesos masters and agents start and restart, and when the masters' registry allows it.

The registry is a replicated log: each master holds a replica, and a write counts when a quorum of replicas has it. A master
without a replica learns from a quorum of those that have one; only when no master has any do they begin a new log. So masters
that run restart with a larger quorum before masters are added, and from a single master to several there is no way but a new log:
one replica is no quorum of two.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from ..errors import InputError


def mesos_layout_faults(masters: Sequence[str], agents: Sequence[str], own: str, zookeeper_url: str, allow_even: bool = False) -> List[str]:
    """What is wrong with the groups, one sentence each; empty when nothing is."""
    faults = []
    if own not in masters and own not in agents:
        faults.append(f"{own} is neither in mesos_master nor in mesos_agent: put it into one of them, or leave it out of the play.")
    if not masters:
        faults.append("The group mesos_master is empty: put one, three or five hosts into it.")
    if masters and not zookeeper_url:
        faults.append(
            "Mesos masters elect their leader in ZooKeeper, and agents find it there: put hosts into the group zookeeper, or set "
            "mesos_zookeeper_url to zk://HOST:PORT,.../PATH."
        )
    if masters and len(masters) % 2 == 0 and not allow_even:
        faults.append(
            f"The group mesos_master has {len(masters)} hosts ({', '.join(masters)}): an even number survives no more failures than one "
            "master less; add or remove a host, or set mesos_allow_even to true."
        )
    return faults


def mesos_registry(masters: Sequence[str], logs: Mapping[str, bool], quorum: int) -> Dict[str, Any]:
    """What the replicas on the disks of this run's masters mean; ``logs`` tells which of them hold one.

    ``ask``: the masters that run must be asked before anything is started; ``alone``: no quorum of replicas can come together, so that
    a new registry is needed; ``holders``, ``empty`` and ``outside``: masters with a replica, without one, and not in this run.
    """
    holders = [host for host in masters if logs.get(host)]
    empty = [host for host in masters if host in logs and not logs[host]]
    outside = [host for host in masters if host not in logs]
    alone = bool(holders) and bool(empty) and not outside and len(holders) < quorum
    return {"ask": alone or (bool(outside) and bool(logs)), "alone": alone, "holders": holders, "empty": empty, "outside": outside}


def registry_faults(state: Mapping[str, Any], quorum: int, known: Optional[Mapping[str, Any]], allow_reset: bool = False) -> List[str]:
    """Why the masters may not start as the inventory wants it, one sentence each.

    ``known`` is what the leading master says: ``quorum`` (0 when none answers), ``quota``, ``maintenance`` and the list ``drained`` of
    agents that are drained or deactivated, which are what the registry holds and agents do not bring back by themselves.
    """
    known = known or {}
    if not state["ask"]:
        return []
    running = int(known.get("quorum") or 0)
    if state["outside"]:
        if running == quorum or (running == 0 and not state["empty"]):
            return []
        if running:
            return [
                f"The masters run with quorum {running}, the group mesos_master needs {quorum}, and {', '.join(state['outside'])} would keep "
                "the old one: run without --limit, so that the masters with data restart first."
            ]
        return [
            f"{', '.join(state['empty'])} hold no registry yet, and {', '.join(state['outside'])}, outside this run, may: run without --limit."
        ]
    if allow_reset:
        return []
    holders, found = ", ".join(state["holders"]), len(state["holders"])
    way = (
        "set mesos_allow_registry_reset to true for one run if the masters may begin a new registry: agents and frameworks register again and "
        "their tasks live on, but quotas, weights, maintenance and drained agents are forgotten"
    )
    if running == 0:
        return [f"Only {holders} holds a replica of the registry, {quorum} are needed, and no leading master says what is in it: {way}."]
    if found != 1 or running != 1:
        return [f"{holders} hold {found} replicas of the registry, and the new quorum {quorum} needs as many: add fewer masters at a time, or {way}."]
    held = [name for name in ("quota", "maintenance") if known.get(name)]
    held += [f"agents that are drained or deactivated ({', '.join(known['drained'])})"] if known.get("drained") else []
    if held:
        return [f"Growing from one master begins a new registry, and that of {holders} holds {' and '.join(held)}: note them, then {way}."]
    return []


def mesos_plan(
    masters: Sequence[str],
    units: Mapping[str, Mapping[str, Any]],
    logs: Mapping[str, bool],
    up: Sequence[str] = (),
    leader: str = "",
    allow_outage: bool = False,
    reset: bool = False,
) -> Dict[str, Any]:
    """In which order the masters of this run start or restart.

    ``units`` are what host_units says of the hosts of this run; ``up`` the masters that answer, ``leader`` the one that leads.
    The plan has ``reset``, the hosts whose replica is set aside first, ``together``, the hosts that start at once, ``in_turn``, those that
    follow one by one, and ``refusal``, the sentence that says why nothing may be restarted, or an empty text.
    """
    here = [host for host in masters if host in units]
    pending = [host for host in here if units[host]["active"] != "active" or units[host].get("stale")]
    if reset:
        return _plan(reset=[host for host in here if logs.get(host)], together=here)
    existing = [host for host in pending if logs.get(host) or units[host]["active"] == "active"]
    new = [host for host in pending if host not in existing]
    if not leader:
        # Nobody leads, so nobody is interrupted. New masters wait until those with a registry are a quorum.
        everyone_new = len(new) == len(masters)
        return _plan(together=new if everyone_new else existing, in_turn=[] if everyone_new else new)
    down = [host for host in existing if units[host]["active"] != "active"]
    serving = [host for host in existing if host not in down]
    # New masters do not count yet: the registry lives on those that have it.
    size = len([host for host in masters if host not in new])
    majority = size // 2 + 1
    alive = len(set(up) | set(down))
    if serving and alive - 1 < majority <= size - 1 and not allow_outage:
        missing = [host for host in masters if host not in new and host not in up and host not in down]
        return _plan(
            refusal=f"{', '.join(serving)} must restart, but {', '.join(missing) or 'another master'} is down and the others alone are no quorum; "
            "bring it back first, or set mesos_allow_outage to true."
        )
    return _plan(in_turn=down + sorted(serving, key=lambda host: host == leader) + new)


def _plan(reset: Sequence[str] = (), together: Sequence[str] = (), in_turn: Sequence[str] = (), refusal: str = "") -> Dict[str, Any]:
    return {"reset": list(reset), "together": list(together), "in_turn": list(in_turn), "refusal": refusal}


def mesos_servers_now(servers: Mapping[str, str], started: Mapping[str, Optional[str]], restarted: Sequence[str] = ()) -> Dict[str, str]:
    """Where each master is while some have not restarted yet, ``address:port`` by host.

    ``servers`` is where the inventory wants them; ``started`` the text of the file in which a host keeps the port that its master was started
    with, and nothing where it has none; ``restarted`` the hosts whose master has been started since.
    """
    now = {}
    for host, server in servers.items():
        port = "" if host in restarted else str(started.get(host) or "").strip()
        now[host] = f"{server.rpartition(':')[0]}:{port}" if port.isdigit() else server
    return now


def mesos_agent_plan(agents: Sequence[str], units: Mapping[str, Mapping[str, Any]], drain: Sequence[str] = ()) -> Dict[str, List[str]]:
    """Agents of this run that start at once (nothing runs there that could be interrupted), that restart one by one, and that are drained
    before; ``drain`` are those whose change cannot be recovered from."""
    here = [host for host in agents if host in units]
    down = [host for host in here if units[host]["active"] != "active"]
    drained = [host for host in here if host in drain]
    stale = [host for host in here if host not in down and host not in drained and units[host].get("stale")]
    return {"together": [host for host in down if host not in drained], "in_turn": stale, "drain": drained}


def mesos_containment(mounts: str, version: str = "1.11.0") -> Dict[str, Any]:
    """Launcher, isolation and systemd support that fit the host's control groups; ``mounts`` is /proc/mounts.

    Mesos 1.11 knows version 1 of them, and has to be able to write there. With version 2 or none tasks are plain processes in the
    agent's own group. Agents newer than 1.11.0 end at once when version 2 is mounted anywhere but at /sys/fs/cgroup; ``fault`` says so.
    """
    controllers: List[str] = []
    unified: List[str] = []
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 4:
            continue
        options = fields[3].split(",")
        if fields[2] == "cgroup" and "rw" in options:
            controllers += options
        elif fields[2] == "cgroup2":
            unified.append(fields[1])
    stray = [path for path in unified if path != "/sys/fs/cgroup"]
    fault = ""
    if stray and numbers(version) > numbers("1.11.0"):
        fault = (
            f"Control groups of version 2 are mounted at {', '.join(stray)}, and a Mesos agent {version} only starts when they are at /sys/fs/cgroup "
            "or nowhere: unmount them, or boot with systemd.unified_cgroup_hierarchy=1."
        )
    if "/sys/fs/cgroup" not in unified and {"freezer", "cpu", "cpuacct", "memory"} <= set(controllers):
        return {"launcher": "linux", "isolation": "cgroups/cpu,cgroups/mem", "systemd": True, "cgroups": 1, "fault": fault}
    return {
        "launcher": "posix",
        "isolation": "posix/cpu,posix/mem",
        "systemd": False,
        "cgroups": 2 if "/sys/fs/cgroup" in unified else 0,
        "fault": fault,
    }


def numbers(version: str) -> List[int]:
    try:
        return [int(number) for number in version.split("-")[0].split(".")]
    except ValueError:
        raise InputError(f"mesos_version is {version!r}; write Mesos' version, such as 1.11.0.") from None


def mesos_missing_libraries(text: str) -> List[str]:
    """Libraries that programs lack, out of what ``ldd`` prints; scripts and static programs need none."""
    missing = []
    for line in text.splitlines():
        name, arrow, where = line.strip().partition(" => ")
        if arrow and where.startswith("not found") and name not in missing:
            missing.append(name)
        elif "version `" in line and "not found" in line:
            version = line.split("version `")[1].split("'")[0]
            if version not in missing:
                missing.append(version)
    return missing
