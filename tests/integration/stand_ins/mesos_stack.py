# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real ZooKeeper, and the stand-ins for a Mesos master and an agent, on free loopback ports."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Any, Callable, Dict, List

import requests

from tests.integration.zookeeper.ensemble import Ensemble, install
from tests.ports import free_ports
from tests.stand_ins.loopback import Daemon, unpacked

# What tasks may listen on; the default range of an agent belongs to whoever runs one on this machine.
TASK_PORTS = 60


def until(probe: Callable[[], Any], what: str, seconds: float = 90, evidence: Callable[[], str] = str) -> Any:
    """What the probe says, once it is true."""
    deadline = time.monotonic() + seconds
    seen: Any = None
    while time.monotonic() < deadline:
        try:
            seen = probe()
        except (requests.RequestException, KeyError, IndexError, ValueError) as error:
            seen = error
        else:
            if seen:
                return seen
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds} s: {what}; last seen {seen!r}\n{evidence()}")


class MesosStack:
    """Everything below one directory; what runs on it ends with it."""

    def __init__(self, directory: Path) -> None:
        install()
        self._zookeeper = Ensemble(directory / "zookeeper", size=1)
        self.quorum = self._zookeeper.servers[0]
        self.url = f"zk://{self.quorum}/mesos"
        ports = free_ports(TASK_PORTS)
        resources = f"cpus:4;mem:6144;disk:10000;ports:[{ports[0]}-{ports[-1]}]"
        home = unpacked(directory)
        self.master = Daemon(home, "master", directory / "master", f"--zk={self.url}", "--quorum=1", "--zk_session_timeout=3secs")
        self.agent = Daemon(home, "agent", directory / "agent", f"--master={self.url}", f"--resources={resources}")

    def __enter__(self) -> "MesosStack":
        self._zookeeper.__enter__()
        try:
            self.master.start()
            self.agent.start()
            until(lambda: self.state()["activated_slaves"] == 1, "the agent registers", 30, self.logs)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        # An agent that ends leaves its tasks to the next one.
        with contextlib.suppress(requests.RequestException, AssertionError):
            for framework in self.state()["frameworks"]:
                self.teardown(framework["id"])
            until(lambda: not self.containers(), "the tasks end", 20)
        self.agent.end()
        self.master.end()
        self._zookeeper.__exit__()

    def state(self) -> Dict[str, Any]:
        """What the master answers for /state."""
        return requests.get(f"http://{self.master.address}/master/state", timeout=5).json()

    def containers(self) -> List[Dict[str, Any]]:
        """What the agent runs."""
        return requests.get(f"http://{self.agent.address}/containers", timeout=5).json()

    def framework(self, framework_id: str) -> Dict[str, Any]:
        """The active framework of this id, or nothing."""
        return next((each for each in self.state()["frameworks"] if each["id"] == framework_id and each["active"]), {})

    def tasks(self, framework_id: str) -> List[Dict[str, Any]]:
        """The tasks that a framework has, as the master sees them."""
        return self.framework(framework_id)["tasks"]

    def teardown(self, framework_id: str) -> None:
        """Remove a framework, as an operator would."""
        answer = requests.post(f"http://{self.master.address}/master/teardown", data={"frameworkId": framework_id}, timeout=10)
        assert answer.status_code == 200, answer.text

    def logs(self) -> str:
        """The ends of the logs, for the message of a failed test."""
        return "\n".join(
            f"--- {each.name}\n" + each.log.read_text(errors="replace")[-3000:] for each in (self.master, self.agent) if each.log.exists()
        )
