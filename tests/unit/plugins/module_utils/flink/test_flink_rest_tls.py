# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot work with TLS at a Flink cluster's REST server, and who must be in the run that turns it on or off."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink import certificates

from ansible_collections.baremetal.flink.tests.unit.fakes.flink_preflight import JOB, MESOS, REST_LOOK, STANDALONE, after, faults

WITH_CLIENT = {**STANDALONE, "flink_client": ["n4"]}


@pytest.mark.parametrize(("given", "sentence"), [
    ({"groups": MESOS, "flink_cluster_manager": "mesos"},
     "flink_rest_tls is for the standalone manager only: on Mesos its fetcher gets Flink's files from the AppMaster by the same settings and has no "
     "certificate to show, and the passwords of the key stores would stand in the command lines of TaskManagers; set it to false"),
    ({"flink_settings": {"security.ssl.rest.truststore": "/t", "historyserver.web.ssl.enabled": False, "security.ssl.verify-hostname": True}},
     "flink_settings has security.ssl.rest.truststore, historyserver.web.ssl.enabled, which flink_rest_tls sets: take these keys out, or set "
     "flink_rest_tls to false"),
    ({"job": {**JOB, "settings": {"security.ssl.rest.authentication-enabled": False}}},
     "flink_settings has security.ssl.rest.authentication-enabled, which flink_rest_tls sets"),
    ({"hosts": {"n3": {"flink_rest_tls": "no"}}},
     "flink_rest_tls is true here and false on n3, and who calls REST must know whether it speaks TLS: give all hosts of the cluster the same value"),
    ({"groups": WITH_CLIENT, "hosts": {"n4": {"flink_rest_tls": False}}}, "flink_rest_tls is true here and false on n4, and"),
    ({"groups": {**WITH_CLIENT, "monitoring": ["n5"]}, "flink_jobs_host": "n5"},
     "flink_jobs_host is n5, which gets no certificate that flink_rest_tls asks of who calls REST: name a host of the cluster or of the group flink_client"),
])
def test_what_cannot_work_with_it_is_said(given, sentence):
    assert sentence in faults(given.pop("groups", None), flink_rest_tls=True, **given)


def test_nothing_is_said_of_what_works_with_it():
    harmless = {"security.ssl.protocol": "TLSv1.2", "security.ssl.rest.cert.fingerprint": "AB", "security.ssl.internal.keystore": "/k"}
    assert faults(WITH_CLIENT, flink_rest_tls=True, flink_settings=harmless, flink_jobs_host="n4") == ""
    # Without it a user may set all of it up alone.
    assert faults(flink_settings={"security.ssl.rest.keystore": "/k"}, flink_jobs_host="n9") == ""
    assert "flink_rest_tls is false here and true on n2" in faults(hosts={"n2": {"flink_rest_tls": True}})


def test_a_controller_without_what_makes_certificates_is_refused_once(monkeypatch):
    def missing(least):
        raise InputError(f"Certificates need cryptography, {least} or newer.")

    monkeypatch.setattr(certificates, "need_cryptography", missing)
    for given in ({"flink_rest_tls": True}, {"flink_rest_tls": True, "flink_internal_tls": True}):
        assert faults(**given) == "Flink cannot be set up: Certificates need cryptography, 45 or newer."
    assert faults() == ""


def test_it_comes_and_goes_for_all_hosts_or_for_none():
    known, noted = REST_LOOK["known"], REST_LOOK["noted"]
    assert after([known], flink_rest_tls=True, outside=["n2", "n3"]) == [
        "flink_rest_tls would turn TLS on at REST of flink, and n2, n3 would go on without knowing, as they are not in this run: who calls REST must know "
        "whether it speaks TLS; run without --limit."]
    assert after([known, noted], outside=["n2"], job=JOB)[0].startswith("flink_rest_tls would turn TLS off at REST of words, and n2 would ")
    assert after([known, noted], flink_rest_tls=True, outside=["n2"]) == after([known], flink_rest_tls=True) == after([known], outside=["n2"]) == []
    # Who has the command alone would not know either, in the run or out of it.
    given = {"groups": WITH_CLIENT, "flink_rest_tls": True}
    assert after([known], callers=["n4"], **given)[0].startswith("flink_rest_tls would turn TLS on at REST of flink, and n4 would go on without ")
    assert after([known], host="n4", outside=["n1", "n2", "n3"], **given)[0].startswith("flink_rest_tls would turn TLS on at REST of flink, and n1, n2, n3 ")
    assert after([known], callers=["n4"], groups=WITH_CLIENT) == after([known], host="n4", **given) == []
    # What joins a cluster that has it.
    assert after([], flink_rest_tls=True, outside=["n2"]) == []
