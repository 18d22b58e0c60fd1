# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules as a user runs them, against three real servers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import yaml
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.session import WORLD
from ansible_collections.baremetal.flink.plugins.modules import flink_ha_info, zookeeper_info, zookeeper_path
from kazoo.client import KazooClient

from tests.integration.ansible_module import ROOT, run_module
from tests.integration.zookeeper.conftest import wait_until

RECORDING = ROOT / "tests" / "fixtures" / "flink_znodes.json"
USER = {"username": "flink", "password": "wrong-horse"}


def path_module(ensemble, *, check=False, diff=False, **arguments):
    return run_module("zookeeper_path", check=check, diff=diff, arguments={"hosts": ensemble.servers, **arguments})


def test_the_ensemble_is_told_as_it_is(ensemble):
    result = run_module("zookeeper_info", arguments={"servers": ensemble.servers, "wait_for": "synced"})
    assert not result["changed"]
    assert (result["quorum"], result["in_sync"], result["down"], result["standalone"]) == (True, 3, [], [])
    assert sorted([result["leader"], *result["followers"]]) == sorted(ensemble.servers)
    assert result["restart_order"][-1] == result["leader"]
    for server in ensemble.servers:
        member = result["members"][server]
        assert (member["id"], member["ok"], member["serving"]) == (ensemble.number(server), True, True)
        assert member["version"].startswith("3.")


def test_every_member_has_what_one_is_given(ensemble, connect):
    for check in (True, False):
        result = run_module("zookeeper_check", check=check, arguments={"hosts": ensemble.servers})
        assert (result["failed"], result["changed"], result["members"]) == (False, False, ensemble.servers)
    with connect() as session:
        assert [name for name in session.children("/") if name.startswith(".check")] == []


def test_a_node_from_check_mode_to_its_end(ensemble, connect):
    wanted = {
        "path": "/life/of/node",
        "data": "first",
        "auth": USER,
        "acl": [{"scheme": "auth"}, {"scheme": "world", "permissions": ["read"]}],
    }
    foreseen = path_module(ensemble, check=True, diff=True, **wanted)
    assert (foreseen["changed"], foreseen["created"]) == (True, ["/life", "/life/of", "/life/of/node"])
    with connect() as session:
        assert session.stat("/life") is None

    done = path_module(ensemble, diff=True, **wanted)
    assert (done["changed"], done["created"], done["data"], done["stat"]["version"]) == (True, foreseen["created"], "first", 0)
    for printed in (foreseen["printed"], done["printed"]):
        assert any(line.startswith("-") and "absent" in line for line in printed.splitlines())
        assert any(line.startswith("+") and "first" in line for line in printed.splitlines())

    again = path_module(ensemble, **wanted)
    assert (again["failed"], again["changed"], again["stat"]) == (False, False, done["stat"])

    replaced = path_module(ensemble, diff=True, **{**wanted, "data": "second"})
    assert (replaced["changed"], replaced["stat"]["version"]) == (True, 1)
    assert any(line.startswith("-") and "first" in line for line in replaced["printed"].splitlines())
    assert any(line.startswith("+") and "second" in line for line in replaced["printed"].splitlines())
    assert USER["password"] not in replaced["printed"]

    gone = path_module(ensemble, path="/life", state="absent", recursive=True, auth=USER)
    assert (gone["changed"], gone["exists"], gone["deleted"]) == (True, False, ["/life", "/life/of", "/life/of/node"])
    with connect() as session:
        assert session.stat("/life") is None


def test_secret_data_is_not_printed(ensemble, connect):
    done = path_module(ensemble, diff=True, path="/secret", data="c29ycmVs", encoding="base64", secret=True)
    assert (done["changed"], done["data"], done["data_base64"]) == (True, None, None)
    assert "sorrel" not in done["printed"]
    with connect() as session:
        assert session.data("/secret") == b"sorrel"


@pytest.fixture
def flink(ensemble):
    """Writes the recorded nodes; the ephemeral ones live as long as the client that is returned."""
    client = KazooClient(hosts=",".join(ensemble.servers), timeout=4)
    client.start(timeout=10)
    for entry in json.loads(RECORDING.read_text(encoding="utf-8")):
        if entry["path"].startswith("/flink"):
            client.create(entry["path"], entry["data_head"].encode("latin-1"), ephemeral=entry["ephemeral"], makepath=True)
    yield client
    if client.connected:
        client.delete("/flink", recursive=True)
    client.stop()
    client.close()


def test_flinks_nodes_are_read_and_a_failover_is_awaited(ensemble, flink):
    arguments = {"hosts": ensemble.servers}
    state = run_module("flink_ha_info", arguments={**arguments, "wait_for": "leader"})
    assert (state["rest_url"], state["candidates"]["rest_server"]) == ("http://127.0.0.1:31768", 1)
    assert [job["state"] for job in state["jobs"].values()] == ["RUNNING"]
    assert state["mesos_workers"]["framework_id"] == "7a5dc192-590a-4113-b6ca-bfc8ee211296-0000"

    stuck = run_module("flink_ha_info", arguments={**arguments, "wait_for": "leader", "not_leader": "127.0.0.1", "timeout": 1})
    assert stuck["failed"]
    assert "127.0.0.1 still leads dispatcher, resource_manager, rest_server" in stuck["msg"]

    def elect_another():
        time.sleep(2)
        for name in ("dispatcher", "resource_manager", "rest_server"):
            lock = f"/flink/default/leader/{name}_lock"
            data = flink.get(lock)[0].replace(b"127.0.0.1", b"127.0.0.2")
            flink.delete(lock)
            time.sleep(0.2)
            flink.create(lock, data, ephemeral=True)

    election = threading.Thread(target=elect_another)
    election.start()
    after = run_module("flink_ha_info", arguments={**arguments, "wait_for": "leader", "not_leader": "127.0.0.1", "timeout": 20})
    election.join()
    assert (after["failed"], after["rest_url"]) == (False, "http://127.0.0.2:31768")

    refused = path_module(ensemble, path="/flink", state="absent", recursive=True)
    assert refused["failed"]
    assert "is ephemeral and belongs to the living session" in refused["msg"]


def test_the_examples_run(ensemble, flink, tmp_path):
    """With the ensemble's addresses in place of the documented ones; those that ask Mesos run where there is one, and members
    with certificates are in test_zookeeper_steps."""
    flink.delete("/flink/default/mesos-workers/workers/taskmanager-00001", recursive=True)
    tasks = []
    for module in (zookeeper_info, zookeeper_path, flink_ha_info):
        text = module.EXAMPLES.replace("(hostvars)", f"(hostvars, port={ensemble.port})").replace("10.0.0.", "127.0.0.")
        text = text.replace(":2181", f":{ensemble.port}").replace("[127.0.0.1, 127.0.0.2, 127.0.0.3]", str(ensemble.servers))
        examples = yaml.safe_load(text.replace("not_leader: 127.0.0.1", "not_leader: 127.0.0.9"))
        tasks += [task for task in examples if "masters" not in str(task) and "tls" not in str(task)]
    play = {"hosts": "localhost", "gather_facts": False, "vars": {"flink_zookeeper_password": "x"}, "tasks": tasks}
    (tmp_path / "examples.yml").write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    hosts = "".join(f"n{number} ansible_host=127.0.0.{number}\n" for number in ensemble.ids)
    local = f"localhost ansible_connection=local ansible_python_interpreter={sys.executable}\n"
    (tmp_path / "hosts").write_text(f"{local}[zookeeper]\n{hosts}", encoding="utf-8")
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", str(tmp_path / "hosts"), str(tmp_path / "examples.yml")]
    ran = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "ANSIBLE_NOCOLOR": "1"}, check=False, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"ok={len(tasks)} " in ran.stdout


def test_members_die_and_come_back(ensemble, connect):
    with connect() as session:
        session.create("/kept", b"through it all", WORLD)
    leader = ensemble.number(wait_until(ensemble, "synced").leader)
    ensemble.kill(leader)
    left = run_module("zookeeper_info", arguments={"servers": ensemble.servers, "wait_for": "quorum", "interval": 0.2})
    assert (left["quorum"], left["in_sync"], left["down"]) == (True, 2, [ensemble.server(leader)])
    assert left["leader"] != ensemble.server(leader)
    assert left["restart_order"][0] == ensemble.server(leader)
    assert not path_module(ensemble, path="/kept", data="through it all")["changed"]
    own, away = {"wait_for": "member", "member": left["leader"]}, ensemble.server(leader)
    for check in ({**own, "may_be_down": [away]}, {**own, "timeout": 1}):
        tried = run_module("zookeeper_check", arguments={"hosts": ensemble.servers, **check})
        assert not tried["failed"] and sorted([*tried["members"], away]) == sorted(ensemble.servers)
        assert (f"{away} does not serve, and nothing was read there" in " ".join(tried["printed"].split())) is ("timeout" in check)
    for trial in (True, False):
        missed = {"wait_for": "member", "member": away, "timeout": 1, "trial": trial}
        waited = run_module("zookeeper_check", arguments={"hosts": ensemble.servers, **missed})
        assert waited["failed"] and waited["msg"].startswith(f"Waited 1 s for the ZooKeeper member {away} to serve in the quorum, in vain; last seen: ")

    second = ensemble.number(left["followers"][0])
    ensemble.kill(second)
    lost = path_module(ensemble, path="/kept", state="absent", connect_timeout=3)
    assert lost["failed"]
    assert re.search(r"No ZooKeeper session within 3 s( \(Connection dropped: [^)]*\))?; start a majority of the members or correct hosts: ", lost["msg"])
    assert f"{ensemble.server(second)} is down (connection refused)" in lost["msg"]
    assert "runs but does not serve" in lost["msg"]
    waited = run_module("zookeeper_info", arguments={"servers": ensemble.servers, "wait_for": "quorum", "timeout": 1})
    assert waited["failed"]
    assert waited["msg"].startswith("Waited 1 s for a quorum of the ZooKeeper ensemble, in vain; last seen: ")

    ensemble.start(leader)
    ensemble.start(second)
    back = {"servers": ensemble.servers, "wait_for": "member", "member": ensemble.server(second), "interval": 0.2}
    assert run_module("zookeeper_info", arguments=back)["quorum"]
    came = run_module("zookeeper_check", arguments={"hosts": back.pop("servers"), **back, "trial": False})
    assert (came["failed"], came["changed"]) == (False, False) and "path" not in came
    wait_until(ensemble, "synced")
    with connect() as session:
        assert session.data("/kept") == b"through it all"
