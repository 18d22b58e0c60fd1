# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of each version, and that it is known in one place."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import Catalogue
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import (
    DEFAULTS, MANAGERS, NEWEST, NEWEST_1, OLDEST, default_version, flink, names_of, state_words, traits, zookeeper_client,
)

MINORS = [*range(OLDEST, NEWEST_1 + 1), *range(100, NEWEST + 1)]


def test_the_keys_that_the_spans_speak_of_are_those_of_the_catalogue():
    """The spans say what roles do with these keys, and the catalogue, which is made from the distributions, which versions read them."""
    read_by = {
        "mesos": "mesos.master", "two_modes": "mode", "jobmanager_process_memory": "jobmanager.memory.process.size",
        "taskmanager_process_memory": "taskmanager.memory.process.size",
    }
    of = {minor: Catalogue(minor) for minor in MINORS}
    for span, key in read_by.items():
        known = [minor for minor in MINORS if of[minor].option(key)]
        assert known == [minor for minor in MINORS if flink(of[minor].name).has(span)], span
    for minor in MINORS:
        assert bool(of[minor].option("jobmanager.heap.size")) != flink(of[minor].name).has("heap_in_megabytes") or minor >= 100
        assert of[minor].option("mesos.initial-tasks") or not flink(of[minor].name).has("initial_tasks")


@pytest.mark.parametrize("minor", MINORS)
def test_each_version_has_a_java(minor):
    version = flink(Catalogue(minor).name)
    assert version.usual_java in version.java


@pytest.mark.parametrize("manager", MANAGERS)
def test_a_manager_has_a_default_version_that_it_runs_and_that_is_sound(manager):
    version = flink(default_version(manager))
    assert version.has(manager) and version.has("pypi") and version.examples and not version.log4j_unsound
    assert version.minor == max(minor for minor in range(OLDEST, NEWEST_1 + 1) if flink(Catalogue(minor).name).has(manager))


def test_a_manager_that_nobody_knows_is_left_to_the_preflight():
    assert set(DEFAULTS) == set(MANAGERS)
    assert default_version("yarn") == default_version("mesos") != default_version("standalone")


@pytest.mark.parametrize(("version", "is_open", "unsound"), [
    ("1.10.3", False, False), ("1.11.5", True, True), ("1.11.6", False, True), ("1.12.5", True, True), ("1.12.7", False, True),
    ("1.13.4", True, True), ("1.13.5", False, True), ("1.13.6", False, False), ("1.14.1", True, True), ("1.14.2", False, True), ("1.14.3", False, False),
    ("1.15.0", False, False), ("2.0.0", False, False)])
def test_the_log4j_of_a_patch(version, is_open, unsound):
    assert (flink(version).log4j_open, flink(version).log4j_unsound) == (is_open, unsound)


@pytest.mark.parametrize(("version", "scala", "examples"), [
    ("1.12.7", "2.11", "1.12.5"), ("1.13.6", "2.11", "1.13.0"), ("1.17.2", "2.12", "1.17.1"), ("1.20.5", "", "1.20.0"), ("2.3.0", "", ""),
    ("1.4.2", "", "")])
def test_the_examples_are_those_that_maven_has(version, scala, examples):
    assert (flink(version).examples_scala, flink(version).examples) == (scala, examples)


@pytest.mark.parametrize(("version", "split"), [("1.13.5", False), ("1.13.6", True), ("1.14.6", True)])
def test_the_packages_that_hold_the_jars(version, split):
    assert flink(version).pypi_split is split


@pytest.mark.parametrize(("version", "java", "laid"), [
    ("1.12.5", 11, ""), ("1.12.5", 17, "3.5.6-12.0"), ("1.17.2", 11, ""), ("1.18.0", 8, "3.7.2-21.0"), ("1.20.5", 17, "3.7.2-21.0"),
    ("2.0.0", 17, "3.7.2-21.0"), ("2.2.1", 21, "3.7.2-21.0"), ("2.3.0", 17, ""), ("3.0", 17, "")])
def test_the_zookeeper_client_that_is_laid_over(version, java, laid):
    assert zookeeper_client(version, "auto", java) == laid
    assert zookeeper_client(version, "bundled", java) == zookeeper_client(version, "", java) == zookeeper_client(version, None, java) == ""


def test_a_zookeeper_client_of_ones_own_wins():
    assert zookeeper_client("1.20.5", "3.8.5-21.0", "17") == zookeeper_client("2.3.0", "3.8.5-21.0", 17) == "3.8.5-21.0"


@pytest.mark.parametrize("minor", MINORS)
def test_no_version_is_given_a_zookeeper_client_that_it_refuses(minor):
    version = flink(Catalogue(minor).name)
    for java in version.java:
        assert version.zookeeper_client_fault(version.zookeeper_client("auto", java)) == ""


def test_a_version_that_nobody_knows_has_nothing():
    assert not any(traits("3.0").values()) and set(traits("3.0")) == set(traits("1.12.5"))


def test_spans_in_sentences():
    assert names_of("2-13,100") == "1.2 to 1.13 and 2.0"
    assert names_of("11-20,100-103") == names_of("11-20,100-") == "1.11 to 1.20 and 2.0 to 2.3"


@pytest.mark.parametrize(("writer", "reader", "words"), [
    ("1.12.5", "1.20.5", "Flink 1.20 reads the state of 1.12"),
    ("1.12.5", "1.12.7", "Flink 1.12 reads the state of 1.12"),
    ("1.7.2", "1.20.5", "does not say whether 1.20 reads the state of 1.7"),
    ("1.20.5", "2.3.0", "does not say whether 2.3 reads the state of 1.20"),
    ("1.13.6", "1.12.5", "1.12 is older than 1.13"),
])
def test_what_flinks_table_says_of_state(writer, reader, words):
    assert words in state_words(writer, reader)
