# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event bus behind /v2/events.

Does not publish every event of the real one: deployments, statuses, health, failures, API calls and the stream's own.
"""

from __future__ import annotations

import json
import queue
import threading
from typing import Any, Callable, Dict, List, Optional

from .model import stamp

MOST = 1024


class Events:
    """A subscriber that does not read loses its stream."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._subscribers: List["queue.Queue[Optional[bytes]]"] = []

    def publish(self, kind: str, fields: Dict[str, Any]) -> None:
        """To all subscribers."""
        body = {**fields, "eventType": kind, "timestamp": stamp(self._clock())}
        record = f"event: {kind}\r\ndata: {json.dumps(body, separators=(',', ':'))}\r\n\r\n".encode()
        with self._lock:
            for subscriber in list(self._subscribers):
                try:
                    subscriber.put_nowait(record)
                except queue.Full:
                    self._subscribers.remove(subscriber)

    def subscribe(self) -> "queue.Queue[Optional[bytes]]":
        """A queue of ready records."""
        mine: "queue.Queue[Optional[bytes]]" = queue.Queue(MOST)
        with self._lock:
            self._subscribers.append(mine)
        return mine

    def unsubscribe(self, mine: "queue.Queue[Optional[bytes]]") -> None:
        """The reader has gone."""
        with self._lock:
            if mine in self._subscribers:
                self._subscribers.remove(mine)
