# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the kernel are raised for fleets, never lowered, and put back."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.tests.fleet import settings

INSTANCES = "fs/inotify/max_user_instances"
FORWARD = "net/ipv4/ip_forward"


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """Reads a setting of this machine; with a value, has it be that."""
    monkeypatch.setattr(settings, "KERNEL", tmp_path / "sys")
    monkeypatch.setattr(settings, "BEFORE", tmp_path)

    def setting(name, value=None):
        path = tmp_path / "sys" / name
        if value is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{value}\n")
        return int(path.read_text())

    return setting


def test_what_is_too_low_is_raised_and_put_back(kernel):
    kernel(INSTANCES, 128)
    kernel(FORWARD, 0)
    settings.raise_settings()
    assert (kernel(INSTANCES), kernel(FORWARD)) == (8192, 1)
    # A second fleet does not take the first one's values for the machine's own.
    settings.raise_settings()
    settings.restore_settings()
    assert (kernel(INSTANCES), kernel(FORWARD)) == (128, 0)


def test_what_is_high_enough_stays_as_it_is(kernel):
    kernel(INSTANCES, 65536)
    kernel(FORWARD, 1)
    settings.raise_settings()
    assert kernel(INSTANCES) == 65536
    kernel(FORWARD, 0)
    settings.restore_settings()
    assert (kernel(INSTANCES), kernel(FORWARD)) == (65536, 0)
