# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bare hosts, with nothing to run on them but what every scenario has."""

from __future__ import annotations

import pytest

from tests.scenario import Operator


@pytest.fixture(scope="session")
def operator(tmp_path_factory):
    return Operator("default", "playbooks/site.yml", tmp_path_factory.mktemp("inventories"))
