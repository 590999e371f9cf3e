"""What becomes of each resource between two revisions of a stack."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tools.preview.comparing.change import Change, Operation
from tools.preview.comparing.fields import ABSENT, Field, fields
from tools.preview.comparing.noise import is_noise
from tools.preview.comparing.replacing import replacing
from tools.preview.resource import Computed, Resource, Source

_KUBERNETES_PROVIDER: Final = "pulumi:providers:kubernetes"
_CERTIFICATES: Final = "tls:"

_PROTECTED: Final = "protected: the update is refused until it is protected no longer"
_IMMUTABLE: Final = (
    "Helm can't change this in place: the upgrade is refused until the object is deleted by hand"
)
_ANOTHER_CLUSTER: Final = "may be another cluster: each object of the stack is at stake"
_LEFT_TO_OTHERS: Final = "the object stays; only our fields of it are given up"
_RETAINED: Final = "the object stays in the cluster, managed by nobody"


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What becomes of the resources.

    Attributes:
        changes: Those that change, in the order of the program, then those that go.
        same: How many stay as they are.
        quiet: How many change in checksums and the chart's version labels only.
    """

    changes: tuple[Change, ...]
    same: int
    quiet: int


def compare(before: Sequence[Resource], after: Sequence[Resource]) -> Compared:
    """Compares resources by their identities."""
    known = {resource.identity: resource for resource in before}
    remade: dict[str, str] = {}
    changes: list[Change] = []
    same = quiet = 0
    for resource in after:
        old = known.pop(resource.identity, None)
        if old is None:
            changes.append(Change(operation=Operation.CREATE, resource=resource))
            remade[resource.identity] = resource.title
            continue
        found = (*fields(old.inputs, resource.inputs), *_computed(resource, old, remade))
        telling = tuple(field for field in found if not is_noise(field))
        if not telling:
            same, quiet = (same, quiet + 1) if found else (same + 1, quiet)
            continue
        change = _changed(old, resource, telling)
        if change.operation is Operation.REPLACE:
            remade[resource.identity] = resource.title
        changes.append(change)
    changes.extend(_gone(resource) for resource in known.values())
    return Compared(changes=tuple(changes), same=same, quiet=quiet)


def _computed(resource: Resource, old: Resource, remade: Mapping[str, str]) -> Iterator[Field]:
    """Yields the inputs that come from a key or certificate that is made anew."""
    for key, origins in resource.origins.items():
        if resource.inputs.get(key) != old.inputs.get(key):
            continue
        for origin in origins:
            if origin.startswith(_CERTIFICATES) and origin in remade:
                yield Field(path=(key,), before=ABSENT, after=Computed(origin=remade[origin]))
                break


def _changed(old: Resource, resource: Resource, telling: tuple[Field, ...]) -> Change:
    causes = tuple(field.path for field in telling if replacing(resource, field))
    if causes and _is_hook(resource):
        causes = ()
    notes = []
    if causes and old.protect:
        notes.append(_PROTECTED)
    if causes and resource.source is Source.CHART:
        notes.append(_IMMUTABLE)
    if resource.token == _KUBERNETES_PROVIDER:
        notes.append(_ANOTHER_CLUSTER)
    return Change(
        operation=Operation.REPLACE if causes else Operation.UPDATE,
        resource=resource,
        fields=telling,
        causes=causes,
        notes=tuple(notes),
    )


def _gone(resource: Resource) -> Change:
    change = Change(operation=Operation.DELETE, resource=resource)
    if resource.retain or _annotation(resource, "helm.sh/resource-policy") == "keep":
        return replace(change, operation=Operation.FORGET, notes=(_RETAINED,))
    if resource.source is Source.PROGRAM and resource.token.endswith("Patch"):
        return replace(change, operation=Operation.FORGET, notes=(_LEFT_TO_OTHERS,))
    return replace(change, notes=(_PROTECTED,) if resource.protect else ())


def _is_hook(resource: Resource) -> bool:
    """Helm deletes a hook and makes it anew each time."""
    return _annotation(resource, "helm.sh/hook") is not None


def _annotation(resource: Resource, key: str) -> object:
    metadata = resource.inputs.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    return annotations.get(key) if isinstance(annotations, dict) else None
