# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of all scenarios share. Each scenario has a fixture `operator`, which is a tests.scenario.Operator."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

# Molecule runs pytest in the folder of the scenario.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
pytest.register_assert_rewrite("tests.on_hosts", "tests.playbook", "tests.scenario")

# It makes the collection known by its name.
importlib.import_module("tests.conftest")
from tests.fleet.look import over_ssh  # noqa: E402
from tests.on_hosts import last_words, zookeeper_of  # noqa: E402


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """A failed test shows what the daemons have written last: the hosts are gone when somebody reads about it."""
    report = yield
    operator = getattr(item, "funcargs", {}).get("operator")
    if report.failed and operator:
        report.sections.append(("the daemons' last words", last_words(operator.fleet)))
    return report


@pytest.fixture(scope="session", params=["node1", "node2", "node3"])
def name(request) -> str:
    return request.param


@pytest.fixture
def host(operator, name):
    """Testinfra's view of a host. Not for the session, as modules have a `name` of their own."""
    return over_ssh(operator.fleet, name, sudo=operator.looks_as_root)


@pytest.fixture(scope="session")
def site(operator):
    """Run a playbook of the collection by its name."""

    def run(playbook: str, *arguments: str, **options):
        return operator.play(*arguments, playbook=f"playbooks/{playbook}.yml", **options)

    return run


@pytest.fixture
def green(operator):
    return operator.play_until_green


@pytest.fixture(scope="session")
def zookeeper(operator):
    with zookeeper_of(operator.fleet) as client:
        yield client
