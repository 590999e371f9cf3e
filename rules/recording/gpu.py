"""GPUs, seen by NVIDIA's DCGM exporter or by GKE."""

from rules.promql import aggregate, union
from rules.rule import Group, Recording

_LABELS = ("node", "gpu", "namespace", "pod")
_RAW = ("node", "Hostname", "gpu", "accelerator_id", "workload_namespace", "workload_pod")


def group() -> Group:
    """Returns the rules; GPUs are scraped seldom, so once a minute is enough."""
    used, free = _of_workload("DCGM_FI_DEV_FB_USED"), _of_workload("DCGM_FI_DEV_FB_FREE")
    gke_used = _of_workload("nvidia_gpu_memory_used_bytes")
    gke_total = _of_workload("nvidia_gpu_memory_total_bytes")
    return Group(
        name="llmd-gpu",
        interval="1m",
        rules=(
            Recording(
                record="llmd:gpu_utilization:avg",
                expr=union(
                    f"{_of_workload('DCGM_FI_DEV_GPU_UTIL')} / 100",
                    f"{_of_workload('nvidia_gpu_duty_cycle')} / 100",
                ),
            ),
            Recording(
                record="llmd:gpu_memory_used:ratio",
                expr=union(
                    f"{used} / ({used} + {free} > 0)",
                    f"{gke_used} / ({gke_total} > 0)",
                ),
            ),
        ),
    )


def _of_workload(name: str) -> str:
    """Names the workload on the GPU, not the exporter that was scraped.

    The exporter's own `pod` arrives as `exported_pod`, or as `pod` where the monitor honours it: then it isn't
    the exporter's own name.
    """
    honoured = (
        f'{name}{{exported_pod="", pod!~".*(dcgm|nvidia-gpu-device-plugin|device-metrics).*"}}'
    )
    exporters = (
        f'{name}{{exported_pod="", pod=~".*(dcgm|nvidia-gpu-device-plugin|device-metrics).*"}}'
    )
    of_workload = union(
        _renamed(f'{name}{{exported_pod!=""}}', "exported_namespace", "exported_pod"),
        _renamed(honoured, "namespace", "pod"),
        exporters,
    )
    inner = aggregate("avg", _RAW, of_workload)
    for to, source in (
        ("node", "Hostname"),
        ("gpu", "accelerator_id"),
        ("namespace", "workload_namespace"),
        ("pod", "workload_pod"),
    ):
        inner = f'label_replace({inner}, "{to}", "$1", "{source}", "(.+)")'
    return aggregate("avg", _LABELS, inner)


def _renamed(expression: str, namespace: str, pod: str) -> str:
    expression = f'label_replace({expression}, "workload_namespace", "$1", "{namespace}", "(.+)")'
    return f'label_replace({expression}, "workload_pod", "$1", "{pod}", "(.+)")'
