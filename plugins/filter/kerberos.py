# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that tell where the KDCs are, and judge the hosts of a run."""

from __future__ import annotations

from typing import Any, Callable, Dict

from ..module_utils.kerberos.kdcs import kerberos_endpoint, kerberos_kdcs
from ..plugin_utils.filters import as_filter, late_filter


class FilterModule:
    """The filters of this file by name."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Called by Ansible."""
        return {
            "kerberos_endpoint": as_filter(kerberos_endpoint),
            "kerberos_faults": late_filter("kerberos.run", "kerberos_faults"),
            "kerberos_kdcs": as_filter(kerberos_kdcs),
        }
