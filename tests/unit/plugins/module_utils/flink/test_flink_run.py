# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows from what the steps of a run have registered on the hosts of a Flink cluster."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.run import flink_expected, flink_run

THREE = ["n1", "n2", "n3"]


def host(number, *stale, because=(), changed=False, cluster="flink"):
    """A host after its files were written."""
    units = {f"{cluster}-{process}.service": {"stale": True, "stale_because": list(because)} for process in stale}
    return {"ansible_host": f"192.0.2.{number}", "flink_configured": {"changed": changed, "stale": list(units), "units": units}}


def run(hosts, in_run=("n1", "n2", "n3"), election=None, cluster="flink"):
    return flink_run(THREE, hosts, in_run, cluster, ["/opt/flink", "/etc/flink/internal-tls"], election)


def test_a_run_that_changes_nothing_restarts_nothing():
    assert run({f"n{n}": host(n) for n in (1, 2, 3)}) == {
        "hosts": THREE, "changed": False, "stale": {"n1": [], "n2": [], "n3": []}, "mixes": True, "jobmanagers": [], "taskmanagers": []}


def test_nothing_is_known_before_a_host_is_written_to_and_who_is_not_in_the_run_has_no_say():
    hosts = {"n1": {"ansible_host": "192.0.2.1"}, "n2": host(2, "jobmanager", changed=True, because=["/opt/flink"]), "n3": host(3)}
    found = run(hosts, in_run=["n3", "n1"])
    assert (found["hosts"], found["changed"], found["mixes"], found["jobmanagers"]) == (["n1", "n3"], False, True, [])


@pytest.mark.parametrize(("leaders", "order"), [
    ({"resource_manager": {"host": "192.0.2.1", "url": "…"}, "dispatcher": {"host": "192.0.2.1"}}, ["n2", "n3", "n1"]),
    ({"dispatcher": {"host": "192.0.2.9"}}, THREE), ({}, THREE), (None, THREE)])
def test_the_leader_restarts_last(leaders, order):
    found = run({f"n{n}": host(n, "jobmanager", "taskmanager") for n in (1, 2, 3)}, election={"leaders": leaders})
    assert (found["jobmanagers"], found["taskmanagers"]) == (order, THREE)


@pytest.mark.parametrize(("because", "mixes"), [
    (["/etc/flink/flink-conf.yaml"], True), (["/etc/flink/flink-conf.yaml", "/opt/flink"], False), (["/etc/flink/internal-tls"], False)])
def test_processes_that_do_not_understand_each_other_are_not_mixed(because, mixes):
    assert run({"n1": host(1), "n2": host(2, "taskmanager", because=because), "n3": host(3, "jobmanager")})["mixes"] is mixes


def test_each_cluster_has_units_of_its_own():
    hosts = {"n1": host(1, "jobmanager", cluster="wordcount"), "n2": host(2), "n3": host(3, "historyserver")}
    assert run(hosts, cluster="wordcount")["jobmanagers"] == ["n1"] and run(hosts)["jobmanagers"] == []
    assert run(hosts)["stale"]["n3"] == ["flink-historyserver.service"]


def test_of_a_cluster_is_expected_what_the_hosts_of_the_run_have():
    jobmanagers, taskmanagers = {"n1": "http://192.0.2.1:8081", "n2": "http://192.0.2.2:8081"}, {"n2": "192.0.2.2", "n3": "192.0.2.3"}
    assert flink_expected(jobmanagers, taskmanagers, ["n1", "n3"], "1.20.5") == [
        {"name": "n1", "jobmanager": "http://192.0.2.1:8081", "version": "1.20.5"}, {"name": "n3", "taskmanager": "192.0.2.3", "version": "1.20.5"}]
