"""Which kind of object a resource is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from tools.standins.protocol.errors import ProviderError

Object: TypeAlias = dict[str, Any]
"""A Kubernetes object as JSON. In previews any part of it may be `UNKNOWN`."""

PATCH_SUFFIX: Final = "Patch"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """An API version, `v1` or `apps/v1`, and a kind in it."""

    api_version: str
    kind: str

    @property
    def group(self) -> str:
        """The API group; empty for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        """The version within the group."""
        return self.api_version.rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.api_version}/{self.kind}"


def from_token(token: str) -> Kind:
    """Read a type token such as `kubernetes:core/v1:ConfigMap`.

    Raises:
        ProviderError: The token isn't one of an object.
    """
    _, _, rest = token.partition(":")
    api_version, _, kind = rest.partition(":")
    if not kind or api_version.count("/") != 1:
        msg = f"{token!r} is no kind of Kubernetes object, `kubernetes:<group>/<version>:<Kind>`"
        raise ProviderError(msg)
    return Kind(api_version=api_version.removeprefix("core/"), kind=kind)


def of_object(obj: Mapping[str, Any], token: str) -> Kind:
    """Return what the object says it is; what the token says where it is silent."""
    declared = from_token(token)
    api_version, kind = obj.get("apiVersion"), obj.get("kind")
    return Kind(
        api_version=api_version.removeprefix("core/")
        if isinstance(api_version, str) and api_version
        else declared.api_version,
        kind=kind if isinstance(kind, str) and kind else declared.kind,
    )


def of_live(live: Mapping[str, Any]) -> Kind:
    """Return what a live object is."""
    return Kind(api_version=str(live.get("apiVersion")), kind=str(live.get("kind")))


def is_patch(token: str, kind: str) -> bool:
    """Whether the resource patches an object instead of owning it.

    The token of a patch is the kind with the suffix `Patch`; a custom kind of that name isn't one.
    """
    return token.rpartition(":")[2] == kind + PATCH_SUFFIX


def metadata(obj: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the object's metadata, empty when absent or not known yet."""
    found = obj.get("metadata")
    return found if isinstance(found, dict) else {}


def name_of(obj: Mapping[str, Any]) -> str:
    """Return the object's name, empty when absent or not known yet."""
    name = metadata(obj).get("name")
    return name if isinstance(name, str) else ""


def namespace_of(obj: Mapping[str, Any]) -> str:
    """Return the object's namespace, empty when absent or not known yet."""
    namespace = metadata(obj).get("namespace")
    return namespace if isinstance(namespace, str) else ""


def annotation(obj: Mapping[str, Any], key: str) -> str:
    """Return an annotation's value, empty when absent or not known yet."""
    annotations = metadata(obj).get("annotations")
    value = annotations.get(key) if isinstance(annotations, dict) else None
    return value if isinstance(value, str) else ""


def qualified_name(obj: Mapping[str, Any]) -> str:
    """Return `namespace/name`, or the name of an object without namespace: the resource's id."""
    return qualify(namespace_of(obj), name_of(obj))


def qualify(namespace: str, name: str) -> str:
    """Join a namespace, if any, and a name to an id."""
    return f"{namespace}/{name}" if namespace else name


def split_id(resource_id: str) -> tuple[str, str]:
    """Split an id into namespace, if any, and name."""
    namespace, _, name = resource_id.rpartition("/")
    return namespace, name
