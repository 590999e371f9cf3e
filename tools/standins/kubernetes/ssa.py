"""Server-side apply: who manages which field, and what to do about it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tools.standins.kubernetes.api_errors import ApiError
from tools.standins.kubernetes.configuration import Settings
from tools.standins.kubernetes.kind import Object, metadata, name_of, namespace_of, qualified_name
from tools.standins.kubernetes.naming import unique_name
from tools.standins.protocol.values import Value

CREATE_MANAGER: Final = "pulumi-kubernetes"
"""Who creates objects; its fields go to the resource's own manager at the first update."""

_PREFIX: Final = "pulumi-kubernetes-"

_TAKEN_OVER: Final = frozenset(
    {
        ("kubectl", "Apply"),
        ("kubectl", "Update"),
        ("before-first-apply", "Update"),
        (CREATE_MANAGER, "Update"),
        ("pulumi-resource-kubernetes", "Update"),
    }
)
"""Managers whose fields a resource takes over, `fixCSAFieldManagers` in the official plug-in."""


def new_manager(settings: Settings) -> str:
    """Make up a field manager for one resource; its state keeps it."""
    return unique_name(_PREFIX, b"") if settings.server_side_apply else CREATE_MANAGER


def taken_over(managed: Sequence[Mapping[str, Any]], manager: str) -> list[dict[str, Any]] | None:
    """Give the fields of earlier managers to `manager`.

    Returns:
        The new `managedFields`, or None when nothing has to change.
    """
    entries = [dict(entry) for entry in managed]
    ours = [entry for entry in entries if _is_ours(entry, manager)]
    if not any(_is_taken(entry) for entry in entries):
        return None
    fields: Value = {}
    api_version = ""
    for entry in entries:
        if _is_taken(entry) or _is_ours(entry, manager):
            fields = _union(fields, entry.get("fieldsV1") or {})
            api_version = entry.get("apiVersion") or api_version
    merged = {
        **(ours[0] if ours else {}),
        "manager": manager,
        "operation": "Apply",
        "apiVersion": api_version,
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }
    rest = [entry for entry in entries if not _is_taken(entry) and not _is_ours(entry, manager)]
    return [merged, *rest]


def created_here(managed: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the object's fields still belong to the manager of its creation."""
    return any(
        entry.get("operation") == "Update"
        and entry.get("manager") in (CREATE_MANAGER, "pulumi-resource-kubernetes")
        for entry in managed
    )


def owned_by_others_only(
    managed: Sequence[Mapping[str, Any]], manager: str, path: Sequence[str]
) -> bool:
    """Whether some other manager, and not ours, manages the field at a path."""
    ours = theirs = False
    for entry in managed:
        if _has(entry.get("fieldsV1") or {}, path):
            if entry.get("manager") == manager:
                ours = True
            else:
                theirs = True
    return theirs and not ours


def relinquishing(live: Object) -> Object:
    """Return the object by which a manager gives up all of its fields: nothing but its identity."""
    meta = {"name": name_of(live)}
    if namespace_of(live):
        meta["namespace"] = namespace_of(live)
    return {"apiVersion": live.get("apiVersion"), "kind": live.get("kind"), "metadata": meta}


def explain_conflict(error: ApiError, obj: Object, manager: str) -> str:
    """Say which fields are managed by whom, and how to take them over."""
    causes = error.details.get("causes") or []
    fields = [
        f"  {cause.get('field', '')}: {cause.get('message', '')}".rstrip()
        for cause in causes
        if isinstance(cause, dict)
    ]
    told = "\n".join(fields) or f"  {error}"
    return (
        f"server-side apply conflict on {obj.get('kind')} {qualified_name(obj)!r}: field manager "
        f"{manager!r} wants fields that others manage:\n{told}\n"
        'Take them over with the annotation `pulumi.com/patchForce: "true"` (or '
        "`enablePatchForce` on the provider), or leave them out of the program"
    )


def managed_fields(live: Object) -> Sequence[Mapping[str, Any]]:
    """Return the object's `managedFields`."""
    return metadata(live).get("managedFields") or []


def _is_ours(entry: Mapping[str, Any], manager: str) -> bool:
    return (
        entry.get("manager") == manager
        and entry.get("operation") == "Apply"
        and not entry.get("subresource")
    )


def _is_taken(entry: Mapping[str, Any]) -> bool:
    return (entry.get("manager"), entry.get("operation")) in _TAKEN_OVER and not entry.get(
        "subresource"
    )


def _union(one: Value, other: Value) -> Value:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return one
    merged = dict(one)
    for key, value in other.items():
        merged[key] = _union(merged[key], value) if key in merged else value
    return merged


def _has(fields: Value, path: Sequence[str]) -> bool:
    for part in path:
        if not isinstance(fields, dict) or f"f:{part}" not in fields:
            return False
        fields = fields[f"f:{part}"]
    return True
