# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

#: The host whose variables are looked at is n1, and it is alone in its run.
GROUPS = {"zookeeper": ["n1"], "mesos_master": ["n1"], "mesos_agent": ["n1"], "marathon": ["n1"]}
SHARED = ["flink_teardown_shared", "flink_remove_data", "flink_members_elsewhere"]


@pytest.fixture(scope="module")
def role(render):
    """Values of the role on a host with Java 17."""

    def run(names, groups=None, hosts=None, templates=(), **variables):
        looked = {"n1": {"flink_preflight": {"java": {"major": 17}}}, **(hosts or {})}
        return render("flink", names, templates, groups={**GROUPS, **(groups or {})}, hosts=looked, **variables)

    return run


@pytest.mark.parametrize(
    ("groups", "variables", "shared", "data"),
    [
        ({}, {}, True, False),
        ({}, {"flink_teardown_data": True}, True, True),
        ({"mesos_agent": ["n1", "n2"]}, {}, False, False),
        ({"mesos_agent": ["n1", "n2"]}, {"flink_job_cluster": {"name": "words", "state": "absent", "remove_data": True}}, False, False),
        # A host with nothing but the command has nothing that others share.
        ({"mesos_agent": ["n2"], "flink_client": ["n1"]}, {"flink_teardown_data": True}, False, True),
    ],
)
def test_what_a_cluster_shares_is_taken_off_with_the_last_of_its_hosts(role, groups, variables, shared, data):
    found = role(SHARED, groups, **variables)
    assert (found["flink_teardown_shared"], found["flink_remove_data"]) == (shared, data)
    assert found["flink_members_elsewhere"] == ([] if shared else ["n2"])


def test_data_of_all_is_not_deleted_on_some(refusal):
    said = refusal("flink", "teardown", groups={**GROUPS, "mesos_agent": ["n1", "n2"]}, flink_teardown_data=True)
    assert "would delete the jobs and the state of flink, and n2, which share them, are not in this run: run without --limit" in said


@pytest.mark.parametrize(
    ("recorded", "renewed", "owed"),
    [
        (None, None, False),
        ({"registration": {"state": "active"}, "leaders": {"resource_manager": {}}}, {"changed": False, "skipped": True}, False),
        ({"registration": {"state": "completed"}, "leaders": {}}, {"changed": True}, True),
        # The run that has deleted the record was killed before the restart.
        ({"registration": {"state": "none"}, "leaders": {"resource_manager": {}}}, {"changed": False, "skipped": True}, True),
        # There was never an AppMaster.
        ({"registration": {"state": "none"}, "leaders": {}}, {"changed": False, "skipped": True}, False),
        ({"registration": None, "leaders": {}}, {"changed": False, "skipped": True}, False),
    ],
)
def test_the_restart_of_an_appmaster_without_a_record_is_not_lost(role, recorded, renewed, owed):
    found = {name: value for name, value in (("flink_recorded", recorded), ("flink_renewed", renewed)) if value is not None}
    assert role(["flink_renew_owed"], **found)["flink_renew_owed"] is owed


def test_a_setting_that_is_left_out_is_compared_as_libmesos_fills_it(role):
    of_framework = "mesos.resourcemanager.framework."
    left_out = {f"{of_framework}user": None, f"{of_framework}principal": None}
    found = role(["flink_framework_user", "flink_framework_principal"], flink_settings=left_out)
    assert found == {"flink_framework_user": "flink", "flink_framework_principal": ""}


def test_modules_are_told_which_record_and_which_mesos(refusal):
    said = refusal("flink", "registered", groups=GROUPS, flink_zookeeper_quorum="127.0.0.1:1", flink_ready_timeout=1)
    # Without masters to ask it would not come so far.
    assert "127.0.0.1:1 is down" in said


def test_an_appmaster_starts_anew_with_other_namenodes_and_another_release(role):
    def digest(**variables):
        groups = {"hdfs_namenode": ["n2", "n3"], "hdfs_datanode": ["n1"], "hdfs_journalnode": ["n1"]}
        return role(["flink_app_digest"], groups, **variables)["flink_app_digest"]

    usual = digest()
    assert digest() == usual
    assert len({usual, digest(hdfs_rpc_port=9000), digest(flink_zookeeper_client_version="bundled"), digest(flink_pypi_checksum="sha256:0")}) == 4


def test_a_layer_below_asks_for_each_cluster_that_shall_run_on_a_host_that_was_reached(role):
    clusters = [{"name": "a"}, {"name": "b", "state": "present"}, {"name": "c", "state": "absent"}]
    names, groups = ["flink_asked", "flink_asked_clusters"], {"flink_jobmanager": ["n2", "n3"], "mesos_agent": []}
    reached = {"n2": {"host_reach": {"unreachable": True}}, "n3": {"host_reach": {"changed": False}}}
    asked = [role(names, groups, each, flink_job_clusters=clusters) for each in ({}, reached)]
    assert [each["flink_asked"] for each in asked] == ["n2", "n3"]
    assert asked[0]["flink_asked_clusters"] == ["/default", "/a", "/b"]


@pytest.mark.parametrize(("reach", "why"), [({}, "127.0.0.1:1 is down"), ({"ansible_connection": "ssh", "ansible_port": 1}, "Connection refused")])
def test_a_flink_that_cannot_be_asked_is_named_and_keeps_nobody_from_repairing_what_is_below(told, reach, why):
    hosts = {"n2": {"ansible_host": "127.0.0.1", **reach}}
    status, said = told("flink", "at_work", groups={"flink_jobmanager": ["n2"]}, hosts=hosts, flink_zookeeper_quorum="127.0.0.1:1")
    assert status == 0 and "does not serve now: the Flink cluster /default: " in said and why in said, said


def java_of(role, **variables):
    settings = role(["flink_conf_settings"], **variables)["flink_conf_settings"]
    return {key: value for key, value in settings.items() if key.startswith("env.java.opts")}


def test_each_process_has_its_own_options_and_the_command_has_none_of_theirs(role):
    java = java_of(role, flink_jobmanager_java_options=["-Djm=1"], flink_taskmanager_java_options=["-Dtm=1"])
    assert java.pop("env.java.opts")[0].startswith("--add-exports=")
    assert java == {"env.java.opts.jobmanager": ["-XX:+UseG1GC", "-Djm=1"], "env.java.opts.taskmanager": ["-XX:+UseG1GC", "-Dtm=1"]}
    found = java_of(role, flink_java_options=[], flink_client_java_options=["-Xss1m"])
    assert list(found) == ["env.java.opts", "env.java.opts.client"]


def test_options_for_all_processes_among_the_settings_meet_no_others(role):
    java = java_of(role, flink_settings={"env.java.opts": "-XX:+UseParallelGC"}, flink_taskmanager_java_options=["-Dtm=1"])
    assert java == {"env.java.opts": "-XX:+UseParallelGC", "env.java.opts.taskmanager": ["-Dtm=1"]}


def test_the_environment_goes_to_processes_and_command_and_on_mesos_to_taskmanagers(role, tmp_path):
    given = {"AWS_SECRET_ACCESS_KEY": "a$b \"c\"", "JOB": True, "NO": None}
    asked = ["flink_files", "flink_conf_settings", "flink_app_digest", "flink_environment_keys"]
    found = role(asked, templates=["environment.j2", "appmaster.j2"], flink_environment=given, flink_jobmanager_java_options=["-Djm=1"])
    (file,) = [each for each in found["flink_files"] if each.get("path") == "/etc/flink/environment"]
    assert (file["mode"], file["group"], file["secret"]) == ("0640", "flink", True)
    assert found["flink_conf_settings"]["containerized.taskmanager.env.AWS_SECRET_ACCESS_KEY"] == given["AWS_SECRET_ACCESS_KEY"]
    assert found["flink_app_digest"] != role(["flink_app_digest"], flink_environment={**given, "JOB": False})["flink_app_digest"]
    assert ". /etc/flink/environment\n" in found["appmaster.j2"] and " -Djm=1'\n" in found["appmaster.j2"]
    (tmp_path / "environment").write_text(found["environment.j2"])
    shown = subprocess.run(
        ["sh", "-c", '. ./environment; echo "$JAVA_HOME|$AWS_SECRET_ACCESS_KEY|$JOB|${NO-none}"'], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert shown.stdout == '/opt/java|a$b "c"|true|none\n'
    assert not [each for each in role(["flink_files"])["flink_files"] if each.get("path") == "/etc/flink/environment"][0]["secret"]


@pytest.mark.parametrize(("variables", "digest"), [
    ({"flink_version": "1.12.5"}, "8078715c87951952"),
    ({"flink_version": "1.13.6", "flink_environment": {"A": "b"}, "flink_name": "beta"}, "db0a6966c9c63c76"),
])
def test_an_appmaster_of_an_unchanged_inventory_is_not_started_anew(role, variables, digest):
    """Other templates of the AppMaster are a reason for another value, and another way to compute it is none."""
    host = {"n1": {"flink_preflight": {"java": {"major": 17}}, "ansible_host": "192.0.2.1"}}
    assert role(["flink_app_digest"], {"hdfs_namenode": ["n1"]}, host, **variables)["flink_app_digest"] == digest


def test_what_flink_must_have_before_a_job_is_tried_is_that_of_the_hosts_in_the_run(role):
    """n1 is alone in its run, and what n2 has need not be there; Flink judges by the same addresses as the host itself."""
    groups = {"flink_jobmanager": ["n1", "n2"], "flink_taskmanager": ["n2", "n1", "n3"]}
    own = {"flink_cluster_manager": "standalone", "flink_version": "1.12.5"}
    answer = {"version": "1.12.5", "jobmanagers": [{"url": "http://192.0.2.1:8081", "up": True}], "taskmanagers": [{"host": "192.0.2.1", "slots": 2}]}
    found = role(["flink_expected", "flink_registered"], groups, flink_answer=answer, flink_taskmanager_slots=2, **own)
    assert found["flink_expected"] == [
        {"name": "n1", "jobmanager": "http://192.0.2.1:8081", "version": "1.12.5"}, {"name": "n1", "taskmanager": "192.0.2.1", "version": "1.12.5"}]
    assert found["flink_registered"] is True


@pytest.mark.parametrize(("link", "version", "said"), [
    ("/opt/flink-1.20.5", "1.20.5", ""), (None, "1.20.5", "would run Flink of no version, which is at /opt/flink"),
    ("/opt/flink-1.12.5", "1.20.5", "would run Flink 1.12.5, which is at /opt/flink, and flink_version is 1.20.5: run the playbook flink")])
def test_a_job_cluster_is_set_up_for_the_release_that_it_runs(told, link, version, said):
    status, output = told("flink", "job_release", flink_version=version, flink_preflight={"links": {"/opt/flink": link}})
    assert (status == 0) == (not said) and said in output, output


@pytest.mark.parametrize(("runs", "taskmanagers", "said"), [
    ("1.2.1", 1, ""), ("1.2.0", 1, "Flink 1.2.0 runs, and 1.2.1 should: run the role again."), ("1.2.1", 0, "Wait until the web monitor counts")])
def test_a_web_monitor_is_asked_for_its_release_and_the_initial_taskmanagers(told, runs, taskmanagers, said):
    """As ClusterOverviewHandler of 1.2 writes it."""
    body = json.dumps({"taskmanagers": taskmanagers, "slots-total": 1, "slots-available": 1, "jobs-running": 0, "flink-version": runs}).encode()

    class Monitor(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/overview" else 404)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

    with HTTPServer(("127.0.0.1", 0), Monitor) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        status, output = told("flink", "verify_web_monitor", groups=GROUPS, flink_version="1.2.1", flink_mesos_initial_tasks=1, flink_ready_timeout=1,
                              flink_framework={"rest_url": url})
        server.shutdown()
    assert (status == 0) == (not said) and said in output, output
