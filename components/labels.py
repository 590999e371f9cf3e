"""Labels and annotations on everything that this program makes beside the chart."""

from collections.abc import Mapping
from typing import Final

MANAGED_BY_LABEL: Final = "app.kubernetes.io/managed-by"
MANAGED_BY: Final = "llmd-monitoring"


def common_labels(release: str, component: str) -> Mapping[str, str]:
    """Returns Kubernetes' recommended labels for an object of the installation.

    Args:
        release: Name of the installation, the Helm release's.
        component: What the object is for, e.g. `web-tls`.
    """
    return {
        "app.kubernetes.io/name": "llm-d-monitoring",
        "app.kubernetes.io/instance": release,
        "app.kubernetes.io/component": component,
        MANAGED_BY_LABEL: MANAGED_BY,
    }
