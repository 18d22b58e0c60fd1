# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-test wants of get-pip.py, for machines that reach a package index but not the Web."""

from __future__ import annotations

import runpy
import subprocess
import sys

# In a process of its own: ensurepip switches the user's pip settings off for the one it runs in.
subprocess.run([sys.executable, "-m", "ensurepip"], check=True)
arguments = [a for a in sys.argv[1:] if a not in ("--no-setuptools", "--no-wheel")]
sys.argv = ["pip", "install", *arguments]
runpy.run_module("pip", run_name="__main__")
