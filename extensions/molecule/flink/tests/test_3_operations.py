"""Killed processes, changes and killed runs on the first host, in this order: each test finds what the one before has left."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.security.stores import password_of
from conftest import MUTUAL

from tests import knock

#: The second host has TLS among its processes from the beginning, and gets that of REST beside it.
CHANGED = {"flink_taskmanager_slots": 3, "flink_internal_tls": True, "flink_rest_tls": True}
SECRET = {"flink_settings": {"security.ssl.key-password": "tell-nobody"}}


@pytest.fixture
def name():
    return "node1"


@pytest.mark.parametrize("unit", ["flink-taskmanager", "flink-jobmanager"])
def test_killed_process_comes_back(operator, host, name, process, unit):
    killed = process(unit)[0]
    registered = operator.wait_for_taskmanager(name)[1]
    with host.sudo():
        host.check_output(f"kill -9 {killed}; tail --pid={killed} --follow /dev/null")
    is_taskmanager = unit == "flink-taskmanager"
    seconds, found = operator.wait_for_taskmanager(name, other_than=registered if is_taskmanager else None)
    assert seconds < 60
    assert (found == registered) is not is_taskmanager
    assert process(unit)[0] != killed


def test_check_tells_and_changes_nothing(operator):
    run = operator.play("--check", "--diff", **CHANGED)
    assert run.status == 0, run.text[-3000:]
    assert "+taskmanager.numberOfTaskSlots: 3" in run.text
    assert "+security.ssl.internal.enabled: true" in run.text and "+security.ssl.rest.enabled: true" in run.text
    assert "Say which processes would be restarted" in run.text
    assert operator.rest("node1", "/overview")["slots-total"] == 2


def test_a_killed_run_still_owes_its_restarts(operator):
    before = {node: operator.wait_for_taskmanager(node)[1] for node in operator.addresses}
    operator.play_and_kill("TASK [baremetal.flink.flink : Run Flink", **CHANGED)
    assert before == {node: operator.wait_for_taskmanager(node)[1] for node in operator.addresses}
    run = operator.play(**CHANGED)
    assert run.status == 0, run.text[-3000:]
    at_once = run.text.partition("Restart all processes of Flink at once]")[2].partition("TASK [")[0]
    assert "changed: [node1]" in at_once and "changed: [node2]" not in at_once, run.text[-3000:]
    for node in operator.addresses:
        assert operator.rest(node, "/overview")["slots-total"] == 3
        assert operator.has_internal_tls(node) and operator.at_rest(node) == MUTUAL
        assert "No running jobs." in operator.on(node, "sudo flink list")
    again = operator.play(**CHANGED)
    assert (again.status, again.changed) == (0, 0), again.text[-3000:]


def test_secrets_are_not_printed(operator):
    run = operator.play("--check", "--diff", "-vvv", **CHANGED, **SECRET)
    assert run.status == 0, run.text[-3000:]
    assert "security.ssl.key-password" in run.text and "security.ssl.rest.key-password" in run.text and "security.ssl.internal.key-password" in run.text
    assert "tell-nobody" not in "\n".join(line for line in run.text.splitlines() if "ansible-playbook" not in line)
    identities = ("flink-flink", "flink-flink-rest", "flink-flink-client")
    passwords = [password_of(identity, node, operator.authorities) for node in operator.addresses for identity in identities]
    assert len(set(passwords)) == 6 and len(passwords[0]) == 40 and not any(password in run.text for password in passwords)


def test_history_server_comes_and_goes_and_tls_goes_with_it(operator, host, name):
    run = operator.play("--limit", name, flink_history_server=True, **CHANGED)
    assert run.status == 0, run.text[-3000:]
    assert host.service("flink-historyserver").is_running
    assert knock.with_tls(operator.addresses[name], 8082) != knock.LET_IN
    assert host.file("/etc/flink/tls/keystore.p12").exists
    run = operator.play("--limit", name, **{**CHANGED, "flink_internal_tls": False, "flink_rest_tls": False})
    assert run.status == 0, run.text[-3000:]
    assert not host.service("flink-historyserver").exists
    assert operator.wait_for_taskmanager(name) and not operator.has_internal_tls(name)
    assert operator.at_rest(name) == {"clear": "200", "nobody": False, "platform": False, "caller": False}
    left = host.check_output("find /etc/flink -type f")
    assert not [path for path in left.split() if "tls" in path or "rest" in path or "client-conf" in path], left
    assert "No running jobs." in operator.on(name, "sudo flink list")


def test_verify_names_what_is_down(operator, host, name):
    with host.sudo():
        host.check_output("systemctl stop flink-taskmanager")
    run = operator.play("--limit", name, playbook="extensions/molecule/flink/verify_role.yml", **CHANGED)
    assert run.status != 0
    assert f"flink-taskmanager.service on {name} does not run" in run.flat
    run = operator.play("--limit", name, **CHANGED)
    assert run.status == 0, run.text[-3000:]
    assert operator.wait_for_taskmanager(name)[1] and operator.has_internal_tls(name)


def test_teardown_leaves_the_state_and_no_unit(operator, host, name):
    run = operator.play("--limit", name, playbook="extensions/molecule/flink/teardown.yml", **CHANGED)
    assert run.status == 0, run.text[-3000:]
    assert not host.service("flink-jobmanager").exists
    assert not host.file("/etc/flink").exists
    assert host.file("/var/lib/flink").exists
    again = operator.play("--limit", name, playbook="extensions/molecule/flink/teardown.yml", **CHANGED)
    assert (again.status, again.changed) == (0, 0), again.text[-3000:]
