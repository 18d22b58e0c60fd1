# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every download of a release is held against a checksum, the role's or the user's."""

from __future__ import annotations

import pytest

JAVA_17 = {"n1": {"flink_preflight": {"java": {"major": 17}}}}


def checksums(render, **variables) -> dict[str, str]:
    """What each part without a manifest must be, by the package or jar that it is."""
    parts = render("flink", ["flink_parts"], hosts=JAVA_17, **variables)["flink_parts"]
    return {part.get("package") or part["coordinates"][0].split(":")[1]: part["checksum"] for part in parts if not part.get("manifest")}


@pytest.mark.parametrize(("manager", "examples"), [("mesos", "flink-examples-streaming_2.11"), ("standalone", "flink-examples-streaming")])
def test_all_of_the_default_version_is_pinned(render, manager, examples):
    """On Java 17, where another ZooKeeper client is a part of both."""
    found = checksums(render, flink_cluster_manager=manager)
    assert set(found) == {"apache-flink", "apache-flink-libraries", "flink-shaded-zookeeper-3", examples}
    assert all(value.startswith("sha256:") for value in found.values())


def test_users_pin_another_version_and_win_over_the_role(render):
    mine = {"pypi:1.11.4": "sha256:aa", "examples:2.11:1.11.2": "sha256:bb", "zookeeper:3.5.6-11.0": "sha256:cc"}
    found = checksums(render, flink_version="1.11.4", flink_checksums=mine)
    assert found == {"apache-flink": "sha256:aa", "flink-examples-streaming_2.11": "sha256:bb", "flink-shaded-zookeeper-3": "sha256:cc"}


def test_what_takes_the_place_of_a_client_with_two_leaders_is_pinned(render):
    asked = {"flink_version": "1.20.5", "flink_cluster_manager": "standalone"}
    assert checksums(render, **asked)["flink-shaded-zookeeper-3"].startswith("sha256:")
    assert "flink-shaded-zookeeper-3" not in checksums(render, flink_zookeeper_client_version="bundled", **asked)


def test_a_package_of_ones_own_has_its_checksum(render):
    found = checksums(render, flink_version="1.13.6", flink_pypi_checksum="sha256:dd", flink_checksums={"libraries:1.13.6": "sha256:ee"})
    assert (found["apache-flink"], found["apache-flink-libraries"]) == ("sha256:dd", "sha256:ee")


@pytest.mark.parametrize(("named", "refused"), [({}, True), ({"flink_version": "1.20.5"}, False), ({"flink_version": "1.12.5"}, False)])
def test_another_minor_version_is_one_that_somebody_has_named(told, named, refused):
    """The next thing that it does is to ask Flink for its jobs, which is not there."""
    status, output = told("flink", "other_version", flink_cluster_manager="standalone", flink_preflight={"links": {"/opt/flink": "/opt/flink-1.12.5"}},
                          flink_rest_port=1, **named)
    said = "Flink 1.12.5 is on this host, and the inventory names no flink_version, of which the role takes 1.20.5 by default: set flink_version"
    assert (said in output) is refused and (status != 0 or not refused), output
