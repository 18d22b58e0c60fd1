"""A life of HDFS, in this order: each test finds what the one before has left."""

from __future__ import annotations

import hashlib
import time

import pytest

from tests.scenario import refused

ALL = ("node1", "node2", "node3")
NAMENODES = ("node1", "node2")
# 40 blocks of 1 MiB over about 10 s: each new block needs an active NameNode. Few packets are in flight, so that the longest time in which
# no MiB could be handed over is that in which nothing was written.
WRITER = (
    "python3 -c 'import sys, time\n"
    "began = time.monotonic(); longest = 0\n"
    "for n in range(40):\n"
    "    sys.stdout.buffer.write(bytes([n]) * 1048576); sys.stdout.flush()\n"
    "    longest = max(longest, time.monotonic() - began) if n else 0; time.sleep(0.25); began = time.monotonic()\n"
    "open(\"/tmp/stall\", \"w\").write(str(longest))' "
    "| tee >(md5sum > /tmp/sum) "
    "| HADOOP_USER_NAME=hdfs hdfs dfs -Ddfs.blocksize=1048576 -Ddfs.client.write.max-packets-in-flight=2 -put -f - {path}"
)
#: Longest stall of a writer when a host falls silent. On a quiet machine it is less than 25 s; this one has three hosts on two cores.
STALL_SECONDS = 40


def write_while(operator, path, disturb, host="node3"):
    """Write a file from a host and disturb HDFS in the middle; what disturb returned, after the file was compared."""
    before = blocks(operator)
    writer = operator.begin(host, f"bash -c {quoted(WRITER.format(path=path))}")
    operator.wait_until(lambda: blocks(operator) >= before + 5, "the first blocks of the file")
    result = disturb()
    output = writer.communicate(timeout=150)[0]
    assert writer.returncode == 0, output
    assert operator.digest(path, host) == operator.on(host, "cat /tmp/sum").split()[0]
    return result


def stall(operator, host="node3"):
    """Seconds that the last writer stood still for."""
    return float(operator.on(host, "cat /tmp/stall"))


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def blocks(operator):
    """How many the active NameNode knows, of files that are being written too; 0 while there is none."""
    active = operator.active()
    bean = operator.bean(active, "Hadoop:service=NameNode,name=FSNamesystem") if active else None
    return bean["BlocksTotal"] if bean else 0


def fenced(operator, host, since):
    return [line for line in operator.journal(host, "hdfs-zkfc", since).splitlines() if "fence: " in line]


def test_killed_active_namenode_is_replaced_while_a_file_is_written(operator, record_property):
    victim, other = operator.active(), operator.standby()
    began = time.time()

    def kill():
        operator.on(victim, "sudo systemctl kill --signal=KILL hdfs-namenode")
        return operator.wait_until(lambda: operator.state(other) == "active", "the standby to take over")

    seconds = write_while(operator, "/tmp/killed", kill)
    print(f"killed active NameNode: replaced after {seconds:.1f} s")
    record_property("failover_kill_seconds", round(seconds, 1))
    assert seconds < 30
    assert any("the NameNode of" in line and "is gone" in line for line in fenced(operator, other, began))
    operator.settle()
    assert operator.state(victim) == "standby"


def test_stopped_active_namenode_is_fenced(operator, record_property):
    victim, other = operator.active(), operator.standby()
    frozen, began = operator.pid(victim), time.time()

    def freeze():
        operator.on(victim, f"sudo kill -STOP {frozen}")
        return operator.wait_until(lambda: operator.state(other) == "active", "the standby to take over")

    seconds = write_while(operator, "/tmp/stopped", freeze)
    print(f"stopped active NameNode: replaced after {seconds:.1f} s")
    record_property("failover_stop_seconds", round(seconds, 1))
    assert seconds < 60
    assert any(f"killed NameNode process [{frozen}]" in line for line in fenced(operator, other, began))
    operator.settle()
    assert operator.pid(victim) != frozen


def test_host_of_the_active_namenode_powered_off_comes_back(operator, record_property):
    victim, other = operator.active(), operator.standby()
    began = time.time()

    def pull_the_plug():
        # First the cable: a kernel that is still there would close the dead processes' connections.
        operator.fleet.cut(victim)
        operator.fleet.host(victim).power_off()
        return operator.wait_until(lambda: operator.state(other) == "active", "the standby to take over")

    seconds = write_while(operator, "/tmp/powered-off", pull_the_plug)
    print(f"powered off host of the active NameNode: replaced after {seconds:.1f} s, the writer stood still for {stall(operator):.1f} s")
    record_property("failover_power_seconds", round(seconds, 1))
    record_property("failover_power_stall_seconds", round(stall(operator), 1))
    assert seconds < 60
    assert stall(operator) < STALL_SECONDS
    assert any("taken as powered off" in line for line in fenced(operator, other, began))
    rest = [host for host in ALL if host != victim]
    outcome = operator.play("--limit", ",".join(rest), hdfs_datanode_heap_mb=132)
    assert outcome.status == 0
    assert sum("Restart hdfs-datanode.service on" in line for line in outcome.text.splitlines()) == len(rest)
    operator.fleet.host(victim).power_on()
    operator.settle()
    assert operator.state(victim) == "standby"


def test_host_of_a_datanode_falls_silent_while_a_file_is_written(operator, record_property):
    # A JournalNode that has missed edits and one that is silent are two too many.
    assert operator.info(timeout=90)["failed"] is False
    active = operator.active()
    try:
        write_while(operator, "/tmp/silent", lambda: operator.fleet.cut("node3"), active)
    finally:
        operator.fleet.mend("node3")
    print(f"host of a DataNode fell silent: the writer stood still for {stall(operator, active):.1f} s")
    record_property("silent_datanode_stall_seconds", round(stall(operator, active), 1))
    assert operator.active() == active
    assert stall(operator, active) < STALL_SECONDS
    operator.settle()


def test_fence_refuses_a_host_whose_namenode_only_cannot_be_reached_by_ssh(operator):
    first, second = NAMENODES
    address = operator.addresses[second]
    answer = operator.on(first, f"sudo runuser -u hdfs -- /usr/local/lib/hdfs/fence kill {address} 8020 1 /var/lib/hadoop/.ssh/fence; echo status $?")
    assert "its NameNode's port 8020 answers: not fenced" in answer
    assert answer.endswith("status 1")
    assert operator.state(second) in ("active", "standby")


def test_key_of_the_fence_opens_nothing_else(operator):
    first, second = NAMENODES
    command = f"ssh -F /dev/null -o StrictHostKeyChecking=no -o BatchMode=yes -i /var/lib/hadoop/.ssh/fence hdfs@{operator.addresses[second]} id"
    answer = operator.on(first, f"sudo runuser -u hdfs -- {command} 2>&1; echo status $?")
    assert "fence: refused 'id': this key only obeys kill and check" in answer
    assert answer.endswith("status 2")


# What else the same judgements refuse is in the units of hdfs.cluster and hdfs.change.
@pytest.mark.parametrize(("groups", "extra", "sentences"), [
    pytest.param({"hdfs_journalnode": ("node1",), "zookeeper": ()}, {"hdfs_decommission": ["node2", "node3"], "hdfs_source": "archive"}, [
        "2 NameNodes need at least three JournalNodes, hdfs_journalnode has 1",
        "fill the group zookeeper, or set hdfs_zookeeper_quorum",
        "1 DataNodes stay in service, too few for hdfs_replication 2",
        "set hdfs_archive_url or hdfs_archive_path, and hdfs_archive_checksum",
    ], id="inventory"),
    pytest.param({}, {"hdfs_java_home": "/opt/no-java", "hdfs_free_mb": 99999999}, ["/opt/no-java", "99999999"], id="host"),
    pytest.param({"hdfs_namenode": ("node1",), "hdfs_journalnode": ()}, {"hdfs_name_dirs": ["/var/lib/hadoop/other"]}, [
        "run again. /etc/hadoop/hdfs-site.xml has /var/lib/hadoop/name in dfs.namenode.name.dir, which is in use"], id="one-namenode-elsewhere"),
    pytest.param({}, {"hdfs_http_port": 9871}, ["A running HDFS cannot change hdfs_http_port from 9870 to 9871"], id="port"),
    pytest.param({"hdfs_datanode": ("node1", "node2")}, {}, ["would no longer be a DataNode, with blocks that no other host may have"], id="datanode-leaves"),
])
def test_wrong_input_is_refused_before_anything_is_touched(operator, groups, extra, sentences):
    before = [operator.pid(host) for host in NAMENODES]
    refused(operator.play("--limit", "node1,node2", inventory=operator.inventory(**groups), **extra), *sentences)
    assert [operator.pid(host) for host in NAMENODES] == before


def test_replaced_standby_copies_the_namespace_with_limit(operator):
    standby, active = operator.standby(), operator.active()
    pid = operator.pid(active)
    operator.on(standby, "sudo systemctl stop hdfs-namenode && sudo rm -rf /var/lib/hadoop/name")
    outcome = operator.play("--limit", standby)
    assert outcome.status == 0
    operator.settle()
    assert (operator.standby(), operator.pid(active)) == (standby, pid)
    images = operator.on(standby, "sudo sh -c 'ls /var/lib/hadoop/name/current'")
    assert "fsimage_" in images


def test_replaced_journalnode_takes_edits_again(operator):
    operator.on("node3", "sudo systemctl stop hdfs-journalnode && sudo rm -rf /var/lib/hadoop/journal")
    outcome = operator.play()
    assert outcome.status == 0
    operator.on("node3", "HADOOP_USER_NAME=hdfs hdfs dfs -touchz /tmp/after-the-journal")
    files = operator.on("node3", "sudo sh -c 'ls /var/lib/hadoop/journal/flink-hdfs/current'")
    assert "edits_inprogress_" in files
    version = "sudo sed 1d /var/lib/hadoop/journal/flink-hdfs/current/VERSION"
    assert sorted(operator.on("node3", version).split()) == sorted(operator.on("node1", version).split())
    again = operator.play()
    assert again.changed_on == dict.fromkeys(ALL, 0)


def test_datanode_is_decommissioned_leaves_and_is_added_again(operator):
    assert operator.play(hdfs_decommission=["node3"]).status == 0
    again = operator.play(hdfs_decommission=["node3"], hdfs_decommission_wait=240)
    assert again.changed_on == dict.fromkeys(ALL, 0)
    assert operator.datanodes() == {"In Service": 2, "Decommissioned": 1}
    assert operator.digest("/tmp/killed")
    report = operator.on("node1", "HADOOP_USER_NAME=hdfs hdfs fsck /tmp -files -blocks -locations")
    assert "Status: HEALTHY" in report
    assert operator.play(inventory=operator.inventory(hdfs_datanode=NAMENODES)).status == 0
    assert operator.on("node3", "systemctl show -P LoadState hdfs-datanode hdfs-journalnode").split() == ["not-found", "loaded"]
    operator.wait_until(lambda: operator.datanodes() == {"In Service": 2}, "the NameNode to forget it")
    outcome = operator.play()
    assert outcome.status == 0
    operator.wait_until(lambda: operator.datanodes() == {"In Service": 3}, "all DataNodes in service")


def test_rolling_restart_loses_no_write(operator):
    heaps = {"hdfs_namenode_heap_mb": 176, "hdfs_journalnode_heap_mb": 104, "hdfs_datanode_heap_mb": 136}
    before = operator.active()
    first = operator.pid(before)
    outcome = write_while(operator, "/tmp/rolled", lambda: operator.play(**heaps))
    assert outcome.status == 0
    operator.settle()
    assert operator.active() != before
    assert operator.pid(before) != first
    for host in NAMENODES:
        assert "-Xmx176m" in operator.on(host, f"ps -o args= -p {operator.pid(host)}")
    order = [line.split(" on ")[1].split("]")[0] for line in outcome.text.splitlines() if line.startswith("TASK") and "Restart hdfs-" in line]
    other = next(host for host in NAMENODES if host != before)
    assert order == [*ALL, other, *ALL, before]
    again = operator.play(**heaps)
    assert again.changed_on == dict.fromkeys(ALL, 0)


def test_teardown_leaves_nothing(operator, scenario):
    outcome = operator.play(playbook=scenario / "teardown.yml")
    assert outcome.status == 0
    for host in ALL:
        assert operator.on(host, "systemctl show -P LoadState hdfs-datanode hdfs-journalnode hdfs-namenode").split() == ["not-found"] * 3
        assert operator.on(host, "ls -d /var/lib/hadoop/* /etc/hadoop /usr/local/bin/hdfs 2>/dev/null; true") == ""


def test_limit_does_not_begin_a_cluster(operator):
    outcome = operator.play("--limit", "node1")
    assert outcome.status != 0
    assert "HDFS is not formatted yet, which needs all its hosts; node2, node3 is not in this run: run without --limit." in outcome.flat
    assert outcome.changed_on == {"node1": 0}


@pytest.mark.parametrize("moment", ["Format the namespace", "Copy the namespace"])
def test_killed_run_is_made_good_by_the_next(operator, scenario, moment):
    assert operator.play_and_kill(moment)
    # As a host does that lost its power, too: what was begun there is not finished.
    for host in NAMENODES:
        operator.on(host, "for pid in $(pgrep -f 'NameNode -(format|bootstrapStandby)'); do sudo kill -9 $pid; done")
    if moment.startswith("Copy"):
        assert operator.play().status == 0
        operator.settle()
        outcome = operator.play(playbook=scenario / "verify_hdfs.yml")
        assert outcome.status == 0 and outcome.changed_on == dict.fromkeys(ALL, 0)


def test_one_host_in_no_group_serves_alone_from_an_archive(operator, scenario, archive):
    assert operator.play(playbook=scenario / "teardown.yml").status == 0
    inventory = operator.inventory(zookeeper=(), hdfs_namenode=(), hdfs_journalnode=(), hdfs_datanode=())
    extra = {
        "hdfs_replication": 1,
        "hdfs_source": "archive",
        "hdfs_archive_path": str(archive),
        "hdfs_archive_checksum": "sha256:" + hashlib.sha256(archive.read_bytes()).hexdigest(),
    }
    assert operator.play(inventory=inventory, playbook=scenario / "alone.yml", **extra).status == 0
    assert operator.state("node3") == "active"
    operator.on("node3", "echo kept | HADOOP_USER_NAME=hdfs hdfs dfs -put - /tmp/kept && hdfs dfs -cat /tmp/kept | grep -x kept")
    operator.on("node3", "test -e /opt/hadoop/logging/slf4j-reload4j-1.7.36.jar && ! ls /opt/hadoop/lib/slf4j-reload4j*")
    assert operator.play(inventory=inventory, playbook=scenario / "alone.yml", **extra).changed_on == {"node3": 0}


def test_one_namenode_becomes_highly_available_and_keeps_its_files(operator):
    inventory = operator.inventory(hdfs_namenode=("node2", "node3"))
    refused = operator.play(inventory=inventory)
    assert refused.status != 0
    assert "if this was HDFS with one NameNode until now, set hdfs_initialize_journals" in refused.flat
    assert operator.play(inventory=inventory, hdfs_initialize_journals=True).status == 0
    assert sorted([operator.state("node2"), operator.state("node3")]) == ["active", "standby"]
    assert operator.on("node1", "HADOOP_USER_NAME=hdfs hdfs dfs -cat hdfs://flink-hdfs/tmp/kept") == "kept"
    assert operator.play(inventory=inventory).changed_on == dict.fromkeys(ALL, 0)


def test_namenode_leaves_after_it_has_handed_over(operator):
    """For another host, while its own stays in HDFS."""
    operator.on("node3", "HADOOP_USER_NAME=hdfs hdfs haadmin -failover node2 node3")
    inventory = operator.inventory(hdfs_namenode=("node1", "node2"))
    refused = operator.play(inventory=inventory)
    assert refused.status != 0
    assert "run `hdfs haadmin -failover node3 node2`" in refused.flat
    assert set(refused.changed_on.values()) == {0}
    operator.on("node3", "HADOOP_USER_NAME=hdfs hdfs haadmin -failover node3 node2")
    assert operator.play(inventory=inventory).status == 0
    operator.settle()
    assert operator.on("node3", "systemctl show -P LoadState hdfs-namenode hdfs-zkfc hdfs-datanode").split() == ["not-found", "not-found", "loaded"]
    assert operator.on("node3", "HADOOP_USER_NAME=hdfs hdfs dfs -cat hdfs://flink-hdfs/tmp/kept") == "kept"
    assert operator.play(inventory=inventory).changed_on == dict.fromkeys(ALL, 0)
