"""Reads the steps of `pulumi preview --json`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tools.preview.comparing.change import Change, Operation
from tools.preview.comparing.fields import Field, Path, fields
from tools.preview.comparing.noise import is_noise
from tools.preview.masking import Masking
from tools.preview.recording.hiding import HIDDEN
from tools.preview.rendering.recorder import program_resource
from tools.preview.resource import Computed, Hidden, Resource
from tools.standins.kubernetes.diff import parse_path

OPERATIONS: Final = {
    "create": Operation.CREATE,
    "update": Operation.UPDATE,
    "replace": Operation.REPLACE,
    "create-replacement": Operation.REPLACE,
    "delete": Operation.DELETE,
}
"""By the engine's name; its other steps change nothing, or are halves of these."""

RENEWAL: Final = "readyForRenewal"
"""The output by which the tls plug-in replaces a certificate that is due."""

_RENEWAL_NOTE: Final = "scheduled renewal: the certificate is due, nothing about it was changed"


def changes_of(steps: Sequence[Mapping[str, Any]], masking: Masking) -> tuple[Change, ...]:
    """Returns the changes of resources that a provider makes."""
    found: dict[str, Change] = {}
    for step in steps:
        state = step.get("newState") or step.get("oldState") or {}
        operation = OPERATIONS.get(str(step.get("op")))
        if operation is not None and state.get("custom"):
            change = _change(operation, step, masking)
            found.setdefault(change.resource.identity, change)
    return tuple(found.values())


def _change(operation: Operation, step: Mapping[str, Any], masking: Masking) -> Change:
    resource = _resource(step.get("newState") or step["oldState"], masking)
    if operation in {Operation.CREATE, Operation.DELETE}:
        return Change(operation=operation, resource=resource)
    causes = tuple(_path(text) for text in step.get("replaceReasons") or [])
    found = tuple(field for field in _fields(step, masking) if not is_noise(field))
    if causes == ((RENEWAL,),):
        return Change(
            operation=Operation.RENEW, resource=resource, fields=found, notes=(_RENEWAL_NOTE,)
        )
    return Change(operation=operation, resource=resource, fields=found, causes=causes)


def _fields(step: Mapping[str, Any], masking: Masking) -> Iterator[Field]:
    """Yields the inputs that differ, and what the engine says differs though both look the same."""
    old, new = (_inputs(step.get(state) or {}, masking) for state in ("oldState", "newState"))
    seen = set()
    for field in fields(old, new):
        seen.add(field.path[:1])
        yield field
    for text, told in sorted((step.get("detailedDiff") or {}).items()):
        path = _path(text)
        if path[:1] in seen:
            continue
        if told.get("inputDiff"):
            yield Field(path=path, before=Hidden(digest="before"), after=Hidden(digest="after"))
        else:
            yield Field(path=path, before=False, after=Computed(origin="the provider"))


def _path(text: str) -> Path:
    return tuple(f"[{part}]" if isinstance(part, int) else str(part) for part in parse_path(text))


def _inputs(state: Mapping[str, Any], masking: Masking) -> dict[str, Any]:
    kind = str(state.get("type", "")).rpartition(":")[2]
    inputs = {
        key: value for key, value in (state.get("inputs") or {}).items() if not key.startswith("__")
    }
    return masking.inputs(_marked(inputs), secret=kind == "Secret")


def _marked(value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """The engine has masked secrets already."""
    if value == HIDDEN:
        return Hidden(digest="engine")
    if isinstance(value, dict):
        return {key: _marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_marked(item) for item in value]
    return value


def _resource(state: Mapping[str, Any], masking: Masking) -> Resource:
    token, name = str(state["type"]), str(state["urn"]).rpartition("::")[2]
    return program_resource(
        token,
        name,
        _inputs(state, masking),
        protect=bool(state.get("protect")),
        retain=bool(state.get("retainOnDelete")),
    )
