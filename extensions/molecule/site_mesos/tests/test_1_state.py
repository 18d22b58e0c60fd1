"""What site.yml leaves on the hosts."""

from __future__ import annotations

import pytest

ALL = ["node1", "node2", "node3"]
UNITS = {"mesos-master": ALL, "mesos-agent": ALL, "marathon": ["node1", "node2"], "flink-jobmanager": [], "flink-taskmanager": []}


@pytest.mark.parametrize("unit", UNITS)
def test_units_run_where_they_belong(host, unit):
    name = host.check_output("uname -n")
    service = host.service(unit)
    if name in UNITS[unit]:
        assert service.is_running and service.is_enabled
    else:
        assert not service.exists


def test_the_configuration_names_the_masters_through_zookeeper(host):
    with host.sudo():
        text = host.file("/etc/flink/conf/flink-conf.yaml").content_string
    settings = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line and not line.startswith("#"))
    assert settings["mesos.master"].startswith("zk://") and settings["mesos.master"].count(":2181") == 3
    assert settings["high-availability.zookeeper.path.mesos-workers"] == "/mesos-workers"
    assert not {"jobmanager.rpc.address", "taskmanager.host", "env.java.home"} & set(settings)


def test_one_appmaster_leads_and_is_a_framework(platform):
    assert len(platform.processes("'^[^ ]*java .*MesosSessionClusterEntrypoint'")) == 1
    assert platform.framework()
    app = platform.app()
    assert (app["instances"], app["tasksHealthy"]) == (1, 1)
    assert app["labels"]["MARATHON_SINGLE_INSTANCE_APP"] == "true"
