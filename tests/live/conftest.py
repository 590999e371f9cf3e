"""One live world for all live tests."""

from collections.abc import Iterator

import pytest

from tests.live.world import World, live_world
from tools.live.namespaces import unavailable


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The live world, where the kernel lets one make it."""
    reason = unavailable()
    if reason is not None:
        pytest.skip(f"NOTHING WAS TESTED LIVE: {reason}")
    with live_world(tmp_path_factory.mktemp("live")) as world:
        yield world
