# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a plain function becomes a Jinja filter."""

from __future__ import annotations

from functools import wraps
from typing import Any, Callable

from ansible.errors import AnsibleFilterError

from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError


def as_filter(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap ``function`` so that its CollectionError becomes the one-sentence failure of the template."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except CollectionError as error:
            raise AnsibleFilterError(str(error)) from error

    return run
