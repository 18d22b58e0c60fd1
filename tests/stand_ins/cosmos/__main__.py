# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.stand_ins.cosmos: a DC/OS on loopback, to try tasks on by hand; it forgets everything when it ends."""

from __future__ import annotations

import argparse
import threading

from .api import Cluster
from .server import Server


def main() -> None:
    """Listen until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.stand_ins.cosmos", description="a test double of DC/OS' package service")
    parser.add_argument("--port", type=int, default=8443)
    parser.add_argument("--user", action="append", default=[], metavar="NAME:PASSWORD", help="ask for a login")
    parser.add_argument("--mesos", metavar="HOST:PORT", help="where /mesos goes")
    arguments = parser.parse_args()
    with Server(Cluster(dict(each.split(":", 1) for each in arguments.user)), arguments.port, arguments.mesos) as server:
        print(server.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
