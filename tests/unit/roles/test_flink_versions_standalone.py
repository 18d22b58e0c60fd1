# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role writes for a job cluster of each standalone Flink, which is more than for a session cluster: keys that this version reads."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import Catalogue
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.plan import problems
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import NEWEST, NEWEST_1, OLDEST, flink

from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import RoleValues

GROUPS = {name: ["n1", "n2"] for name in ("zookeeper", "flink_jobmanager", "flink_taskmanager", "hdfs_namenode", "hdfs_datanode", "hdfs_journalnode")}
JOB = {"name": "words", "jar": "/srv/words.jar", "entry_class": "org.example.Words", "ports_from": 6200}
VERSIONS = [f"{known.name}.0" for known in (flink(Catalogue(minor).name) for minor in [*range(OLDEST, NEWEST_1 + 1), *range(100, NEWEST + 1)])
            if known.has("standalone")]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_key_is_one_that_the_version_reads(version):
    values = RoleValues("flink", GROUPS, flink_cluster_manager="standalone", flink_version=version, flink_source="archive",
                        flink_preflight={"java": {"major": flink(version).usual_java}}, flink_job_cluster=JOB)
    settings = values.value("flink_conf_settings")
    assert problems(settings, version, "error") == []
    # A job cluster that found the graph of an earlier program where Flink has it by default would run that one.
    catalogue = Catalogue(flink(version).minor)
    places = [f"high-availability.zookeeper.path.{name}" for name in ("jobgraphs", "execution-plans", "applications")]
    known = [key for key in places if catalogue.option(key)]
    assert known and [key for key in places if key in settings] == known
    assert all(settings[key].rpartition("-")[2].isalnum() and settings[key] != catalogue.option(key).default for key in known)
