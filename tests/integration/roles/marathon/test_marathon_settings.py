# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

GROUPS = {"zookeeper": ["n1"], "mesos_master": ["n1"], "mesos_agent": ["n1"], "marathon": ["n1", "n2"]}


@pytest.fixture(scope="module")
def role(render):
    """Values of the role on a host with some Java."""

    def run(names=(), java=11, groups=None, templates=(), missing=(), **variables):
        looked = {"n1": {"marathon_preflight": {"java": {"major": java}, "exists": {}, "missing_packages": list(missing)}}}
        more = {"marathon_archive_path": "/srv/marathon.tgz", **variables}
        return render("marathon", names, templates, {**GROUPS, **(groups or {})}, looked, **more)

    return run


def test_environment_has_every_flag_and_nothing_that_is_none(role):
    found = role(["marathon_variables", "marathon_faults", "marathon_needs_mesos"], marathon_flags={"max_apps": 100, "checkpoint": False})
    assert found["marathon_faults"] == [] and not found["marathon_needs_mesos"]
    environment = found["marathon_variables"]
    flags = {name: value for name, value in environment.items() if name.startswith("MARATHON_")}
    assert flags == {
        "MARATHON_DISABLE_CHECKPOINT": "",
        "MARATHON_FRAMEWORK_NAME": "marathon",
        "MARATHON_HA": "",
        "MARATHON_HOSTNAME": "192.0.2.1",
        "MARATHON_HTTP_PORT": "8080",
        "MARATHON_MASTER": "zk://192.0.2.1:2181/mesos",
        "MARATHON_MAX_APPS": "100",
        "MARATHON_MESOS_AUTHENTICATION_PRINCIPAL": "marathon",
        "MARATHON_MESOS_USER": "root",
        "MARATHON_RECONCILIATION_INITIAL_DELAY": "5000",
        "MARATHON_RECONCILIATION_INTERVAL": "10000",
        "MARATHON_ZK": "zk://192.0.2.1:2181/marathon",
    }
    assert (environment["LIBPROCESS_IP"], environment["LIBPROCESS_PORT"]) == ("192.0.2.1", "9090")
    assert environment["MESOS_NATIVE_JAVA_LIBRARY"] == "/opt/mesos/lib/libmesos.so"
    assert "add-opens" not in environment["JAVA_OPTS"] and "-Xmx512m" in environment["JAVA_OPTS"]


def test_newer_java_opens_java_lang_and_users_have_secrets(role):
    found = role(
        ["marathon_variables", "marathon_files"], java=17, templates=["environment.j2", "marathon.service.j2"],
        marathon_http_credentials='ops:pa"ss:$word', marathon_principal="marathon", marathon_secret="s")
    environment = found["marathon_variables"]
    assert "--add-opens=java.base/java.lang=ALL-UNNAMED" in environment["JAVA_OPTS"]
    assert environment["MARATHON_MESOS_AUTHENTICATION"] == "" and environment["MARATHON_MESOS_AUTHENTICATION_PRINCIPAL"] == "marathon"
    secret = found["marathon_files"][-1]
    assert (secret["path"], secret["content"], secret["mode"], secret["owner"]) == (
        environment["MARATHON_MESOS_AUTHENTICATION_SECRET_FILE"], "s", "0600", "marathon")
    assert 'MARATHON_HTTP_CREDENTIALS="ops:pa\\"ss:\\$word"\n' in found["environment.j2"]
    assert "\nExecStart=/opt/marathon/bin/marathon\n" in found["marathon.service.j2"]


def test_image_and_package(role):
    found = role(["marathon_part_of", "marathon_home", "marathon_needs_mesos", "marathon_repository_entries"],
                 groups={"mesos_master": ["n2"], "mesos_agent": ["n2"]}, marathon_source="package", marathon_image_directory="/srv/marathon",
                 marathon_repository="https://r.example/debian bookworm main")
    assert found["marathon_home"] == "/usr/share/marathon" and found["marathon_needs_mesos"]
    assert found["marathon_repository_entries"][0]["content"] == "deb https://r.example/debian bookworm main\n"
    image = found["marathon_part_of"]["image"]
    assert image["image"] == "docker.io/mesosphere/marathon:v1.11.24" and int(image["strip"]) == 2


def test_what_cannot_work_is_said(role):
    text = " ".join(role(
        ["marathon_faults"], marathon_archive_path="", marathon_repository_key="k", marathon_principal="", marathon_secret="s", marathon_libprocess_port=8080,
        marathon_http_credentials="nocolon", marathon_flags={"ha": False, "http_prot": 1, "zk": "zk://x:1/y", "mesos_offer_constraints": "x"},
    )["marathon_faults"])
    for sentence in (
        "turns ha off, and the group marathon has 2 hosts", "are both 8080: choose two ports", "marathon_source is archive: set",
        "name the repository", "set marathon_zookeeper_url instead of the flag", "did you mean http_port?",
        "marathon_http_credentials has no colon", "marathon_secret is set and marathon_principal is empty",
    ):
        assert sentence in text, (sentence, text)


def test_marathon_needs_zookeeper_and_mesos(role):
    text = " ".join(role(["marathon_faults"], groups={"zookeeper": [], "marathon": ["n2"]})["marathon_faults"])
    for sentence in ("n1 is not in the group marathon", "Marathon keeps its state in ZooKeeper", "Marathon has no Mesos to talk to"):
        assert sentence in text


def test_the_state_of_all_is_not_deleted_on_one(refusal):
    said = refusal("marathon", "teardown", groups=GROUPS, marathon_teardown_data=True)
    assert "would delete the apps of all Marathons, and n2 are not in this run: run without --limit" in said


@pytest.mark.parametrize(
    ("url", "hosts", "path", "auth"),
    [
        ("zk://h1:2181,h2:2181/apps/marathon", "h1:2181,h2:2181", "/apps/marathon", {}),
        ("zk://ops:a:b'c@h1:2181/marathon/", "h1:2181", "/marathon", {"username": "ops", "password": "a:b'c"}),
    ],
)
def test_its_state_is_where_the_url_says(role, url, hosts, path, auth):
    """With a password in it Marathon makes nodes that nobody else may delete."""
    assert role(["marathon_zookeeper"], marathon_zookeeper_url=url)["marathon_zookeeper"] == {"hosts": hosts, "path": path, "auth": auth}


def test_its_environment_is_a_file_for_root(role):
    found = role(["marathon_environment_entry", "marathon_unit"], templates=["marathon.service.j2"], marathon_environment={"https_proxy": "http://u:p@x"})
    assert found["marathon_environment_entry"] == {
        "path": "/etc/marathon/environment", "content": 'https_proxy="http://u:p@x"\n', "mode": "0600", "secret": True}
    assert "/etc/marathon/environment" in found["marathon_unit"]["watch"]
    assert "\nEnvironmentFile=/etc/marathon/marathon.env\nEnvironmentFile=/etc/marathon/environment\n" in found["marathon.service.j2"]
    without = role(["marathon_files", "marathon_unit"], templates=["marathon.service.j2"])
    assert {"path": "/etc/marathon/environment", "state": "absent"} in without["marathon_files"]
    assert "/etc/marathon/environment" not in without["marathon.service.j2"] + str(without["marathon_unit"])


def test_what_could_not_be_written_is_said(role):
    text = " ".join(role(["marathon_faults"], marathon_environment={"MARATHON_HA": 1, "JAVA_OPTS": "-Xmx1g"}, marathon_java_options=["-Da=b c"],
                         marathon_java_home="/opt/my java")["marathon_faults"])
    for sentence in ("MARATHON_HA is the role's own: set marathon_flags instead.", "JAVA_OPTS is the role's own: set marathon_java_options instead.",
                     "marathon_java_options: -Da has a blank", "Marathon's start script takes options apart", "marathon_java_home is '/opt/my java'"):
        assert sentence in text


@pytest.mark.parametrize(("missing", "askable"), [(["marathon=1.11.24-1"], True), (["marathon", "python3-kazoo"], False)])
def test_mesos_is_asked_where_the_modules_have_what_they_need(role, missing, askable):
    """A package with a version is missing on every host."""
    assert role(["marathon_askable"], missing=missing)["marathon_askable"] is askable


def test_a_principal_that_is_its_own_secret_is_not_blotted_out(role):
    looked = {"principal": "********", "faults": []}
    found = role(["marathon_registered_principal"], marathon_registration=looked, marathon_secret="marathon")
    assert found["marathon_registered_principal"] == "marathon"


@pytest.mark.parametrize(
    ("looked", "renew", "principal", "renewed"),
    [
        (None, False, "marathon", False),
        ({"principal": "", "faults": []}, False, "", False),
        ({"principal": "", "faults": []}, True, "", False),
        ({"principal": "", "faults": ["user"]}, True, "marathon", True),
    ],
)
def test_the_principal_is_what_mesos_would_take(role, looked, renew, principal, renewed):
    """A framework without one stays without, until it is renewed for another reason."""
    more = {"marathon_registration": looked} if looked else {}
    found = role(["marathon_registered_principal", "marathon_renewed"], marathon_renew_framework=renew, **more)
    assert found == {"marathon_registered_principal": principal, "marathon_renewed": renewed}
