"""Grafana's way to Prometheus, and its login."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from components.pem import is_trusted, read_all, read_served
from tools.doctor.checks.scheme import served_scheme, used_schemes
from tools.doctor.finding import Finding, error
from tools.doctor.installation import APPS_API, CORE_API, Installation, Object, full_name

_DATASOURCES: Final = "grafana_datasource"
_ANEW: Final = "`pulumi refresh` and `pulumi up` write it anew"


def grafana(installation: Installation) -> Iterator[Finding]:
    """Yields findings about datasources and the admin's Secret; nothing where Grafana isn't run."""
    names = installation.names
    found = {one["metadata"]["name"]: one for one in installation.own(APPS_API, "deployments")}
    if names.grafana not in found:
        return
    yield from _login(installation, found[names.grafana])
    maps = [
        one
        for one in installation.everywhere(CORE_API, "configmaps", _DATASOURCES)
        if one["metadata"]["namespace"] == names.namespace
    ]
    sources = [(one, source) for one in maps for source in _sources(one)]
    defaults = [source["name"] for _, source in sources if source.get("isDefault")]
    if len(defaults) != 1:
        yield error(
            f"Grafana {names.namespace}/{names.grafana}",
            f"has {len(defaults)} default datasources{': ' if defaults else ''}{', '.join(defaults)}",
            why="Grafana refuses to provision more than one, and panels without one ask none",
            mend=_ANEW,
        )
    for one, source in sources:
        yield from _source(installation, full_name("ConfigMap", one), source)


def _sources(config_map: Object) -> Iterator[Mapping[str, Any]]:
    for text in (config_map.get("data") or {}).values():
        try:
            document = yaml.safe_load(text)
        except yaml.YAMLError:
            continue
        if isinstance(document, dict):
            yield from document.get("datasources") or ()


def _source(installation: Installation, where: str, source: Mapping[str, Any]) -> Iterator[Finding]:
    prometheus = installation.prometheus
    url = str(source.get("url", ""))
    used = used_schemes(f"{url}/", installation.names.prometheus)
    if prometheus is None or not used:
        return
    served = served_scheme(prometheus)
    name = source.get("name")
    if used != {served}:
        yield error(
            where,
            f"datasource {name} queries over {'/'.join(used)}, but Prometheus serves {served}",
            why="every panel shows an error",
            mend=_ANEW,
        )
        return
    if served == "http":
        return
    options = source.get("jsonData") or {}
    if options.get("tlsSkipVerify"):
        yield error(
            where,
            f"datasource {name} doesn't verify the certificate (tlsSkipVerify)",
            why="anybody on the way can answer in Prometheus' place",
            mend=_ANEW,
        )
    secret = installation.secret(installation.names.namespace, installation.names.web_tls_secret)
    certificate = read_served((secret or {}).get("tls.crt", ""))
    bundle = (source.get("secureJsonData") or {}).get("tlsCACert", "")
    if certificate and not is_trusted(certificate, read_all(bundle)):
        yield error(
            where,
            f"the CA of datasource {name} doesn't verify the certificate that Prometheus serves",
            why="every panel shows `certificate signed by unknown authority`",
            mend=_ANEW,
        )


def _login(installation: Installation, deployment: Object) -> Iterator[Finding]:
    namespace = installation.names.namespace
    wanted = {
        (reference["name"], reference["key"])
        for container in deployment["spec"]["template"]["spec"]["containers"]
        for variable in container.get("env", ())
        if (reference := variable.get("valueFrom", {}).get("secretKeyRef"))
    }
    for name, key in sorted(wanted):
        if not (installation.secret(namespace, name) or {}).get(key):
            yield error(
                f"Secret {namespace}/{name}",
                f"has no {key}, which Grafana reads at its start",
                why="Grafana's next pod doesn't start",
                mend="put the key there, or `pulumi refresh` and `pulumi up` where the stack makes it",
            )
