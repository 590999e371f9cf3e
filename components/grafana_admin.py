"""The Secret with Grafana's first login, where the stack file gives the password."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi

from components.kubernetes_object import KubernetesObject
from components.manifests import opaque_secret
from components.object_metadata import object_metadata

USER_KEY: Final = "admin-user"
PASSWORD_KEY: Final = "admin-password"  # noqa: S105 - the name of a key, not a password


@dataclass(frozen=True, kw_only=True)
class GrafanaAdminArgs:
    """Arguments of `GrafanaAdmin`.

    Attributes:
        namespace: Namespace of the Secret.
        secret_name: Name of the Secret, with the keys that the Grafana chart expects.
        labels: Labels of the Secret.
        password: Password of the user `admin`, secret.
    """

    namespace: pulumi.Input[str]
    secret_name: str
    labels: Mapping[str, str]
    password: pulumi.Input[str]


class GrafanaAdmin(pulumi.ComponentResource):
    """A Secret that the chart refers to by name, so that no password reaches its values."""

    def __init__(
        self, name: str, args: GrafanaAdminArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:GrafanaAdmin", name, None, opts)
        KubernetesObject(
            f"{name}-secret",
            opaque_secret(
                object_metadata(
                    name=args.secret_name, namespace=args.namespace, labels=args.labels
                ),
                {USER_KEY: "admin", PASSWORD_KEY: pulumi.Output.secret(args.password)},
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"secretName": args.secret_name})
