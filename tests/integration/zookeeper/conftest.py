# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One ensemble for all tests of this folder."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.wait import WaitTimeout, wait_for
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper import session as zookeeper
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.info import four_letter_word, observe, probe_ensemble

from tests.integration.zookeeper.ensemble import Ensemble, install


def wait_until(ensemble, state):
    """The ensemble as it is once it is in `state`."""
    try:
        return wait_for(lambda: observe(probe_ensemble(ensemble.servers, four_letter_word(2)), state), 30, 0.2, state).value
    except WaitTimeout as error:
        pytest.fail(f"{error}\n{ensemble.logs()}")


@pytest.fixture(scope="session")
def ensemble(tmp_path_factory):
    install()
    with Ensemble(tmp_path_factory.mktemp("zookeeper")) as running:
        wait_until(running, "synced")
        yield running


@pytest.fixture
def connect(ensemble):
    """Opens a session as the modules do; keywords are their options."""

    def opener(chroot="", **options):
        params = {"hosts": [",".join(ensemble.servers) + chroot], "connect_timeout": 10.0, "auth": None, "tls": None, **options}
        return zookeeper.session(params)

    return opener
