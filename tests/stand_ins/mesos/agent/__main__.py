# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""mesos-agent: python -m mesos.agent FLAGS. SIGTERM leaves tasks alive, SIGUSR1 kills them and unregisters."""

from __future__ import annotations

import os
import signal
import sys
import threading

from ..daemon import LOG, check_modules, die, end_signals, find_address, read_flags
from ..web import serve
from .agent import Agent
from .endpoints import Endpoints
from .info import check
from .systemd import Slice


def main() -> None:
    """Until a signal or a fatal error."""
    flags = read_flags("agent", sys.argv[1:], os.environ)
    check_modules(flags)
    check(flags)
    agent = Agent(flags, find_address(flags), Slice(flags))
    wait_for_the_end = end_signals()
    signal.signal(signal.SIGUSR1, lambda *received: threading.Thread(target=agent.shutdown, args=["received SIGUSR1"]).start())
    try:
        serve(Endpoints(agent).site(), agent.address.bind, agent.address.port)
    except OSError as error:
        die(f"Failed to initialize: Failed to bind on {agent.address.bind}:{agent.address.port}: {error.strerror}")
    LOG.info(f"Agent started on {agent.pid}")
    agent.recover()
    if flags.recover == "cleanup":
        agent.cleanup()
    agent.link.start()
    wait_for_the_end()
    agent.stop()


if __name__ == "__main__":
    main()
