# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot work with TLS among the processes of a Flink cluster, and who must be in the run that turns it on or off."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink import certificates

from ansible_collections.baremetal.flink.tests.unit.fakes.flink_preflight import JOB, MESOS, STANDALONE, TLS_LOOK, faults
from ansible_collections.baremetal.flink.tests.unit.fakes.flink_preflight import after as after_look


@pytest.mark.parametrize(("given", "sentence"), [
    ({"groups": MESOS, "flink_cluster_manager": "mesos"},
     "flink_internal_tls is for the standalone manager only: on Mesos all of flink-conf.yaml stands in the command lines of TaskManagers, and with it the "
     "passwords of the key stores, for everybody on these hosts to see; set it to false"),
    ({"flink_settings": {"security.ssl.internal.keystore": "/k", "security.ssl.internal.key-password": "k", "security.ssl.internal.session-timeout": 9}},
     "flink_settings has security.ssl.internal.keystore, security.ssl.internal.key-password, which flink_internal_tls sets: take these keys out, or set "
     "flink_internal_tls to false"),
    ({"job": {**JOB, "settings": {"taskmanager.data.ssl.enabled": False}}}, "flink_settings has taskmanager.data.ssl.enabled as false, which would leave "
                                                                            "ports in clear that flink_internal_tls is for: take these keys out"),
    ({"hosts": {"n3": {"flink_internal_tls": "no"}}},
     "flink_internal_tls is true here and false on n3, and processes with TLS and without it do not understand each other: give all hosts of the cluster "
     "the same value"),
])
def test_what_cannot_work_with_it_is_said(given, sentence):
    assert sentence in faults(given.pop("groups", None), flink_internal_tls=True, **given)


def test_a_host_that_alone_is_without_it_is_refused():
    hosts = {"n2": {"flink_internal_tls": True}, "n3": {"flink_internal_tls": "yes"}}
    assert "flink_internal_tls is false here and true on n2, n3, and" in faults(hosts=hosts)
    # A client has no part in it, and neither has a host of another cluster.
    assert faults({**STANDALONE, "flink_client": ["n4"]}, hosts={"n4": {"flink_internal_tls": True}}) == ""
    alone = {"flink_zookeeper_quorum": "", "flink_storage_shared": False, "flink_internal_tls": True}
    assert faults({"zookeeper": ["n1", "n2"]}, hosts={"n2": {"flink_internal_tls": False}}, **alone) == ""


def test_nothing_is_said_of_what_works_with_it():
    harmless = {"security.ssl.protocol": "TLSv1.2", "security.ssl.internal.session-timeout": 9, "blob.service.ssl.enabled": True}
    assert faults(flink_internal_tls=True, flink_settings=harmless) == ""
    # Without it a user may set all of it up alone.
    assert faults(flink_settings={"security.ssl.internal.keystore": "/k", "taskmanager.data.ssl.enabled": False}) == ""


def test_a_controller_without_what_makes_certificates_is_refused_before_anything_is_touched(monkeypatch):
    def missing(least):
        raise InputError(f"Certificates need cryptography, {least} or newer.")

    monkeypatch.setattr(certificates, "need_cryptography", missing)
    assert faults(flink_internal_tls=True) == "Flink cannot be set up: Certificates need cryptography, 45 or newer."
    assert faults() == ""


def after(known=True, agreed=False, **given):
    """The verdict on what is seen of an earlier run."""
    there = {TLS_LOOK["known"]: known, TLS_LOOK["agreed"]: agreed, TLS_LOOK["certificate"]: agreed}
    return after_look([path for path, is_there in there.items() if is_there], **given)


def test_it_comes_and_goes_for_all_processes_or_for_none():
    assert after(flink_internal_tls=True, outside=["n2", "n3"]) == [
        "flink_internal_tls would turn TLS on among the processes of flink, and n2, n3, where some of them are, would keep what they have, as they are not "
        "in this run: processes with TLS and without it do not understand each other; run without --limit."]
    assert after(agreed=True, outside=["n2"], job=JOB)[0].startswith("flink_internal_tls would turn TLS off among the processes of words, and n2, where ")


@pytest.mark.parametrize("given", [
    {"flink_internal_tls": True},
    {"flink_internal_tls": True, "agreed": True, "outside": ["n2"]},
    {"agreed": False, "outside": ["n2"]},
    # What joins a cluster that has it, without the others.
    {"flink_internal_tls": True, "known": False, "outside": ["n2"]},
    {"flink_internal_tls": True, "groups": {**STANDALONE, "flink_client": ["n4"]}, "host": "n4", "outside": ["n1", "n2", "n3"]},
    {"agreed": True, "groups": MESOS, "flink_cluster_manager": "mesos", "outside": ["n2"]},
])
def test_a_part_of_the_hosts_will_do_where_nothing_is_turned_on_or_off(given):
    assert after(**given) == []
