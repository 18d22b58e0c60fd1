# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that go from Mesos to systemd."""

from __future__ import annotations

from ansible_collections.baremetal.flink.tests.unit.fakes.flink_preflight import MANAGER_LOOK, MESOS, after


def test_a_standalone_flink_is_not_set_up_over_an_appmaster():
    (fault,) = after([MANAGER_LOOK["appmaster"]])
    assert fault.startswith("flink_cluster_manager is standalone, and n1 has the AppMaster of flink on Mesos (/etc/flink/appmaster)")
    assert "teardown (--tags flink)" in fault


def test_an_appmaster_is_no_hindrance_for_mesos_and_nothing_is_one_where_there_is_none():
    assert after([MANAGER_LOOK["appmaster"]], groups=MESOS, flink_cluster_manager="mesos") == []
    assert after([]) == []
