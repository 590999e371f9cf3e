"""The annotations by which a program steers one object."""

from collections.abc import Mapping
from typing import Any, Final

from tools.standins.kubernetes.kind import annotation

AUTONAMED: Final = "pulumi.com/autonamed"
SKIP_AWAIT: Final = "pulumi.com/skipAwait"
WAIT_FOR: Final = "pulumi.com/waitFor"
TIMEOUT_SECONDS: Final = "pulumi.com/timeoutSeconds"
PATCH_FORCE: Final = "pulumi.com/patchForce"
PATCH_FIELD_MANAGER: Final = "pulumi.com/patchFieldManager"
DELETION_PROPAGATION: Final = "pulumi.com/deletionPropagationPolicy"

DEFAULT_TIMEOUT_SECONDS: Final = 600.0

_POLICIES: Final = {"orphan": "Orphan", "background": "Background"}


def is_true(obj: Mapping[str, Any], key: str) -> bool:
    """Whether the annotation is set to `true`."""
    return annotation(obj, key) == "true"


def timeout_seconds(obj: Mapping[str, Any], custom_timeout: float) -> float:
    """How long to wait for the object: the resource option, the annotation, 10 minutes."""
    if custom_timeout > 0:
        return custom_timeout
    text = annotation(obj, TIMEOUT_SECONDS)
    return float(text) if text.isdigit() else DEFAULT_TIMEOUT_SECONDS


def deletion_policy(obj: Mapping[str, Any]) -> str:
    """What happens to dependents on deletion; they go first unless the annotation says otherwise."""
    return _POLICIES.get(annotation(obj, DELETION_PROPAGATION).lower(), "Foreground")
