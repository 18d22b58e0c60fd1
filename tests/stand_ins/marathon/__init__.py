# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Marathon in Python, for tests. It has no web interface, no pods, no plugins, no Docker and no TLS."""

VERSION = "1.11.24"
BUILDREF = "stand-in"
