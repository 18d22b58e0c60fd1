# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of the user's on the controller."""

from __future__ import annotations

import os
from typing import Any


def controller_file(loader: Any, path: str) -> bytes:
    """What is in a file whose absolute path ``path`` is; one that ansible-vault has encrypted is opened.

    :raises OSError: it is not there, or may not be read.
    :raises AnsibleError: no password of a vault opens it.
    """
    if not loader.path_exists(path):
        os.stat(path)  # Ansible's own error of a missing file is no OSError
    content: bytes = loader._get_file_contents(path)[0]
    return content
