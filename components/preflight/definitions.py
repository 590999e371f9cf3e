"""Definitions (CRDs) of the operator's kinds that are older than what a stack makes.

Helm makes the CRDs of a chart once and never changes them. The API server drops a field that a definition lacks when
an object is made, without a word, and refuses it when the object is changed.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from components.helm_release import ChartOrigin
from components.kube_prometheus_stack import chart_origin
from components.monitors.manifest import Manifest
from components.preflight.findings import Finding
from components.preflight.live_cluster import LiveCluster, Object
from components.settings import Settings

_DEFINITIONS: Final = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_GROUP: Final = "monitoring.coreos.com"
_VERSION: Final = "operator.prometheus.io/version"
_ANYTHING: Final = "x-kubernetes-preserve-unknown-fields"


def outdated_definitions(
    cluster: LiveCluster, settings: Settings, manifests: Iterable[Manifest]
) -> Iterator[Finding]:
    """Yields each definition that lacks fields which this stack sets; one that is missing is yet to come.

    Args:
        cluster: The cluster.
        settings: The stack's.
        manifests: Objects of the operator's kinds that the stack makes itself.

    Raises:
        UnreadableError: The definitions can't be read.
    """
    by_kind: dict[str, list[Manifest]] = {}
    for manifest in manifests:
        by_kind.setdefault(manifest["kind"], []).append(manifest)
    for kind, made in sorted(by_kind.items()):
        name = f"{kind.lower()}s.{_GROUP}"
        definition = cluster.find(f"{_DEFINITIONS}/{name}")
        if definition is None:
            continue
        unknown = {field for one in made for field in unknown_fields(definition, one)}
        if unknown:
            version = definition["metadata"].get("annotations", {}).get(_VERSION)
            yield Finding(
                where=f"CustomResourceDefinition {name}",
                problem=f"{f'is of operator {version} and' if version else 'is too old: it'} doesn't know "
                f"{', '.join(sorted(unknown))}, which this stack sets; the field would be dropped or refused",
                remedy=_remedy(settings),
            )


def unknown_fields(definition: Object, manifest: Manifest) -> Iterator[str]:
    """Yields the fields of an object's `spec` that its definition lacks, as `spec.list[].field`."""
    version = manifest["apiVersion"].rpartition("/")[2]
    for served in definition["spec"]["versions"]:
        if served["name"] == version:
            schema = served["schema"]["openAPIV3Schema"].get("properties", {}).get("spec", {})
            yield from _unknown(schema, manifest["spec"], "spec")


def _unknown(schema: Mapping[str, Any], value: object, path: str) -> Iterator[str]:
    if schema.get(_ANYTHING):
        return
    if isinstance(value, list | tuple):
        for item in value:
            yield from _unknown(schema.get("items", {}), item, f"{path}[]")
    elif isinstance(value, Mapping):
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        for key, inner in value.items():
            if key in known:
                yield from _unknown(known[key], inner, f"{path}.{key}")
            elif not others:
                yield f"{path}.{key}"
            elif isinstance(others, Mapping):
                yield from _unknown(others, inner, f"{path}.{key}")


def _remedy(settings: Settings) -> str:
    if settings.operator.install == "existing":
        return "bring the CRDs of the cluster's operator to its version, or upgrade it; Helm never does"
    by_hand = (
        f"`helm show crds {_arguments(chart_origin(settings.chart))} | "
        "kubectl apply --server-side --force-conflicts -f -`, and update again"
    )
    if settings.operator.upgrade_crds:
        return (
            f"{by_hand}; or update once with `pulumi up --skip-preview`, which lets the chart's Job upgrade them "
            "where that update upgrades the chart"
        )
    return f"{by_hand}; operator.upgradeCrds: true has the chart do it from then on"


def _arguments(origin: ChartOrigin) -> str:
    repository = () if origin.repository is None else ("--repo", origin.repository)
    version = () if origin.version is None else ("--version", origin.version)
    return " ".join((origin.chart, *repository, *version))
