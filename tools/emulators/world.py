"""The whole emulated fleet: simulations, the programs that watch them, and switches for failures."""

import random
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from prometheus_client import CollectorRegistry

from tools.emulators.autoscaler import Autoscaler, Variant
from tools.emulators.engine import Engine
from tools.emulators.epp import EndpointPicker
from tools.emulators.events import Role
from tools.emulators.exposition import Style
from tools.emulators.failures import Failure, conditions
from tools.emulators.fleet import Fleet, Listener, ModelDeployment, ModelServer
from tools.emulators.gpu import GpuNode, GpuUser
from tools.emulators.pool import EngineAddress, Pool, Step
from tools.emulators.requests import Traffic
from tools.emulators.sglang import SglangPod
from tools.emulators.vllm import VllmPod

_NODE_EXPORTERS: Final = "gpu-operator"


@dataclass(frozen=True, kw_only=True)
class Target:
    """One endpoint that can be scraped.

    Attributes:
        namespace: Of its pod.
        pod: Its pod.
        listen: Where it is.
        registry: Its metrics.
        style: How it writes them down.
        asks_as: The user as which it asks the API server about a scrape's token; None where it needs none.
        reachable: Tells whether it can be reached at the moment.
    """

    namespace: str
    pod: str
    listen: Listener
    registry: CollectorRegistry
    style: Style
    asks_as: str | None = None
    reachable: Callable[[], bool] = lambda: True


@dataclass(kw_only=True)
class Deployment:
    """A model deployment that is simulated, with the programs that watch it.

    Attributes:
        description: What it is.
        pool: Its simulation.
        failures: What goes wrong at the moment.
        followers: Who else is told of each step.
    """

    description: ModelDeployment
    pool: Pool
    failures: set[Failure] = field(default_factory=set)
    servers: dict[str, VllmPod | SglangPod] = field(default_factory=dict)
    picker: EndpointPicker | None = None
    followers: list[Callable[[Step], None]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its namespace and model, which no two share."""
        return f"{self.description.namespace}/{self.description.model}"

    def go_on(self, now: float, seconds: float) -> None:
        """Goes on to a later time, `seconds` after the last one."""
        step = self.pool.step(now, conditions(self.failures))
        self._record(step)
        for follower in self.followers:
            follower(step)
        for server in self.servers.values():
            server.look(seconds)
        if self.picker is not None:
            self.picker.look(seconds)

    def _record(self, step: Step) -> None:
        for address, events in step.engines.items():
            server = self.servers[address.pod]
            if isinstance(server, VllmPod):
                server.record(address.engine, events)
            else:
                server.record(events)
        if self.picker is not None:
            self.picker.record(step.pool)


class World:
    """A fleet on its way through time.

    Args:
        fleet: What there is.
    """

    def __init__(self, fleet: Fleet) -> None:
        self.deployments = tuple(
            _deployment(description, fleet.seed + number)
            for number, description in enumerate(fleet.deployments)
        )
        self._now = 0.0
        self._gpus: GpuNode | None = None
        self._autoscaler: Autoscaler | None = None
        targets = [target for one in self.deployments for target in _targets(one)]
        if fleet.gpus is not None:
            self._gpus = GpuNode(fleet.gpus.node, _gpu_users(self.deployments))
            targets.append(
                Target(
                    namespace=_NODE_EXPORTERS,
                    pod=fleet.gpus.node,
                    listen=fleet.gpus.listen,
                    registry=self._gpus.exporter.registry,
                    style=Style.GO,
                )
            )
        if fleet.autoscaler is not None:
            self._autoscaler = Autoscaler(
                [
                    Variant(
                        name=f"{one.description.namespace}-decode",
                        namespace=one.description.namespace,
                        model=one.description.model,
                        pool=one.pool,
                    )
                    for one in self.deployments
                ],
                old=fleet.autoscaler.old,
            )
            targets.append(
                Target(
                    namespace="autoscaler",
                    pod="autoscaler",
                    listen=fleet.autoscaler.listen,
                    registry=self._autoscaler.exporter.registry,
                    style=Style.GO,
                )
            )
        self.targets = tuple(targets)

    def go_on(self, seconds: float) -> None:
        """Lets this much time pass."""
        self._now += seconds
        for deployment in self.deployments:
            deployment.go_on(self._now, seconds)
        if self._gpus is not None:
            self._gpus.look(seconds, hot=self._any(Failure.HOT_GPUS))
        if self._autoscaler is not None:
            self._autoscaler.look(seconds, failing=self._any(Failure.AUTOSCALER_ERRORS))

    def select(self, namespace: str | None) -> list[Deployment]:
        """Returns the deployments of a namespace; all of them without one."""
        return [one for one in self.deployments if namespace in {None, one.description.namespace}]

    def totals(self) -> Mapping[str, Any]:
        """Returns what the simulations have done, by deployment, counted by themselves."""
        return {
            one.name: {
                "pool": asdict(one.pool.totals),
                "engines": {
                    f"{address.pod}/{address.engine}": asdict(engine.totals)
                    for address, engine in one.pool.engines.items()
                },
            }
            for one in self.deployments
        }

    def _any(self, failure: Failure) -> bool:
        return any(failure in one.failures for one in self.deployments)


def _deployment(description: ModelDeployment, seed: int) -> Deployment:
    engines = {
        EngineAddress(pod=server.pod, engine=number): Engine(
            role=server.role,
            dice=random.Random(f"{seed} {server.pod} {number}"),  # noqa: S311 - repeatable on purpose
        )
        for server in description.pods
        for number in range(server.engines)
    }
    traffic = Traffic(per_second=description.requests_per_second)
    deployment = Deployment(
        description=description, pool=Pool(traffic=traffic, seed=seed, engines=engines)
    )
    for server in description.pods:
        deployment.servers[server.pod] = _server(description.model, server, deployment.pool)
    picker = description.endpoint_picker
    if picker is not None:
        deployment.picker = EndpointPicker(
            model=description.model,
            namespace=description.namespace,
            pool_name=picker.pool,
            pool=deployment.pool,
            ports={server.pod: server.listen.port for server in description.pods},
            generations=picker.generations,
        )
    return deployment


def _server(model: str, server: ModelServer, pool: Pool) -> VllmPod | SglangPod:
    engines = {
        address.engine: engine
        for address, engine in pool.engines.items()
        if address.pod == server.pod
    }
    if server.engine == "vllm":
        return VllmPod(model, engines, server.role)
    return SglangPod(model, engines[0], server.role, priorities=server.priorities)


def _targets(deployment: Deployment) -> list[Target]:
    description, failures = deployment.description, deployment.failures
    first_decoder = next(
        (server.pod for server in description.pods if server.role is not Role.PREFILL), None
    )
    targets = [
        Target(
            namespace=description.namespace,
            pod=server.pod,
            listen=server.listen,
            registry=deployment.servers[server.pod].exporter.registry,
            style=_style(server),
            reachable=_up(failures, Failure.MODEL_SERVERS_DOWN)
            if server.pod == first_decoder
            else _always,
        )
        for server in description.pods
    ]
    picker = description.endpoint_picker
    if picker is not None and deployment.picker is not None:
        targets.append(
            Target(
                namespace=description.namespace,
                pod=picker.pod,
                listen=picker.listen,
                registry=deployment.picker.exporter.registry,
                style=Style.GO,
                asks_as=f"system:serviceaccount:{description.namespace}:{picker.service_account}"
                if picker.authenticated
                else None,
                reachable=_up(failures, Failure.ENDPOINT_PICKER_DOWN),
            )
        )
    return targets


def _style(server: ModelServer) -> Style:
    if server.engine == "sglang" or server.engines > 1:
        return Style.PYTHON_MULTIPROCESS
    return Style.PYTHON


def _always() -> bool:
    return True


def _up(failures: set[Failure], failure: Failure) -> Callable[[], bool]:
    return lambda: failure not in failures


def _gpu_users(deployments: tuple[Deployment, ...]) -> list[GpuUser]:
    return [
        GpuUser(namespace=one.description.namespace, pod=address.pod, engine=engine)
        for one in deployments
        for address, engine in one.pool.engines.items()
    ]
