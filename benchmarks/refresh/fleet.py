"""The emulated fleet that dashboards are measured on."""

from tools.emulators.events import Role
from tools.emulators.fleet import (
    EndpointPickerPod,
    Fleet,
    GpuExporter,
    Listener,
    ModelDeployment,
    ModelServer,
)
from tools.emulators.world import Target

MODELS = 10
SGLANG_MODELS = 2
"""How many of them are served by SGLang."""


def fleet(pods: int) -> Fleet:
    """Ten models with as many pods each; one pod in four of vLLM prefills. Each target has an address of its own."""
    each = pods // MODELS
    return Fleet(
        seed=5,
        deployments=tuple(_deployment(number, each) for number in range(MODELS)),
        gpus=GpuExporter(node="node-1", listen=Listener(host="127.1.255.1", port=9400)),
    )


def _deployment(number: int, pods: int) -> ModelDeployment:
    sglang = number < SGLANG_MODELS
    return ModelDeployment(
        namespace=f"llm-{number}",
        model=f"example/model-{number}",
        pods=tuple(_server(number, pod, sglang=sglang) for pod in range(pods)),
        endpoint_picker=EndpointPickerPod(
            pod=f"epp-{number}",
            listen=Listener(host=f"127.1.{number}.250", port=9090),
            pool=f"pool-{number}",
        ),
        requests_per_second=pods / 40,
    )


def _server(number: int, pod: int, *, sglang: bool) -> ModelServer:
    role = Role.BOTH if sglang else Role.PREFILL if pod % 4 == 0 else Role.DECODE
    return ModelServer(
        pod=f"{role}-{number}-{pod}",
        listen=Listener(host=f"127.1.{number}.{pod + 1}", port=8000),
        role=role,
        engine="sglang" if sglang else "vllm",
    )


def labels(target: Target) -> dict[str, str]:
    """Returns the labels that a monitor of this project gives a target."""
    role = target.pod.partition("-")[0]
    known = {"namespace": target.namespace, "pod": target.pod}
    if role in {"both", "prefill", "decode"}:
        return {**known, "job": f"{target.namespace}/{role}", "role": role}
    return {**known, "job": role}
