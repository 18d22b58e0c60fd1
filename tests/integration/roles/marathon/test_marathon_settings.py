# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.preflight import SECRET_FILE

GROUPS = {"zookeeper": ["n1"], "mesos_master": ["n1"], "mesos_agent": ["n1"], "marathon": ["n1", "n2"]}
JUDGED = {"flags": {"ha": True, "http_port": 8080}, "java_options": ["-Xmx512m"], "own_ipv4": "192.0.2.1", "exists": {}, "missing_packages": []}


@pytest.fixture(scope="module")
def role(render):
    """Values of the role on a host that was judged."""

    def run(names=(), groups=None, templates=(), **variables):
        more = {"marathon_archive_path": "/srv/marathon.tgz", **variables}
        return render("marathon", names, templates, {**GROUPS, **(groups or {})}, {"n1": {"marathon_preflight": JUDGED}}, **more)

    return run


def test_environment_has_every_flag_and_nothing_that_is_none(role):
    found = role(["__marathon_variables", "__marathon_needs_mesos"], marathon_flags={"max_apps": 100, "checkpoint": False})
    assert not found["__marathon_needs_mesos"] and found["__marathon_variables"] == {
        "JAVA_HOME": "/opt/java",
        "JAVA_OPTS": "-Xmx512m",
        "LD_LIBRARY_PATH": "/opt/mesos/lib",
        "LIBPROCESS_IP": "192.0.2.1",
        "LIBPROCESS_PORT": 9090,
        "MARATHON_DISABLE_CHECKPOINT": "",
        "MARATHON_HA": "",
        "MARATHON_HTTP_PORT": "8080",
        "MARATHON_MASTER": "zk://192.0.2.1:2181/mesos",
        "MARATHON_MAX_APPS": "100",
        "MARATHON_MESOS_AUTHENTICATION_PRINCIPAL": "marathon",
        "MARATHON_ZK": "zk://192.0.2.1:2181/marathon",
        "MESOS_NATIVE_JAVA_LIBRARY": "/opt/mesos/lib/libmesos.so",
    }


def test_secrets_are_in_files_for_marathon_alone(role):
    found = role(
        ["__marathon_files", "__marathon_http_user", "__marathon_http_password"], templates=["environment.j2", "marathon.service.j2"],
        marathon_http_credentials='ops:pa"ss:$word', marathon_secret="s", marathon_java_options=["-Da=b"])
    secret = found["__marathon_files"][-1]
    assert (secret["path"], secret["content"], secret["mode"], secret["owner"]) == (SECRET_FILE, "s", "0600", "marathon")
    assert (found["__marathon_http_user"], found["__marathon_http_password"]) == ("ops", 'pa"ss:$word')
    assert 'MARATHON_HTTP_CREDENTIALS="ops:pa\\"ss:\\$word"\n' in found["environment.j2"]
    # Its log would tell them.
    assert 'JAVA_OPTS="-Xmx512m -Dlogback.configurationFile=/etc/marathon/logback.xml -Da=b"\n' in found["environment.j2"]
    assert "/etc/marathon/logback.xml" in [entry["path"] for entry in found["__marathon_files"] if entry.get("when", True) and entry.get("source")]
    assert "\nExecStart=/opt/marathon/bin/marathon\n" in found["marathon.service.j2"]


@pytest.mark.parametrize(("given", "quiet"), [({}, False), ({"marathon_flags": {"ssl_keystore_password": "p"}}, True), ({"marathon_tls": True}, True)])
def test_its_log_is_kept_from_telling_passwords(role, given, quiet):
    assert role(["__marathon_is_quiet"], **given)["__marathon_is_quiet"] is quiet


def test_image_and_package(role):
    found = role(["__marathon_part_of", "__marathon_home", "__marathon_needs_mesos", "__marathon_repository_entries", "__marathon_files"],
                 groups={"mesos_master": ["n2"], "mesos_agent": ["n2"]}, marathon_source="package", marathon_image_directory="/srv/marathon",
                 marathon_repository="https://r.example/debian bookworm main")
    assert found["__marathon_home"] == "/usr/share/marathon" and found["__marathon_needs_mesos"]
    assert found["__marathon_repository_entries"][0]["content"] == "deb https://r.example/debian bookworm main\n"
    image = found["__marathon_part_of"]["image"]
    assert image["image"] == "docker.io/mesosphere/marathon:v1.11.24" and int(image["strip"]) == 2
    assert found["__marathon_files"][-1] == {"path": SECRET_FILE, "state": "absent"}


def test_the_state_of_all_is_not_deleted_on_one(refusal):
    said = refusal("marathon", "teardown", groups=GROUPS, marathon_teardown_data=True)
    assert "would delete the apps of all Marathons, and n2 are not in this run: run without --limit" in said


def test_its_environment_is_a_file_for_root(role):
    found = role(["__marathon_files", "__marathon_unit"], templates=["marathon.service.j2"], marathon_environment={"https_proxy": "http://u:p@x"})
    assert found["__marathon_files"][-2] == {
        "path": "/etc/marathon/environment", "content": 'https_proxy="http://u:p@x"\n', "mode": "0600", "secret": True}
    assert "/etc/marathon/environment" in found["__marathon_unit"]["watch"]
    assert "\nEnvironmentFile=/etc/marathon/marathon.env\nEnvironmentFile=/etc/marathon/environment\n" in found["marathon.service.j2"]
    without = role(["__marathon_files", "__marathon_unit", "__marathon_http_user", "__marathon_http_password"], templates=["marathon.service.j2"])
    assert {"path": "/etc/marathon/environment", "state": "absent"} in without["__marathon_files"]
    assert "/etc/marathon/environment" not in without["marathon.service.j2"] + str(without["__marathon_unit"])
    assert (without["__marathon_http_user"], without["__marathon_http_password"]) == ("", "")


def test_a_principal_that_is_its_own_secret_is_not_blotted_out(role):
    looked = {"principal": "********", "faults": []}
    assert role(["__marathon_principal"], marathon_registration=looked, marathon_secret="marathon")["__marathon_principal"] == "marathon"


@pytest.mark.parametrize(
    ("looked", "renew", "principal", "renewed", "registered"),
    [
        (None, False, "marathon", False, False),
        ({"principal": "", "faults": [], "known": True}, False, "", False, True),
        ({"principal": "", "faults": [], "known": False}, True, "", False, False),
        ({"principal": "", "faults": ["user"], "known": True}, True, "marathon", True, True),
    ],
)
def test_the_principal_is_what_mesos_would_take(role, looked, renew, principal, renewed, registered):
    """A framework without one stays without, until it is renewed for another reason."""
    more = {"marathon_registration": looked} if looked else {}
    found = role(["__marathon_principal", "__marathon_renewed", "__marathon_registered"], marathon_renew_framework=renew, **more)
    assert found == {"__marathon_principal": principal, "__marathon_renewed": renewed, "__marathon_registered": registered}
