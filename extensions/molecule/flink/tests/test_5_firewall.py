"""The second host guarded, with the first one as a stranger: it is in no group, and in no list until it is put into one."""

from __future__ import annotations

import re

import pytest

from tests.scenario import in_groups

TABLE = "sudo nft list table inet baremetal_flink"
#: Connects, and says what came of it.
CALL = "python3 -c \"import socket; socket.create_connection(('{0}', {1}), 5)\" 2>&1 | tail -n 1"

#: What the audit says of a port of a Flink with TLS, also at REST.
WANTS = r"TLS 1\.3, certificate until \d{4}-\d\d-\d\d: wants a certificate"


@pytest.fixture
def name():
    return "node2"


@pytest.fixture
def guard(operator):
    """Runs a playbook on the guarded host as a member of the platform, which is all of it."""
    members = in_groups({"flink_jobmanager": ["node2"], "flink_taskmanager": ["node2"], "security_outsiders": ["node1"]})

    def run(*arguments, profile="guarded", playbook="security", **variables):
        return operator.play(*arguments, playbook=f"playbooks/{playbook}.yml", inventory=[operator.inventory(), members],
                             **{"security_profile": profile, **variables})

    return run


def went(run, changed):
    assert run.status == 0 and bool(run.changed) is changed, run.text[-3000:]


def answer(operator, port=8081, caller="node1"):
    return operator.on(caller, CALL.format(operator.addresses["node2"], port))


def test_a_stranger_is_refused_and_ssh_is_not(operator, guard):
    assert answer(operator) == ""
    went(guard("--check", "--diff"), changed=True)
    assert answer(operator) == ""
    went(guard(), changed=True)
    assert "No route to host" in answer(operator) and "No route to host" in answer(operator, 6123)
    assert (answer(operator, 22), answer(operator, caller="node2")) == ("", "")
    went(guard(), changed=False)


def test_a_client_is_let_in_where_clients_are(operator, guard):
    clients = {"security_clients": [operator.addresses["node1"]]}
    went(guard(**clients), changed=True)
    assert answer(operator) == "" and "No route to host" in answer(operator, 6123)
    run = guard("--tags", "security", playbook="verify", **clients)
    assert run.status == 0 and "security node2 ok" in " ".join(run.text.split()), run.text[-3000:]
    run = guard(playbook="audit", **clients)
    assert run.status == 0 and re.search(f"node2 8081 node1, a client ok {WANTS}", run.flat), run.text[-6000:]
    assert re.search(r"node2 6121-6130 node1, a client ok no connection", run.flat), run.text[-6000:]


def test_rules_outlive_a_reboot_and_a_flush(operator, guard):
    went(guard(), changed=True)
    operator.fleet.host("node2").power_off()
    operator.fleet.host("node2").power_on()
    operator.wait_for(lambda: not answer(operator, caller="node2"), "Flink after the reboot")
    assert "No route to host" in answer(operator)
    # systemd has the firewall's unit follow, and systemctl waits for the other one alone.
    for verb in ("restart", "reload"):
        operator.on("node2", f"sudo systemctl {verb} nftables")
        operator.wait_for(lambda: "No route to host" in answer(operator), f"the rules after a {verb} of nftables")
    operator.on("node2", "sudo nft flush ruleset")
    run = guard("--tags", "security", playbook="verify")
    assert run.status != 0 and "the table inet baremetal_flink is not loaded" in run.flat, run.text[-3000:]
    run = guard(playbook="audit")
    assert run.status != 0 and run.changed == 0 and "somebody got further than that lets him at node2: " in run.flat, run.text[-6000:]
    assert re.search(f"node2 6121-6126, 8081 node1, a stranger WRONG {WANTS}, though", run.flat), run.text[-6000:]
    went(guard(), changed=True)
    assert "No route to host" in answer(operator)


def test_an_open_host_has_nothing_of_it(operator, guard):
    went(guard(profile="open"), changed=True)
    assert answer(operator) == ""
    left = operator.on("node2", "ls /etc/baremetal.flink /etc/systemd/system | grep firewall; sudo nft list tables | grep baremetal; true")
    assert left == ""
    went(guard(profile="open"), changed=False)


def test_teardown_removes_it(operator, guard):
    went(guard(), changed=True)
    went(guard("--tags", "security", playbook="teardown", teardown_confirm="yes"), changed=True)
    assert answer(operator) == ""
    assert operator.on("node2", f"{TABLE} 2>/dev/null; systemctl is-enabled baremetal-flink-firewall 2>/dev/null; true") in ("", "not-found")
