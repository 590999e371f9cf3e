"""Names of monitors and of what they need; fixed, so that a second maker meets the first one's objects.

Within a namespace no two are alike, whatever its EPPs are called: see each function. Names of the cluster hold
the namespace between colons, which no namespace holds, so that no two namespaces share one.
"""

from typing import Final, Literal

Role = Literal["decode", "prefill"]

_PREFIX: Final = "llmd"

METRICS_READER: Final = f"{_PREFIX}-metrics-reader"
"""ServiceAccount whose token may get `/metrics`, one for all EPPs of a namespace."""

METRICS_TOKEN: Final = f"{METRICS_READER}-token"
"""Secret with its token, and the collector's leave to read Secrets of a namespace."""


def server_monitor(role: Role) -> str:
    """Returns the name of the monitor of a role's model servers."""
    return f"{_PREFIX}-{role}"


SERVER_MONITORS: Final = frozenset({server_monitor("decode"), server_monitor("prefill")})
"""Names that no EPP's release may have: Google Managed Prometheus' monitor of an EPP has the release's name."""


def epp_service(release: str) -> str:
    """Returns the name of an EPP's Service and ServiceAccount, and its pods' label.

    The charts cut the release at 40 characters; the settings take no longer one.
    """
    return f"{release}-epp"


def epp_monitor(release: str) -> str:
    """Returns the name of an EPP's ServiceMonitor."""
    return f"{_PREFIX}-epp-{release}"


def epp_token(release: str) -> str:
    """Returns the name of the Secret that an EPP's chart makes; a fixed one would be another release's too."""
    return f"{epp_service(release)}-metrics-token"


def reader_role(namespace: str) -> str:
    """Returns the name of the ClusterRole to get `/metrics`, and of its binding."""
    return f"{_PREFIX}-monitoring:{namespace}:metrics-reader"


def reviewer_binding(namespace: str) -> str:
    """Returns the name of the binding that lets a namespace's EPPs ask who a token belongs to."""
    return f"{_PREFIX}-monitoring:{namespace}:token-reviewer"
