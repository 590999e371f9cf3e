import os
from pathlib import Path
from typing import Final

import hypothesis
import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

TESTS: Final = Path(__file__).parent

# Where nobody watches, the same examples run each time: a red run is about the change.
hypothesis.settings.register_profile(
    "monitoring", max_examples=50, deadline=None, derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("monitoring")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps the tests of a file on one worker (`--dist loadgroup`): many build on each other."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None and not is_pure(item.path):
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


def is_pure(path: Path) -> bool:
    """Tells whether a file's tests need nothing but the file, so that any worker may take them."""
    return path.relative_to(TESTS).parts[0] in {"unit", "program"}


@pytest.fixture
def json_snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """One readable JSON file for each test."""
    return snapshot.use_extension(JSONSnapshotExtension)
