"""KEDA's triggers, and the authentications that they refer to."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from components.labels import MANAGED_BY, MANAGED_BY_LABEL
from components.pem import Served
from tools.doctor.authority import held_by, served_certificate, verifies
from tools.doctor.checks.autoscalers import UNVERIFIED
from tools.doctor.checks.certificates import UNKNOWN_AUTHORITY
from tools.doctor.checks.scheme import used_schemes
from tools.doctor.clients import KEDA_OPERATORS, arguments
from tools.doctor.finding import Finding, error, warning
from tools.doctor.installation import APPS_API, Installation, Object, full_name
from tools.doctor.mounted import mounted_at

KEDA_API: Final = "/apis/keda.sh/v1alpha1"

_NAMESPACED: Final = "TriggerAuthentication"
_OF_CLUSTER: Final = "ClusterTriggerAuthentication"
_REFERENCES: Final = {"secretTargetRef": "Secret", "configMapTargetRef": "ConfigMap"}

Authentications = Mapping[str, Object]
"""By kind, namespace and name."""


def triggers(installation: Installation) -> Iterator[Finding]:
    """Yields findings about triggers that query this Prometheus over HTTPS, and what this stack makes for them."""
    served = served_certificate(installation)
    if served is None:
        return
    known = dict(_authentications(installation))
    used = {name: one for name, one in known.items() if _is_ours(installation, one)}
    for scaled in installation.everywhere(KEDA_API, "scaledobjects"):
        where = full_name("ScaledObject", scaled)
        for trigger in scaled["spec"]["triggers"]:
            metadata = trigger["metadata"]
            address = metadata.get("serverAddress", "")
            if "https" not in used_schemes(address, installation.names.prometheus):
                continue
            name = _referred(scaled, trigger)
            if name is not None and name not in known:
                yield error(
                    where,
                    f"names {name}, which doesn't exist",
                    why="KEDA can't make this trigger, and nothing is scaled by it",
                    mend="add the namespace to autoscalers.keda.triggerNamespaces, or name one that exists",
                )
                continue
            authentication = None if name is None else known[name]
            if name is not None and authentication is not None:
                used[name] = authentication
            yield from _verification(installation, where, metadata, authentication, served)
    for name, one in used.items():
        yield from _references(installation, name, one, served)


def _verification(
    installation: Installation,
    where: str,
    metadata: Mapping[str, str],
    authentication: Object | None,
    served: Served,
) -> Iterator[Finding]:
    """A trigger verifies with the CA of its authentication, or else with the operator's."""
    if metadata.get("unsafeSsl") == "true":
        yield warning(
            where,
            "doesn't verify Prometheus' certificate (unsafeSsl)",
            why=UNVERIFIED,
            mend="take the trigger of the stack output autoscalers",
        )
        return
    parameters = {one["parameter"] for _, one in _entries(authentication)}
    if "ca" not in parameters and not verifies(served, *_of_operator(installation)):
        yield error(
            where,
            "names no CA, and no CA of KEDA's operator verifies the certificate that Prometheus serves",
            why=UNKNOWN_AUTHORITY,
            mend="name the stack's TriggerAuthentication in authenticationRef, as in the stack output autoscalers",
        )


def _references(
    installation: Installation, name: str, authentication: Object, served: Served
) -> Iterator[Finding]:
    namespace = authentication["metadata"].get("namespace") or _operators_namespace(installation)
    if namespace is None:
        return
    for kind, entry in _entries(authentication):
        parameter, key = entry["parameter"], entry["key"]
        what = f"reads {parameter} from {kind} {namespace}/{entry['name']}, which"
        held = held_by(installation, kind, namespace, entry["name"])
        why = UNKNOWN_AUTHORITY if parameter == "ca" else "KEDA queries without it, and is refused"
        mend = "`pulumi refresh` and `pulumi up` make it anew where it is this stack's"
        if held is None:
            yield error(name, f"{what} doesn't exist", why=why, mend=mend)
        elif not held.get(key):
            yield error(name, f"{what} has no {key}", why=why, mend=mend)
        elif parameter == "ca" and not verifies(served, held[key]):
            problem = f"{what} doesn't verify the certificate that Prometheus serves"
            yield error(name, problem, why=why, mend=mend)


def _authentications(installation: Installation) -> Iterator[tuple[str, Object]]:
    for kind in (_NAMESPACED, _OF_CLUSTER):
        for one in installation.everywhere(KEDA_API, f"{kind.lower()}s"):
            metadata = one["metadata"]
            yield _name(kind, metadata.get("namespace", ""), metadata["name"]), one


def _referred(scaled: Object, trigger: Object) -> str | None:
    reference = trigger.get("authenticationRef")
    if reference is None:
        return None
    kind = reference.get("kind", _NAMESPACED)
    namespace = scaled["metadata"]["namespace"] if kind == _NAMESPACED else ""
    return _name(kind, namespace, reference["name"])


def _name(kind: str, namespace: str, name: str) -> str:
    return f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"


def _is_ours(installation: Installation, one: Object) -> bool:
    labels = one["metadata"].get("labels") or {}
    ours = {
        MANAGED_BY_LABEL: MANAGED_BY,
        "app.kubernetes.io/instance": installation.names.release,
    }
    return ours.items() <= labels.items()


def _entries(authentication: Object | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    spec = {} if authentication is None else authentication.get("spec") or {}
    for field, kind in _REFERENCES.items():
        for entry in spec.get(field) or ():
            yield kind, entry


def _of_operator(installation: Installation) -> Iterator[str]:
    """Yields the texts of what KEDA's operator has in its folders of CAs."""
    for deployment in installation.everywhere(APPS_API, "deployments", KEDA_OPERATORS):
        pod = deployment["spec"]["template"]["spec"]
        for container in pod["containers"]:
            for folder in arguments(container, "ca-dir"):
                for mounted in mounted_at(pod, container, folder):
                    namespace = deployment["metadata"]["namespace"]
                    held = held_by(installation, mounted.kind, namespace, mounted.name)
                    yield from (held or {}).values()


def _operators_namespace(installation: Installation) -> str | None:
    """Returns where KEDA reads what a ClusterTriggerAuthentication names."""
    found = installation.everywhere(APPS_API, "deployments", KEDA_OPERATORS)
    return next((one["metadata"]["namespace"] for one in found), None)
