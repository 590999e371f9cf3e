"""GPUs: NVIDIA's DCGM exporter and GKE's device metrics.

The DCGM exporter's own `namespace`, `pod` and `container` name the workload on the GPU, and arrive as
`exported_*` unless the monitor honours them.
"""

from typing import Final

from rules.catalogue.metric import Metric, MetricType

_DCGM: Final = ("gpu", "UUID", "device", "modelName", "Hostname")
_DCGM_WORKLOAD: Final = ("namespace", "pod", "container")
_GKE: Final = ("make", "accelerator_id", "model")


def _dcgm(name: str, unit: str, meaning: str, kind: MetricType = MetricType.GAUGE) -> Metric:
    return Metric(
        name=name,
        type=kind,
        labels=_DCGM,
        optional_labels=_DCGM_WORKLOAD,
        unit=unit,
        meaning=meaning,
        needs="DCGM exporter",
    )


def _gke(name: str, unit: str, meaning: str) -> Metric:
    return Metric(
        name=name,
        type=MetricType.GAUGE,
        labels=_GKE,
        optional_labels=("namespace", "pod", "container"),
        unit=unit,
        meaning=meaning,
        needs="GKE",
    )


METRICS: Final = (
    _dcgm("DCGM_FI_DEV_GPU_UTIL", "percent", "Share of time in which the GPU ran something."),
    _dcgm("DCGM_FI_DEV_MEM_COPY_UTIL", "percent", "Use of the memory's bandwidth."),
    _dcgm("DCGM_FI_DEV_FB_USED", "mebibytes", "Memory in use."),
    _dcgm("DCGM_FI_DEV_FB_FREE", "mebibytes", "Memory free."),
    _dcgm("DCGM_FI_DEV_GPU_TEMP", "celsius", "Temperature."),
    _dcgm("DCGM_FI_DEV_POWER_USAGE", "watts", "Power."),
    _dcgm("DCGM_FI_DEV_XID_ERRORS", "code", "Last XID error; 0 is none."),
    _dcgm("DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", "ratio", "Share of time with tensor cores at work."),
    _gke("nvidia_gpu_duty_cycle", "percent", "Share of time in which the GPU ran something."),
    _gke("nvidia_gpu_memory_used_bytes", "bytes", "Memory in use."),
    _gke("nvidia_gpu_memory_total_bytes", "bytes", "Memory."),
)
