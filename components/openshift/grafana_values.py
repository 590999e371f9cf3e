"""What Grafana's chart needs on OpenShift: other users, and files to query Thanos with.

OpenShift gives each namespace a range of users and groups of its own and refuses pods that name others
(security context constraint `restricted-v2`). So the chart's fixed ones are taken away.
"""

from typing import Any, Final

from components.openshift.thanos_querier import CA_KEY, MetricsAccess

TOKEN_KEY: Final = "token"  # noqa: S105 - the name of a key, not a token

_CA_FOLDER: Final = "/etc/grafana/service-ca"
_TOKEN_FOLDER: Final = "/etc/grafana/metrics-reader"  # noqa: S105 - a folder, not a token

CA_FILE: Final = f"{_CA_FOLDER}/{CA_KEY}"
TOKEN_FILE: Final = f"{_TOKEN_FOLDER}/{TOKEN_KEY}"


def openshift_grafana_values(access: MetricsAccess) -> dict[str, Any]:
    """Returns additions to the chart's `grafana` group.

    Token and CA are mounted, not set as values: Helm keeps those in clear, and both may be renewed.
    """
    return {
        # `null` removes the chart's own 472.
        "securityContext": {"runAsUser": None, "runAsGroup": None, "fsGroup": None},
        # It runs as root. OpenShift makes volumes writable for the group of the namespace.
        "initChownData": {"enabled": False},
        "extraSecretMounts": [
            {
                "name": "metrics-reader",
                "secretName": access.token_secret,
                "mountPath": _TOKEN_FOLDER,
                "readOnly": True,
            }
        ],
        "extraConfigmapMounts": [
            {
                "name": "service-ca",
                "configMap": access.ca_config_map,
                "mountPath": _CA_FOLDER,
                "readOnly": True,
            }
        ],
    }
