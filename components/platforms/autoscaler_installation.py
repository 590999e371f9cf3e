"""What a stack with autoscalers makes for them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.autoscalers import keda, prometheus_adapter, workload_variant
from components.autoscalers.access import ca_digest
from components.autoscalers.charts import autoscaler_chart_origin
from components.autoscalers.release import AutoscalerRelease, AutoscalerReleaseArgs, Restarted
from components.autoscalers.triggers import TriggerAuthentications, TriggerAuthenticationsArgs
from components.autoscalers.trust import AutoscalerTrust, AutoscalerTrustArgs
from components.labels import common_labels
from components.platforms.autoscaler_values import Autoscaler, autoscalers_of, prometheus_access
from components.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the platform has made by then.

    Attributes:
        namespace: The monitoring namespace, once it exists.
        ca_cert_pem: The stack's CA in PEM; `None` without one.
        requires: What answers queries.
    """

    namespace: pulumi.Input[str]
    ca_cert_pem: pulumi.Output[str] | None = None
    requires: Sequence[pulumi.Resource] = ()


class Installation:
    """The autoscalers of one stack: trust first, then releases, then what KEDA's triggers refer to."""

    def __init__(
        self, settings: Settings, surroundings: Surroundings, opts: pulumi.ResourceOptions
    ) -> None:
        self._settings = settings
        self._surroundings = surroundings
        self._opts = opts
        self._access = prometheus_access(settings)
        self._labels = common_labels(settings.release, "autoscalers")
        self._ca_digest = _digest(surroundings.ca_cert_pem)
        self._autoscalers = autoscalers_of(
            settings, ca_cert_pem=surroundings.ca_cert_pem, digest=self._ca_digest
        )
        given = settings.autoscalers.keda
        self._triggers = () if given is None else given.trigger_namespaces
        trust = self._make_trust()
        releases = [
            self._release(autoscaler, trust)
            for autoscaler in self._autoscalers
            if autoscaler.settings.provide == "installed"
        ]
        if self._triggers and keda.needs_authentication(self._access):
            TriggerAuthentications(
                "trigger-authentications",
                TriggerAuthenticationsArgs(
                    namespaces={name: self._namespace(name) for name in self._triggers},
                    access=self._access,
                    labels=self._labels,
                    requires=(*trust, *releases),
                ),
                opts,
            )

    def output(self) -> Mapping[str, Any]:
        """Returns namespace, values and trigger of each autoscaler, by the name of its chart."""
        output: dict[str, dict[str, Any]] = {}
        for autoscaler in self._autoscalers:
            given = autoscaler.settings
            output[autoscaler.chart] = {"namespace": given.namespace, "provide": given.provide}
            if given.provide == "values":
                output[autoscaler.chart]["values"] = autoscaler.values
        if keda.RELEASE in output:
            output[keda.RELEASE]["trigger"] = keda.trigger(self._access)
        return output

    def _make_trust(self) -> Sequence[pulumi.Resource]:
        if self._access.ca is None:
            return ()
        # The workload-variant autoscaler gets the CA by its values or has it already, and has a token of its own.
        adapter = self._namespaces_of(prometheus_adapter.RELEASE)
        querying = {*adapter, *self._triggers}
        return [
            AutoscalerTrust(
                f"autoscalers-{namespace}",
                AutoscalerTrustArgs(
                    namespace=self._namespace(namespace),
                    namespace_name=namespace,
                    access=self._access,
                    labels=self._labels,
                    ca_cert_pem=self._surroundings.ca_cert_pem,
                    secret=namespace in self._triggers,
                    token=namespace in querying,
                ),
                self._opts,
            )
            for namespace in sorted({*querying, *self._namespaces_of(keda.RELEASE)})
        ]

    def _namespaces_of(self, chart: str) -> Iterator[str]:
        return (made.settings.namespace for made in self._autoscalers if made.chart == chart)

    def _release(self, autoscaler: Autoscaler, trust: Sequence[pulumi.Resource]) -> pulumi.Resource:
        chart = autoscaler.settings.chart
        return AutoscalerRelease(
            autoscaler.chart,
            AutoscalerReleaseArgs(
                namespace=self._namespace(autoscaler.settings.namespace),
                release=autoscaler.chart,
                origin=autoscaler_chart_origin(autoscaler.chart, chart),
                timeout_seconds=chart.timeout_seconds,
                values=autoscaler.values,
                requires=(*self._surroundings.requires, *trust),
                restarted=self._restarted(autoscaler),
            ),
            self._opts,
        )

    def _restarted(self, autoscaler: Autoscaler) -> Restarted | None:
        if autoscaler.chart != workload_variant.RELEASE or self._ca_digest is None:
            return None
        return Restarted(deployment=workload_variant.DEPLOYMENT, ca_digest=self._ca_digest)

    def _namespace(self, name: str) -> pulumi.Input[str]:
        """Returns a namespace of others as it is, and the stack's own once it exists."""
        return self._surroundings.namespace if name == self._settings.namespace else name


def _digest(ca_cert_pem: pulumi.Output[str] | None) -> pulumi.Output[str] | None:
    if ca_cert_pem is None:
        return None
    return ca_cert_pem.apply(ca_digest)
