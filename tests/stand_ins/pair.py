# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One master with one agent on loopback, and the pytest fixtures for them. Without ZooKeeper."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from .loopback import Daemon, Scheduler, eventually, unpacked

RESOURCES = "cpus:4;mem:8192;disk:20000;ports:[31000-32000]"


class Pair:
    """A master and its agent."""

    def __init__(self, home, directory, master_flags=(), agent_flags=(), resources=RESOURCES):
        self.home = home
        self.master = Daemon(home, "master", directory / "master", "--hostname=127.0.0.1", "--allocation_interval=100ms", *master_flags)
        self.agent = Daemon(
            home,
            "agent",
            directory / "agent",
            f"--master=127.0.0.1:{self.master.port}",
            "--hostname=127.0.0.1",
            "--registration_backoff_factor=200ms",
            f"--runtime_dir={directory}/run",
            f"--resources={resources}",
            *agent_flags,
        )

    def start(self):
        """Both, and the agent is registered."""
        self.master.start()
        self.agent.start()
        self.registered()
        return self

    def registered(self):
        """The agent as the master lists it, once it is active."""
        try:
            return eventually(lambda: [each for each in self.master.get("/slaves")["slaves"] if each["active"]], "an active agent")[0]
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.logs()}") from error

    def scheduler(self, **options):
        """A subscribed scheduler."""
        scheduler = Scheduler(self.master.address, **options).subscribe()
        scheduler.wait("SUBSCRIBED")
        return scheduler

    def logs(self):
        """The end of both logs."""
        return "\n".join(each.log.read_text()[-2000:] for each in (self.master, self.agent) if each.log.exists())

    def stop(self):
        """Kill tasks, end both."""
        if self.agent.process is not None and self.agent.process.poll() is None:
            self.agent.end(signal.SIGUSR1)
        self.agent.end()
        self.master.end()


def alive(pid):
    """Whether a process runs; a zombie does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    return unpacked(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def pair(home, tmp_path_factory):
    pair = Pair(home, tmp_path_factory.mktemp("pair")).start()
    yield pair
    pair.stop()


@pytest.fixture
def fresh(home, tmp_path):
    """Makes pairs with other flags; they end with the test."""
    made = []

    def make(**options):
        made.append(Pair(home, tmp_path / str(len(made)), **options))
        return made[-1]

    yield make
    for pair in made:
        pair.stop()
