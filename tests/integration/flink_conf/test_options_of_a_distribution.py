# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue says of a real distribution what its class files say: a part of it is made again and compared."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import Catalogue
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import flink, minor_of
from ansible_collections.baremetal.flink.tools.flink_options.distribution import Distribution
from ansible_collections.baremetal.flink.tools.flink_options.merge import CHANGING, merge, order
from ansible_collections.baremetal.flink.tools.flink_options.reading import Reading
from tests.downloads import flink_home

DATA = Path(__file__).resolve().parents[3] / "tools" / "data"
#: Two packages of Flink, and what else is read without an option.
PART = re.compile(r"org/apache/flink/(configuration|mesos)/|org/apache/flink/runtime/(util/HadoopUtils|taskexecutor/TaskManagerConfiguration)\b")
PLACES = ("org.apache.flink.configuration.", "org.apache.flink.mesos.")


@pytest.mark.parametrize("version", ["1.20.5", "2.3.0"])
def test_java_is_opened_as_in_the_configuration_of_the_distribution(version):
    (opened,) = re.findall(r"^ +all: (--add-.*)$", (flink_home(version) / "conf" / "config.yaml").read_text(encoding="utf-8"), re.M)
    assert sorted(flink(version).java_switches) == sorted(opened.split())


@pytest.fixture(scope="module", params=["1.9.3", "1.12.5", "1.20.5"])
def version(request):
    return request.param


@pytest.fixture(scope="module")
def made(version):
    distribution = Distribution([flink_home(version) / "lib"])
    distribution.own = [name for name in distribution.own if PART.match(name)]
    return merge([{"version": version, **Reading(distribution).run()}])


@pytest.fixture(scope="module")
def listed():
    return json.loads((DATA / "flink-distributions.json").read_text(encoding="utf-8"))


def in_one_version(option, minor):
    """An option of the data as it is there for one version alone."""
    first = [minor]
    found = {"versions": first, "class": option["class"]}
    for field in CHANGING:
        found[field] = held(option.get(field + "_changes", {first[0]: option.get(field)}), minor)
    if not found["list"]:
        del found["list"]
    words = held(option.get("enum", {}), minor)
    if words:
        found["enum"] = {minor: words}
    if minor in option.get("marked_deprecated_in", []):
        found["marked_deprecated_in"] = first
    for field in ("deprecated_keys", "fallback_keys"):
        names = [{"key": name["key"], "versions": first} for name in option.get(field, []) if minor in name["versions"]]
        found.update({field: names} if names else {})
    return found


def held(changes, minor):
    return next((value for first, value in sorted(changes.items(), key=lambda each: order(each[0]), reverse=True) if order(first) <= order(minor)), None)


def test_options_are_those_of_the_distribution(made, listed, version):
    minor = version.rpartition(".")[0]
    part = {key: option for key, option in made["options"].items() if option["class"].startswith(PLACES)}
    assert len(part) > 200
    assert part == {key: {**in_one_version(listed["options"][key], minor), "class": option["class"]} for key, option in part.items()}


def test_what_is_read_without_an_option_is_known(made, listed, version):
    minor = version.rpartition(".")[0]
    catalogue = Catalogue(minor_of(version))
    assert {"fs.hdfs.hadoopconf", "fs.hdfs.hdfssite"} <= set(made["read"])
    assert [key for key in made["read"] if minor not in listed["read"][key]["versions"] or not catalogue.knows(key)] == []
