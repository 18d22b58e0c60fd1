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
from ansible_collections.baremetal.flink.tools.flink_options.distribution import Distribution
from ansible_collections.baremetal.flink.tools.flink_options.merge import merge
from ansible_collections.baremetal.flink.tools.flink_options.reading import Reading
from tests.downloads import flink_home

DATA = Path(__file__).resolve().parents[3] / "tools" / "data"
#: Two packages of Flink, and what else is read without an option.
PART = re.compile(r"org/apache/flink/(configuration|mesos)/|org/apache/flink/runtime/(util/HadoopUtils|taskexecutor/TaskManagerConfiguration)\b")
PLACES = ("org.apache.flink.configuration.", "org.apache.flink.mesos.")


@pytest.fixture(scope="module", params=["1.9.3", "1.12.5"])
def version(request):
    return request.param


@pytest.fixture(scope="module")
def minor(version):
    return int(version.split(".")[1])


@pytest.fixture(scope="module")
def said(version):
    distribution = Distribution([flink_home(version) / "lib"])
    distribution.own = [name for name in distribution.own if PART.match(name)]
    return Reading(distribution).run()


@pytest.fixture(scope="module")
def table():
    return json.loads((DATA / "flink-options.json").read_text(encoding="utf-8"))


def at(minor, option, field):
    """The value of a field of the table in one version."""
    changes = {int(version.split(".")[1]): value for version, value in option.get(field + "_changes", {}).items()}
    held = [value for first, value in sorted(changes.items()) if first <= minor]
    return held[-1] if held else option.get(field)


def shape(key):
    return re.sub("<[^>]*>", "<>", key)


def test_the_table_has_every_option_of_the_distribution(said, table, minor):
    listed = {shape(key) for key, option in table["options"].items() if f"1.{minor}" in option["versions"]}
    made = {shape(key) for key, option in said["options"].items() if option["class"].startswith(PLACES)}
    assert len(made) > 200
    # fs.SCHEME.limit.* are taken by the family fs.
    assert {key for key in made - listed if not key.startswith("fs.<>.limit.")} == set()


def test_types_and_defaults_are_those_of_the_distribution(said, table, minor):
    different = {}
    options = {shape(name): each for name, each in said["options"].items()}
    for key, option in table["options"].items():
        made = options.get(shape(key))
        if made is None or f"1.{minor}" not in option["versions"] or made["default"] == {"computed": True}:
            continue
        for field in ("type", "default"):
            old = at(minor, option, field)
            if isinstance(made[field], dict):
                old = dict(pair.split("=") for pair in old.strip("{}").split(", "))
            if made[field] != old:
                different[key, field] = (old, made[field])
    assert different == {}


def test_other_names_are_those_of_the_distribution(said, table, minor):
    made = {
        (name["key"], key, field == "deprecated_keys")
        for key, option in said["options"].items() for field in ("deprecated_keys", "fallback_keys") for name in option.get(field, []) if name["key"] != key
    }
    entries = [(key, entry) for key, listed in table["aliases"].items() for entry in listed if f"1.{minor}" in entry["versions"]]
    listed = {(key, entry["option"], entry["deprecated"]) for key, entry in entries}
    assert made and made <= listed


def test_what_is_read_without_an_option_is_known(said, version, minor):
    catalogue = Catalogue(minor)
    read = merge([{"version": version, **said}])["read"]
    assert {"fs.hdfs.hadoopconf", "fs.hdfs.hdfssite", "taskmanager.log.path"} <= set(read)
    assert [key for key in read if not catalogue.knows(key)] == []
