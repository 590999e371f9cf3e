"""PrometheusRule objects: rules as the Prometheus operator takes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pulumi

from components.kubernetes_object import KubernetesObject
from components.object_metadata import object_metadata
from components.rule_sets import RuleSet, certificate_rule
from rules.rule import group_object


@dataclass(frozen=True, kw_only=True)
class PrometheusRulesArgs:
    """Arguments of `PrometheusRules`.

    Attributes:
        namespace: Namespace of the objects.
        labels: Labels of the objects; Prometheus may select rules by them.
        sets: The rules; each set is an object of its name.
        certificate_secret: Secret with the certificate whose end is recorded.
        certificate_end: Its end, RFC 3339; `None` without a certificate.
        requires: What has to be there before: the definition of the kind.
    """

    namespace: pulumi.Input[str]
    labels: Mapping[str, str]
    sets: Sequence[RuleSet]
    certificate_secret: str = ""
    certificate_end: pulumi.Output[str] | None = None
    requires: Sequence[pulumi.Resource] = ()


class PrometheusRules(pulumi.ComponentResource):
    """Rules under fixed names, updated in place."""

    def __init__(
        self, name: str, args: PrometheusRulesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:PrometheusRules", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, depends_on=list(args.requires))
        specs: dict[str, pulumi.Input[dict[str, Any]]] = {
            made.name: rule_spec(made) for made in args.sets
        }
        if args.certificate_end is not None:
            secret = args.certificate_secret
            specs["llmd-recording-certificate"] = args.certificate_end.apply(
                lambda end: rule_spec(certificate_rule(secret, _seconds(end)))
            )
        for object_name, spec in specs.items():
            KubernetesObject(
                f"{name}-{object_name}",
                {
                    "apiVersion": "monitoring.coreos.com/v1",
                    "kind": "PrometheusRule",
                    "metadata": object_metadata(
                        name=object_name, namespace=args.namespace, labels=args.labels
                    ),
                    "spec": spec,
                },
                child,
            )
        self.register_outputs({"rules": list(specs)})


def rule_spec(made: RuleSet) -> dict[str, Any]:
    """Returns the `spec` of a PrometheusRule."""
    return {"groups": [group_object(group) for group in made.groups]}


def _seconds(rfc3339: str) -> float:
    """Seconds since 1970 of a time such as 2036-01-31T12:00:00Z."""
    return datetime.fromisoformat(rfc3339).timestamp()
