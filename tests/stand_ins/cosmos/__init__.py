# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The package service of DC/OS in Python, for tests, with as much of the Admin Router and of Marathon as a package module needs.

It has no TLS, no repositories to add or delete, no search, no packages but the Universe's flink and a command-line one, no Mustache (the
app is made in Python), and runs no task: an app is healthy after it was looked at a few times. It is stricter than Cosmos about requests:
a field that Cosmos does not know is refused.
"""

VERSION = "0.6.3"
