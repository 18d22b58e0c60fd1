# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another generation of an authority: at no moment may a host meet a certificate that it does not trust."""

from __future__ import annotations

import itertools
import json

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.security import pki
from ansible_collections.baremetal.flink.tests.unit.fakes.certificates import HOSTS, Controller


@pytest.fixture
def controller(tmp_path):
    controller = Controller(tmp_path / "ca")
    controller.run()
    return controller


def refused(controller, **options):
    with pytest.raises(InputError) as refusal:
        controller.task(**options)
    return refusal.value.message


def trusts(outcome, other):
    """Whether a host with these files lets the other one in."""
    trusted = pki.read_certificates(outcome.files["trust.pem"].content, "trust.pem")
    return any(pki.signed_by(other.certificate, authority) for authority in trusted)


def state(controller, authority="platform"):
    read = json.loads((controller.root / authority / "authority.json").read_text())
    return read["issuer"], read["trusted"]


def test_three_runs_bring_another_generation_and_hosts_trust_each_other_all_along(controller):
    on_hosts = dict(zip(HOSTS, controller.run()))
    first = on_hosts[HOSTS[0]]
    for step, expected in (("trust", (1, [1, 2])), ("issue", (2, [1, 2])), ("retire", (2, [2]))):
        for host in HOSTS:  # one after the other, as hosts restart
            on_hosts[host] = controller.task(host, rotate=step)
            for one, other in itertools.permutations(on_hosts.values(), 2):
                assert trusts(one, other), step
        assert state(controller) == expected
        assert [outcome.result["done"] for outcome in controller.run(rotate=step)] == [[], []], "a step that is done is not done again"
    assert [outcome.result["done"] for outcome in controller.run()] == [[], []]
    last = on_hosts[HOSTS[0]]
    assert not trusts(last, first) and not trusts(first, last)
    assert [outcome.result["done"] for outcome in controller.run(rotate="retire")] == [[], []]


def test_what_each_step_says(controller):
    assert controller.task(rotate="trust").result["done"] == [
        "Another generation of the authority platform was made, and is trusted beside the one that issues."]
    controller.task(HOSTS[1])
    assert controller.task(rotate="issue").result["done"] == [
        "Certificates of the authority platform are issued by its newest generation from now on.",
        f"The certificate zookeeper of {HOSTS[0]} was issued by platform: the one it had is of another generation of the authority."]
    controller.task(HOSTS[1])
    assert controller.task(rotate="retire").result["done"] == ["The old generation of the authority platform is not trusted any more."]


def test_a_step_waits_for_each_host_of_the_inventory_to_have_the_one_before(controller):
    controller.task(rotate="trust")  # --limit
    said = refused(controller, rotate="issue")
    assert said == (f"Hosts do not trust its newest generation yet of the authority platform: zookeeper of {HOSTS[1]}; run once more with "
                    "security_ca_rotate: trust and without --limit, take hosts that are gone out of the inventory, and what hosts do not need any more "
                    "away (state: absent).")
    assert state(controller) == (1, [1, 2])
    controller.task(HOSTS[1], written=False, rotate="trust")  # killed before the host had its files
    assert "zookeeper of node2" in refused(controller, rotate="issue")
    controller.task(HOSTS[1], rotate="trust")
    controller.task(rotate="issue")
    assert f"Hosts still have a certificate of its old generation of the authority platform: zookeeper of {HOSTS[1]};" in refused(controller, rotate="retire")
    controller.task(HOSTS[1])
    controller.task(rotate="retire")
    assert state(controller) == (2, [2])


def test_a_host_that_left_the_inventory_is_not_waited_for_nor_an_identity_that_went(controller):
    controller.task(name="hdfs")
    controller.task(rotate="trust")
    controller.present.discard(HOSTS[1])
    assert "hdfs of node1.example.org" in refused(controller, rotate="issue")
    controller.work(name="hdfs").forget()
    controller.task(rotate="issue")
    assert state(controller) == (2, [1, 2])


@pytest.mark.parametrize(("before", "step", "said"), [
    ([], "issue", "The authority platform has no other generation to issue by; begin with security_ca_rotate: trust."),
    (["trust"], "retire", "The authority platform still issues by its old generation; go on with security_ca_rotate: issue."),
    (["trust", "issue"], "trust", "is between two steps: certificates are issued by its newest generation already; go on with security_ca_rotate: retire."),
])
def test_a_step_out_of_order_is_refused(controller, before, step, said):
    for each in before:
        controller.run(rotate=each)
    now = state(controller)
    assert said in refused(controller, rotate=step)
    assert state(controller) == now


def test_a_host_that_comes_meanwhile_has_the_same_as_the_others(controller):
    controller.run(rotate="trust")
    controller.present.add("node3")
    late = controller.task("node3")
    assert all(trusts(late, other) and trusts(other, late) for other in controller.run())
    controller.run(rotate="issue")
    assert "zookeeper of node3" in refused(controller, rotate="retire")


def test_an_authority_that_is_trusted_alone_is_rotated_with_those_who_trust_it(controller):
    """REST of Flink: the host shows the platform's certificate, and lets in whom the callers' authority names."""
    server = controller.task(name="rest", trusts=["callers"])
    caller = controller.task(name="operator", authority="callers", trusts=["platform"], usages=["client"])
    assert trusts(server, caller) and trusts(caller, server)
    assert not trusts(server, controller.task()), "a certificate of the platform does not let in"
    controller.task(name="operator", authority="callers", trusts=["platform"], usages=["client"], rotate="trust")
    said = refused(controller, name="operator", authority="callers", trusts=["platform"], usages=["client"], rotate="issue")
    assert "of the authority callers: rest of node1.example.org" in said
    controller.task(name="rest", trusts=["callers"], rotate="trust")
    controller.run(rotate="trust")
    after = controller.task(name="operator", authority="callers", trusts=["platform"], usages=["client"], rotate="issue")
    assert state(controller, "callers") == (2, [1, 2]) and trusts(controller.task(name="rest", trusts=["callers"]), after)


def test_several_authorities_are_trusted_in_the_order_given(controller):
    both = controller.task(name="rest", trusts=["callers", "platform"])
    caller = controller.task(name="operator", authority="callers")
    assert both.result["trusted"] == [*caller.result["trusted"], *controller.task().result["trusted"]]
    assert trusts(both, caller) and trusts(both, both)


def test_clusters_do_not_let_each_other_in(controller):
    one = controller.task(name="flink-a", authority="flink-a")
    other = controller.task(name="flink-b", authority="flink-b")
    assert trusts(one, one) and not trusts(one, other) and not trusts(one, controller.task())
