"""The metrics of NVIDIA's DCGM exporter on one node.

Names and labels: `default-counters.csv` of dcgm-exporter. It names the pod on a GPU in labels of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tools.emulators.engine import Engine
from tools.emulators.families import Exporter, Family

_LABELS: Final = (
    *("gpu", "UUID", "pci_bus_id", "device", "modelName", "Hostname"),
    *("namespace", "pod", "container"),
)
_GAUGES: Final = (
    *("DCGM_FI_DEV_SM_CLOCK", "DCGM_FI_DEV_MEM_CLOCK", "DCGM_FI_DEV_MEMORY_TEMP"),
    *("DCGM_FI_DEV_GPU_TEMP", "DCGM_FI_DEV_POWER_USAGE", "DCGM_FI_DEV_GPU_UTIL"),
    *("DCGM_FI_DEV_MEM_COPY_UTIL", "DCGM_FI_DEV_XID_ERRORS", "DCGM_FI_DEV_FB_FREE"),
    *("DCGM_FI_DEV_FB_USED", "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", "DCGM_FI_PROF_DRAM_ACTIVE"),
    "DCGM_FI_PROF_GR_ENGINE_ACTIVE",
)
_COUNTERS: Final = (
    # prometheus_client writes `_total` behind a counter's name; DCGM's exporter doesn't, so it is a gauge here.
    "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION",
)
_MEMORY_MIB: Final = 81559.0
_XID_FALLEN_OFF_THE_BUS: Final = 79


@dataclass(frozen=True, kw_only=True)
class GpuUser:
    """Who is on a GPU."""

    namespace: str
    pod: str
    engine: Engine


class GpuNode:
    """The metrics of the GPUs of one node.

    Args:
        node: The node's name.
        users: Who is on each GPU.
    """

    def __init__(self, node: str, users: Sequence[GpuUser]) -> None:
        self.exporter = Exporter(
            Family(name=name, kind="gauge", labels=_LABELS) for name in (*_GAUGES, *_COUNTERS)
        )
        self._node = node
        self._users = users
        self._joules = [0.0] * len(users)

    def look(self, seconds: float, *, hot: bool) -> None:
        """Sets everything; the argument is the time since the last look."""
        for number, user in enumerate(self._users):
            busy = min(1.0, len(user.engine.running) / 8)
            watts = 90 + 560 * busy
            self._joules[number] += watts * seconds
            values = {
                "DCGM_FI_DEV_SM_CLOCK": 1980.0,
                "DCGM_FI_DEV_MEM_CLOCK": 2619.0,
                "DCGM_FI_DEV_MEMORY_TEMP": 101.0 if hot else 45 + 20 * busy,
                "DCGM_FI_DEV_GPU_TEMP": 95.0 if hot else 38 + 30 * busy,
                "DCGM_FI_DEV_POWER_USAGE": watts,
                "DCGM_FI_DEV_GPU_UTIL": round(100 * busy),
                "DCGM_FI_DEV_MEM_COPY_UTIL": round(60 * busy),
                "DCGM_FI_DEV_XID_ERRORS": float(_XID_FALLEN_OFF_THE_BUS if hot else 0),
                "DCGM_FI_DEV_FB_USED": _MEMORY_MIB * 0.9,
                "DCGM_FI_DEV_FB_FREE": _MEMORY_MIB * 0.1,
                "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE": 0.5 * busy,
                "DCGM_FI_PROF_DRAM_ACTIVE": 0.6 * busy,
                "DCGM_FI_PROF_GR_ENGINE_ACTIVE": busy,
                "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION": 1000 * self._joules[number],
            }
            labels = {
                "gpu": str(number),
                "UUID": f"GPU-{self._node}-{number}",
                "pci_bus_id": f"00000000:{number:02X}:00.0",
                "device": f"nvidia{number}",
                "modelName": "NVIDIA H100 80GB HBM3",
                "Hostname": self._node,
                "namespace": user.namespace,
                "pod": user.pod,
                "container": "vllm",
            }
            for name, value in values.items():
                self.exporter.set(name, value, **labels)
