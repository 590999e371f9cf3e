"""Dashboards: which of them, and where Grafana puts them."""

from typing import Annotated, Final, Literal, get_args

from pydantic import AfterValidator

from components.settings.closed import Closed
from components.settings.values import FolderName

DashboardName = Literal[
    "vllm-overview",
    "sglang-overview",
    "inference-gateway",
    "performance",
    "failure-saturation",
    "drilldown",
    "disaggregation",
    "gpu",
    "autoscaling",
    "slo",
    "monitoring-stack",
]

DASHBOARD_NAMES: Final[tuple[DashboardName, ...]] = get_args(DashboardName)


def _distinct(names: tuple[DashboardName, ...]) -> tuple[DashboardName, ...]:
    if len(set(names)) < len(names):
        raise ValueError("each dashboard at most once")
    return names


class DashboardSettings(Closed):
    """The llm-d dashboards, for any Grafana whose sidecar looks into the monitoring namespace."""

    include: Annotated[tuple[DashboardName, ...], AfterValidator(_distinct)] = DASHBOARD_NAMES
    """Which ones are installed; those about what a cluster doesn't have, such as SGLang or GPUs, stay empty there."""

    folder: FolderName = "llm-d"
    """Folder in Grafana."""
