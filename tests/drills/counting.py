# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job that counts exactly, on the platform's hosts."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Sequence

from tests.on_hosts import Flink

DIRECTORY = "/var/lib/flink/counts"
JAR = "/var/tmp/counting.jar"


class CountingOnHosts:
    """Each host has the directory in which the job finds its end and leaves its counts; a counter writes on the host that it runs on."""

    def __init__(self, flink: Flink, jar: Path, settings: Sequence[str] = ()) -> None:
        self._flink = flink
        self._settings = [f"-D{setting}" for setting in settings]
        for node in flink.addresses:
            flink.on(node, f"sudo rm -rf {DIRECTORY}; sudo install -d -o flink -g flink {DIRECTORY}")
        subprocess.run(flink.fleet.ssh("node1", f"cat > {JAR}"), input=jar.read_bytes(), check=True, timeout=60)

    def start(self, parallelism: int = 2) -> str:
        """The id of the job, which takes a checkpoint every two seconds."""
        command = ["sudo", "flink", "run", "--detached", "--target=remote", *self._settings, f"--parallelism={parallelism}",
                   JAR, "--dir", DIRECTORY, "--checkpoint-ms", "2000"]
        return re.search(r"JobID ([0-9a-f]{32})", self._flink.on("node1", " ".join(command))).group(1)

    def finish(self, job: str, numbers: int, at: Flink | None = None) -> int:
        """Let the numbers end, wait for the job's end, at another cluster perhaps, and return the sum of all ten counters."""
        flink = at or self._flink
        for node in self._flink.addresses:
            wrong = self._flink.on(node, f"sudo cat {DIRECTORY}/WRONG 2>/dev/null || true")
            assert wrong == "", wrong
            self._flink.on(node, f"echo {numbers} | sudo tee {DIRECTORY}/end >/dev/null; sudo mv {DIRECTORY}/end {DIRECTORY}/END")
        flink.wait_for(lambda: flink.rest(f"/jobs/{job}")["state"] == "FINISHED", "the end of the job", 180)
        counts = {}
        for node in self._flink.addresses:
            # The directory is closed to whoever logs in, and to his shell's patterns.
            for line in self._flink.on(node, f"sudo grep --recursive --include='count-*' . {DIRECTORY} || true").splitlines():
                name, dummy, count = line.rpartition(":")
                counts[name.rpartition("-")[2]] = int(count)
        assert len(counts) == 10, counts
        return sum(counts.values())
