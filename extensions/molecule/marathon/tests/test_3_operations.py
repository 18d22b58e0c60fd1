# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A life of Marathon, in this order: each test finds what the one before has left. An app runs all the while."""

from __future__ import annotations

import http.client
import re
import ssl

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.security.stores import passwords_of
from kazoo.client import KazooClient
from kazoo.exceptions import NoAuthError
from kazoo.security import Permissions

from tests.stand_ins.loopback import basic, call, eventually

FLAGS = {"zk_session_timeout": 5000, "max_apps": 50}
BOTH = "extensions/molecule/marathon/both.yml"


def survived(operator, app):
    """The same tasks, the same processes."""
    tasks, processes = app
    eventually(lambda: operator.tasks() == tasks, f"the tasks {tasks}", 60)
    assert operator.processes() == processes


def test_a_killed_run_is_made_good_with_the_leader_last(operator, app):
    leader = operator.leader()
    operator.play_and_kill("Restart Marathon on", marathon_flags=FLAGS)
    run = operator.play(marathon_flags=FLAGS)
    assert run.status == 0, run.text
    turns = re.findall(r"Restart Marathon on (\w+)", run.text)
    assert turns[-1] == leader and 2 <= len(turns) <= 3
    assert all("MARATHON_MAX_APPS" in operator.on(host, "sudo cat /etc/marathon/marathon.env") for host in operator.addresses)
    survived(operator, app)
    again = operator.play(marathon_flags=FLAGS)
    assert again.status == 0 and again.changed == 0, again.text


def test_another_marathon_leads_when_the_leading_one_dies(operator, app):
    leader = operator.leader()
    operator.on(leader, "sudo systemctl kill -s KILL marathon")
    operator.leader(other_than=leader)
    survived(operator, app)


def test_an_app_survives_the_leading_master(operator, app):
    operator.on("node1", "sudo systemctl kill -s KILL mesos-master")
    survived(operator, app)


@pytest.fixture(scope="module")
def passwords(tmp_path_factory):
    """Where the controller keeps what passwords are derived from; and those of a purpose, once there are some."""
    place = tmp_path_factory.mktemp("controller") / "ca"
    return str(place), lambda purpose, *names: passwords_of(names, purpose, str(place), missing="")


def changed_by(operator, *paths):
    """Who may change these nodes of ZooKeeper, by scheme; of one that a stranger may not even look at it is not told."""
    client = KazooClient(hosts=f"{operator.addresses['node1']}:2181")
    client.start(timeout=20)

    def schemes(path):
        try:
            return {entry.id.scheme for entry in client.get_acls(path)[0] if entry.perms != Permissions.READ}
        except NoAuthError:
            return {"not told"}

    try:
        return [schemes(path) for path in paths]
    finally:
        client.stop()
        client.close()


def test_a_platform_that_runs_becomes_secure(operator, app, passwords):
    """Mesos and Marathon alone: what else is secure is tried elsewhere."""
    place, made = passwords
    extra = {"marathon_flags": FLAGS, "security_profile": "secure", "security_ca_dir": place}
    framework = operator.get(operator.leader(), "/v2/info")["frameworkId"]
    # What is left then neither passes requests on to the leader nor can the others be asked by it.
    operator.play_and_kill("Restart Marathon on", playbook=BOTH, **extra)
    run = operator.play("--diff", playbook=BOTH, **extra)
    assert run.status == 0, run.text
    found = {**made("mesos", "agent", "flink", "marathon", "operator"), **made("zookeeper", "mesos"), "http": made("marathon", "operator")["operator"]}
    assert all(len(each) == 40 for each in found.values())
    found.update({f"store of {host}": operator.on(host, "sudo cat /etc/marathon/tls/keystore.password") for host in operator.addresses})
    assert not [each for each in found.values() if each in run.text]
    for host in operator.addresses:
        # In clear there is nothing.
        with pytest.raises((OSError, http.client.HTTPException)):
            operator.ask(host, "/ping")
    operator.by_tls()
    for host in operator.addresses:
        assert operator.ask(host, "/ping")[0] == 401
        # The command that looks does not find itself.
        secrets = " -e ".join(f"'[{each[0]}]{each[1:]}'" for each in found.values())
        assert operator.on(host, f"ps -e -o args= | grep -c -e {secrets} || true") == "0"
        assert operator.on(host, f"sudo journalctl -u marathon -u mesos-master -u mesos-agent | grep -c -e {secrets} || true") == "0"
    operator.headers = basic("operator", found["http"])
    survived(operator, app)
    # Each that does not lead passes it on by TLS.
    assert {operator.get(host, "/v2/info")["frameworkId"] for host in operator.addresses} == {framework}
    assert changed_by(operator, "/mesos", "/marathon", "/marathon/state") == [{"digest"}, {"not told"}, {"not told"}]
    # Each sees what is his, and starts nothing as root.
    master, mesos = f"{operator.addresses['node1']}:5050", {name: basic(name, found[name]) for name in ("flink", "marathon", "operator")}
    assert call(master, "/state")[0] == 401
    seen = {name: [each["name"] for each in call(master, "/state", headers=headers)[2]["frameworks"]] for name, headers in mesos.items()}
    assert seen == {"flink": [], "marathon": ["marathon"], "operator": ["marathon"]}
    (web,) = {each["webui_url"] for each in call(master, "/state", headers=mesos["operator"])[2]["frameworks"]}
    assert web == f"https://{operator.addresses[operator.leader()]}:8080"
    assert call(f"{operator.addresses['node1']}:5051", "/flags", headers=mesos["flink"])[0] == 403
    rogue = {"id": "/rogue", "cmd": "exec sleep 1", "user": "root", "cpus": 0.1, "mem": 32}
    assert operator.ask(operator.leader(), "/v2/apps", rogue)[0] == 201
    eventually(lambda: "Not authorized to launch as user 'root'" in str(operator.get(operator.leader(), "/v2/apps/rogue?embed=app.lastTaskFailure")),
               "the app of root is refused", 60)
    assert operator.ask(operator.leader(), "/v2/apps/rogue?force=true", method="DELETE")[0] == 200
    again = operator.play(playbook=BOTH, **extra)
    assert again.status == 0 and again.changed == 0, again.text


def test_the_password_and_the_certificate_change(operator, app, passwords):
    def certificate(host):
        return ssl.get_server_certificate((operator.addresses[host], 8080))

    before, leader = {host: certificate(host) for host in operator.addresses}, operator.leader()
    extra = {"marathon_flags": FLAGS, "security_profile": "secure", "security_ca_dir": passwords[0], "security_certificate_key_type": "ecdsa"}
    run = operator.play(**extra)
    assert run.status == 0, run.text
    assert re.findall(r"Restart Marathon on (\w+)", run.text)[-1] == leader
    survived(operator, app)
    assert all(certificate(host) != before[host] for host in operator.addresses)
    run = operator.play(**extra, marathon_http_credentials="ops:another")
    assert run.status == 0, run.text
    operator.headers = basic("ops", "another")
    survived(operator, app)


def test_and_back_in_one_run(operator, app, passwords):
    framework = operator.get(operator.leader(), "/v2/info")["frameworkId"]
    run = operator.play(playbook=BOTH, marathon_flags=FLAGS, security_ca_dir=passwords[0])
    assert run.status == 0, run.text
    operator.headers, operator.context = {}, None
    survived(operator, app)
    assert all(operator.on(host, "sudo find /etc/marathon -type f") == "/etc/marathon/marathon.env" for host in operator.addresses)
    assert operator.get(operator.leader(), "/v2/info")["frameworkId"] == framework
    assert changed_by(operator, "/mesos", "/marathon", "/marathon/state") == [{"world"}] * 3
    again = operator.play(playbook=BOTH, marathon_flags=FLAGS, security_ca_dir=passwords[0])
    assert again.status == 0 and again.changed == 0, again.text
