"""Rules, alerts and their routes on a platform with a Prometheus of its own."""

import pulumi

from components.alertmanager_config import AlertmanagerConfig, AlertmanagerConfigArgs
from components.labels import common_labels
from components.names import Names
from components.prometheus_rules import PrometheusRules, PrometheusRulesArgs
from components.rule_sets import rule_sets
from components.scope import scope_labels
from components.settings import Settings


def install_rules(
    settings: Settings,
    names: Names,
    opts: pulumi.ResourceOptions,
    *,
    namespace: pulumi.Input[str],
    certificate_end: pulumi.Output[str] | None,
    stack: pulumi.Resource,
) -> None:
    """Makes the rules in the monitoring namespace, and tells Alertmanager's receivers.

    Args:
        settings: The settings.
        names: Names of the installation.
        opts: Options of a top-level component.
        namespace: The monitoring namespace, once it exists.
        certificate_end: End of the serving certificate; `None` without one.
        stack: The chart, which brings the kinds.
    """
    scope = scope_labels(settings)
    PrometheusRules(
        "rules",
        PrometheusRulesArgs(
            namespace=namespace,
            labels={**common_labels(names.release, "rules"), **scope},
            sets=rule_sets(
                settings, grafana_url=names.grafana_url if settings.grafana.enabled else ""
            ),
            certificate_secret=names.web_tls_secret,
            certificate_end=certificate_end,
            requires=(stack,),
        ),
        opts,
    )
    if settings.alertmanager.receivers:
        AlertmanagerConfig(
            "alerting",
            AlertmanagerConfigArgs(
                namespace=namespace,
                labels={**common_labels(names.release, "alerting"), **scope},
                alertmanager=settings.alertmanager,
                requires=(stack,),
            ),
            opts,
        )
