"""Whether what a client verifies with fits what Prometheus serves."""

from components.pem import Served, is_trusted, read_all, read_served
from tools.doctor.installation import Installation


def served_certificate(installation: Installation) -> Served | None:
    """Returns what Prometheus serves; `None` over plain HTTP, or where its Secret holds no certificate."""
    if not installation.serves_https:
        return None
    names = installation.names
    secret = installation.secret(names.namespace, names.web_tls_secret)
    return read_served((secret or {}).get("tls.crt", ""))


def held_by(
    installation: Installation, kind: str, namespace: str, name: str
) -> dict[str, str] | None:
    """Returns what a ConfigMap or Secret holds, decoded; `None` where there is none."""
    find = installation.secret if kind == "Secret" else installation.config_map
    held = find(namespace, name)
    return None if held is None else dict(held)


def verifies(served: Served, *texts: str) -> bool:
    """Tells whether a CA among PEM texts signed what is served."""
    return is_trusted(served, tuple(one for text in texts for one in read_all(text)))
