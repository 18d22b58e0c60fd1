# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real AppMaster of a Flink distribution on Java 11, with the stand-in for the scheduler driver in its lib/."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any, Dict, List

import requests
from kazoo.client import KazooClient
from kazoo.exceptions import NoNodeError

from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import traits

from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import RoleValues
from tests import downloads
from tests.integration.loopback import DIE_WITH_PARENT
from tests.integration.quick_java import QUICK
from tests.integration.small_flink import MEMORY as SMALL
from tests.integration.stand_ins.mesos_stack import MesosStack, until
from tests.ports import free_ports

GROUPS = {name: ["n1"] for name in ("zookeeper", "mesos_master", "mesos_agent", "marathon")}
#: No registry has the distribution, so it is made of modules, and of scripts that start the same classes.
SCRIPTS_OF = {"1.7.2": "1.9.3"}
MESOS_MODULE = "flink-mesos_2.11"
JOB_GRAPH_FILE = Path(__file__).resolve().parents[3] / "roles" / "flink" / "files" / "JobGraphFile.java"
# Whatever of Flink's lib/ is not needed is not shipped to each TaskManager either; flink-table alone has 70 MB.
NOT_SHIPPED = ("flink-table", "flink-csv", "flink-json")
MEMORY = {
    "1.9.3": {
        "jobmanager.heap.size": "256m",
        "taskmanager.heap.size": "640m",
        "mesos.resourcemanager.tasks.mem": 640,
        "containerized.heap-cutoff-min": 300,
        "taskmanager.memory.size": "32m",
        "taskmanager.network.memory.min": "32m",
        "taskmanager.network.memory.max": "32m",
    },
    "1.12.5": {
        **SMALL,
        "taskmanager.memory.jvm-overhead.min": "64m",
        "taskmanager.memory.jvm-overhead.max": "64m",
    },
}


class AppMaster:
    """One AppMaster: its FLINK_HOME, configuration, HA storage and logs are below `directory`, its znodes below /flink/NAME."""

    script = "mesos-appmaster.sh"

    def __init__(self, directory: Path, name: str, mesos: MesosStack, driver: Path, version: str = "1.12.5", java: int = 11) -> None:
        self.directory = directory
        self.name = name
        self.mesos = mesos
        self.version = version
        self.java, self.java_major = downloads.java_home(java), java
        self.home = directory / "flink"
        (self.rest_port,) = free_ports(1)
        self.rest = f"http://127.0.0.1:{self.rest_port}"
        self.checkpoints = directory / "checkpoints"
        self._zookeeper = KazooClient(mesos.quorum)
        self._zookeeper.start(timeout=30)
        self._install(driver)
        self._configure()
        self.started = False
        self.process: "subprocess.Popen[bytes]"

    def _install(self, driver: Path) -> None:
        distribution = downloads.flink_home(SCRIPTS_OF.get(self.version, self.version))
        shutil.copytree(distribution / "bin", self.home / "bin")
        shutil.copytree(distribution / "conf", self.home / "conf")
        for name in ("lib", "log", "plugins"):
            (self.home / name).mkdir()
        if self.version in SCRIPTS_OF:
            modules = downloads.flink_modules(self.version, MESOS_MODULE)
            # The scripts put the one that is called so last, behind the stand-in's driver.
            jars = {jar.name.replace(MESOS_MODULE, "flink-dist_2.11"): jar for jar in (modules / "lib").iterdir()}
            shutil.make_archive(str(self.home / "lib" / "0-patch"), "zip", modules / "patch")
            (self.home / "lib" / "0-patch.zip").rename(self.home / "lib" / "0-patch.jar")
        else:
            jars = {jar.name: jar for jar in (distribution / "lib").iterdir()}
        for name, jar in {**jars, driver.name: driver}.items():
            if not name.startswith(NOT_SHIPPED):
                (self.home / "lib" / name).symlink_to(jar)

    def _configure(self) -> None:
        settings: Dict[str, Any] = {
            "mesos.master": self.mesos.url,
            "mesos.resourcemanager.framework.name": self.name,
            "mesos.resourcemanager.tasks.cpus": 0.5,
            "mesos.resourcemanager.declined-offer-refuse-duration": 500,
            "jobmanager.rpc.address": "127.0.0.1",
            "rest.address": "127.0.0.1",
            "rest.bind-address": "127.0.0.1",
            "rest.port": self.rest_port,
            "taskmanager.numberOfTaskSlots": 1,
            "high-availability": "zookeeper",
            "high-availability.zookeeper.quorum": self.mesos.quorum,
            "high-availability.cluster-id": f"/{self.name}",
            "high-availability.storageDir": (self.directory / "ha").as_uri(),
            "high-availability.zookeeper.client.session-timeout": 4000,
            "high-availability.zookeeper.client.connection-timeout": 3000,
            "resourcemanager.taskmanager-timeout": 8000,
            "slot.request.timeout": 60000,
            "slot.idle.timeout": 2000,
            "heartbeat.interval": 1000,
            "heartbeat.timeout": 8000,
            "restart-strategy": "fixed-delay",
            "restart-strategy.fixed-delay.attempts": 10,
            "restart-strategy.fixed-delay.delay": "500 ms",
            "env.java.home": self.java,
            "env.java.opts": " ".join(QUICK),
            "io.tmp.dirs": self.directory / "tmp",
            # A TaskManager logs in with Hadoop's classes as well.
            "containerized.taskmanager.env.HADOOP_CLASSPATH": self._hadoop(),
            **MEMORY[self.version],
        }
        (self.directory / "tmp").mkdir()
        lines = [f"{key}: {value}" for key, value in settings.items()]
        (self.home / "conf" / "flink-conf.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    @staticmethod
    def _hadoop() -> str:
        """Without its logging, of which Flink has another."""
        jars = sorted((downloads.hadoop_home() / "lib").glob("*.jar"))
        return ":".join(str(jar) for jar in jars if not jar.name.startswith(("slf4j-reload4j", "reload4j")))

    def _environment(self) -> Dict[str, str]:
        return {
            **os.environ,
            "JAVA_HOME": str(self.java),
            "FLINK_CONF_DIR": str(self.home / "conf"),
            "FLINK_LOG_DIR": str(self.directory / "log"),
            "HADOOP_CLASSPATH": self._hadoop(),
            "JVM_ARGS": " ".join((*QUICK, "-Xmx256m")),
        }

    def start(self) -> None:
        """Start it with Flink's own script."""
        (self.directory / "log").mkdir(exist_ok=True)
        with open(self.directory / "out", "ab") as out:
            self.process = subprocess.Popen(
                [*DIE_WITH_PARENT, str(self.home / "bin" / self.script), *self.arguments()],
                env=self._environment(), cwd=self.directory, stdout=out, stderr=out, start_new_session=True,
            )
        self.started = True

    def arguments(self) -> List[str]:
        """What the script gets besides the configuration."""
        return []

    def kill(self) -> None:
        """kill -9 for the script and its JVM, as when the host loses its mind; TaskManagers are another's children."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def close(self) -> None:
        """End what still runs."""
        if self.started and self.process.poll() is None:
            self.kill()
        self._zookeeper.stop()
        self._zookeeper.close()

    def registered(self) -> str:
        """Waits until the framework id in ZooKeeper is one of an active framework, and REST answers; the id."""
        until(lambda: self.framework_id() and self.mesos.framework(self.framework_id()), "registered with the master", evidence=self.evidence)
        until(lambda: self.get("/overview"), "REST answers", evidence=self.evidence)
        return self.framework_id()

    def framework_id(self) -> str:
        """What mesos-workers says."""
        return self._data("frameworkId").decode()

    def workers(self) -> List[str]:
        """The tasks that mesos-workers knows."""
        try:
            return sorted(self._zookeeper.get_children(f"/flink/{self.name}/mesos-workers/workers"))
        except NoNodeError:
            return []

    def _data(self, node: str) -> bytes:
        try:
            return self._zookeeper.get(f"/flink/{self.name}/mesos-workers/{node}")[0]
        except NoNodeError:
            return b""

    def get(self, path: str) -> Any:
        """What REST answers."""
        answer = requests.get(self.rest + path, timeout=5)
        answer.raise_for_status()
        return answer.json()

    def cancel(self, job: str) -> None:
        """End a job, and wait for its end."""
        requests.patch(f"{self.rest}/jobs/{job}", params={"mode": "cancel"}, timeout=10).raise_for_status()
        until(lambda: self.get(f"/jobs/{job}")["state"] == "CANCELED", "the job is cancelled", evidence=self.evidence)

    def run(self, entry: str, *arguments: str, detached: bool = False, parallelism: int = 1) -> str:
        """`flink run` of a class of this version's streaming examples; returns what it printed."""
        jar = downloads.maven_jar(f"org.apache.flink:flink-examples-streaming_2.11:{traits(self.version)['examples'] or self.version}")
        command = [str(self.home / "bin" / "flink"), "run", *(["-d"] if detached else []), "-p", str(parallelism)]
        command += ["--class", f"org.apache.flink.streaming.examples.{entry}", str(jar), *arguments]
        ran = subprocess.run(command, env=self._environment(), check=False, capture_output=True, text=True, timeout=180)
        assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:] + self.evidence()
        return ran.stdout

    def log(self) -> str:
        """The log of the last start; Flink gives the older ones a number."""
        return "".join(path.read_text(errors="replace") for path in (self.directory / "log").glob("*mesos-appmaster*.log"))

    def evidence(self) -> str:
        """Ends of all logs, for the message of a failed test."""
        out = (self.directory / "out").read_text(errors="replace")
        return f"--- AppMaster\n{out[-2000:]}\n{self.log()[-6000:]}\n{self.mesos.logs()}"


class RoleAppMaster(AppMaster):
    """One with what the role writes for its version: settings, environment and the wrapper that Marathon would start, with a task's ports."""

    def _install(self, driver: Path) -> None:
        super()._install(driver)
        if self.java_major >= 17:
            # As the role does it.
            (bundled,) = (self.home / "lib").glob("flink-shaded-zookeeper-*.jar")
            bundled.unlink()
            client = downloads.maven_jar(f"org.apache.flink:flink-shaded-zookeeper-3:{traits(self.version)['zookeeper_on_java_17']}")
            (self.home / "lib" / client.name).symlink_to(client)

    def _configure(self) -> None:
        (self.directory / "tmp").mkdir()
        settings = self.directory / "settings"
        self.values = RoleValues(
            "flink", GROUPS, flink_version=self.version, flink_name=self.name, flink_home=str(self.home), flink_settings_dir=str(settings),
            flink_java_home=str(self.java), flink_hadoop_classpath=self._hadoop(), flink_preflight={"java": {"major": self.java_major}},
            flink_cluster_id=f"/{self.name}", flink_zookeeper_session_ms=4000,
            flink_conf_dir=str(self.home / "conf"), flink_state_dir=str(self.directory), flink_tmp_dirs=[str(self.directory / "tmp")],
            flink_address="127.0.0.1", flink_storage_url=self.directory.as_uri(), flink_mesos_master=self.mesos.url, flink_user=getpass.getuser(),
            flink_zookeeper_quorum=self.mesos.quorum, flink_jobmanager_memory="728m", flink_taskmanager_memory="1000m", flink_taskmanager_cpus=0.5,
            flink_taskmanager_slots=1, flink_java_options=[*QUICK], log4j_1="sandbox",
        )
        (self.home / "conf" / "flink-conf.yaml").write_text(self.values.flink_conf(), encoding="utf-8")
        log4j = next(each for each in self.values.value("flink_files_mesos") if str(each.get("path")).endswith("log4j.properties"))
        (settings / "java" / "bin").mkdir(parents=True)
        for path, template in ((settings / "environment", "environment.j2"), (settings / "java" / "bin" / "java", "java.j2"),
                               (self.directory / "appmaster", "appmaster.j2"), (self.home / "conf" / "log4j.properties", log4j["template"])):
            path.write_text(self.values.text(template), encoding="utf-8")
            path.chmod(0o755)

    def start(self) -> None:
        """As an executor does it."""
        rpc, blob, artifacts, libprocess = free_ports(4)
        ports = {"REST": self.rest_port, "RPC": rpc, "BLOB": blob, "ARTIFACTS": artifacts, "LIBPROCESS": libprocess}
        sandbox = self.directory / "log"
        sandbox.mkdir()
        with open(self.directory / "out", "ab") as out:
            self.process = subprocess.Popen(
                [*DIE_WITH_PARENT, "bash", str(self.directory / "appmaster")], cwd=sandbox, stdout=out, stderr=out, start_new_session=True,
                env={"PATH": os.environ["PATH"], "MESOS_SANDBOX": str(sandbox), **{f"PORT_{name}": str(port) for name, port in ports.items()}},
            )
        self.started = True


class JobMaster(AppMaster):
    """An AppMaster with one job of the streaming examples, whose graph is made as the role makes it: by Janino, on a Java without compiler."""

    script = "mesos-appmaster-job.sh"
    job_id = "0123456789abcdef0123456789abcdef"

    @property
    def graph(self) -> Path:
        """The job graph's file."""
        return self.directory / "job.graph"

    def arguments(self) -> List[str]:
        return [f"-Dinternal.jobgraph-path={self.graph}"]

    def make_graph(self, entry: str, *arguments: str, jar: Path, parallelism: int = 1) -> str:
        """Run the program's main() and write its job graph; returns what was printed."""
        conf = self.home / "conf" / "flink-conf.yaml"
        conf.write_text(conf.read_text(encoding="utf-8") + f"parallelism.default: {parallelism}\n", encoding="utf-8")
        jars = [str(each) for each in sorted((downloads.flink_home(self.version) / "lib").glob("*.jar"))]
        command = [str(self.java / "bin" / "java"), "-classpath", ":".join([*jars, self._hadoop()]), "org.codehaus.janino.SimpleCompiler"]
        command += [str(JOB_GRAPH_FILE), "JobGraphFile", str(jar), f"org.apache.flink.streaming.examples.{entry}", str(self.graph)]
        ran = subprocess.run(
            [*command, self.job_id, "", "false", *arguments], env={**self._environment(), "FLINK_PLUGINS_DIR": str(self.home / "plugins")},
            cwd=self.directory, check=False, capture_output=True, text=True, timeout=120,
        )
        assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
        return ran.stdout
