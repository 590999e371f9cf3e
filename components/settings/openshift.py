"""OpenShift: user workload monitoring, and how Grafana queries it."""

from typing import Literal

from components.settings.closed import Closed
from components.settings.resources import ResourceSettings, StorageSettings
from components.settings.values import DiskSize, DnsLabel, Retention


class UserWorkloadPrometheusSettings(Closed):
    """The Prometheus of OpenShift's user workload monitoring; OpenShift runs two replicas of it."""

    retention: Retention | None = None
    """How long samples are kept; unset: what the cluster has, 24h by default,
    where alerts on error budgets look back three days."""

    retention_size: DiskSize | None = None
    """How much disk samples may fill before the oldest go; unset: what the cluster has."""

    storage: StorageSettings | None = None
    """Persistent volume; unset: what the cluster has, none by default."""

    resources: ResourceSettings | None = None
    """CPU and memory; unset: what the cluster has."""


class OpenShiftSettings(Closed):
    """OpenShift's own monitoring, and how Grafana queries it."""

    user_workload_monitoring: Literal["enable", "existing"] = "enable"
    """`enable` switches user workload monitoring on and leaves it on after a destroy, every other setting of the
    administrator's as it is; `existing` changes nothing and refuses a cluster where it is off."""

    prometheus: UserWorkloadPrometheusSettings | None = None
    """Settings of its Prometheus, laid over the administrator's and left there after a destroy; unset: nothing
    is changed."""

    console_dashboards: bool = False
    """Install the dashboards of `dashboards.include` in OpenShift's console too, under Observe, Dashboards."""

    tenancy_namespace: DnsLabel | None = None
    """Lets Grafana query this namespace only, through the tenancy port; unset: all metrics of the cluster."""
