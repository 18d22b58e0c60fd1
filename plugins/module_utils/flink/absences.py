# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Flink cluster misses of a host's processes, in sentences."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence


def absences(
    member: Mapping[str, Any], url: str, version: str, jobmanagers: Sequence[Mapping[str, Any]], taskmanagers: Sequence[Mapping[str, Any]]
) -> List[str]:
    """``member`` is the option of flink_info; the others are as it returns them. Sentences without their full stops."""
    found, host = [], member["name"]
    if member.get("version") and version != member["version"]:
        found.append(f"Flink {version} runs, and {member['version']} should: run the role flink again")
    if member.get("jobmanager"):
        asked = [each for each in jobmanagers if each["url"] == member["jobmanager"]]
        if not any(each["up"] for each in asked):
            found.append(f"the JobManager on {host} does not answer: {', '.join(each['reason'] for each in asked) or 'it is not among urls'}")
    if member.get("taskmanager"):
        found += _of_taskmanager(member, url, taskmanagers)
    return found


def _of_taskmanager(member: Mapping[str, Any], url: str, taskmanagers: Sequence[Mapping[str, Any]]) -> List[str]:
    host, former = member["name"], member.get("other_than") or []
    own = [each for each in taskmanagers if each["host"] == member["taskmanager"] and each["id"] not in former]
    if not own:
        return [f"the TaskManager on {host} is not registered with the JobManager at {url}"]
    if member.get("slots") and member["slots"] not in [each["slots"] for each in own]:
        return [f"the TaskManager on {host} has {own[0]['slots']} slots, and {member['slots']} should be there"]
    return []
