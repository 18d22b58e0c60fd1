# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archives of the stand-ins, which one scenario makes again while another one uses them."""

from __future__ import annotations

import tarfile
import time

import pytest

from tests.stand_ins.marathon import pack as marathon
from tests.stand_ins.mesos import pack as mesos


@pytest.mark.parametrize(("packing", "program"), [(marathon, "bin/marathon"), (mesos, "sbin/mesos-master")], ids=["marathon", "mesos"])
def test_the_same_sources_make_the_same_archive(packing, program, tmp_path, monkeypatch):
    first = packing.pack(tmp_path / "one")
    monkeypatch.setattr(time, "time", lambda: 2000000000.0)
    second = packing.pack(tmp_path / "two")
    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(first) as archive:
        assert archive.getmember(f"{packing.TOP}/{program}").mode == 0o755


def test_an_archive_is_replaced_in_one_step(tmp_path):
    with open(marathon.pack(tmp_path), "rb") as in_use:
        begun = in_use.read(1000)
        again = marathon.pack(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == [again.name]
        assert begun + in_use.read() == again.read_bytes()
