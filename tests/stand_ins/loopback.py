# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the packed Mesos stand-ins on loopback, and a scheduler for the v1 HTTP API, for tests.

The scheduler acknowledges every update by itself. Does not start ZooKeeper.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import tarfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

from tests.ports import free_ports

from .mesos.pack import pack
from .mesos.resources import contains, from_json

LIMIT = 15.0


def unpacked(directory: Path) -> Path:
    """Packs and unpacks the archive; its top directory."""
    archive = pack(directory)
    with tarfile.open(archive) as tar:
        tar.extractall(directory)
    return directory / archive.name[: -len(".tar.gz")]


def eventually(check: Callable[[], Any], what: str, seconds: float = LIMIT) -> Any:
    """The first true value of check."""
    deadline = time.monotonic() + seconds
    last: Any = None
    while time.monotonic() < deadline:
        try:
            last = check()
        except (OSError, http.client.HTTPException, LookupError, TypeError, AttributeError, ValueError) as error:  # a 503 is text
            last = error
        if last and not isinstance(last, Exception):
            return last
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds:g} s, last seen {last!r}")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Shows a 307 instead of following it."""

    def redirect_request(self, *arguments: Any) -> None:
        return None


def call(
    address: str, path: str, body: Any = None, headers: Optional[Dict[str, str]] = None, method: Optional[str] = None,
    context: Optional[ssl.SSLContext] = None,
) -> Tuple[int, Dict[str, str], Any]:
    """Status, headers in lower case, body (JSON where it is JSON). With a context by https."""
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{'https' if context else 'http'}://{address}{path}", data, method=method or ("GET" if body is None else "POST"))
    if body is not None:
        request.add_header("Content-Type", "application/json")
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    try:
        handlers = [NoRedirect, urllib.request.ProxyHandler({}), *([urllib.request.HTTPSHandler(context=context)] if context else [])]
        answer = urllib.request.build_opener(*handlers).open(request, timeout=LIMIT)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        raw = answer.read()
        found = {name.lower(): value for name, value in answer.headers.items()}
        parsed = json.loads(raw) if found.get("content-type") == "application/json" else raw.decode()
        return answer.status, found, parsed


def basic(principal: str, secret: str) -> Dict[str, str]:
    """The header of basic authentication."""
    return {"Authorization": "Basic " + base64.b64encode(f"{principal}:{secret}".encode()).decode()}


class Daemon:
    """A master or an agent."""

    def __init__(
        self, home: Path, name: str, directory: Path, *flags: str, port: int = 0, environment: Optional[Dict[str, str]] = None
    ) -> None:
        self.home, self.name, self.directory = home, name, directory
        self.port = port or free_ports(1)[0]
        self.address = f"127.0.0.1:{self.port}"
        self.flags = list(flags)
        self.environment = environment or {}
        self.log = directory / "log"
        self.process: Optional[subprocess.Popen] = None
        directory.mkdir(parents=True, exist_ok=True)

    def start(self, *more: str) -> "Daemon":
        """Start it; more flags are appended."""
        # A test run that is killed must not leave its daemons behind: the kernel kills them with it.
        command = ["setpriv", "--pdeathsig", "KILL", str(self.home / "sbin" / f"mesos-{self.name}")]
        command += ["--ip=127.0.0.1", f"--port={self.port}", "--no-hostname_lookup"]
        command += [f"--work_dir={self.directory}/work", *self.flags, *more]
        if self.name == "agent":
            command += [f"--launcher_dir={self.home}/libexec/mesos", "--launcher=posix", "--no-systemd_enable_support"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("MESOS_", "PYTHON"))}
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env={**environment, **self.environment})
        return self

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(LIMIT)
        except subprocess.TimeoutExpired as error:
            said = self.log.read_text(errors="replace")[-2000:]
            waits = [(task / "wchan").read_text() for task in Path(f"/proc/{self.process.pid}/task").iterdir()]
            self.process.kill()
            raise AssertionError(f"{error}; its threads wait in {waits}; its log ends with:\n{said}") from error
        finally:
            self.process = None

    def wait(self) -> int:
        """The exit status of one that ends by itself."""
        assert self.process is not None
        return self.process.wait(LIMIT)

    def call(self, path: str, body: Any = None, **options: Any) -> Tuple[int, Dict[str, str], Any]:
        """A request to it."""
        return call(self.address, path, body, **options)

    def get(self, path: str) -> Any:
        """The body of a GET."""
        return self.call(path)[2]

    def operator(self, kind: str, **body: Any) -> Tuple[int, Dict[str, str], Any]:
        """A call of the operator API."""
        return self.call("/api/v1", {"type": kind, **({kind.lower(): body} if body else {})})


class Scheduler:
    """A framework that keeps all events, and declines offers for good unless told to launch."""

    def __init__(self, address: str, framework_id: Optional[str] = None, headers: Optional[Dict[str, str]] = None, **info: Any) -> None:
        self.address, self.id, self.headers = address, framework_id, headers or {}
        self.info = {"user": "root", "name": "test", "checkpoint": True, "failover_timeout": 60.0, **info}
        self.events: List[Dict[str, Any]] = []
        self.offers: Dict[str, Dict[str, Any]] = {}
        self.acknowledge = True
        self.ended = threading.Event()
        host, colon, port = address.rpartition(":")
        self._connection = http.client.HTTPConnection(host, int(port))
        self.stream_id = ""

    def subscribe(self) -> "Scheduler":
        """Open the stream; AssertionError when the answer is not 200."""
        body: Dict[str, Any] = {"type": "SUBSCRIBE", "subscribe": {"framework_info": dict(self.info)}}
        if self.id:
            body["framework_id"] = {"value": self.id}
            body["subscribe"]["framework_info"]["id"] = {"value": self.id}
        headers = {"Content-Type": "application/json", "Accept": "application/json", **self.headers}
        self._connection.request("POST", "/api/v1/scheduler", json.dumps(body), headers)
        sock = self._connection.sock
        answer = self._connection.getresponse()
        assert answer.status == 200, (answer.status, answer.read())
        self.stream_id = answer.getheader("Mesos-Stream-Id") or ""
        threading.Thread(target=self._read, args=[answer, sock], daemon=True).start()
        return self

    def _read(self, answer: http.client.HTTPResponse, sock: Any) -> None:
        try:
            while True:
                size = answer.readline()
                if not size:
                    break
                self._event(json.loads(answer.read(int(size))))
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            pass
        self.ended.set()

    def _event(self, event: Dict[str, Any]) -> None:
        if event["type"] == "SUBSCRIBED":
            self.id = event["subscribed"]["framework_id"]["value"]
        elif event["type"] == "OFFERS":
            self.offers.update({offer["id"]["value"]: offer for offer in event["offers"]["offers"]})
        elif event["type"] == "RESCIND":
            self.offers.pop(event["rescind"]["offer_id"]["value"], None)
        self.events.append(event)
        status = event.get("update", {}).get("status", {})
        if self.acknowledge and "uuid" in status:
            self.ack(status)

    def ack(self, status: Dict[str, Any]) -> None:
        """Acknowledge one status."""
        self.call("ACKNOWLEDGE", agent_id=status["agent_id"], task_id=status["task_id"], uuid=status["uuid"])

    def call(self, kind: str, **body: Any) -> Tuple[int, Any]:
        """A call; status and body."""
        message: Dict[str, Any] = {"type": kind, "framework_id": {"value": self.id}}
        if body or kind in ("RECONCILE",):
            message[kind.lower()] = body
        status, headers, text = call(self.address, "/api/v1/scheduler", message, {"Mesos-Stream-Id": self.stream_id, **self.headers})
        return status, text

    def of(self, kind: str) -> List[Dict[str, Any]]:
        """All events of a kind, without the envelope."""
        return [event.get(kind.lower(), {}) for event in list(self.events) if event["type"] == kind]

    def wait(self, kind: str, seconds: float = LIMIT) -> Dict[str, Any]:
        """The first event of a kind."""
        return eventually(lambda: [event for event in list(self.events) if event["type"] == kind], kind, seconds)[0]

    def states(self, task_id: str) -> List[str]:
        """All states of a task, in order."""
        return [event["status"]["state"] for event in self.of("UPDATE") if event["status"]["task_id"]["value"] == task_id]

    def status(self, task_id: str, state: str, seconds: float = LIMIT) -> Dict[str, Any]:
        """The last status of a task in this state."""

        def find() -> Any:
            return [e["status"] for e in self.of("UPDATE") if e["status"]["task_id"]["value"] == task_id and e["status"]["state"] == state]

        return eventually(find, f"{task_id} {state}, states {self.states(task_id)}", seconds)[-1]

    def launch(
        self, task_id: str, command: Any, cpus: float = 0.1, mem: float = 32.0, agent_id: Optional[str] = None, **more: Any
    ) -> Dict[str, Any]:
        """Launch on the first offer that is large enough (of an agent); the offer."""
        resources = more.pop("resources", None) or [
            {"name": "cpus", "type": "SCALAR", "scalar": {"value": cpus}},
            {"name": "mem", "type": "SCALAR", "scalar": {"value": mem}},
        ]

        def pick() -> Any:
            wanted = from_json(resources)
            fitting = [offer for offer in list(self.offers.values()) if contains(from_json(offer["resources"]), wanted)]
            if not fitting:
                self.decline(0.0)  # pieces of one agent in several offers come back as one
            return [offer for offer in fitting if agent_id in (None, offer["agent_id"]["value"])]

        offer = eventually(pick, "an offer")[0]
        info = {
            "name": task_id,
            "task_id": {"value": task_id},
            "agent_id": offer["agent_id"],
            "resources": resources,
            "command": {"value": command} if isinstance(command, str) else command,
            **more,
        }
        self.offers.pop(offer["id"]["value"])
        status, text = self.call(
            "ACCEPT",
            offer_ids=[offer["id"]],
            operations=[{"type": "LAUNCH", "launch": {"task_infos": [info]}}],
            filters={"refuse_seconds": 0},
        )
        assert status == 202, (status, text)
        return offer

    def decline(self, seconds: float) -> None:
        """Give all offers back."""
        for offer_id in list(self.offers):
            self.offers.pop(offer_id, None)
            self.call("DECLINE", offer_ids=[{"value": offer_id}], filters={"refuse_seconds": seconds})

    def close(self) -> None:
        """Hang up, as a scheduler that dies."""
        if self._connection.sock is not None:
            self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._connection.close()
