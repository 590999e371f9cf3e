"""The settings of Google's operator, of which one is ours."""

from typing import Final

import pulumi

from components.monitors.managed_prometheus import MANAGED_API

NAMESPACE: Final = "gmp-public"
NAME: Final = "config"


class OperatorConfig(pulumi.ComponentResource):
    """A patch of `gmp-public/config` that turns the targets' status on; a destroy takes back that alone.

    GKE makes the object. It shows on each PodMonitoring how many of its targets are scraped, and why not.
    """

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("llmd-monitoring:index:OperatorConfig", name, None, opts)
        # The SDK's CustomResourcePatch knows `spec` alone, and this kind has none.
        pulumi.CustomResource(
            f"kubernetes:{MANAGED_API}:OperatorConfigPatch",
            f"{name}-patch",
            {
                "apiVersion": MANAGED_API,
                "kind": "OperatorConfig",
                "metadata": {"name": NAME, "namespace": NAMESPACE},
                "features": {"targetStatus": {"enabled": True}},
            },
            pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
