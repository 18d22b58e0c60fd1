# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what on Mesos by default, as its local authorizer judges it; the stand-in's is held against the real one's sources."""

from __future__ import annotations

import json

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.acls import FIELDS, OF_ITS_USERS, default_acls
from ansible_collections.baremetal.flink.tests.stand_ins.mesos.master.authorizer import OBJECTS, Authorizer

ACLS = default_acls("agent", "operator", {"marathon": ["nobody", "flink"], "flink": ["flink"]})
FRAMEWORKS = {"marathon": ["flink", "nobody"], "flink": ["flink"]}


def allowed(action, principal, value=None):
    return Authorizer(json.loads(json.dumps(ACLS))).allows(action, principal, OBJECTS[action], value)


@pytest.mark.parametrize(("action", "value", "who"), [
    ("register_agents", None, {"agent"}),
    ("register_frameworks", "*", {"marathon", "flink"}),
    ("run_tasks", "root", set()),
    ("run_tasks", "nobody", {"marathon"}),
    ("run_tasks", "flink", {"marathon", "flink"}),
    ("view_flags", None, {"operator"}),
    ("get_endpoints", "/metrics/snapshot", {"operator"}),
    ("drain_agents", None, {"operator"}),
    ("mark_agents_gone", None, {"operator"}),
    ("view_frameworks", "nobody", {"operator", "marathon"}),
    ("view_tasks", "flink", {"operator", "marathon", "flink"}),
    ("access_sandboxes", "nobody", {"operator", "marathon"}),
    ("teardown_frameworks", "marathon", {"operator", "marathon"}),
    ("teardown_frameworks", "flink", {"operator", "flink"}),
])
def test_each_does_his_work_and_nothing_else(action, value, who):
    everybody = ("agent", "marathon", "flink", "operator", "stranger", None)
    assert {one for one in everybody if allowed(action, one, value)} == who


def test_nobody_opens_a_session_in_a_container():
    kinds = set(ACLS) - {"permissive"}
    assert ACLS["permissive"] is False and kinds == {kind for some in FIELDS.values() for kind in some} | {
        "register_agents", "register_frameworks", "run_tasks"}
    assert not [kind for kind in kinds if "nested" in kind or "standalone" in kind or kind.startswith("attach")]


def test_each_rule_is_about_what_mesos_reads_there():
    fields = {kind: field for field, kinds in FIELDS.items() for kind in kinds}
    for kind in set(fields) & set(OBJECTS):
        assert fields[kind] == OBJECTS[kind]
    for kind, rules in ACLS.items():
        if kind != "permissive":
            assert all(len(rule) == 2 and "principals" in rule for rule in rules), kind
    assert set(OF_ITS_USERS) <= set(FIELDS["users"])
