"""Readiness is read from what the API server says of each kind."""

from typing import Any

import pytest

from tools.stack.workloads import as_workload


def item(spec: dict[str, Any], status: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"name": "x"}, "spec": spec, "status": status}


@pytest.mark.parametrize(
    ("kind", "spec", "status", "ready"),
    [
        ("Deployment", {"replicas": 2}, {"readyReplicas": 2}, True),
        ("Deployment", {"replicas": 2}, {"readyReplicas": 1}, False),
        ("Deployment", {"replicas": 0}, {}, True),
        ("StatefulSet", {"replicas": 1}, {}, False),
        ("DaemonSet", {}, {"desiredNumberScheduled": 2, "numberReady": 2}, True),
        ("DaemonSet", {}, {"desiredNumberScheduled": 2, "numberReady": 0}, False),
        ("DaemonSet", {}, {}, False),
        ("Job", {"completions": 1}, {"succeeded": 1}, True),
        ("Job", {}, {"active": 1}, False),
    ],
)
def test_ready(kind: str, spec: dict[str, Any], status: dict[str, Any], *, ready: bool) -> None:
    assert as_workload(kind, item(spec, status)).is_ready is ready
