# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flags and MARATHON_* environment: what is taken, what ends the process."""

from __future__ import annotations

import pytest

from tests.stand_ins.marathon.flags import FlagError, known, parse

BASE = {"MARATHON_MASTER": "zk://h:2181/mesos", "MARATHON_ZK": "zk://h:2181/marathon"}


def test_defaults_and_types():
    flags = parse([], BASE)
    assert (flags.http_port, flags.failover_timeout, flags.checkpoint, flags.disable_http) == (8080, 604800, True, False)
    assert flags.mesos_role == "*" and flags.decline_offer_duration == 120000 and flags.enable_features == []


def test_every_flag_of_the_catalogue_is_taken_from_its_variable():
    samples = {"int": "7", "string": "x", "uri": "udp://h:1", "url": "h:5050", "zk-url": "zk://h:1/m", "csv": "vips"}
    skipped = {"default_accepted_resource_roles", "ssl_keystore_path", "disable_http", "plugin_dir", "plugin_conf", "group_versions_cache_size",
               "local_port_min", "local_port_max", "app_info_module_execution_context_size"}  # fmt: skip
    for name, flag in known().items():
        if name in skipped:
            continue
        value = "" if flag["type"] in ("toggle", "flag") else flag["choices"][0] if flag.get("choices") else samples[flag["type"]]
        environment = {**BASE, f"MARATHON_{name.upper()}": value}
        environment.update({"MARATHON_MESOS_AUTHENTICATION_PRINCIPAL": "p"} if name == "mesos_authentication" else {})
        assert name in parse([], environment).given


def test_a_flag_that_begins_with_app_cannot_be_set_by_its_variable():
    variable = {"MARATHON_APP_INFO_MODULE_EXECUTION_CONTEXT_SIZE": "7"}
    assert parse([], {**BASE, **variable}).given == {"master", "zk"}
    assert parse(["--app_info_module_execution_context_size", "7"], BASE).app_info_module_execution_context_size == 7


def test_toggles_are_bare_in_both_directions():
    assert parse([], {**BASE, "MARATHON_DISABLE_CHECKPOINT": ""}).checkpoint is False
    assert parse(["--disable_ha"], BASE).ha is False
    assert parse([], {**BASE, "MARATHON_METRICS_STATSD": ""}).metrics_statsd is True


def test_command_line_forms_and_foreign_variables():
    flags = parse(["--http_port", "1234", "--hostname=h1"], {**BASE, "MARATHON_APP_ID": "/outer", "MESOS_X": "1"})
    assert (flags.http_port, flags.hostname) == (1234, "h1")


def test_credentials_without_colon_leave_authentication_off():
    assert parse([], {**BASE, "MARATHON_HTTP_CREDENTIALS": "user"}).credentials is None
    assert parse([], {**BASE, "MARATHON_HTTP_CREDENTIALS": "user:pa:ss"}).credentials == ("user", "pa:ss")
    assert parse([], {**BASE, "MESOSPHERE_HTTP_CREDENTIALS": "u:p"}).credentials == ("u", "p")


@pytest.mark.parametrize(
    "arguments, environment, words",
    [
        ([], {"MARATHON_BOGUS": "1"}, "Unknown option 'bogus'"),
        (["--bogus"], {}, "Unknown option 'bogus'"),
        ([], {"MARATHON_CHECKPOINT": "true"}, "Excess arguments"),
        (["--http_port", "1"], {"MARATHON_HTTP_PORT": "1"}, "more than once"),
        (["--ha", "--disable_ha"], {}, "more than once"),
        (["--http_port", "many"], {}, "wrong arguments format"),
        (["--http_port"], {}, "exactly one argument"),
        ([], {"MARATHON_MASTER": "", "MARATHON_ZK": ""}, "exactly one argument"),
        ([], {"MARATHON_ENABLE_FEATURES": "vips,teleport"}, "teleport"),
        ([], {"MARATHON_GPU_SCHEDULING_BEHAVIOR": "undefined"}, "expected one of"),
        ([], {"MARATHON_ZK": "zk://h:2181"}, "path"),
        ([], {"MARATHON_PLUGIN_DIR": "/p"}, "co-dependent"),
        ([], {"MARATHON_MESOS_AUTHENTICATION_SECRET": "a", "MARATHON_MESOS_AUTHENTICATION_SECRET_FILE": "/f"}, "only one or zero"),
        ([], {"MARATHON_GROUP_VERSIONS_CACHE_SIZE": "200"}, "group_versions_cache_size"),
        ([], {"MARATHON_DEFAULT_ACCEPTED_RESOURCE_ROLES": "*"}, "removed"),
        (["word"], {}, "Excess arguments"),
    ],
)
def test_refused(arguments, environment, words):
    with pytest.raises(FlagError, match=words):
        parse(arguments, {**BASE, **environment})


def test_master_is_required():
    with pytest.raises(FlagError, match="master"):
        parse([], {})
