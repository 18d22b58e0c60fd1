# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a framework."""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping

from .agent import tear_down
from .masters import ONE_WAY, MesosMasters, mesos_argument_spec


def core(params: Mapping[str, Any], check_mode: bool, warn: Callable[[str], None]) -> Dict[str, Any]:
    return tear_down(MesosMasters.from_params(params), params["framework"], check_mode)


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        framework=dict(type="str", required=True),
        state=dict(type="str", choices=["absent"], default="absent"),
        **mesos_argument_spec(),
    ),
    requirements=("requests",),
    **ONE_WAY,
)
