"""The names of an installation, by its settings."""

from components.names import Names, Scheme
from components.settings import Settings


def names_of(settings: Settings, scheme: Scheme) -> Names:
    """Returns the names of what a stack installs, whose Prometheus serves a scheme."""
    return Names(
        namespace=settings.namespace,
        release=settings.release,
        cluster_domain=settings.kubernetes.cluster_domain,
        scheme=scheme,
        web_tls_secret=settings.tls.secret_name,
    )
