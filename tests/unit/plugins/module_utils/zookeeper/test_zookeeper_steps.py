# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From clear to TLS and back: each run of steps keeps every two members within hearing of each other."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.steps import (
    ENCRYPTED,
    MIXED,
    PLAIN,
    STRICT,
    configured,
    rolls,
    step_faults,
    step_of,
)
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.transport import PLAIN_TOO, TLS_ONLY, transport


@pytest.mark.parametrize("clients", [PLAIN_TOO, TLS_ONLY])
@pytest.mark.parametrize("step", [PLAIN, MIXED, ENCRYPTED, STRICT])
def test_a_step_is_known_by_the_settings_that_are_written_for_it(step, clients):
    text = "".join(f"{key}={value}\n" for key, value in transport(step, 2181, clients, True).items())
    assert step_of(configured("# made\ntickTime=2000\n" + text)) == step


def test_tls_that_a_user_has_set_up_is_no_step():
    assert step_of({"sslQuorum": "true", "ssl.quorum.keyStore.location": "/etc/zookeeper/mine.p12"}) == PLAIN


@pytest.mark.parametrize(
    ("running", "target", "expected"),
    [
        ([], STRICT, [STRICT]),
        ([STRICT] * 3, STRICT, [STRICT]),
        ([PLAIN] * 3, STRICT, [MIXED, ENCRYPTED, STRICT]),
        ([PLAIN, MIXED, PLAIN], STRICT, [MIXED, ENCRYPTED, STRICT]),
        ([ENCRYPTED, MIXED, MIXED], STRICT, [ENCRYPTED, STRICT]),
        ([STRICT, ENCRYPTED], STRICT, [STRICT]),
        ([STRICT] * 3, PLAIN, [ENCRYPTED, MIXED, PLAIN]),
        ([STRICT, ENCRYPTED], PLAIN, [ENCRYPTED, MIXED, PLAIN]),
        ([ENCRYPTED, MIXED], PLAIN, [MIXED, PLAIN]),
        ([MIXED, PLAIN], PLAIN, [PLAIN]),
        ([PLAIN] * 3, PLAIN, [PLAIN]),
    ],
)
def test_the_steps_of_a_run(running, target, expected):
    assert rolls(running, target) == expected


def test_who_is_alone_goes_at_once():
    assert rolls([PLAIN], STRICT, alone=True) == [STRICT] and rolls([STRICT], PLAIN, alone=True) == [PLAIN]


def test_members_always_hear_each_other_wherever_runs_are_killed_or_turned_back():
    """From every state that restarts of single members lead to, by runs that are killed anywhere and may want the other end next."""
    reached, new = set(), {(PLAIN,) * 3}
    while new:
        state = new.pop()
        reached.add(state)
        assert max(state) - min(state) <= 1, state
        for target, place in itertools.product((PLAIN, STRICT), range(3)):
            first = rolls(state, target)[0]
            after = tuple(first if at == place else step for at, step in enumerate(state))
            new |= {after} - reached
    assert {(step,) * 3 for step in (PLAIN, MIXED, ENCRYPTED, STRICT)} <= reached and len(reached) == 22


def test_a_step_needs_all_members():
    assert step_faults([PLAIN, PLAIN], STRICT, ["n3"]) == [
        "The members come to zookeeper_tls as it is now in steps that all of them take, and n3 would not, outside this run: run without --limit, or "
        "set it back."
    ]
    assert step_faults([STRICT, STRICT], STRICT, ["n3"]) == step_faults([PLAIN], STRICT, []) == step_faults([], STRICT, ["n3"]) == []
