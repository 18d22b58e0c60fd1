# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bounded waiting that tells what it saw last."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Callable, TypeVar

from .errors import CollectionError, InputError

T = TypeVar("T")


@dataclass(frozen=True)
class Observation:
    """One look at the thing that is waited for.

    ``done`` ends the wait, ``seen`` describes the state in a few words for the message of a time-out, ``value`` is handed
    to the caller.
    """

    done: bool
    seen: str
    value: Any = None


class WaitTimeout(CollectionError):
    """The state that was waited for did not come within the bound. ``last`` is the last observation."""

    def __init__(self, message: str, last: Observation, **details: Any) -> None:
        super().__init__(message, **details)
        self.last = last


def check_positive(option: str, seconds: float) -> None:
    """Refuse a time of 0 or less.

    :raises InputError: it is one; ``option`` names it.
    """
    if seconds <= 0:
        raise InputError(f"{option} is {seconds:g}; it must be more than 0 seconds")


def wait_for(
    probe: Callable[[], Observation],
    timeout: float,
    interval: float,
    what: str,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Observation:
    """Call ``probe`` every ``interval`` seconds until it is done, for at most ``timeout`` seconds.

    The probe is called at least once, and once more at the end of the bound, so ``timeout=0`` means one look. A probe
    that raises ends the wait at once: what may heal by itself belongs into an undone observation.

    :raises InputError: ``interval`` is not above 0.
    :raises WaitTimeout: names ``what``, the seconds waited and the last thing seen.
    """
    check_positive("interval", interval)
    started = clock()
    while True:
        observation = probe()
        if observation.done:
            return observation
        elapsed = clock() - started
        if elapsed >= timeout:
            raise WaitTimeout(
                f"Waited {elapsed:.0f} s for {what}, in vain; last seen: {observation.seen}",
                observation,
                waited=round(elapsed, 1),
                last_seen=observation.seen,
            )
        sleep(min(interval, timeout - elapsed))


@dataclass
class Patience:
    """A bound for everything that one run of a module waits for. Times in seconds.

    ``heals`` says of an error whether it may pass by itself: then it is waited for like a state that has not come yet.
    """

    timeout: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    heals: Callable[[CollectionError], bool] = lambda error: False
    interval: float = 1.0
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Begin anew, for the next thing that is waited for."""
        self.started = self.clock()

    @property
    def left(self) -> float:
        return max(0.0, self.started + self.timeout - self.clock())

    def wait(self, probe: Callable[[], Observation], what: str) -> Any:
        """The value of the observation that is done.

        :raises WaitTimeout: none was within what is left.
        """
        def patient() -> Observation:
            try:
                return probe()
            except CollectionError as error:
                if not self.heals(error):
                    raise
                return Observation(False, error.message)

        return wait_for(patient, self.left, self.interval, what, clock=self.clock, sleep=self.sleep).value

    def ask(self, call: Callable[[], T], what: str) -> T:
        """What a call that may be repeated answers."""
        answer: T = self.wait(lambda: Observation(True, "", call()), what)
        return answer
