# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make test` tells of each file at its end counts its processor seconds too."""

from __future__ import annotations

from tests.stages import clock

pytest_runtest_setup, pytest_runtest_makereport = clock.pytest_runtest_setup, clock.pytest_runtest_makereport
