# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controller has to know of a host's system before it can do anything there."""

from __future__ import annotations

#: For the module ``setup``: distribution, package manager, architecture, and nothing that takes time to find out.
SUBSET = ("!all", "!min", "distribution", "pkg_mgr", "platform")
