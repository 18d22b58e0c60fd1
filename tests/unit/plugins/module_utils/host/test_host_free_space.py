# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.host.free_space import free_bytes


@pytest.mark.parametrize("path", ["{}", "{}/not/there", "$PLACE/not/there", "$NOT_SET_AT_ALL/x", "~/not/there", "not/there", ""])
def test_free_space_of_whatever_path(path, tmp_path, monkeypatch):
    monkeypatch.setenv("PLACE", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    usage = os.statvfs(tmp_path)
    assert free_bytes(path.format(tmp_path)) == pytest.approx(usage.f_bavail * usage.f_frsize, rel=0.1)
