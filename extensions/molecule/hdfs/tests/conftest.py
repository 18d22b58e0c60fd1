"""HDFS as its operator has it: a fleet, an inventory to change, a command to run, and a look at who is active."""

from __future__ import annotations

import json
import re
import tarfile
import time
from pathlib import Path

import pytest
import requests
import yaml

from tests.downloads import hadoop_home
from tests.integration.ansible_module import run_module
from tests.scenario import Operator

SCENARIO = Path(__file__).resolve().parents[1]

ALL = ("node1", "node2", "node3")
GROUPS = {
    "zookeeper": ALL,
    "hdfs_namenode": ("node1", "node2"),
    "hdfs_journalnode": ALL,
    "hdfs_datanode": ALL,
}
NAMENODE = "hdfs-namenode.service"


class Cluster(Operator):
    """HDFS's groups on this scenario's fleet, and a look at its daemons."""

    def inventory(self, **changed):
        """The fleet in its groups, those in `changed` with other members."""
        whole = self.fleet.inventory()
        for number, host in enumerate(ALL, 1):
            whole["all"]["hosts"][host]["zookeeper_id"] = number
        groups = {**GROUPS, **changed}
        whole["all"]["children"] = {group: {"hosts": {host: {} for host in members}} for group, members in groups.items() if members}
        described = yaml.safe_load((SCENARIO / "molecule.yml").read_text().replace("$$", "$"))
        whole["all"]["vars"] = described["provisioner"]["inventory"]["group_vars"]["all"]
        return whole

    # -- HDFS ------------------------------------------------------------------------------------

    def bean(self, host, query, port=9870):
        """One bean of a daemon; None when it does not answer."""
        try:
            answer = requests.get(f"http://{self.addresses[host]}:{port}/jmx", params={"qry": query}, timeout=2)
        except requests.RequestException:
            return None
        beans = answer.json()["beans"] if answer.ok else []
        return beans[0] if beans else None

    def state(self, host):
        """active or standby; None when the NameNode does not answer."""
        bean = self.bean(host, "Hadoop:service=NameNode,name=NameNodeStatus")
        return bean["State"] if bean else None

    def states(self):
        return {host: self.state(host) for host in GROUPS["hdfs_namenode"]}

    def active(self):
        return next((host for host, state in self.states().items() if state == "active"), None)

    def standby(self):
        return next((host for host, state in self.states().items() if state == "standby"), None)

    def wait_until(self, condition, what, timeout=240):
        """Seconds until a condition holds."""
        began = time.monotonic()
        while not condition():
            assert time.monotonic() - began < timeout, f"waited {timeout} s for {what}: {self.states()}"
            time.sleep(0.5)
        return time.monotonic() - began

    def settle(self):
        """Until one NameNode is active and the other one follows it."""
        self.wait_until(lambda: sorted(map(str, self.states().values())) == ["active", "standby"], "one active, one standby")
        self.wait_until(lambda: self.datanodes().get("In Service", 0) + self.datanodes().get("Decommissioned", 0) == 3, "three DataNodes")

    def info(self, **arguments):
        """What hdfs_info says from outside; it fails unless all is well, by default at once."""
        namenodes = [self.addresses[host] for host in GROUPS["hdfs_namenode"]]
        return run_module("hdfs_info", arguments={"namenodes": namenodes, "wait_for": "healthy", "datanodes": 3, "timeout": 0, **arguments})

    def datanodes(self):
        """How many live DataNodes are in which state."""
        active = self.active()
        bean = self.bean(active, "Hadoop:service=NameNode,name=NameNodeInfo") if active else None
        counts = {}
        for node in json.loads(bean["LiveNodes"]).values() if bean else []:
            counts[node["adminState"]] = counts.get(node["adminState"], 0) + 1
        return counts

    def pid(self, host, unit=NAMENODE):
        return super().pid(host, unit)

    def journal(self, host, unit, since):
        return self.on(host, f"sudo journalctl -u {unit} --no-pager -o cat --since=@{int(since)}")

    def digest(self, path, host="node3"):
        return self.on(host, f"hdfs dfs -cat {path} | md5sum").split()[0]


@pytest.fixture(scope="session")
def operator(tmp_path_factory):
    return Cluster("hdfs", "playbooks/hdfs.yml", tmp_path_factory.mktemp("inventories"))


@pytest.fixture(scope="session")
def scenario():
    return SCENARIO


@pytest.fixture(scope="session")
def archive(tmp_path_factory):
    """The real jars in an archive that is laid out as Apache's is, of which no package registry has one."""
    home = hadoop_home()
    path = tmp_path_factory.mktemp("archive") / "hadoop-3.4.1.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as tar:
        for jar in sorted((home / "lib").iterdir()):
            own = re.match("hadoop-(common|hdfs)", jar.name)
            folder = own.group(1) if own else "hdfs/lib" if jar.name.startswith("netty") else "common/lib"
            tar.add(jar, f"hadoop-3.4.1/share/hadoop/{folder}/{jar.name}")
        tar.add(home / "webapps", "hadoop-3.4.1/share/hadoop/hdfs/webapps")
    return path
