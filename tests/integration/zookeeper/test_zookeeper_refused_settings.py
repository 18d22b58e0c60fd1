# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that are refused, given to a real member: it ends. And one with a setting that is taken serves."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.settings import setting_faults

from tests.integration.zookeeper.conftest import wait_until
from tests.integration.zookeeper.ensemble import Ensemble, install

ENDS = [
    {"standaloneEnabled": False},
    {"localSessionsEnabled": "yes"},
    {"minSessionTimeout": "4 s"},
    {"minSessionTimeout": 40001, "maxSessionTimeout": 40000},
    {"electionAlg": 0},
    {"secureClientPort": 22810},
    {"secureClientPortAddress": "127.0.0.1"},
    {"quorum.auth.learnerRequireSasl": True},
    {"quorum.auth.enableSasl": True, "quorum.auth.serverRequireSasl": True},
    {"dynamicConfigFile": "/nowhere/zoo.dynamic"},
]


def lines(settings):
    return [f"{key}={str(value).lower() if isinstance(value, bool) else value}" for key, value in settings.items()]


def test_members_end_with_what_is_refused(tmp_path):
    """All at once, as each JVM takes a second to give up."""
    install()
    members = [Ensemble(tmp_path / str(number), size=1, settings=lines(settings)) for number, settings in enumerate(ENDS)]
    try:
        for member in members:
            member.start(1)
        for member, settings in zip(members, ENDS):
            assert member.ended(1) != 0, f"{settings} is lived with:\n{member.logs()}"
            own = {"max_session_ms": settings["maxSessionTimeout"]} if "maxSessionTimeout" in settings else {}
            given = {key: value for key, value in settings.items() if key != "maxSessionTimeout"}
            assert setting_faults(given, {"voters": 1, **own}) != [], settings
    finally:
        for member in members:
            member.__exit__()


@pytest.mark.parametrize("settings", [{"reconfigEnabled": False, "electionAlg": 3, "observerMasterPort": 0, "clientPortListenBacklog": -1}])
def test_a_member_lives_with_what_is_taken(tmp_path, settings):
    install()
    assert setting_faults(settings, {"voters": 1}) == []
    with Ensemble(tmp_path, size=1, settings=lines(settings)) as member:
        wait_until(member, "quorum")
