"""Whether everybody speaks the scheme that Prometheus serves."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tools.doctor.clients import AUTOSCALERS
from tools.doctor.finding import Finding, error
from tools.doctor.installation import APPS_API, CORE_API, Installation, Object, full_name

_WVA_CONFIG: Final = "app.kubernetes.io/name=workload-variant-autoscaler"


def scheme(installation: Installation) -> Iterator[Finding]:
    """Yields findings about clients that speak HTTP to an HTTPS server, or the reverse."""
    prometheus = installation.prometheus
    if prometheus is None:
        return
    served = served_scheme(prometheus)
    yield from _external_url(installation, prometheus, served)
    yield from _self_scrape(installation, served)
    for where, text in _texts_of_clients(installation):
        for used in used_schemes(text, installation.names.prometheus):
            if used != served:
                yield error(
                    where,
                    f"queries Prometheus over {used}, which serves {served}",
                    why=_consequence(served),
                    mend=f"give it the stack output prometheusUrl, which starts with {served}://",
                )


def served_scheme(prometheus: Object) -> str:
    """Returns the scheme that a Prometheus is told to serve."""
    web: Mapping[str, Any] = prometheus["spec"].get("web") or {}
    return "https" if web.get("tlsConfig") else "http"


def used_schemes(text: str, service: str) -> frozenset[str]:
    """Returns the schemes of a text's URLs that lead to a Service, or to the operator's headless one."""
    pattern = rf"\b(https?)://(?:{re.escape(service)}|prometheus-operated)[.:/]"
    return frozenset(re.findall(pattern, text))


def _external_url(installation: Installation, prometheus: Object, served: str) -> Iterator[Finding]:
    url = prometheus["spec"].get("externalUrl", "")
    for used in used_schemes(url, installation.names.prometheus) - {served}:
        yield error(
            full_name("Prometheus", prometheus),
            f"has an externalUrl of {used}, but serves {served}",
            why="links in alerts lead nowhere",
            mend="`pulumi refresh` and `pulumi up` write it anew",
        )


def _self_scrape(installation: Installation, served: str) -> Iterator[Finding]:
    monitor = installation.custom("servicemonitors", installation.names.prometheus)
    if monitor is None:
        return
    for endpoint in monitor["spec"]["endpoints"]:
        used = str(endpoint.get("scheme", "http")).lower()
        tls = endpoint.get("tlsConfig") or {}
        if used != served:
            yield error(
                full_name("ServiceMonitor", monitor),
                f"scrapes {used}, but Prometheus serves {served}",
                why="Prometheus has no metrics of itself: " + _consequence(served),
                mend="`pulumi refresh` and `pulumi up` write it anew",
            )
        elif tls.get("insecureSkipVerify"):
            yield error(
                full_name("ServiceMonitor", monitor),
                "doesn't verify the certificate (insecureSkipVerify)",
                why="anybody on the way can answer in Prometheus' place",
                mend="`pulumi refresh` and `pulumi up` write it anew",
            )


def _texts_of_clients(installation: Installation) -> Iterator[tuple[str, str]]:
    """Yields where autoscalers have their Prometheus URL: arguments, environment and ConfigMaps."""
    for one in installation.everywhere(APPS_API, "deployments", AUTOSCALERS):
        for container in one["spec"]["template"]["spec"]["containers"]:
            words = [*container.get("command", ()), *container.get("args", ())]
            words += [variable.get("value", "") for variable in container.get("env", ())]
            yield full_name("Deployment", one), "\n".join(words)
    for one in installation.everywhere(CORE_API, "configmaps", _WVA_CONFIG):
        yield full_name("ConfigMap", one), "\n".join((one.get("data") or {}).values())
    for one in installation.everywhere("/apis/keda.sh/v1alpha1", "scaledobjects"):
        triggers = one["spec"].get("triggers", ())
        addresses = [t.get("metadata", {}).get("serverAddress", "") for t in triggers]
        yield full_name("ScaledObject", one), "\n".join(addresses)


def _consequence(served: str) -> str:
    if served == "https":
        return "`Client sent an HTTP request to an HTTPS server`"
    return "`http: server gave HTTP response to HTTPS client`; in Python: `wrong version number`"
