"""Names of the resources of a namespace's monitors."""

import pytest

from components.monitors.manifest import manifest
from components.namespace_monitors import logical_name


@pytest.mark.parametrize(
    ("kind", "name", "resource"),
    [
        ("PodMonitor", "llmd-decode", "llm-d.monitors-pod-monitor-llmd-decode"),
        (
            "ClusterRole",
            "llmd-monitoring:llm-d:metrics-reader",
            "llm-d.monitors-cluster-role-metrics-reader",
        ),
    ],
)
def test_bear_the_components_and_the_objects(kind: str, name: str, resource: str) -> None:
    made = manifest("v1", kind, name, namespace=None, labels={})
    assert logical_name("llm-d.monitors", made) == resource
