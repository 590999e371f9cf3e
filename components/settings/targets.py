"""What surrounds llm-d and can be scraped with it: GPUs, and the autoscaler."""

from typing import Final, Self

from pydantic import Field, model_validator

from components.contradiction import ContradictionError
from components.settings.closed import Closed
from components.settings.values import (
    DnsLabel,
    DnsName,
    LabelKey,
    LabelValue,
    PortName,
    ScrapeInterval,
    SecretKey,
)

_DCGM_PODS: Final = {"app": "nvidia-dcgm-exporter"}
_AUTOSCALER_PODS: Final = {
    "app.kubernetes.io/name": "workload-variant-autoscaler",
    "control-plane": "controller-manager",
}


class GpuSettings(Closed):
    """NVIDIA's DCGM exporter, which runs already. Leave this out where it has a monitor of its own."""

    namespace: DnsLabel = "gpu-operator"
    """Its namespace, which has to exist; on OpenShift it is `nvidia-gpu-operator`."""

    pod_labels: dict[LabelKey, LabelValue] = Field(default=_DCGM_PODS, min_length=1)
    """Labels of its pods; without NVIDIA's operator `app.kubernetes.io/name: dcgm-exporter`."""

    port: PortName = "metrics"
    """Name of its container port."""

    interval: ScrapeInterval = "30s"
    """How often it is scraped."""


class AuthorityReference(Closed):
    """The CA certificate of a program, in its own namespace."""

    name: DnsName
    """Name of the Secret."""

    key: SecretKey = "ca.crt"
    """Key in the Secret."""


class AutoscalerSettings(Closed):
    """llm-d's workload-variant-autoscaler, which runs already."""

    namespace: DnsLabel
    """Its namespace, which has to exist."""

    pod_labels: dict[LabelKey, LabelValue] = Field(default=_AUTOSCALER_PODS, min_length=1)
    """Labels of its pods."""

    port: PortName = "https"
    """Name of its container port, which is called so without TLS too."""

    interval: ScrapeInterval = "10s"
    """How often it is scraped."""

    ca: AuthorityReference | None = None
    """CA that its metrics are verified with, over HTTPS and with a token; needs `serverName`. Unset: plain HTTP, which
    its chart serves with `wva.metrics.secure: false`. The certificate that it makes for itself can't be verified."""

    server_name: DnsName | None = None
    """Name in its certificate; goes with `ca`."""

    @model_validator(mode="after")
    def _verified(self) -> Self:
        if (self.ca is None) != (self.server_name is None):
            given, lacking = ("ca", "serverName") if self.ca else ("serverName", "ca")
            raise ContradictionError(
                f"{given} is set and {lacking} is not", allowed="both, or neither for plain HTTP"
            )
        return self


class TargetSettings(Closed):
    """What surrounds llm-d and is scraped too; it is off unless its group is given, if only as `{}`."""

    gpu: GpuSettings | None = None
    """NVIDIA's DCGM exporter."""

    autoscaler: AutoscalerSettings | None = None
    """llm-d's workload-variant-autoscaler."""
