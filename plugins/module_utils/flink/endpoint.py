# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the REST server of a Flink cluster is: told by ZooKeeper, by Marathon, or as a list of addresses.

ZooKeeper and Marathon are asked again whenever nobody answers at the address that they told last, so a wait goes on when another
JobManager takes over.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional

from ..errors import CollectionError, InputError, need_library
from ..http_client import HttpClient, HttpError, HttpSettings, NoneAnswered
from ..marathon.rest import Marathon
from ..zookeeper.session import ARGUMENT_SPEC, ZooKeeperUnreachable, session
from .ha_state import cluster_path, leader_paths, parse_leader

REST_PORT_NAME = "rest"
#: Until an AppMaster is TASK_RUNNING nothing listens on its ports.
LIVE_TASKS = frozenset(("TASK_RUNNING",))

Locate = Callable[[], List[str]]


def endpoint_argument_spec() -> Dict[str, Dict[str, Any]]:
    """The options that plugins/doc_fragments/flink_rest.py documents; exactly one of them is given."""
    return dict(
        urls=dict(type="list", elements="str"),
        zookeeper=dict(
            type="dict",
            options={**ARGUMENT_SPEC, "root": dict(type="str", default="/flink"), "cluster_id": dict(type="str", default="/default")},
        ),
        marathon=dict(
            type="dict",
            options=dict(
                urls=dict(type="list", elements="str", required=True),
                app=dict(type="str", default="/flink/appmaster"),
                port_name=dict(type="str", default=REST_PORT_NAME),
                leader_timeout=dict(type="int", default=30),
                url_username=dict(type="str"),
                url_password=dict(type="str", no_log=True),
            ),
        ),
    )


def locator(params: Mapping[str, Any]) -> Optional[Locate]:
    """What tells the addresses now; None when the task itself has them.

    :raises InputError: none or several of urls, zookeeper and marathon are given.
    """
    given = [name for name in ("urls", "zookeeper", "marathon") if params.get(name) is not None]
    if len(given) != 1:
        said = f"{' and '.join(given)} are given" if given else "none is given"
        raise InputError(f"Flink's REST server is found by one of urls, zookeeper and marathon, and {said}; give exactly one")
    if params.get("zookeeper") is not None:
        return zookeeper_locator(params["zookeeper"])
    if params.get("marathon") is not None:
        return marathon_locator(params["marathon"], params)
    return None


def zookeeper_locator(options: Mapping[str, Any]) -> Locate:
    """The leading REST server, as Flink writes it below ``<root><cluster-id>/leader``."""
    need_library("kazoo", "zookeeper needs the Python library kazoo on the host; install it (python3-kazoo), or give urls")
    path = cluster_path(options["root"], options["cluster_id"])
    older, newer = leader_paths(path, "rest_server")

    def locate() -> List[str]:
        where = f"zk://{','.join(options['hosts'])}{path}"
        try:
            with session(options) as connection:
                leader = parse_leader(connection.data(older) or b"", older) or parse_leader(connection.data(newer) or b"", newer)
        except ZooKeeperUnreachable as error:
            raise NoneAnswered("JobManager", [(where, error.message)], []) from error
        if leader is None:
            raise NoneAnswered("JobManager", [(where, "no REST server leads")], [])
        return [leader.address]

    return locate


def marathon_locator(options: Mapping[str, Any], params: Mapping[str, Any], marathon: Optional[Marathon] = None) -> Locate:
    """The port with the name of the REST server, of every running instance of an app."""
    credentials = {name: options.get(name) for name in ("url_username", "url_password")}
    settings = HttpSettings.from_params({**params, "token": None, **credentials})
    asked = marathon or Marathon(HttpClient(settings), options["urls"], options["leader_timeout"])
    app_id, port_name = options["app"], options["port_name"]

    def locate() -> List[str]:
        where = f"{asked.base}/v2/apps{app_id}"
        try:
            app = asked.app(app_id)
        except HttpError as error:
            if error.status is not None and error.status < 500:
                raise
            raise NoneAnswered("JobManager", [(where, error.message)], [error]) from error
        if app is None:
            raise InputError(f"Marathon {asked.base} has no app {app_id}; correct marathon.app")
        position = rest_port_position(app, port_name)
        found = [
            f"http://{task['host']}:{task['ports'][position]}"
            for task in app.get("tasks") or []
            if task.get("state") in LIVE_TASKS and len(task.get("ports") or []) > position
        ]
        if not found:
            raise NoneAnswered("JobManager", [(where, "no instance of the app runs")], [])
        return found

    return locate


def rest_port_position(app: Mapping[str, Any], name: str) -> int:
    """Which of the app's ports has the name.

    :raises CollectionError: none has.
    """
    definitions = app.get("portDefinitions") or (app.get("container") or {}).get("portMappings") or []
    names: List[Any] = [each.get("name") for each in definitions]
    if name not in names:
        known = ", ".join(str(each) for each in names if each) or "none with a name"
        raise CollectionError(f"The app {app.get('id')} has no port with the name {name} (it has {known}); correct marathon.port_name")
    return names.index(name)
