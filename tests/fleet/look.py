# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Testinfra's view of a host of a fleet, for the `host` fixture of a scenario."""

from __future__ import annotations

import testinfra

from .fleet import Fleet


def over_ssh(fleet: Fleet, name: str, sudo: bool = False) -> testinfra.host.Host:
    """Over plain ssh, on one connection: a command takes 30 ms there, and a second through Ansible."""
    return testinfra.get_host(f"ssh://{name}", ssh_config=str(fleet.directory / "ssh_config"), sudo=sudo, controlpersist=60)
