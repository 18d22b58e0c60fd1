# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real HDFS on loopback: one NameNode, and one DataNode that can be stopped and started."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any, Dict, List
from xml.sax.saxutils import escape

import requests

from tests import downloads
from tests.integration.loopback import DIE_WITH_PARENT, wait_for_servers
from tests.integration.quick_java import QUICK
from tests.ports import free_ports

CLASSES = {
    "namenode": "org.apache.hadoop.hdfs.server.namenode.NameNode",
    "datanode": "org.apache.hadoop.hdfs.server.datanode.DataNode",
    "dfsadmin": "org.apache.hadoop.hdfs.tools.DFSAdmin",
}
HEAP_MB = {"namenode": 192, "datanode": 160, "dfsadmin": 96}
LOG4J = """log4j.rootLogger=INFO,stderr
log4j.appender.stderr=org.apache.log4j.ConsoleAppender
log4j.appender.stderr.target=System.err
log4j.appender.stderr.layout=org.apache.log4j.PatternLayout
log4j.appender.stderr.layout.ConversionPattern=%d %p %c: %m%n
"""


class HdfsCluster:
    """Daemons, configuration and logs below one directory. The superuser is `hdfs`."""

    host = "127.0.0.1"

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.home = downloads.hadoop_home()
        self.java = downloads.java_home(17, 11) / "bin" / "java"
        self.rpc, self.web, *self.datanode_ports = free_ports(5)
        self.processes: Dict[str, "subprocess.Popen[bytes]"] = {}
        self.namenode = f"{self.host}:{self.web}"
        self._configure()

    def settings(self) -> Dict[str, str]:
        """More of both files."""
        return {}

    def _configure(self) -> None:
        conf = self.directory / "conf"
        conf.mkdir(parents=True)
        data, http, ipc = self.datanode_ports
        site = {
            "fs.defaultFS": f"hdfs://{self.host}:{self.rpc}",
            "dfs.namenode.http-address": self.namenode,
            "dfs.namenode.name.dir": str(self.directory / "name"),
            "dfs.datanode.data.dir": str(self.directory / "data"),
            "dfs.datanode.address": f"127.0.0.1:{data}",
            "dfs.datanode.http.address": f"127.0.0.1:{http}",
            "dfs.datanode.ipc.address": f"127.0.0.1:{ipc}",
            "dfs.replication": "1",
            "dfs.permissions.superusergroup": "hdfs",
            "dfs.namenode.safemode.extension": "0",
            "dfs.namenode.datanode.registration.ip-hostname-check": "false",
            "dfs.datanode.du.reserved": "0",
            "hadoop.tmp.dir": str(self.directory / "tmp"),
            **self.settings(),
        }
        for name in ("core-site.xml", "hdfs-site.xml"):
            properties = "".join(f"<property><name>{key}</name><value>{escape(value)}</value></property>" for key, value in site.items())
            (conf / name).write_text(f'<?xml version="1.0"?><configuration>{properties}</configuration>', encoding="utf-8")
        (conf / "log4j.properties").write_text(LOG4J, encoding="utf-8")

    def _command(self, what: str, *arguments: str) -> List[str]:
        classpath = f"{self.directory / 'conf'}:{self.home}:{self.home}/lib/*"
        return [
            str(self.java), f"-Xmx{HEAP_MB[what]}m", *QUICK,
            "--add-opens=java.base/java.lang=ALL-UNNAMED", "-cp", classpath, CLASSES[what], *arguments,
        ]

    def _environment(self) -> Dict[str, str]:
        return {**os.environ, "HADOOP_USER_NAME": "hdfs"}

    def start(self) -> "HdfsCluster":
        """Format, start both daemons, and wait until files can be written."""
        formatted = subprocess.run(
            self._command("namenode", "-format", "-nonInteractive"), env=self._environment(), check=False, capture_output=True, text=True, timeout=60
        )
        assert formatted.returncode == 0, f"the NameNode was not formatted: {formatted.stderr[-3000:]}"
        self.start_daemon("namenode")
        self.start_daemon("datanode")
        self.wait_for_datanodes(1)
        return self

    def start_daemon(self, what: str) -> None:
        with open(self.directory / f"{what}.log", "ab") as log:
            self.processes[what] = subprocess.Popen(DIE_WITH_PARENT + self._command(what), env=self._environment(), stdout=log, stderr=log)

    def stop_daemon(self, what: str) -> None:
        process = self.processes.pop(what)
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(15)

    def jmx(self, bean: str) -> List[Dict[str, Any]]:
        """What the NameNode says."""
        beans: List[Dict[str, Any]] = requests.get(f"http://{self.namenode}/jmx", {"qry": bean}, timeout=5).json()["beans"]
        return beans

    def wait_for_datanodes(self, count: int, seconds: float = 60) -> None:
        def live() -> bool:
            beans = self.jmx("Hadoop:service=NameNode,name=FSNamesystemState")
            return bool(beans) and beans[0]["NumLiveDataNodes"] == count and beans[0]["FSState"] == "Operational"

        wait_for_servers(live, f"{count} DataNodes", self.processes, self.log, seconds)

    def safe_mode(self, action: str) -> None:
        """Enter or leave safe mode, as `hdfs dfsadmin -safemode` does."""
        ran = subprocess.run(
            self._command("dfsadmin", "-safemode", action), env=self._environment(), check=False, capture_output=True, text=True, timeout=60
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr

    def log(self, what: str) -> str:
        return (self.directory / f"{what}.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def stop(self) -> None:
        for what in list(self.processes):
            self.stop_daemon(what)
