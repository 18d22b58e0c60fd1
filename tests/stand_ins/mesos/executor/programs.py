# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of the host, called as libprocess calls them: found on PATH, and what is missing ends the child with errno."""

from __future__ import annotations

import subprocess
from typing import Any, List


class NotStarted(Exception):
    """The program cannot be executed; the words are those that its child would have written."""

    def __init__(self, program: str, number: int) -> None:
        super().__init__(f"EXIT with status {number}: Failed to os::execvpe on path '{program}': {number}")
        self.status = number


def run(arguments: List[str], **options: Any) -> "subprocess.CompletedProcess[bytes]":
    """Until it ends; its output is kept unless it is sent elsewhere.

    :raises NotStarted: the host has no such program.
    """
    try:
        return subprocess.run(
            arguments, check=False, **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        )
    except OSError as error:
        raise NotStarted(arguments[0], error.errno or 1) from error
