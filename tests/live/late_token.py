"""A token for an Endpoint Picker that comes from elsewhere, after its monitor."""

from typing import Any

from tests.live.deployments import CURRENT, LATE_SECRET, LlmD
from tools.live.kubernetes import Kubernetes

_ACCOUNT = "metrics-reader"
_RBAC = "rbac.authorization.k8s.io"


def bring(kubernetes: Kubernetes, deployment: LlmD) -> None:
    """Makes an account that may read metrics, and the Secret that the deployment's settings name."""
    space = deployment.namespace
    core = f"api/v1/namespaces/{space}"
    subject = {"kind": "ServiceAccount", "name": _ACCOUNT, "namespace": space}
    role = f"llmd-monitoring:{CURRENT.namespace}:metrics-reader"
    kubernetes.apply(f"{core}/serviceaccounts", _object("ServiceAccount", _ACCOUNT, space))
    kubernetes.apply(
        f"apis/{_RBAC}/v1/clusterrolebindings",
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": "late-metrics-reader"},
            "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": role},
            "subjects": [subject],
        },
    )
    secret = _object("Secret", LATE_SECRET, space)
    secret["metadata"]["annotations"] = {"kubernetes.io/service-account.name": _ACCOUNT}
    kubernetes.apply(f"{core}/secrets", {**secret, "type": "kubernetes.io/service-account-token"})


def _object(kind: str, name: str, namespace: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}
