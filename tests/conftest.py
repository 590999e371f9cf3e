import os

import hypothesis
import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

# Where nobody watches, the same examples run each time: a red run is about the change.
hypothesis.settings.register_profile(
    "monitoring", max_examples=50, deadline=None, derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("monitoring")


@pytest.fixture
def json_snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """One readable JSON file for each test."""
    return snapshot.use_extension(JSONSnapshotExtension)
