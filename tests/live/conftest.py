"""One live world for all live tests."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.live import late_token
from tests.live.deployments import BOTH, DEPLOYMENTS
from tests.live.targets import healthy
from tests.live.world import READY_SECONDS, World, live_world
from tools.live.namespaces import unavailable
from tools.live.waiting import wait_for


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The live world, where the kernel lets one make it; the Endpoint Picker of one deployment has no token yet."""
    reason = unavailable()
    if reason is not None:
        pytest.skip(f"NOTHING WAS TESTED LIVE: {reason}")
    with live_world(tmp_path_factory.mktemp("live")) as world:
        yield world


@pytest.fixture(scope="session")
def before_the_token(world: World) -> set[str]:
    """What was scraped of a deployment before the token of its Endpoint Picker came; then it has come."""
    servers = {server.name for server in BOTH.servers}
    found = wait_for(
        lambda: found if (found := set(healthy(world, BOTH))) >= servers else None,
        READY_SECONDS,
        lambda: AssertionError(f"targets are {healthy(world, BOTH)}"),
    )
    late_token.bring(world.kubernetes, BOTH)
    return found


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """When the tests began, and what the simulations had done by then."""

    time: float
    totals: Mapping[str, Any]


@pytest.fixture(scope="session")
def beginning(world: World, before_the_token: set[str]) -> Beginning:
    """The beginning of the tests, with everything scraped."""
    wait_for(
        lambda: all(healthy(world, one)[one.epp] for one in DEPLOYMENTS) or None,
        READY_SECONDS,
        lambda: AssertionError("not every Endpoint Picker is scraped"),
    )
    totals = world.emulators.get("totals").raise_for_status().json()
    return Beginning(time=time.time(), totals=totals)


@pytest.fixture(scope="session")
def whole_world(world: World, beginning: Beginning) -> World:
    """The live world with every token."""
    return world
