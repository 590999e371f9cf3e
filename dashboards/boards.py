"""All dashboards, in the order in which they are listed and installed."""

from typing import Final

from dashboards import (
    autoscaling,
    disaggregation,
    drilldown,
    failure_saturation,
    gpu,
    inference_gateway,
    monitoring_stack,
    performance,
    sglang_overview,
    slo,
    vllm_overview,
)
from dashboards.building.board import Board

BOARDS: Final[tuple[Board, ...]] = (
    vllm_overview.BOARD,
    sglang_overview.BOARD,
    inference_gateway.BOARD,
    performance.BOARD,
    failure_saturation.BOARD,
    drilldown.BOARD,
    disaggregation.BOARD,
    gpu.BOARD,
    autoscaling.BOARD,
    slo.BOARD,
    monitoring_stack.BOARD,
)
