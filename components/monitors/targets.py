"""PodMonitors of what surrounds llm-d.

`namespace` and `pod` are the exporter's. Those that a metric has of its own, of the workload on a GPU for one, are
called `exported_namespace` and `exported_pod`: on OpenShift and GKE they can't be otherwise.
"""

from typing import Any, Final

from components.monitors.manifest import Labels, Manifest, Monitoring, manifest
from components.monitors.metrics_token import TOKEN_KEY, metrics_reader
from components.monitors.model_servers import METRICS_PATH, MONITORING_API
from components.monitors.names import METRICS_TOKEN
from components.settings.targets import AutoscalerSettings, GpuSettings

GPU_MONITOR: Final = "llmd-gpu"
AUTOSCALER_MONITOR: Final = "llmd-autoscaler"


def gpu_monitoring(gpu: GpuSettings, labels: Labels) -> Monitoring:
    """Returns the monitor of the DCGM exporter."""
    return Monitoring(monitors=(_pod_monitor(GPU_MONITOR, gpu, labels, {}),))


def autoscaler_monitoring(autoscaler: AutoscalerSettings, labels: Labels) -> Monitoring:
    """Returns the monitor of the autoscaler, and the access that it needs over HTTPS."""
    if autoscaler.ca is None:
        return Monitoring(monitors=(_pod_monitor(AUTOSCALER_MONITOR, autoscaler, labels, {}),))
    secured = {
        "scheme": "https",
        "tlsConfig": {
            "ca": {"secret": autoscaler.ca.model_dump(by_alias=True)},
            "serverName": autoscaler.server_name,
        },
        "authorization": {
            "type": "Bearer",
            "credentials": {"name": METRICS_TOKEN, "key": TOKEN_KEY},
        },
    }
    return Monitoring(
        access=metrics_reader(autoscaler.namespace, labels),
        monitors=(_pod_monitor(AUTOSCALER_MONITOR, autoscaler, labels, secured),),
    )


def _pod_monitor(
    name: str,
    target: GpuSettings | AutoscalerSettings,
    labels: Labels,
    secured: dict[str, Any],
) -> Manifest:
    endpoint = {
        "port": target.port,
        "path": METRICS_PATH,
        "interval": target.interval,
        **secured,
    }
    return manifest(
        MONITORING_API,
        "PodMonitor",
        name,
        namespace=target.namespace,
        labels=labels,
        spec={
            "selector": {"matchLabels": dict(target.pod_labels)},
            "podMetricsEndpoints": [endpoint],
        },
    )
