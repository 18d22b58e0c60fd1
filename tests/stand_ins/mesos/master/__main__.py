# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""mesos-master: python -m mesos.master FLAGS. Does not write core dumps or profiles."""

from __future__ import annotations

import os
import sys

from ..daemon import LOG, check_modules, die, end_signals, find_address, read_flags
from ..web import serve
from .master import Master
from .rules import check


def main() -> None:
    """Until a signal or a fatal error."""
    flags = read_flags("master", sys.argv[1:], os.environ)
    check_modules(flags)
    check(flags)
    address = find_address(flags)
    master = Master(flags, address)
    wait_for_the_end = end_signals()
    try:
        serve(master.site(), address.bind, address.port)
    except OSError as error:
        die(f"Failed to initialize: Failed to bind on {address.bind}:{address.port}: {error.strerror}")
    LOG.info(f"Master {master.id} ({address.hostname}) started on {address.ip}:{address.advertised_port}")
    master.start()
    wait_for_the_end()
    if master.group is not None:
        master.group.stop()
    os._exit(0)


if __name__ == "__main__":
    main()
