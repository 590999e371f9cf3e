"""Small fleets, and a reader of what they expose."""

from collections.abc import Iterable, Mapping

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tools.emulators.epp import Generation
from tools.emulators.events import Role
from tools.emulators.exposition import expose
from tools.emulators.failures import Failure
from tools.emulators.fleet import (
    AutoscalerPod,
    EndpointPickerPod,
    Fleet,
    GpuExporter,
    Listener,
    ModelDeployment,
    ModelServer,
)
from tools.emulators.world import World

MODEL = "meta-llama/Llama-3.1-8B-Instruct"


def listener(port: int) -> Listener:
    return Listener(host="127.0.0.1", port=port)


def fleet(*generations: Generation) -> Fleet:
    """Two decode pods, one with two engines, and a prefill pod, behind an Endpoint Picker; an SGLang pod."""
    return Fleet(
        seed=11,
        deployments=(
            ModelDeployment(
                namespace="llm-d",
                model=MODEL,
                pods=(
                    ModelServer(pod="decode-0", listen=listener(1), role=Role.DECODE),
                    ModelServer(pod="decode-1", listen=listener(2), role=Role.DECODE, engines=2),
                    ModelServer(pod="prefill-0", listen=listener(3), role=Role.PREFILL),
                ),
                endpoint_picker=EndpointPickerPod(
                    pod="epp-0",
                    listen=listener(4),
                    pool="pool",
                    generations=generations or (Generation.EPP,),
                ),
            ),
            ModelDeployment(
                namespace="sglang",
                model=MODEL,
                pods=(
                    ModelServer(
                        pod="sglang-0", listen=listener(5), engine="sglang", priorities=True
                    ),
                ),
            ),
        ),
        gpus=GpuExporter(node="node-1", listen=listener(6)),
        autoscaler=AutoscalerPod(listen=listener(7)),
    )


def lived(world: World, seconds: float, failures: Iterable[Failure] = ()) -> World:
    """Lets time pass in a world, under failures."""
    for deployment in world.deployments:
        deployment.failures.clear()
        deployment.failures.update(failures)
    for _ in range(round(seconds / 0.1)):
        world.go_on(0.1)
    return world


def finished(world: World) -> World:
    """Lets a world finish what it has begun, with silent clients."""
    for deployment in world.deployments:
        deployment.pool.paused = True
    return lived(world, 60)


def text(world: World, pod: str) -> str:
    """Returns what a pod exposes."""
    target = next(target for target in world.targets if target.pod == pod)
    return expose(target.registry, target.style).body.decode()


def samples(world: World, pod: str) -> list[Sample]:
    """Returns the samples that a pod exposes."""
    families = text_string_to_metric_families(text(world, pod))
    return [sample for family in families for sample in family.samples]


def value(world: World, pod: str, name: str, labels: Mapping[str, str] | None = None) -> float:
    """Returns the sum over a pod's samples of a name that have these labels."""
    wanted = (labels or {}).items()
    return sum(
        sample.value
        for sample in samples(world, pod)
        if sample.name == name and wanted <= sample.labels.items()
    )


def names(world: World, pod: str) -> set[str]:
    """Returns the names of a pod's samples."""
    return {sample.name for sample in samples(world, pod)}
