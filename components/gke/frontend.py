"""Google's proxy to the query API of Managed Prometheus: plain HTTP inside, Google's login outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi

from components.kubernetes_object import KubernetesObject
from components.manifests import service_account
from components.object_metadata import object_metadata
from components.settings.gke import FrontendSettings

PORT: Final = 9090

_PORT_NAME: Final = "web"
_WORKLOAD_IDENTITY: Final = "iam.gke.io/gcp-service-account"
_USER: Final = 1000


@dataclass(frozen=True, kw_only=True)
class FrontendArgs:
    """Arguments of `Frontend`.

    Attributes:
        namespace: Namespace of all objects.
        name: Name of Deployment, Service and ServiceAccount.
        labels: Labels of all objects.
        project_id: Google Cloud project whose metrics are queried.
        rules_url: URL of Google's rule evaluator, which knows rules and alerts.
        frontend: Image, replicas and account.
    """

    namespace: pulumi.Input[str]
    name: str
    labels: Mapping[str, str]
    project_id: str
    rules_url: str
    frontend: FrontendSettings


class Frontend(pulumi.ComponentResource):
    """A Deployment behind a Service. It holds no key: its account is known to Google by workload identity."""

    def __init__(
        self, name: str, args: FrontendArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:Frontend", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        metadata = object_metadata(name=args.name, namespace=args.namespace, labels=args.labels)
        account = KubernetesObject(
            f"{name}-account",
            service_account(
                object_metadata(
                    name=args.name,
                    namespace=args.namespace,
                    labels=args.labels,
                    annotations=identity_annotations(args.frontend),
                )
            ),
            child,
        )
        KubernetesObject(
            f"{name}-service",
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": metadata,
                "spec": {
                    "selector": selector(args.name),
                    "ports": [{"name": _PORT_NAME, "port": PORT, "targetPort": _PORT_NAME}],
                },
            },
            child,
        )
        KubernetesObject(
            f"{name}-deployment",
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": metadata,
                "spec": deployment_spec(args),
            },
            pulumi.ResourceOptions(parent=self, depends_on=[account]),
        )
        self.register_outputs({"service": args.name})


def selector(name: str) -> Mapping[str, str]:
    """Returns the labels by which the Service finds the pods; they never change, a Deployment's can't."""
    return {"app.kubernetes.io/name": "gmp-frontend", "app.kubernetes.io/instance": name}


def identity_annotations(frontend: FrontendSettings) -> Mapping[str, str]:
    """Returns the annotation by which GKE gives a pod the identity of a Google service account."""
    if frontend.service_account is None:
        return {}
    return {_WORKLOAD_IDENTITY: frontend.service_account}


def deployment_spec(args: FrontendArgs) -> Mapping[str, Any]:
    """Returns the Deployment's spec; its pods are admitted at the strictest pod security level."""
    return {
        "replicas": args.frontend.replicas,
        "selector": {"matchLabels": selector(args.name)},
        "template": {
            "metadata": {"labels": {**args.labels, **selector(args.name)}},
            "spec": {
                "serviceAccountName": args.name,
                "securityContext": {
                    "runAsNonRoot": True,
                    "runAsUser": _USER,
                    "runAsGroup": _USER,
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
                "containers": [
                    {
                        "name": "frontend",
                        "image": args.frontend.image,
                        "args": [
                            f"--web.listen-address=:{PORT}",
                            f"--query.project-id={args.project_id}",
                            f"--rules.target-urls={args.rules_url}",
                        ],
                        "ports": [{"name": _PORT_NAME, "containerPort": PORT}],
                        "readinessProbe": _probe("/-/ready"),
                        "livenessProbe": _probe("/-/healthy"),
                        "resources": {
                            "requests": {"cpu": "100m", "memory": "128Mi"},
                            "limits": {"memory": "512Mi"},
                        },
                        "securityContext": {
                            "allowPrivilegeEscalation": False,
                            "readOnlyRootFilesystem": True,
                            "capabilities": {"drop": ["ALL"]},
                        },
                    }
                ],
            },
        },
    }


def _probe(path: str) -> Mapping[str, Any]:
    return {"httpGet": {"path": path, "port": _PORT_NAME}, "timeoutSeconds": 5}
