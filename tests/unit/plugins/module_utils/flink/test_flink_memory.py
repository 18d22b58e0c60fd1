# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bounds were taken from the start scripts of Flink 1.12.5: 982m is the least that its TaskManager starts with."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.memory import memory_mb, memory_problems, parse_memory


@pytest.mark.parametrize(
    "text,size",
    [("1728m", 1728 * 2**20), ("1 gb", 2**30), ("2G", 2**31), ("1024", 1024), (4096, 4096), ("3 kibibytes", 3072), ("5b", 5)],
)
def test_sizes_are_read_as_flink_reads_them(text, size):
    assert parse_memory("k", text) == size


@pytest.mark.parametrize("text", ["", "1.5g", "1728 megs", "-1m", "m", None])
def test_a_size_that_flink_cannot_read_is_named(text):
    with pytest.raises(InputError, match="jobmanager.memory.process.size is .*whole number"):
        parse_memory("jobmanager.memory.process.size", text)


@pytest.mark.parametrize("size", ["982m", "1000m", "1024m", "1728m", "64g"])
def test_taskmanagers_that_start(size):
    assert memory_problems({"taskmanager.memory.process.size": size}) == []


@pytest.mark.parametrize("size", ["1m", "448m", "700m", "960m", "981m"])
def test_taskmanagers_that_die_at_start(size):
    (problem,) = memory_problems({"taskmanager.memory.process.size": size})
    assert problem.startswith(f"taskmanager.memory.process.size is {size}, which is ")
    assert "managed memory" in problem


def test_other_settings_are_taken_into_account():
    small = {"taskmanager.memory.process.size": "700m", "taskmanager.memory.managed.size": "0", "taskmanager.memory.network.max": "64m"}
    assert memory_problems(small) != []
    assert memory_problems({**small, "taskmanager.memory.jvm-metaspace.size": "128m"}) == []
    large = {"taskmanager.memory.process.size": "1728m", "taskmanager.memory.managed.size": "1g"}
    assert "managed memory 1024m" in memory_problems(large)[0]


def test_what_flink_fixes_itself_is_left_to_flink():
    assert memory_problems({"taskmanager.memory.process.size": "700m", "taskmanager.memory.flink.size": "600m"}) == []
    assert memory_problems({"taskmanager.memory.process.size": "700m", "taskmanager.memory.task.heap.size": "10m"}) == []
    assert memory_problems({"jobmanager.memory.process.size": "300m", "jobmanager.memory.heap.size": "10m"}) == []
    assert memory_problems({}) == []


@pytest.mark.parametrize("size,fits", [("576m", False), ("703m", False), ("704m", True), ("1600m", True)])
def test_jobmanager(size, fits):
    assert (memory_problems({"jobmanager.memory.process.size": size}) == []) is fits


def test_unreadable_values_are_problems_and_not_errors():
    problems = memory_problems({"jobmanager.memory.process.size": "much", "taskmanager.memory.process.size": "1g",
                                "taskmanager.memory.managed.fraction": "half"})
    assert [problem.split(" is ", maxsplit=1)[0] for problem in problems] == [
        "jobmanager.memory.process.size", "taskmanager.memory.managed.fraction"]


@pytest.mark.parametrize("text,size", [("1728m", 1728), ("2 GB", 2048), (2**20 + 1, 2)])
def test_mebibytes_are_rounded_up(text, size):
    assert memory_mb(text) == size


def test_null_leaves_flinks_default_and_a_list_is_no_fraction():
    settings = {"taskmanager.memory.process.size": "1728m", "taskmanager.memory.managed.fraction": None}
    assert memory_problems(settings) == []
    (problem,) = memory_problems({**settings, "taskmanager.memory.managed.fraction": [0.4]})
    assert problem == "taskmanager.memory.managed.fraction is [0.4]: write a fraction, for example 0.4"
