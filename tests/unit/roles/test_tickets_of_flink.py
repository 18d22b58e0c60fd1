# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role makes of an HDFS with Kerberos for Flink: settings of processes and of the command, files, what restarts, and how modules call."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.command_line import shown_secrets
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.plan import problems
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import MANAGERS, NEWEST, in_span, name_of

from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import ROLES, RoleValues

GROUPS = {"flink_jobmanager": ["n1", "n2"], "flink_taskmanager": ["n1", "n3"], "hdfs_namenode": ["n1", "n2"], "hdfs_datanode": ["n2"], "zookeeper": ["n2"]}
CLIENT = {"flink_client": ["n0"], **GROUPS}
#: A host of Flink's alone.
APART = {"flink_taskmanager": ["n0"], **{name: hosts for name, hosts in GROUPS.items() if name != "flink_taskmanager"}}
VERSIONS = [f"{name_of(minor)}.0" for minor in range(NEWEST + 1) if in_span(minor, MANAGERS["standalone"])]
KEYTAB, AGREED = "/etc/flink/kerberos/flink.keytab", "/etc/flink/hdfs-tickets/agreed"
LOGIN = {"security.kerberos.login.keytab": KEYTAB, "security.kerberos.login.principal": "flink/n1@EXAMPLE.ORG",
         "security.kerberos.login.use-ticket-cache": "false"}


def role(groups=None, version="1.20.5", **given):
    variables = {"flink_cluster_manager": "standalone", "flink_version": version, "flink_source": "archive", "hdfs_authentication": "kerberos",
                 "kerberos_realm": "EXAMPLE.ORG", "flink_preflight": {"java": {"major": 17}}, "ansible_play_hosts": ["n1", "n2"],
                 "ansible_play_hosts_all": ["n1", "n2"], **given}
    return RoleValues("flink", GROUPS if groups is None else groups, **variables)


@pytest.mark.parametrize(("given", "asked"), [
    ({}, True), ({"hdfs_authentication": "simple"}, False), ({"flink_hdfs_url": "", "flink_storage_url": "s3://flink"}, False),
    ({"flink_hdfs_url": "", "flink_storage_url": "hdfs://flink-hdfs/flink"}, True), ({"flink_storage_url": "s3://flink"}, True),
    ({"flink_hdfs_url": "hdfs://elsewhere", "flink_storage_url": "hdfs://elsewhere/flink"}, False),
    ({"flink_hdfs_url": "hdfs://flink-hdfs2", "flink_storage_url": "s3://flink"}, False), ({"hdfs_nameservice": "store"}, True)])
def test_tickets_are_for_an_hdfs_of_the_inventory_that_asks_for_them(given, asked):
    assert role(**given).value("__flink_tickets") is asked


def test_without_hdfs_there_are_none():
    assert role({"flink_jobmanager": ["n1"], "flink_taskmanager": ["n1"]}).value("__flink_tickets") is False


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_logs_in_by_the_keytab_and_fetches_no_tokens(version):
    found = role(version=version).value("flink_conf_settings")
    minor = int(version.split(".")[1]) + 100 * (int(version.split(".")[0]) - 1)
    tokens = {} if minor < 14 else {f"security.{'delegation.tokens.enabled' if minor >= 17 else 'kerberos.fetch.delegation-token'}": "false"}
    assert {key: value for key, value in found.items() if key.startswith(("security.kerberos", "security.delegation"))} == {**LOGIN, **tokens}
    assert problems(found, version, "error", False) == []


def test_nobody_else_has_the_keytab_in_a_file():
    for values in (role(hdfs_authentication="simple"), role(CLIENT)):
        assert "kerberos.login" not in values.flink_conf() and values.value("__flink_client_conf_own") is False
        assert "KRB5" not in values.text("client.j2") + values.text("last-checkpoint.j2")


def test_the_command_logs_in_by_what_its_caller_has():
    values = role()
    assert f"security.kerberos.login.keytab: {KEYTAB}\n" in values.flink_conf() and "kerberos.login" not in values.flink_conf(command=True)
    assert "high-availability.zookeeper.quorum" in values.flink_conf(command=True) and "security.ssl" not in values.flink_conf(command=True)
    command = values.text("client.j2")
    assert "conf=/etc/flink/client-conf/config.yaml\n" in command and "FLINK_CONF_DIR=/etc/flink/client-conf\n" in command
    lines = [f'if [ -z "${{KRB5CCNAME:-}}" ] && [ -r {KEYTAB} ]; then', f"  export KRB5PRINCIPAL=flink/n1@EXAMPLE.ORG KRB5KEYTAB={KEYTAB}", "fi"]
    assert "\n".join([*lines, 'exec /opt/flink/bin/flink "$@"\n']) in command
    looks = role(flink_job_cluster={"name": "words"}).text("last-checkpoint.j2")
    assert "\n".join(lines).replace("/etc/flink/", "/etc/flink-jobs/words/") in looks and "\n\n\n" not in looks + command


def test_a_users_own_login_stays_in_the_commands_file_without_tickets():
    own = {"security.kerberos.login.keytab": "/mine", "security.kerberos.login.principal": "me"}
    values = role(hdfs_authentication="simple", flink_settings=own)
    assert values.value("__flink_client_conf_settings").items() >= own.items()


@pytest.mark.parametrize(("groups", "given", "has"), [(None, {}, True), (None, {"hdfs_authentication": "simple"}, False), (CLIENT, {}, False)])
def test_files_come_and_go(groups, given, has):
    values = role(groups, **given)
    files = [each for each in values.value("flink_files") if each.get("when", True) is True]
    state = {each["path"]: each.get("content", each.get("state")) for each in files if "path" in each}
    assert (state.get("/etc/flink/kerberos"), state[AGREED] == "absent") == ((None, False) if has else ("absent", True))
    assert not has or state[AGREED].endswith("\nEXAMPLE.ORG\n")


def test_all_processes_restart_at_once_for_the_change():
    values = role(flink_history_server=True)
    units = values.value("flink_unit_of")
    assert all({AGREED, "/etc/flink/hdfs-tickets"} <= set(units[process]["watch"]) for process in ("jobmanager", "taskmanager", "historyserver"))
    assert {AGREED, "/etc/flink/hdfs-tickets"} <= set(values.value("__flink_apart")) and KEYTAB not in units["jobmanager"]["watch"]


@pytest.mark.parametrize(("groups", "host", "trust"), [
    (GROUPS, "n1", "/etc/hadoop/tls/trust.pem"), (APART, "n0", "/etc/flink/hdfs-tls/trust.pem")])
def test_modules_call_hdfs_as_flink(groups, host, trust):
    values = role(groups)
    call = {"ca_path": trust, "kerberos_principal": f"flink/{host}@EXAMPLE.ORG", "kerberos_keytab": KEYTAB}
    assert values.value("__flink_hdfs_call") == call and values.value("__flink_hdfs_trusts") is (host == "n0")
    assert ("hdfs" in values.value("__flink_certificates_due")) is (host == "n0")


def test_jobs_are_looked_after_as_flink():
    call = {"ca_path": "/etc/hadoop/tls/trust.pem", "kerberos_principal": "flink/n1@EXAMPLE.ORG", "kerberos_keytab": KEYTAB}
    assert role().value("flink_jobs_hdfs") == {"namenodes": ["https://n1:9870", "https://n2:9870"], "user": "flink", **call}


def test_jobs_are_looked_after_as_flink_of_that_host():
    values = role(flink_jobs_host="n3", own={"n3": {"kerberos_host": "three.example"}})
    assert values.value("flink_jobs_hdfs")["kerberos_principal"] == "flink/three.example@EXAMPLE.ORG"
    assert values.value("flink_jobs_hdfs")["ca_path"] == "/etc/flink/hdfs-tls/trust.pem"
    assert set(role(hdfs_authentication="simple").value("flink_jobs_hdfs")) == {"namenodes", "user"}


OF_JOB, OF_SESSION = "/etc/flink-jobs/words/kerberos/flink.keytab", "/etc/streams/kerberos/flink.keytab"


@pytest.mark.parametrize(("given", "seen", "asked"), [
    ({}, {OF_JOB: True, OF_SESSION: True}, OF_JOB), ({}, {OF_JOB: True, OF_SESSION: False}, OF_JOB), ({}, {OF_JOB: False, OF_SESSION: True}, OF_SESSION),
    ({}, {OF_JOB: False, OF_SESSION: False}, ""), ({"hdfs_authentication": "simple"}, None, "simple"), ({}, None, "")])
def test_what_is_taken_off_is_asked_for_with_a_keytab_that_is_there(given, seen, asked):
    found = {"exists": seen} if seen is not None else {"skipped": True}
    values = role(flink_teardown_keytab=found, flink_job_cluster={"name": "words", "state": "absent", "remove_data": True}, flink_name="streams", **given)
    look, say, delete = yaml.safe_load((ROLES / "flink/tasks/teardown_data.yml").read_text(encoding="utf-8"))[3:]
    assert (values.value(delete["when"]), values.value(say["when"])) == (bool(asked), not asked) and values.value(look["when"]) is not bool(given)
    assert values.value(look["baremetal.flink.host_preflight"]["exists"][3:-3]) == [OF_JOB, OF_SESSION]
    call = values.value(delete["module_defaults"]["group/baremetal.flink.hdfs"][3:-3])
    assert call == {} if given else call["kerberos_keytab"] == asked


def test_what_an_earlier_run_has_left_goes():
    there = {"java": {"major": 17}, "exists": {"/etc/flink/hdfs-tls/certificate.pem": True, AGREED: True}}
    assert role(APART, flink_preflight=there).value("__flink_certificates_left") == []
    assert role(APART, flink_preflight=there, hdfs_authentication="simple").value("__flink_certificates_left") == ["hdfs"]
    assert role(flink_preflight=there).value("__flink_tickets_are_new") is False and role().value("__flink_tickets_are_new") is True


ON_MESOS = {"mesos_agent": ["n1", "n2"], "mesos_master": ["n1"], "marathon": ["n1"], "zookeeper": ["n1"], "hdfs_namenode": ["n1", "n2"]}


def test_on_mesos_hadoop_is_told_by_the_environment_where_the_keytab_is():
    values = role(ON_MESOS, "1.13.6", flink_cluster_manager="mesos", flink_history_server=True)
    login = {"KRB5PRINCIPAL": "flink@EXAMPLE.ORG", "KRB5KEYTAB": KEYTAB}
    settings = values.value("flink_conf_settings")
    assert {f"containerized.taskmanager.env.{name}": value for name, value in login.items()}.items() <= settings.items()
    assert not [key for key in settings if key.startswith("security.kerberos")] and values.value("__flink_client_conf_own") is False
    # With what is in the arguments of TaskManagers.
    assert shown_secrets(settings, []) == [] and problems(settings, "1.13.6", "error", True) == []
    script = values.text("appmaster.j2")
    assert f"KRB5PRINCIPAL=flink@EXAMPLE.ORG\nKRB5KEYTAB={KEYTAB}\nset +o allexport\n" in script and 'if [ ! -r "$KRB5KEYTAB" ]; then' in script
    assert f"KRB5KEYTAB={KEYTAB}\nfi\nexec /opt/flink/bin/flink" in values.text("client.j2")
    assert values.value("flink_jobs_hdfs")["kerberos_principal"] == "flink@EXAMPLE.ORG"
    unit = [each for each in values.value("flink_files") if each.get("path", "").endswith("historyserver.service")]
    assert unit and values.value("__flink_login_by_environment") is True and role().value("__flink_login_by_environment") is False


def test_on_mesos_the_app_is_another_one_with_tickets():
    def digest(**given):
        return role(ON_MESOS, "1.13.6", flink_cluster_manager="mesos", **given).value("flink_app_digest")

    assert digest() != digest(hdfs_authentication="simple")
    assert "KRB5" not in role(ON_MESOS, "1.13.6", flink_cluster_manager="mesos", hdfs_authentication="simple").text("appmaster.j2")
