"""How an autoscaler reaches the Prometheus of a platform, and what it needs in its namespace for that."""

import hashlib
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

CA_DIGEST_ANNOTATION: Final = "llmd-monitoring/prometheus-ca-digest"
"""Annotation of a pod that reads the CA once, at its start: another digest starts it anew."""


@dataclass(frozen=True, kw_only=True)
class PrometheusAccess:
    """The API, and the objects in the client's namespace that hold CA and token.

    Attributes:
        release: Name of the installation, the prefix of all objects.
        url: URL of the API, with its port.
        monitoring_namespace: Where the platform's Prometheus runs.
        ca: Whose CA clients verify with: this stack's `pki`, OpenShift's `service-ca`; `None` for plain HTTP.
        ca_key: Key of the CA in its ConfigMap.
        token: Whether a query needs a token.
        service_account: ServiceAccount of Prometheus; `None` where it isn't this stack's.
        query_namespace: The one namespace that queries are about; `None` for all.
    """

    release: str
    url: str
    monitoring_namespace: str
    ca: Literal["pki", "service-ca"] | None
    ca_key: str = "ca.crt"
    token: bool = False
    service_account: str | None = None
    query_namespace: str | None = None

    @property
    def host_url(self) -> str:
        """The URL without its port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}"

    @property
    def port(self) -> int:
        """The port; 443 or 80 where the URL has none."""
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def ca_object(self) -> str:
        """Name of the ConfigMap, and where one is needed the Secret, with the CA."""
        return f"{self.release}-autoscaler-ca"

    @property
    def account(self) -> str:
        """Name of the ServiceAccount that queries."""
        return f"{self.release}-autoscaler"

    @property
    def token_secret(self) -> str:
        """Name of the Secret with its token."""
        return f"{self.release}-autoscaler-token"

    @property
    def trigger_authentication(self) -> str:
        """Name of KEDA's TriggerAuthentications."""
        return f"{self.release}-prometheus"


def ca_digest(ca_cert_pem: str) -> str:
    """Returns what tells one CA from another."""
    return hashlib.sha256(ca_cert_pem.encode()).hexdigest()
