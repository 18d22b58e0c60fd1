# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The leader's state and its turns: every request, status and offer is one turn under one lock.

A turn ends with the deployments moved on, the changes stored, and only then the calls sent to the master. Does not stream reads past
the lock: a slow store makes slow answers.
"""

from __future__ import annotations

import random
import threading
import time
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from .deployments import Deployments
from .events import Events
from .flags import Flags
from .launch_queue import LaunchQueue
from .model import PROVISIONED, State, Versions, stamp
from .tracker import Tracker

Call = Tuple[str, Dict[str, Any]]


class MemoryStore:
    """Keeps nothing beyond the process."""

    def __init__(self) -> None:
        self.kinds: Dict[str, Dict[str, Any]] = {}

    def load(self) -> Dict[str, Dict[str, Any]]:
        """All values by kind and id."""
        return self.kinds

    def save(self, kinds: Dict[str, Dict[str, Any]]) -> None:
        """Replace everything."""
        self.kinds = kinds


class Core:
    """`send` takes the calls for the master and must not block."""

    def __init__(self, flags: Flags, store: Any, send: Callable[[str, Dict[str, Any]], None], clock: Callable[[], float] = time.time) -> None:
        self.flags, self.store, self.clock = flags, store, clock
        self._send = send
        self.lock = threading.RLock()
        self.woken = threading.Condition()
        self._nudged = False
        self.choose = random.Random()
        self.events = Events(clock)
        self.state = State()
        self.versions = Versions(clock)
        self.queue = LaunchQueue(self)
        self.tracker = Tracker(self)
        self.deployments = Deployments(self)
        self.outbox: List[Call] = []
        self._depth = 0
        self.connected = False
        self.master: Optional[Dict[str, Any]] = None

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.clock()

    def stamp(self) -> str:
        """Now, as Marathon writes it."""
        return stamp(self.clock())

    def load(self) -> None:
        """What the leader before has left."""
        with self.lock:
            self.state.load(self.store.load())

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One change of state; turns inside a turn are part of it."""
        with self.lock:
            self._depth += 1
            try:
                yield
                if self._depth == 1:
                    self._finish()
            finally:
                self._depth -= 1
        self.nudge()

    def _finish(self) -> None:
        moved = True
        self.tracker.repeat_kills()
        while moved:
            moved = self.deployments.advance()
            moved = self.tracker.rescale() or moved
        self.queue.tell_master()
        self.store.save(self.state.dump())
        calls, self.outbox = self.outbox, []
        for kind, body in calls:
            self._send(kind, body)

    def call(self, kind: str, **body: Any) -> None:
        """A call for the master, sent when the turn is over and stored."""
        self.outbox.append((kind, body))

    def nudge(self) -> None:
        """Let the clock's thread look again."""
        with self.woken:
            self._nudged = True
            self.woken.notify_all()

    def next_wake(self) -> Optional[float]:
        """When something is due without anybody asking."""
        with self.lock:
            times = [each for each in (self.tracker.next_due(), self.queue.next_due()) if each is not None]
        return min(times, default=None)

    def run_clock(self) -> None:
        """A thread: sleeps until something is due."""
        while True:
            due = self.next_wake()
            with self.woken:
                if not self._nudged:
                    self.woken.wait(None if due is None else max(0.02, due - self.clock()))
                self._nudged = False
            due = self.next_wake()
            if due is not None and due <= self.clock():
                with self.turn():
                    pass

    def offers(self, offers: List[Dict[str, Any]]) -> None:
        """OFFERS from the master."""
        with self.turn():
            for offer in offers:
                self.queue.offer(offer)

    def update(self, status: Dict[str, Any]) -> None:
        """UPDATE from the master."""
        with self.turn():
            self.tracker.update(status)

    def subscribed(self, framework_id: str, master: Dict[str, Any]) -> None:
        """SUBSCRIBED: remember the id. The state of all tasks is asked for by a timer alone, as in the real one."""
        with self.turn():
            self.connected, self.master = True, master
            self.state.framework_id = framework_id
            self.queue.forget_master()
            self.events.publish("scheduler_reregistered_event", {"master": master.get("hostname", "")})

    def disconnected(self) -> None:
        """The master's stream ended."""
        with self.lock:
            self.connected = False

    def reconcile(self) -> None:
        """RECONCILE, for the tasks that we know and for those that we do not."""
        tasks = [
            {"task_id": {"value": each.task_id}, "agent_id": {"value": each.task["agent_id"]}}
            for each in self.state.instances.values()
            if each.live and each.condition != PROVISIONED and each.task
        ]
        if tasks:
            self.call("RECONCILE", tasks=tasks)
        self.call("RECONCILE", tasks=[])
