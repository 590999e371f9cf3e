"""Google's proxy to the query API of Managed Prometheus: plain HTTP inside, Google's login outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

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
        account = k8s.core.v1.ServiceAccount(
            f"{name}-account",
            metadata=object_metadata(
                name=args.name,
                namespace=args.namespace,
                labels=args.labels,
                annotations=identity_annotations(args.frontend),
            ),
            opts=child,
        )
        k8s.core.v1.Service(
            f"{name}-service",
            metadata=object_metadata(name=args.name, namespace=args.namespace, labels=args.labels),
            spec={
                "selector": selector(args.name),
                "ports": [{"name": _PORT_NAME, "port": PORT, "target_port": _PORT_NAME}],
            },
            opts=child,
        )
        k8s.apps.v1.Deployment(
            f"{name}-deployment",
            metadata=object_metadata(name=args.name, namespace=args.namespace, labels=args.labels),
            spec=deployment_spec(args),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[account]),
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


def deployment_spec(args: FrontendArgs) -> "k8s.apps.v1.DeploymentSpecArgsDict":
    """Returns the Deployment's spec; its pods are admitted at the strictest pod security level."""
    return {
        "replicas": args.frontend.replicas,
        "selector": {"match_labels": selector(args.name)},
        "template": {
            "metadata": {"labels": {**args.labels, **selector(args.name)}},
            "spec": {
                "service_account_name": args.name,
                "security_context": {
                    "run_as_non_root": True,
                    "run_as_user": _USER,
                    "run_as_group": _USER,
                    "seccomp_profile": {"type": "RuntimeDefault"},
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
                        "ports": [{"name": _PORT_NAME, "container_port": PORT}],
                        "readiness_probe": _probe("/-/ready"),
                        "liveness_probe": _probe("/-/healthy"),
                        "resources": {
                            "requests": {"cpu": "100m", "memory": "128Mi"},
                            "limits": {"memory": "512Mi"},
                        },
                        "security_context": {
                            "allow_privilege_escalation": False,
                            "read_only_root_filesystem": True,
                            "capabilities": {"drop": ["ALL"]},
                        },
                    }
                ],
            },
        },
    }


def _probe(path: str) -> "k8s.core.v1.ProbeArgsDict":
    return {"http_get": {"path": path, "port": _PORT_NAME}, "timeout_seconds": 5}
