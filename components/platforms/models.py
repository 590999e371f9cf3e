"""The monitors of all llm-d deployments of a stack and of what surrounds them."""

from collections.abc import Mapping, Sequence

import pulumi

from components.labels import common_labels
from components.monitors.manifest import Labels, Monitoring
from components.monitors.prometheus_operator import by_namespace
from components.namespace_monitors import NamespaceMonitors, NamespaceMonitorsArgs
from components.platforms.namespace_rules import RulesOf, with_rules
from components.settings import Settings


def install_models(
    settings: Settings,
    requires: Sequence[pulumi.Resource],
    opts: pulumi.ResourceOptions,
    *,
    namespace_labels: Mapping[str, str] | None = None,
    monitor_labels: Labels | None = None,
    rules_of: RulesOf | None = None,
) -> None:
    """Makes the monitors of a Prometheus operator.

    Args:
        settings: The stack's.
        requires: What brings the operator's definitions.
        opts: Options of a top-level component.
        namespace_labels: Labels that a namespace must have for the operator to look there.
        monitor_labels: Labels that a monitor must have for the operator to take it.
        rules_of: Gives the rules of a model's namespace, where rules don't reach beyond their own.
    """
    labels = {**common_labels(settings.release, "model-monitors"), **(monitor_labels or {})}
    namespaces = {model.namespace for model in settings.models}
    made = dict(by_namespace(settings.models, settings.targets, labels))
    if rules_of is not None:
        for namespace in namespaces:
            made[namespace] = with_rules(made.get(namespace, Monitoring()), rules_of(namespace))
    for namespace, needed in made.items():
        install_monitoring(
            namespace,
            needed,
            requires,
            opts,
            namespace_labels=namespace_labels or {},
            make_namespace=namespace in namespaces or bool(namespace_labels),
        )


def install_monitoring(
    namespace: str,
    made: Monitoring,
    requires: Sequence[pulumi.Resource],
    opts: pulumi.ResourceOptions,
    *,
    namespace_labels: Mapping[str, str],
    make_namespace: bool = True,
) -> None:
    """Makes what one namespace needs, where that is anything.

    Args:
        namespace: The namespace.
        made: What it needs.
        requires: What brings the definitions of the monitors' kinds.
        opts: Options of a top-level component.
        namespace_labels: Labels that the namespace must have.
        make_namespace: Make it where it is missing; else it has to exist.
    """
    if not (made.monitors or namespace_labels):
        return
    NamespaceMonitors(
        # No namespace has a dot, so no two of these names, and none of their children's, are alike.
        f"{namespace}.monitors",
        NamespaceMonitorsArgs(
            namespace=namespace,
            make_namespace=make_namespace,
            namespace_labels=namespace_labels,
            monitoring=made,
            requires=requires,
        ),
        opts,
    )
