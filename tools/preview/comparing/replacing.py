"""Which fields can't be changed in place.

The same tables serve the plug-ins' stand-ins, which are tried against what the official ones do.
"""

from typing import Any, Final

from tools.preview.comparing.fields import ABSENT, Field
from tools.preview.resource import Resource, Source
from tools.standins.kubernetes.configuration import Settings
from tools.standins.kubernetes.kind import Kind, from_token, is_patch
from tools.standins.kubernetes.replacement import replaces_for
from tools.standins.protocol.errors import ProviderError
from tools.standins.tls.schema import RESOURCES

RELEASE: Final = "kubernetes:helm.sh/v3:Release"

_RELEASE_IDENTITY: Final = (("name",), ("namespace",))
_MUTABLE: Final = Settings(config_map_mutable=True, secret_mutable=True)
"""As the program's own provider is set."""


def replacing(resource: Resource, field: Field) -> bool:
    """Tells whether a field's change makes a new resource."""
    if resource.token == RELEASE:
        return field.path in _RELEASE_IDENTITY
    if certificate := RESOURCES.get(resource.token):
        declared = certificate.fields.get(field.path[0] if field.path else "")
        return declared is not None and declared.replaces
    kind = _kind(resource)
    if kind is None:
        return False
    patch = resource.source is Source.PROGRAM and is_patch(resource.token, kind.kind)
    replaces = replaces_for(kind, dict(resource.inputs), _MUTABLE, patch=patch)
    return replaces(field.path, _value(field))


def _kind(resource: Resource) -> Kind | None:
    if resource.source is Source.CHART:
        version, _, kind = resource.token.rpartition("/")
        return Kind(api_version=version, kind=kind)
    if not resource.token.startswith("kubernetes:"):
        return None
    try:
        declared = from_token(resource.token)
    except ProviderError:
        return None
    kind = str(resource.inputs.get("kind") or declared.kind)
    return Kind(api_version=declared.api_version, kind=kind)


def _value(field: Field) -> Any:  # noqa: ANN401 - any JSON
    return field.before if field.after is ABSENT else field.after
