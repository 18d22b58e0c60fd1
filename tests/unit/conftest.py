# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets the units run on ansible-core 2.16 too, which has no ``ansible.module_utils.testing``, and properties take the time they need."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import sys
import types
from unittest import mock

from ansible.module_utils import basic
from ansible.module_utils.common import warnings
from hypothesis import HealthCheck, settings

# A busy machine or a slow disk says nothing about a property.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@contextlib.contextmanager
def patch_module_args(args=None):
    """As ansible-core 2.19's: what AnsibleModule finds for arguments inside the ``with``. Warnings of the module before are forgotten."""
    warnings._global_warnings.clear()
    with mock.patch.object(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": args or {}}).encode()):
        yield


if importlib.util.find_spec("ansible.module_utils.testing") is None:
    stand_in = types.ModuleType("ansible.module_utils.testing")
    stand_in.patch_module_args = patch_module_args
    sys.modules[stand_in.__name__] = stand_in
