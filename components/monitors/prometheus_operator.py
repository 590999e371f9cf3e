"""Everything that makes a deployment scraped by a Prometheus of the Prometheus operator."""

from components.monitors.epp import service_monitors
from components.monitors.manifest import Labels, Monitoring
from components.monitors.metrics_token import metrics_access
from components.monitors.model_servers import pod_monitors
from components.settings.models import ModelSettings


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
