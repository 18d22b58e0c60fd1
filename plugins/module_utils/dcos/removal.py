# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uninstalling a service of the DC/OS catalogue, with what Cosmos leaves behind.

Cosmos deletes the Marathon app. It tears the service's framework down only when the app has the label DCOS_PACKAGE_FRAMEWORK_NAME, which
the Universe's flink has not, and never touches ZooKeeper. So Mesos keeps the TaskManagers until the failover time-out of the framework,
and an AppMaster that is installed later finds a dead framework id in ZooKeeper and ends. In this order, each step only when the one
before is done: app gone, framework no more connected, torn down, completed on the leading master, nobody leads, nodes deleted.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional
from urllib.parse import urlsplit

from ..errors import InputError, need_library
from ..flink.ha_state import HaState, cluster_path, read_state
from ..http_client import HttpError
from ..marathon.explain import deployment_words
from ..mesos.agent import tear_down
from ..mesos.masters import MesosError, NoLeader
from ..mesos.state import Framework, frameworks
from ..wait import Observation, Patience, WaitTimeout
from ..zookeeper.path import Wanted, make_absent
from ..zookeeper.session import parse_path, session
from .cluster import Dcos, Declared, result
from .cosmos import CosmosError, Unclear

GONE_ALREADY = frozenset(("PackageNotInstalled", "UninstallNonExistentAppForPackage"))
NOTHING_CHANGED = "nothing was changed"
# The package that this is all about brings a framework, whatever its definition says.
FLINK = "flink"


@dataclass(frozen=True)
class Leftovers:
    """What a service leaves behind: its framework as the leading master knows it, and Flink's state in ZooKeeper."""

    framework: Optional[Framework]
    state: Optional[HaState]

    @property
    def recorded_id(self) -> Optional[str]:
        return self.state.mesos_workers.framework_id if self.state and self.state.mesos_workers else None


def absent(
    params: Mapping[str, Any], declared: Declared, check_mode: bool, warn: Callable[[str], None], dcos: Dcos, patience: Patience
) -> Dict[str, Any]:
    """Uninstall the service, tear its framework down and delete its state, as far as the task asks for it and it is safe.

    :raises InputError: several services could be meant.
    :raises MesosError: the master's answer does not make it safe; says what is done and what is not.
    """
    installed = dcos.cosmos.installed(declared.name)
    app_id = _which(declared, installed)
    app = dcos.marathon.app(app_id) if app_id else None
    left = _look(params, app, dcos)
    service = _service(app_id, dcos)
    version, before, notes = (installed[app_id] if app_id else None), service.get("resolvedOptions"), None
    if app_id and params["teardown"] and not left.framework and (declared.name == FLINK or (service.get("package") or {}).get("framework")):
        warn(
            f"No framework was found that has its web page at a port of a task of {app_id}, so none is torn down; "
            "if mesos_info shows one that stays, run again with framework set to its id"
        )
    if app_id and not check_mode:
        notes = _uninstall(declared, app_id, params, warn, dcos)
        if declared.wait or left.framework or left.state:
            _wait_for_end(app_id, dcos, patience)
    torn_down = _end_framework(params, left.framework, bool(app_id), check_mode, dcos, patience)
    deleted = _delete_state(params, left, bool(app_id), check_mode, dcos, patience)
    done = result(declared, app_id, None, None, version, before, [])
    done["diff"]["before"].update(_shown(left, torn_down, deleted))
    return {
        **done,
        "changed": bool(app_id or torn_down or deleted),
        "notes": notes,
        "tasks": [],
        "framework": asdict(left.framework) if left.framework else None,
        "torn_down": torn_down,
        "deleted": deleted,
    }


def _which(declared: Declared, installed: Mapping[str, str]) -> Optional[str]:
    if declared.app_id:
        return declared.app_id if declared.app_id in installed else None
    if len(installed) > 1:
        raise InputError(f"{declared.name} is installed as {', '.join(sorted(installed))}; say with app_id which one is meant")
    return next(iter(installed), None)


def _service(app_id: Optional[str], dcos: Dcos) -> Mapping[str, Any]:
    """What Cosmos says of the service: its options for the difference, and whether it brings a framework."""
    try:
        return dcos.cosmos.service(app_id) if app_id else {}
    except CosmosError as error:
        # Gone meanwhile, or its definition is not known any more: neither keeps anybody from uninstalling it.
        if error.kind not in ("MarathonAppNotFound", "PackageNotFound", "VersionNotFound"):
            raise
        return {}


def _look(params: Mapping[str, Any], app: Optional[Mapping[str, Any]], dcos: Dcos) -> Leftovers:
    """Everything that has to be known before the app is gone."""
    keeper, teardown, named = params.get("zookeeper_state"), params["teardown"], params.get("framework")
    state = None
    if keeper:
        path = _path(keeper)
        need_library("kazoo", "zookeeper_state needs the Python library kazoo on the host; install it (python3-kazoo), or leave it out")
        with session(keeper) as connection:
            state = read_state(connection, path, parse_path(keeper["mesos_workers_path"]))
        state = state if state.exists else None
    left = Leftovers(None, state)
    if state and state.jobs and not left.recorded_id:
        raise MesosError(
            f"{state.path} in ZooKeeper holds jobs but no framework id, so it may be another Flink's, and {NOTHING_CHANGED}; correct root and "
            "cluster_id in zookeeper_state, or delete the path with zookeeper_path"
        )
    if not (named or left.recorded_id or (app and teardown)):
        return left
    try:
        known = frameworks(dcos.masters)
    except (HttpError, MesosError) as error:
        raise MesosError(
            f"The Mesos master cannot be asked for the framework of the service, so {NOTHING_CHANGED}: {error.message}; "
            "say with masters where they are, or set teardown to false and leave out framework and zookeeper_state"
        ) from error
    own = _of_app(app, known)
    framework = _named(str(named), known, own) if named else own
    recorded = next((one for one in known if one.id == left.recorded_id), None)
    if left.recorded_id and recorded is None:
        raise MesosError(
            f"The leading Mesos master does not know framework {left.recorded_id} of {path}, not even as completed, so {NOTHING_CHANGED}: "
            "check that zookeeper_state and url or masters name the same cluster; if the master has forgotten a framework that ended long ago, "
            "delete the path with zookeeper_path"
        )
    if recorded and framework and recorded.id != framework.id and not recorded.completed:
        raise MesosError(
            f"{path} in ZooKeeper belongs to framework {recorded.id} ({recorded.name}, {recorded.state}), but the service's is {framework.id}, "
            f"so {NOTHING_CHANGED}; correct root and cluster_id in zookeeper_state"
        )
    framework = framework or recorded
    if keeper and not teardown and framework and not framework.completed:
        raise InputError(
            f"Framework {framework.name} ({framework.id}) is {framework.state}, and its state in ZooKeeper can only be deleted once it is torn down; "
            f"set teardown to true, or leave out zookeeper_state ({NOTHING_CHANGED})"
        )
    return Leftovers(framework, state)


def _of_app(app: Optional[Mapping[str, Any]], known: List[Framework]) -> Optional[Framework]:
    """The framework whose web page is at a port of one of the app's tasks, as that of every scheduler under Marathon is."""
    places = set()
    for task in (app or {}).get("tasks") or []:
        hosts = [task.get("host"), *(each.get("ipAddress") for each in task.get("ipAddresses") or [])]
        places |= {(str(host).lower(), port) for host in hosts if host for port in task.get("ports") or []}
    for framework in known:
        try:
            parts = urlsplit(framework.webui_url or "")
            here = ((parts.hostname or "").lower(), parts.port)
        except ValueError:
            continue
        if not framework.completed and here in places:
            return framework
    return None


def _named(wanted: str, known: List[Framework], own: Optional[Framework]) -> Optional[Framework]:
    """The framework of this id, or the one that has not ended of this name."""
    by_id = next((one for one in known if one.id == wanted), None)
    if by_id:
        return by_id
    running = [one for one in known if one.name == wanted and not one.completed]
    if own in running:
        return own
    if len(running) > 1:
        said = ", ".join(f"{one.id} ({one.state}, {one.hostname or 'unknown host'})" for one in running)
        raise MesosError(f"{wanted} is the name of {len(running)} frameworks, so {NOTHING_CHANGED}; give as framework the id of one of them: {said}")
    return running[0] if running else next((one for one in known if one.name == wanted), None)


def _uninstall(declared: Declared, app_id: str, params: Mapping[str, Any], warn: Callable[[str], None], dcos: Dcos) -> Optional[str]:
    """Have Cosmos delete the app, and return what the package says about it."""
    try:
        results = dcos.cosmos.uninstall(declared.name, app_id)["results"]
        return next((each.get("postUninstallNotes") for each in results), None)
    except CosmosError as error:
        if error.kind == "IncompleteUninstall" and params["teardown"]:
            # The app is deleted; what is missing is done here.
            warn(error.message)
        elif error.kind not in GONE_ALREADY:
            raise
    except Unclear:
        if app_id in dcos.cosmos.installed(declared.name):
            raise
    return None


def _wait_for_end(app_id: str, dcos: Dcos, patience: Patience) -> None:
    def probe() -> Observation:
        if dcos.marathon.app(app_id) is not None:
            return Observation(False, f"Marathon still has {app_id}")
        running = [each for each in dcos.marathon.deployments() if app_id in (each.get("affectedApps") or [])]
        return Observation(not running, "; ".join(deployment_words(each) for each in running))

    patience.wait(probe, f"{app_id} to end after its uninstallation")


def _end_framework(
    params: Mapping[str, Any], framework: Optional[Framework], had_app: bool, check_mode: bool, dcos: Dcos, patience: Patience
) -> bool:
    """Tear the framework down once its scheduler is gone; whether it was, or in check mode would be, torn down."""
    if framework is None or framework.completed or not params["teardown"]:
        return False
    if check_mode:
        if framework.active and not had_app:
            raise _still_there(framework)
        return True

    def probe() -> Observation:
        try:
            now = next((one for one in frameworks(dcos.masters) if one.id == framework.id), None)
        except NoLeader as error:
            return Observation(False, error.message)
        return Observation(now is None or not now.active, f"framework {framework.id} is active", now)

    try:
        patience.wait(probe, "the scheduler to disconnect")
    except WaitTimeout as timed_out:
        raise _still_there(framework) from timed_out
    return bool(tear_down(dcos.masters, framework.id, False, patience.clock, patience.sleep)["changed"])


def _still_there(framework: Framework) -> MesosError:
    return MesosError(
        f"Framework {framework.name} ({framework.id}) is still connected, from {framework.hostname or 'an unknown host'}, so something else runs it: "
        "neither is it torn down, nor is anything deleted in ZooKeeper; stop what runs it, and run again with framework set to its id",
        framework_id=framework.id,
    )


def _delete_state(params: Mapping[str, Any], left: Leftovers, had_app: bool, check_mode: bool, dcos: Dcos, patience: Patience) -> List[str]:
    """Delete Flink's nodes when its framework is completed and nobody leads any more; the nodes that were, or would be, deleted."""
    if left.state is None:
        return []
    keeper = params["zookeeper_state"]
    path, workers = _path(keeper), parse_path(keeper["mesos_workers_path"])
    with session(keeper) as connection:
        if check_mode:
            # Those of sessions that will have ended are counted as well.
            return make_absent(connection, Wanted(path, recursive=True, allow_ephemeral=had_app), True).deleted

        def probe() -> Observation:
            try:
                make_absent(connection, Wanted(path, recursive=True), True)
            except InputError as error:
                # Nodes of a session: a leader, or one that has just ended and is not given up yet.
                return Observation(False, error.message)
            return Observation(True, "")

        patience.wait(probe, f"the sessions that hold nodes of {path} in ZooKeeper to end")
        now = Leftovers(None, read_state(connection, path, workers)).recorded_id
        if now and not any(one.id == now and one.completed for one in frameworks(dcos.masters)):
            raise MesosError(f"Framework {now} of {path} is not completed on the leading Mesos master, so nothing is deleted in ZooKeeper; run again")
        return make_absent(connection, Wanted(path, recursive=True), False).deleted


def _path(keeper: Mapping[str, Any]) -> str:
    if not keeper["cluster_id"].strip("/"):
        raise InputError("cluster_id in zookeeper_state is empty, which would delete all Flink clusters below root; name one of them")
    return cluster_path(keeper["root"], keeper["cluster_id"])


def _shown(left: Leftovers, torn_down: bool, deleted: List[str]) -> Dict[str, Any]:
    shown: Dict[str, Any] = {}
    if torn_down and left.framework:
        shown["framework"] = f"{left.framework.name} ({left.framework.id}), {left.framework.state}"
    if deleted:
        shown["zookeeper"] = deleted
    return shown
