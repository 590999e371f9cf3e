"""The objects that make an empty control plane a cluster one can install something on."""

from collections.abc import Mapping
from typing import Any, Final

NODES: Final = ("local-1", "local-2")

STORAGE_CLASS: Final = "local"
"""Selected by the stages in volumes.yaml, which make and remove its volumes."""

NODE_PATH: Final = "api/v1/nodes"

INSTANT_END: Final = "pods-end-at-once"

_CAPACITY: Final = {
    "cpu": "64",
    "memory": "512Gi",
    "ephemeral-storage": "1Ti",
    "pods": "250",
    "nvidia.com/gpu": "8",
}


def node(name: str) -> Mapping[str, Any]:
    """A node for kwok to manage; its capacity is only a number, nothing is ever run."""
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "node-role.kubernetes.io/worker": "",
            },
        },
        "status": {"capacity": _CAPACITY, "allocatable": _CAPACITY},
    }


def storage_class() -> Mapping[str, Any]:
    """The default storage class, so that settings with persistence work."""
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {
            "name": STORAGE_CLASS,
            "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        },
        "provisioner": "llmd-local/kwok",
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "Immediate",
        "allowVolumeExpansion": False,
    }


def instant_end_policy() -> Mapping[str, Any]:
    """A policy that gives new pods no time of grace, since there is nothing to end gracefully.

    Without it, the namespace controller waits for half of the pods' time of grace, 15 s by default,
    before it looks again, although kwok has removed the pods at once.
    """
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingAdmissionPolicy",
        "metadata": {"name": INSTANT_END},
        "spec": {
            "failurePolicy": "Ignore",
            "reinvocationPolicy": "Never",
            "matchConstraints": {
                "resourceRules": [
                    {
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "operations": ["CREATE"],
                        "resources": ["pods"],
                    }
                ]
            },
            "mutations": [
                {
                    "patchType": "ApplyConfiguration",
                    "applyConfiguration": {
                        "expression": "Object{spec: Object.spec{terminationGracePeriodSeconds: 0}}"
                    },
                }
            ],
        },
    }


def instant_end_binding() -> Mapping[str, Any]:
    """Puts the policy into force everywhere."""
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingAdmissionPolicyBinding",
        "metadata": {"name": INSTANT_END},
        "spec": {"policyName": INSTANT_END},
    }


def furniture() -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Everything to create: the path of the kind in the API, and the object."""
    admission = "apis/admissionregistration.k8s.io/v1"
    return (
        *((NODE_PATH, node(name)) for name in NODES),
        ("apis/storage.k8s.io/v1/storageclasses", storage_class()),
        (f"{admission}/mutatingadmissionpolicies", instant_end_policy()),
        (f"{admission}/mutatingadmissionpolicybindings", instant_end_binding()),
    )


def schedulable(node_list: Mapping[str, Any]) -> bool:
    """Whether every node of ours in this list is Ready and free of the taints of unready ones."""
    ready = {
        item["metadata"]["name"]
        for item in node_list.get("items", [])
        if _is_ready(item) and not _has_lifecycle_taint(item)
    }
    return ready.issuperset(NODES)


def _is_ready(item: Mapping[str, Any]) -> bool:
    return any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in item["status"].get("conditions", [])
    )


def _has_lifecycle_taint(item: Mapping[str, Any]) -> bool:
    taints = item["spec"].get("taints", [])
    return any(
        taint["key"] in {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}
        for taint in taints
    )
