"""Everything that makes a Prometheus of the Prometheus operator scrape what a stack lists."""

from collections.abc import Iterable, Mapping

from components.monitors.epp import service_monitors
from components.monitors.manifest import Labels, Monitoring, together
from components.monitors.metrics_token import metrics_access
from components.monitors.model_servers import pod_monitors
from components.monitors.targets import autoscaler_monitoring, gpu_monitoring
from components.settings.models import ModelSettings
from components.settings.targets import TargetSettings


def monitoring(model: ModelSettings, labels: Labels) -> Monitoring:
    """Returns monitors and access of a deployment; nothing where llm-d's charts make them.

    Args:
        model: The deployment.
        labels: Labels of every object; the monitors have the deployment's own besides.
    """
    if model.monitors == "charts":
        return Monitoring()
    on_monitors = {**model.labels, **labels}
    return Monitoring(
        access=metrics_access(model, labels),
        monitors=(*pod_monitors(model, on_monitors), *service_monitors(model, on_monitors)),
    )


def by_namespace(
    models: Iterable[ModelSettings], targets: TargetSettings, labels: Labels
) -> Mapping[str, Monitoring]:
    """Returns what each namespace needs; the autoscaler may live in that of a deployment."""
    made = {model.namespace: monitoring(model, labels) for model in models}
    if targets.gpu is not None:
        _add(made, targets.gpu.namespace, gpu_monitoring(targets.gpu, labels))
    if targets.autoscaler is not None:
        _add(
            made,
            targets.autoscaler.namespace,
            autoscaler_monitoring(targets.autoscaler, labels),
        )
    return made


def _add(made: dict[str, Monitoring], namespace: str, further: Monitoring) -> None:
    made[namespace] = together(made.get(namespace, Monitoring()), further)
