# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controller's parallel workers have to agree on while hosts pull a release from a mirror host: who opens it, and who closes it.

``mirrors/TASK.json`` in the controller's cache has the mirrors that are open for a task, and the hosts that are through with the task.
The first host that needs a mirror opens it, the others wait for that; the last one of the batch closes it. Hosts that the task
leaves out are never through: then the mirror ends by itself, as it does when the run is killed.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass, field
from typing import Callable, Dict, Iterator, List, Sequence
from urllib.parse import quote

from ..module_utils.artifact.mirror import IDLE_SECONDS
from ..module_utils.artifact.parts import ArtifactError
from .artifact_fetch import Payload

#: A mirror that a host has asked for something less than this ago is certain to be there for the next one.
FRESH_SECONDS = IDLE_SECONDS / 2
FORGOTTEN_SECONDS = 86400

#: Opens the mirror for these payloads and returns its address.
Open = Callable[[Sequence[Payload]], str]


@dataclass
class Place:
    """Where a mirror is on its host."""

    port: int
    root: str


@dataclass
class Opened:
    """A mirror that serves, or why there is none."""

    port: int
    root: str
    base: str = ""
    sha256: List[str] = field(default_factory=list)
    asked: float = 0.0
    fault: str = ""


@dataclass
class State:
    """All that the workers of one task know."""

    mirrors: Dict[str, Opened] = field(default_factory=dict)
    through: List[str] = field(default_factory=list)


class Gathering:
    """The workers of one task, on this controller."""

    def __init__(self, cache: str, task: str, clock: Callable[[], float] = time.time) -> None:
        self.directory = os.path.join(os.path.abspath(os.path.expanduser(cache)), "mirrors")
        self.path = os.path.join(self.directory, f"{task}.json")
        self.clock = clock

    def enter(self, host: str) -> None:
        """This host may need a mirror now; a second time where the task is a loop."""
        with self._state() as state:
            state.through = [each for each in state.through if each != host]

    def base(self, mirror: str, place: Place, payloads: Sequence[Payload], open_mirror: Open) -> str:
        """The address below which the mirror serves the payloads, which it is made to if it does not yet. Raises ArtifactError."""
        wanted = {payload.sha256 for payload in payloads}
        with self._lock(f"{quote(mirror, safe='')}.open"):
            with self._state() as state:
                known = state.mirrors.get(mirror) or Opened(place.port, place.root)
            if known.fault:
                raise ArtifactError(known.fault)
            if wanted <= set(known.sha256) and self.clock() - known.asked < FRESH_SECONDS:
                return known.base
            try:
                known.base = open_mirror(payloads)
                known.sha256 = sorted(wanted | set(known.sha256))
                known.asked = self.clock()
            except ArtifactError as error:
                # Found out once, and said by every host that needs the mirror.
                known.fault = str(error)
                raise
            finally:
                with self._state() as state:
                    state.mirrors[mirror] = known
        return known.base

    def asked(self, mirror: str) -> None:
        """A host has just got something from the mirror."""
        with self._state() as state:
            if mirror in state.mirrors:
                state.mirrors[mirror].asked = self.clock()

    def leave(self, host: str, batch: Sequence[str], close: Callable[[str, Place], None]) -> None:
        """This host is through, whether well or not; close the mirrors after the last one of the batch."""
        with self._state() as state:
            state.through = sorted({*state.through, host})
            opened = sorted(state.mirrors)
            last = set(batch) <= set(state.through)
        if not last:
            return
        for mirror in opened:
            with self._lock(f"{quote(mirror, safe='')}.open"):
                with self._state() as state:
                    # A host may have come in again meanwhile.
                    found = state.mirrors.pop(mirror, None) if set(batch) <= set(state.through) else None
                if found is not None and found.base:
                    close(mirror, Place(found.port, found.root))
        with self._state() as state:
            if not state.mirrors and set(batch) <= set(state.through):
                state.through = []

    @contextlib.contextmanager
    def _lock(self, name: str) -> Iterator[None]:
        # The addresses in here are for nobody else.
        os.makedirs(self.directory, mode=0o700, exist_ok=True)
        with open(os.path.join(self.directory, name), "w", encoding="ascii") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def _state(self) -> Iterator[State]:
        """What is known, to be changed; kept as long as there is something to know."""
        with self._lock("lock"):
            try:
                with open(self.path, encoding="utf-8") as handle:
                    read = json.load(handle)
            except (FileNotFoundError, ValueError):
                self._forget_killed_runs()
                read = {"mirrors": {}, "through": []}
            state = State({name: Opened(**each) for name, each in read["mirrors"].items()}, read["through"])
            yield state
            if state.mirrors or state.through:
                with open(f"{self.path}.new", "w", encoding="utf-8") as handle:
                    json.dump(asdict(state), handle)
                os.replace(f"{self.path}.new", self.path)
            elif os.path.exists(self.path):
                os.unlink(self.path)

    def _forget_killed_runs(self) -> None:
        for name in os.listdir(self.directory):
            path = os.path.join(self.directory, name)
            if ".json" in name and os.path.getmtime(path) < self.clock() - FORGOTTEN_SECONDS:
                os.unlink(path)
