# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Testinfra's view of a host of a fleet, for the `host` fixture of a scenario."""

from __future__ import annotations

from functools import lru_cache

import testinfra

from .fleet import Fleet


@lru_cache(maxsize=None)
def over_ssh(fleet: Fleet, name: str, sudo: bool = False) -> testinfra.host.Host:
    """Over plain ssh, on one connection: a command takes 30 ms there, and a second through Ansible."""
    # Without a path for its socket, ssh opens a connection for every command.
    socket = str(fleet.host(name).connection)
    return testinfra.get_host(f"ssh://{name}", ssh_config=str(fleet.directory / "ssh_config"), sudo=sudo, controlpersist=60, controlpath=socket)
