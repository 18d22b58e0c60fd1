# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a unit is, and where the data of somebody else's is."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.host.foreign_units import MARKER, foreign_unit_faults, is_ours

ROLES = Path(__file__).resolve().parents[5] / "roles"
#: As release 0.1.0 wrote them.
ZOOKEEPER = """# Ansible managed
[Unit]
Description=ZooKeeper server
Documentation=https://zookeeper.apache.org/doc/
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
User=zookeeper
ExecStart=/opt/java/bin/java \\
  -cp /usr/share/java/zookeeper.jar \\
  org.apache.zookeeper.server.quorum.QuorumPeerMain /etc/zookeeper/zoo.cfg
"""
MESOS = "# Ansible managed\n[Unit]\nDescription=Mesos {}\nWants=network-online.target\nStartLimitIntervalSec=0\n\n[Service]\n"
HDFS = "# x\n[Unit]\nDescription=HDFS DataNode\nDocumentation=https://hadoop.apache.org/docs/r3.4.1/\nWants=network-online.target\nStartLimitIntervalSec=0\n"
FLINK = "[Unit]\nDescription=Apache Flink TaskManager of a\nWants=network-online.target\n# why\nStartLimitIntervalSec=0\n[Service]\n"
FOREIGN = (
    "# Ansible managed\n[Unit]\nDescription=Apache ZooKeeper\nAfter=network.target\n[Service]\n"
    "ExecStart=/opt/zookeeper/bin/zkServer.sh start-foreground {}\n"
)


def owned_by(package, path):
    """What dpkg says of files below a path, which are the package's, and of others, which are nobody's."""
    def say(command):
        return (0, f"{package}: {command[-1]}\n", "") if command[-1].startswith(path) else (1, "", "no path found")

    return say


NOBODY = owned_by("none", "/nowhere")


@pytest.fixture
def host(tmp_path):
    """Writes files below a root of its own, and tells what is wrong there."""
    proc = tmp_path / "proc"
    proc.mkdir()

    class Host:
        @staticmethod
        def write(path, text):
            place = tmp_path / "root" / path.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)

        @staticmethod
        def process(unit, *words):
            (proc / "77").mkdir()
            (proc / "77/cgroup").write_text(f"0::/system.slice/{unit}\n")
            (proc / "77/cmdline").write_text("\0".join(words))

        @staticmethod
        def faults(*units, packages=(), run=NOBODY):
            return foreign_unit_faults(units, packages, run, str(tmp_path / "root"), str(proc))

    return Host


@pytest.mark.parametrize("template", sorted(ROLES.glob("*/templates/*.service.j2")), ids=lambda path: path.name)
def test_every_unit_of_ours_is_marked(template):
    assert MARKER in template.read_text().splitlines()


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("zookeeper.service", ZOOKEEPER), ("mesos-master.service", MESOS.format("master")), ("mesos-agent.service", MESOS.format("agent")),
        ("marathon.service", MESOS.format("").replace("Mesos ", "Marathon")), ("hdfs-datanode.service", HDFS), ("flink-taskmanager.service", FLINK),
        ("zookeeper.service", f"# by hand\n{MARKER}\n[Unit]\n"),
    ],
)  # fmt: skip
def test_units_of_this_release_and_of_those_before_are_ours(host, unit, text):
    assert is_ours(unit, text)
    host.write(f"/etc/systemd/system/{unit}", text)
    host.write(f"/lib/systemd/system/{unit}", "[Unit]\nDescription=a package's\n")
    assert host.faults(unit) == []


@pytest.mark.parametrize("text", [ZOOKEEPER.replace("StartLimitIntervalSec=0\n", ""), MESOS.format("master"), FOREIGN, ""])
def test_units_of_others_are_not(text):
    assert not is_ours("zookeeper.service", text)


def test_another_roles_zookeeper_is_named_with_its_data(host):
    host.write("/etc/systemd/system/zookeeper.service", FOREIGN.format("/srv/zk/zoo.cfg"))
    host.write("/srv/zk/zoo.cfg", "tickTime=2000\ndataDir = /srv/zk/data\n")
    [problem] = host.faults("zookeeper.service", "zookeeper.service")
    assert problem == (
        "zookeeper.service is there already, by /etc/systemd/system/zookeeper.service, which this collection has not written, with its data in "
        "/srv/zk/data (says /srv/zk/zoo.cfg); it would be replaced, and the new one start on what zookeeper_data_dir says: stop and disable it, "
        "move its data there or set zookeeper_data_dir to where it is, take /etc/systemd/system/zookeeper.service away and run again, or take "
        "this host out of the group"
    )


def test_the_process_tells_what_its_unit_does_not(host):
    host.write("/etc/systemd/system/zookeeper.service", FOREIGN.format(""))
    host.write("/etc/zookeeper/conf/zoo.cfg", "dataDir=/var/lib/zookeeper\n")
    assert "data in /var/lib/zookeeper (says /etc/zookeeper/conf/zoo.cfg)" in host.faults("zookeeper.service")[0]
    host.write("/srv/zoo.cfg", "dataDir=/srv/data\n")
    host.process("zookeeper.service", "java", "org.apache.zookeeper.server.quorum.QuorumPeerMain", "/srv/zoo.cfg")
    assert "data in /srv/data (says /srv/zoo.cfg)" in host.faults("zookeeper.service")[0]


def test_debians_script_counts_as_a_unit(host):
    host.write("/etc/init.d/zookeeper", "#!/bin/sh\n")
    owner = owned_by("zookeeperd", "/etc/init.d/zookeeper")
    [problem] = host.faults("zookeeper.service", run=owner)
    assert "by /etc/init.d/zookeeper of the package zookeeperd" in problem and "remove the package zookeeperd and run again" in problem


def test_a_package_that_the_layer_installs_is_not_foreign(host):
    host.write("/lib/systemd/system/mesos-master.service", "[Unit]\nDescription=Mesos Master\n[Service]\nExecStart=/usr/bin/mesos-init-wrapper master\n")
    # Where /lib is a link dpkg may know the file by either name.
    owner = owned_by("mesos", "/usr/lib")
    assert host.faults("mesos-master.service", packages=["libcurl4", "mesos"], run=owner) == []
    host.write("/etc/mesos-master/work_dir", "/data/mesos\n")
    [problem] = host.faults("mesos-master.service", packages=["libcurl4"], run=owner)
    assert "of the package mesos, " in problem and "data in /data/mesos (says /etc/mesos-master/work_dir)" in problem
    assert "mesos_master_work_dir" in problem


@pytest.mark.parametrize("wanted", ["mesos=1.11.0-2.0.1", "mesos:amd64", "mesos-1.11.0-2.el8", "mesos >= 1.9", "/srv/mesos_1.11.0-2.0.1_amd64.deb"])
def test_a_package_is_known_by_its_version_too(host, wanted):
    """A run that was killed between the installation and the unit leaves the package's own unit."""
    host.write("/lib/systemd/system/mesos-master.service", "[Unit]\nDescription=Mesos Master\n")
    owner = owned_by("mesos", "")
    assert host.faults("mesos-master.service", packages=[wanted], run=owner) == []
    assert len(host.faults("mesos-master.service", packages=["mesos-devel", "libmesos=1.11.0", "mesosphere"], run=owner)) == 1


def test_an_empty_unit_is_nobodys(host):
    host.write("/etc/systemd/system/zookeeper.service", "")
    assert host.faults("zookeeper.service") == []


@pytest.mark.parametrize("start", [
    "ExecStart=/usr/sbin/mesos-slave --work_dir=/w", "ExecStart=x --work_dir /w", "Environment=MESOS_WORK_DIR=/w", "EnvironmentFile=-/etc/default/m"])
def test_an_agents_work_directory_is_found(host, start):
    host.write("/etc/default/m", "# x\nMESOS_WORK_DIR=/w\n")
    host.write("/etc/systemd/system/mesos-agent.service", f"[Service]\n{start}\n")
    assert "with its data in /w (says its start)" in host.faults("mesos-agent.service")[0]


def test_the_directories_of_hdfs_are_found(host):
    host.write("/etc/systemd/system/hdfs-namenode.service", "[Service]\nEnvironment=HADOOP_CONF_DIR=/opt/h/etc\nExecStart=/opt/h/bin/hdfs namenode\n")
    host.write("/opt/h/etc/hdfs-site.xml", "<property><name>dfs.namenode.name.dir</name>\n<value> /nn </value></property>")
    assert "with its data in /nn (says /opt/h/etc/hdfs-site.xml)" in host.faults("hdfs-namenode.service")[0]


def test_what_has_no_data_is_only_to_be_taken_away(host):
    host.write("/etc/systemd/system/marathon.service", "[Service]\nExecStart=/usr/bin/marathon\n")
    assert host.faults("marathon.service")[0].endswith(
        "it would be replaced: stop and disable it and take /etc/systemd/system/marathon.service away, or take this host out of the group")


def test_other_names_and_masked_units_are_none_of_its_business(host, tmp_path):
    host.write("/etc/systemd/system/nginx.service", "[Service]\n")
    (tmp_path / "root/etc/systemd/system/zookeeper.service").symlink_to("/dev/null")
    assert host.faults("nginx.service", "zookeeper.service", "hdfs-zkfc.service") == []
