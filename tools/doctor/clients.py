"""Autoscalers that query this Prometheus over HTTPS, as their Deployments tell it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tools.doctor.installation import APPS_API, Installation, Object, full_name

AUTOSCALERS: Final = (
    "app.kubernetes.io/name in (prometheus-adapter, workload-variant-autoscaler, keda-operator)"
)
"""Their Deployments, by the label of their charts."""

KEDA_OPERATORS: Final = "app.kubernetes.io/name=keda-operator"

# A kubeconfig or the cluster's own CA, which take the place of --prometheus-ca-file.
_OTHER_TRUST: Final = ("--prometheus-auth-config", "--prometheus-auth-incluster")


@dataclass(frozen=True, kw_only=True)
class Client:
    """One container that queries.

    Attributes:
        where: Its Deployment.
        namespace: Its namespace.
        pod: The `spec` of its pods.
        container: The container.
        url: Prometheus' URL.
        ca_file: The file that it verifies with; empty for those of its image.
        verifies: Whether it verifies at all.
    """

    where: str
    namespace: str
    pod: Object
    container: Object
    url: str
    ca_file: str
    verifies: bool = True


def clients(installation: Installation) -> Iterator[Client]:
    """Yields autoscalers that have one URL of Prometheus; KEDA has one with each trigger."""
    for deployment in installation.everywhere(APPS_API, "deployments", AUTOSCALERS):
        pod = deployment["spec"]["template"]["spec"]
        for container in pod["containers"]:
            place: dict[str, Any] = {
                "where": full_name("Deployment", deployment),
                "namespace": deployment["metadata"]["namespace"],
                "pod": pod,
                "container": container,
            }
            if url := argument(container, "prometheus-url"):
                if not any(word.startswith(_OTHER_TRUST) for word in _words(container)):
                    ca_file = argument(container, "prometheus-ca-file")
                    yield Client(**place, url=url, ca_file=ca_file)
            elif url := _setting(installation, place, "PROMETHEUS_BASE_URL"):
                skips = _setting(installation, place, "PROMETHEUS_TLS_INSECURE_SKIP_VERIFY")
                ca_file = _setting(installation, place, "PROMETHEUS_CA_CERT_PATH")
                yield Client(**place, url=url, ca_file=ca_file, verifies=skips != "true")


def argument(container: Object, name: str) -> str:
    """Returns the last value of an argument `--name=value`; empty where there is none."""
    return next(reversed(arguments(container, name)), "")


def arguments(container: Object, name: str) -> list[str]:
    """Returns all values of an argument `--name=value`."""
    start = f"--{name}="
    return [word.removeprefix(start) for word in _words(container) if word.startswith(start)]


def _words(container: Object) -> list[str]:
    return [*container.get("command", ()), *container.get("args", ())]


def _setting(installation: Installation, place: dict[str, Any], name: str) -> str:
    """Returns a setting of the workload-variant autoscaler: from its environment, or its file of later versions."""
    namespace = place["namespace"]
    for variable in place["container"].get("env", ()):
        if variable["name"] != name:
            continue
        reference = variable.get("valueFrom", {}).get("configMapKeyRef")
        if reference is None:
            return str(variable.get("value", ""))
        held = installation.config_map(namespace, reference["name"]) or {}
        return held.get(reference["key"], "")
    for volume in place["pod"].get("volumes", ()):
        if "configMap" not in volume:
            continue
        held = installation.config_map(namespace, volume["configMap"]["name"]) or {}
        for text in held.values():
            if found := re.search(rf'^\s*{name}:\s*"?([^"\s]+)', text, re.MULTILINE):
                return found[1]
    return ""
