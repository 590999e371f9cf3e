"""Dashboards that others lead to, by uid and title; the dashboards themselves would import one another."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Target:
    """A dashboard that a button or a click leads to.

    Attributes:
        uid: Its uid.
        title: What the button says.
    """

    uid: str
    title: str


VLLM: Final = Target(uid="llmd-vllm-overview", title="vLLM overview")
GATEWAY: Final = Target(uid="llmd-inference-gateway", title="Inference gateway")
PERFORMANCE: Final = Target(uid="llmd-performance", title="Performance and KV cache")
FAILURE: Final = Target(uid="llmd-failure-saturation", title="Failure and saturation")
DRILL_DOWN: Final = Target(uid="llmd-drilldown", title="Diagnostic drill-down")
GPU: Final = Target(uid="llmd-gpu", title="GPU")
AUTOSCALING: Final = Target(uid="llmd-autoscaling", title="Autoscaling")
SLO: Final = Target(uid="llmd-slo", title="SLO and error budget")
