"""Fields that change without meaning."""

from typing import Final

from tools.preview.comparing.fields import Field

_LABELS: Final = frozenset(
    {
        "app.kubernetes.io/managed-by",
        "app.kubernetes.io/version",
        "chart",
        "helm.sh/chart",
        "heritage",
    }
)
"""Each object of a chart carries these; a new chart version changes all of them."""

_CHECKSUM: Final = "checksum/"


def is_noise(field: Field) -> bool:
    """Tells whether a field says nothing that another difference doesn't say already."""
    if field.path[:1] == ("status",) or field.path[-1:] == ("creationTimestamp",):
        return True
    if len(field.path) < 2:  # noqa: PLR2004 - a label and its map
        return False
    group, key = field.path[-2:]
    if group == "annotations":
        return key.startswith(_CHECKSUM)
    return group in {"labels", "matchLabels"} and key in _LABELS
