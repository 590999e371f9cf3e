"""The token that `/metrics` of an EPP asks for: an account, its Secret, and what both sides may do.

An EPP asks the API server whose token it got, and whether that account may get `/metrics`. Its own account needs
leave to ask, which its chart gives only along with monitors of its own.
"""

from typing import Final

from components.monitors.manifest import Labels, Manifest, manifest
from components.monitors.names import (
    METRICS_READER,
    METRICS_TOKEN,
    epp_service,
    reader_role,
    reviewer_binding,
)
from components.settings.models import EppSettings, ModelSettings

TOKEN_KEY: Final = "token"  # noqa: S105 - the name of a key, not a token

_RBAC_API: Final = "rbac.authorization.k8s.io/v1"
_RBAC_GROUP: Final = "rbac.authorization.k8s.io"

# Made by every API server at its start: it may create token and access reviews, nothing else.
_REVIEWER_ROLE: Final = "system:auth-delegator"


def token_secret(epp: EppSettings) -> str:
    """Returns the name of the Secret with an EPP's token, where this stack makes the monitors."""
    return epp.token_secret or METRICS_TOKEN


def metrics_access(model: ModelSettings, labels: Labels) -> tuple[Manifest, ...]:
    """Returns what the EPPs of a deployment need to be scraped with a token; nothing where none asks for one."""
    asking = [epp for epp in model.epp if epp.authentication]
    if not asking:
        return ()
    own = any(epp.token_secret is None for epp in asking)
    reader = metrics_reader(model.namespace, labels) if own else ()
    accounts = [epp_service(epp.release) for epp in asking]
    return (*reader, _reviewers(model.namespace, accounts, labels))


def metrics_reader(namespace: str, labels: Labels) -> tuple[Manifest, ...]:
    """Returns an account that may get `/metrics`, and a token of it that doesn't end."""
    return (
        manifest("v1", "ServiceAccount", METRICS_READER, namespace=namespace, labels=labels),
        _long_lived_token(namespace, labels),
        manifest(
            _RBAC_API,
            "ClusterRole",
            reader_role(namespace),
            namespace=None,
            labels=labels,
            rules=[{"nonResourceURLs": ["/metrics"], "verbs": ["get"]}],
        ),
        _binding(
            reader_role(namespace), reader_role(namespace), namespace, [METRICS_READER], labels
        ),
    )


def _long_lived_token(namespace: str, labels: Labels) -> Manifest:
    """A controller fills it; Prometheus reads a Secret by name, so a token that ends would have to be replaced."""
    secret = manifest(
        "v1",
        "Secret",
        METRICS_TOKEN,
        namespace=namespace,
        labels=labels,
        type="kubernetes.io/service-account-token",
    )
    secret["metadata"]["annotations"] = {"kubernetes.io/service-account.name": METRICS_READER}
    return secret


def _reviewers(namespace: str, accounts: list[str], labels: Labels) -> Manifest:
    return _binding(reviewer_binding(namespace), _REVIEWER_ROLE, namespace, accounts, labels)


def _binding(name: str, role: str, namespace: str, accounts: list[str], labels: Labels) -> Manifest:
    return manifest(
        _RBAC_API,
        "ClusterRoleBinding",
        name,
        namespace=None,
        labels=labels,
        roleRef={"apiGroup": _RBAC_GROUP, "kind": "ClusterRole", "name": role},
        subjects=[
            {"kind": "ServiceAccount", "name": account, "namespace": namespace}
            for account in accounts
        ],
    )
