# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the action hands to a layer. The whole of it runs in tests/integration/roles."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible_collections.baremetal.flink.plugins.action.layer_preflight import ActionModule
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.host.preflight import ANSWERED
from ansible_collections.baremetal.flink.plugins.module_utils.inventory import Verdict
from ansible_collections.baremetal.flink.plugins.module_utils.security import stores


def template(value):
    if value == "{{ broken }}":
        raise AnsibleError("'broken' is undefined")
    return value


def action(**given):
    found = ActionModule.__new__(ActionModule)
    found._templar = SimpleNamespace(template=template, copy_with_new_env=lambda available_variables: found._templar)
    found._once = found._templar
    computed = dict.fromkeys(("__zookeeper_account", "__zookeeper_configuration", "__zookeeper_started"))
    variables = {**computed, "inventory_hostname": "n1", "groups": {}, "hostvars": {}, "ansible_play_batch": ["n1"],
                 "__zookeeper_families": {"Debian": {}, "RedHat": {}}, **given}
    return found, variables


def test_a_family_that_the_role_does_not_know_is_refused():
    found, variables = action()
    assert found._judge("zookeeper", {"os_family": "Suse"}, variables).faults == [
        "This collection knows no packages for Suse, only for Debian and RedHat: use another host."]


def test_options_have_their_types_and_all_that_is_wrong_with_them_is_said():
    found, variables = action(zookeeper_client_port="2181", zookeeper_allow_even="yes")
    options, faults = found._options("zookeeper", variables)
    assert (options["zookeeper_client_port"], options["zookeeper_allow_even"], faults) == (2181, True, [])
    found, variables = action(zookeeper_heap_mb="much", zookeeper_role="nobody", zookeeper_address="{{ broken }}")
    faults = found._options("zookeeper", variables)[1]
    assert faults[0] == "zookeeper_address: 'broken' is undefined" and len(faults) == 3 and all("zookeeper_" in fault for fault in faults)


def run(monkeypatch, verdicts, answers, **given):
    """The result of the action, and what it asked of the host: with these verdicts of layers, and these answers of host_preflight."""
    found, variables = action(ansible_facts={"distribution_major_version": "12", "architecture": "x86_64"}, flink_cluster_manager="standalone", **given)
    asked = []

    def execute(name, arguments, **_kwargs):
        asked.append((name, arguments))
        return answers

    monkeypatch.setattr(ActionModule.__mro__[1], "run", lambda *_arguments: {})
    arguments = {"layer": next(iter(verdicts)) if len(verdicts) == 1 else None, "part": None}
    monkeypatch.setattr(found, "validate_argument_spec", lambda _spec: (None, arguments), raising=False)
    monkeypatch.setattr(found, "_execute_module", execute, raising=False)
    monkeypatch.setattr(found, "_judge", lambda layer, *_arguments: verdicts[layer], raising=False)
    return found.run(None, variables), asked


def answer(**given):
    return {**dict.fromkeys(ANSWERED), "certain": True, **given}


def one(monkeypatch, after, **seen):
    result, asked = run(monkeypatch, {"mesos": Verdict(look={"layer": "Mesos", "read": []}, after=after)}, {"others": [], **answer(), **seen})
    assert asked == [("baremetal.flink.host_preflight", {"layer": "Mesos", "read": [], "others": []})]
    return result


def test_what_follows_from_the_hosts_answer_is_known_and_refused(monkeypatch):
    result = one(monkeypatch, lambda seen: Verdict(known={"twice": seen["contents"] * 2}), contents=2)
    assert (result["contents"], result["twice"]) == (2, 4)
    with pytest.raises(AnsibleActionFail, match="This host will not do. Nor will that."):
        one(monkeypatch, lambda _seen: Verdict(["This host will not do.", "Nor will that."]))

    def unreadable(_seen):
        raise InputError("mesos_version is 'new'; write Mesos' version.")

    with pytest.raises(AnsibleActionFail, match="mesos_version is 'new'"):
        one(monkeypatch, unreadable)


@pytest.mark.parametrize(("profile", "checked", "made"), [("secure", False, ["/inv/.security/ca"]), ("secure", True, []), ("guarded", False, [])])
def test_passwords_are_made_by_a_run_that_changes_something(monkeypatch, profile, checked, made):
    """The task that judges all layers is one of check mode in every run."""
    asked = []
    monkeypatch.setattr(stores, "make_secret", lambda place, _passphrase: asked.append(place))
    found, variables = action(groups={"mesos_master": ["n1"]}, security_profile=profile, inventory_dir="/inv", ansible_check_mode=checked)
    found._task = SimpleNamespace(check_mode=True)
    found._make_passwords(variables)
    assert asked == made


def test_a_host_that_was_refused_is_not_judged_again(monkeypatch):
    assert one(monkeypatch, None, failed=True, msg="no")["failed"]
    assert one(monkeypatch, lambda _seen: pytest.fail("asked"), failed=True, msg="no")["msg"] == "no"


def test_all_layers_of_a_host_are_looked_at_in_one_round_trip(monkeypatch):
    groups = {"zookeeper": ["n1"], "hdfs_datanode": ["n2"], "flink_taskmanager": ["n1"], "mesos_agent": ["n2"]}
    verdicts = {
        "java": Verdict(known={"source": "pypi"}), "zookeeper": Verdict(look={"read": ["/z"]}, known={"packaged": True}),
        "flink": Verdict(look={"layer": "Flink"}, after=lambda seen: Verdict(known={"asked": seen["exists"]})),
        "security": Verdict(known={"due": False}),
    }
    host = {**answer(contents={"/z": "1"}), "others": [answer(exists={}, certain=False)], "changed": False}
    result, asked = run(monkeypatch, verdicts, host, groups=groups)
    assert [arguments for dummy, arguments in asked] == [{"layer": "zookeeper", "read": ["/z"], "others": [{"layer": "Flink"}]}]
    assert result["certain"] is False and not {"contents", "others"} & set(result)
    assert result["layers"]["java"] == {"source": "pypi"} and result["layers"]["flink"]["asked"] == {}
    assert result["layers"]["zookeeper"]["packaged"] and result["layers"]["zookeeper"]["contents"] == {"/z": "1"}


def security(**given):
    options = {"security_ca": "own", "security_clients": [], "security_operators": [], **given}
    return action(__security_families={"Debian": {"packages": ["nftables"]}}, __zookeeper_families={"Debian": {}}, flink_cluster_manager="standalone",
                  groups={"zookeeper": ["n1"]}, hostvars={"n1": {"ansible_host": "192.0.2.1", "security_profile": "guarded"}}, **options)


def test_the_firewall_is_around_the_ports_that_the_layers_of_the_host_name():
    ports = {f"zookeeper_{name}_port": port for name, port in
             {"client": "2181", "peer": 2888, "election": 3888, "admin": 0, "metrics": 0, "jmx": 7000}.items()}
    found, variables = security(security_profile="guarded", zookeeper_settings={}, **ports)
    verdict = found._judge("security", {"os_family": "Debian"}, variables)
    assert (verdict.faults, verdict.look["packages"], verdict.look["resolve"]) == ([], ["nftables"], [])
    assert verdict.after({"resolved": {}}).known["ports"] == ["2181", "2888", "3888"]
    found, variables = security(security_profile="guarded", zookeeper_settings={}, **{**ports, "zookeeper_client_port": "many"})
    assert "zookeeper_client_port" in found._judge("security", {"os_family": "Debian"}, variables).faults[0]


def test_an_audit_is_told_where_the_layers_listen_whatever_the_profile_is():
    ports = {"zookeeper_client_port": 2181, **{f"zookeeper_{name}_port": 0 for name in ("peer", "election", "admin", "metrics", "jmx")}}
    given = {"security_profile": "open", "zookeeper_settings": {}, "zookeeper_tls": False, "zookeeper_user": "zk", "zookeeper_group": "zk"}
    found, variables = security(**given, **ports)
    known = found._judge("security", {"os_family": "Debian"}, variables, "audit").known
    assert [(one["first"], one["speaks"]) for one in known["listening"]] == [(2181, "zookeeper")]
    # Without security, which has no daemon: who reads the keys of identities of other roles is not for it to say.
    assert (known["unknown"], known["accounts"], known["profile"]) == ([], {"zookeeper": ["zk"]}, "open")
    found, variables = security(**given, **{**ports, "zookeeper_client_port": "many"})
    known = found._judge("security", {"os_family": "Debian"}, variables, "audit").known
    assert known["listening"] == [] and "zookeeper_client_port" in known["unknown"][0]


def test_without_a_firewall_no_layer_is_asked_for_its_ports():
    found, variables = security(security_profile="open")
    assert found._judge("security", {"os_family": "Debian"}, variables).faults == []
    assert list(found._known) == ["security"]


def test_the_first_layer_that_cannot_work_ends_it_before_the_host_is_asked(monkeypatch):
    groups = {"zookeeper": ["n1"], "flink_taskmanager": ["n1"]}
    with pytest.raises(AnsibleActionFail, match="^No ensemble.$"):
        run(monkeypatch, {"java": Verdict(), "zookeeper": Verdict(["No ensemble."]), "flink": None}, {}, groups=groups)


def test_a_cluster_manager_without_hosts_is_named(monkeypatch):
    with pytest.raises(AnsibleActionFail, match="flink_cluster_manager is standalone, and no host is in flink_jobmanager"):
        run(monkeypatch, {"java": Verdict(), "mesos": Verdict()}, {}, groups={"mesos_agent": ["n1"]})
