# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of plugins/filter/mesos.py as a template calls them."""

from __future__ import annotations

import random

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.baremetal.flink.plugins.filter.mesos import FilterModule

FILTERS = FilterModule().filters()
HOSTVARS = {
    "a": {"ansible_host": "10.0.0.1", "mesos_master_port": 5060},
    "b": {"ansible_host": "10.0.0.2", "mesos_address": "m-b", "marathon_address": "m-b4", "marathon_http_port": "8090"},
    "c": {},
    "odd": {"mesos_zookeeper_path": "/other", "zookeeper_client_port": 2182, "mesos_master_port": "many"},
}


def call(name, *args, **kwargs):
    return FILTERS[name](*args, **kwargs)


def test_the_masters_do_not_depend_on_the_order_of_the_inventory():
    for _attempt in range(6):
        hosts = random.sample(["a", "b", "c"], 3)
        assert call("mesos_masters", hosts, HOSTVARS) == ["10.0.0.1:5060", "c:5050", "m-b:5050"]
    assert call("mesos_masters", ["a", "c"], HOSTVARS, 5070) == ["10.0.0.1:5070", "c:5070"]


def test_the_url_of_the_masters_is_the_ensemble_and_a_path():
    groups = {"zookeeper": ["c", "a"], "mesos_master": ["b"]}
    assert call("mesos_url", groups, HOSTVARS) == "zk://10.0.0.1:2181,c:2181/mesos"
    assert call("mesos_url", groups, HOSTVARS, "/rack1/mesos", 2182) == "zk://10.0.0.1:2182,c:2182/rack1/mesos"
    assert call("mesos_url", {"zookeeper": ["odd"], "mesos_master": ["odd"]}, HOSTVARS) == "zk://odd:2182/other"


def test_the_urls_of_marathon():
    assert call("marathon_urls", ["b", "a"], HOSTVARS) == ["http://10.0.0.1:8080", "http://m-b4:8090"]
    assert call("marathon_urls", ["c"], HOSTVARS, 8443, "https") == ["https://c:8443"]
    secure = {name: {**variables, "security_profile": "secure"} for name, variables in HOSTVARS.items()}
    assert call("marathon_urls", ["b", "a"], secure) == ["https://10.0.0.1:8080", "https://m-b4:8090"]
    assert call("marathon_urls", ["c"], {"c": {"security_profile": "secure", "marathon_tls": "false"}}) == ["http://c:8080"]
    assert call("marathon_urls", ["c"], {"c": {"marathon_tls": True}}) == ["https://c:8080"]


@pytest.mark.parametrize(
    "name,args,message",
    [
        ("mesos_masters", ([], HOSTVARS), "The Mesos master group is empty"),
        ("mesos_masters", ("a,b", HOSTVARS), "A list of host names is needed"),
        ("mesos_masters", (["odd"], HOSTVARS), "The port 'many' must be a number"),
        ("mesos_masters", (["nobody"], HOSTVARS), "Host nobody is not in the inventory"),
        ("marathon_urls", ([], HOSTVARS), "The Marathon group is empty"),
        ("mesos_url", ({"mesos_master": ["a"]}, HOSTVARS), "The ZooKeeper group is empty"),
        ("mesos_url", ({"zookeeper": ["a"]}, HOSTVARS, "/"), "need a path of their own"),
        ("mesos_url", ({"zookeeper": ["a"]}, HOSTVARS, "mesos"), "must start with a slash"),
        (
            "mesos_url",
            ({"zookeeper": ["a"], "mesos_master": ["a", "odd"]}, HOSTVARS),
            "mesos_zookeeper_path is /mesos on host a and /other on host odd; set the same",
        ),
        ("mesos_url", ({"zookeeper": ["a", "odd"]}, HOSTVARS), "zookeeper_client_port is 2181 on host a and 2182 on host odd"),
        ("mesos_environment", ({"isolaton": 1},), "Mesos 1.11 has no flag isolaton (did you mean isolation?)"),
        ("marathon_environment", ({"http_prt": 1},), "Marathon has no flag http_prt (did you mean http_port?)"),
        ("marathon_environment", ({"killsPerBatch": 1},), "killsPerBatch cannot be set here"),
    ],
)
def test_what_cannot_work_is_one_sentence(name, args, message):
    with pytest.raises(AnsibleFilterError) as raised:
        call(name, *args)
    assert message in str(raised.value) and "\n" not in str(raised.value)


def test_the_environment_spells_values_as_the_daemons_read_them():
    assert call(
        "mesos_environment",
        {
            "switch_user": False,
            "quorum": 2,
            "acls": {"permissive": False},
            "isolation": ["posix/cpu", "posix/mem"],
            "resources": {"cpus": 4.0, "ports": "[31000-32000]"},
            "allowed_devices": '{\n "allowed_devices": []\n}',
            "hooks": None,
        },
    ) == {
        "MESOS_ACLS": '{"permissive":false}',
        "MESOS_ALLOWED_DEVICES": '{"allowed_devices":[]}',
        "MESOS_ISOLATION": "posix/cpu,posix/mem",
        "MESOS_QUORUM": "2",
        "MESOS_RESOURCES": "cpus:4;ports:[31000-32000]",
        "MESOS_SWITCH_USER": "false",
    }
    assert call("marathon_environment", {"ha": False, "checkpoint": "true", "disable_http": False, "http_port": 8080}) == {
        "MARATHON_CHECKPOINT": "",
        "MARATHON_DISABLE_HA": "",
        "MARATHON_HTTP_PORT": "8080",
    }
