# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a shell makes of a setting as Flink's AppMaster writes it: the shell of this host is the judge."""

from __future__ import annotations

import subprocess

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.command_line import shell_takes_apart
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.plan import problems

TAKEN_APART = [
    "<host>.jobmanager", "org.acme.;org.other.", "http://h/?a=1&b=2", "a|b", "f(x)", "it's", 'say "hello', "`id`", "a b `id`", "$(id)",
    'one "two;three"', "a\\", "'a;b'c;d",
]
LEFT = [
    "zk://h1:2181,h2:2181/mesos", "-XX:+UseG1GC -Dx=a;b", "/etc/hadoop:/opt/hadoop/lib/*", "'a;b'", '"a;b"', "a\\;b", "-Da='b c'", "100%", "a#b", "it's a b",
]


def words(value, directory):
    """The words that a program gets, and the shell's own status."""
    text = f'"{value}"' if " " in value else value
    done = subprocess.run(["/bin/sh", "-c", f"printf '<%s>\\n' -Dkey={text} -Dlast=1"], cwd=directory, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize("value", TAKEN_APART + LEFT)
def test_the_shell_agrees(tmp_path, value):
    status, got = words(value, tmp_path)
    whole = status == 0 and len(got) == 2 and got[0].startswith("<-Dkey=") and got[1] == "<-Dlast=1>" and "uid=" not in got[0]
    assert shell_takes_apart(value) is not whole


def test_it_is_said_of_what_is_written_for_mesos_alone():
    settings = {"classloader.parent-first-patterns.additional": ["org.acme.", "org.other."], "metrics.scope.jm": "<host>.jobmanager"}
    assert problems(settings, "1.12.5") == []
    [said] = problems(settings, "1.12.5", command_line=True)
    assert "1) classloader.parent-first-patterns.additional has one of ;" in said and "2) metrics.scope.jm has one of ;" in said
    assert "<host>" not in said and "no TaskManager would start: write the value without" in said
