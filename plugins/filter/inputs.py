# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that judge what users hand to daemons, and write it into their files."""

from __future__ import annotations

from typing import Any, Callable, Dict

from ..plugin_utils.filters import late_filter


class FilterModule:
    """The filters of this file by name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Called by Ansible."""
        return {
            "environment_lines": late_filter("quoting", "environment_lines"),
            "input_faults": late_filter("inputs", "input_faults"),
            "properties_lines": late_filter("settings", "properties_lines"),
            "settings_texts": late_filter("settings", "settings_texts"),
            "unit_word": late_filter("quoting", "unit_word"),
        }
