# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is missing of a host's processes, sentence by sentence."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.absences import absences

URL = "http://10.0.0.1:8081"
MEMBER: Dict[str, Any] = {"name": "n1", "version": "1.12.5", "jobmanager": URL, "taskmanager": "10.0.0.1", "slots": 2, "other_than": []}
UP = {"url": URL, "up": True, "reason": ""}
REGISTERED = {"id": "a", "host": "10.0.0.1", "slots": 2}


@pytest.mark.parametrize(("changes", "jobmanagers", "taskmanagers", "sentences"), [
    ({}, [UP], [REGISTERED], []),
    ({"version": None, "jobmanager": None, "taskmanager": None, "slots": None}, [], [], []),
    ({"version": "1.13.6"}, [UP], [REGISTERED], ["Flink 1.12.5 runs, and 1.13.6 should: run the role flink again"]),
    ({}, [{**UP, "up": False, "reason": "refused"}], [REGISTERED], ["the JobManager on n1 does not answer: refused"]),
    ({}, [{**UP, "url": "http://10.0.0.2:8081"}], [REGISTERED], ["the JobManager on n1 does not answer: it is not among urls"]),
    ({}, [UP], [{**REGISTERED, "host": "10.0.0.2"}], [f"the TaskManager on n1 is not registered with the JobManager at {URL}"]),
    ({"other_than": ["a"]}, [UP], [REGISTERED], [f"the TaskManager on n1 is not registered with the JobManager at {URL}"]),
    ({"other_than": ["a"]}, [UP], [REGISTERED, {**REGISTERED, "id": "b"}], []),
    ({}, [UP], [{**REGISTERED, "slots": 1}], ["the TaskManager on n1 has 1 slots, and 2 should be there"]),
    # The process before the last restart is listed until its heartbeats are missed.
    ({}, [UP], [{**REGISTERED, "slots": 1}, {**REGISTERED, "id": "b"}], []),
    ({"slots": 3}, [{**UP, "up": False, "reason": "refused"}], [REGISTERED],
     ["the JobManager on n1 does not answer: refused", "the TaskManager on n1 has 2 slots, and 3 should be there"]),
])
def test_what_is_missing(changes: Dict[str, Any], jobmanagers: List[Any], taskmanagers: List[Any], sentences: List[str]) -> None:
    assert absences({**MEMBER, **changes}, URL, "1.12.5", jobmanagers, taskmanagers) == sentences
