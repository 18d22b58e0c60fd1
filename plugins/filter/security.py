# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that tell templates what belongs to certificates."""

from __future__ import annotations

from typing import Any, Callable, Dict

from ..plugin_utils.filters import late_filter


class FilterModule:
    """The filters of this file by name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Called by Ansible."""
        return {
            "security_passwords": late_filter("security.stores", "passwords_of"),
            "security_store_password": late_filter("security.stores", "password_of"),
        }
