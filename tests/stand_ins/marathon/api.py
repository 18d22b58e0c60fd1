# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The REST API of the leader: a request in, an answer out, without sockets.

Does not have pods, artifacts, plugins and /v2/groups' versions. Unknown addresses answer 500 "URI not found", as the real one does.
"""

from __future__ import annotations

import re
import urllib.parse
from typing import Any, Callable, Dict, List, Optional

from . import views
from .answers import Answer, Refused, message, parse
from .apps import Apps
from .core import Core
from .info import info, metrics
from .model import Deployment
from .normal import absolute
from .schema import Faults

TEXT = "text/plain"


class Query:
    """The query string."""

    def __init__(self, text: str) -> None:
        self.values = urllib.parse.parse_qs(text, keep_blank_values=True)

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean."""
        return self.values[name][-1].lower() == "true" if name in self.values else default


def deployed(deployment: Deployment, status: int = 200, **headers: str) -> Answer:
    """deploymentId and version, in the body and in a header."""
    headers["Marathon-Deployment-Id"] = deployment.id
    return Answer(status, {"version": deployment.version, "deploymentId": deployment.id}, headers)


class Api:
    """`me` is host:port of this Marathon, `abdicate` gives up leading."""

    def __init__(self, core: Core, me: str, abdicate: Callable[[], None]) -> None:
        self.core, self.me, self.abdicate = core, me, abdicate
        self.url = f"{core.flags.scheme}://{me}"
        self.apps = Apps(core)

    def answer(self, method: str, path: str, query: str, body: Optional[bytes]) -> Answer:
        """One request."""
        path = re.sub("/+", "/", urllib.parse.unquote(path)).rstrip("/") or "/"
        try:
            with self.core.turn():
                found = self._route(method, path, Query(query), body)
        except Refused as refusal:
            found = refusal.answer
        except Faults as faults:
            found = Answer(422, faults.body())
        found.headers.setdefault("X-Marathon-Leader", self.url)
        return found

    def _route(self, method: str, path: str, query: Query, body: Optional[bytes]) -> Answer:
        head, rest = "/" + "/".join(path.split("/")[1:3]), "/" + "/".join(path.split("/")[3:])
        if path == "/ping":
            return Answer(200, "pong", {}, TEXT)
        if path == "/metrics" or path == "/metrics/prometheus":
            return metrics(self.core, path.endswith("prometheus"))
        routes: Dict[str, Callable[..., Answer]] = {
            "/v2/apps": self._apps, "/v2/tasks": self._tasks, "/v2/deployments": self._deployments, "/v2/queue": self._queue,
            "/v2/groups": self._groups, "/v2/leader": self._leader, "/v2/info": self._info,
        }  # fmt: skip
        if head not in routes:
            raise message(500, "URI not found")
        return routes[head](method, rest.rstrip("/") or "/", query, body)

    def _info(self, method: str, rest: str, query: Query, body: Optional[bytes]) -> Answer:
        return Answer(200, info(self.core, self.me))

    def _leader(self, method: str, rest: str, query: Query, body: Optional[bytes]) -> Answer:
        if method == "DELETE":
            self.abdicate()
            return Answer(200, {"message": "Leadership abdicated"})
        return Answer(200, {"leader": self.me})

    def _apps(self, method: str, rest: str, query: Query, body: Optional[bytes]) -> Answer:
        if rest != "/":
            return self._app(method, rest, query, body)
        force = query.flag("force")
        if method == "GET":
            embed = views.wanted(query.values.get("embed", []), "app") | {"counts", "deployments"}
            return Answer(200, {"apps": [views.app_info(self.core, each, embed) for each in views.selected(self.core, query.values)]})
        if method == "POST":
            app, deployment = self.apps.create(parse(body), force)
            shown = views.app_info(self.core, app, {"counts", "deployments"}, version_info=False)
            shown["deployments"] = [{"id": deployment.id}]
            headers = {"Location": f"{self.url}{app.id}", "Marathon-Deployment-Id": deployment.id}
            return Answer(201, shown, headers)
        if method in ("PUT", "PATCH"):
            sent = parse(body)
            if not isinstance(sent, list) or not all(isinstance(each, dict) and isinstance(each.get("id"), str) for each in sent):
                raise Faults("Invalid JSON", [("/", "error.expected.jsarray")])
            partial = method == "PATCH" or query.flag("partialUpdate", True)
            deployment, created = self.apps.update({absolute(each["id"]): each for each in sent}, partial, method == "PUT", force)
            return deployed(deployment)
        raise message(405, "HTTP 405 Method Not Allowed")

    def _app(self, method: str, rest: str, query: Query, body: Optional[bytes]) -> Answer:
        force = query.flag("force")
        inner = re.fullmatch(r"(/.+)/(tasks|versions)(?:/([^/]+))?|(/.+)/(restart)", rest)
        if inner and inner[5]:
            return self._restart(method, inner[4], force)
        if inner and inner[2] == "tasks":
            return self._app_tasks(method, inner[1], inner[3], query)
        if inner and inner[2] == "versions" and method == "GET":
            return self._versions(inner[1], inner[3])
        if method == "GET":
            if rest.endswith("/*"):
                embed = views.wanted(query.values.get("embed", []), "app") | {"counts", "deployments"}
                return Answer(200, {"*": [views.app_info(self.core, each, embed) for each in self.apps.in_group(rest[:-2]).values()]})
            embed = views.wanted(query.values.get("embed", []), "app") | {"counts", "deployments", "tasks", "lastTaskFailure"}
            return Answer(200, {"app": views.app_info(self.core, self.apps.get(rest), embed)})
        if method in ("PUT", "PATCH"):
            partial = method == "PATCH" or query.flag("partialUpdate", True)
            deployment, created = self.apps.update({rest: parse(body)}, partial, method == "PUT", force)
            return deployed(deployment, 201, Location=f"{self.url}{rest}") if created else deployed(deployment)
        if method == "DELETE":
            return deployed(self.apps.remove(rest, query.flag("force", True)))
        raise message(405, "HTTP 405 Method Not Allowed")

    def _restart(self, method: str, app_id: str, force: bool) -> Answer:
        if method != "POST":
            raise message(405, "HTTP 405 Method Not Allowed")
        return deployed(self.apps.deploy({app_id: self.apps.get(app_id).spec}, force, restart=True))

    def _versions(self, app_id: str, version: Optional[str]) -> Answer:
        if version is None:
            return Answer(200, {"versions": views.versions(self.core, app_id)})
        found = self.core.state.history.get(app_id, {}).get(version)
        if found is None:
            raise message(404, f"App '{app_id}' with version '{version}' does not exist", details=[])
        return Answer(200, found.info())

    def _app_tasks(self, method: str, app_id: str, task_id: Optional[str], query: Query) -> Answer:
        self.apps.get(app_id)
        if method == "GET" and task_id is None:
            return Answer(200, {"tasks": views.tasks(self.core, app_id)})
        if method != "DELETE":
            raise message(405, "HTTP 405 Method Not Allowed")
        hosts = query.values.get("host")
        chosen = [each for each in views.tasks(self.core, app_id) if (task_id in (None, each["id"])) and (not hosts or each["host"] in hosts)]
        if task_id is not None and not chosen:
            raise message(404, f"Task '{task_id}' does not exist", details=[])
        scaled = self._kill(chosen, query)
        if scaled is not None:
            return scaled
        return Answer(200, {"tasks": chosen} if task_id is None else {"task": chosen[0]})

    def _kill(self, chosen: List[Dict[str, Any]], query: Query) -> Optional[Answer]:
        """Kill tasks: they come back, unless scale makes their apps smaller; wipe forgets them at once."""
        scale, wipe = query.flag("scale"), query.flag("wipe")
        if scale and wipe:
            raise message(400, "You cannot use scale and wipe at the same time.")
        instances = [found for found in (self.core.tracker.find(each["id"]) for each in chosen) if found]
        deployment: Optional[Deployment] = None
        if scale and instances:
            changes: Dict[str, Optional[Dict[str, Any]]] = {}
            for app_id in {each.app_id for each in instances}:
                spec = self.apps.get(app_id).spec
                changes[app_id] = {**spec, "instances": max(0, spec["instances"] - len([each for each in instances if each.app_id == app_id]))}
            deployment = self.apps.deploy(changes, query.flag("force"))
        for instance in instances:
            if scale or wipe:
                self.core.tracker.stop(instance)
            else:
                self.core.tracker.restart(instance)
            if wipe:
                self.core.state.instances.pop(instance.id, None)
                self.core.tracker.to_scale.add(instance.app_id)
        return deployed(deployment) if deployment else None

    def _tasks(self, method: str, rest: str, query: Query, body: Optional[bytes]) -> Answer:
        listed = [each for app_id in sorted({one.app_id for one in self.core.state.instances.values()}) for each in views.tasks(self.core, app_id)]
        if method == "POST" and rest == "/delete":
            sent = parse(body)
            ids = sent.get("ids") if isinstance(sent, dict) else None
            if not isinstance(ids, list):
                raise Faults("Invalid JSON", [("/ids", "error.path.missing")])
            chosen = [each for each in listed if each["id"] in ids]
            return self._kill(chosen, query) or Answer(200, {"tasks": chosen})
        if method != "GET" or rest != "/":
            raise message(405, "HTTP 405 Method Not Allowed")
        states = {"running": ("TASK_RUNNING",), "staging": ("TASK_STAGING", "TASK_STARTING")}
        asked = [state for name in query.values.get("status", []) + query.values.get("status[]", []) for state in states.get(name, ())]
        return Answer(200, {"tasks": [each for each in listed if not asked or each["state"] in asked]})

    def _deployments(self, method: str, rest: str, query: Query, body: Optional[bytes]) -> Answer:
        deployments = self.core.state.deployments
        if method == "GET" and rest == "/":
            return Answer(200, [each.info() for each in reversed(list(deployments.values()))])
        if method != "DELETE":
            raise message(405, "HTTP 405 Method Not Allowed")
        found = deployments.get(rest.strip("/"))
        if found is None:
            raise message(404, f"DeploymentPlan {rest.strip('/')} does not exist", details=[])
        if query.flag("force"):
            self.core.deployments.cancel(found)
            return Answer(202)
        return deployed(self.core.deployments.roll_back(found))

    def _queue(self, method: str, rest: str, query: Query, body: Optional[bytes]) -> Answer:
        if method == "GET" and rest == "/":
            return Answer(200, self.core.queue.view("lastUnusedOffers" in query.values.get("embed", [])))
        if method == "DELETE" and rest.endswith("/delay"):
            app_id = rest[: -len("/delay")]
            if app_id not in self.core.queue.waiting():
                raise message(404, f"Application {app_id} not found in tasks queue.")
            self.core.queue.rates.pop(app_id, None)
            return Answer(204)
        raise message(405, "HTTP 405 Method Not Allowed")

    def _groups(self, method: str, rest: str, query: Query, body: Optional[bytes]) -> Answer:
        force = query.flag("force")
        if method == "GET":
            found = views.group(self.core, rest)
            if found is None:
                raise message(404, f"Group '{rest}' does not exist", details=[])
            return Answer(200, found)
        if method == "PUT":
            return deployed(self.apps.put_group(rest, parse(body), force))
        if method == "POST":
            deployment = self.apps.put_group(rest, parse(body), force)
            return deployed(deployment, 201, Location=f"{self.url}{rest}")
        if method == "DELETE":
            return deployed(self.apps.remove_group(rest, force))
        raise message(405, "HTTP 405 Method Not Allowed")
