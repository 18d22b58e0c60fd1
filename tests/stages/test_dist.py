# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Galaxy would take: the tarball, by Galaxy's own importer."""

from __future__ import annotations


def test_tarball(stage):
    text = stage("dist", "tests/dist.sh", LINTED="1")
    assert "execution environment: build context made" in text
    assert "galaxy-importer without a remark" in text
