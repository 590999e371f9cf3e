"""The llm-d deployments of the live test, as llm-d's charts and recipes make them, and as emulators play them.

Each namespace runs one naming generation of the Endpoint Picker, or two at once, so that a query with one namespace
sees that generation alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tools.emulators.epp import Generation
from tools.emulators.events import Role

Object = dict[str, Any]

SCRAPE_INTERVAL = "2s"


@dataclass(frozen=True, kw_only=True)
class Server:
    """A model server's Deployment with one pod."""

    name: str
    role: Role
    port: int
    engines: int = 1
    priorities: bool = False


@dataclass(frozen=True, kw_only=True)
class LlmD:
    """An llm-d deployment in a namespace.

    Attributes:
        namespace: Its namespace.
        model: The served model's name.
        generations: What its Endpoint Picker exposes.
        release: Helm release of its Endpoint Picker.
        chart: Which chart installed the Endpoint Picker.
        deployment: How the model servers were deployed.
        engine: Their program.
        servers: The model servers.
        authentication: Whether the Endpoint Picker wants a token.
        waits_for_token: Whether its token comes late, from elsewhere.
    """

    namespace: str
    model: str
    generations: tuple[Generation, ...]
    release: str
    chart: Literal["gaie", "router"]
    deployment: Literal["modelservice", "recipes"]
    engine: Literal["vllm", "sglang"] = "vllm"
    servers: tuple[Server, ...] = field(
        default=(
            Server(name="decode", role=Role.DECODE, port=8200),
            Server(name="prefill", role=Role.PREFILL, port=8000),
        )
    )
    authentication: bool = True
    waits_for_token: bool = False

    @property
    def epp(self) -> str:
        """Name of the Endpoint Picker's Deployment, Service and ServiceAccount."""
        return f"{self.release}-epp"

    @property
    def port_name(self) -> str:
        """Name of the container port that serves metrics, in llm-d's guides."""
        return "vllm" if self.deployment == "modelservice" else "modelserver"


LATE_SECRET = "late-metrics-token"

CURRENT = LlmD(
    namespace="llm-d-current",
    model="meta-llama/Llama-3.3-70B-Instruct",
    generations=(Generation.EPP,),
    release="pd",
    chart="router",
    deployment="recipes",
    servers=(
        Server(name="decode", role=Role.DECODE, port=8200),
        Server(name="decode-parallel", role=Role.DECODE, port=8200, engines=2),
        Server(name="prefill", role=Role.PREFILL, port=8000),
    ),
)
BOTH = LlmD(
    namespace="llm-d-both",
    model="Qwen/Qwen3-32B",
    generations=(Generation.OBJECTIVE, Generation.SCHEDULER, Generation.EPP),
    release="both",
    chart="router",
    deployment="recipes",
    waits_for_token=True,
)
OBJECTIVE = LlmD(
    namespace="llm-d-objective",
    model="Qwen/Qwen3-0.6B",
    generations=(Generation.OBJECTIVE, Generation.SCHEDULER),
    release="gaie-inference-scheduling",
    chart="gaie",
    deployment="modelservice",
)
FIRST = LlmD(
    namespace="llm-d-first",
    model="meta-llama/Llama-3.2-3B-Instruct",
    generations=(Generation.MODEL,),
    release="gaie-first",
    chart="gaie",
    deployment="modelservice",
    authentication=False,
)
PLAIN = LlmD(
    namespace="llm-d-plain",
    model="openai/gpt-oss-20b",
    generations=(Generation.OBJECTIVE,),
    release="plain",
    chart="gaie",
    deployment="modelservice",
    servers=(Server(name="decode", role=Role.BOTH, port=8000),),
    authentication=False,
)
SGLANG = LlmD(
    namespace="llm-d-sglang",
    model="deepseek-ai/DeepSeek-R1-0528",
    generations=(Generation.EPP,),
    release="sglang",
    chart="router",
    deployment="recipes",
    engine="sglang",
    servers=(
        Server(name="decode", role=Role.BOTH, port=8000),
        Server(name="decode-priorities", role=Role.BOTH, port=8000, priorities=True),
    ),
)

DEPLOYMENTS = (CURRENT, BOTH, OBJECTIVE, FIRST, PLAIN, SGLANG)

DECOY_NAMESPACE = "elsewhere"


def settings(deployment: LlmD) -> Mapping[str, Any]:
    """Returns the entry of the stack's setting `models`."""
    picker: dict[str, Any] = {
        "release": deployment.release,
        "authentication": deployment.authentication,
        "interval": SCRAPE_INTERVAL,
    }
    if deployment.waits_for_token:
        picker["tokenSecret"] = LATE_SECRET
    return {
        "namespace": deployment.namespace,
        "generation": deployment.chart,
        "deployment": deployment.deployment,
        "engine": deployment.engine,
        "decode": {"interval": SCRAPE_INTERVAL},
        "prefill": {"interval": SCRAPE_INTERVAL},
        "epp": [picker],
    }


def manifests(deployment: LlmD) -> Iterator[tuple[str, Object]]:
    """Yields a deployment's objects, each with the path of its kind."""
    space = deployment.namespace
    for server in deployment.servers:
        yield (
            f"apis/apps/v1/namespaces/{space}/deployments",
            workload(
                server.name, space, pod_labels(deployment, server), container(deployment, server)
            ),
        )
    yield (
        f"api/v1/namespaces/{space}/serviceaccounts",
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": deployment.epp, "namespace": space},
        },
    )
    selector = picker_labels(deployment)
    picker = workload(
        deployment.epp,
        space,
        selector,
        {
            "name": "epp",
            "image": "epp",
            "ports": [
                {"name": "grpc", "containerPort": 9002},
                {"name": "metrics", "containerPort": 9090},
            ],
        },
    )
    picker["spec"]["template"]["spec"]["serviceAccountName"] = deployment.epp
    yield f"apis/apps/v1/namespaces/{space}/deployments", picker
    yield f"api/v1/namespaces/{space}/services", picker_service(deployment.epp, space, selector)


def pod_labels(deployment: LlmD, server: Server) -> Mapping[str, str]:
    """Returns the labels of a model server's pods."""
    # A pod that does both is labelled as one that decodes: there is no prefill beside it.
    role = Role.DECODE if server.role is Role.BOTH else server.role
    return {
        "llm-d.ai/inference-serving": "true",
        "llm-d.ai/role": str(role),
        "llm-d.ai/model": deployment.release,
        "llm-d.ai/engine-type": deployment.engine,
        "pod": server.name,
    }


def container(deployment: LlmD, server: Server) -> Object:
    """Returns a model server's container."""
    port = {"name": deployment.port_name, "containerPort": server.port}
    return {"name": deployment.engine, "image": deployment.engine, "ports": [port]}


def picker_labels(deployment: LlmD) -> Mapping[str, str]:
    """Returns the labels by which a chart's Service selects the Endpoint Picker's pods."""
    key = "inferencepool" if deployment.chart == "gaie" else "llm-d-router-gateway"
    return {key: deployment.epp}


def picker_service(name: str, namespace: str, selector: Mapping[str, str]) -> Object:
    """Returns the Service of an Endpoint Picker."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": {"app.kubernetes.io/name": name, "app.kubernetes.io/version": "v1"},
        },
        "spec": {
            "selector": dict(selector),
            "ports": [
                {"name": "grpc-ext-proc", "port": 9002},
                {"name": "http-metrics", "port": 9090},
            ],
        },
    }


def workload(name: str, namespace: str, labels: Mapping[str, str], container: Object) -> Object:
    """Returns a Deployment with one pod."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": dict(labels)},
            "template": {
                "metadata": {"labels": dict(labels)},
                "spec": {"containers": [container]},
            },
        },
    }


GPU_NAMESPACE = "gpu-operator"
AUTOSCALER_NAMESPACE = "workload-variant-autoscaler-system"

_SURROUNDINGS = (
    (GPU_NAMESPACE, "dcgm-exporter", 9400),
    (AUTOSCALER_NAMESPACE, "workload-variant-autoscaler", 8080),
)


def surroundings() -> Iterator[tuple[str, Object]]:
    """Yields the DCGM exporter and the autoscaler, each with a monitor as its own chart makes one."""
    for space, name, port in _SURROUNDINGS:
        metadata = {"name": name, "namespace": space}
        container = {
            "name": name,
            "image": name,
            "ports": [{"name": "metrics", "containerPort": port}],
        }
        yield "api/v1/namespaces", namespace(space)
        yield (
            f"apis/apps/v1/namespaces/{space}/deployments",
            workload(name, space, {"app": name}, container),
        )
        yield (
            f"apis/monitoring.coreos.com/v1/namespaces/{space}/podmonitors",
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "PodMonitor",
                "metadata": metadata,
                "spec": {
                    "selector": {"matchLabels": {"app": name}},
                    "podMetricsEndpoints": [{"port": "metrics", "interval": SCRAPE_INTERVAL}],
                },
            },
        )


def namespace(name: str) -> Object:
    """Returns a namespace."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def decoys() -> Iterator[tuple[str, Object]]:
    """Yields objects that look like a deployment's in all but one respect, and must not be scraped."""
    port = {"name": "modelserver", "containerPort": 8000}
    server = {"name": "vllm", "image": "vllm", "ports": [port]}
    inside, outside = CURRENT.namespace, DECOY_NAMESPACE
    labels = pod_labels(CURRENT, CURRENT.servers[0])
    path = "apis/apps/v1/namespaces/{}/deployments"
    yield "api/v1/namespaces", namespace(outside)
    yield (
        path.format(inside),
        workload(
            "no-role", inside, {"app": "no-role", "llm-d.ai/inference-serving": "true"}, server
        ),
    )
    yield (
        path.format(inside),
        workload("other-role", inside, {"app": "other-role", "llm-d.ai/role": "encode"}, server),
    )
    yield (
        path.format(inside),
        workload(
            "other-port",
            inside,
            {"app": "other-port", "llm-d.ai/role": "decode"},
            {**server, "ports": [{"name": "sidecar", "containerPort": 8000}]},
        ),
    )
    yield path.format(outside), workload("decode", outside, labels, server)
    yield f"api/v1/namespaces/{outside}/services", picker_service("pd-epp", outside, labels)
