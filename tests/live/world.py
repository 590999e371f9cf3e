"""The live world: a control plane, the program's stack, llm-d deployments, a real operator and a real Prometheus."""

import ssl
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

import httpx

from components.labels import MANAGED_BY, MANAGED_BY_LABEL
from tests.cluster.project import CHART, NAMESPACE, STACK, Project, working_copy
from tests.live.certificates import self_signed
from tests.live.deployments import (
    AUTOSCALER_NAMESPACE,
    DEPLOYMENTS,
    GPU_NAMESPACE,
    LlmD,
    decoys,
    manifests,
    settings,
    surroundings,
)
from tests.live.prometheus import Prometheus
from tests.live.rule_objects import TIME_SCALE, scaled
from tools import paths
from tools.cluster.credentials import ADMINISTRATOR, Credentials
from tools.cluster.layout import Layout
from tools.cluster.ports import LOOPBACK, remembered
from tools.emulators.fleet import (
    AutoscalerPod,
    EndpointPickerPod,
    Fleet,
    GpuExporter,
    Listener,
    ModelDeployment,
    ModelServer,
)
from tools.errors import UserError
from tools.live.containers import Image, PodProcesses
from tools.live.kubernetes import Kubernetes, Object
from tools.live.namespaces import Namespaces, Process
from tools.live.waiting import wait_for

CLUSTER_SECONDS: Final = 180
READY_SECONDS: Final = 120
_SYNC_SECONDS: Final = 0.5
_GATEWAY_PORT: Final = 8081
"""Where the proxy beside an Endpoint Picker listens that stands alone."""

Pods = Mapping[str, Mapping[str, Object]]
Settings = Mapping[str, Any]

PROMETHEUS: Final = "llmd-kube-prometheus-stack-prometheus"
OPERATOR: Final = "llmd-kube-prometheus-stack-operator"
_ADMISSION_SECRET: Final = "llmd-kube-prometheus-stack-admission"


@dataclass(frozen=True, kw_only=True)
class World:
    """What the tests look at.

    Attributes:
        kubernetes: The API server.
        prometheus: The real Prometheus, over TLS.
        trusted: What `prometheus` trusts.
        project: The program's working copy.
        settings: The settings of its stack.
        emulators: Base of the emulators' switches.
        folder: Where logs and sockets are.
        namespaces: Where everything runs.
        gateways: Base URLs of the deployments' gateways by namespace, inside of the namespaces.
    """

    kubernetes: Kubernetes
    prometheus: Prometheus
    trusted: ssl.SSLContext
    project: Project
    settings: Settings
    emulators: httpx.Client
    folder: Path
    namespaces: Namespaces
    gateways: Mapping[str, str]

    @property
    def ca(self) -> str:
        """The CA certificates that the program has published."""
        return _published(self.kubernetes)

    def trust_what_is_published(self) -> None:
        """Lets `prometheus` know the CAs of a rotation."""
        self.trusted.load_verify_locations(cadata=self.ca)

    def mounted(self, pod: str, pattern: str) -> str:
        """Returns the file that a pattern matches in the volumes of a pod that runs."""
        (path,) = (self.folder / "pods" / pod / "volumes").glob(pattern)
        return path.read_text(encoding="utf-8")

    def connect(self, host: str) -> httpx.Client:
        """Returns a client of Prometheus that knows it by this name and trusts the published CA alone."""
        return _connect(self.folder, host, ssl.create_default_context(cadata=self.ca))


def _published(kubernetes: Kubernetes) -> str:
    name = f"api/v1/namespaces/{NAMESPACE}/configmaps/prometheus-web-tls-ca"
    bundle: str = kubernetes.get(name)["data"]["ca.crt"]
    return bundle


def _connect(folder: Path, host: str, trusted: ssl.SSLContext) -> httpx.Client:
    transport = httpx.HTTPTransport(uds=str(folder / "prometheus.sock"), verify=trusted)
    return httpx.Client(transport=transport, base_url=f"https://{host}:9090", timeout=30)


@contextmanager
def live_world(folder: Path) -> Iterator[World]:
    """Makes the world and takes it down again."""
    with (
        Namespaces(folder / "logs") as namespaces,
        _Volumes() as volumes,
        ExitStack() as clients,
    ):
        client = clients.enter_context(_start_cluster(folder, namespaces))
        kubernetes = Kubernetes(client)
        stack = _settings(folder)
        project = _install(folder, namespaces, stack)
        pods = _deploy(kubernetes)
        emulators = clients.enter_context(_emulate(folder, namespaces, pods))
        _speed_up(kubernetes)
        operator = _start_operator(folder, namespaces, kubernetes)
        alertmanager = _start_alertmanager(folder, namespaces, kubernetes, operator)
        volumes.follow(alertmanager.pod)
        running = _start_prometheus(folder, namespaces, kubernetes, operator)
        volumes.follow(running.pod)
        _relay(folder, namespaces, "prometheus", running.pod.address, 9090)
        trusted = ssl.create_default_context(cadata=_published(kubernetes))
        prometheus = Prometheus(clients.enter_context(_connect(folder, "localhost", trusted)))
        wait_for(
            lambda: prometheus.ready() or None,
            READY_SECONDS,
            lambda: running.process.failure("it doesn't answer"),
            going_on=running.process.alive,
        )
        yield World(
            kubernetes=kubernetes,
            prometheus=prometheus,
            trusted=trusted,
            project=project,
            settings=stack,
            emulators=emulators,
            folder=folder,
            namespaces=namespaces,
            gateways={
                one.namespace: f"http://{_gateway(one, pods[one.namespace]).host}:{_GATEWAY_PORT}"
                for one in DEPLOYMENTS
            },
        )


class _Volumes:
    """Keeps the volumes of running pods up to date, as a kubelet does."""

    def __init__(self) -> None:
        self._pods: list[PodProcesses] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def follow(self, pod: PodProcesses) -> None:
        self._pods.append(pod)

    def _run(self) -> None:
        while not self._stop.wait(_SYNC_SECONDS):
            for pod in self._pods:
                # An object that is just being replaced, or a busy API server: the next round sees it.
                with suppress(UserError, httpx.TransportError):
                    pod.sync()


def _start_cluster(folder: Path, namespaces: Namespaces) -> httpx.Client:
    directory = folder / "cluster"
    namespaces.run(
        "The embedded cluster",
        *(sys.executable, "-m", "tools.cli", "cluster", "start", "--directory", str(directory)),
        seconds=CLUSTER_SECONDS,
    )
    layout = Layout(directory=directory)
    port = remembered(layout.ports)["kube_apiserver"]
    _relay(folder, namespaces, "api-server", LOOPBACK, port)
    credentials = Credentials(folder=layout.credentials)
    context = ssl.create_default_context(cafile=credentials.authority)
    context.load_cert_chain(credentials.pair(ADMINISTRATOR))
    transport = httpx.HTTPTransport(uds=str(folder / "api-server.sock"), verify=context)
    server = f"https://{LOOPBACK}:{port}"
    return httpx.Client(transport=transport, base_url=server, timeout=30)


def _relay(folder: Path, namespaces: Namespaces, name: str, host: str, port: int) -> None:
    socket = folder / f"{name}.sock"
    process = namespaces.start(
        f"relay-{name}",
        *(sys.executable, "-m", "tools.live.relay", str(socket), host, str(port)),
    )
    wait_for(
        lambda: socket.exists() or None,
        READY_SECONDS,
        lambda: process.failure(f"{socket} isn't there"),
        going_on=process.alive,
    )


def _settings(folder: Path) -> Settings:
    return {
        "kubernetes": {"kubeconfig": str(folder / "cluster" / "kubeconfig")},
        "chart": {"path": CHART, "timeoutSeconds": 120},
        "tls": {"protectCa": False},
        "exporters": {"node": False, "kubeState": False},
        "models": [settings(deployment) for deployment in DEPLOYMENTS],
    }


def _install(folder: Path, namespaces: Namespaces, stack: Settings) -> Project:
    copy = working_copy(folder / "copy")
    project = replace(copy, through=tuple(namespaces.command(folder=copy.folder)))
    project.run("pulumi", "stack", "init", STACK, "--non-interactive").succeeded()
    project.configure(stack)
    project.up().succeeded()
    return project


def _deploy(kubernetes: Kubernetes) -> Pods:
    """Makes the deployments; returns their pods by namespace and workload."""
    for path, manifest in (
        *(one for deployment in DEPLOYMENTS for one in manifests(deployment)),
        *surroundings(),
        *decoys(),
    ):
        kubernetes.apply(path, manifest)
    wanted = {
        deployment.namespace: {*(server.name for server in deployment.servers), deployment.epp}
        for deployment in DEPLOYMENTS
    }
    wanted |= {GPU_NAMESPACE: {"dcgm-exporter"}}
    wanted |= {AUTOSCALER_NAMESPACE: {"workload-variant-autoscaler"}}
    return {space: _pods_of(kubernetes, space, names) for space, names in wanted.items()}


def _pods_of(kubernetes: Kubernetes, space: str, wanted: set[str]) -> Mapping[str, Object]:
    def look() -> Mapping[str, Object] | None:
        found: dict[str, Object] = {}
        for pod in kubernetes.list(f"api/v1/namespaces/{space}/pods"):
            name = pod["metadata"]["name"].rsplit("-", 2)[0]
            if name in wanted and pod["status"].get("podIP"):
                found[name] = pod
        return found if found.keys() == wanted else None

    return wait_for(
        look,
        READY_SECONDS,
        lambda: UserError(f"The pods of {space} got no addresses from kwok."),
    )


def _emulate(folder: Path, namespaces: Namespaces, pods: Pods) -> httpx.Client:
    gpus = pods[GPU_NAMESPACE]["dcgm-exporter"]["status"]["podIP"]
    autoscaler = pods[AUTOSCALER_NAMESPACE]["workload-variant-autoscaler"]["status"]["podIP"]
    fleet = Fleet(
        seed=20,
        deployments=tuple(_emulated(one, pods[one.namespace]) for one in DEPLOYMENTS),
        gpus=GpuExporter(node="local-1", listen=Listener(host=gpus, port=9400)),
        autoscaler=AutoscalerPod(listen=Listener(host=autoscaler, port=8080)),
    )
    path, socket = folder / "fleet.json", folder / "emulators.sock"
    path.write_text(fleet.model_dump_json(by_alias=True), encoding="utf-8")
    process = namespaces.start(
        "emulators",
        *(sys.executable, "-m", "tools.cli", "emulate", str(path), "--control", str(socket)),
        *("--cluster", str(folder / "cluster")),
    )
    wait_for(
        lambda: socket.exists() or None,
        READY_SECONDS,
        lambda: process.failure(f"{socket} isn't there"),
        going_on=process.alive,
    )
    transport = httpx.HTTPTransport(uds=str(socket))
    return httpx.Client(transport=transport, base_url="http://emulators")


def _emulated(deployment: LlmD, pods: Mapping[str, Object]) -> ModelDeployment:
    def name(workload: str) -> str:
        found: str = pods[workload]["metadata"]["name"]
        return found

    def listener(workload: str, port: int) -> Listener:
        return Listener(host=pods[workload]["status"]["podIP"], port=port)

    return ModelDeployment(
        namespace=deployment.namespace,
        model=deployment.model,
        pods=tuple(
            ModelServer(
                pod=name(server.name),
                listen=listener(server.name, server.port),
                role=server.role,
                engine=deployment.engine,
                engines=server.engines,
                priorities=server.priorities,
            )
            for server in deployment.servers
        ),
        endpoint_picker=EndpointPickerPod(
            pod=name(deployment.epp),
            listen=listener(deployment.epp, 9090),
            pool=deployment.release,
            generations=deployment.generations,
            authenticated=deployment.authentication,
            service_account=deployment.epp,
        ),
        gateway=_gateway(deployment, pods),
        requests_per_second=2,
    )


def _gateway(deployment: LlmD, pods: Mapping[str, Object]) -> Listener:
    return Listener(host=pods[deployment.epp]["status"]["podIP"], port=_GATEWAY_PORT)


def _variables(folder: Path) -> Mapping[str, str]:
    port = remembered(Layout(directory=folder / "cluster").ports)["kube_apiserver"]
    return {"KUBERNETES_SERVICE_HOST": LOOPBACK, "KUBERNETES_SERVICE_PORT": str(port)}


def _pod(
    folder: Path,
    namespaces: Namespaces,
    kubernetes: Kubernetes,
    selector: str,
    process: Process | None,
) -> PodProcesses:
    def look() -> Object | None:
        pods = kubernetes.list(f"api/v1/namespaces/{NAMESPACE}/pods", labelSelector=selector)
        return next((pod for pod in pods if pod["status"].get("podIP")), None)

    pod = wait_for(
        look,
        READY_SECONDS,
        lambda: (
            process.failure(f"there is no pod {selector}")
            if process
            else UserError(f"There is no pod {selector} with an address.")
        ),
        going_on=process.alive if process else lambda: True,
    )
    return PodProcesses(
        pod,
        folder=folder / "pods" / pod["metadata"]["name"],
        kubernetes=kubernetes,
        namespaces=namespaces,
        variables=_variables(folder),
    )


def _speed_up(kubernetes: Kubernetes) -> None:
    """Makes the program's rules live faster; those of the chart stay as they are."""
    path = f"apis/monitoring.coreos.com/v1/namespaces/{NAMESPACE}/prometheusrules"
    for rules in kubernetes.list(path, labelSelector=f"{MANAGED_BY_LABEL}={MANAGED_BY}"):
        groups = [scaled(group, TIME_SCALE) for group in rules["spec"]["groups"]]
        kubernetes.patch(f"{path}/{rules['metadata']['name']}", {"spec": {"groups": groups}})


def _start_operator(folder: Path, namespaces: Namespaces, kubernetes: Kubernetes) -> Process:
    # What the chart's Job would do, were it to run.
    pair = self_signed(f"{OPERATOR}.{NAMESPACE}.svc")
    kubernetes.apply(
        f"api/v1/namespaces/{NAMESPACE}/secrets",
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": _ADMISSION_SECRET, "namespace": NAMESPACE},
            "stringData": {"ca": pair.certificate, "cert": pair.certificate, "key": pair.key},
        },
    )
    selector = "app=kube-prometheus-stack-operator"
    pod = _pod(folder, namespaces, kubernetes, selector, None)
    pod.sync()
    return pod.start("kube-prometheus-stack", Image(program=paths.BIN_DIR / "prometheus-operator"))


@dataclass(frozen=True, kw_only=True)
class _Running:
    pod: PodProcesses
    process: Process


def _start_alertmanager(
    folder: Path, namespaces: Namespaces, kubernetes: Kubernetes, operator: Process
) -> _Running:
    pod = _pod(folder, namespaces, kubernetes, "app.kubernetes.io/name=alertmanager", operator)
    pod.sync()
    reloader = Image(program=paths.BIN_DIR / "prometheus-config-reloader")
    pod.run("init-config-reloader", reloader)
    listen = ("--web.listen-address=127.0.0.1:9093",)
    process = pod.start(
        "alertmanager", Image(program=paths.BIN_DIR / "alertmanager", arguments=listen)
    )
    pod.start("config-reloader", replace(reloader, arguments=("--watch-interval=2s",)))
    return _Running(pod=pod, process=process)


def _start_prometheus(
    folder: Path, namespaces: Namespaces, kubernetes: Kubernetes, operator: Process
) -> _Running:
    kubernetes.patch(
        f"apis/monitoring.coreos.com/v1/namespaces/{NAMESPACE}/prometheuses/{PROMETHEUS}",
        {"spec": {"scrapeInterval": "2s", "evaluationInterval": "2s"}},
    )
    pod = _pod(folder, namespaces, kubernetes, "app.kubernetes.io/name=prometheus", operator)
    pod.sync()
    reloader = Image(program=paths.BIN_DIR / "prometheus-config-reloader")
    pod.run("init-config-reloader", reloader)
    listen = "--web.listen-address={address}:9090", "--web.listen-address=127.0.0.1:9090"
    process = pod.start("prometheus", Image(program=paths.BIN_DIR / "prometheus", arguments=listen))
    # A busy machine delays what a reloader is told of files; looking for itself, it misses nothing.
    pod.start("config-reloader", replace(reloader, arguments=("--watch-interval=2s",)))
    return _Running(pod=pod, process=process)
