# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

FILE = "/etc/zookeeper/environment"


@pytest.fixture(scope="module")
def role(render):
    """Values of the role on n1, an ensemble of its own with ZooKeeper out of an archive."""

    def run(names=(), templates=(), **variables):
        return render("zookeeper", names, templates, {"zookeeper": ["n1"]}, {"n1": {"zookeeper_id": 1}}, **{
            "zookeeper_preflight": {"packaged": False}, "ansible_managed": "made", **variables})

    return run


def test_the_member_gets_its_options_its_environment_and_its_settings_as_they_are(role):
    found = role(
        ["__zookeeper_watched"], templates=["zoo.cfg.j2", "zookeeper.service.j2"],
        zookeeper_environment={"GREETING": "so $called", "NO": None}, zookeeper_java_options=["-Xlog:gc:file=/tmp/gc-%p.log", "-Da=$b 'c'"],
        zookeeper_settings={"maxCnxns": 2182, "quorumListenOnAllIPs": True, "ssl.protocols": ["TLSv1.2", "TLSv1.3"], "gone": None, "path": "a\\b"})
    assert FILE in found["__zookeeper_watched"]
    unit, settings = found["zookeeper.service.j2"], found["zoo.cfg.j2"].splitlines()
    assert f"\nEnvironmentFile={FILE}\n" in unit
    assert '\n  "-Xlog:gc:file=/tmp/gc-%%p.log" \\\n' in unit
    assert "\n  \"-Da=$$b 'c'\" \\\n" in unit
    for line in ("path=a\\\\b", "quorumListenOnAllIPs=true", "maxCnxns=2182", "ssl.protocols=TLSv1.2,TLSv1.3"):
        assert line in settings
    assert not any(line.startswith("gone") for line in settings)


def test_without_an_environment_there_is_no_file(role):
    found = role(["__zookeeper_watched"], templates=["zookeeper.service.j2"])
    assert FILE not in found["__zookeeper_watched"] and "EnvironmentFile" not in found["zookeeper.service.j2"]


def test_options_of_another_type_and_templates_that_fail_are_named_at_once(refusal):
    said = refusal("zookeeper", "preflight", groups={"zookeeper": ["n1"]}, zookeeper_client_port="many", zookeeper_open_files="{{ nowhere }}")
    assert "zookeeper_open_files: 'nowhere' is undefined" in said and "argument 'zookeeper_client_port' is of type str" in said


def test_the_faults_of_the_inventory_end_the_run_in_one_sentence_each(refusal):
    said = refusal("zookeeper", "preflight", groups={"zookeeper": ["n1", "n2"]}, zookeeper_java_options=["Xmx1g"])
    assert "Host n1 has no zookeeper_id" in said and "The group zookeeper has 2 hosts (n1, n2)" in said and "Xmx1g is no option of a JVM" in said
