# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of job clusters that cannot work, and that nothing is said of those that can."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.job_clusters import job_cluster_problems, job_ports, port_range

WORDS = {"name": "words", "jar": "/srv/words.jar", "entry_class": "org.example.Words"}
STANDALONE = {**WORDS, "ports_from": 6200}
SESSION_PORTS = [8081, 6123, 6124, 6122, "6121", "6125-6130"]


def on_mesos(*clusters):
    return job_cluster_problems(list(clusters), "mesos", "flink")


def standalone(*clusters, hosts=3):
    return job_cluster_problems(list(clusters), "standalone", "flink", SESSION_PORTS, hosts)


def test_ten_ports_in_a_row():
    assert job_ports(6200) == {"rest": 6200, "jobmanager": 6201, "blob": 6202, "taskmanager": 6203, "data": 6204, "metrics": "6205-6209"}


def test_a_range_of_ports():
    assert list(port_range("6125-6127")) == [6125, 6126, 6127]
    assert list(port_range(8081)) == [8081]
    with pytest.raises(InputError, match="'rest' is no port"):
        port_range("rest")


def test_what_can_work_has_no_problem():
    full = {
        "arguments": ["--input", "hdfs:///words", 7, "it's $5"], "parallelism": 4, "savepoint": "hdfs:///save", "allow_non_restored": True,
        "settings": {"state.backend": "rocksdb"}, "jobmanager_memory": "1g", "taskmanager_memory": "2g", "taskmanager_slots": 2,
    }
    assert on_mesos(WORDS, {**WORDS, **full, "name": "more-words", "taskmanager_cpus": 0.5}) == []
    assert standalone(STANDALONE, {**WORDS, **full, "name": "more-words", "ports_from": 6210, "taskmanagers": 3}) == []
    assert on_mesos() == []


def test_one_that_is_to_be_gone_needs_its_name_only():
    assert on_mesos({"name": "words", "state": "absent", "remove_data": True}) == []
    assert standalone({"name": "words", "state": "absent"}, {**STANDALONE, "name": "others"}) == []


@pytest.mark.parametrize("clusters", ["words", {"words": WORDS}, ["words"]])
def test_something_that_is_no_list_of_dictionaries(clusters):
    (problem,) = job_cluster_problems(clusters, "mesos", "flink")
    assert "must be a list of dictionaries" in problem


@pytest.mark.parametrize("name", [None, 7, "", "Words", "2words", "a b", "../etc", "w" * 32])
def test_a_name_that_is_none(name):
    (problem,) = on_mesos({**WORDS, "name": name})
    assert problem.startswith("entry 1 of flink_job_clusters has the name") and "use lower-case letters" in problem


def test_a_name_that_is_taken():
    assert "job cluster flink has a name that another Flink cluster has" in on_mesos({**WORDS, "name": "flink"})[0]
    (problem,) = on_mesos(WORDS, WORDS)
    assert "job cluster words has a name that another Flink cluster has" in problem


@pytest.mark.parametrize("name", ["checkpoints", "jobs", "tmp"])
def test_a_name_that_is_a_directory_of_the_session_cluster(name):
    assert on_mesos({**WORDS, "name": name}) == [f"job cluster {name} has the name of a directory of flink, and would be mixed up with it: rename it"]


@pytest.mark.parametrize(("change", "sentence"), [
    ({"memory": "1g"}, "memory is no option; there are allow_non_restored, arguments"),
    ({"parallelism": "four"}, "parallelism is 'four': write a whole number"),
    ({"parallelism": True}, "parallelism is True: write a whole number"),
    ({"parallelism": 0}, "parallelism is 0: it must be 1 or more"),
    ({"arguments": "--input x"}, "arguments is '--input x': write a list"),
    ({"arguments": ["two\nlines"]}, "arguments must be texts or numbers without line breaks"),
    ({"arguments": [{"input": "x"}]}, "arguments must be texts or numbers"),
    ({"state": "stopped"}, "state is 'stopped': choose present or absent"),
    ({"jar": ""}, "jar is missing"),
    ({"jar": "/srv/words.py"}, "jar is /srv/words.py: name a file on the controller that ends with .jar"),
    ({"entry_class": "words.jar; rm"}, "write the full name of the class with main()"),
    ({"remove_data": True}, "remove_data is true, but it belongs to state absent"),
    ({"taskmanagers": 2}, "taskmanagers is for the standalone manager only: on Mesos parallelism"),
    ({"ports_from": 6200}, "ports_from is for the standalone manager only: on Mesos Mesos chooses the ports"),
])
def test_what_cannot_work_on_mesos(change, sentence):
    (problem,) = on_mesos({**WORDS, **change})
    assert problem.startswith("job cluster words: ") and sentence in problem


@pytest.mark.parametrize(("change", "sentence"), [
    ({"ports_from": None}, "ports_from is None: write a whole number"),
    ({"ports_from": 80}, "ports_from is 80: choose 1024 to 65526"),
    ({"ports_from": 65530}, "ports_from is 65530: choose 1024 to 65526"),
    ({"ports_from": 6130}, "its ports 6130 to 6139 are also those of flink: choose another ports_from"),
    ({"ports_from": 8072}, "are also those of flink"),
    ({"taskmanagers": 4}, "taskmanagers is 4, and 3 hosts may have one"),
    ({"taskmanager_cpus": 1}, "taskmanager_cpus is for Mesos only"),
])
def test_what_cannot_work_standalone(change, sentence):
    (problem,) = standalone({**STANDALONE, **change})
    assert sentence in problem


def test_standalone_needs_ports():
    assert standalone(WORDS) == ["job cluster words: ports_from is missing: name the first of 10 ports in a row that nothing else uses"]


def test_two_that_share_a_port():
    (problem,) = standalone(STANDALONE, {**STANDALONE, "name": "others", "ports_from": 6209})
    assert problem == "job cluster others: its ports 6209 to 6218 are also those of words: choose another ports_from"
