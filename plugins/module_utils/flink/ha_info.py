# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Flink keeps in ZooKeeper, waited for and compared with what the Mesos masters say."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, Callable, Dict, List, Mapping, Optional

from ..errors import InputError, need_library
from ..mesos.masters import MesosMasters, NoLeader, mesos_argument_spec
from ..wait import Observation, wait_for
from ..zookeeper.session import ARGUMENT_SPEC, Session, ZooKeeperUnreachable, parse_path, session
from .ha_state import HaState, cluster_path, observe, read_state
from .mesos_workers import observe_registration, registration, rest_probe


def core(params: Mapping[str, Any], check_mode: bool, warn: Callable[[str], None]) -> Dict[str, Any]:
    path = cluster_path(params["root"], params["cluster_id"])
    workers = parse_path(params["mesos_workers_path"])
    state, not_leader = params["wait_for"], params["not_leader"]
    what = f"a leader of the Flink cluster {path}" + (f" other than {not_leader}" if not_leader else "")
    if state == "registered":
        what = f"the registration of the Flink cluster {path} with Mesos"
    masters = mesos_masters(params)
    kept: List[Session] = []
    with ExitStack() as stack:

        def look() -> Observation:
            try:
                if not kept:
                    kept.append(stack.enter_context(session(params)))
                seen = read_state(kept[0], path, workers)
                if state == "registered" and masters:
                    return observe_registration(seen, registration(seen, masters, rest_probe(params)))
                return observe(seen, state, not_leader)
            except (ZooKeeperUnreachable, NoLeader) as error:
                if state == "none":
                    raise
                if isinstance(error, ZooKeeperUnreachable):
                    # A session keeps to the members that listened when it began.
                    kept.clear()
                    stack.close()
                return Observation(False, str(error))

        last = wait_for(look, timeout=params["timeout"], interval=params["interval"], what=what)
    found = {**last.value.as_result(), **cross_check(last.value, masters, params)}
    return {**found, "rest_url": found["rest_url"] or _web_url(found["registration"])}


def _web_url(told: Optional[Mapping[str, Any]]) -> Optional[str]:
    """Where the AppMaster said that its web server is, when it registered: before 1.5 ZooKeeper does not have it."""
    framework = (told or {}).get("framework") or {}
    return str(framework.get("webui_url") or "").rstrip("/") or None if framework.get("state") == "active" else None


def await_leader(zookeeper: Mapping[str, Any], timeout: float) -> None:
    """Wait until a leader of each component is elected; ``zookeeper`` has ``hosts``, ``root``, ``cluster_id`` and the options of a session.

    :raises InputError: the host lacks kazoo.
    :raises WaitTimeout: there was none within ``timeout`` seconds.
    """
    need_library("kazoo", "the election needs the Python library kazoo on the host; install it (python3-kazoo)")
    defaults = {name: option.get("default") for name, option in SPEC["argument_spec"].items()}
    core({**defaults, **zookeeper, "wait_for": "leader", "timeout": timeout}, False, lambda sentence: None)


def mesos_masters(params: Mapping[str, Any]) -> Optional[MesosMasters]:
    """The masters to compare with, if the task names them. A wait for the registration has its own bound."""
    registered = params["wait_for"] == "registered"
    if not params["masters"] and not params["zookeeper"]:
        if registered:
            raise InputError("wait_for is registered, which only a Mesos master can tell; give masters or zookeeper")
        return None
    need_library("requests", "masters and zookeeper need the Python library requests on the host; install it (python3-requests)")
    return MesosMasters.from_params({**params, "leader_timeout": 0} if registered else params)


def cross_check(state: HaState, masters: Optional[MesosMasters], params: Mapping[str, Any]) -> Dict[str, Any]:
    """What the leading master says of the framework; that none leads is a finding, not a failure."""
    if masters is None:
        return {"registration": None, "problems": []}
    try:
        found = registration(state, masters, rest_probe(params))
    except NoLeader as error:
        return {"registration": None, "problems": [error.message]}
    return {"registration": found.as_result(), "problems": found.problems}


SPEC: Dict[str, Any] = dict(
    argument_spec={
        **ARGUMENT_SPEC,
        "root": {"type": "str", "default": "/flink"},
        "cluster_id": {"type": "str", "default": "/default"},
        "mesos_workers_path": {"type": "str", "default": "/mesos-workers"},
        "wait_for": {"type": "str", "choices": ["none", "leader", "registered"], "default": "none"},
        "not_leader": {"type": "str"},
        "timeout": {"type": "float", "default": 60},
        "interval": {"type": "float", "default": 0.5},
        **mesos_argument_spec(),
    },
    requirements=("kazoo",),
    mutually_exclusive=[("masters", "zookeeper")],
)
