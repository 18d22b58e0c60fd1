# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The molecule scenarios of single layers, one after the other."""

from __future__ import annotations

import pytest

from .conftest import SCENARIOS


@pytest.mark.parametrize("name", [name for name in SCENARIOS if not name.startswith("site")])
def test_scenario(scenario, name):
    scenario(name)
