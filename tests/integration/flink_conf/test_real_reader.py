# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the module with the Flink that it writes for: reader, writer and types, thousands of cases in one JVM each."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from random import Random
from typing import Dict

import cases
import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf import values
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import Option
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.line_rules import as_text
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.plan import Plan, Request
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.reader import SCRIPT_KEYS, read
from ansible_collections.baremetal.flink.plugins.module_utils.flink.versions import minor_of

from tests.downloads import flink_home

RAW, WRITTEN, ASCII_ONLY = 3000, 4000, 1000


def test_the_ported_reader_reads_like_flink(flink, written, tmp_path):
    random = Random("reader")
    contents = {f"{number:05d}": cases.raw_bytes(random) for number in range(RAW)}
    for name, content in contents.items():
        written(name, content)
    expected = {name: read(content.decode("utf-8", "replace")) for name, content in contents.items()}
    assert sum(len(settings) for settings in expected.values()) > RAW, "the cases hold too few settings to prove anything"
    assert flink.read(tmp_path, "UTF-8") == expected


def test_the_ported_reader_reads_like_a_flink_whose_charset_is_ascii(flink, written, tmp_path):
    random = Random("ascii")
    contents = {f"{number:05d}": cases.raw_bytes(random) for number in range(ASCII_ONLY)}
    for name, content in contents.items():
        written(name, content)
    assert flink.read(tmp_path, "US-ASCII") == {name: read(content.decode("ascii", "replace")) for name, content in contents.items()}


@pytest.mark.parametrize("charset, java_charset", [("utf-8", "UTF-8"), ("ascii", "US-ASCII")])
def test_flink_reads_what_was_asked_for(flink, written, tmp_path, charset, java_charset):
    random = Random(f"written {charset}")
    asked: Dict[str, Dict[str, str]] = {}
    kept: Dict[str, Dict[str, str]] = {}
    refused = 0
    for number in range(WRITTEN):
        name, before = f"{number:05d}", cases.raw_text(random) if random.random() < 0.5 else ""
        settings = cases.settings(random)
        try:
            plan = Plan(Request(version=flink.version, settings=settings, unknown_keys="allow", charset=charset))
            outcome = plan.outcome(before)
        except InputError:
            refused += 1
            continue
        written(name, outcome.text.encode("utf-8"))
        asked[name] = {
            plan.renamed.get(key, key): "lower case" if value in (True, False) else as_text(key, value)
            for key, value in settings.items() if value is not None
        }
        asked[name] = {key: text for key, text in asked[name].items() if text != "lower case"}
        touched = set(plan.wanted) | set(plan.gone)
        touched |= {old for key in touched for old in plan.catalogue.former_names(key)}
        kept[name] = {key: value for key, value in read(before).items() if key not in touched}
    assert len(asked) > WRITTEN / 20 and refused > WRITTEN / 20, f"{len(asked)} written, {refused} refused"
    found = flink.read(tmp_path, java_charset)
    for name, settings in found.items():
        for key, value in asked[name].items():
            assert settings[key] == value, f"{name}: {key!r}"
        if charset == "utf-8":
            assert {key: settings.get(key) for key in kept[name]} == kept[name], name


def test_accepted_values_are_those_that_flink_parses(flink, tmp_path):
    pairs = [(kind, text) for kind, texts in cases.typed_values(Random("types")).items() for text in texts]
    verdicts = flink.parses(pairs, tmp_path / "values")
    wrong = []
    for (kind, text), flink_takes in zip(pairs, verdicts):
        is_list = kind == "list"
        option = Option("key", "string" if is_list else kind, is_list, False, (), False, False, "")
        reason = values.why_not_parsed(option, text, minor_of(flink.version))
        # Java takes these for numbers, but nobody can mean them.
        deliberate = kind in ("float", "double") and (text in ("NaN", "Infinity") or reason == "is out of range")
        if (reason is None) != flink_takes and not (deliberate and flink_takes):
            wrong.append((kind, text, flink_takes))
    assert wrong == []


def test_the_start_script_reads_what_was_asked_for(tmp_path):
    """bin/config.sh of the distribution, with the lines above readFromConfig cut off, reads each of its keys like Java does."""
    script = (flink_home("1.12.5") / "bin" / "config.sh").read_text(encoding="utf-8")
    function = re.search(r"^readFromConfig\(\) \{.*?^\}", script, re.DOTALL | re.MULTILINE)
    assert function
    before = "\tenv.log.dir: /tab\r\nenv.pid.dir : /crlf\r\nparallelism.default: 1\renv.ssh.opts: -p 1\r\nhigh-availability: NONE"
    settings = {
        "env.log.dir": "/tab", "env.pid.dir": "/crlf", "env.java.home": "/opt/java", "env.java.opts": '-Da="b c" -Dd=e', "env.ssh.opts": "-p 1",
        "high-availability": "NONE", "env.log.max": 3,
    }
    assert set(settings) <= SCRIPT_KEYS
    file = tmp_path / "flink-conf.yaml"
    file.write_bytes(Plan(Request(version="1.12.5", settings=settings)).outcome(before).text.encode())
    for key, value in settings.items():
        ran = subprocess.run(
            ["bash", "-c", f'{function.group(0)}\nreadFromConfig "$1" MISSING "$2"', "bash", key, file], capture_output=True, text=True, check=True
        )
        assert ran.stdout == f"{value}\n", key


def test_the_flink_that_was_asked_is_the_real_one(flink, written, tmp_path: Path):
    written("stock", (flink_home("1.12.5") / "conf" / "flink-conf.yaml").read_bytes())
    assert flink.read(tmp_path, "UTF-8")["stock"]["jobmanager.memory.process.size"] == "1600m"
