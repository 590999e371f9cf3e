"""Deployments to make monitors for, and pods as llm-d's charts and recipes of every release label them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from components.monitors.manifest import Manifest
from components.settings import Settings
from components.settings.models import ModelSettings

LABELS: Final = {"app.kubernetes.io/instance": "llmd"}


def deployment(**keys: object) -> ModelSettings:
    """Returns a deployment with the keys of a stack file, in the namespace `llm-d` unless another is given."""
    (model,) = Settings.model_validate({"models": [{"namespace": "llm-d", **keys}]}).models
    return model


@dataclass(frozen=True, kw_only=True)
class Pod:
    """A pod, as far as monitors see it.

    Attributes:
        labels: Its labels.
        ports: Names of its containers' ports; an unnamed one is no target for anybody.
    """

    labels: Mapping[str, str]
    ports: tuple[str, ...]


OF_MODELSERVICE: Final = {
    # Charts before 0.3.
    "old label, decode": Pod(
        labels={
            "llm-d.ai/inferenceServing": "true",
            "llm-d.ai/model": "qwen",
            "llm-d.ai/role": "decode",
        },
        ports=("vllm", "nixl"),
    ),
    "decode": Pod(
        labels={
            "llm-d.ai/inference-serving": "true",
            "llm-d.ai/guide": "inference-scheduling",
            "llm-d.ai/model": "Qwen3-32B",
            "llm-d.ai/role": "decode",
        },
        ports=("vllm",),
    ),
    "prefill": Pod(
        labels={
            "llm-d.ai/inference-serving": "true",
            "llm-d.ai/guide": "pd-disaggregation",
            "llm-d.ai/role": "prefill",
        },
        ports=("vllm", "nixl"),
    ),
}
OF_RECIPES: Final = {
    "decode": Pod(
        labels={
            "llm-d.ai/inference-serving": "true",
            "llm-d.ai/guide": "optimized-baseline",
            "llm-d.ai/engine-type": "vllm",
            "llm-d.ai/role": "decode",
        },
        ports=("modelserver",),
    ),
    "decode behind the sidecar": Pod(
        labels={"llm-d.ai/guide": "pd-disaggregation", "llm-d.ai/role": "decode"},
        ports=("sidecar", "modelserver", "nixl"),
    ),
    "both": Pod(labels={"llm-d.ai/role": "both"}, ports=("modelserver",)),
    "prefill-decode": Pod(labels={"llm-d.ai/role": "prefill-decode"}, ports=("modelserver",)),
    "prefill": Pod(
        labels={"llm-d.ai/guide": "pd-disaggregation", "llm-d.ai/role": "prefill"},
        ports=("modelserver", "nixl"),
    ),
    "encode-prefill": Pod(labels={"llm-d.ai/role": "encode-prefill"}, ports=("modelserver",)),
}
OTHERS: Final = {
    "EPP of inferencepool": Pod(labels={"inferencepool": "gaie-a-epp"}, ports=("metrics", "grpc")),
    "EPP of standalone without an InferencePool": Pod(
        labels={"epp": "gaie-a-epp", "inference.networking.k8s.io/igw-mode": "standalone"},
        ports=("grpc", "metrics"),
    ),
    "EPP of the gateway chart": Pod(
        labels={"llm-d-router-gateway": "a-epp", "llm-d.ai/igw-mode": "llm-d-router-gateway"},
        ports=("grpc", "metrics"),
    ),
    "EPP of the standalone chart": Pod(
        labels={"llm-d-router-gateway": "a-epp", "llm-d.ai/igw-mode": "llm-d-router-gateway"},
        ports=("metrics", "metrics-19001", "http"),
    ),
    "EPP without an InferencePool": Pod(
        labels={"llm-d-router-standalone": "a-epp", "llm-d.ai/igw-mode": "llm-d-router-standalone"},
        ports=("metrics", "metrics-19001", "http"),
    ),
    "encoder": Pod(labels={"llm-d.ai/role": "encode"}, ports=("modelserver",)),
    "a web server": Pod(labels={"app": "web"}, ports=("modelserver", "vllm")),
}


def selects(selector: Manifest, labels: Mapping[str, str]) -> bool:
    """Tells whether a label selector takes something with these labels, as Kubernetes decides it."""
    wanted = selector.get("matchLabels", {}).items()
    return all(labels.get(key) == value for key, value in wanted) and all(
        expression["operator"] == "In" and labels.get(expression["key"]) in expression["values"]
        for expression in selector.get("matchExpressions", [])
    )


def targets(monitor: Manifest, pod: Pod) -> list[str]:
    """Returns the ports of a pod that a monitor scrapes."""
    spec = monitor["spec"]
    endpoints: list[dict[str, Any]] = spec.get("podMetricsEndpoints") or spec["endpoints"]
    if not selects(spec["selector"], pod.labels):
        return []
    return [endpoint["port"] for endpoint in endpoints if endpoint["port"] in pod.ports]
