# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packed stand-ins, and one master with one agent for the tests of a module."""

from ansible_collections.baremetal.flink.tests.stand_ins.pair import fresh, home, pair

__all__ = ["fresh", "home", "pair"]
