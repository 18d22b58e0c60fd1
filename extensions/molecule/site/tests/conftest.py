"""The platform as its operator has it, and its Flink."""

from __future__ import annotations

import pytest

from tests.fleet.fleet import Fleet
from tests.on_hosts import Flink
from tests.scenario import Operator


@pytest.fixture(scope="session")
def operator(tmp_path_factory):
    return Operator("site", "playbooks/site.yml", tmp_path_factory.mktemp("inventories"))


@pytest.fixture(scope="session")
def fleet(operator) -> Fleet:
    return operator.fleet


@pytest.fixture(scope="session")
def session_cluster(fleet, zookeeper) -> Flink:
    return Flink(fleet, zookeeper, "/flink/default", 8081)
