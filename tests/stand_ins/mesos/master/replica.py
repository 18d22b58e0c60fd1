# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The replicated log of the registry: each master keeps a whole copy in <work_dir>/replicated_log, writes need a quorum.

A replica is EMPTY, STARTING or VOTING. A fresh ensemble starts by itself once 2 * quorum - 1 replicas are there; later an
empty replica waits for a quorum of voting ones and copies the newest. So one master grown to three needs its log wiped, as
the real one does. Replicas are found through the znodes <path>/log_replicas and asked over HTTP on the masters' own port.
Does not keep a log of changes or run Paxos: every write is the whole registry with a higher position.
"""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

from ..client import Peer
from ..daemon import LOG, die
from ..web import Request, Response, Site, answer_json

PATH = "/log-replica(1)"


class Replica:
    """This master's copy."""

    def __init__(self, directory: Optional[str]) -> None:
        self._file = Path(directory) / "replicated_log" / "replica.json" if directory else None
        self._lock = threading.Lock()
        self.data: Dict[str, Any] = {"status": "EMPTY", "position": 0, "registry": {}}
        if self._file and self._file.exists():
            try:
                self.data = json.loads(self._file.read_text(encoding="utf-8"))
            except ValueError as error:
                die(f"Failed to recover the log: {self._file} is damaged: {error}")
        elif self._file:
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                die(f"Failed to create replicated log directory '{self._file.parent}': {error.strerror}")

    def save(self, **changes: Any) -> None:
        """Write the copy, atomically."""
        with self._lock:
            self.data = {**self.data, **changes}
            if self._file:
                fresh = self._file.with_suffix(".new")
                with open(fresh, "w", encoding="utf-8") as file:
                    json.dump(self.data, file)
                    file.flush()
                    os.fsync(file.fileno())
                fresh.rename(self._file)

    def accept(self, position: int, registry: Dict[str, Any]) -> bool:
        """A write of the leading master."""
        if self.data["status"] != "VOTING" or position <= self.data["position"]:
            return False
        self.save(position=position, registry=registry)
        return True

    def routes(self, site: Site) -> None:
        """What other masters ask."""
        site.add(f"{PATH}/read", lambda request: answer_json(self.data))
        site.add(f"{PATH}/write", self._write)

    def _write(self, request: Request) -> Response:
        message = request.json("log")
        return answer_json({"okay": self.accept(message["position"], message["registry"])})


class Registrar:
    """Reads and writes the registry through a quorum of replicas."""

    PEER_SECONDS = 3

    def __init__(self, replica: Replica, quorum: int, me: str, others: Callable[[], List[str]]) -> None:
        self.replica, self.quorum, self.me, self._others = replica, quorum, me, others
        self.recovered = threading.Event()
        self.auto_initialize = True
        self._lock = threading.Lock()

    def ensemble(self) -> List[str]:
        """All replicas that are registered, this one included."""
        return sorted({self.me, *self._others()})

    def _ask(self, address: str, path: str, message: Dict[str, Any]) -> Optional[Dict[str, Any]]:
        peer = Peer(address, self.PEER_SECONDS)
        try:
            status, body = peer.post(PATH + path, message)
            return body if status == 200 and isinstance(body, dict) else None
        except (OSError, ValueError):
            return None
        finally:
            peer.close()

    def _ask_all(self, path: str, message: Dict[str, Any], enough: Callable[[List[Dict[str, Any]]], bool]) -> List[Dict[str, Any]]:
        """Answers of the other replicas, until there are enough or all have had their time."""
        answers: List[Dict[str, Any]] = []
        changed = threading.Condition()
        pending = [address for address in self.ensemble() if address != self.me]
        left = [len(pending)]

        def ask(address: str) -> None:
            answer = self._ask(address, path, message)
            with changed:
                left[0] -= 1
                if answer is not None:
                    answers.append(answer)
                changed.notify()

        for address in pending:
            threading.Thread(target=ask, args=[address], daemon=True).start()
        with changed:
            changed.wait_for(lambda: left[0] == 0 or enough(answers), self.PEER_SECONDS + 1)
            return list(answers)

    def recover(self) -> None:
        """Block until this replica votes."""
        while self.replica.data["status"] != "VOTING":
            answers = self._ask_all("/read", {}, lambda found: False)
            states = [answer["status"] for answer in answers] + [self.replica.data["status"]]
            voting = [answer for answer in answers if answer["status"] == "VOTING"]
            wanted = 2 * self.quorum - 1
            if len(voting) >= self.quorum:
                newest = max(voting, key=lambda answer: answer["position"])
                self.replica.save(status="VOTING", position=newest["position"], registry=newest["registry"])
            elif self.replica.data["status"] == "STARTING" and sum(state != "EMPTY" for state in states) >= wanted:
                self.replica.save(status="VOTING")
            elif self.replica.data["status"] == "EMPTY" and self.auto_initialize and sum(s != "VOTING" for s in states) >= wanted:
                self.replica.save(status="STARTING")
                continue
            else:
                time.sleep(0.5)
        LOG.info("Replica is in VOTING status")
        self.recovered.set()

    def fetch(self, seconds: float) -> Dict[str, Any]:
        """The newest registry that a quorum knows; the master dies when it cannot be had in time, as the real one does."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.recovered.wait(0.5):
                answers = self._ask_all("/read", {}, lambda found: False) if self.quorum > 1 else []
                voting = [self.replica.data] + [answer for answer in answers if answer["status"] == "VOTING"]
                if len(voting) >= self.quorum:
                    newest = max(voting, key=lambda answer: answer["position"])
                    if newest["position"] > self.replica.data["position"]:
                        self.replica.save(position=newest["position"], registry=newest["registry"])
                    return json.loads(json.dumps(newest["registry"]))
                time.sleep(0.5)
        minutes = int(seconds // 60)
        die(f"Failed to recover registrar: Failed to perform fetch within {f'{minutes}mins' if minutes else f'{seconds:g}secs'}")

    def store(self, registry: Dict[str, Any], seconds: float) -> None:
        """Write to a quorum, or die."""
        with self._lock:
            deadline = time.monotonic() + seconds
            position = self.replica.data["position"] + 1
            self.replica.accept(position, registry)
            if self.quorum == 1 and len(self.ensemble()) == 1:
                return
            while time.monotonic() < deadline:
                answers = self._ask_all("/write", {"position": position, "registry": registry}, self._okay)
                if self._okay(answers):
                    return
                position += 1
                self.replica.accept(position, registry)
                time.sleep(0.5)
            die("Failed to update registry: Failed to perform store within the time of --registry_store_timeout")

    def _okay(self, answers: List[Dict[str, Any]]) -> bool:
        return 1 + sum(bool(answer.get("okay")) for answer in answers) >= self.quorum


def build(flags: Any, me: str, others: Callable[[], List[str]]) -> Tuple[Replica, Registrar]:
    """Replica and registrar as the flags say."""
    in_memory = flags.registry == "in_memory"
    replica = Replica(None if in_memory else flags.work_dir)
    alone = in_memory or flags.zk is None
    registrar = Registrar(replica, 1 if alone else flags.quorum, me, (lambda: []) if alone else others)
    registrar.auto_initialize = flags.log_auto_initialize
    return replica, registrar
