"""The Prometheus operator and its custom resources."""

from collections.abc import Iterator
from typing import Final

from tools.doctor.finding import Finding, error
from tools.doctor.installation import Installation

_CRDS: Final = "/apis/apiextensions.k8s.io/v1"
_GROUP: Final = "monitoring.coreos.com"
_NEEDED: Final = (
    "alertmanagers",
    "podmonitors",
    "prometheuses",
    "prometheusrules",
    "servicemonitors",
)


def operator(installation: Installation) -> Iterator[Finding]:
    """Yields findings about CRDs that are missing, and objects that nobody reconciles."""
    definitions = {
        one["metadata"]["name"]
        for one in installation.everywhere(_CRDS, "customresourcedefinitions")
    }
    missing = [name for name in _NEEDED if f"{name}.{_GROUP}" not in definitions]
    if missing:
        yield error(
            f"CRDs of {_GROUP}",
            f"lack {', '.join(missing)}",
            why="their objects can't exist, and the operator doesn't start",
            mend="`pulumi refresh` and `pulumi up` install the chart's",
        )
        return
    names = installation.names
    if installation.prometheus is None:
        yield error(
            f"Prometheus {names.namespace}/{names.prometheus}",
            "does not exist",
            why="no server scrapes anything",
            mend="`pulumi refresh` and `pulumi up` make it",
        )
