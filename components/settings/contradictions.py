"""Keys of different groups that are right by themselves and don't go together."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from components.contradiction import ContradictionError
from components.settings.budgets import unkept_windows, unreachable_limits
from components.settings.gke import scraped_twice
from components.settings.unused import unused_keys

if TYPE_CHECKING:
    from components.settings.stack import Settings

DEFAULT_NAMESPACE: Final = "llm-d-monitoring"


def contradictions(settings: "Settings", *, broken: frozenset[str]) -> Iterator[ContradictionError]:
    """Yields every contradiction between groups.

    Args:
        settings: The settings, with defaults in the place of what is broken.
        broken: Keys of the stack file, by the names of their fields, with mistakes of their own; nothing is said of
            what depends on them.
    """
    return chain.from_iterable(
        check(settings) for check, reads in _CHECKS.items() if not reads & broken
    )


def _every_key_is_used(settings: "Settings") -> Iterator[ContradictionError]:
    if unused := unused_keys(settings, settings.platform):
        yield ContradictionError(
            f"platform {settings.platform} has no use for {', '.join(unused)}",
            allowed=f"the groups of {settings.platform}, see `docs/settings.md`",
        )


def _label_of_its_own(settings: "Settings") -> Iterator[ContradictionError]:
    if settings.mode == "individual" and settings.namespace == DEFAULT_NAMESPACE:
        yield ContradictionError(
            f"mode is individual and namespace is {DEFAULT_NAMESPACE}, the one of a central stack; its name is the "
            "label by which a stack knows its monitors",
            allowed="a namespace of the stack's own, or mode: central",
        )


def _trust_elsewhere(settings: "Settings") -> Iterator[ContradictionError]:
    if settings.namespace in {target.namespace for target in settings.tls.trust}:
        yield ContradictionError(
            f"tls.trust names {settings.namespace}, the monitoring namespace, which has the CA anyway",
            allowed="namespaces of clients",
        )


def _project_of_google(settings: "Settings") -> Iterator[ContradictionError]:
    if settings.platform == "gke" and settings.gke.project_id is None:
        yield ContradictionError(
            "platform is gke and gke.projectId is unset",
            allowed="the Google Cloud project that the metrics go to",
        )


def _one_scrape(settings: "Settings") -> Iterator[ContradictionError]:
    if twice := scraped_twice(settings.models, settings.gke):
        yield ContradictionError(
            f"gke.automaticMonitoring is true and {', '.join(twice)} is set: those pods would be scraped twice, "
            "which doubles every sum and what Google charges",
            allowed="no decode and prefill for vLLM, or gke.automaticMonitoring: false",
        )


def _charts_that_make_googles_monitors(settings: "Settings") -> Iterator[ContradictionError]:
    if settings.platform != "gke":
        return
    epps = [epp for model in settings.models if model.monitors == "charts" for epp in model.epp]
    if found := [epp.release for epp in epps if not epp.authentication]:
        yield ContradictionError(
            f"monitors is charts and epp {', '.join(found)} has no authentication: on GKE its chart then makes "
            "no monitor at all",
            allowed="authentication, or monitors: stack",
        )
    if found := [epp.release for epp in epps if epp.token_secret is not None]:
        yield ContradictionError(
            f"monitors is charts and epp {', '.join(found)} has a tokenSecret: on GKE its chart has no value for it",
            allowed="no tokenSecret, or monitors: stack",
        )


def _https_for_the_workload_variant_autoscaler(
    settings: "Settings",
) -> Iterator[ContradictionError]:
    plain = {
        "gke": "platform is gke, where queries go through a proxy with plain HTTP",
        "generic": None if settings.tls.enabled else "tls.enabled is false",
    }.get(settings.platform)
    if settings.autoscalers.workload_variant is not None and plain is not None:
        yield ContradictionError(
            f"autoscalers.workloadVariant is set and {plain}: it refuses an http:// Prometheus",
            allowed="HTTPS, or prometheusAdapter or keda in its place",
        )


def _a_namespace_for_the_workload_variant_autoscaler(
    settings: "Settings",
) -> Iterator[ContradictionError]:
    autoscaler = settings.autoscalers.workload_variant
    if autoscaler is not None and autoscaler.namespace == settings.namespace:
        yield ContradictionError(
            f"autoscalers.workloadVariant.namespace is {settings.namespace}, the monitoring namespace: its chart "
            "writes the CA to both, under one name",
            allowed="a namespace of its own",
        )


def _a_proxy_for_autoscalers(settings: "Settings") -> Iterator[ContradictionError]:
    if settings.platform == "gke" and settings.autoscalers.given and not settings.grafana.enabled:
        yield ContradictionError(
            f"autoscalers.{settings.autoscalers.given[0]} is set and grafana.enabled is false: on GKE autoscalers "
            "query through Grafana's proxy",
            allowed="grafana.enabled: true, or no autoscalers",
        )


def _all_metrics_for_autoscalers(settings: "Settings") -> Iterator[ContradictionError]:
    lacking = [key for key in settings.autoscalers.given if key != "keda"]
    if settings.openshift.tenancy_namespace is not None and lacking:
        yield ContradictionError(
            f"openshift.tenancyNamespace and autoscalers.{lacking[0]} are set: it can't name a namespace with each "
            "query, as Thanos Querier then asks",
            allowed="keda, or no tenancyNamespace",
        )


def _reachable_limits(settings: "Settings") -> Iterator[ContradictionError]:
    return unreachable_limits(settings.slo, settings.rules)


def _windows_that_are_kept(settings: "Settings") -> Iterator[ContradictionError]:
    return unkept_windows(settings.kept_samples, settings.rules)


_CHECKS: Final[Mapping[Callable[["Settings"], Iterator[ContradictionError]], frozenset[str]]] = (
    MappingProxyType(
        {
            _every_key_is_used: frozenset({"platform"}),
            _label_of_its_own: frozenset({"mode", "namespace"}),
            _trust_elsewhere: frozenset({"namespace", "tls"}),
            _project_of_google: frozenset({"gke", "platform"}),
            _one_scrape: frozenset({"gke", "models"}),
            _charts_that_make_googles_monitors: frozenset({"models", "platform"}),
            _https_for_the_workload_variant_autoscaler: frozenset(
                {"autoscalers", "platform", "tls"}
            ),
            _a_namespace_for_the_workload_variant_autoscaler: frozenset(
                {"autoscalers", "namespace"}
            ),
            _a_proxy_for_autoscalers: frozenset({"autoscalers", "grafana", "platform"}),
            _all_metrics_for_autoscalers: frozenset({"autoscalers", "openshift"}),
            _reachable_limits: frozenset({"rules", "slo"}),
            _windows_that_are_kept: frozenset({"openshift", "platform", "prometheus", "rules"}),
        }
    )
)
"""Each check, and the groups that it reads."""
