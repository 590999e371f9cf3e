"""The serving certificate: key, chain, names and end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from components.pem import belongs, is_trusted, read_all, read_served
from tools.doctor.finding import Finding, error, warning
from tools.doctor.installation import Installation

SOON: Final = timedelta(days=14)
"""How long before its end a certificate is warned of."""

UNKNOWN_AUTHORITY: Final = (
    "clients fail with `x509: certificate signed by unknown authority`; in Python: `unable to get local issuer "
    "certificate`"
)
"""What comes of a CA that didn't sign what is served."""

_ANEW: Final = "`pulumi refresh` and `pulumi up` write it anew where tls.source is generated, else whoever makes it"
_KEYS: Final = ("tls.crt", "tls.key", "ca.crt")


def certificates(installation: Installation) -> Iterator[Finding]:
    """Yields findings about the Secret that Prometheus serves with; nothing where it serves plain HTTP."""
    if not installation.serves_https:
        return
    names = installation.names
    where = f"Secret {names.namespace}/{names.web_tls_secret}"
    secret = installation.secret(names.namespace, names.web_tls_secret)
    if secret is None:
        yield error(
            where,
            "does not exist",
            why="Prometheus serves over TLS and can't start without it",
            mend=_ANEW,
        )
        return
    missing = [key for key in _KEYS if not secret.get(key)]
    if missing:
        yield error(
            where,
            f"has no {', '.join(missing)}",
            why="Prometheus can't serve, or clients can't verify it",
            mend=_ANEW,
        )
        return
    yield from _pair(installation, where, secret["tls.crt"], secret["tls.key"], secret["ca.crt"])


def _pair(
    installation: Installation, where: str, certificate: str, key: str, bundle: str
) -> Iterator[Finding]:
    served = read_served(certificate)
    if served is None:
        yield error(where, "tls.crt is no certificate", why="Prometheus can't serve", mend=_ANEW)
        return
    if not belongs(served.certificate, key):
        yield error(
            where,
            "tls.key isn't the key of tls.crt",
            why="Prometheus can't serve: `private key does not match public key`",
            mend=_ANEW,
        )
    if not is_trusted(served, read_all(bundle)):
        yield error(
            where,
            "no CA in ca.crt signed tls.crt",
            why=UNKNOWN_AUTHORITY,
            mend=_ANEW,
        )
    if lacking := [n for n in installation.names.served_hosts if not served.covers(n)]:
        # A certificate of somebody else's needs no name but the one that our own clients use.
        found = warning if served.covers(installation.names.prometheus_host) else error
        yield found(
            where,
            f"tls.crt isn't valid for {', '.join(lacking)}",
            why="clients that use these names fail with `x509: certificate is valid for ..., not ...`; in Python: "
            "`Hostname mismatch, certificate is not valid for ...`",
            mend="`pulumi up` signs one with every name where tls.source is generated; others go into "
            "tls.extraDnsNames",
        )
    left = served.end - datetime.now(UTC)
    if left <= timedelta():
        yield error(
            where,
            f"tls.crt ended on {served.end:%Y-%m-%d %H:%M} UTC",
            why="clients fail with `x509: certificate has expired or is not yet valid`; in Python: "
            "`certificate has expired`",
            mend="`pulumi up` renews it",
        )
    elif left < SOON:
        yield warning(
            where,
            f"tls.crt ends on {served.end:%Y-%m-%d %H:%M} UTC, in {left.days} days",
            why="clients fail from then on",
            mend="`pulumi up` renews it within tls.earlyRenewalHours; raise tls.rotation to renew it now",
        )
