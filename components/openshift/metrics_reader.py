"""Who reads the cluster's metrics for Grafana: a ServiceAccount, its token and its rights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi

from components.kubernetes_object import KubernetesObject
from components.manifests import service_account
from components.object_metadata import object_metadata

_ALL_METRICS: Final = "cluster-monitoring-view"
_METRICS_OF_A_NAMESPACE: Final = "view"
_RBAC: Final = "rbac.authorization.k8s.io"


@dataclass(frozen=True, kw_only=True)
class MetricsReaderArgs:
    """Arguments of `MetricsReader`.

    Attributes:
        namespace: Namespace of ServiceAccount and token.
        service_account: Name of the ServiceAccount.
        token_secret: Name of the Secret that OpenShift puts the token into.
        binding: Name of the binding, in the cluster or in `tenancy_namespace`.
        labels: Labels of all objects.
        tenancy_namespace: The one namespace whose metrics may be read; `None` for all.
    """

    namespace: pulumi.Input[str]
    service_account: str
    token_secret: str
    binding: str
    labels: Mapping[str, str]
    tenancy_namespace: str | None


class MetricsReader(pulumi.ComponentResource):
    """A long-lived token with the right to query: Grafana reads a token once, when it provisions a datasource."""

    def __init__(
        self, name: str, args: MetricsReaderArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:MetricsReader", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        account = KubernetesObject(
            f"{name}-account",
            service_account(
                object_metadata(
                    name=args.service_account, namespace=args.namespace, labels=args.labels
                )
            ),
            child,
        )
        KubernetesObject(
            f"{name}-token",
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": object_metadata(
                    name=args.token_secret,
                    namespace=args.namespace,
                    labels=args.labels,
                    annotations={"kubernetes.io/service-account.name": args.service_account},
                ),
                "type": "kubernetes.io/service-account-token",
            },
            # Without its account the API server deletes such a Secret again.
            pulumi.ResourceOptions(parent=self, depends_on=[account]),
        )
        KubernetesObject(f"{name}-binding", _binding(args), child)
        self.register_outputs({"tokenSecret": args.token_secret})


def _binding(args: MetricsReaderArgs) -> Mapping[str, Any]:
    whole = args.tenancy_namespace is None
    return {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "ClusterRoleBinding" if whole else "RoleBinding",
        "metadata": object_metadata(
            name=args.binding, namespace=args.tenancy_namespace, labels=args.labels
        ),
        "roleRef": {
            "apiGroup": _RBAC,
            "kind": "ClusterRole",
            "name": _ALL_METRICS if whole else _METRICS_OF_A_NAMESPACE,
        },
        "subjects": [
            {
                "kind": "ServiceAccount",
                "name": args.service_account,
                "namespace": args.namespace,
            }
        ],
    }
