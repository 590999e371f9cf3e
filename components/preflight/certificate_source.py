"""Whether the serving certificate can be had where the settings say."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from components.issued_certificate import API_VERSION
from components.labels import MANAGED_BY, MANAGED_BY_LABEL
from components.names import Names
from components.preflight.findings import Finding
from components.preflight.live_cluster import LiveCluster
from components.settings import Settings

if TYPE_CHECKING:
    from components.pem import Served

_KEYS: Final = ("tls.crt", "tls.key", "ca.crt")


def no_cert_manager(cluster: LiveCluster) -> Iterator[Finding]:
    """Yields a finding where the cluster doesn't know cert-manager's kinds.

    Raises:
        UnreadableError: The cluster can't be read.
    """
    if cluster.find(f"/apis/{API_VERSION}") is None:
        yield Finding(
            where="the cluster",
            problem=f"has no {API_VERSION}, and tls.source is certManager",
            remedy="install cert-manager first, or set tls.source: generated",
        )


def unfit_certificate(cluster: LiveCluster, settings: Settings, names: Names) -> Iterator[Finding]:
    """Yields everything for which the user's own Secret can't be served from.

    Raises:
        UnreadableError: The cluster can't be read.
    """
    where = f"Secret {names.namespace}/{names.web_tls_secret}"
    found = cluster.find(f"/api/v1/namespaces/{names.namespace}/secrets/{names.web_tls_secret}")
    if found is None:
        yield Finding(
            where=where,
            problem="doesn't exist, and tls.existingSecret names it",
            remedy="make it: `kubectl create secret generic` with --from-file for "
            f"{', '.join(_KEYS)}",
        )
        return
    if found["metadata"].get("labels", {}).get(MANAGED_BY_LABEL) == MANAGED_BY:
        yield Finding(
            where=where,
            problem="is one that tls.source: generated made, which goes with it",
            remedy="give yours another name, and tls.existingSecret that name",
        )
        return
    data = {key: _decoded(value) for key, value in (found.get("data") or {}).items()}
    if missing := [key for key in _KEYS if not data.get(key)]:
        yield Finding(
            where=where,
            problem=f"has no {', '.join(missing)}",
            remedy="tls.crt is the certificate with its intermediates, tls.key its key, ca.crt the CAs that clients "
            "are to trust",
        )
        return
    for problem, remedy in _unfit(data, _needed(settings, names)):
        yield Finding(where=where, problem=problem, remedy=remedy)


def _needed(settings: Settings, names: Names) -> tuple[str, ...]:
    """Returns the names that our own clients verify, and those that the settings ask for."""
    alertmanager = (names.alertmanager_host,) if settings.alertmanager.enabled else ()
    return (
        names.prometheus_host,
        *alertmanager,
        *settings.tls.extra_dns_names,
        *map(str, settings.tls.extra_ip_addresses),
    )


def _unfit(data: Mapping[str, str], needed: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yields problems and what mends them; never a key."""
    from components.pem import belongs, is_trusted, read_all, read_served  # noqa: PLC0415 - slow

    served = read_served(data["tls.crt"])
    if served is None:
        yield "tls.crt is no certificate", "put a PEM certificate there, the serving one first"
        return
    if not belongs(served.certificate, data["tls.key"]):
        yield (
            "tls.key isn't the key of tls.crt, or is encrypted",
            "put the key of the first certificate there, PEM, without a passphrase",
        )
    authorities = read_all(data["ca.crt"])
    if not authorities:
        yield "ca.crt is no certificate", "put the CAs that clients are to trust there, PEM"
    elif not is_trusted(served, authorities):
        yield (
            "no CA in ca.crt signed tls.crt or the last of its intermediates",
            "put the whole chain into tls.crt, and its root into ca.crt",
        )
    if lacking := [name for name in needed if not served.covers(name)]:
        yield (
            f"tls.crt isn't valid for {', '.join(lacking)}",
            "have it issued for these names (SANs) too",
        )
    yield from _out_of_time(served)


def _out_of_time(served: "Served") -> Iterator[tuple[str, str]]:
    now = datetime.now(UTC)
    if served.end <= now:
        yield f"tls.crt ended on {served.end:%Y-%m-%d %H:%M} UTC", "renew it"
    elif served.beginning > now:
        yield (
            f"tls.crt begins on {served.beginning:%Y-%m-%d %H:%M} UTC",
            "wait until then, or set the clocks right",
        )


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
