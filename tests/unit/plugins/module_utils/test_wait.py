# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting is bounded and says what it saw."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError, InputError
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpError, TlsError, unavailable
from ansible_collections.baremetal.flink.plugins.module_utils.wait import Observation, Patience, WaitTimeout, wait_for


class Clock:
    def __init__(self):
        self.now = 100.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def waiting(probe, clock, timeout=10, interval=4):
    return wait_for(probe, timeout, interval, "a quorum", clock=clock, sleep=clock.sleep)


def test_the_first_look_needs_no_sleep():
    clock = Clock()
    assert waiting(lambda: Observation(True, "there", 7), clock).value == 7
    assert clock.slept == []


def test_it_ends_with_the_look_that_is_done():
    clock = Clock()
    assert waiting(lambda: Observation(clock.now >= 104, "coming"), clock).done
    assert clock.slept == [4]


def test_the_bound_is_kept_and_the_last_look_is_at_its_end():
    clock = Clock()
    looks = []

    def probe():
        looks.append(clock.now)
        return Observation(False, f"no leader at {clock.now:.0f}")

    with pytest.raises(WaitTimeout) as raised:
        waiting(probe, clock)
    assert looks == [100, 104, 108, 110]
    assert str(raised.value) == "Waited 10 s for a quorum, in vain; last seen: no leader at 110"
    assert raised.value.details == {"waited": 10.0, "last_seen": "no leader at 110"}
    assert raised.value.last.seen == "no leader at 110"


def test_no_time_means_one_look():
    clock = Clock()
    with pytest.raises(WaitTimeout):
        waiting(lambda: Observation(False, "nothing"), clock, timeout=0)
    assert clock.slept == []


def test_an_error_of_the_probe_ends_the_wait():
    def probe():
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        waiting(probe, Clock())


def patience(clock, timeout=10):
    return Patience(timeout, clock, clock.sleep, heals=unavailable, interval=4)


def test_what_may_heal_is_waited_for():
    clock = Clock()
    answers = [HttpError("away", "u"), HttpError("no leader", "u", 503), 7]

    def call():
        answer = answers.pop(0)
        if isinstance(answer, HttpError):
            raise answer
        return answer

    assert patience(clock).ask(call, "an answer") == 7
    assert clock.slept == [4, 4]


@pytest.mark.parametrize("error", [HttpError("none of it", "u", 404), TlsError("another's certificate", "u"), CollectionError("wrong")])
def test_what_does_not_heal_is_not(error):
    def call():
        raise error

    clock = Clock()
    with pytest.raises(CollectionError) as caught:
        patience(clock).ask(call, "an answer")
    assert caught.value is error and clock.slept == []


def test_one_bound_is_for_all_waits_until_it_is_renewed():
    clock = Clock()
    bound = patience(clock)
    for left in (10.0, 0.0):
        assert bound.left == left
        with pytest.raises(WaitTimeout, match="last seen: down"):
            bound.wait(lambda: Observation(False, "down"), "it")
    bound.renew()
    assert bound.left == 10.0


@pytest.mark.parametrize("interval", [0, -1])
def test_a_wait_without_pauses_is_refused(interval):
    with pytest.raises(InputError, match=f"interval is {interval}; it must be more than 0 seconds"):
        waiting(lambda: Observation(True, ""), Clock(), interval=interval)
