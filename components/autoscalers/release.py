"""An autoscaler, as a Helm release of its own chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.autoscalers.access import CA_DIGEST_ANNOTATION
from components.helm_release import ChartOrigin, helm_release
from components.kubernetes_object import KubernetesObject
from components.object_metadata import FORCE_ANNOTATION


@dataclass(frozen=True, kw_only=True)
class Restarted:
    """A Deployment of a chart that can't annotate its pods.

    Attributes:
        deployment: Its name.
        ca_digest: Digest of the CA; another one starts its pods anew.
    """

    deployment: str
    ca_digest: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class AutoscalerReleaseArgs:
    """Arguments of `AutoscalerRelease`.

    Attributes:
        namespace: Namespace of the release.
        release: Name of the release.
        origin: Where Helm finds the chart.
        timeout_seconds: How long an install or upgrade may take.
        values: Helm values; no secrets, Helm keeps them in clear.
        requires: What the pods mount, and the Prometheus that they query.
        restarted: The Deployment to start anew with another CA, where the values don't do that.
    """

    namespace: pulumi.Input[str]
    release: str
    origin: ChartOrigin
    timeout_seconds: int
    values: Mapping[str, Any]
    requires: Sequence[pulumi.Resource]
    restarted: Restarted | None = None


class AutoscalerRelease(pulumi.ComponentResource):
    """One chart; a failed install or upgrade is rolled back, so that the next update can start."""

    def __init__(
        self, name: str, args: AutoscalerReleaseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:AutoscalerRelease", name, None, opts)
        release = helm_release(
            f"{name}-release",
            args.origin,
            release=args.release,
            namespace=args.namespace,
            values=args.values,
            timeout_seconds=args.timeout_seconds,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.requires)),
        )
        if args.restarted is not None:
            # Helm leaves fields alone that its chart doesn't have. The status isn't known before there is a release: a
            # preview then doesn't try to patch a Deployment that doesn't exist yet.
            digest = pulumi.Output.all(args.restarted.ca_digest, release.status).apply(
                lambda known: known[0]
            )
            KubernetesObject(
                f"{name}-restart",
                {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "metadata": {
                        "name": args.restarted.deployment,
                        "namespace": args.namespace,
                        "annotations": {FORCE_ANNOTATION: "true"},
                    },
                    "spec": {
                        "template": {"metadata": {"annotations": {CA_DIGEST_ANNOTATION: digest}}}
                    },
                },
                pulumi.ResourceOptions(parent=self, depends_on=[release]),
                patch=True,
            )
        self.register_outputs({"release": args.release})
