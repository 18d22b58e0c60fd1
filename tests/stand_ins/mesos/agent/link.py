# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agent's side of the private protocol with the leading master (see master/agents.py).

Does not authenticate by CRAM-MD5: the credential goes as basic authentication.
"""

from __future__ import annotations

import base64
import http.client
import json
import queue
import socket
import threading
from typing import TYPE_CHECKING, Any, Dict, Optional

from ..client import Peer
from ..daemon import LOG, die
from ..election import Group

if TYPE_CHECKING:
    from .agent import Agent

CONNECT_SECONDS = 10


class MasterLink:
    """Finds the leading master, stays registered with it, sends what the agent has to say in order."""

    def __init__(self, agent: "Agent", master: str, session_seconds: float) -> None:
        self.agent = agent
        self.credential = agent.credential
        self.address: Optional[str] = None
        self.master_hostname = ""
        self.registered = False
        self._changed = threading.Condition()
        self._stream: Optional[socket.socket] = None
        self._outbox: "queue.Queue[Dict[str, Any]]" = queue.Queue()
        self.group: Optional[Group] = None
        if master.startswith("zk://"):
            self.group = Group(master, session_seconds, self._on_leader)
        else:
            host, colon, port = master.rpartition("@")[2].partition(":")
            try:
                self._fixed = f"{socket.gethostbyname(host)}:{int(port or 5050)}"
            except (OSError, ValueError) as error:
                die(f"Failed to create a master detector: Failed to parse '{master}': {error}")
            self.master_hostname = host

    def start(self) -> None:
        """Begin to look for a master."""
        threading.Thread(target=self._run, name="master", daemon=True).start()
        threading.Thread(target=self._send_all, name="outbox", daemon=True).start()
        if self.group is not None:
            self.group.start()
        else:
            LOG.info(f"New master detected at master@{self._fixed}")
            self._set(self._fixed)

    def _on_leader(self, leader: Optional[Dict[str, Any]]) -> None:
        if leader is None:
            LOG.info("Lost leading master")
            self._set(None)
            return
        LOG.info(f"New master detected at {leader['pid']}")
        self.master_hostname = leader["hostname"]
        self._set(f"{leader['address']['ip']}:{leader['address']['port']}")

    def _set(self, address: Optional[str]) -> None:
        with self._changed:
            self.address = address
            self._hang_up()
            self._changed.notify_all()

    def _hang_up(self) -> None:
        if self._stream is not None:
            try:
                self._stream.shutdown(socket.SHUT_RDWR)
            except OSError:
                self._stream = None

    def say(self, message: Dict[str, Any]) -> None:
        """A message for the master, dropped when there is none; updates are sent again after a registration."""
        self._outbox.put(message)

    def _send_all(self) -> None:
        peer: Optional[Peer] = None
        while True:
            message = self._outbox.get()
            address = self.address
            if address is None or not self.registered:
                continue
            if peer is None or peer.address != address:
                peer = Peer(address, CONNECT_SECONDS, self.credential)
            try:
                status, body = peer.post("/stand-in/agent/message", {"agent_id": self.agent.id, **message})
            except (OSError, ValueError) as error:
                LOG.warning(f"Failed to send a message to the master: {error}")
                continue
            if status == 409:
                with self._changed:
                    self._hang_up()
            elif status == 200 and message["type"] == "update" and body.get("drop"):
                self.agent.dropped(message)

    def _run(self) -> None:
        backoff = self.agent.flags.registration_backoff_factor
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self.address is not None)
                address = str(self.address)
            try:
                self._register(address)
            except (OSError, http.client.HTTPException, ValueError) as error:
                LOG.warning(f"Lost the master at {address}: {type(error).__name__}: {error}")
            if self.registered:
                LOG.info("Master disconnected! Waiting for a new master to be elected")
            self.registered = False
            with self._changed:
                self._changed.wait_for(lambda lost=address: self.address not in (None, lost), max(0.2, backoff))

    def _register(self, address: str) -> None:
        """Registered as long as this runs."""
        host, colon, port = address.rpartition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=CONNECT_SECONDS)
        headers = {"Content-Type": "application/json"}
        if self.credential:
            headers["Authorization"] = "Basic " + base64.b64encode(":".join(self.credential).encode()).decode()
        with self.agent.lock:
            body = self.agent.registration()
        connection.request("POST", "/stand-in/agent/subscribe", json.dumps(body).encode(), headers)
        self._stream = connection.sock
        answer = connection.getresponse()
        if answer.status != 200:
            self._refused(address, answer.status, answer.read().decode("utf-8", "replace"))
            connection.close()
            return
        if address != self.address:
            connection.close()
            return
        assert connection.sock is not None
        while True:
            size = answer.readline()
            if not size:
                break
            record = json.loads(answer.read(int(size)))
            if record["type"] == "registered":
                connection.sock.settimeout(record["ping_seconds"] + 5)
                self.registered = True
            self.agent.receive(record)
        connection.close()

    def _refused(self, address: str, status: int, text: str) -> None:
        if status == 401 and self.credential:
            die(f"Master master@{address} refused authentication")
        if status == 409:
            self.agent.shutdown(json.loads(text)["shutdown"])
        LOG.warning(f"Master master@{address} does not register this agent ({status}): {text.strip()[:300]}")

    def goodbye(self, seconds: float) -> None:
        """Unregister, and wait a little for it to be sent."""
        if self.address is not None and self.registered:
            try:
                peer = Peer(self.address, seconds, self.credential)
                peer.post("/stand-in/agent/message", {"agent_id": self.agent.id, "type": "unregister"})
            except (OSError, ValueError) as error:
                LOG.warning(f"Cannot unregister: {error}")

    def stop(self) -> None:
        """Leave ZooKeeper."""
        if self.group is not None:
            self.group.stop()
