"""What others run in the cluster that a stack would quarrel with, or that it needs.

Labels are those of kube-prometheus-stack, kube-prometheus, OpenShift and the exporter's own chart. What carries
others isn't found, so nothing is promised.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from components.preflight.findings import Finding
from components.preflight.live_cluster import LiveCluster, Object
from components.settings import Settings

_DEPLOYMENTS: Final = "/apis/apps/v1/deployments"
_DAEMON_SETS: Final = "/apis/apps/v1/daemonsets"
_OPERATORS: Final = (
    "app.kubernetes.io/name in (prometheus-operator, kube-prometheus-stack-prometheus-operator)"
)
_NODE_EXPORTERS: Final = "app.kubernetes.io/name in (node-exporter, prometheus-node-exporter)"
_NODE_EXPORTER_PORT: Final = 9100

OLDEST_OPERATOR: Final = (0, 77)
"""The first prometheus-operator that runs Prometheus 3 (its changelog)."""

_VERSION: Final = re.compile(r":v?(\d+)\.(\d+)\.\d+")


def findings(cluster: LiveCluster, settings: Settings) -> Iterator[Finding]:
    """Yields what stands in the way of a stack on a generic cluster.

    Raises:
        UnreadableError: The cluster can't be read.
    """
    operators = _others(cluster.list(_DEPLOYMENTS, label_selector=_OPERATORS), settings)
    if settings.operator.install == "install":
        yield from _rivals(operators, settings)
    else:
        yield from _helpers(operators, settings)
    if settings.exporters.node:
        exporters = cluster.list(_DAEMON_SETS, label_selector=_NODE_EXPORTERS)
        yield from _on_the_same_port(_others(exporters, settings))


def manages(operator: Object, namespace: str) -> bool:
    """Tells whether an operator looks after the Prometheus objects of a namespace."""
    arguments = _arguments(operator)
    own = arguments.get("prometheus-instance-namespaces") or arguments.get("namespaces")
    if own:
        return namespace in own.split(",")
    return namespace not in arguments.get("deny-namespaces", "").split(",")


def version(operator: Object) -> tuple[int, int] | None:
    """Returns an operator's major and minor version by the tag of its image; `None` where that isn't one."""
    for container in _containers(operator):
        found = _VERSION.search(container.get("image", ""))
        if found and "prometheus-operator" in container["image"]:
            return int(found[1]), int(found[2])
    return None


def _rivals(operators: Sequence[Object], settings: Settings) -> Iterator[Finding]:
    """Ours manages every Prometheus of the cluster, or in individual mode those of its own namespace."""
    everywhere = settings.mode == "central"
    for operator in operators:
        if everywhere or manages(operator, settings.namespace):
            yield Finding(
                where=_name(operator),
                problem="is a Prometheus operator, and this stack would run another; both would change the same "
                "objects for ever",
                remedy="set operator.install: existing to have this one manage the stack, or remove it",
            )


def _helpers(operators: Sequence[Object], settings: Settings) -> Iterator[Finding]:
    managing = [operator for operator in operators if manages(operator, settings.namespace)]
    if not managing:
        yield Finding(
            where=f"namespace {settings.namespace}",
            problem="has no Prometheus operator that manages it, and operator.install is existing",
            remedy="set operator.install: install, or have the cluster's operator manage this namespace",
        )
    for operator in managing:
        found = version(operator)
        if found is not None and found < OLDEST_OPERATOR:
            shown, oldest = (".".join(map(str, parts)) for parts in (found, OLDEST_OPERATOR))
            yield Finding(
                where=_name(operator),
                problem=f"is version {shown}, which can't run Prometheus 3",
                remedy=f"upgrade it to {oldest} or newer",
            )


def _on_the_same_port(exporters: Sequence[Object]) -> Iterator[Finding]:
    for exporter in exporters:
        ports = [port for c in _containers(exporter) for port in c.get("ports", ())]
        if any(_NODE_EXPORTER_PORT in (p.get("hostPort"), p["containerPort"]) for p in ports):
            yield Finding(
                where=_name(exporter),
                problem=f"has port {_NODE_EXPORTER_PORT} of every node, which this stack's node-exporter needs",
                remedy="set exporters.node: false; the other one's metrics are the same",
            )


def _others(workloads: Sequence[Object], settings: Settings) -> list[Object]:
    """Returns the workloads that aren't of this stack's release."""
    ours = (settings.namespace, settings.release)
    return [
        workload
        for workload in workloads
        if (
            workload["metadata"]["namespace"],
            workload["metadata"].get("labels", {}).get("app.kubernetes.io/instance"),
        )
        != ours
    ]


def _containers(workload: Object) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = workload["spec"]["template"]["spec"]["containers"]
    return found


def _arguments(workload: Object) -> Mapping[str, str]:
    """Returns the flags `--name=value` of a workload's containers."""
    arguments = [argument for c in _containers(workload) for argument in c.get("args", ())]
    parts = (argument.lstrip("-").partition("=") for argument in arguments)
    return {name: value for name, _, value in parts}


def _name(workload: Object) -> str:
    metadata = workload["metadata"]
    # A list's items don't repeat their kind.
    kind = "DaemonSet" if "updateStrategy" in workload["spec"] else "Deployment"
    return f"{kind} {metadata['namespace']}/{metadata['name']}"
