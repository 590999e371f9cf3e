"""The CA that clients verify with, wherever it is published."""

from collections.abc import Iterator, Mapping
from typing import Final

from components.labels import MANAGED_BY, MANAGED_BY_LABEL
from components.pem import is_trusted, read_all, read_served
from tools.doctor.checks.certificates import UNKNOWN_AUTHORITY
from tools.doctor.finding import Finding, error
from tools.doctor.installation import CORE_API, Installation

CA_KEY: Final = "ca.crt"


def trust(installation: Installation) -> Iterator[Finding]:
    """Yields findings about CAs that don't verify the serving certificate."""
    names = installation.names
    secret = installation.secret(names.namespace, names.web_tls_secret)
    served = read_served((secret or {}).get("tls.crt", ""))
    if secret is None or served is None:
        return
    if installation.config_map(names.namespace, names.web_ca_config_map) is None:
        yield error(
            f"ConfigMap {names.namespace}/{names.web_ca_config_map}",
            "does not exist",
            why="Prometheus can't scrape itself, and clients have no CA to verify with",
            mend="`pulumi refresh` and `pulumi up` make it",
        )
    for where, data in _published(installation):
        bundle = data.get(CA_KEY, "")
        if not is_trusted(served, read_all(bundle)):
            yield error(
                where,
                f"{CA_KEY} doesn't verify the certificate that Prometheus serves",
                why=UNKNOWN_AUTHORITY,
                mend="`pulumi refresh` and `pulumi up` write it anew; restart clients that read it once",
            )
        elif bundle.strip() != secret.get(CA_KEY, "").strip():
            yield error(
                where,
                f"{CA_KEY} differs from the one in Secret {names.web_tls_secret}",
                why="its clients miss a CA of a rotation, or trust one that is gone",
                mend="`pulumi refresh` and `pulumi up` write it anew",
            )


def _published(installation: Installation) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yields the ConfigMaps with the CA of this installation, in all namespaces."""
    names = installation.names
    own = installation.config_map(names.namespace, names.web_ca_config_map)
    if own is not None:
        yield f"ConfigMap {names.namespace}/{names.web_ca_config_map}", own
    selector = f"{MANAGED_BY_LABEL}={MANAGED_BY},app.kubernetes.io/instance={names.release}"
    for one in installation.everywhere(CORE_API, "configmaps", selector):
        metadata = one["metadata"]
        ours = metadata["namespace"] == names.namespace
        if metadata["name"] == names.web_ca_config_map and not ours:
            yield f"ConfigMap {metadata['namespace']}/{metadata['name']}", one.get("data") or {}
