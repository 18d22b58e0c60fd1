# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Mesos master and agent in Python, for tests. They talk to each other in a protocol of their own, not in libprocess'."""

VERSION = "1.11.0"
BUILD = {
    "build_date": "2020-11-24 00:00:00",
    "build_time": 1606176000.0,
    "build_user": "",
    "git_branch": "refs/heads/1.11.x",
    "version": VERSION,
}
