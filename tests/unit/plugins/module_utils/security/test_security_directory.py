# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory of the authorities, which the tasks of several hosts make at the same time."""

from __future__ import annotations

import os
import stat

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.security import directory
from ansible_collections.baremetal.flink.plugins.module_utils.security.directory import Directory


@pytest.mark.parametrize("first", ["above/ca", "above"])
def test_another_host_may_be_first(tmp_path, monkeypatch, first):
    make, met = directory.make_directory, []

    def late(path, mode, label):
        if not met:
            met.append(os.makedirs(tmp_path / first, 0o700))
        make(path, mode, label)

    monkeypatch.setattr(directory, "make_directory", late)
    with Directory(str(tmp_path / "above" / "ca")).locked():
        assert stat.S_IMODE((tmp_path / "above" / "ca").stat().st_mode) == 0o700


def test_a_file_in_its_place_is_named(tmp_path):
    (tmp_path / "ca").write_text("")
    with pytest.raises(InputError, match="ca/lock cannot be opened on the controller"), Directory(str(tmp_path / "ca")).locked():
        pass
