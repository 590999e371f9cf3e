"""Whether clients trust the CA that is about to sign."""

from collections.abc import Iterator

from components.names import Names
from components.preflight.findings import Finding
from components.preflight.live_cluster import LiveCluster
from components.settings import TlsSettings
from components.web_tls import GENERATIONS_ANNOTATION


def untrusted_authority(cluster: LiveCluster, tls: TlsSettings, names: Names) -> Iterator[Finding]:
    """Yields a finding where the CA that is to sign was never published to clients.

    Raises:
        UnreadableError: The cluster can't be read.
    """
    name = names.web_ca_config_map
    published = cluster.find(f"/api/v1/namespaces/{names.namespace}/configmaps/{name}")
    annotations = published["metadata"].get("annotations", {}) if published else {}
    known = annotations.get(GENERATIONS_ANNOTATION)
    if known is None:
        return
    trusted, signing = known.split(","), tls.ca_generations[0]
    if str(signing) in trusted:
        return
    yield Finding(
        where=f"ConfigMap {names.namespace}/{name}",
        problem=f"publishes CA {' and '.join(trusted)}; no client trusts CA {signing} yet, which "
        f"tls.caGenerations {list(tls.ca_generations)} would sign with",
        remedy=f"update with tls.caGenerations: [{trusted[0]}, {signing}] first",
    )
