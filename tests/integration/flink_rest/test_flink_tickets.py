# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Flinks with what the role sets for an HDFS with Kerberos: a job's state is written and read back with tickets, and nothing is without."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping

import pytest
import requests

from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import settings_for
from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import RoleValues

from tests.integration.ansible_module import run_module
from tests.integration.flink_job.counting_job import CountingJobs, Counts
from tests.integration.flink_rest.flink_cluster import FlinkCluster
from tests.integration.hdfs.kerberized import HOST, KerberizedCluster, kerberized
from tests.integration.kerberos_realm import REALM

#: Debian's, which has gssapi, as on hosts.
PYTHON = "/usr/bin/python3"
#: By the manager: standalone Flink logs in by settings of its own, of which 1.20.5 is in the scenario `kerberized` too, and on Mesos Hadoop's classes do,
#: by the environment.
VERSIONS = [("1.13.6", "mesos"), *(pytest.param((version, "standalone"), marks=pytest.mark.drill) for version in ("1.20.5", "2.3.0"))]
IN_TASKMANAGERS = "containerized.taskmanager.env."
#: What each says of a keytab that is not there.
MISSING = {"standalone": "Kerberos login configuration is invalid", "mesos": "Unable to obtain password from user"}


class Ticketed(FlinkCluster):
    """With Hadoop's classes behind its own; ``login`` is what its environment has."""

    def __init__(self, directory: Path, version: str, more: Mapping[str, Any], hdfs: KerberizedCluster, login: Mapping[str, str]) -> None:
        super().__init__(directory, version, more)
        self.hdfs, self.login = hdfs, dict(login)

    def _command(self, what: str, conf: Path) -> List[str]:
        java, *rest = super()._command(what, conf)
        place = rest.index("-cp") + 1
        rest[place] += f":{self.hdfs.directory / 'conf'}:{self.hdfs.home}/lib/*"
        return ["env", *(f"{name}={value}" for name, value in self.login.items()), java, f"-Djava.security.krb5.conf={self.hdfs.realm.krb5_conf}", *rest]

    def checkpoints_of(self, job: str) -> Dict[str, Any]:
        found: Dict[str, Any] = requests.get(f"{self.url}/jobs/{job}/checkpoints", timeout=5).json()
        return found

    def latest(self, job: str, what: str, after: int = 0, seconds: float = 90) -> Dict[str, Any]:
        """Its latest checkpoint that was completed or restored, once it has a higher number."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            seen = (self.checkpoints_of(job).get("latest") or {}).get(what)
            if seen and seen["id"] > after:
                return dict(seen)
            time.sleep(0.3)
        raise AssertionError(f"no checkpoint was {what} after {after}: {self.checkpoints_of(job)}\n{self.log('taskmanager')}")


@pytest.fixture(scope="module", name="hdfs")
def _hdfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KerberizedCluster]:
    with kerberized(tmp_path_factory.mktemp("kerberized")) as cluster, pytest.MonkeyPatch.context() as patch:
        patch.setenv("KRB5_CONFIG", str(cluster.realm.krb5_conf))
        call = {"namenodes": [f"https://{cluster.namenode}"], "ca_path": str(cluster.tls.trust)}
        made = run_module("hdfs_path", python=PYTHON, arguments={
            **call, "kerberos_principal": f"hdfs/{HOST}", "kerberos_keytab": str(cluster.keytab), "path": "/flink", "owner": "flink", "mode": "0750"})
        assert made["changed"], made["printed"]
        yield cluster


@pytest.fixture(scope="module", name="keytabs")
def _keytabs(hdfs: KerberizedCluster) -> Dict[str, Path]:
    return {"mesos": hdfs.realm.keytab("flink", "flink"), "standalone": hdfs.realm.keytab("flink-of-host", f"flink/{HOST}")}


@pytest.fixture(scope="module", name="flink", params=VERSIONS, ids=lambda param: param[0])
def _flink(
    request: pytest.FixtureRequest, hdfs: KerberizedCluster, keytabs: Dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ticketed]:
    version, manager = request.param
    directory = tmp_path_factory.mktemp("flink")
    keytab = directory / "flink.keytab"
    shutil.copy(keytabs[manager], keytab)
    groups = {"flink_jobmanager": ["n1"], "flink_taskmanager": ["n1"], "mesos_agent": ["n1"], "hdfs_namenode": ["n1"]}
    asked = RoleValues("flink", groups, flink_version=version, flink_cluster_manager=manager, hdfs_authentication="kerberos", kerberos_realm=REALM,
                       kerberos_host=HOST, __flink_keytab=str(keytab)).value("__flink_conf_tickets")
    settings = settings_for(asked, version)
    login = {key[len(IN_TASKMANAGERS):]: value for key, value in settings.items() if key.startswith(IN_TASKMANAGERS)}
    assert ("KRB5KEYTAB" in login) is (manager == "mesos") and ("security.kerberos.login.keytab" in settings) is (manager == "standalone")
    inline = "execution.checkpointing.data-inline-threshold" if version >= "1.20" else "state.storage.fs.memory-threshold"
    flink = Ticketed(directory, version, {
        **settings, "state.checkpoints.dir": f"hdfs://{HOST}:{hdfs.rpc}/flink/checkpoints-{version}", "execution.checkpointing.interval": "1 s",
        # Else all of a small state comes from the JobManager.
        inline: "0 b",
    }, hdfs, login)
    try:
        yield flink.start()
    finally:
        flink.stop()


def test_state_is_written_and_read_back_as_flinks_user(flink: Ticketed, hdfs: KerberizedCluster, tmp_path: Path) -> None:
    """Its jar and what became of it are in HDFS too, read by this collection's module with the same key."""
    login = flink.login or {"KRB5PRINCIPAL": flink.settings["security.kerberos.login.principal"],
                            "KRB5KEYTAB": flink.settings["security.kerberos.login.keytab"]}
    call = {"ca_path": str(hdfs.tls.trust), "kerberos_principal": login["KRB5PRINCIPAL"], "kerberos_keytab": login["KRB5KEYTAB"]}
    jar = CountingJobs(flink.home, tmp_path / "jobs").release("one")
    answer = hdfs.curl(f"https://{hdfs.namenode}/webhdfs/v1/flink/{flink.version}.jar?op=CREATE&overwrite=true", "-L", "-T", str(jar))
    assert answer.endswith("\n201"), answer
    counts = Counts(tmp_path / "counts")
    declared = {
        "urls": [flink.url], "name": "counting", "jar": f"hdfs:///flink/{flink.version}.jar", "arguments": ["--dir", str(counts.directory)], "parallelism": 1,
        "history_dir": str(tmp_path / "history"), "settle": 2, "timeout": 120, "hdfs": {"namenodes": [f"https://{hdfs.namenode}"], **call},
    }
    refused = run_module("flink_job", python=PYTHON, arguments={**declared, "hdfs": {**declared["hdfs"], "kerberos_keytab": str(hdfs.datanode_keytab)}})
    assert refused["failed"] and f"{login['KRB5PRINCIPAL']} gets no ticket for HTTP/{HOST} by the keytab" in refused["msg"], refused["printed"]
    started = run_module("flink_job", python=PYTHON, arguments=declared)
    assert started["changed"], started["printed"]
    before = flink.latest(started["job_id"], "completed")
    assert before["external_path"].startswith(f"hdfs://{HOST}:{hdfs.rpc}/flink/")
    # The TaskManager reads what another one has written.
    flink.kill_process("taskmanager")
    flink.start_process("taskmanager")
    restored = flink.latest(started["job_id"], "restored", after=before["id"] - 1)
    assert flink.latest(started["job_id"], "completed", after=restored["id"])["id"] > restored["id"]
    listed = hdfs.curl(f"https://{hdfs.namenode}/webhdfs/v1/flink/checkpoints-{flink.version}/{started['job_id']}?op=LISTSTATUS").rpartition("\n")[0]
    assert {one["owner"] for one in json.loads(listed)["FileStatuses"]["FileStatus"]} == {"flink"}
    requests.patch(f"{flink.url}/jobs/{started['job_id']}", timeout=5).raise_for_status()
    assert all("HDFS_DELEGATION_TOKEN" not in (flink.directory / "log" / f"{what}.out").read_text(errors="replace") for what in flink.processes)


def test_a_process_without_its_keytab_says_so(flink: Ticketed) -> None:
    keytab = Path(flink.login.get("KRB5KEYTAB") or flink.settings["security.kerberos.login.keytab"])
    keytab.rename(keytab.with_suffix(".away"))
    try:
        flink.start_process("taskmanager2")
        assert flink.processes["taskmanager2"].wait(60) != 0
    finally:
        keytab.with_suffix(".away").rename(keytab)
        flink.stop_process("taskmanager2")
    log = (flink.directory / "log" / "taskmanager2.out").read_text(encoding="utf-8", errors="replace")
    assert MISSING["mesos" if flink.login else "standalone"] in log, log[-3000:]
