# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The script by which a job cluster finds its newest checkpoint when ZooKeeper knows none."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import jinja2
import pytest

TEMPLATE = Path(__file__).resolve().parents[3] / "roles/flink/templates/last-checkpoint.j2"
JOB = "ab12"
MISSING = "ls: `hdfs://ns/flink/words/checkpoints/ab12/chk-*/_metadata': No such file or directory"


def run(directory: Path, storage: str, **more) -> "subprocess.CompletedProcess[str]":
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters["quote"] = shlex.quote
    known = {
        "flink_cluster_name": "words", "flink_cluster_storage": storage, "flink_job_id": JOB, "flink_hadoop_classpath": "",
        "flink_local_storage": [storage.partition("://")[2]], "flink_environment_file": str(directory / "environment"),
        "__flink_has_keytab": False, **more,
    }
    script = directory / "last-checkpoint"
    script.write_text(environment.from_string(TEMPLATE.read_text()).render(known))
    return subprocess.run(["bash", str(script)], capture_output=True, text=True, check=False, timeout=30)


def test_the_highest_number_of_those_that_are_complete(tmp_path):
    kept = tmp_path / "checkpoints" / JOB
    before = run(tmp_path, tmp_path.as_uri())
    assert (before.returncode, before.stdout) == (0, "")
    for name in ("chk-9/_metadata", "chk-10/_metadata", "chk-11/half", "shared/_metadata"):
        (kept / name).parent.mkdir(parents=True)
        (kept / name).touch()
    found = run(tmp_path, tmp_path.as_uri())
    assert (found.returncode, found.stdout) == (0, f"{kept.as_uri()}/chk-10\n")


@pytest.mark.parametrize(
    ("said", "status", "printed", "ends"),
    [
        ("log4j:WARN none\nhdfs://ns/c/chk-9/_metadata\nhdfs://ns/c/chk-10/_metadata", 0, "hdfs://ns/c/chk-10\n", 0),
        (MISSING, 1, "", 0),
        ('ls: No FileSystem for scheme "s3"', 1, "", 0),
        ("-ls: Fatal internal error\njava.lang.ClassNotFoundException: Class org.apache.hadoop.fs.s3a.S3AFileSystem not found\n\tat a.B", 255, "", 0),
        # Nobody knows, so nothing may be started from nothing.
        ("ls: Call From node1 to node2:8020 failed on connection exception", 1, "", 1),
    ],
)
def test_hdfs_is_asked_and_no_answer_is_not_taken_for_none(tmp_path, said, status, printed, ends):
    java = tmp_path / "java" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\nprintf '%s\\n' {shlex.quote(said)}\nexit {status}\n")
    java.chmod(0o755)
    (tmp_path / "environment").write_text(f"JAVA_HOME={tmp_path}/java\nHADOOP_CLASSPATH=/opt/hadoop/lib/*\n")
    found = run(tmp_path, "hdfs://ns/flink/words", flink_hadoop_classpath="/opt/hadoop/lib/*")
    assert (found.returncode, found.stdout) == (ends, printed)
