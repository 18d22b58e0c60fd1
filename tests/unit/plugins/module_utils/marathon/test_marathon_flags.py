# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.flags import marathon_flag_problems

GOOD = {"master": "zk://a:2181,b:2181/mesos", "zk": "zk://a:2181/marathon"}


def test_good_flags():
    flags = {**GOOD, "hostname": "10.0.0.1", "http_port": 8080, "ha": True, "enable_features": ["vips", "task_killing"], "mesos_user": "root"}
    assert marathon_flag_problems(flags) == []
    assert marathon_flag_problems({**flags, "mesos_authentication": "false", "failover_timeout": None}) == []
    assert marathon_flag_problems({"master": "10.0.0.1:5050"}) == []


@pytest.mark.parametrize(
    "flags,problem",
    [
        ({"http_prt": 1}, "Marathon has no flag http_prt (did you mean http_port?)"),
        ({"xyzzy_plugh": 1}, "Marathon has no flag xyzzy_plugh; take it out, as Marathon exits at once"),
        ({"disable_ha": True}, "Marathon has no flag disable_ha; write ha: false"),
        ({"MARATHON_DISABLE_CHECKPOINT": ""}, "write checkpoint: false"),
        ({"ha": "maybe"}, "ha is maybe; write true or false"),
        ({"http_port": "eighty"}, "http_port is eighty; write a whole number"),
        ({"hostname": ""}, "hostname is empty; leave it out"),
        ({"hostname": False}, "hostname is false, but takes a value"),
        ({"gpu_scheduling_behavior": "undefined"}, "gpu_scheduling_behavior is undefined; write restricted or unrestricted"),
        ({"enable_features": "vips,gpu"}, "enable_features has gpu, which Marathon does not know"),
        ({"logstash": "host"}, "logstash is host; write a URI"),
        ({"zk": "zk://a:2181"}, "the path included"),
        ({"zk": "zk://a:2181/"}, "the path included"),
        ({"master": "zk:/a"}, "of the Mesos masters, or HOST:PORT"),
        ({"default_accepted_resource_roles": "*"}, "was removed in Marathon 1.10; take it out"),
        ({"plugin_dir": "/p"}, "plugin_dir needs plugin_conf as well"),
        ({"mesos_authentication_secret": "s", "mesos_authentication_secret_file": "/f"}, "exclude each other; keep the file"),
        ({"group_versions_cache_size": 200}, "must be more than twice max_running_deployments (100); write 201 or more"),
        ({"max_running_deployments": 500}, "group_versions_cache_size is 1000, but must be more than twice"),
        ({"http_credentials": "admin"}, "http_credentials has no colon, and Marathon would run without authentication"),
        ({"disable_http": True}, "disable_http needs ssl_keystore_path and ssl_keystore_password"),
        ({"hostname": "file:///etc/hostname"}, "Marathon does not read values from files"),
        ({"killBatchDuration": 1}, "killBatchDuration cannot be set here, as Marathon reads its variable as --killbatchduration"),
        ({"app_info_module_execution_context_size": 8}, "cannot be set here, as Marathon ignores every variable MARATHON_APP_*"),
    ],
)
def test_what_marathon_would_die_of(flags, problem):
    problems = marathon_flag_problems({**GOOD, **flags})
    assert len(problems) == 1 and problem in problems[0], problems


def test_versions_differ():
    assert "is known from Marathon 1.11 on, not to 1.10.3" in marathon_flag_problems({**GOOD, "mesos_offer_constraints": True}, "1.10.3")[0]
    assert marathon_flag_problems({**GOOD, "mesos_offer_constraints": True}, "1.11.24") == []
    assert marathon_flag_problems({**GOOD, "default_accepted_resource_roles": "*"}, "1.9.109") == []


def test_the_master_is_needed_and_secrets_are_not_told():
    assert marathon_flag_problems({})[0].startswith("master is missing")
    assert marathon_flag_problems({}, complete=False) == []
    for flags in ({"http_credentials": "geheim"}, {"zk": "zk://u:geheim@a:2181"}, {"mesos_authentication_secret": True}):
        assert "geheim" not in marathon_flag_problems({**GOOD, **flags})[0]
