# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replays a recording of Flink 1.12.5 with one job on Mesos; the older layouts are made from its leaders. Newer ones are recordings of standalone
clusters with two JobManagers and one job, which had completed some checkpoints; what a node has beyond 200 bytes is left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError, ZooKeeperError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.ha_info import await_leader
from ansible_collections.baremetal.flink.plugins.module_utils.flink.ha_state import (
    HaState,
    Leader,
    cluster_path,
    observe,
    parse_leader,
    read_state,
)
from ansible_collections.baremetal.flink.plugins.module_utils.wait import WaitTimeout

FIXTURES = Path(__file__).resolve().parents[4] / "fixtures"
NEWER = sorted(FIXTURES.glob("flink_znodes_*.json"))
JOB = "f0888102eaef21d1fc5370a89093bbe1"
ROOT = "/flink/default"


class Recording:
    """Data and children by path."""

    def __init__(self, nodes):
        self.nodes = dict(nodes)

    def data(self, path):
        return self.nodes.get(path)

    def children(self, path):
        return sorted(one.rsplit("/", 1)[1] for one in self.nodes if one.rsplit("/", 1)[0] == path)


@pytest.fixture
def recording():
    entries = json.loads((FIXTURES / "flink_znodes.json").read_text(encoding="utf-8"))
    return Recording({entry["path"]: entry.get("data_head", "").encode("latin-1") for entry in entries})


def test_the_recording_is_read_in_full(recording):
    state = read_state(recording, ROOT)
    assert state.exists
    assert state.leaders["rest_server"] == Leader(
        address="http://127.0.0.1:31768",
        host="127.0.0.1",
        port=31768,
        session_id="25a0589b-08f3-415e-8f48-1ec9fd7481d8",
        path="/flink/default/leader/rest_server_lock",
    )
    assert state.leaders["dispatcher"].address == "akka.tcp://flink@127.0.0.1:38321/user/rpc/dispatcher_1"
    assert (state.leaders["resource_manager"].host, state.leaders["resource_manager"].port) == ("127.0.0.1", 38321)
    assert state.rest_url == "http://127.0.0.1:31768"
    assert state.candidates == {"dispatcher": 1, "resource_manager": 1, "rest_server": 1}
    assert list(state.jobs) == [JOB]
    job = state.jobs[JOB]
    assert (job.state, job.job_graph, job.checkpoints, job.latest_checkpoint, job.checkpoint_counter) == ("RUNNING", True, [], None, 1)
    assert job.leader.address.endswith("/user/rpc/jobmanager_2")
    workers = state.mesos_workers
    assert (workers.framework_id, workers.task_count, workers.workers) == (
        "7a5dc192-590a-4113-b6ca-bfc8ee211296-0000",
        1,
        ["taskmanager-00001"],
    )
    assert json.loads(json.dumps(state.as_result()))["mesos_workers"]["path"] == "/flink/default/mesos-workers"


@pytest.mark.parametrize("fixture", NEWER, ids=lambda fixture: fixture.stem)
def test_one_election_for_all_components(fixture):
    entries = json.loads(fixture.read_text(encoding="utf-8"))
    state = read_state(Recording({entry["path"]: entry["data"].encode("latin-1") for entry in entries}), ROOT)
    assert sorted(state.leaders) == ["dispatcher", "resource_manager", "rest_server"] and observe(state, "leader").done
    assert state.leaders["dispatcher"].path == f"{ROOT}/leader/dispatcher/connection_info"
    assert {leader.host for leader in state.leaders.values()} == {"127.0.0.1"} and all(leader.session_id for leader in state.leaders.values())
    assert state.rest_url == f"http://127.0.0.1:{state.leaders['rest_server'].port}"
    assert state.leaders["dispatcher"].port == state.leaders["resource_manager"].port != state.leaders["rest_server"].port
    assert state.candidates == {"dispatcher": 2, "resource_manager": 2, "rest_server": 2}
    (identity,) = state.jobs
    job = state.jobs[identity]
    assert len(identity) == 32 and job.job_graph and job.state is None
    assert job.leader.path.endswith(f"{identity}/connection_info") and "/user/rpc/jobmanager_" in job.leader.address
    # Its id is counted before the checkpoint is taken.
    assert job.latest_checkpoint == job.checkpoints[-1] > 0 and job.checkpoint_counter > job.latest_checkpoint


def test_those_of_newer_versions_are_recorded():
    assert len(NEWER) == 4


def test_the_latest_of_several_checkpoints(recording):
    for number in (9, 41, 40):
        recording.nodes[f"{ROOT}/checkpoints/{JOB}/{number:019d}"] = b""
    recording.nodes[f"{ROOT}/checkpoint-counter/{JOB}"] = b"\x00\x00\x00\x2a"
    job = read_state(recording, ROOT).jobs[JOB]
    assert (job.checkpoints, job.latest_checkpoint, job.checkpoint_counter) == ([9, 40, 41], 41, 42)


def test_a_job_cluster_has_a_place_for_each_of_its_programs(recording):
    moved = {path.replace("/jobgraphs", "/jobgraphs-0123456789abcdef"): data for path, data in recording.nodes.items()}
    assert moved != recording.nodes
    assert read_state(Recording(moved), ROOT).jobs[JOB].job_graph


def test_a_framework_that_is_not_registered_has_an_empty_id(recording):
    recording.nodes[f"{ROOT}/mesos-workers/frameworkId"] = b""
    workers = read_state(recording, ROOT).mesos_workers
    assert (workers.framework_id, workers.task_count) == (None, 1)


def test_mesos_workers_may_be_elsewhere_or_nowhere(recording):
    assert read_state(recording, ROOT, "/elsewhere").mesos_workers is None
    recording.nodes[f"{ROOT}/elsewhere/frameworkId"] = b"id"
    recording.nodes[f"{ROOT}/elsewhere"] = b""
    assert read_state(recording, ROOT, "/elsewhere").mesos_workers.framework_id == "id"


def test_a_cluster_that_never_ran():
    state = read_state(Recording({}), ROOT)
    assert state == HaState(ROOT, False)
    assert observe(state, "none").done
    assert observe(state, "leader").seen == "/flink/default does not exist"
    assert not observe(state, "leader").done


def test_before_1_3_the_leader_is_one_level_up(recording):
    old = Recording(
        {
            ROOT: b"",
            f"{ROOT}/leader": recording.nodes[f"{ROOT}/leader/dispatcher_lock"],
            f"{ROOT}/leaderlatch": b"",
            f"{ROOT}/leaderlatch/_c_1-latch-0000000000": b"",
            f"{ROOT}/leaderlatch/_c_2-latch-0000000001": b"",
        }
    )
    state = read_state(old, ROOT)
    assert list(state.leaders) == ["job_manager"]
    assert state.candidates == {"job_manager": 2}
    assert observe(state, "leader").done
    assert not observe(state, "leader", "127.0.0.1").done


def test_in_1_3_and_1_4_the_leader_is_under_a_job_of_zeros(recording):
    zeros = "0" * 32
    old = Recording(
        {
            ROOT: b"",
            f"{ROOT}/leader": b"10.0.0.1",
            f"{ROOT}/leader/{zeros}": b"10.0.0.1",
            f"{ROOT}/leader/{zeros}/job_manager_lock": recording.nodes[f"{ROOT}/leader/dispatcher_lock"],
            f"{ROOT}/leaderlatch/{zeros}": b"",
            f"{ROOT}/leaderlatch/{zeros}/job_manager_lock": b"",
            f"{ROOT}/leaderlatch/{zeros}/job_manager_lock/_c_1-latch-0000000000": b"",
        }
    )
    state = read_state(old, ROOT)
    assert (list(state.leaders), state.jobs, state.candidates) == (["job_manager"], {}, {"job_manager": 1})
    assert observe(state, "leader").done


def test_a_failover_is_over_when_every_component_has_another_leader(recording):
    state = read_state(recording, ROOT)
    assert observe(state, "leader").done
    assert observe(state, "leader", "10.0.0.9").done
    for old in ("127.0.0.1", "127.0.0.1:31768", "http://127.0.0.1:31768", "http://127.0.0.1:31768/"):
        assert not observe(state, "leader", old).done
    assert observe(state, "leader", "http://127.0.0.1:8081").done
    assert "127.0.0.1:38321 still leads dispatcher, resource_manager" in observe(state, "leader", "127.0.0.1:38321").seen


def test_one_component_without_a_leader_is_no_leader(recording):
    del recording.nodes[f"{ROOT}/leader/dispatcher_lock"]
    recording.nodes[f"{ROOT}/leader/rest_server_lock"] = b""
    seen = observe(read_state(recording, ROOT), "leader")
    assert (seen.done, seen.seen) == (False, "no leader for dispatcher, rest_server")


def test_a_leader_without_session_and_a_long_address():
    address = "http://" + "x" * 300
    text = len(address).to_bytes(2, "big") + address.encode()
    long_block = b"\xac\xed\x00\x05\x7a" + len(text).to_bytes(4, "big") + text + b"\x70"
    leader = parse_leader(long_block, "/l")
    assert (leader.address, leader.session_id, leader.port) == (address, None, None)
    halves = b"\xac\xed\x00\x05\x77\x64" + text[:100] + b"\x77" + bytes([len(text) - 100]) + text[100:] + b"\x70"
    assert parse_leader(halves, "/l") == leader


@pytest.mark.parametrize(
    "data,message",
    [
        (b"http://10.0.0.1:8081", "no Java-serialised leader"),
        (b"\xac\xed\x00\x05", "no leader address"),
        (b"\xac\xed\x00\x05w\x03\x00\x09x", "no leader address"),
    ],
)
def test_what_flink_would_not_have_written(data, message):
    with pytest.raises(ZooKeeperError, match=message):
        parse_leader(data, "/l")
    assert parse_leader(b"", "/l") is None


def test_a_count_of_the_wrong_size(recording):
    recording.nodes[f"{ROOT}/mesos-workers/taskCount"] = b"1"
    with pytest.raises(ZooKeeperError, match="holds 1 bytes instead of a four-byte count"):
        read_state(recording, ROOT)


@pytest.mark.parametrize(
    "root,cluster_id,path",
    [
        ("/flink", "/default", "/flink/default"),
        ("/flink/", "rack1/", "/flink/rack1"),
        ("/flink", "/a/b", "/flink/a/b"),
        ("/flink", "/", "/flink"),
        ("/", "/default", "/default"),
    ],
)
def test_root_and_cluster_id_are_joined_as_flink_does(root, cluster_id, path):
    assert cluster_path(root, cluster_id) == path


def test_a_root_without_slash_is_refused():
    with pytest.raises(InputError, match="must start with a slash"):
        cluster_path("flink", "/default")


def test_an_election_that_is_waited_for_in_vain_names_the_cluster():
    nobody = {"hosts": ["127.0.0.1:1"], "root": "/flink", "cluster_id": "/one", "connect_timeout": 0.2}
    with pytest.raises(WaitTimeout, match="a leader of the Flink cluster /flink/one"):
        await_leader(nobody, 0)
