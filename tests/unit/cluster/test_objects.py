from typing import Any

import pytest

from tools.cluster.objects import NODES, furniture, node, schedulable, storage_class


def listed(name: str, *, ready: str = "True", taint: str | None = None) -> dict[str, Any]:
    return {
        "metadata": {"name": name},
        "spec": {"taints": [{"key": taint}]} if taint else {},
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }


def test_ready_nodes_without_taints_are_schedulable() -> None:
    assert schedulable({"items": [listed(name) for name in NODES]})


@pytest.mark.parametrize(
    "first",
    [
        listed(NODES[0], ready="False"),
        listed(NODES[0], ready="Unknown"),
        listed(NODES[0], taint="node.kubernetes.io/not-ready"),
        listed(NODES[0], taint="node.kubernetes.io/unreachable"),
        {**node(NODES[0]), "spec": {}},
    ],
)
def test_one_unready_node_is_waited_for(first: dict[str, Any]) -> None:
    assert not schedulable({"items": [first, *(listed(name) for name in NODES[1:])]})


def test_missing_node_is_waited_for() -> None:
    assert not schedulable({"items": [listed(NODES[0])]})


def test_node_that_a_user_cordoned_counts() -> None:
    cordoned = listed(NODES[0], taint="node.kubernetes.io/unschedulable")
    assert schedulable({"items": [cordoned, *(listed(name) for name in NODES[1:])]})


def test_storage_class_is_the_default() -> None:
    annotations = storage_class()["metadata"]["annotations"]
    assert annotations["storageclass.kubernetes.io/is-default-class"] == "true"


def test_there_are_two_nodes_at_least() -> None:
    kinds = [manifest["kind"] for _, manifest in furniture()]
    assert kinds.count("Node") == len(NODES) >= 2
