# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the workers of one task agree on while hosts pull from a mirror host."""

from __future__ import annotations

import os
import stat
import threading
import time

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.artifact.parts import ArtifactError
from ansible_collections.baremetal.flink.plugins.plugin_utils.artifact_fetch import Payload
from ansible_collections.baremetal.flink.plugins.plugin_utils.artifact_mirror import FORGOTTEN_SECONDS, FRESH_SECONDS, Gathering, Place

PLACE = Place(8765, "/var/cache")
X, Y = Payload("/x", "x", "a" * 64, 1), Payload("/y", "y", "b" * 64, 1)


class Site:
    """A clock, and what was opened and closed."""

    def __init__(self, cache):
        self.cache, self.now = str(cache), 1000.0
        self.opened, self.closed = [], []
        self.fault = ""

    def gathering(self, task="task"):
        return Gathering(self.cache, task, lambda: self.now)

    def open(self, payloads):
        if self.fault:
            raise ArtifactError(self.fault)
        self.opened.append([payload.filename for payload in payloads])
        return f"http://mirror/{len(self.opened)}"

    def base(self, payloads=(X,), mirror="node1"):
        return self.gathering().base(mirror, PLACE, list(payloads), self.open)

    def leave(self, host, batch=("node1", "node2", "node3")):
        self.gathering().leave(host, batch, lambda mirror, place: self.closed.append((mirror, place)))

    def files(self):
        return sorted(name for name in os.listdir(os.path.join(self.cache, "mirrors")) if ".json" in name)


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def test_one_opens_the_others_take_it_the_last_one_closes(site):
    for host in ("node1", "node2", "node3"):
        site.gathering().enter(host)
    assert site.base() == site.base() == "http://mirror/1" and site.opened == [["x"]]
    site.leave("node2")
    site.leave("node1")
    assert site.closed == []
    site.leave("node3")
    assert site.closed == [("node1", PLACE)] and site.files() == []


def test_a_run_in_which_all_have_it_opens_and_keeps_nothing(site):
    for host in ("node1", "node2", "node3"):
        site.gathering().enter(host)
        site.leave(host)
    assert (site.opened, site.closed, site.files()) == ([], [], [])


def test_opened_again_for_other_downloads_and_after_a_silence(site):
    site.base([X])
    site.base([X, Y])
    site.base([Y])
    assert site.opened == [["x"], ["x", "y"]]
    site.now += FRESH_SECONDS - 1
    site.gathering().asked("node1")
    site.now += 2
    site.base([X])
    assert len(site.opened) == 2
    site.now += FRESH_SECONDS
    site.base([X])
    assert len(site.opened) == 3


def test_why_it_cannot_be_opened_is_found_out_once(site):
    site.fault = "node1 is down."
    for dummy in range(2):
        with pytest.raises(ArtifactError, match="node1 is down"):
            site.base()
        site.fault = "asked again"
    for host in ("node1", "node2", "node3"):
        site.leave(host)
    assert site.closed == [] and site.files() == []


def test_a_host_that_comes_in_again_keeps_it_open(site):
    site.base()
    for host in ("node1", "node2"):
        site.leave(host)
    site.gathering().enter("node1")
    site.leave("node3")
    assert site.closed == []
    site.leave("node1")
    assert site.closed == [("node1", PLACE)]


def test_each_rack_its_own(site):
    site.base(mirror="node1")
    site.base(mirror="node2/b")
    for host in ("node1", "node2", "node3"):
        site.leave(host)
    assert sorted(mirror for mirror, dummy in site.closed) == ["node1", "node2/b"]


def test_those_who_wait_for_the_first_one_do_not_open_it_too(site):
    real = site.open

    def slow(payloads):
        time.sleep(0.2)
        return real(payloads)

    site.open = slow
    workers = [threading.Thread(target=site.base) for dummy in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert site.opened == [["x"]]


def test_what_a_killed_run_left_is_forgotten_and_its_addresses_are_for_nobody_else(site):
    site.now = time.time()
    site.base()
    assert site.files() == ["task.json"]
    assert stat.S_IMODE(os.stat(os.path.join(site.cache, "mirrors")).st_mode) == 0o700
    site.now += FORGOTTEN_SECONDS + 60
    site.gathering("next").enter("node1")
    assert site.files() == []
