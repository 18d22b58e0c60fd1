# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The molecule scenarios, each on a fleet of its own; `make test` runs several at a time."""

from __future__ import annotations

import pytest

from .conftest import SCENARIOS

#: Of those that take longest: a stream that begins one last would end alone.
LONGEST = ("site", "hdfs", "site_mesos", "mesos", "flink", "kerberized", "zookeeper", "marathon")


@pytest.mark.parametrize("name", sorted(SCENARIOS, key=[*LONGEST, *SCENARIOS].index))
def test_scenario(scenario, name):
    scenario(name)
