# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The v1 scheduler API, /api/v1/scheduler, in JSON.

Does not speak protobuf, and does not know ACCEPT_INVERSE_OFFERS, DECLINE_INVERSE_OFFERS, ACKNOWLEDGE_OPERATION_STATUS and
RECONCILE_OPERATIONS. MESSAGE and SHUTDOWN are taken and have no effect, since tasks here have no executor of a framework's own.
With --authenticate_frameworks schedulers must authenticate here too, by basic authentication: this API stands for libmesos.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional

from ..daemon import new_uuid
from ..web import Refused, Request, Response
from .frameworks import update_problem
from .model import Framework

if TYPE_CHECKING:
    from .master import Master

CALLS = {
    "TEARDOWN", "ACCEPT", "DECLINE", "REVIVE", "SUPPRESS", "KILL", "SHUTDOWN", "ACKNOWLEDGE", "RECONCILE", "MESSAGE", "REQUEST",
    "UPDATE_FRAMEWORK",
}  # fmt: skip
NEEDS = {"ACCEPT": "accept", "DECLINE": "decline", "KILL": "kill", "ACKNOWLEDGE": "acknowledge", "RECONCILE": "reconcile"}


class SchedulerApi:
    """Answers the calls of schedulers."""

    def __init__(self, master: "Master") -> None:
        self.master = master

    def answer(self, request: Request) -> Optional[Response]:
        """One call; SUBSCRIBE blocks as long as the scheduler is connected."""
        call = request.json("scheduler::Call")
        kind = call.get("type")
        if kind == "SUBSCRIBE":
            return self._subscribe(request, call)
        if kind not in CALLS:
            raise Refused(400, "Failed to validate scheduler::Call: Expecting 'type' to be present")
        framework_id = (call.get("framework_id") or {}).get("value")
        if not framework_id:
            raise Refused(400, "Failed to validate scheduler::Call: Expecting 'framework_id' to be present")
        if kind in NEEDS and NEEDS[kind] not in call:
            raise Refused(400, f"Failed to validate scheduler::Call: Expecting '{NEEDS[kind]}' to be present")
        with self.master.lock:
            framework = self._check(request, framework_id)
            framework.count("calls")
            framework.count(f"calls/{kind.lower()}")
            try:
                self._do(framework, kind, call)
            except (KeyError, TypeError, ValueError) as error:
                raise Refused(400, f"Failed to validate scheduler::Call: {type(error).__name__}: {error}") from error
        return Response(202)

    def _check(self, request: Request, framework_id: str) -> Framework:
        framework = self.master.frameworks.all.get(framework_id)
        if framework is None:
            raise Refused(400, "Framework cannot be found")
        if framework.principal and request.principal and framework.principal != request.principal:
            raise Refused(400, f"Authenticated principal '{request.principal}' does not match principal '{framework.principal}' of the framework")
        if not framework.connected:
            raise Refused(403, "Framework is not subscribed")
        stream_id = request.headers.get("Mesos-Stream-Id")
        if stream_id is None:
            raise Refused(400, "All non-subscribe calls should include the 'Mesos-Stream-Id' header")
        if stream_id != framework.stream_id:
            raise Refused(
                400,
                f"The stream ID '{stream_id}' included in this request didn't match the stream ID currently associated "
                f"with framework ID '{framework_id}'",
            )
        return framework

    def _subscribe(self, request: Request, call: Dict[str, Any]) -> Optional[Response]:
        subscribe = call.get("subscribe")
        if not isinstance(subscribe, dict):
            raise Refused(400, "Failed to validate scheduler::Call: Expecting 'subscribe' to be present")
        info = subscribe.get("framework_info") or {}
        for name in ("user", "name"):
            if not isinstance(info.get(name), str):
                raise Refused(400, f"Failed to convert JSON into Call protobuf: Missing required field 'framework_info.{name}'")
        outer, inner = (call.get("framework_id") or {}).get("value"), (info.get("id") or {}).get("value")
        if outer != inner and (outer or inner):
            raise Refused(400, "Failed to validate scheduler::Call: 'framework_id' differs from 'subscribe.framework_info.id'")
        if "Mesos-Stream-Id" in request.headers:
            raise Refused(400, "Subscribe calls should not include the 'Mesos-Stream-Id' header")
        if request.principal and info.get("principal") and info["principal"] != request.principal:
            raise Refused(
                403, f"Authenticated principal '{request.principal}' does not match principal '{info['principal']}' set in `FrameworkInfo`"
            )
        stream_id = new_uuid()
        with self.master.lock:
            stream = request.stream({"Mesos-Stream-Id": stream_id, "Content-Type": "application/json"})
            framework = self.master.frameworks.subscribe(request, stream, stream_id, call)
        if framework is not None:
            stream.wait_closed()
            with self.master.lock:
                self.master.frameworks.disconnected(framework, stream)
        return None

    def _do(self, framework: Framework, kind: str, call: Dict[str, Any]) -> None:
        tasks, offers = self.master.tasks, self.master.offers
        if kind == "TEARDOWN":
            self.master.frameworks.teardown(framework, by_operator=False)
        elif kind == "ACCEPT":
            offers.accept(framework, call["accept"])
        elif kind == "DECLINE":
            decline = call["decline"]
            offers.decline(framework, [item["value"] for item in decline["offer_ids"]], decline.get("filters") or {})
        elif kind == "REVIVE":
            offers.revive(framework, (call.get("revive") or {}).get("roles", []))
        elif kind == "SUPPRESS":
            framework.suppressed |= set((call.get("suppress") or {}).get("roles") or framework.roles)
        elif kind == "KILL":
            tasks.kill(framework, call["kill"]["task_id"]["value"], call["kill"].get("kill_policy"))
        elif kind == "ACKNOWLEDGE":
            ack = call["acknowledge"]
            tasks.acknowledge(framework, ack["agent_id"]["value"], ack["task_id"]["value"], ack["uuid"])
        elif kind == "RECONCILE":
            tasks.reconcile(framework, call["reconcile"].get("tasks") or [])
        elif kind == "UPDATE_FRAMEWORK":
            info = dict(call["update_framework"]["framework_info"])
            info.pop("id", None)
            problem = update_problem(framework.info, info)
            if problem is not None:
                raise Refused(400, f"FrameworkInfo update is not valid: {problem}")
            framework.info = info
            framework.suppressed = set(call["update_framework"].get("suppressed_roles", []))
            offers.wake()
