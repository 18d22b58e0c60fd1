# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is judged of a host of Marathon before anything is touched, what is looked at there, and what Marathon is told."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.marathon.preflight import preflight
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.digest import zookeeper_digest

from ansible_collections.baremetal.flink.tests.unit.fakes.preflight import inventory

ENV, STORE = "/etc/marathon/marathon.env", "/etc/marathon/tls/keystore.p12"
GROUPS = {"zookeeper": ["n1"], "mesos_master": ["n1"], "mesos_agent": ["n1"], "marathon": ["n1", "n2"]}


def judged(groups=None, java=11, ipv4="192.0.2.1", missing=(), marks=None, there=(), **options):
    """The verdict over inventory and settings, or the one that follows from the host's answer."""
    options = {"marathon_zookeeper_url": "zk://192.0.2.1:2181/marathon", "marathon_zookeeper_password": "", "marathon_tls": False, **options}
    login = zookeeper_digest(options["marathon_zookeeper_url"], "marathon", options["marathon_zookeeper_password"], "creator", "marathon")
    verdict = preflight(inventory("marathon", {**GROUPS, **(groups or {})}, **{
        "marathon_archive_path": "/srv/marathon.tgz", "marathon_master_url": "zk://192.0.2.1:2181/mesos", "marathon_secret": "",
        "marathon_http_credentials": "", "__marathon_outside": [], "__marathon_zookeeper": login, **options}))
    if verdict.faults:
        return verdict
    seen = {"own_ipv4": ipv4, "java": {"major": java} if java else None, "missing_packages": list(missing),
            "exists": {path: path in there for path in verdict.look["exists"]}}
    return verdict.after({**seen, "contents": {**dict.fromkeys(verdict.look["read"]), **(marks or {})}})


def test_what_is_looked_at_on_the_host():
    look = preflight(inventory("marathon", GROUPS, marathon_source="package", marathon_packages=["marathon=1.11"], marathon_heap_mb=600,
                               __marathon_account={"name": "m"}, marathon_secret="", marathon_tls=False,
                               marathon_http_credentials="", marathon_zookeeper_password="", marathon_zookeeper_url="zk://z:2181/marathon",
                               marathon_master_url="m:5050")).look
    assert look == {
        "layer": "Marathon",
        "own_address": "192.0.2.1",
        "addresses": ["192.0.2.1", "192.0.2.2"],
        "java_home": "/opt/java",
        "java_versions": [8, 11, 17],
        "memory_mb": 728,
        "ports": [{"port": 8080, "unit": "marathon.service"}, {"port": 9090, "unit": "marathon.service"}],
        "exists": ["/opt/mesos/lib/libmesos.so", ENV, STORE],
        "read": ["/etc/marathon/zookeeper-user", "/etc/marathon/zookeeper-closed"],
        "packages": ["python3-kazoo", "python3-requests", "marathon=1.11"],
        "account": {"name": "m"},
    }


def test_marathon_is_told_what_settings_say_and_nothing_secret_is_in_the_result():
    verdict = judged(marathon_flags={"max_apps": 100, "zk": "zk://192.0.2.1:2181/marathon"})
    assert verdict.faults == [] and verdict.known == {
        "flags": {
            "hostname": "192.0.2.1", "http_port": 8080, "mesos_user": "nobody", "framework_name": "marathon", "ha": True,
            "reconciliation_initial_delay": 5000, "reconciliation_interval": 10000},
        "java_options": ["-Xmx512m", "-XX:+ExitOnOutOfMemoryError"],
        "has_client": True,
        "certificate_left": False,
        "zookeeper": {"comes": False, "closes": False, "opens": False},
    }
    secured = judged(marathon_secret="hunter2", marathon_http_credentials="ops:hunter3", marathon_zookeeper_url="zk://ops:hunter4@z:2181/marathon").known
    assert secured["flags"]["mesos_authentication"] is True and secured["flags"]["mesos_authentication_secret_file"] == "/etc/marathon/framework-secret"
    assert "hunter" not in str(secured)


@pytest.mark.parametrize(("java", "opens"), [(8, False), (11, False), (17, True), (None, False)])
def test_newer_java_opens_java_lang(java, opens):
    assert ("--add-opens=java.base/java.lang=ALL-UNNAMED" in judged(java=java).known["java_options"]) is opens


@pytest.mark.parametrize(("missing", "has"), [(["marathon=1.11.24-1"], True), (["marathon", "python3-kazoo"], False)])
def test_a_package_with_a_version_is_missing_on_every_host(missing, has):
    assert judged(missing=missing).known["has_client"] is has


@pytest.mark.parametrize(
    ("variables", "sentences"),
    [
        (
            {
                "marathon_archive_path": "", "marathon_repository_key": "k", "marathon_principal": "", "marathon_secret": "s",
                "marathon_libprocess_port": 8080, "marathon_http_credentials": "nocolon",
                "marathon_flags": {"ha": False, "http_prot": 1, "zk": "zk://x:1/y", "mesos_offer_constraints": "x"},
            },
            ["turns ha off, and the group marathon has 2 hosts", "are both 8080: choose two ports", "marathon_source is archive: set",
             "name the repository", "set marathon_zookeeper_url instead of the flag", "did you mean http_port?",
             "marathon_http_credentials has no colon", "marathon_secret is set and marathon_principal is empty"],
        ),
        (
            {"groups": {"zookeeper": [], "marathon": ["n2"]}, "marathon_zookeeper_url": "", "marathon_master_url": ""},
            ["n1 is not in the group marathon", "Marathon keeps its state in ZooKeeper", "Marathon has no Mesos to talk to"],
        ),
        ({"ipv4": None}, ["192.0.2.1 has no IPv4 address on n1", "set marathon_address to an IPv4 address of this host"]),
        ({"marathon_flags": None}, ["marathon_flags is null: leave it out"]),
        (
            {"marathon_environment": {"MARATHON_HA": 1, "JAVA_OPTS": "-Xmx1g"}, "marathon_java_options": ["-Da=b c"], "marathon_java_home": "/opt/my java"},
            ["MARATHON_HA is the role's own: set marathon_flags instead.", "JAVA_OPTS is the role's own: set marathon_java_options instead.",
             "marathon_java_options: -Da has a blank", "Marathon's start script takes options apart", "marathon_java_home is '/opt/my java'"],
        ),
    ],
)
def test_what_cannot_work_is_said(variables, sentences):
    text = " ".join(judged(**variables).faults)
    for sentence in sentences:
        assert sentence in text, (sentence, text)


def test_a_single_marathon_needs_no_election():
    assert judged(groups={"marathon": ["n1"]}, marathon_flags={"ha": False}).faults == []


def test_what_it_keeps_in_zookeeper_is_closed_once_all_of_them_come_with_the_login():
    assert judged(marathon_zookeeper_password="hunter5").known["zookeeper"] == {"comes": True, "closes": True, "opens": False}
    outside = judged(marathon_zookeeper_password="hunter5", __marathon_outside=["n2"])
    assert "n2, which write it too, would come as before" in outside.faults[0] and "hunter" not in str(outside)
    assert judged(marathon_zookeeper_url="", groups={"zookeeper": []}, marathon_zookeeper_password="a b").faults[-2:] == [
        "marathon_zookeeper_password needs a ZooKeeper: put hosts into the group zookeeper, or set marathon_zookeeper_url to a zk:// URL.",
        "marathon_zookeeper_password has a blank, @, / or :, at which Mesos and Marathon would cut their zk:// URL: choose another one."]


def test_with_tls_nothing_listens_in_clear():
    flags = judged(marathon_tls=True, there=[ENV, STORE]).known["flags"]
    assert (flags["disable_http"], flags["https_port"], flags["ssl_keystore_path"]) == (True, 8080, STORE) and "http_port" not in flags
    own = {"ssl_keystore_path": "/srv/own.p12", "ssl_keystore_password": "hunter6"}
    assert judged(marathon_flags={**own, "https_port": 8443}).faults == []
    assert "set marathon_tls instead of the flag" in " ".join(judged(marathon_flags={**own, "disable_http": True}).faults)
    said = " ".join(judged(marathon_tls=True, marathon_flags=own).faults)
    assert "The flag ssl_keystore_path is given as /srv/own.p12" in said and "set marathon_tls instead of the flag" in said and "hunter" not in said


@pytest.mark.parametrize(("tls", "there", "left"), [(True, [ENV], False), (False, [ENV, STORE], True), (True, [ENV, STORE], False), (True, [], False)])
def test_all_hosts_of_the_group_turn_tls_on_or_off_in_one_run(tls, there, left):
    known = judged(marathon_tls=tls, there=there)
    assert known.faults == [] and known.known["certificate_left"] is left
    outside = judged(marathon_tls=tls, there=there, __marathon_outside=["n2"]).faults
    turned = there and (STORE in there) != tls
    assert [f"marathon_tls is {str(tls).lower()} now, and n2, which are not in this run" in fault for fault in outside] == ([True] if turned else [])
