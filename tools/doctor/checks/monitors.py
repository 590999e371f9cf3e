"""Whether each monitor is seen, finds something, and may read what it names."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tools.doctor.finding import Finding, error, note, warning
from tools.doctor.installation import (
    CORE_API,
    MONITORING_API,
    Installation,
    Object,
    full_name,
)
from tools.doctor.selectors import selects

_SYSTEM_NAMESPACE: Final = "kube-system"


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """How a kind of monitor works.

    Attributes:
        kind: Its name.
        plural: Its collection.
        selector: Field of Prometheus that selects such monitors; the namespaces' is named alike.
        endpoints: Field with its endpoints.
        target: What it selects.
        targets: The collection of that.
    """

    kind: str
    plural: str
    selector: str
    endpoints: str
    target: str
    targets: str


_POD_MONITOR: Final = _Kind(
    kind="PodMonitor",
    plural="podmonitors",
    selector="podMonitor",
    endpoints="podMetricsEndpoints",
    target="pod",
    targets="pods",
)
_SERVICE_MONITOR: Final = _Kind(
    kind="ServiceMonitor",
    plural="servicemonitors",
    selector="serviceMonitor",
    endpoints="endpoints",
    target="Service",
    targets="services",
)


def monitors(installation: Installation) -> Iterator[Finding]:
    """Yields findings about the monitors of all namespaces."""
    prometheus = installation.prometheus
    if prometheus is None:
        return
    scraped: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind in (_POD_MONITOR, _SERVICE_MONITOR):
        targets = installation.everywhere(CORE_API, kind.targets)
        for monitor in installation.everywhere(MONITORING_API, kind.plural):
            where = full_name(kind.kind, monitor)
            if not _seen(installation, prometheus, kind, monitor):
                yield _unseen(where, prometheus, kind)
                continue
            selected = _selected(monitor, targets)
            yield from _ports(where, kind, monitor, selected)
            yield from _credentials(installation, where, kind, monitor)
            if _files_denied(prometheus):
                yield from _token_files(where, kind, monitor)
            if kind is _POD_MONITOR:
                for pod in selected:
                    for endpoint in monitor["spec"].get(kind.endpoints, ()):
                        port = f"{endpoint.get('port', '')}{endpoint.get('path', '/metrics')}"
                        scraped[full_name("pod", pod), port].append(where)
    yield from _twice(scraped)


def _seen(installation: Installation, prometheus: Object, kind: _Kind, monitor: Object) -> bool:
    spec, metadata = prometheus["spec"], monitor["metadata"]
    namespaces = spec.get(f"{kind.selector}NamespaceSelector")
    if namespaces is None:
        right_place = metadata["namespace"] == prometheus["metadata"]["namespace"]
    else:
        labels = installation.namespaces.get(metadata["namespace"], {})
        right_place = selects(namespaces, labels)
    return right_place and selects(
        spec.get(f"{kind.selector}Selector"), metadata.get("labels") or {}
    )


def _unseen(where: str, prometheus: Object, kind: _Kind) -> Finding:
    spec = prometheus["spec"]
    wanted = spec.get(f"{kind.selector}Selector")
    namespaces = spec.get(f"{kind.selector}NamespaceSelector")
    return warning(
        where,
        f"isn't selected by {full_name('Prometheus', prometheus)}: it takes monitors with {_words(wanted)} "
        f"from namespaces with {_words(namespaces)}",
        why="its targets aren't scraped by this stack",
        mend="label the monitor and its namespace so, unless another Prometheus scrapes it",
    )


def _words(selector: Mapping[str, Any] | None) -> str:
    if selector is None:
        return "nothing at all"
    if not selector:
        return "any labels"
    return ", ".join(f"{k}={v}" for k, v in (selector.get("matchLabels") or {}).items()) or str(
        dict(selector)
    )


def _selected(monitor: Object, targets: Sequence[Object]) -> list[Object]:
    spec, own = monitor["spec"], monitor["metadata"]["namespace"]
    wanted = spec.get("namespaceSelector") or {}
    namespaces = wanted.get("matchNames") or [own]
    return [
        one
        for one in targets
        if (wanted.get("any") or one["metadata"]["namespace"] in namespaces)
        and selects(spec["selector"], one["metadata"].get("labels") or {})
    ]


def _ports(
    where: str, kind: _Kind, monitor: Object, selected: Sequence[Object]
) -> Iterator[Finding]:
    if not selected:
        namespaces = (monitor["spec"].get("namespaceSelector") or {}).get("matchNames")
        # What a cluster runs of itself there, and by which labels, differs from one to the other.
        tell = note if namespaces == [_SYSTEM_NAMESPACE] else warning
        yield tell(
            where,
            f"selects no {kind.target}",
            why="it has no targets, and no series",
            mend="compare its selector with the labels of what it is for; fine while nothing is deployed",
        )
        return
    known = {name for one in selected for name in _port_names(kind, one)}
    for endpoint in monitor["spec"].get(kind.endpoints, ()):
        port = endpoint.get("port")
        if port is not None and port not in known:
            yield error(
                where,
                f"names port {port!r}, which no selected {kind.target} has",
                why="it has no targets, and no series",
                mend=f"name one of these: {', '.join(sorted(known)) or 'none has a name; give it one'}",
            )


def _port_names(kind: _Kind, one: Object) -> Iterator[str]:
    if kind is _SERVICE_MONITOR:
        yield from (port["name"] for port in one["spec"].get("ports", ()) if "name" in port)
        return
    spec = one["spec"]
    for container in (*spec.get("containers", ()), *spec.get("initContainers", ())):
        yield from (port["name"] for port in container.get("ports", ()) if "name" in port)


def _credentials(
    installation: Installation, where: str, kind: _Kind, monitor: Object
) -> Iterator[Finding]:
    namespace = monitor["metadata"]["namespace"]
    for endpoint in monitor["spec"].get(kind.endpoints, ()):
        reference = (endpoint.get("authorization") or {}).get("credentials") or endpoint.get(
            "bearerTokenSecret"
        )
        if not reference or not reference.get("name"):
            continue
        name, key = reference["name"], reference["key"]
        secret = installation.secret(namespace, name)
        if not (secret or {}).get(key):
            problem = "doesn't exist" if secret is None else f"has no {key}"
            yield error(
                where,
                f"reads its token from Secret {namespace}/{name}, which {problem}",
                why="the operator leaves the monitor out; its targets aren't scraped",
                mend="make the Secret (the EPP's chart does with auth.enabled, this stack with authentication); "
                "the operator then picks it up by itself",
            )


def _files_denied(prometheus: Object) -> bool:
    return bool((prometheus["spec"].get("arbitraryFSAccessThroughSMs") or {}).get("deny"))


def _token_files(where: str, kind: _Kind, monitor: Object) -> Iterator[Finding]:
    endpoints = monitor["spec"].get(kind.endpoints, ())
    if any("bearerTokenFile" in endpoint for endpoint in endpoints):
        yield error(
            where,
            "reads its token from a file (bearerTokenFile), which this Prometheus denies",
            why="the operator leaves the monitor out; its targets aren't scraped",
            mend="put the token into a Secret and name it in authorization.credentials",
        )


def _twice(scraped: Mapping[tuple[str, str], list[str]]) -> Iterator[Finding]:
    pairs: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for (pod, _), names in scraped.items():
        if len(set(names)) > 1:
            pairs[tuple(sorted(set(names)))].append(pod)
    for together, pods in pairs.items():
        yield error(
            " and ".join(together),
            f"scrape the same port of {len(pods)} pods, {pods[0]} among them",
            why="every sum over these series is doubled",
            mend="keep one: set monitors: charts for that deployment, or switch its charts' monitors off",
        )
