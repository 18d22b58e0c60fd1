# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a Mesos cluster is healthy: exactly one elected master, a recovered registry on every master, and a replicated log that a
majority keeps; every agent registered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence
from urllib.parse import urlsplit

from ..http_client import HttpError
from .masters import MesosMasters
from .state import Agent

WORKERS = 16


@dataclass(frozen=True)
class Master:
    """What one master says of itself; every number is None when it does not tell, ``reason`` why it does not answer.

    One that has ``refused`` our credentials, as it may, is up; whether it is ``elected`` is then what it says of the leader.
    """

    url: str
    up: bool
    reason: str
    elected: bool = False
    recovered: Optional[bool] = None
    ensemble_size: Optional[int] = None
    quorum: Optional[int] = None
    version: Optional[str] = None
    uptime: Optional[float] = None
    unreachable_agents: int = 0
    refused: bool = False

    @property
    def problem(self) -> str:
        """What is wrong with this master alone, or nothing."""
        if not self.up:
            return f"master {self.url} does not answer: {self.reason}"
        if self.recovered is False:
            return f"master {self.url} has not recovered its registry; a majority of the masters must reach each other"
        if self.ensemble_size is not None and self.quorum is not None and self.ensemble_size < self.quorum:
            return f"master {self.url} sees {self.ensemble_size} of the {self.quorum} replicas of the registry that it needs"
        return ""


def look_at_masters(masters: MesosMasters, urls: Sequence[str]) -> List[Master]:
    """Ask every master by itself, some at a time."""
    return _each(urls, lambda url: _master(masters, url))


def look_at_agents(masters: MesosMasters, agents: Sequence[Agent], scheme: str = "http") -> Dict[str, str]:
    """Ask every connected agent by itself, some at a time; by id, one sentence for each that is not registered or does not answer."""
    asked = [agent for agent in agents if agent.connected]
    said = _each(asked, lambda agent: _agent(masters, agent, scheme))
    return {agent.id: problem for agent, problem in zip(asked, said) if problem}


def problems_of(masters: Sequence[Master], agents: Optional[Sequence[Agent]], unreachable: int) -> List[str]:
    """Why the cluster is not healthy, one sentence each; ``agents`` is None when no master leads."""
    problems = [master.problem for master in masters if master.problem]
    elected = [master.url for master in masters if master.elected]
    if not elected:
        problems.insert(0, "no master is elected")
    elif len(elected) > 1:
        problems.insert(0, f"{len(elected)} masters are elected at the same time: {', '.join(elected)}")
    for agent in agents or ():
        if agent.state == "disconnected":
            problems.append(f"agent {agent.hostname} ({agent.id}) is registered, but does not talk to the leading master")
        elif agent.state == "recovered":
            problems.append(f"agent {agent.hostname} ({agent.id}) has not come back since the leading master changed")
    if unreachable:
        problems.append(f"{unreachable} {'agents are' if unreachable > 1 else 'agent is'} unreachable")
    return problems


def scheme_of(url: str) -> str:
    return urlsplit(url).scheme


def _each(items: Sequence[Any], look: Callable[[Any], Any]) -> List[Any]:
    if not items:
        return []
    with ThreadPoolExecutor(max_workers=min(WORKERS, len(items))) as pool:
        return list(pool.map(look, items))


def _master(masters: MesosMasters, url: str) -> Master:
    try:
        metrics: Mapping[str, Any] = masters.at(url, "/metrics/snapshot")
        flags = _flags(masters, url)
        version = masters.at(url, "/version").get("version")
    except HttpError as error:
        if masters.refused(url, error):
            return _refusing(masters, url, error.reason)
        return Master(url, False, error.reason)
    recovered, size = metrics.get("registrar/log/recovered"), metrics.get("registrar/log/ensemble_size")
    quorum = str(flags.get("quorum", ""))
    return Master(
        url=url,
        up=True,
        reason="",
        elected=metrics.get("master/elected") == 1,
        recovered=None if recovered is None else recovered == 1,
        ensemble_size=None if size is None else int(size),
        quorum=int(quorum) if quorum.isdigit() else None,
        version=version,
        uptime=metrics.get("master/uptime_secs"),
        unreachable_agents=int(metrics.get("master/slaves_unreachable") or 0),
    )


def _refusing(masters: MesosMasters, url: str, reason: str) -> Master:
    try:
        return Master(url, True, reason, elected=masters.led_by(url) == url, refused=True)
    except HttpError as error:
        return Master(url, False, error.reason)


def _flags(masters: MesosMasters, url: str) -> Dict[str, str]:
    """Its flags; none when access control lists keep them from us, as health can be judged without."""
    try:
        return dict(masters.at(url, "/flags").get("flags", {}))
    except HttpError as error:
        if error.status != 403:
            raise
        return {}


def _agent(masters: MesosMasters, agent: Agent, scheme: str) -> str:
    host = agent.address or agent.hostname
    url = f"{scheme}://{f'[{host}]' if ':' in host else host}:{agent.port}"
    try:
        registered = masters.at(url, "/metrics/snapshot").get("slave/registered")
    except HttpError as error:
        return f"agent {agent.hostname} ({agent.id}) at {url} does not answer: {error.reason}"
    return "" if registered == 1 else f"agent {agent.hostname} ({agent.id}) at {url} says that it is not registered"
