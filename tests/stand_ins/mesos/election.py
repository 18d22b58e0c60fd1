# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leader election and detection in ZooKeeper, with the znodes of Mesos.

<path>/json.info_%010d is ephemeral and sequential, the lowest sequence leads, its data is the MasterInfo in JSON.
<path>/log_replicas/%010d is ephemeral and sequential too, its data the address of a log replica: log-replica(1)@ip:port.
Does not read the protobuf form info_%010d of masters before 1.0.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from typing import Any, Callable, Dict, List, Optional, Tuple

from kazoo.client import KazooClient, KazooState
from kazoo.exceptions import KazooException, NoNodeError
from kazoo.retry import KazooRetry
from kazoo.security import CREATOR_ALL_ACL, OPEN_ACL_UNSAFE, READ_ACL_UNSAFE

from .daemon import LOG, die

LABEL = "json.info_"
REPLICAS = "log_replicas"
logging.getLogger("kazoo").addHandler(logging.NullHandler())
logging.getLogger("kazoo").propagate = False


def parse_zk_url(url: str) -> Tuple[str, str, Optional[str]]:
    """hosts, path and "user:password" of zk://[user:pass@]host:port[,host:port]/path."""
    match = re.fullmatch(r"zk://(?:([^@/]+:[^@/]+)@)?([^@/]+)(/.*)?", url.strip())
    if not match:
        raise ValueError(f"Expecting 'zk://' at the beginning of the URL and host:port,…/path after it, not '{url.strip()}'")
    path = (match[3] or "/").rstrip("/")
    if not path:
        raise ValueError("Expecting a (chroot) path for ZooKeeper ('/' is not supported)")
    return match[2], path, match[1]


class Group:
    """One ZooKeeper session for a daemon: membership and the leader. `on_leader` gets the MasterInfo or None, in one thread."""

    def __init__(self, url: str, session_seconds: float, on_leader: Callable[[Optional[Dict[str, Any]]], None]) -> None:
        try:
            hosts, self.path, auth = parse_zk_url(url)
        except ValueError as error:
            die(f"Failed to parse ZooKeeper URL: {error}")
        self.session_seconds = session_seconds
        self.on_leader = on_leader
        self.acl = CREATOR_ALL_ACL + READ_ACL_UNSAFE if auth else OPEN_ACL_UNSAFE
        retry = KazooRetry(max_tries=-1, delay=0.5, max_delay=3)
        self.client = KazooClient(
            hosts=hosts,
            timeout=session_seconds,
            auth_data=[("digest", auth)] if auth else None,
            connection_retry=retry,
            command_retry=KazooRetry(max_tries=3, delay=0.2, max_delay=1),
        )
        self._wake = threading.Event()
        self._lost: Optional[threading.Timer] = None
        self._candidate: Optional[bytes] = None
        self._replica: Optional[bytes] = None
        self.mine: Optional[str] = None
        self.on_lost: Callable[[str], None] = lambda reason: None
        self.leader: Optional[Dict[str, Any]] = None
        self._last: Any = object()
        self._addresses: List[str] = []

    def start(self, candidate: Optional[Dict[str, Any]] = None, replica: Optional[str] = None) -> None:
        """Connect in the background, and stand as a candidate if told so."""
        self._candidate = json.dumps(candidate).encode() if candidate else None
        self._replica = replica.encode() if replica else None
        self.client.add_listener(self._state)
        self.client.start_async()
        threading.Thread(target=self._run, name="group", daemon=True).start()

    def _state(self, state: str) -> None:
        if state == KazooState.SUSPENDED and self._lost is None:
            self._lost = threading.Timer(self.session_seconds, self._expired, ["ZooKeeper cannot be reached"])
            self._lost.daemon = True
            self._lost.start()
        elif state == KazooState.CONNECTED and self._lost is not None:
            self._lost.cancel()
            self._lost = None
        elif state == KazooState.LOST:
            self._expired("the ZooKeeper session expired")
        self._wake.set()

    def _expired(self, reason: str) -> None:
        self.on_lost(reason)
        self.leader = None
        self.mine = None
        self._wake.set()

    def _changed(self, event: Any) -> None:
        self._wake.set()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if not self.client.connected:
                if self.leader is None:
                    self._tell(None)
                continue
            try:
                self._join()
                if self._replica:
                    self._addresses = self._find_replicas()
                self._tell(self._detect())
            except KazooException as error:
                LOG.warning(f"ZooKeeper answered {type(error).__name__} below {self.path}, trying again")
                again = threading.Timer(1, self._wake.set)
                again.daemon = True
                again.start()

    def _join(self) -> None:
        self.client.ensure_path(self.path, acl=self.acl)
        session = (self.client.client_id or (0,))[0]
        if self._replica and getattr(self, "_replica_session", None) != session:
            self.client.ensure_path(f"{self.path}/{REPLICAS}", acl=self.acl)
            self.client.create(f"{self.path}/{REPLICAS}/", self._replica, acl=self.acl, ephemeral=True, sequence=True)
            self._replica_session = session
        if self._candidate and getattr(self, "_candidate_session", None) != session:
            node = self.client.create(f"{self.path}/{LABEL}", self._candidate, acl=self.acl, ephemeral=True, sequence=True)
            self._candidate_session = session
            self.mine = node.rsplit("/", 1)[1]
            LOG.info(f"New candidate (id='{int(self.mine[len(LABEL):])}') has entered the contest for leadership")

    def _detect(self) -> Optional[Dict[str, Any]]:
        children = self.client.get_children(self.path, watch=self._changed)
        nodes = sorted((name for name in children if name.startswith(LABEL)), key=lambda name: int(name[len(LABEL) :]))
        for node in nodes:
            try:
                return json.loads(self.client.get(f"{self.path}/{node}")[0])
            except NoNodeError:
                continue
        return None

    def _tell(self, leader: Optional[Dict[str, Any]]) -> None:
        self.leader = leader
        if leader != self._last:
            self._last = leader
            LOG.info(f"A new leading master ({leader['pid']}) is detected" if leader else "No leading master is detected")
            self.on_leader(leader)

    def _find_replicas(self) -> List[str]:
        base = f"{self.path}/{REPLICAS}"
        found = []
        for name in sorted(self.client.get_children(base, watch=self._changed)):
            try:
                found.append(self.client.get(f"{base}/{name}")[0].decode())
            except NoNodeError:
                continue
        return sorted({upid.rpartition("@")[2] for upid in found})

    def replicas(self) -> List[str]:
        """host:port of every log replica that was registered when ZooKeeper was last heard."""
        return list(self._addresses)

    def stop(self) -> None:
        """Leave at once: the ephemeral znodes go with the session."""
        self.on_lost = lambda reason: None
        self.on_leader = lambda leader: None
        self.client.stop()
        self.client.close()
