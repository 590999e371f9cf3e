"""The monitors of all llm-d deployments of a stack, whatever its platform makes for one."""

from collections.abc import Mapping, Sequence

import pulumi

from components.labels import common_labels
from components.monitors.manifest import Labels, Monitoring
from components.monitors.prometheus_operator import monitoring
from components.namespace_monitors import NamespaceMonitors, NamespaceMonitorsArgs
from components.settings import Settings


def install_models(
    settings: Settings,
    requires: Sequence[pulumi.Resource],
    opts: pulumi.ResourceOptions,
    *,
    namespace_labels: Mapping[str, str] | None = None,
    monitor_labels: Labels | None = None,
) -> None:
    """Makes the monitors of a Prometheus operator.

    Args:
        settings: The stack's.
        requires: What brings the operator's definitions.
        opts: Options of a top-level component.
        namespace_labels: Labels that a namespace must have for the operator to look there.
        monitor_labels: Labels that a monitor must have for the operator to take it.
    """
    labels = {**common_labels(settings.release, "model-monitors"), **(monitor_labels or {})}
    for model in settings.models:
        install_monitoring(
            model.namespace,
            monitoring(model, labels),
            requires,
            opts,
            namespace_labels=namespace_labels or {},
        )


def install_monitoring(
    namespace: str,
    made: Monitoring,
    requires: Sequence[pulumi.Resource],
    opts: pulumi.ResourceOptions,
    *,
    namespace_labels: Mapping[str, str],
) -> None:
    """Makes what one deployment's namespace needs, where that is anything."""
    if not (made.monitors or namespace_labels):
        return
    NamespaceMonitors(
        # No namespace has a dot, so no two of these names, and none of their children's, are alike.
        f"{namespace}.monitors",
        NamespaceMonitorsArgs(
            namespace=namespace,
            make_namespace=True,
            namespace_labels=namespace_labels,
            monitoring=made,
            requires=requires,
        ),
        opts,
    )
