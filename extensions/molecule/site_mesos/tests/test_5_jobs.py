"""A declared job on Mesos: the playbook jobs finds the AppMaster through ZooKeeper, the module on its own through Marathon."""

from __future__ import annotations

import json

import pytest

from tests.on_hosts import EXAMPLES, JAR

MARATHON = "extensions/molecule/site_mesos/job_through_marathon.yml"
JOB = {"name": "alerts", "jar": "hdfs://flink-hdfs/flink/jars/1.jar", "entry_class": f"{EXAMPLES}.statemachine.StateMachineExample",
       "arguments": ["--error-rate", "0", "--sleep", "1"], "settle": 3}


@pytest.fixture(scope="module")
def jar(platform):
    platform.on("node1", f"""
        sudo -u flink hdfs dfs -mkdir -p /flink/jars
        sudo -u flink hdfs dfs -put -f {JAR} /flink/jars/1.jar""")


@pytest.fixture
def declare(operator, jar):
    """Bring the job to its state with the playbook, or with the module that asks Marathon."""

    def run(playbook: str, **options):
        done = operator.play("-v", playbook=playbook, flink_jobs=[{**JOB, **options}])
        assert done.status == 0, done.text[-4000:]
        return done

    return run


def test_it_runs_where_zookeeper_says_and_marathon_finds_the_same(declare, platform):
    assert declare("playbooks/jobs.yml").changed == 1
    run = declare(MARATHON)
    assert run.changed == 0 and f"url: {platform.rest_leader()[0]}" in run.text, run.text[-4000:]
    run = declare(MARATHON, state="stopped")
    assert run.changed == 1 and "savepoint: hdfs://flink-hdfs/flink/savepoints/alerts/" in run.text, run.text[-4000:]
    # A changed argument is another release; what is stopped goes on as it, from its savepoint.
    run = declare("playbooks/jobs.yml", arguments=["--error-rate", "0", "--sleep", "2"])
    assert run.changed == 1, run.text[-4000:]
    job = json.loads(platform.on("node1", f"sudo cat /var/lib/flink/jobs/{JOB['name']}/record.json"))["current"]["job_id"]
    assert platform.rest(f"/jobs/{job}/checkpoints")["latest"]["restored"]["is_savepoint"]
    assert declare(MARATHON, state="cancelled").changed == 1
    assert declare("playbooks/jobs.yml", state="cancelled").changed == 0
