# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that tie the master's flags together. Knows those of the flags that the stand-in heeds."""

from __future__ import annotations

import os

from ..daemon import die
from ..flags import Flags


def check(flags: Flags) -> None:
    """Rules that tie flags together; each ends the process as the real one ends."""
    if flags.zk is not None and (flags.master_contender is not None or flags.master_detector is not None):
        die("Only one of zk or master_contender/master_detector should be specified")
    if (flags.master_contender is None) != (flags.master_detector is None):
        die("Both --master_contender and --master_detector should be specified or omitted")
    if flags.master_contender is not None:
        die("Failed to create master contender: the stand-in loads no modules, use --zk")
    if flags.registry == "replicated_log" and flags.work_dir is None:
        die("--work_dir needed for replicated log based registry")
    if flags.zk is not None and flags.registry == "replicated_log" and flags.quorum is None:
        die("Need to specify --quorum for replicated log based registry when using ZooKeeper")
    if flags.quorum is not None and flags.quorum < 1:
        die(f"Invalid value '{flags.quorum}' for --quorum. Must be at least 1")
    if flags.authenticate_http_frameworks and flags.http_framework_authenticators is None:
        die("Missing `--http_framework_authenticators` flag. This must be used in conjunction with `--authenticate_http_frameworks`")
    needs = ("authenticate_frameworks", "authenticate_agents", "authenticate_http_readonly", "authenticate_http_readwrite")
    for name in needs:
        if getattr(flags, name) and flags.credentials is None:
            die(f"Authentication is required by --{name}, but no credentials were provided: set --credentials")
    if flags.work_dir is not None:
        try:
            os.makedirs(flags.work_dir, exist_ok=True)
        except OSError as error:
            die(f"Failed to create work directory '{flags.work_dir}': {error.strerror}")
