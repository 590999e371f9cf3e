"""What production has to keep, as checks over a stack's resources; they need neither engine nor cluster."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from tools.preview.resource import Hidden, Resource

RELEASE: Final = "kubernetes:helm.sh/v3:Release"
CA: Final = "tls:index/selfSignedCert:SelfSignedCert"

_EXACT: Final = re.compile(r"v?\d+\.\d+\.\d+([-+][\w.-]+)?")
_UNVERIFIED: Final = re.compile(r"(insecureSkipVerify|tlsSkipVerify)\"?\s*:\s*true", re.IGNORECASE)
_MONITORS: Final = frozenset({"PodMonitor", "ServiceMonitor", "PodMonitoring"})
_PUBLIC: Final = frozenset({"LoadBalancer", "NodePort"})


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One policy that a resource breaks.

    Attributes:
        policy: Name of the policy.
        resource: Kind and name of the resource.
        problem: What is wrong, and what is asked for.
        mandatory: Whether it stops a deployment.
    """

    policy: str
    resource: str
    problem: str
    mandatory: bool

    def __str__(self) -> str:
        return f"{self.policy}: {self.resource}: {self.problem}"


Policy = Callable[[Resource], Iterator[str]]


def verified_tls(resource: Resource) -> Iterator[str]:
    """Prometheus serves HTTPS, and every client verifies it."""
    if any(_skips_verification(value) for value in _leaves(resource.inputs)):
        yield "a client doesn't verify TLS; give it the CA instead"
    spec = _prometheus(resource)
    if spec is not None and not _at(spec, "web", "tlsConfig"):
        yield "Prometheus serves plain HTTP; set tls.enabled"


def no_password_in_values(resource: Resource) -> Iterator[str]:
    """No password, and no other secret, is among the chart's values: Helm keeps them in clear."""
    if resource.token == RELEASE and any(
        isinstance(value, Hidden) for _, value in _leaves(resource.inputs.get("values"))
    ):
        yield "a secret is among the chart's values; name a Secret that holds it"


def pinned_chart(resource: Resource) -> Iterator[str]:
    """The chart is one exact version."""
    if resource.token != RELEASE:
        return
    chart = str(resource.inputs.get("chart", ""))
    on_disk = not resource.inputs.get("repositoryOpts") and "://" not in chart
    version = str(resource.inputs.get("version") or "")
    if not on_disk and not _EXACT.fullmatch(version):
        yield f"the chart's version is {version or 'unset'}; name one exactly"


def kept_history(resource: Resource) -> Iterator[str]:
    """Prometheus keeps its history on a volume, for a stated time."""
    spec = _prometheus(resource)
    if spec is None:
        return
    if not _at(spec, "storageSpec", "volumeClaimTemplate"):
        yield "Prometheus has no volume; set prometheus.storage"
    if not spec.get("retention"):
        yield "Prometheus has no retention; set prometheus.retention"


def limited_memory(resource: Resource) -> Iterator[str]:
    """Prometheus can't take a whole node's memory."""
    spec = _prometheus(resource)
    if spec is not None and not _at(spec, "resources", "limits", "memory"):
        yield "Prometheus has no memory limit; set prometheus.resources"


def protected_ca(resource: Resource) -> Iterator[str]:
    """The CA can't be deleted by accident: every client holds its certificate."""
    if resource.token == CA and resource.inputs.get("isCaCertificate") and not resource.protect:
        yield "the CA isn't protected; set tls.protectCa"


def selective_monitors(resource: Resource) -> Iterator[str]:
    """A monitor says which pods it is about; without a selector it is about all of them."""
    if resource.kind not in _MONITORS:
        return
    selector = _at(resource.inputs, "spec", "selector") or {}
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        yield "the monitor has no selector"


def private_services(resource: Resource) -> Iterator[str]:
    """Nothing is reachable from outside of the cluster without a login."""
    if resource.kind == "Service" and _at(resource.inputs, "spec", "type") in _PUBLIC:
        yield "the Service is public; make it one inside of the cluster"
    values = resource.inputs.get("values") if resource.token == RELEASE else None
    for part in ("prometheus", "alertmanager", "grafana"):
        if _at(values, part, "service", "type") in _PUBLIC:
            yield f"the Service of {part} is public; make it one inside of the cluster"
    for part in ("prometheus", "alertmanager"):
        if _at(values, part, "ingress", "enabled") is True:
            yield f"{part} has an Ingress, and no login"
    if _at(values, "grafana", "grafana.ini", "auth.anonymous", "enabled") is True:
        yield "Grafana lets in anybody"


POLICIES: Final[Mapping[str, Policy]] = {
    "verified-tls": verified_tls,
    "no-password-in-values": no_password_in_values,
    "pinned-chart": pinned_chart,
    "kept-history": kept_history,
    "limited-memory": limited_memory,
    "protected-ca": protected_ca,
    "selective-monitors": selective_monitors,
    "private-services": private_services,
}
"""By name."""


def is_production(stack: str) -> bool:
    """Tells whether policies are mandatory for a stack: `prod`, and whatever ends with `-prod`."""
    return stack == "prod" or stack.endswith("-prod")


def findings(stack: str, resources: Sequence[Resource]) -> tuple[Finding, ...]:
    """Returns what a stack's resources break: mandatory in production, advisory elsewhere."""
    return tuple(
        Finding(
            policy=name,
            resource=resource.title,
            problem=problem,
            mandatory=is_production(stack),
        )
        for resource in resources
        for name, policy in POLICIES.items()
        for problem in policy(resource)
    )


def _prometheus(resource: Resource) -> Mapping[str, Any] | None:
    """Returns the chart's values for Prometheus, where it is installed."""
    values = resource.inputs.get("values") if resource.token == RELEASE else None
    if not isinstance(values, dict) or _at(values, "prometheus", "enabled") is False:
        return None
    spec = _at(values, "prometheus", "prometheusSpec")
    return spec if isinstance(spec, dict) else {}


def _at(value: object, *path: str) -> Any:  # noqa: ANN401 - any JSON
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _leaves(value: object, key: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, str(name))
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, key)
    else:
        yield key, value


def _skips_verification(leaf: tuple[str, object]) -> bool:
    key, value = leaf
    if isinstance(value, str):
        return _tells_to_skip(value)
    return value is True and key.lower() in {"insecureskipverify", "tlsskipverify"}


# The stacks of a report, at both revisions, hold nearly the same texts, dashboards among them.
@lru_cache(maxsize=2**16)
def _tells_to_skip(text: str) -> bool:
    return bool(_UNVERIFIED.search(text))
