# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No fleet takes another one's links for its own."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.tests.fleet.network import ports_named

LINKS = ["eth0", "bmf-site_mesos", "vb-site-mesPrsR", "bmf-hdfs", "vb-hdfs-node1"]


@pytest.mark.parametrize(("machines", "ports"), [("site-", []), ("site-mesos-", ["vb-site-mesPrsR"]), ("hdfs-", ["vb-hdfs-node1"])])
def test_ports_of_a_fleet(machines, ports):
    assert ports_named(machines, LINKS) == ports
