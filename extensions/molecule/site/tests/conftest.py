"""What the tests of this scenario share: the fleet, its inventory, and ansible-playbook on it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

from tests.fleet.fleet import Fleet  # noqa: E402
from tests.fleet.look import over_ssh  # noqa: E402
from tests.playbook import play, play_until_green  # noqa: E402


@pytest.fixture(scope="session")
def inventory() -> str:
    return os.environ["MOLECULE_INVENTORY_FILE"]


@pytest.fixture(scope="session")
def fleet() -> Fleet:
    return Fleet("site")


@pytest.fixture(scope="session")
def site(inventory):
    """Run a playbook of the collection on the fleet."""

    def run(playbook: str, *arguments: str, more: tuple[str, ...] = (), oldest: bool = False):
        return play(f"playbooks/{playbook}.yml", *arguments, inventory=[inventory, *more], oldest=oldest)

    return run


@pytest.fixture
def green(inventory):
    """verify.yml must be green in the end."""
    return lambda: play_until_green(inventory=[inventory])


@pytest.fixture(scope="session", params=["node1", "node2", "node3"])
def name(request) -> str:
    return request.param


@pytest.fixture(scope="session")
def host(fleet, name):
    return over_ssh(fleet, name)
