"""The objects of the Prometheus operator's kinds that a stack makes itself, beside the chart's."""

from collections.abc import Iterator

from components.alertmanager_config import CONFIG_NAME, config_spec
from components.monitors.manifest import Manifest, manifest
from components.monitors.prometheus_operator import by_namespace
from components.prometheus_rules import rule_spec
from components.rule_sets import rule_sets
from components.settings import Settings


def operator_objects(settings: Settings) -> Iterator[Manifest]:
    """Yields them with every field of their `spec`; labels and links to Grafana are left out."""
    for monitoring in by_namespace(settings.models, settings.targets, {}).values():
        yield from monitoring.monitors
    for made in rule_sets(settings):
        yield manifest(
            "monitoring.coreos.com/v1",
            "PrometheusRule",
            made.name,
            namespace=settings.namespace,
            labels={},
            spec=rule_spec(made),
        )
    if settings.alertmanager.receivers:
        yield manifest(
            "monitoring.coreos.com/v1alpha1",
            "AlertmanagerConfig",
            CONFIG_NAME,
            namespace=settings.namespace,
            labels={},
            spec=config_spec(settings.alertmanager),
        )
