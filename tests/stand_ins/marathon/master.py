# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The leading Mesos master, and the v1 scheduler API in JSON over HTTP in place of libmesos.

Does not speak libprocess: LIBPROCESS_PORT is only held, so that a clash of ports shows. Authentication is HTTP basic.
"""

from __future__ import annotations

import base64
import http.client
import json
import queue
import threading
import time
from typing import Any, Callable, Dict, Optional, Tuple

from kazoo.exceptions import KazooException, NoNodeError

from .ending import FRAMEWORK_REMOVED, SCHEDULER_ERROR, die, log
from .election import Zk

TIMEOUT = 20
PATH = "/api/v1/scheduler"


def find(url: str, zk: Optional[Zk]) -> Optional[str]:
    """host:port of the leading master, from zk:// or as it is given."""
    if zk is None:
        address = url.split("//", 1)[-1].rstrip("/")
        return address if ":" in address else address + ":5050"
    try:
        names = [name for name in zk.client.get_children(zk.path) if name.startswith("json.info_")]
    except NoNodeError:
        return None
    for name in sorted(names, key=lambda each: int(each[len("json.info_") :])):
        try:
            info = json.loads(zk.client.get(f"{zk.path}/{name}")[0])
        except NoNodeError:
            continue
        address = info.get("address") or {}
        return f"{address.get('ip') or info['hostname']}:{address.get('port') or info['port']}"
    return None


class Driver:
    """Subscribes, keeps subscribed, and sends calls in their order from one thread."""

    def __init__(self, url: str, zk: Optional[Zk], framework: Callable[[], Dict[str, Any]], credential: Optional[Tuple[str, str]]) -> None:
        self.url, self.zk, self.framework = url, zk, framework
        self.headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if credential:
            self.headers["Authorization"] = "Basic " + base64.b64encode(":".join(credential).encode()).decode()
        self.core: Any = None
        self.calls: "queue.Queue[Tuple[int, str, Dict[str, Any]]]" = queue.Queue()
        self.address: Optional[str] = None
        self.stream_id = ""
        self._epoch = 0

    def start(self, core: Any) -> None:
        """Both threads."""
        self.core = core
        threading.Thread(target=self._subscribe_for_ever, name="scheduler", daemon=True).start()
        threading.Thread(target=self._send_for_ever, name="calls", daemon=True).start()

    def send(self, kind: str, body: Dict[str, Any]) -> None:
        """Queue a call; calls of a subscription that has ended are dropped, reconciliation makes up for them."""
        self.calls.put((self._epoch, kind, body))

    def _subscribe_for_ever(self) -> None:
        while True:
            started = time.monotonic()
            try:
                address = find(self.url, self.zk)
                if address is None:
                    log("No leading master is known yet", "WARN")
                else:
                    self._subscribe(address)
            except (OSError, http.client.HTTPException, KazooException, ValueError) as error:
                log(f"The connection to the master is lost: {type(error).__name__}: {error}", "WARN")
            if self.core.connected:
                self._epoch += 1
                self.core.disconnected()
            time.sleep(max(0.2, 1.0 - (time.monotonic() - started)))

    def _subscribe(self, address: str) -> None:
        host, colon, port = address.rpartition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=TIMEOUT)
        info = self.framework()
        body: Dict[str, Any] = {"type": "SUBSCRIBE", "subscribe": {"framework_info": info}}
        if "id" in info:
            body["framework_id"] = info["id"]
        try:
            connection.request("POST", PATH, json.dumps(body).encode(), self.headers)
            sock = connection.sock
            answer = connection.getresponse()
            if answer.status != 200:
                text = answer.read(500).decode("utf-8", "replace")
                if answer.status in (401, 403):
                    die(SCHEDULER_ERROR, f"The master refuses the framework: {answer.status} {text}")
                log(f"{address} answers {answer.status}: {text}", "WARN")
                return
            sock.settimeout(5 * 15)
            self.address, self.stream_id = address, answer.getheader("Mesos-Stream-Id") or ""
            while True:
                size = answer.readline()
                if not size:
                    return
                self._event(json.loads(answer.read(int(size))))
        finally:
            connection.close()

    def _event(self, event: Dict[str, Any]) -> None:
        kind = event["type"]
        if kind == "SUBSCRIBED":
            log(f"Registered as {event['subscribed']['framework_id']['value']} at {self.address}")
            self.core.subscribed(event["subscribed"]["framework_id"]["value"], event["subscribed"].get("master_info") or {})
        elif kind == "OFFERS":
            self.core.offers(event["offers"]["offers"])
        elif kind == "UPDATE":
            self.core.update(event["update"]["status"])
        elif kind == "ERROR":
            text = event["error"]["message"]
            die(FRAMEWORK_REMOVED if "has been removed" in text else SCHEDULER_ERROR, f"Mesos error: {text}")

    def _send_for_ever(self) -> None:
        connection: Optional[http.client.HTTPConnection] = None
        reached: Optional[str] = None
        while True:
            epoch, kind, body = self.calls.get()
            if epoch != self._epoch or self.address is None:
                continue
            if reached != self.address or connection is None:
                reached = self.address
                host, colon, port = reached.rpartition(":")
                connection = http.client.HTTPConnection(host, int(port), timeout=TIMEOUT)
            try:
                self._call(connection, kind, body)
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                try:
                    self._call(connection, kind, body)
                except (OSError, http.client.HTTPException):
                    log(f"{kind} did not reach {reached}: {error}", "WARN")
                    connection = None

    def _call(self, connection: http.client.HTTPConnection, kind: str, body: Dict[str, Any]) -> None:
        info = self.framework()
        message: Dict[str, Any] = {"type": kind, "framework_id": info["id"]}
        if kind == "UPDATE_FRAMEWORK":
            body = {"framework_info": info}
        if body or kind == "RECONCILE":
            message[kind.lower()] = body
        connection.request("POST", PATH, json.dumps(message).encode(), {**self.headers, "Mesos-Stream-Id": self.stream_id})
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        if answer.status == 400 and kind == "UPDATE_FRAMEWORK":
            # libmesos gets it as an error of the framework.
            die(SCHEDULER_ERROR, f"Mesos error: {text}")
        if answer.status != 202:
            log(f"{kind} is answered with {answer.status}: {text}", "WARN")
