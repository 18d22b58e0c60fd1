# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether Flink's Mesos framework, as ZooKeeper has it, is what the leading Mesos master knows; and forgetting one that is gone.

A framework that was torn down on the master stays in ``mesos-workers/frameworkId``. It shows in two ways, both seen with Flink 1.12.5:
the AppMaster runs on and its REST server answers with no TaskManager, so that Marathon calls it healthy; or, once it is restarted, it
ends over and over with "Framework has been removed" and exit status 2. Only the master knows (completed_frameworks). Deleting the
``mesos-workers`` tree lets the next AppMaster register as a new framework.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from ..http_client import HttpClient, HttpError, HttpSettings, TlsError
from ..mesos.masters import ONE_WAY, MesosError, MesosMasters, NoLeader, mesos_argument_spec
from ..mesos.state import Framework, frameworks
from ..wait import Observation
from ..zookeeper.session import ARGUMENT_SPEC, NodeChanged, Session, parse_path, session
from .ha_state import HaState, cluster_path, read_state

#: active, inactive and completed are the master's words; unknown: it does not list the id; none: there is no id yet.
NONE, UNKNOWN = "none", "unknown"
PROBE_TIMEOUT = 5.0


@dataclass(frozen=True)
class Registration:
    """What the leading master says of the framework id in ZooKeeper. ``problems`` are sentences; ``torn_down`` is None unless completed.

    ``torn_down`` is running when the AppMaster's REST server still answers, and restarting when it does not.
    """

    state: str
    framework_id: Optional[str]
    framework: Optional[Framework]
    torn_down: Optional[str]
    problems: List[str]

    @property
    def registered(self) -> bool:
        return self.state == "active"

    def as_result(self) -> Dict[str, Any]:
        """The return value ``registration`` of the modules."""
        shown = asdict(self)
        del shown["problems"]
        return {**shown, "registered": self.registered}


def rest_probe(params: Mapping[str, Any]) -> Callable[[str], Optional[int]]:
    """Asks a JobManager for its TaskManagers: their number, -1 if something else answers, None if nothing does.

    The credentials are for Mesos and are not sent to Flink.
    """
    settings = HttpSettings.from_params({**params, "url_username": None, "url_password": None, "token": None, "retries": 0})
    client = HttpClient(replace(settings, request_timeout=min(settings.request_timeout, PROBE_TIMEOUT)))

    def probe(url: str) -> Optional[int]:
        try:
            return int(client.json("GET", f"{url}/overview").get("taskmanagers", -1))
        except TlsError:
            return -1
        except HttpError as error:
            return None if error.status is None else -1

    return probe


def registration(state: HaState, masters: MesosMasters, probe: Callable[[str], Optional[int]]) -> Registration:
    """Compare the record in ZooKeeper with the leading master.

    :raises NoLeader: no master leads.
    """
    framework_id = state.mesos_workers.framework_id if state.mesos_workers else None
    if not framework_id:
        return Registration(NONE, None, None, None, [_nothing(state)])
    framework = next((one for one in frameworks(masters) if one.id == framework_id), None)
    if framework is None:
        return Registration(UNKNOWN, framework_id, None, None, [_unknown(state, framework_id)])
    if framework.completed:
        alive = probe(state.rest_url) if state.rest_url else None
        how = "restarting" if alive is None else "running"
        return Registration("completed", framework_id, framework, how, [_torn_down(state, framework_id, alive)])
    problems = []
    if not framework.active:
        problems.append(
            f"framework {framework_id} is inactive: its AppMaster is not connected, and Mesos waits {framework.failover_timeout or 0:g} s for it"
        )
    return Registration(framework.state, framework_id, framework, None, problems)


def observe_registration(state: HaState, found: Registration) -> Observation:
    """Whether the framework is registered: its id is in ZooKeeper, and the leading master lists it as active.

    :raises MesosError: the framework was torn down, which waiting does not heal.
    """
    if found.torn_down:
        raise MesosError(f"Waiting for the registration is in vain: {found.problems[0]}", registration=found.as_result(), problems=found.problems)
    seen = "; ".join(found.problems) or f"framework {found.framework_id} is active"
    return Observation(found.registered, seen, state)


@dataclass(frozen=True)
class Record:
    """The ``mesos-workers`` tree as it was read: every node with the version of its data, parents first."""

    path: str
    framework_id: Optional[str]
    nodes: List[Tuple[str, int]]


def read_record(session: Session, path: str) -> Record:
    """The versions are read before the framework id, so that a later change of the id is found when the tree is deleted."""
    paths = [path]
    for parent in paths:
        paths += [f"{parent}/{name}" for name in session.children(parent)]
    stats = [(one, session.stat(one)) for one in paths]
    data = session.data(f"{path}/frameworkId")
    nodes = [(one, stat.version) for one, stat in stats if stat is not None]
    return Record(path, data.decode("utf-8", "replace") if data else None, nodes)


def make_fresh(session: Session, state: HaState, path: str, masters: MesosMasters, check_mode: bool) -> Dict[str, Any]:
    """Delete the tree when the master confirms that its framework is completed; leave alone one without an id.

    :raises MesosError: the master does not confirm it; nothing is deleted then.
    :raises NodeChanged: somebody wrote to the tree in the meantime.
    """
    record = read_record(session, path)
    if record.framework_id:
        try:
            framework = next((one for one in frameworks(masters) if one.id == record.framework_id), None)
        except NoLeader as error:
            raise MesosError(f"{error.message}; without the masters' word that the framework is gone nothing is deleted") from error
        _refuse(record, framework)
    deleted = [node for node, version in record.nodes] if record.framework_id else []
    if deleted and not check_mode:
        session.delete(list(reversed(record.nodes)))
        if session.data(f"{path}/frameworkId"):
            raise NodeChanged(f"ZooKeeper node {path}/frameworkId was written again while it was deleted; stop the AppMaster and run again.")
    workers = state.mesos_workers
    before: Dict[str, Any] = {"framework_id": record.framework_id}
    if workers:
        before.update(task_count=workers.task_count, workers=workers.workers)
    return {
        "changed": bool(deleted),
        "path": path,
        "framework_id": record.framework_id,
        "deleted": deleted,
        "restart_needed": bool(deleted and state.leaders),
        "diff": {
            "before_header": path,
            "after_header": path,
            "before": before,
            "after": {"state": "absent"} if deleted else before,
        },
    }


def _refuse(record: Record, framework: Optional[Framework]) -> None:
    if framework is None:
        raise MesosError(
            f"The leading Mesos master does not know framework {record.framework_id} of {record.path}, not even as completed, "
            "so nothing is deleted: check that masters or zookeeper name the cluster that Flink runs on; if they do, the master has forgotten it, "
            f"and once no AppMaster runs, zookeeper_path with state absent and recursive deletes {record.path}"
        )
    if not framework.completed:
        raise MesosError(
            f"Framework {record.framework_id} of {record.path} is {framework.state} on the leading Mesos master, so its record is not stale "
            "and nothing is deleted; to end the framework, tear it down first (mesos_framework)"
        )


def _nothing(state: HaState) -> str:
    if not state.exists:
        return f"{state.path} does not exist; no AppMaster of this cluster has run yet"
    if state.mesos_workers is None:
        return f"{state.path} has no record of Mesos workers; the AppMaster has not come so far, or it is not run by Mesos"
    return f"{state.mesos_workers.path}/frameworkId is empty; the AppMaster has not registered with Mesos yet"


def _unknown(state: HaState, framework_id: str) -> str:
    where = state.mesos_workers.path if state.mesos_workers else state.path
    return (
        f"the leading Mesos master does not know framework {framework_id} of {where}: Flink runs on another Mesos cluster, or the master has "
        "forgotten a framework that ended long ago"
    )


def _torn_down(state: HaState, framework_id: str, taskmanagers: Optional[int]) -> str:
    cure = "clear the stale record with flink_mesos_workers"
    gone = f"the Mesos master has removed framework {framework_id}"
    if taskmanagers is None:
        return (
            f"{gone}, but ZooKeeper still names it, so every AppMaster that starts ends with 'Framework has been removed' (exit status 2): {cure}"
        )
    what = f"{taskmanagers} TaskManagers" if taskmanagers >= 0 else "an answer"
    return (
        f"{gone}, but its AppMaster still runs: its REST server at {state.rest_url} answers with {what}, Marathon calls it healthy, "
        f"and it will never get a TaskManager again: {cure} and restart the app"
    )


def core(params: Mapping[str, Any], check_mode: bool, warn: Callable[[str], None]) -> Dict[str, Any]:
    path = cluster_path(params["root"], params["cluster_id"])
    workers = parse_path(params["mesos_workers_path"])
    masters = MesosMasters.from_params(params)
    with session(params) as connection:
        return make_fresh(connection, read_state(connection, path, workers), path + workers, masters, check_mode)


SPEC: Dict[str, Any] = dict(
    argument_spec={
        **ARGUMENT_SPEC,
        "state": {"type": "str", "choices": ["fresh"], "default": "fresh"},
        "root": {"type": "str", "default": "/flink"},
        "cluster_id": {"type": "str", "default": "/default"},
        "mesos_workers_path": {"type": "str", "default": "/mesos-workers"},
        **mesos_argument_spec(),
    },
    requirements=("kazoo", "requests"),
    **ONE_WAY,
)
