# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the action hands to a layer. The whole of it runs in tests/integration/roles."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible_collections.baremetal.flink.plugins.action.layer_preflight import ActionModule, _joined
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.inventory import Verdict

ROLE = Path(__file__).resolve().parents[4] / "roles" / "zookeeper"


def template(value):
    if value == "{{ broken }}":
        raise AnsibleError("'broken' is undefined")
    return value


def action(**given):
    found = ActionModule.__new__(ActionModule)
    found._templar = SimpleNamespace(template=template)
    variables = {"role_path": str(ROLE), "inventory_hostname": "n1", "groups": {}, "hostvars": {}, "ansible_play_batch": ["n1"],
                 "__zookeeper_families": {"Debian": {}, "RedHat": {}}, **given}
    return found, variables


def test_a_family_that_the_role_does_not_know_is_refused():
    found, variables = action()
    assert found._judge("zookeeper", {"os_family": "Suse"}, variables).faults == [
        "This collection knows no packages for Suse, only for Debian and RedHat: use another host."]


def test_options_have_their_types_and_all_that_is_wrong_with_them_is_said():
    found, variables = action(zookeeper_client_port="2181", zookeeper_allow_even="yes")
    options, faults = found._options(variables)
    assert (options["zookeeper_client_port"], options["zookeeper_allow_even"], faults) == (2181, True, [])
    found, variables = action(zookeeper_heap_mb="much", zookeeper_role="nobody", zookeeper_address="{{ broken }}")
    faults = found._options(variables)[1]
    assert faults[0] == "zookeeper_address: 'broken' is undefined" and len(faults) == 3 and all("zookeeper_" in fault for fault in faults)


def judged(monkeypatch, after, seen):
    """The result of the action on a host whose answer is ``seen``."""
    found, variables = action(ansible_facts={"distribution_major_version": "12", "architecture": "x86_64"})
    asked = []

    def execute(name, arguments, **_kwargs):
        asked.append((name, arguments))
        return seen

    monkeypatch.setattr(ActionModule.__mro__[1], "run", lambda *_arguments: {})
    arguments = {"layer": "mesos", "look": {"read": []}, "computed": [], "part": None}
    monkeypatch.setattr(found, "validate_argument_spec", lambda _spec: (None, arguments), raising=False)
    monkeypatch.setattr(found, "_execute_module", execute, raising=False)
    monkeypatch.setattr(found, "_judge", lambda *_arguments: Verdict(look={"layer": "Mesos"}, after=after), raising=False)
    result = found.run(None, variables)
    assert asked == [("baremetal.flink.host_preflight", {"layer": "Mesos", "read": []})]
    return result


def test_what_follows_from_the_hosts_answer_is_known_and_refused(monkeypatch):
    assert judged(monkeypatch, lambda seen: Verdict(known={"twice": seen["n"] * 2}), {"n": 2}) == {"n": 2, "twice": 4}
    with pytest.raises(AnsibleActionFail, match="This host will not do. Nor will that."):
        judged(monkeypatch, lambda _seen: Verdict(["This host will not do.", "Nor will that."]), {"n": 2})

    def unreadable(_seen):
        raise InputError("mesos_version is 'new'; write Mesos' version.")

    with pytest.raises(AnsibleActionFail, match="mesos_version is 'new'"):
        judged(monkeypatch, unreadable, {"n": 2})


def test_a_host_that_was_refused_is_not_judged_again(monkeypatch):
    assert judged(monkeypatch, None, {"failed": True, "msg": "no"})["failed"]
    assert judged(monkeypatch, lambda _seen: pytest.fail("asked"), {"failed": True, "msg": "no"})["msg"] == "no"


def test_a_layer_adds_to_what_its_role_looks_at():
    given = {"exists": ["/a"], "java_home": "/opt/java", "layer": "x"}
    assert _joined(given, {"exists": ["/b"], "read": ["/c"], "layer": "HDFS"}) == {
        "exists": ["/a", "/b"], "read": ["/c"], "java_home": "/opt/java", "layer": "HDFS"}
