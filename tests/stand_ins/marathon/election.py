# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leader election under <zk>/leader-curator, with the znodes of Curator's LeaderLatch.

_c_<uuid>-latch-<sequence> is ephemeral, its data is host:port, the lowest sequence leads. A process that has led and leads no more
ends; so does one that loses ZooKeeper. Does not do SASL.
"""

from __future__ import annotations

import logging
import threading
import uuid
from typing import Any, Callable, List, Optional

from kazoo.client import KazooClient, KazooState
from kazoo.exceptions import KazooException, NoNodeError
from kazoo.handlers.threading import KazooTimeoutError
from kazoo.retry import KazooRetry
from kazoo.security import CREATOR_ALL_ACL, OPEN_ACL_UNSAFE

from .ending import ENDED_GRACEFULLY, LEADERSHIP_LOSS, ZOOKEEPER_FAILURE, ZOOKEEPER_LOSS, die, log
from .flags import URL

logging.getLogger("kazoo").addHandler(logging.NullHandler())
logging.getLogger("kazoo").propagate = False


class Zk:
    """A session for a zk:// URL."""

    def __init__(self, url: str, session_ms: int) -> None:
        match = URL.fullmatch(url)
        if not match:
            die(ZOOKEEPER_FAILURE, f"'{url}' is no zk://host:port,…/path")
        self.path = match[3].rstrip("/")
        # Nobody else reads it either: zkDefaultCreationACL of ZookeeperConf.scala.
        self.acl: List[Any] = CREATOR_ALL_ACL if match[1] else OPEN_ACL_UNSAFE
        self.client = KazooClient(
            hosts=match[2],
            timeout=session_ms / 1000,
            auth_data=[("digest", match[1])] if match[1] else None,
            connection_retry=KazooRetry(max_tries=-1, delay=0.2, max_delay=2),
            command_retry=KazooRetry(max_tries=5, delay=0.1, max_delay=1),
        )

    def start(self, timeout_ms: int) -> None:
        """Exit code 100 when no server answers in time."""
        try:
            self.client.start(timeout=timeout_ms / 1000)
        except (KazooTimeoutError, KazooException) as error:
            die(ZOOKEEPER_FAILURE, f"No ZooKeeper server of {self.client.hosts} answers within {timeout_ms} ms: {error}")


class Election:
    """`on_elected` runs once, in a thread of its own, when this one leads."""

    def __init__(self, zk: Zk, me: str, on_elected: Callable[[], None]) -> None:
        self.zk, self.me, self.on_elected = zk, me, on_elected
        self.path = zk.path + "/leader-curator"
        self.leads = False
        self.leader: Optional[str] = None
        self.ready = threading.Event()
        self._mine: Optional[str] = None
        self._wake = threading.Event()
        self._ending = False

    def start(self) -> None:
        """Stand as a candidate."""
        client = self.zk.client
        client.ensure_path(self.path, acl=self.zk.acl)
        client.add_listener(self._state)
        node = client.create(f"{self.path}/_c_{uuid.uuid4()}-latch-", self.me.encode(), acl=self.zk.acl, ephemeral=True, sequence=True)
        self._mine = node.rsplit("/", 1)[1]
        log(f"Standing as a candidate with {node}")
        self._wake.set()
        threading.Thread(target=self._run, name="election", daemon=True).start()

    def _state(self, state: str) -> None:
        if self._ending:
            return
        if state == KazooState.LOST:
            die(ZOOKEEPER_LOSS, "The ZooKeeper session is lost")
        if state == KazooState.SUSPENDED and self.leads:
            threading.Thread(target=die, args=[LEADERSHIP_LOSS, "The connection to ZooKeeper is lost, so is the leadership"]).start()
        self._wake.set()

    def _changed(self, event: Any) -> None:
        self._wake.set()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if not self.zk.client.connected:
                continue
            try:
                self._look()
            except KazooException as error:
                log(f"ZooKeeper answered {type(error).__name__} below {self.path}, trying again", "WARN")
                again = threading.Timer(0.5, self._wake.set)
                again.daemon = True
                again.start()

    def _look(self) -> None:
        client = self.zk.client
        nodes = [name for name in client.get_children(self.path, watch=self._changed) if "-latch-" in name]
        nodes.sort(key=lambda name: name.rsplit("-latch-", 1)[1])
        if self._mine not in nodes and not self._ending:
            die(LEADERSHIP_LOSS if self.leads else ZOOKEEPER_LOSS, "The own latch is gone from ZooKeeper")
        self.leader = None
        for name in nodes:
            try:
                self.leader = client.get(f"{self.path}/{name}")[0].decode()
            except NoNodeError:
                continue
            if name == self._mine and not self.leads:
                self.leads = True
                log("Elected (LeaderLatch)")
                threading.Thread(target=self.on_elected, name="elected", daemon=True).start()
            break

    def abdicate(self) -> None:
        """Give the latch back and end; the answer to whoever asked goes out first."""
        self._ending = True

        def leave() -> None:
            self.stop()
            die(ENDED_GRACEFULLY, "Leadership abdicated")

        threading.Timer(0.2, leave).start()

    def stop(self) -> None:
        """Leave ZooKeeper at once."""
        self._ending = True
        self.zk.client.stop()
        self.zk.client.close()
